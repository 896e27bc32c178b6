"""What apps.decision_regions says and draws: the table, what there is to descend on, what the layers do."""

from collections.abc import Callable
from typing import Any

import numpy as np

Classifier = Callable[[np.ndarray], np.ndarray]
STEPS = 60  # of gradient descent, down the errors and down the log-loss

# Two lines that give .7 and .8 at (0, 0), as on the slide, and the neuron that weighs them.
SLIDE_LINES = (np.array([2.0, 0.6, np.log(0.7 / 0.3)]), np.array([-0.8, 2.0, np.log(0.8 / 0.2)]))
SLIDE_THIRD = np.array([7.0, 5.0, -6.0])


def say_perceptron(mistakes: list[int]) -> None:
    """Print the perceptron's mistakes of each epoch, and whether it came to rest."""
    shown = ", ".join(str(number) for number in mistakes[:10])
    more = f", ... {mistakes[-1]}" if len(mistakes) > 10 else ""
    print(f"\nperceptron, mistakes in each epoch: {shown}{more}")
    if mistakes[-1] == 0:
        print(f"    it came to rest: no mistake in epoch {len(mistakes)}")
    else:
        print(f"    no rest in {len(mistakes)} epochs, never less than {min(mistakes)} mistakes")


def judged(classifier: Classifier, data: Any) -> dict[str, float]:
    """Errors and log-loss on training points and fresh ones; no log-loss where there are no probabilities."""
    from keras_course.by_hand import losses

    row: dict[str, float] = {}
    for part, x, y in (("training", data.x, data.y), ("fresh", data.x_fresh, data.y_fresh)):
        p = classifier(x)
        row[f"{part}_errors"] = int(np.sum((p >= 0.5) != y))
        if not np.isin(p, (0, 1)).all():
            # as Keras does: no probability is so near to 0 that its logarithm is without end
            row[f"{part}_log_loss"] = losses.binary_cross_entropy(y, np.clip(p, 1e-7, 1 - 1e-7))
    return row


def say_table(table: dict[str, dict[str, float]], training: int, fresh: int) -> None:
    """Print a line a classifier."""
    print(f"\n{'':28}{'training':>10}{'fresh':>10}{'training':>12}{'fresh':>10}")
    print(f"{'':28}{'errors':>10}{'errors':>10}{'log-loss':>12}{'log-loss':>10}")
    print(f"{'of':28}{training:10,}{fresh:10,}")
    for name, row in table.items():
        losses = [f"{row[key]:.4f}" if key in row else "-" for key in ("training_log_loss", "fresh_log_loss")]
        print(f"{name:28}{row['training_errors']:10,}{row['fresh_errors']:10,}{losses[0]:>12}{losses[1]:>10}")
    print("(a perceptron says 0 or 1, no probability: it has no log-loss)")


def say_difference(first: Any, second: Any) -> float:
    """Print how far the probabilities of two networks are apart anywhere in the picture; return it at the end."""
    apart = {epoch: float(np.abs(first.frames[epoch] - second.frames[epoch]).max()) for epoch in first.frames}
    epochs = list(apart)
    shown = sorted({epochs[0], epochs[1], epochs[len(epochs) // 2], epochs[-1]})
    print(
        "\nby hand (64 bits) and Keras (32 bits): the largest difference of two probabilities in the picture"
    )
    print("    " + ", ".join(f"after epoch {epoch}: {apart[epoch]:.1e}" for epoch in shown))
    same = np.mean((first.frames[epochs[-1]] >= 0.5) == (second.frames[epochs[-1]] >= 0.5))
    print(f"    at the end they say the same class at {same:.2%} of the places in the picture")
    return apart[epochs[-1]]


def descent(n: int, noise: float, seed: int, run: Any) -> dict[str, Any]:
    """Descend on the number of errors and on log-loss, from one start; print and draw what happens.

    Args:
        n: points, of two clouds that one line can split (but for the noise).
        noise: their noise.
        seed: of the points.
        run: where the figure goes.

    Returns:
        Wrong points and log-loss at the start and after both descents, and the length of the gradients at the start.
    """
    from keras_course.by_hand import points, regions
    from keras_course.by_hand.optimizers import minimize, sgd
    from keras_course.plots import separation

    x, y = points.line(n, noise, np.random.default_rng([seed, 2]))
    start = np.array([1.0, -1.0, 0.5])  # a line across the gap
    count = minimize(sgd(1.0), lambda line: regions.errors_gradient(line, x, y), start, STEPS)
    loss = minimize(sgd(1.0), lambda line: regions.log_loss_gradient(line, x, y), start, STEPS)

    def log_loss(line: np.ndarray) -> float:
        return regions.log_loss(regions.scores(line, x), y)

    steepness = {
        "count": float(np.linalg.norm(regions.errors_gradient(start, x, y))),
        "log_loss": float(np.linalg.norm(regions.log_loss_gradient(start, x, y))),
    }
    wrong = {
        "number of errors": [regions.errors(line, x, y) for line in count],
        "log-loss": [regions.errors(line, x, y) for line in loss],
    }
    print(f"\nwhat is there to descend on? {n} points in two clouds, {STEPS} steps from one start:")
    print(f"    {'':20}{'gradient at the start':>22}{'wrong points':>18}{'log-loss':>18}")
    for name, key, path in (("number of errors", "count", count), ("log-loss", "log_loss", loss)):
        points_wrong = f"{wrong[name][0]} -> {wrong[name][-1]}"
        log_losses = f"{log_loss(path[0]):.3f} -> {log_loss(path[-1]):.3f}"
        print(f"    {name:20}{steepness[key]:22.4f}{points_wrong:>18}{log_losses:>18}")
    print("    the number of errors is a staircase: flat where it stands, and its gradient says nothing")

    shares = np.linspace(-0.25, 1.25, 601)
    way = [start + share * (loss[-1] - start) for share in shares]
    run.save_figure(
        "errors_against_log_loss",
        separation.errors_against_log_loss(
            shares,
            [regions.errors(line, x, y) for line in way],
            [log_loss(line) for line in way],
            wrong,
            title=f"Two things to descend on: {n} points in two clouds, one line to split them",
        ),
    )
    return {
        "gradient": steepness,
        "start": {"errors": wrong["log-loss"][0], "log_loss": log_loss(start)},
        "down_the_count": {"errors": wrong["number of errors"][-1], "log_loss": log_loss(count[-1])},
        "down_the_log_loss": {"errors": wrong["log-loss"][-1], "log_loss": log_loss(loss[-1])},
    }


def say_and_draw_layers(network: Any, data: Any, run: Any) -> list[int]:
    """Print how many points the best plane gets wrong after each layer, and draw the points there.

    Returns:
        Wrong points before the first layer, and after each hidden layer.
    """
    from keras_course.plots import separation

    *hidden, scores = network.outputs(data.x)
    handed_on = {"the points": data.x}
    for number, output in enumerate(hidden, start=1):
        units = output.shape[1]
        handed_on[f"after hidden layer {number} ({units} unit{'s' if units > 1 else ''})"] = output
    print("\nwhat do the layers do? What one more neuron, trained there, gets wrong:")
    wrong = []
    for name, values in handed_on.items():
        wrong.append(errors_of_a_plane(values, data.y))
        print(f"    {name:34}{wrong[-1]:5} of {len(data.y)}")
    labelled = {
        f"{name}\none neuron there: {number} wrong": values
        for (name, values), number in zip(handed_on.items(), wrong, strict=True)
    }
    last = int(np.sum((scores[:, 0] >= 0) != data.y))
    labelled[f"the network's score\n{last} wrong"] = scores
    run.save_figure("layers", separation.layers(labelled, data.y, title=f"What the layers do to {data.name}"))
    return wrong


def errors_of_a_plane(values: np.ndarray, y: np.ndarray) -> int:
    """How many points a logistic neuron gets wrong that is trained on a layer's outputs, (n, units)."""
    from keras_course.by_hand import regions
    from keras_course.by_hand.optimizers import adam

    spread = values.std(axis=0)
    scaled = (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1)
    begin = [(np.zeros((values.shape[1], 1)), np.zeros(1))]
    trained = regions.train(begin, scaled, y, 500, adam(0.1))
    return int(np.sum((regions.probability(scaled, trained.layers) >= 0.5) != y))


def save_figures(run: Any, classifiers: dict[str, Classifier], network: Any, data: Any) -> None:
    """Draw the regions of all classifiers, lines that are combined, and the network while it learns."""
    from keras_course.by_hand import regions
    from keras_course.experiment.runs import write_atomically
    from keras_course.plots import regions as region_plots

    run.save_figure(
        "regions",
        region_plots.decision_regions(classifiers, data.x, data.y, title=f"Who can split this? {data.name}"),
    )
    lines = {f"line {number}": line for number, line in enumerate(SLIDE_LINES, start=1)}
    slide = {name: _by_line(line) for name, line in lines.items()}
    combined = "7 · line 1 + 5 · line 2 - 6, then a sigmoid"
    slide[combined] = lambda x: regions.combine(x, SLIDE_LINES, SLIDE_THIRD)
    run.save_figure(
        "combining",
        region_plots.decision_regions(
            slide,
            np.array([[-3.0, -3.0], [3.0, 3.0]]),
            marked=dict.fromkeys(slide, (0.0, 0.0)),
            title="Combining regions: a third neuron weighs two lines' probabilities, and its region is bent",
        ),
    )
    if data.name.startswith("xor"):
        first, second = regions.XOR_LINES
        run.save_figure(
            "xor_by_hand",
            region_plots.decision_regions(
                {
                    "at least one is 1": _by_line(first),
                    "not both are 1": _by_line(second),
                    "the first and the second": classifiers["two lines, combined by hand"],
                },
                data.x,
                data.y,
                title="XOR by weights set by hand: each line alone is wrong at one corner",
            ),
        )
    write_atomically(
        run.path / "figures" / "learning.gif",
        lambda path: region_plots.save_learning(
            path,
            network.frames,
            network.losses,
            data.x,
            data.y,
            title=f"A network learns to split {data.name}",
        ),
    )


def _by_line(line: np.ndarray) -> Classifier:
    from keras_course.by_hand import regions
    from keras_course.by_hand.activations import sigmoid

    return lambda x: sigmoid(regions.scores(line, x))

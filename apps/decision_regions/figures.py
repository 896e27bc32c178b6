"""The figures of apps.decision_regions: regions, what the layers do to the points, a network while it learns."""

import numpy as np

from keras_course.by_hand import regions
from keras_course.by_hand.activations import sigmoid
from keras_course.by_hand.optimizers import adam
from keras_course.experiment.run import Run
from keras_course.plots import regions as region_plots
from keras_course.plots import separation

from .networks import Network
from .points import Points
from .report import Classifier

# Two lines with probabilities of .7 and .8 at (0, 0), as on the slide, and the neuron that weighs these two.
SLIDE_LINES = (np.array([2.0, 0.6, np.log(0.7 / 0.3)]), np.array([-0.8, 2.0, np.log(0.8 / 0.2)]))
SLIDE_THIRD = np.array([7.0, 5.0, -6.0])


def show_layers(network: Network, data: Points, run: Run) -> list[int]:
    """Print how many points one more neuron gets wrong after each layer, and draw the points there.

    Returns:
        The errors before the first layer, and after each hidden layer.
    """
    *hidden, logits = network.outputs(data.x)
    passed_on = {"the points": data.x}
    for number, output in enumerate(hidden, start=1):
        units = output.shape[1]
        passed_on[f"after hidden layer {number} ({units} unit{'s' if units > 1 else ''})"] = output
    print("\nwhat do the layers do? The errors of one more neuron, trained on their outputs:")
    errors = []
    for name, values in passed_on.items():
        errors.append(errors_of_a_neuron(values, data.y))
        print(f"    {name:34}{errors[-1]:5} of {len(data.y)}")
    labelled = {
        f"{name}\nerrors of one neuron there: {number}": values
        for (name, values), number in zip(passed_on.items(), errors, strict=True)
    }
    last = int(np.sum((logits[:, 0] >= 0) != data.y))
    labelled[f"the network's logit\nerrors: {last}"] = logits
    run.save_figure("layers", separation.layers(labelled, data.y, title=f"What the layers do to {data.name}"))
    return errors


def errors_of_a_neuron(values: np.ndarray, y: np.ndarray) -> int:
    """The errors of a logistic neuron that is trained on a layer's outputs, (n, units)."""
    deviation = values.std(axis=0)
    scaled = (values - values.mean(axis=0)) / np.where(deviation > 0, deviation, 1)
    initial = [(np.zeros((values.shape[1], 1)), np.zeros(1))]
    trained = regions.train(initial, scaled, y, 500, adam(0.1))
    return int(np.sum((regions.probability(scaled, trained.layers) >= 0.5) != y))


def save_all(run: Run, classifiers: dict[str, Classifier], network: Network, data: Points) -> None:
    """Draw the regions of all classifiers, two lines that are combined, and the network while it learns."""
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
            title="Combining regions: a third neuron weighs two lines' probabilities, and its boundary is curved",
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
    run.write_file(
        "figures/learning.gif",
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
    return lambda x: sigmoid(regions.scores(line, x))

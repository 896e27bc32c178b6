"""A digit moves out of its place: how long do a dense network and two ConvNets still read it?

Slide: deck 2, "shift to the left"; deck 3, "Convolutional Layer", "Flattening"

Group: digits, 6

Run:
    python -m apps.shift                                        on MNIST, or else on the embedded digits
    python -m apps.shift --limit 20000 --epochs 4               on 20,000 of MNIST's digits: shorter
    python -m apps.shift --dataset digits --epochs 3 --shifts 2 4    small, without a network

Try:
    --direction up        does it matter which way the digit moves?
    --convolutions 2      each map value sees more of the digit: what do both ConvNets gain?
    --epochs 30           does longer training help against a shift that no training digit has?
"""

import dataclasses
from typing import Annotated, Any, Literal

import tyro

from keras_course.experiment import command


@dataclasses.dataclass(frozen=True)
class Config:
    """Measure accuracy against the digit's shift, for three networks trained alike on digits in their place."""

    dataset: str = "auto"
    """auto (MNIST, else the embedded digits), mnist, digits, or the path of an .npz with Keras' four arrays."""
    labels: tuple[str, ...] = ()
    """Names of an .npz file's classes, such as t-shirt trouser; default: its array labels, else "class 0" and so on."""
    shifts: tuple[int, ...] = tuple(range(9))
    """By how many pixels the digits are shifted; 0, in place, is always among them."""
    direction: Literal["left", "right", "up", "down"] = "left"
    """Which way they are shifted; what enters at the other edge is black."""
    epochs: int = 10
    """Passes over the training set, for each network."""
    convolutions: int = 1
    """Convolutions in each of the ConvNets' two stages before it pools."""
    batch_size: int = 32
    """Examples in each step."""
    learning_rate: float = 0.003
    """Adam's learning rate, the same for each network."""
    run: Annotated[command.RunOptions, tyro.conf.OmitArgPrefixes] = command.RunOptions()


def main(config: Config) -> dict[str, Any]:
    """Train the three networks, shift the test digits, measure what convolution passes on; return the metrics."""
    command.check(config)
    config.run.configure_devices()
    from keras_course import saving
    from keras_course.datasets import digits
    from keras_course.experiment import results, runs
    from keras_course.experiment.variants import train_variants

    from . import equivariance, figures, report, training

    # Data.
    data = digits.load(
        config.dataset,
        config.run.data_dir,
        seed=config.run.seed,
        limit=config.run.limit,
        labels=config.labels,
    )
    shifts = training.shifts(config, data)
    training.build(training.NETWORKS[training.GLOBAL], config, data)  # an error here leaves no folder
    parent = runs.start("shift", config, data)

    # Train, each in a run inside the parent's folder; the test digits are used once, by its best epoch's model.
    trained = train_variants(
        parent, config, training.NETWORKS, lambda run, changed: training.train(run, changed, config, data)
    )
    table = {name: run.metrics() for name, run in trained.items()}
    arrays = {name: run.read_arrays() for name, run in trained.items()}

    # What each reads at each shift.
    predicted = {name: found["predicted"] for name, found in arrays.items()}
    rows = report.rows(predicted, shifts, data.y_test)
    ink = report.ink(data.x_test, shifts, config.direction)
    report.print_accuracies(rows, ink, config.direction, len(data.y_test))

    # Why: what the layers make of a digit that has moved.
    networks = {name: saving.load(run).model.layers[-1] for name, run in trained.items()}
    pictures = (data.x_validation[: equivariance.DIGITS] / 255).astype("float32")
    maps = equivariance.maps(networks[training.GLOBAL], pictures, shifts[1:], config.direction)
    vectors = equivariance.vectors(networks, pictures, shifts[1:], config.direction)
    report.print_equivariance(maps, vectors, len(pictures))
    conclusion = report.conclusion(predicted, shifts, data.y_test, config.direction)
    print(f"\n{conclusion}\n")

    # Figures.
    what = f"{'the embedded digits' if data.embedded else data.name}, seed {config.run.seed}"
    figures.save(parent, rows, ink, arrays, maps, vectors, data, config.direction, what)

    # The network that reads shifted validation digits best speaks for the app.
    best = max(table, key=lambda name: table[name]["shifted_validation_accuracy"])
    metrics = {
        "variants": table,
        "shifts": rows,
        "ink": ink,
        "maps": maps,
        "vectors": vectors,
        "conclusion": conclusion,
        "best_variant": best,
        "test_accuracy": table[best]["test_accuracy"],
        "test_accuracy_shifted": table[best]["test_accuracy_shifted"],
    }
    note = f"{best}, mean of {len(shifts) - 1} shifts from {shifts[1]} to {shifts[-1]} px"
    return results.finish(parent, metrics, "test_accuracy_shifted", figure="accuracy", note=note)

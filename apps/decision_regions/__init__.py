"""Split points in the plane by one line, by two lines combined, and by a network, by hand and in Keras.

Slide: deck 4, "Goal: Split Data" `--data line`, "Gradient descent", "Error function",
    "Non-linear regions" `--data moons`, "Combining Regions" `--data xor`, "Neural Network", "Neural Networks",
    "Deep Neural Network" `--hidden 8 8 8`; deck 2, "Perceptron - Artificial Neuron" `--data line`, "Neural Network";
    deck 5, "But what do the layers do?" `--show-layers`,
    "Separating Data" `--data circles --hidden 3 --activation tanh --show-layers`

Group: by hand, 3

Run:
    python -m apps.decision_regions                                 XOR, which no line can split
    python -m apps.decision_regions --points 40 --epochs 40         small
    python -m apps.decision_regions --data circles --hidden 3 --activation tanh --show-layers
    python -m apps.decision_regions --data spirals --hidden 32 32 --epochs 1000 --show-layers

Try:
    --data line                 does the perceptron converge now, and what is left for a network to do?
    --hidden 2 --show-layers    two units can do XOR: does descent find them, and with --activation tanh, or --seed 1?
    --data spirals --points 40  no errors on the training points; and on fresh ones?
"""

import dataclasses
from typing import Annotated, Any, Literal

import numpy as np
import tyro

from keras_course.experiment import command

FRAMES = 40  # of the animation, at most


@dataclasses.dataclass(frozen=True)
class Options(command.DeviceOptions):
    """The shared options that this experiment obeys: its points are made, not loaded, and it is over in seconds."""

    limit: int | None = None
    """Train on the first N points only."""


@dataclasses.dataclass(frozen=True)
class Config:
    """Split points in the plane."""

    data: Literal["line", "xor", "circles", "moons", "spirals"] = "xor"
    """The points: two clouds, four clouds, two rings, two half circles, or two spiral arms."""
    points: int = 200
    """Training points, half of each class."""
    noise: float = 0.1
    """Standard deviation of what is added to both coordinates, 0 to 100; the points are 1 to 2 wide."""
    hidden: tuple[int, ...] = (8, 8)
    """Units of each hidden layer; without any it is a single neuron."""
    activation: str = "relu"
    """Activation of the hidden layers: relu, sigmoid or tanh; with --engine keras any of Keras, or maxout."""
    epochs: int = 300
    """Steps, each on all training points at once."""
    learning_rate: float = 0.03
    """Adam's step size."""
    engine: Literal["by-hand", "keras", "both"] = "both"
    """What trains the network; with both, from the same initial weights and with the same steps."""
    show_layers: bool = False
    """Draw the points as each layer passes them on, and see how well a plane splits them there."""
    run: Annotated[Options, tyro.conf.OmitArgPrefixes] = Options()


def main(config: Config) -> dict[str, Any]:
    """Split by one neuron, by neurons set by hand and by networks; judge, draw, save; return the metrics."""
    command.check(config)
    from keras_course.by_hand import regions
    from keras_course.experiment import efficiency, results, runs
    from keras_course.plots.regions import plane

    from . import descent, figures, networks, neurons, points, report

    networks.check(config)
    data = points.make(config.data, config.points, config.noise, config.run.seed, config.run.limit)
    config.run.configure_devices()
    model = None if config.engine == "by-hand" else networks.build(config)
    run = runs.new(
        "decision_regions", config, config.run.models_dir, seed=config.run.seed, dataset=data.facts()
    )
    print(f"{data.name}: {len(data.x)} training points, {len(data.x_fresh):,} fresh ones to judge on")

    # Without a network: one neuron, twice.
    classifiers, mistakes = neurons.train(data, xor=config.data == "xor")
    report.print_perceptron(mistakes)

    # The network: the same start, the same steps, twice.
    initial = regions.initialize((2, *config.hidden, 1), np.random.default_rng(config.run.seed))
    record = sorted({0, config.epochs, *np.geomspace(1, config.epochs, FRAMES).astype(int).tolist()})
    grid = plane(data.x)[2]
    trained = {}
    if config.engine != "keras":
        trained["network by hand"] = networks.train_by_hand(config, data, initial, record, grid)
    if model is not None:
        trained["network by Keras"] = networks.train_by_keras(model, config, data, initial, record, grid)
    classifiers |= {name: network.probability for name, network in trained.items()}
    last, network = list(trained.items())[-1]

    # Judge.
    table = {name: report.judge(classifier, data) for name, classifier in classifiers.items()}
    report.print_table(table, len(data.x), len(data.x_fresh))
    metrics = {
        "table": table,
        "fresh_accuracy": 1 - table[last]["fresh_errors"] / len(data.x_fresh),
        "perceptron_mistakes": mistakes,
        "descent": descent.compare_losses(min(len(data.x), 40), config.noise, config.run.seed, run),
    }
    if len(trained) == 2:
        metrics["largest_difference"] = report.print_difference(*trained.values())
    if config.show_layers:
        metrics["errors_after_layers"] = figures.show_layers(network, data, run)

    # Figures and files.
    figures.save_all(run, classifiers, network, data)
    run.write_history({"loss": network.losses})
    if model is not None:
        networks.save(run, model, data, table[last])
        efficiency.note(run, model, network.points_a_second)
    return results.finish(run, metrics, "fresh_accuracy", figure="regions")

"""Split points in the plane by one line, by two lines combined, and by a network, by hand and in Keras.

Slide: deck 4, "Goal: Split Data", "Gradient descent", "Error function", "Non-linear regions", "Combining Regions",
    "Neural Network", "Deep Neural Network"; deck 2, "Perceptron - Artificial Neuron"; deck 5,
    "But what do the layers do?", "Separating Data"

Run:
    python -m apps.decision_regions                                 XOR, which no line can split
    python -m apps.decision_regions --points 40 --epochs 40         small
    python -m apps.decision_regions --data circles --hidden 3 --activation tanh --show-layers
    python -m apps.decision_regions --data spirals --hidden 32 32 --epochs 1000 --show-layers

Try:
    --data line                 does the perceptron come to rest now, and what is left for a network to do?
    --hidden 2 --show-layers    two units can do XOR: does descent find them, and with --activation tanh, or --seed 1?
    --data spirals --points 40  all training points right, and the fresh ones?
"""

import dataclasses
import itertools
from collections.abc import Callable, Collection
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
import tyro

from keras_course.experiment import command

PERCEPTRON_EPOCHS = 100
FRAMES = 40  # pictures of the animation, at most


@dataclasses.dataclass(frozen=True)
class Config:
    """Split points in the plane."""

    data: Literal["line", "xor", "circles", "moons", "spirals"] = "xor"
    """The points: two clouds, four clouds, two rings, two half circles, or two spiral arms."""
    points: int = 200
    """How many to train on; half of each class."""
    noise: float = 0.1
    """Standard deviation of what is added to both coordinates; the data are 1 to 2 wide."""
    hidden: tuple[int, ...] = (8, 8)
    """Units of each hidden layer; none gives one neuron."""
    activation: str = "relu"
    """Of the hidden layers: relu, sigmoid or tanh; with --engine keras any that Keras knows, or maxout."""
    epochs: int = 300
    """Steps, each on all training points at once."""
    learning_rate: float = 0.03
    """Adam's step size."""
    engine: Literal["by-hand", "keras", "both"] = "both"
    """Who trains the network; both begin with the same weights and take the same steps."""
    show_layers: bool = False
    """Draw the points as each layer hands them on, and see how well a plane splits them there."""
    run: Annotated[command.RunOptions, tyro.conf.OmitArgPrefixes] = command.RunOptions()


class Network(NamedTuple):
    """A trained network, whoever trained it."""

    probability: Callable[[np.ndarray], np.ndarray]  # (n, 2) -> (n,)
    outputs: Callable[[np.ndarray], list[np.ndarray]]  # of each layer, the last one's are scores
    losses: list[float]  # before each epoch's step
    frames: dict[int, np.ndarray]  # for some epochs, the probabilities on the points of the picture
    model: Any = None  # Keras'


def main(config: Config) -> dict[str, Any]:
    """Split by one neuron, by hand-set neurons and by networks; judge, draw, save."""
    check(config)
    from apps.decision_regions import points as _made_points

    data = _made_points.make(config.data, config.points, config.noise, config.run.seed, config.run.limit)
    config.run.configure_devices()
    from apps.decision_regions import report as report
    from keras_course.by_hand import neuron, regions
    from keras_course.by_hand.activations import threshold
    from keras_course.by_hand.optimizers import adam
    from keras_course.experiment import results, runs
    from keras_course.plots.regions import plane

    run = runs.start("decision_regions", config, data)
    print(f"{data.name}: {len(data.x)} training points, {len(data.x_fresh):,} fresh ones to judge on")

    # One neuron, twice: a threshold that learns from its mistakes, a sigmoid that descends on log-loss.
    w, b, mistakes = neuron.train_perceptron(data.x, data.y, PERCEPTRON_EPOCHS)
    logistic = regions.train([(np.zeros((2, 1)), np.zeros(1))], data.x, data.y, 500, adam(0.1)).layers
    classifiers = {
        "perceptron": lambda x: neuron.neuron(x, w, b, threshold),
        "logistic neuron": lambda x: regions.probability(x, logistic),
    }
    report.say_perceptron(mistakes)
    if config.data == "xor":
        classifiers["two lines, combined by hand"] = lambda x: regions.combine(
            x, regions.XOR_LINES, regions.BOTH
        )

    # The network: the same start, the same steps, twice.
    begin = regions.initialize((2, *config.hidden, 1), np.random.default_rng(config.run.seed))
    record = sorted({0, config.epochs, *np.geomspace(1, config.epochs, FRAMES).astype(int).tolist()})
    picture = plane(data.x)[2]
    networks = {}
    if config.engine != "keras":
        networks["network by hand"] = by_hand(config, data, begin, record, picture)
    if config.engine != "by-hand":
        networks["network by Keras"] = by_keras(config, data, begin, record, picture)
    classifiers |= {name: network.probability for name, network in networks.items()}
    network = list(networks.values())[-1]

    # Judge and say.
    table = {name: report.judged(classifier, data) for name, classifier in classifiers.items()}
    report.say_table(table, len(data.x), len(data.x_fresh))
    metrics = {
        "table": table,
        "fresh_accuracy": 1 - table[list(networks)[-1]]["fresh_errors"] / len(data.x_fresh),
        "perceptron_mistakes": mistakes,
        "descent": report.descent(min(len(data.x), 40), config.noise, config.run.seed, run),
    }
    if len(networks) == 2:
        metrics["largest_difference"] = report.say_difference(*networks.values())
    if config.show_layers:
        metrics["errors_after_layers"] = report.say_and_draw_layers(network, data, run)

    # Figures and files.
    report.save_figures(run, classifiers, network, data)
    run.write_history({"loss": network.losses})
    if network.model is not None:
        save_model(run, network.model, data, table["network by Keras"])
    return results.finish(run, metrics, "fresh_accuracy")


def check(config: Config) -> None:
    """Raise a ValueError for settings that make no network."""
    if config.epochs < 1 or any(units < 1 for units in config.hidden):
        raise ValueError(
            f"epochs={config.epochs} and every hidden layer of {config.hidden} must be at least 1"
        )
    if not config.learning_rate > 0:
        raise ValueError(f"learning_rate={config.learning_rate} must be above 0")
    if config.engine != "keras":
        from keras_course.by_hand import activations

        try:
            activations.get(config.activation)
        except ValueError as error:
            raise ValueError(f"{error}, or --engine keras") from None


def by_hand(config: Config, data: Any, begin: Any, record: Collection[int], picture: np.ndarray) -> Network:
    """Train in NumPy; the arguments are those of :func:`by_keras`."""
    from keras_course.by_hand import activations, networks, regions
    from keras_course.by_hand.optimizers import adam

    kind = config.activation
    trained = regions.train(
        begin, data.x, data.y, config.epochs, adam(config.learning_rate), kind, record=record
    )

    def outputs(x: np.ndarray) -> list[np.ndarray]:
        logits, cache = networks.forward(x, trained.layers, activations.get(kind)[0])
        return [*(layer.x for layer in cache[1:]), logits]

    return Network(
        probability=lambda x: regions.probability(x, trained.layers, kind),
        outputs=outputs,
        losses=trained.losses,
        frames={
            epoch: regions.probability(picture, layers, kind) for epoch, layers in trained.recorded.items()
        },
    )


def by_keras(config: Config, data: Any, begin: Any, record: Collection[int], picture: np.ndarray) -> Network:
    """Train the course's dense builder.

    Args:
        config: the settings.
        data: the points.
        begin: the weights by hand to begin with; with ``--engine keras`` Keras draws its own.
        record: the epochs to keep the probabilities of.
        picture: (m, 2) where.
    """
    import keras

    from keras_course.models import dense

    classifier = dense.dense_sequential(
        (2,), 1, config.hidden, config.activation, classifier_activation=None, name="network"
    )
    sigmoid = keras.layers.Activation("sigmoid", dtype="float32", name="probability")
    model = keras.Sequential([keras.Input((2,)), classifier, sigmoid], name="decision_regions")
    if config.engine == "both":
        model.set_weights([array for layer in begin for array in layer])
    model.compile(optimizer=keras.optimizers.Adam(config.learning_rate), loss="binary_crossentropy")

    def probability(x: np.ndarray) -> np.ndarray:
        return keras.ops.convert_to_numpy(model(x.astype("float32")))[:, 0].astype(float)

    frames = {0: probability(picture)}

    def keep(epoch: int, logs: Any = None) -> None:
        if epoch + 1 in record:
            frames[epoch + 1] = probability(picture)

    # A batch is the whole set, and an epoch one step: gradient descent as on the slide. Given as a generator it takes
    # a quarter of the time: fit prepares arrays anew for every epoch.
    whole = (data.x.astype("float32"), data.y[:, None].astype("float32"))
    history = model.fit(
        (batch for batch in itertools.repeat(whole)),
        steps_per_epoch=1,
        epochs=config.epochs,
        shuffle=False,
        verbose=0,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=keep)],
    )
    steps = [layer.output for layer in classifier.layers if layer.name.startswith(("hidden", "scores"))]
    inside = keras.Model(classifier.inputs[0], steps)

    def outputs(x: np.ndarray) -> list[np.ndarray]:
        found = inside(x.astype("float32"))
        found = found if isinstance(found, list) else [found]
        return [keras.ops.convert_to_numpy(output).astype(float) for output in found]

    return Network(probability, outputs, [float(loss) for loss in history.history["loss"]], frames, model)


def save_model(run: Any, model: Any, data: Any, metrics: dict[str, Any]) -> None:
    """Write model.keras and its card: points in, the probability of class 1 out."""
    from keras_course import saving
    from keras_course.experiment import results

    saving.save(model, run.model_path)
    results.write_card(
        run,
        data,
        kind="point",
        returns="the probability of class 1",
        labels=("0", "1"),
        model=model,
        metrics=metrics,
        dtype="float32",
        range=(float(data.x.min()), float(data.x.max())),
    )

"""The network of apps.decision_regions, trained by hand and by Keras: the same start, the same steps."""

import itertools
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keras_course.by_hand import activations, networks, regions
from keras_course.by_hand.networks import Layers
from keras_course.by_hand.optimizers import adam
from keras_course.errors import UserError
from keras_course.experiment import card
from keras_course.experiment.run import Run

from . import Config
from .points import Points

if TYPE_CHECKING:
    import keras

MOST_LAYERS, MOST_UNITS, MOST_EPOCHS = 50, 1_000, 1_000_000
DIVERGED = 1e6  # guessing has a loss of 0.7


class Network(NamedTuple):
    """A trained network, whoever trained it."""

    probability: Callable[[np.ndarray], np.ndarray]  # (n, 2) -> (n,)
    outputs: Callable[[np.ndarray], list[np.ndarray]]  # of each layer; the last one's are logits
    losses: list[float]  # before each epoch's step
    frames: dict[int, np.ndarray]  # for some epochs, the probabilities on the figure's grid
    model: "keras.Model | None" = None  # Keras'
    points_a_second: float = 0.0  # in Keras' training


def check(config: Config) -> None:
    """Refuse settings that make no network.

    Raises:
        UserError: one line that names the setting.
    """
    if config.epochs > MOST_EPOCHS:
        raise UserError(f"epochs={config.epochs} must be at most {MOST_EPOCHS:,}")
    if len(config.hidden) > MOST_LAYERS or any(not 1 <= units <= MOST_UNITS for units in config.hidden):
        raise UserError(
            f"hidden={config.hidden} must be {MOST_LAYERS} layers at most, of 1 to {MOST_UNITS:,} units each"
        )
    if config.engine != "keras":
        try:
            activations.get(config.activation)
        except ValueError as error:
            raise UserError(f"{error}, or --engine keras") from None


def train_by_hand(
    config: Config, data: Points, initial: Layers, record: Collection[int], grid: np.ndarray
) -> Network:
    """Train in NumPy.

    Args:
        config: the settings.
        data: the points.
        initial: the weights to begin with.
        record: the epochs whose probabilities are kept; 0 is the start.
        grid: (m, 2) where.
    """
    kind = config.activation
    with np.errstate(all="ignore"):  # a training that diverges is reported by `check_losses`
        trained = regions.train(
            initial, data.x, data.y, config.epochs, adam(config.learning_rate), kind, record=record
        )
        frames = {
            epoch: regions.probability(grid, layers, kind) for epoch, layers in trained.recorded.items()
        }

    def outputs(x: np.ndarray) -> list[np.ndarray]:
        logits, cache = networks.forward(x, trained.layers, activations.get(kind)[0])
        return [*(layer.x for layer in cache[1:]), logits]

    network = Network(
        probability=lambda x: regions.probability(x, trained.layers, kind),
        outputs=outputs,
        losses=trained.losses,
        frames=frames,
    )
    check_losses("network by hand", network)
    return network


def build(config: Config) -> "keras.Sequential":
    """Build and compile the model: the course's dense builder gives a logit, a sigmoid the probability of class 1."""
    import keras

    from keras_course.models import dense

    classifier = dense.dense_sequential(
        (2,), 1, config.hidden, config.activation, classifier_activation=None, name="network"
    )
    sigmoid = keras.layers.Activation("sigmoid", dtype="float32", name="probability")
    model = keras.Sequential([keras.Input((2,)), classifier, sigmoid], name="decision_regions")
    model.compile(optimizer=keras.optimizers.Adam(config.learning_rate), loss="binary_crossentropy")
    return model


def train_by_keras(
    model: "keras.Sequential",
    config: Config,
    data: Points,
    initial: Layers,
    record: Collection[int],
    grid: np.ndarray,
) -> Network:
    """Train in Keras.

    Args:
        model: of :func:`build`.
        config: the settings.
        data: the points.
        initial: the weights to begin with; with ``--engine keras`` Keras draws its own.
        record: the epochs whose probabilities are kept; 0 is the start.
        grid: (m, 2) where.
    """
    import keras

    from keras_course import training

    classifier = model.layers[0]
    if config.engine == "both":
        model.set_weights([array for layer in initial for array in layer])

    def probability(x: np.ndarray) -> np.ndarray:
        found = keras.ops.convert_to_numpy(model(x.astype("float32")))  # (n, 1)
        return np.asarray(found[:, 0], dtype=float)

    frames = {0: probability(grid)}

    def keep(epoch: int, logs: object = None) -> None:
        if epoch + 1 in record:
            frames[epoch + 1] = probability(grid)

    # A batch is the whole set, and an epoch one step: gradient descent as on the slide. Given as a generator it takes
    # a quarter of the time: fit prepares arrays anew for every epoch.
    whole = (data.x.astype("float32"), data.y[:, None].astype("float32"))
    watch = training.Stopwatch()
    history = model.fit(
        (batch for batch in itertools.repeat(whole)),
        steps_per_epoch=1,
        epochs=config.epochs,
        shuffle=False,
        verbose=0,
        callbacks=[watch, keras.callbacks.LambdaCallback(on_epoch_end=keep)],
    )
    *hidden, last = classifier.layers
    steps = [layer.output for layer in (*(one for one in hidden if one.name.startswith("hidden")), last)]
    inside = keras.Model(classifier.inputs[0], steps)

    def outputs(x: np.ndarray) -> list[np.ndarray]:
        found = inside(x.astype("float32"))
        found = found if isinstance(found, list) else [found]
        return [keras.ops.convert_to_numpy(output).astype(float) for output in found]

    losses = [float(loss) for loss in history.history["loss"]]
    speed = watch.samples_per_second(len(data.x))
    network = Network(probability, outputs, losses, frames, model, speed)
    check_losses("network by Keras", network)
    return network


def check_losses(name: str, network: Network) -> None:
    """Raise a UserError if the training has diverged."""
    for epoch, loss in enumerate(network.losses):
        if not loss < DIVERGED:
            raise UserError(
                f"training has diverged: the loss of the {name} is {loss:.3g} after epoch {epoch}; "
                "lower the learning rate"
            )
    if not np.isfinite(network.frames[max(network.frames)]).all():
        raise UserError(
            f"training has diverged: the {name} has no probabilities at the end; lower the learning rate"
        )


def save(run: Run, model: "keras.Model", data: Points, metrics: dict[str, float]) -> None:
    """Write model.keras and its card: points in, the probability of class 1 out."""
    from keras_course import saving

    saving.save(model, run.model_path)
    card.write(
        run,
        model,
        data,
        kind="point",
        returns="the probability of class 1",
        labels=("0", "1"),
        dtype="float32",
        range=(float(data.x.min()), float(data.x.max())),
    )
    card.complete(run, metrics)

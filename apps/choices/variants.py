"""What apps.choices can change: for every choice its variants, and how each is made."""

from typing import TYPE_CHECKING, Any

from keras_course.errors import UserError

from . import Config

if TYPE_CHECKING:
    from collections.abc import Callable

    import keras

# Keras' names; "small uniform", "normal" and "truncated normal" at Keras' defaults (0.05), whatever the layer's size.
INITIALIZERS = {
    "zeros": "zeros",
    "small uniform": "random_uniform",
    "normal": "random_normal",
    "truncated normal": "truncated_normal",
    "Glorot uniform": "glorot_uniform",
    "Glorot normal": "glorot_normal",
    "He uniform": "he_uniform",
    "He normal": "he_normal",
}
ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "prelu", "elu", "swish")
OPTIMIZERS: dict[str, dict[str, Any]] = {
    "SGD": {"optimizer": "sgd"},
    "momentum": {"optimizer": "sgd", "momentum": 0.9},
    "Nesterov": {"optimizer": "sgd", "momentum": 0.9, "nesterov": True},
    "RMSprop": {"optimizer": "rmsprop"},
    "Adagrad": {"optimizer": "adagrad"},
    "Adadelta": {"optimizer": "adadelta"},
    "Adam": {"optimizer": "adam"},
}
LOSSES = {
    "cross entropy": "categorical_crossentropy",
    "mean squared error": "mean_squared_error",
    "mean absolute error": "mean_absolute_error",
    "KL divergence": "kl_divergence",
    "JS divergence": "js_divergence",
    "hinge": "hinge",
}
LEARNING_RATES = ("0.00001", "0.0001", "0.001", "0.01", "0.1", "1")
DEPTHS = (1, 2, 3, 4, 6, 8, 12)

# A plain network of more layers learns nothing, and takes minutes to build; one of more weights fills the memory.
MOST_LAYERS = 50
MOST_WEIGHTS = 100_000_000


def check(config: Config) -> None:
    """Refuse settings that no variant can be trained with.

    Raises:
        UserError: one line that names the setting.
    """
    if not 1 <= config.layers <= MOST_LAYERS:
        raise UserError(f"layers={config.layers} must be from 1 to {MOST_LAYERS}")
    if not 0 < config.reach <= 1:
        raise UserError(f"reach={config.reach} must be above 0 and at most 1")
    layers = max(DEPTHS) if config.vary == "depth" else config.layers
    weights = 28 * 28 * config.units + (layers - 1) * config.units**2
    if weights > MOST_WEIGHTS:
        raise UserError(
            f"{layers} layers of units={config.units} have {weights:,} weights: give fewer units "
            f"(at most {MOST_WEIGHTS:,} weights are trained here)"
        )


def check_examples(examples: int, classes: int) -> None:
    """Refuse fewer training digits than classes.

    Raises:
        UserError: one line that says how many are needed.
    """
    if examples < classes:
        raise UserError(
            f"{examples} training digits are too few: give --examples {classes} or more, one of each class"
        )


def variants(vary: str) -> dict[str, dict[str, Any]]:
    """The variants of a choice: for each one's name the settings that it changes.

    Args:
        vary: the choice.
    """
    table: dict[str, dict[str, dict[str, Any]]] = {
        "initializer": {name: {"initializer": known} for name, known in INITIALIZERS.items()},
        "activation": {name.replace("_", " "): {"activation": name} for name in ACTIVATIONS},
        "optimizer": OPTIMIZERS,
        "loss": {name: {"loss": known} for name, known in LOSSES.items()},
        "learning_rate": {rate: {"learning_rate": float(rate)} for rate in LEARNING_RATES},
        "depth": {f"{depth} hidden": {"layers": depth} for depth in DEPTHS},
    }
    return table[vary]


def initialize(classifier: "keras.Model", initializer: str) -> None:
    """Draw every kernel from another initializer; biases stay at zero.

    Args:
        classifier: a built network.
        initializer: Keras' name of it.
    """
    import keras

    for layer in classifier.layers:
        if hasattr(layer, "kernel"):
            layer.kernel.assign(keras.initializers.get(initializer)(layer.kernel.shape))


def optimizer(changed: dict[str, Any], otherwise: str) -> "keras.Optimizer":
    """A new optimizer, at Keras' default learning rate unless the rate is what is changed.

    Args:
        changed: a variant's settings.
        otherwise: Keras' name of the optimizer, where that is not what is changed.
    """
    import keras

    settings = {key: changed[key] for key in ("learning_rate", "momentum", "nesterov") if key in changed}
    return keras.optimizers.get({"class_name": changed.get("optimizer", otherwise), "config": settings})


def loss(name: str) -> "str | Callable[..., Any]":
    """The loss of that name, as ``compile`` takes it; all but the JS divergence are Keras' own."""
    from keras_course import losses

    return losses.js_divergence if name == "js_divergence" else name


def with_probabilities(changes: dict[str, dict[str, Any]]) -> list[str]:
    """The variants' names whose models return probabilities; with the hinge loss, they return scores."""
    return [name for name, changed in changes.items() if changed.get("loss") != "hinge"]

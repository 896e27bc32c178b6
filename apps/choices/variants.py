"""What apps.choices can change: for every choice its variants, and how each is made."""

from typing import Any

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


def variants(vary: str) -> dict[str, dict[str, Any]]:
    """Return the variants of a choice, by name: what each does otherwise.

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


def begin_with(classifier: Any, initializer: str) -> None:
    """Draw every kernel anew; biases stay at zero."""
    import keras

    for layer in classifier.layers:
        if hasattr(layer, "kernel"):
            layer.kernel.assign(keras.initializers.get(initializer)(layer.kernel.shape))


def optimizer(changed: dict[str, Any], otherwise: str) -> Any:
    """Return a new optimizer, at Keras' default rate unless the rate is what is changed.

    Args:
        changed: of :func:`variants`.
        otherwise: Keras' name of the optimizer, where that is not what is changed.
    """
    import keras

    settings = {key: changed[key] for key in ("learning_rate", "momentum", "nesterov") if key in changed}
    return keras.optimizers.get({"class_name": changed.get("optimizer", otherwise), "config": settings})


def loss(name: str) -> Any:
    """Return the loss by its name; Keras has all but one."""
    from keras_course import losses

    return losses.js_divergence if name == "js_divergence" else name

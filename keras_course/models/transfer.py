"""Transfer learning: a network that has seen a million photos, and a new last layer.

The builder returns an uncompiled ``keras.Model`` and expects raw pixels, 0 to 255: the base's own preprocessing is
inside, because every base wants another.
"""

import inspect
from pathlib import Path
from types import ModuleType
from typing import Any

import keras
from keras import layers, regularizers

Shape = tuple[int, ...]


def transfer(
    input_shape: Shape = (150, 150, 3),
    num_classes: int | None = 2,
    base: str = "MobileNetV2",
    weights: str | None = "imagenet",
    fine_tune: int = 0,
    *,
    l2: float = 0.0,
    dropout: float = 0.0,
    classifier_activation: str | None = "auto",
    name: str = "transfer",
) -> keras.Model:
    """A network of ``keras.applications`` without its last layer, global pooling, and a last layer of our own.

    Source: Chollet, "Deep Learning with Python", 2017, section 5.3

    Shape: ``150x150x3 -> base, e.g. 5x5x1280 -> 1280 -> 1``

    Args:
        input_shape: height, width and channels of one photo, values from 0 to 255.
        num_classes: 2 gives one sigmoid, more a softmax; None leaves the last layer out and gives the features.
        base: a name from ``keras.applications``, capitals or not.
        weights: ``"imagenet"`` (downloaded once, by Keras), the path of a weights file of the base without its top,
            or None: the base learns from scratch.
        fine_tune: how many of the base's last layers learn too; its normalisations stay as they are. With
            ``weights=None`` all learn.
        l2: adds ``l2 * w**2`` to the loss for every weight of the last layer's kernel.
        dropout: share of the pooled features set to zero in training.
        classifier_activation: ``"auto"`` (sigmoid or softmax), or None for logits.
        name: the model's name.

    Raises:
        ValueError: for an unknown base, weights that are not there or do not fit, fewer than two classes.
    """
    if num_classes is not None and num_classes < 2:
        raise ValueError(f"num_classes={num_classes}: there are at least two classes to tell apart")
    if not 0 <= dropout < 1:
        raise ValueError(f"dropout={dropout} is not a share: give a number from 0 to below 1")
    if fine_tune < 0:
        raise ValueError(f"fine_tune={fine_tune}: give a number of layers, 0 or more")
    constructor, home = _find(base)
    network = _with_weights(constructor, input_shape, weights)
    from_scratch = weights is None
    for layer in network.layers[: len(network.layers) - fine_tune]:
        layer.trainable = from_scratch
    for layer in network.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.trainable = from_scratch

    inputs = keras.Input(input_shape)
    x = home.preprocess_input(layers.Identity(name="pixels")(inputs))
    x = layers.Identity(name="prepared")(x)
    # Pretrained normalisations keep the means of a million photos, also while we train.
    x = network(x) if from_scratch else network(x, training=False)
    x = layers.Identity(name="maps")(x)  # what goes in and out of the base has a name: explain can get at it
    x = layers.GlobalAveragePooling2D(name="global_pooling")(x)
    if dropout:
        x = layers.Dropout(dropout, name="dropout")(x)
    if num_classes is not None:
        if classifier_activation == "auto":
            classifier_activation = "sigmoid" if num_classes == 2 else "softmax"
        x = layers.Dense(
            1 if num_classes == 2 else num_classes,
            activation=classifier_activation,
            kernel_regularizer=regularizers.L2(l2) if l2 else None,
            dtype="float32",
            name="probabilities" if classifier_activation else "scores",
        )(x)
    return keras.Model(inputs=inputs, outputs=x, name=name)


def _find(base: str) -> tuple[Any, ModuleType]:
    """The constructor, and the module that holds its ``preprocess_input``."""
    known: dict[str, tuple[str, Any, ModuleType]] = {}
    for home in vars(keras.applications).values():
        if inspect.ismodule(home) and hasattr(home, "preprocess_input"):
            constructors = {
                name: one for name, one in vars(home).items() if name[0].isupper() and callable(one)
            }
            known |= {name.lower(): (name, one, home) for name, one in constructors.items()}
    if base.lower() not in known:
        names = ", ".join(sorted(name for name, _, _ in known.values()))
        raise ValueError(f"no network {base!r} in keras.applications: choose one of {names}")
    _, constructor, home = known[base.lower()]
    return constructor, home


def _with_weights(constructor: Any, input_shape: Shape, weights: str | None) -> keras.Model:
    name = constructor.__name__
    if weights not in (None, "imagenet") and not Path(weights).is_file():
        raise ValueError(f"there is no file {weights} with weights for {name}")
    try:
        return constructor(include_top=False, weights=weights, input_shape=input_shape)
    except OSError as error:
        raise ValueError(f"{weights} cannot be read as weights: {error}") from None
    except Exception as error:  # Keras raises a bare Exception where it cannot download
        if weights == "imagenet" and "fetch" in str(error):
            raise ValueError(
                f"the ImageNet weights of {name} cannot be downloaded ({error}): fetch that file elsewhere and "
                f"give its path as the weights, or train from scratch with weights none"
            ) from None
        if isinstance(error, ValueError):
            raise ValueError(f"{name} for photos of {input_shape} with weights {weights}: {error}") from None
        raise

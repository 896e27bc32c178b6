"""Transfer learning: a network that was trained on a million photos, and a new last layer.

The builder returns an uncompiled ``keras.Model`` and expects raw pixels, 0 to 255: the base's own preprocessing is
inside, because it differs from base to base.
"""

import inspect
from pathlib import Path
from types import ModuleType
from typing import Any

import keras
from keras import layers

from keras_course import folders
from keras_course.errors import UserError
from keras_course.models import blocks, checks

Shape = tuple[int, ...]


def transfer(
    input_shape: Shape = (150, 150, 3),
    num_classes: int | None = 2,
    base: str = "MobileNetV2",
    weights: str | None = "imagenet",
    fine_tune: int = 0,
    *,
    l2: float = 0.0,
    kernel_regularizer: Any = None,
    dropout: float = 0.0,
    classifier_activation: Any = "auto",
    name: str = "transfer",
) -> keras.Model:
    """A network of ``keras.applications`` without its last layer, then global pooling and a new last layer.

    Source: Chollet, "Deep Learning with Python", 2017, section 5.3

    Shape: ``150x150x3 -> base, e.g. 5x5x1280 -> 1280 -> 1``

    Args:
        input_shape: height, width and channels of one photo, values from 0 to 255.
        num_classes: 2 gives one sigmoid, more a softmax; None omits the last layer: the model then returns features.
        base: a name from ``keras.applications``, in any case.
        weights: ``"imagenet"`` (downloaded once, by Keras), the path of a weights file of the base without its top,
            or None: the base learns from scratch.
        fine_tune: how many of the base's last layers are trained too; batch normalization stays frozen. With
            ``weights=None`` all layers are trained.
        l2: adds ``l2 * w**2`` to the loss for every weight of the last layer's kernel.
        kernel_regularizer: any of Keras, for the last layer's kernel, instead of ``l2``.
        dropout: fraction of the pooled features set to zero in training.
        classifier_activation: ``"auto"`` (sigmoid or softmax), or None for logits.
        name: the model's name.

    Raises:
        UserError: for an unknown base, weights that are missing or do not fit, fewer than two classes, a fraction
            outside 0 to 1, or any other argument that makes no network.

    Example:
        >>> model = transfer((96, 96, 3), base="MobileNetV2", weights=None)
        >>> model.output_shape, model.count_params()
        ((None, 1), 2259265)
    """
    checks.check_shape(input_shape, (3,), example="(150, 150, 3): height, width and channels")
    blocks.check_photo_classes(num_classes, classifier_activation)
    checks.check_fraction("dropout", dropout)
    checks.check_count("fine_tune", fine_tune, at_least=0)
    regularizer = blocks.resolve_regularizer(kernel_regularizer, l2=l2)
    constructor, home = _find(base)
    network = _with_weights(constructor, input_shape, weights)
    from_scratch = weights is None
    for layer in network.layers[: max(len(network.layers) - fine_tune, 0)]:
        layer.trainable = from_scratch
    for layer in network.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.trainable = from_scratch

    inputs = keras.Input(input_shape)
    x = home.preprocess_input(layers.Identity(name="pixels")(inputs))
    x = layers.Identity(name="prepared")(x)
    # Pretrained batch normalization keeps the statistics of a million photos, in training too.
    x = network(x) if from_scratch else network(x, training=False)
    x = layers.Identity(name="maps")(x)  # the base's inputs and outputs have names, for `explain`
    x = layers.GlobalAveragePooling2D(name="global_pooling")(x)
    if dropout:
        x = layers.Dropout(dropout, name="dropout")(x)
    if num_classes is not None:
        x = blocks.photo_predictions(num_classes, classifier_activation, regularizer)(x)
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
        raise UserError(f"no network {base!r} in keras.applications: choose one of {names}")
    _, constructor, home = known[base.lower()]
    return constructor, home


def _with_weights(constructor: Any, input_shape: Shape, weights: str | None) -> keras.Model:
    name = constructor.__name__
    if weights not in (None, "imagenet") and not Path(weights).is_file():
        raise UserError(f"there is no file {weights} with weights for {name}")
    try:
        return constructor(include_top=False, weights=weights, input_shape=input_shape)
    except OSError as error:
        raise UserError(f"{weights} cannot be read as weights: {error}") from None
    except Exception as error:  # Keras raises a bare Exception where it cannot download
        if weights == "imagenet" and "fetch" in str(error):
            raise UserError(
                f"the ImageNet weights of {name} cannot be downloaded ({error}): fetch that file elsewhere and "
                f"give its path as the weights (before class: {folders.command('download')} {name}), or train from "
                "scratch with weights=None"
            ) from None
        if isinstance(error, ValueError):
            raise UserError(f"{name} for photos of {input_shape} with weights {weights}: {error}") from None
        raise

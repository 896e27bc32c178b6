"""GoogLeNet, or Inception v1: filters of several sizes side by side, made cheap by 1x1 convolutions.

Slide: deck 1, "GoogLe Net (Inception v1)"; deck 2, "GoogleNet"
Paper: Szegedy et al., "Going Deeper with Convolutions", 2014 (https://arxiv.org/abs/1409.4842), table 1
"""

from typing import Any, NamedTuple

import keras
from keras import layers

from keras_course.errors import UserError
from keras_course.layers.local_response import LocalResponseNormalization
from keras_course.models import blocks, checks

Shape = tuple[int, ...]
NORMALIZATIONS = ("local_response", "batch", None)


class Widths(NamedTuple):
    """The filters of one inception block, as the paper's table 1 has them."""

    one: int
    three_reduce: int
    three: int
    five_reduce: int
    five: int
    pool: int


# Table 1, from "inception (3a)" to "inception (5b)".
TABLE = {
    "3a": Widths(64, 96, 128, 16, 32, 32),
    "3b": Widths(128, 128, 192, 32, 96, 64),
    "4a": Widths(192, 96, 208, 16, 48, 64),
    "4b": Widths(160, 112, 224, 24, 64, 64),
    "4c": Widths(128, 128, 256, 24, 64, 64),
    "4d": Widths(112, 144, 288, 32, 64, 64),
    "4e": Widths(256, 160, 320, 32, 128, 128),
    "5a": Widths(256, 160, 320, 32, 128, 128),
    "5b": Widths(384, 192, 384, 48, 128, 128),
}
POOLED_AFTER = ("3b", "4e")
AUXILIARY_AFTER = ("4a", "4d")


def inception_v1(
    input_shape: Shape = (224, 224, 3),
    num_classes: int | None = 1000,
    *,
    auxiliary: bool = False,
    normalization: str | None = "local_response",
    first_stride: int = 2,
    first_pooling: bool = True,
    classifier_activation: Any = "softmax",
    name: str = "inception_v1",
) -> keras.Model:
    """Nine inception blocks: 22 layers with a twelfth of AlexNet's parameters.

    Slide: deck 1, "GoogLe Net (Inception v1)"; deck 2, "GoogleNet"
    Paper: Szegedy et al., 2014 (https://arxiv.org/abs/1409.4842)

    Shape: ``224x224x3 -> 112x112x64 -> 56x56x64 -> 56x56x192 -> 28x28x480 -> 14x14x832 -> 7x7x1024 -> 1024 -> 1000``

    A block looks at its input with 1x1, 3x3 and 5x5 filters and with max pooling, and concatenates what they find. A
    1x1 convolution first reduces what the larger filters have to read.

    Args:
        input_shape: height, width and channels of one picture.
        num_classes: outputs of the last layer; None omits it: the model then returns features.
        auxiliary: add the two auxiliary classifiers, on blocks 4a and 4d: the model then returns a list of three
            predictions. The paper weighs the losses of the second and third by 0.3, and drops them after training.
        normalization: ``"local_response"`` twice, as in the paper's figure 3; ``"batch"`` after every convolution
            (Ioffe and Szegedy 2015); or None.
        first_stride: stride of the first convolution: 2 with a kernel of 7x7, for photos; 1 with one of 3x3, for small
            pictures.
        first_pooling: whether 3x3 max pooling of stride 2 follows; False for small pictures.
        classifier_activation: ``"softmax"``, or None for logits.
        name: the model's name.

    Raises:
        UserError: for a picture too small for the poolings or the auxiliary classifiers, fewer than two classes, or any
            other argument that makes no network.

    Example:
        >>> model = inception_v1((32, 32, 3), 10, first_stride=1, first_pooling=False)
        >>> model.get_layer("inception_5b").output.shape
        (None, 4, 4, 1024)
    """
    _check(
        input_shape, num_classes, auxiliary, normalization, first_stride, first_pooling, classifier_activation
    )
    batch = normalization == "batch"
    x = inputs = keras.Input(input_shape)
    x = _convolution(x, 64, 7 if first_stride > 1 else 3, batch, "1", strides=first_stride)
    if first_pooling:
        x = _pooling(x, "pooling_1")
    if normalization == "local_response":
        x = LocalResponseNormalization(name="normalization_1")(x)
    x = _convolution(x, 64, 1, batch, "2_reduce")
    x = _convolution(x, 192, 3, batch, "2")
    if normalization == "local_response":
        x = LocalResponseNormalization(name="normalization_2")(x)
    x = _pooling(x, "pooling_2")
    outputs: list[Any] = []
    for block, widths in TABLE.items():
        x = _inception(x, widths, batch, f"inception_{block}")
        if auxiliary and block in AUXILIARY_AFTER:
            outputs.append(
                _auxiliary(x, num_classes, batch, classifier_activation, f"auxiliary_{len(outputs) + 1}")
            )
        if block in POOLED_AFTER:
            x = _pooling(x, f"pooling_{block[0]}")
    x = layers.GlobalAveragePooling2D(name="global_pooling")(x)
    if num_classes is not None:
        x = layers.Dropout(0.4, name="dropout")(x)
        x = blocks.predictions(num_classes, classifier_activation)(x)
    return keras.Model(inputs=inputs, outputs=[x, *outputs] if outputs else x, name=name)


def _inception(x: Any, widths: Widths, batch: bool, name: str) -> Any:
    """The four branches of figure 2(b), concatenated: ``HxWxC -> HxWx(one + three + five + pool)``."""
    one = _convolution(x, widths.one, 1, batch, f"{name}_1x1")
    three = _convolution(x, widths.three_reduce, 1, batch, f"{name}_3x3_reduce")
    three = _convolution(three, widths.three, 3, batch, f"{name}_3x3")
    five = _convolution(x, widths.five_reduce, 1, batch, f"{name}_5x5_reduce")
    five = _convolution(five, widths.five, 5, batch, f"{name}_5x5")
    pool = layers.MaxPooling2D(3, strides=1, padding="same", name=f"{name}_pooling")(x)
    pool = _convolution(pool, widths.pool, 1, batch, f"{name}_pooling_1x1")
    return layers.Concatenate(name=name)([one, three, five, pool])


def _auxiliary(x: Any, num_classes: int | None, batch: bool, activation: Any, name: str) -> Any:
    """``14x14x512 -> 4x4x512 -> 4x4x128 -> 2048 -> 1024 -> 1000`` (section 5 of the paper)."""
    x = layers.AveragePooling2D(5, strides=3, name=f"{name}_pooling")(x)
    x = _convolution(x, 128, 1, batch, f"{name}_1x1")
    x = layers.Flatten(name=f"{name}_flatten")(x)
    x = layers.Dense(1024, activation="relu", name=f"{name}_full_connection")(x)
    x = layers.Dropout(0.7, name=f"{name}_dropout")(x)
    return layers.Dense(num_classes, activation=activation, dtype="float32", name=name)(x)


def _pooling(x: Any, name: str) -> Any:
    return layers.MaxPooling2D(3, strides=2, padding="same", name=name)(x)


def _convolution(x: Any, filters: int, size: int, batch: bool, place: str, strides: int = 1) -> Any:
    """A padded convolution and its ReLU, with batch normalization between them where ``batch``."""
    x = layers.Conv2D(
        filters,
        size,
        strides=strides,
        padding="same",
        use_bias=not batch,  # the normalization has a bias of its own
        kernel_initializer="he_normal",
        name=f"convolution_{place}",
    )(x)
    if batch:
        x = layers.BatchNormalization(momentum=0.9, scale=False, name=f"normalization_{place}")(x)
    return layers.ReLU(name=f"relu_{place}")(x)


def _check(
    input_shape: Shape,
    num_classes: int | None,
    auxiliary: bool,
    normalization: str | None,
    first_stride: int,
    first_pooling: bool,
    classifier_activation: Any,
) -> None:
    checks.check_shape(input_shape, (3,), example="(224, 224, 3): height, width and channels")
    checks.check_classes(num_classes, classifier_activation)
    checks.check_count("first_stride", first_stride)
    if normalization not in NORMALIZATIONS:
        raise UserError(f"normalization={normalization!r} must be one of {NORMALIZATIONS}")
    if auxiliary and num_classes is None:
        raise UserError(
            "auxiliary=True needs num_classes: an auxiliary classifier has as many outputs as the last"
        )
    shrunk = first_stride * (2 if first_pooling else 1)
    height, width = input_shape[:2]
    small = "small pictures take first_stride=1 and first_pooling=False"
    if min(height, width) < 8 * shrunk:
        raise UserError(
            f"a picture of {height}x{width} is too small: with first_stride={first_stride} and "
            f"first_pooling={first_pooling} a side needs {8 * shrunk} pixels; {small}, from 8 pixels"
        )
    if auxiliary and min(height, width) <= 16 * shrunk:  # the maps of 4a are a fourth, and 5x5 are averaged
        raise UserError(
            f"a picture of {height}x{width} is too small for auxiliary=True: a side needs {16 * shrunk + 1} pixels; "
            f"{small}"
        )

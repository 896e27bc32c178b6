"""AlexNet, the ConvNet that won ImageNet's challenge of 2012: one tower, or the paper's two."""

import itertools
from collections.abc import Sequence
from typing import Any

import keras
from keras import layers

from keras_course.errors import UserError
from keras_course.layers.grouped_conv import GroupedConv2D
from keras_course.layers.local_response import LocalResponseNormalization
from keras_course.models import blocks, checks

Shape = tuple[int, ...]

NORMALIZATIONS = ("local_response", None)


def alexnet(
    input_shape: Shape = (227, 227, 3),
    num_classes: int | None = 1000,
    *,
    hidden: Sequence[int] = (4096, 4096),
    groups: int = 1,
    normalization: str | None = None,
    first_stride: int = 4,
    first_pooling: bool = True,
    dropout: float = 0.5,
    classifier_activation: Any = "softmax",
    name: str = "alexnet",
) -> keras.Model:
    """Five convolutions and three dense layers, with ReLU, overlapping pooling and dropout.

    Slide: deck 2, "AlexNet and VGG Architectures"
    Paper: Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural Networks", 2012

    Shape: ``227x227x3 -> 55x55x96 -> 27x27x96 -> 27x27x256 -> 13x13x256 -> 13x13x384 -> 13x13x384 -> 13x13x256 ->
    6x6x256 -> 9216 -> 4096 -> 4096 -> 1000``

    ``alexnet(groups=2, normalization="local_response")`` is the paper's network. It was too large for one graphics card
    of 2012: two have half of the filters each, and exchange their maps before the third convolution and the dense
    layers only. The other convolutions then have half as many weights:

    =================  ==========================================  ======================================
    layer              one tower                                   two towers, the paper's
    =================  ==========================================  ======================================
    convolution_1      (11 * 11 * 3 + 1) * 96 = 34,944             34,944
    convolution_2      (5 * 5 * 96 + 1) * 256 = 614,656            (5 * 5 * 48 + 1) * 256 = 307,456
    convolution_3      (3 * 3 * 256 + 1) * 384 = 885,120           885,120
    convolution_4      (3 * 3 * 384 + 1) * 384 = 1,327,488         (3 * 3 * 192 + 1) * 384 = 663,936
    convolution_5      (3 * 3 * 384 + 1) * 256 = 884,992           (3 * 3 * 192 + 1) * 256 = 442,624
    full_connection_1  (6 * 6 * 256 + 1) * 4096 = 37,752,832       37,752,832
    full_connection_2  (4096 + 1) * 4096 = 16,781,312              16,781,312
    predictions        (4096 + 1) * 1000 = 4,097,000               4,097,000
    sum                62,378,344                                  60,965,224
    =================  ==========================================  ======================================

    The paper calls its input 224x224, but its 55x55 values need 227x227. The first convolution pads what its strides do
    not cover, so that both sizes make the same network. The sums of ``"local_response"`` run over both towers' maps, as
    in the paper's formula.

    It differs from the paper in its initial weights, which are those of He et al. 2015, with biases of 0. The paper's
    have a standard deviation of 0.01, for pixels of 0 to 255, and most biases are 1.

    Args:
        input_shape: height, width and channels of one picture, values from 0 to 1; the paper subtracts the mean picture
            from values of 0 to 255.
        num_classes: outputs of the last layer; None omits it: the model then returns features.
        hidden: units of the dense layers before the last; ``()`` for none.
        groups: 1, or 2 for the paper's two towers.
        normalization: ``"local_response"`` after the first two ReLUs, as in the paper, or None.
        first_stride: stride of the first convolution, which is 11x11; 1 for pictures of 28 to 48 pixels.
        first_pooling: whether max pooling follows the first convolution; False leaves small pictures larger maps.
        dropout: fraction of each hidden dense layer's outputs set to zero in training.
        classifier_activation: ``"softmax"``, or None for logits.
        name: the model's name.

    Raises:
        UserError: for a picture that is too small, fewer than two classes, a fraction outside 0 to 1, or any other
            argument that makes no network.

    Example:
        >>> model = alexnet((28, 28, 1), 10, hidden=(256,), first_stride=1)
        >>> model.get_layer("pooling_5").output.shape
        (None, 1, 1, 256)
    """
    _check(
        input_shape,
        num_classes,
        hidden,
        groups,
        normalization,
        first_stride,
        first_pooling,
        dropout,
        classifier_activation,
    )
    x = inputs = keras.Input(input_shape)
    x = _cover(x, 11, first_stride)
    x = _convolution(x, 96, 11, normalization, "1", strides=first_stride, padding="valid")  # 55x55x96
    if first_pooling:
        x = layers.MaxPooling2D(3, strides=2, name="pooling_1")(x)  # 27x27x96
    x = _convolution(x, 256, 5, normalization, "2", groups=groups)  # 27x27x256
    x = layers.MaxPooling2D(3, strides=2, name="pooling_2")(x)  # 13x13x256
    x = _convolution(x, 384, 3, None, "3")  # 13x13x384
    x = _convolution(x, 384, 3, None, "4", groups=groups)
    x = _convolution(x, 256, 3, None, "5", groups=groups)  # 13x13x256
    x = layers.MaxPooling2D(3, strides=2, name="pooling_5")(x)  # 6x6x256
    x = layers.Flatten(name="flatten")(x)
    for number, units in enumerate(hidden, start=1):
        x = layers.Dense(
            units, activation="relu", kernel_initializer="he_normal", name=f"full_connection_{number}"
        )(x)
        if dropout:
            x = layers.Dropout(dropout, name=f"dropout_{number}")(x)
    if num_classes is not None:
        x = blocks.predictions(num_classes, classifier_activation)(x)
    return keras.Model(inputs=inputs, outputs=x, name=name)


def _convolution(
    x: Any,
    filters: int,
    size: int,
    normalization: str | None,
    place: str,
    *,
    strides: int = 1,
    padding: str = "same",
    groups: int = 1,
) -> Any:
    """A convolution and its ReLU, and local response normalization where it is wanted; ``place`` is its number."""
    settings = {"strides": strides, "padding": padding, "kernel_initializer": "he_normal"}
    if groups > 1:
        settings["groups"] = groups
    convolution = layers.Conv2D if groups == 1 else GroupedConv2D
    x = convolution(filters, size, **settings, name=f"convolution_{place}")(x)
    x = layers.ReLU(name=f"relu_{place}")(x)
    if normalization == "local_response":
        x = LocalResponseNormalization(name=f"normalization_{place}")(x)
    return x


def _cover(x: Any, size: int, stride: int) -> Any:
    """Pad with zeros until windows of this size and stride cover every pixel: 224x224 becomes 227x227."""
    missing = [-(side - size) % stride for side in x.shape[1:3]]
    if not any(missing):
        return x
    padding = tuple((pixels // 2, pixels - pixels // 2) for pixels in missing)
    return layers.ZeroPadding2D(padding, name="padding")(x)


def _last_side(side: int, first_stride: int, first_pooling: bool) -> int:
    """Height or width of the maps after the last pooling; below 1 where nothing is left."""
    side = -(-(side - 11) // first_stride) + 1
    for _ in range(3 if first_pooling else 2):
        side = (side - 3) // 2 + 1
    return side


def _check(
    input_shape: Shape,
    num_classes: int | None,
    hidden: Sequence[int],
    groups: int,
    normalization: str | None,
    first_stride: int,
    first_pooling: bool,
    dropout: float,
    classifier_activation: Any,
) -> None:
    checks.check_shape(input_shape, (3,), example="(227, 227, 3): height, width and channels")
    checks.check_classes(num_classes, classifier_activation)
    checks.check_counts("hidden", hidden, "unit", empty=True)
    checks.check_fraction("dropout", dropout)
    checks.check_count("first_stride", first_stride)
    if groups not in (1, 2):
        raise UserError(f"groups={groups!r} must be 1, or 2 for two towers")
    if normalization not in NORMALIZATIONS:
        raise UserError(f"normalization={normalization!r} must be 'local_response' or None")
    height, width = (_last_side(side, first_stride, first_pooling) for side in input_shape[:2])
    if min(height, width) < 1:
        smallest, possible = (
            next(side for side in itertools.count(11) if _last_side(side, *settings) >= 1)
            for settings in ((first_stride, first_pooling), (1, False))
        )
        raise UserError(
            f"a picture of {input_shape[0]}x{input_shape[1]} is too small: with first_stride={first_stride} and "
            f"first_pooling={first_pooling} a side needs {smallest} pixels; small pictures take first_stride=1 and "
            f"first_pooling=False, from {possible} pixels"
        )
    widths = [height * width * 256, *hidden, *([num_classes] if num_classes else [])]
    checks.check_size(4_000_000 + sum(inputs * units for inputs, units in itertools.pairwise(widths)))

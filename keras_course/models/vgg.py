"""VGG: 3x3 convolutions only, and a network as deep as that allows.

``vgg`` builds any of them; ``vgg11``, ``vgg13``, ``vgg16`` and ``vgg19`` are the paper's configurations A, B, D and E.

Slide: deck 1, "Neural Network Architectures"; deck 2, "AlexNet and VGG Architectures"
Paper: Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", 2014
    (https://arxiv.org/abs/1409.1556), table 1
"""

import itertools
from collections.abc import Sequence
from typing import Any, TypedDict, Unpack

import keras
from keras import layers

from keras_course.errors import UserError
from keras_course.models import blocks, checks

Shape = tuple[int, ...]


class Knobs(TypedDict, total=False):
    """What ``vgg11`` to ``vgg19`` pass on to :func:`vgg`."""

    width: int
    hidden: Sequence[int]
    normalization: bool
    dropout: float
    classifier_activation: Any


def vgg(
    input_shape: Shape = (224, 224, 3),
    num_classes: int | None = 1000,
    convolutions: Sequence[int] = (2, 2, 3, 3, 3),
    *,
    width: int = 64,
    hidden: Sequence[int] = (4096, 4096),
    normalization: bool = False,
    dropout: float = 0.5,
    classifier_activation: Any = "softmax",
    name: str = "vgg",
) -> keras.Model:
    """Stages of 3x3 convolutions and max pooling, then dense layers.

    Slide: deck 1, "Neural Network Architectures"; deck 2, "AlexNet and VGG Architectures"
    Paper: Simonyan and Zisserman, 2014 (https://arxiv.org/abs/1409.1556)

    Shape: ``224x224x3 -> 112x112x64 -> 56x56x128 -> 28x28x256 -> 14x14x512 -> 7x7x512 -> 4096 -> 4096 -> 1000``

    Two 3x3 convolutions see 5x5 pixels and three see 7x7, with fewer weights than one large kernel and a ReLU more. Of
    VGG-16's 138 million parameters 103 million are in the first dense layer; of the multiply-adds almost all are in the
    convolutions.

    It differs from the paper in its initial weights (He et al. 2015), which spare the paper's detour by a trained
    VGG-11, and in ``normalization``, which came a year later.

    Args:
        input_shape: height, width and channels of one picture; more than 16 pixels a side. The paper subtracts the
            training set's mean colour from pixels of 0 to 255.
        num_classes: outputs of the last layer; None omits it: the model then returns features.
        convolutions: for each stage, how many convolutions come before its pooling.
        width: filters of the first stage; each later stage has twice as many, at most eight times ``width``.
        hidden: units of the dense layers before the last; ``()`` for none.
        normalization: batch normalization between each convolution and its ReLU (Ioffe and Szegedy 2015).
        dropout: fraction of each dense layer's outputs set to zero in training.
        classifier_activation: ``"softmax"``, or None for logits.
        name: the model's name.

    Raises:
        UserError: for a picture too small for the poolings, fewer than two classes, a fraction outside 0 to 1, or any
            other argument that makes no network.

    Example:
        >>> vgg((32, 32, 3), 10, (1, 1), width=8, hidden=(64,)).get_layer("pooling_2").output.shape
        (None, 8, 8, 16)
    """
    checks.check_count("width", width)
    checks.check_counts("convolutions", convolutions, "convolution")
    filters = [width * min(2**stage, 8) for stage in range(len(convolutions))]
    _check(convolutions, filters, input_shape, num_classes, hidden, dropout, classifier_activation)
    x = inputs = keras.Input(input_shape)
    for stage, (count, number) in enumerate(zip(filters, convolutions, strict=True), start=1):
        for place in range(1, number + 1):
            x = _convolution(x, count, normalization, f"{stage}_{place}")
        x = layers.MaxPooling2D(2, padding="same", name=f"pooling_{stage}")(
            x
        )  # 224 -> 112 -> 56 -> 28 -> 14 -> 7
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


def vgg11(
    input_shape: Shape = (224, 224, 3),
    num_classes: int | None = 1000,
    *,
    name: str = "vgg11",
    **knobs: Unpack[Knobs],
) -> keras.Model:
    """Eight convolutions and three dense layers, configuration A; arguments and errors are those of :func:`vgg`.

    Example:
        >>> model = vgg11((32, 32, 3), 10, width=8, hidden=(64,))
        >>> sum("convolution" in layer.name for layer in model.layers)
        8
    """
    return vgg(input_shape, num_classes, (1, 1, 2, 2, 2), name=name, **knobs)


def vgg13(
    input_shape: Shape = (224, 224, 3),
    num_classes: int | None = 1000,
    *,
    name: str = "vgg13",
    **knobs: Unpack[Knobs],
) -> keras.Model:
    """Ten convolutions and three dense layers, configuration B; arguments and errors are those of :func:`vgg`.

    Example:
        >>> model = vgg13((32, 32, 3), 10, width=8, hidden=(64,))
        >>> sum("convolution" in layer.name for layer in model.layers)
        10
    """
    return vgg(input_shape, num_classes, (2, 2, 2, 2, 2), name=name, **knobs)


def vgg16(
    input_shape: Shape = (224, 224, 3),
    num_classes: int | None = 1000,
    *,
    name: str = "vgg16",
    **knobs: Unpack[Knobs],
) -> keras.Model:
    """Thirteen convolutions and three dense layers, configuration D; arguments and errors are those of :func:`vgg`.

    Example:
        >>> model = vgg16((32, 32, 3), 10, width=8, hidden=(64,))
        >>> sum("convolution" in layer.name for layer in model.layers)
        13
    """
    return vgg(input_shape, num_classes, (2, 2, 3, 3, 3), name=name, **knobs)


def vgg19(
    input_shape: Shape = (224, 224, 3),
    num_classes: int | None = 1000,
    *,
    name: str = "vgg19",
    **knobs: Unpack[Knobs],
) -> keras.Model:
    """Sixteen convolutions and three dense layers, configuration E; arguments and errors are those of :func:`vgg`.

    Example:
        >>> model = vgg19((32, 32, 3), 10, width=8, hidden=(64,))
        >>> sum("convolution" in layer.name for layer in model.layers)
        16
    """
    return vgg(input_shape, num_classes, (2, 2, 4, 4, 4), name=name, **knobs)


def _convolution(x: Any, filters: int, normalization: bool, place: str) -> Any:
    """A padded 3x3 convolution and its ReLU; ``place`` is its stage and number, ``"2_1"``."""
    x = layers.Conv2D(
        filters,
        3,
        padding="same",
        use_bias=not normalization,  # the normalization has a bias of its own
        kernel_initializer="he_normal",
        name=f"convolution_{place}",
    )(x)
    if normalization:
        x = layers.BatchNormalization(name=f"normalization_{place}")(x)
    return layers.ReLU(name=f"relu_{place}")(x)


def _check(
    convolutions: Sequence[int],
    filters: Sequence[int],
    input_shape: Shape,
    num_classes: int | None,
    hidden: Sequence[int],
    dropout: float,
    classifier_activation: Any,
) -> None:
    checks.check_shape(input_shape, (3,), example="(224, 224, 3): height, width and channels")
    checks.check_classes(num_classes, classifier_activation)
    checks.check_counts("hidden", hidden, "unit", empty=True)
    checks.check_fraction("dropout", dropout)
    smallest = 2 ** (len(convolutions) - 1) + 1
    if min(input_shape[:2]) < smallest:
        raise UserError(
            f"{len(convolutions)} poolings leave nothing of a picture of {input_shape[0]}x{input_shape[1]}: "
            f"give pictures of at least {smallest}x{smallest}"
        )
    weights, before = 0, input_shape[2]
    for count, number in zip(filters, convolutions, strict=True):
        weights += 9 * before * count + 9 * count * count * (number - 1)
        before = count
    height, width = (-(-side // 2 ** len(convolutions)) for side in input_shape[:2])
    widths = [height * width * before, *hidden, *([num_classes] if num_classes else [])]
    checks.check_size(weights + sum(inputs * units for inputs, units in itertools.pairwise(widths)))

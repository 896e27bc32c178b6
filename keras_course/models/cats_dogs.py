"""Cats and dogs: the slides' ConvNet, and a compact modern one.

Every builder returns an uncompiled ``keras.Model`` and expects photos with values from 0 to 1. Two classes make one
output, the probability of the second class; more classes make one probability each.
"""

import itertools
from collections.abc import Sequence
from typing import Any

import keras
from keras import layers

from keras_course.errors import UserError
from keras_course.layers.standardized_conv import RELU_GAIN, StandardizedConv2D
from keras_course.models import blocks, checks
from keras_course.models.pretrained import Weights, with_weights

Shape = tuple[int, ...]


def slides_sequential(
    input_shape: Shape = (150, 150, 3),
    num_classes: int | None = 2,
    filters: Sequence[int] = (32, 64, 128, 128),
    hidden: int = 512,
    *,
    l2: float = 0.0,
    kernel_regularizer: Any = None,
    dropout: float = 0.0,
    classifier_activation: Any = "auto",
    name: str = "slides_sequential",
) -> keras.Model:
    """Convolution and pooling four times, flatten, a dense layer, and one output: the probability of a dog.

    Slide: deck 3, "Convolution Neural Network"; deck 1, "Convolution Neural Network (ConvNet)"
    Source: Chollet, "Deep Learning with Python", 2017, section 5.2, whose sizes these are

    Shape: ``150x150x3 -> 74x74x32 -> 36x36x64 -> 17x17x128 -> 7x7x128 -> 6272 -> 512 -> 1``

    Args:
        input_shape: height, width and channels of one photo, values from 0 to 1.
        num_classes: 2 gives one sigmoid, more a softmax; None omits the last layer: the model then returns features.
        filters: for each stage, its number of filters (3x3, not padded, then 2x2 max pooling).
        hidden: units of the dense layer after flatten.
        l2: adds ``l2 * w**2`` to the loss for every weight of every kernel.
        kernel_regularizer: any of Keras, instead of ``l2``.
        dropout: fraction of the flattened maps set to zero in training.
        classifier_activation: ``"auto"`` (sigmoid or softmax), or None for logits.
        name: the model's name.

    Raises:
        UserError: for fewer than two classes, a photo too small for so many stages, a fraction outside 0 to 1, or any
            other argument that makes no network.

    Example:
        >>> model = slides_sequential()
        >>> model.output_shape, model.count_params()
        ((None, 1), 3453121)
    """
    _check(input_shape, num_classes, filters, dropout, classifier_activation)
    _check_slides_size(input_shape, num_classes, filters, hidden)
    regularizer = blocks.resolve_regularizer(kernel_regularizer, l2=l2, convolutions=True)
    model = keras.Sequential([keras.Input(input_shape)], name=name)
    for stage, count in enumerate(filters, start=1):
        model.add(_convolution(count, regularizer, f"convolution_{stage}"))
        model.add(layers.MaxPooling2D(2, name=f"pooling_{stage}"))
    model.add(layers.Flatten(name="flatten"))
    if dropout:
        model.add(layers.Dropout(dropout, name="dropout"))
    model.add(layers.Dense(hidden, activation="relu", kernel_regularizer=regularizer, name="full_connection"))
    if num_classes is not None:
        model.add(blocks.photo_predictions(num_classes, classifier_activation, regularizer))
    return model


def slides_functional(
    input_shape: Shape = (150, 150, 3),
    num_classes: int | None = 2,
    filters: Sequence[int] = (32, 64, 128, 128),
    hidden: int = 512,
    *,
    l2: float = 0.0,
    kernel_regularizer: Any = None,
    dropout: float = 0.0,
    classifier_activation: Any = "auto",
    name: str = "slides_functional",
) -> keras.Model:
    """The same network by the functional API.

    With the weights of :func:`slides_sequential` it gives the same outputs. Arguments and errors are those of
    :func:`slides_sequential`.

    Example:
        >>> slides_functional((150, 150, 3), num_classes=5).output_shape
        (None, 5)
    """
    _check(input_shape, num_classes, filters, dropout, classifier_activation)
    _check_slides_size(input_shape, num_classes, filters, hidden)
    regularizer = blocks.resolve_regularizer(kernel_regularizer, l2=l2, convolutions=True)
    inputs = keras.Input(input_shape)
    x = inputs
    for stage, count in enumerate(filters, start=1):
        x = _convolution(count, regularizer, f"convolution_{stage}")(x)
        x = layers.MaxPooling2D(2, name=f"pooling_{stage}")(x)
    x = layers.Flatten(name="flatten")(x)
    if dropout:
        x = layers.Dropout(dropout, name="dropout")(x)
    x = layers.Dense(hidden, activation="relu", kernel_regularizer=regularizer, name="full_connection")(x)
    if num_classes is not None:
        x = blocks.photo_predictions(num_classes, classifier_activation, regularizer)(x)
    return keras.Model(inputs=inputs, outputs=x, name=name)


def modern(
    input_shape: Shape = (144, 144, 3),
    num_classes: int | None = 2,
    filters: Sequence[int] = (32, 64, 128, 256),
    blocks_a_stage: int = 1,
    *,
    l2: float = 0.0,
    kernel_regularizer: Any = None,
    dropout: float = 0.0,
    classifier_activation: Any = "auto",
    weights: Weights = None,
    name: str = "modern",
) -> keras.Model:
    """A small residual network: normalised kernels, shortcuts, and global pooling instead of flatten.

    Papers: He et al., "Identity Mappings in Deep Residual Networks", 2016 (https://arxiv.org/abs/1603.05027);
        Brock et al., 2021 (https://arxiv.org/abs/2101.08692), for kernels instead of maps being normalised;
        Lin et al., "Network In Network", 2013 (https://arxiv.org/abs/1312.4400), for the global pooling

    Shape: ``144x144x3 -> 72x72x32 -> 36x36x32 -> 18x18x64 -> 9x9x128 -> 5x5x256 -> 256 -> 1``

    One convolution of stride 2, then a block of two convolutions a stage, each of which halves the map. Far fewer
    parameters than the slides' network, whose dense layer holds most of its own; and any photo size will do.

    Args:
        input_shape: height, width and channels of one photo, values from 0 to 1.
        num_classes: 2 gives one sigmoid, more a softmax; None omits the last layer: the model then returns features.
        filters: for each stage, its number of filters.
        blocks_a_stage: blocks of two convolutions; all but a stage's first keep the map's size.
        l2: adds ``l2 * w**2`` to the loss for every weight of every kernel (before it is normalised).
        kernel_regularizer: any of Keras, instead of ``l2``.
        dropout: fraction of the pooled features set to zero in training.
        classifier_activation: ``"auto"`` (sigmoid or softmax), or None for logits.
        weights: ``"pretrained"`` for those of the committed run of ``apps.cats_dogs``, the path of another run or
            ``.keras`` file, or None for random weights.
        name: the model's name.

    Raises:
        UserError: for fewer than two classes, a photo too small for so many stages, a fraction outside 0 to 1, weights
            that do not fit, or any other argument that makes no network.

    Example:
        >>> model = modern((144, 144, 3), weights="pretrained")
        >>> model.count_params()
        1226657
    """
    _check(input_shape, num_classes, filters, dropout, classifier_activation)
    checks.check_count("blocks_a_stage", blocks_a_stage)
    widths = itertools.pairwise((filters[0], *filters))
    more = 2 * (blocks_a_stage - 1)
    checks.check_size(sum(9 * (before + count + more * count) * count for before, count in widths))
    regularizer = blocks.resolve_regularizer(kernel_regularizer, l2=l2, convolutions=True)
    inputs = keras.Input(input_shape)
    x = layers.Rescaling(4.0, -2.0, name="to_unit_variance")(inputs)  # 0 to 1 becomes -2 to 2
    x = _standardized(filters[0], regularizer, "convolution_0", strides=2)(x)
    for stage, count in enumerate(filters, start=1):
        x = _residual_block(x, count, regularizer, f"stage_{stage}")
        for block in range(2, blocks_a_stage + 1):
            x = _residual_block(x, count, regularizer, f"stage_{stage}_block_{block}", strides=1)
    x = layers.ReLU(name="relu")(x)
    x = layers.GlobalAveragePooling2D(name="global_pooling")(x)
    if dropout:
        x = layers.Dropout(dropout, name="dropout")(x)
    if num_classes is not None:
        x = blocks.photo_predictions(num_classes, classifier_activation, regularizer)(x)
    model = keras.Model(inputs=inputs, outputs=x, name=name)
    return with_weights(model, weights, "cats_dogs")


def _residual_block(x: Any, filters: int, regularizer: Any, name: str, strides: int = 2) -> Any:
    """``shortcut(x) + convolution(relu(convolution(relu(x))))``, by default with half the height and width.

    The second convolution starts small: a block begins as little more than its shortcut.
    """
    shortcut = x
    if strides > 1:
        shortcut = layers.AveragePooling2D(strides, padding="same", name=f"{name}_shortcut_pooling")(x)
    if x.shape[-1] != filters:
        shortcut = _standardized(filters, regularizer, f"{name}_shortcut", size=1)(shortcut)
    x = layers.ReLU(name=f"{name}_relu_1")(x)
    x = _standardized(filters, regularizer, f"{name}_convolution_1", strides=strides, gain=RELU_GAIN)(x)
    x = layers.ReLU(name=f"{name}_relu_2")(x)
    x = _standardized(filters, regularizer, f"{name}_convolution_2", gain=0.2 * RELU_GAIN)(x)
    return layers.Add(name=f"{name}_add")([shortcut, x])


def _check(
    input_shape: Shape,
    num_classes: int | None,
    filters: Sequence[int],
    dropout: float,
    classifier_activation: Any,
) -> None:
    checks.check_shape(input_shape, (3,), example="(150, 150, 3): height, width and channels")
    blocks.check_photo_classes(num_classes, classifier_activation)
    checks.check_counts("filters", filters, "filter")
    checks.check_fraction("dropout", dropout)
    smallest = 2 ** (len(filters) + 2)
    if min(input_shape[:2]) < smallest:
        raise UserError(
            f"{len(filters)} stages need photos of at least {smallest}x{smallest} with channels, not {input_shape}"
        )


def _check_slides_size(
    input_shape: Shape, num_classes: int | None, filters: Sequence[int], hidden: int
) -> None:
    checks.check_count("hidden", hidden)
    height, width, before = input_shape
    weights = 0
    for count in filters:
        weights += 9 * before * count
        height, width, before = (height - 2) // 2, (width - 2) // 2, count
    checks.check_size(weights + height * width * before * hidden + hidden * (num_classes or 0))


def _convolution(filters: int, regularizer: Any, name: str) -> keras.layers.Layer:
    """The slides' 3x3 convolution with ReLU, not padded."""
    return layers.Conv2D(
        filters,
        3,
        activation="relu",
        kernel_initializer="he_normal",
        kernel_regularizer=regularizer,
        name=name,
    )


def _standardized(
    filters: int, regularizer: Any, name: str, *, size: int = 3, strides: int = 1, gain: float = 1.0
) -> keras.layers.Layer:
    """A padded convolution with normalised kernels, and no activation."""
    return StandardizedConv2D(
        filters,
        size,
        gain,
        strides=strides,
        padding="same",
        kernel_initializer="he_normal",
        kernel_regularizer=regularizer,
        name=name,
    )

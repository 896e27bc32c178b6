"""Cats and dogs: the slides' ConvNet, and a compact modern one.

Every builder returns an uncompiled ``keras.Model`` and expects pictures with values from 0 to 1. Two classes give one
output, the probability of the second class; more classes give a probability each.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers, regularizers

from keras_course.layers.standardized_conv import RELU_GAIN, StandardizedConv2D

Shape = tuple[int, ...]


def slides_sequential(
    input_shape: Shape = (150, 150, 3),
    num_classes: int | None = 2,
    filters: Sequence[int] = (32, 64, 128, 128),
    hidden: int = 512,
    *,
    l2: float = 0.0,
    dropout: float = 0.0,
    classifier_activation: str | None = "auto",
    name: str = "slides_sequential",
) -> keras.Model:
    """Convolution and pooling four times, flatten, a dense layer, and the probability of a dog.

    Slide: deck 3, "Convolution Neural Network"; deck 1, "Convolution Neural Network (ConvNet)"
    Source: Chollet, "Deep Learning with Python", 2017, section 5.2, whose sizes these are

    Shape: ``150x150x3 -> 74x74x32 -> 36x36x64 -> 17x17x128 -> 7x7x128 -> 6272 -> 512 -> 1``

    Args:
        input_shape: height, width and channels of one photo, values from 0 to 1.
        num_classes: 2 gives one sigmoid, more a softmax; None leaves the last layer out and gives the features.
        filters: for each stage, its number of filters (3x3, not padded, then 2x2 max pooling).
        hidden: units of the dense layer after flatten.
        l2: adds ``l2 * w**2`` to the loss for every weight of every kernel.
        dropout: share of the flattened maps set to zero in training.
        classifier_activation: ``"auto"`` (sigmoid or softmax), or None for logits.
        name: the model's name.

    Raises:
        ValueError: for fewer than two classes, a photo too small for so many stages, or a rate outside 0 to 1.
    """
    _check(input_shape, num_classes, filters, dropout)
    model = keras.Sequential([keras.Input(input_shape)], name=name)
    for stage, count in enumerate(filters, start=1):
        model.add(_convolution(count, l2, f"convolution_{stage}"))
        model.add(layers.MaxPooling2D(2, name=f"pooling_{stage}"))
    model.add(layers.Flatten(name="flatten"))
    if dropout:
        model.add(layers.Dropout(dropout, name="dropout"))
    model.add(
        layers.Dense(hidden, activation="relu", kernel_regularizer=_penalty(l2), name="full_connection")
    )
    if num_classes is not None:
        model.add(_output_layer(num_classes, classifier_activation, l2))
    return model


def slides_functional(
    input_shape: Shape = (150, 150, 3),
    num_classes: int | None = 2,
    filters: Sequence[int] = (32, 64, 128, 128),
    hidden: int = 512,
    *,
    l2: float = 0.0,
    dropout: float = 0.0,
    classifier_activation: str | None = "auto",
    name: str = "slides_functional",
) -> keras.Model:
    """The same network by the functional API.

    With the weights of :func:`slides_sequential` it gives the same outputs. Arguments and errors are those of
    :func:`slides_sequential`.
    """
    _check(input_shape, num_classes, filters, dropout)
    inputs = keras.Input(input_shape)
    x = inputs
    for stage, count in enumerate(filters, start=1):
        x = _convolution(count, l2, f"convolution_{stage}")(x)
        x = layers.MaxPooling2D(2, name=f"pooling_{stage}")(x)
    x = layers.Flatten(name="flatten")(x)
    if dropout:
        x = layers.Dropout(dropout, name="dropout")(x)
    x = layers.Dense(hidden, activation="relu", kernel_regularizer=_penalty(l2), name="full_connection")(x)
    if num_classes is not None:
        x = _output_layer(num_classes, classifier_activation, l2)(x)
    return keras.Model(inputs=inputs, outputs=x, name=name)


def modern(
    input_shape: Shape = (144, 144, 3),
    num_classes: int | None = 2,
    filters: Sequence[int] = (32, 64, 128, 256),
    *,
    l2: float = 0.0,
    dropout: float = 0.0,
    classifier_activation: str | None = "auto",
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
        num_classes: 2 gives one sigmoid, more a softmax; None leaves the last layer out and gives the features.
        filters: for each stage, its number of filters.
        l2: adds ``l2 * w**2`` to the loss for every weight of every kernel (before it is normalised).
        dropout: share of the pooled features set to zero in training.
        classifier_activation: ``"auto"`` (sigmoid or softmax), or None for logits.
        name: the model's name.

    Raises:
        ValueError: for fewer than two classes, a photo too small for so many stages, or a rate outside 0 to 1.
    """
    _check(input_shape, num_classes, filters, dropout)
    inputs = keras.Input(input_shape)
    x = layers.Rescaling(4.0, -2.0, name="to_unit_variance")(inputs)  # 0 to 1 becomes -2 to 2
    x = _normalised(filters[0], l2, "convolution_0", strides=2)(x)
    for stage, count in enumerate(filters, start=1):
        x = _residual_block(x, count, l2, f"stage_{stage}")
    x = layers.ReLU(name="relu")(x)
    x = layers.GlobalAveragePooling2D(name="global_pooling")(x)
    if dropout:
        x = layers.Dropout(dropout, name="dropout")(x)
    if num_classes is not None:
        x = _output_layer(num_classes, classifier_activation, l2)(x)
    return keras.Model(inputs=inputs, outputs=x, name=name)


def _residual_block(x: Any, filters: int, l2: float, name: str) -> Any:
    """``shortcut(x) + convolution(relu(convolution(relu(x))))``, and half the height and width.

    The second convolution starts small: a block begins as little more than its shortcut.
    """
    shortcut = layers.AveragePooling2D(2, padding="same", name=f"{name}_shortcut_pooling")(x)
    if x.shape[-1] != filters:
        shortcut = _normalised(filters, l2, f"{name}_shortcut", size=1)(shortcut)
    x = layers.ReLU(name=f"{name}_relu_1")(x)
    x = _normalised(filters, l2, f"{name}_convolution_1", strides=2, gain=RELU_GAIN)(x)
    x = layers.ReLU(name=f"{name}_relu_2")(x)
    x = _normalised(filters, l2, f"{name}_convolution_2", gain=0.2 * RELU_GAIN)(x)
    return layers.Add(name=f"{name}_add")([shortcut, x])


def _check(input_shape: Shape, num_classes: int | None, filters: Sequence[int], dropout: float) -> None:
    if num_classes is not None and num_classes < 2:
        raise ValueError(f"num_classes={num_classes}: there are at least two classes to tell apart")
    if not filters or any(count < 1 for count in filters):
        raise ValueError(f"every stage needs at least one filter, not filters={tuple(filters)}")
    smallest = 2 ** (len(filters) + 2)
    if len(input_shape) != 3 or min(input_shape[:2]) < smallest:
        raise ValueError(
            f"{len(filters)} stages need photos of at least {smallest}x{smallest} with channels, not {input_shape}"
        )
    if not 0 <= dropout < 1:
        raise ValueError(f"dropout={dropout} is not a share: give a number from 0 to below 1")


def _penalty(l2: float) -> Any:
    return regularizers.L2(l2) if l2 else None


def _convolution(filters: int, l2: float, name: str) -> keras.layers.Layer:
    """The slides' 3x3 convolution with ReLU, not padded."""
    return layers.Conv2D(
        filters,
        3,
        activation="relu",
        kernel_initializer="he_normal",
        kernel_regularizer=_penalty(l2),
        name=name,
    )


def _normalised(
    filters: int, l2: float, name: str, *, size: int = 3, strides: int = 1, gain: float = 1.0
) -> keras.layers.Layer:
    """A padded convolution with normalised kernels, and no activation."""
    return StandardizedConv2D(
        filters,
        size,
        gain,
        strides=strides,
        padding="same",
        kernel_initializer="he_normal",
        kernel_regularizer=_penalty(l2),
        name=name,
    )


def _output_layer(num_classes: int, activation: str | None, l2: float) -> keras.layers.Layer:
    if activation == "auto":
        activation = "sigmoid" if num_classes == 2 else "softmax"
    return layers.Dense(
        1 if num_classes == 2 else num_classes,
        activation=activation,
        kernel_regularizer=_penalty(l2),
        dtype="float32",  # in every precision: probabilities in half precision lose the small ones
        name="probabilities" if activation else "scores",
    )

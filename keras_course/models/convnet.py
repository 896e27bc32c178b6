"""The slides' ConvNet for digits: convolution, pooling, flatten, full connection.

Both builders return an uncompiled ``keras.Model`` and expect pictures with values from 0 to 1.
"""

from collections.abc import Sequence

import keras
from keras import layers, regularizers

Shape = tuple[int, ...]


def convnet_sequential(
    input_shape: Shape = (28, 28, 1),
    num_classes: int | None = 10,
    filters: Sequence[int] = (32, 64),
    hidden: int = 128,
    *,
    convolutions: int = 1,
    normalization: bool = False,
    l2: float = 0.0,
    dropout: float = 0.0,
    classifier_activation: str | None = "softmax",
    name: str = "convnet_sequential",
) -> keras.Model:
    """Stages of convolution and max pooling, then a dense network on what they found.

    Slide: deck 3, "Convolution Neural Network"; deck 3, "Convolutional Layer"; deck 3, "Max Pooling";
        deck 3, "Flattening"; deck 3, "Full Connection"; deck 1, "Convolution Neural Network (ConvNet)"

    Shape: ``28x28x1 -> 28x28x32 -> 14x14x32 -> 14x14x64 -> 7x7x64 -> 3136 -> 128 -> 10``

    The slides' ConvNet is ``convolution -> ReLU -> pooling``, repeated. Every convolution is 3x3 and padded, so that
    pooling alone makes the map smaller; an odd map keeps its edge (deck 3, "Max Pooling").

    Args:
        input_shape: height, width and channels of one picture, values from 0 to 1; two numbers mean one channel.
        num_classes: outputs of the last layer; None leaves it out and gives the features.
        filters: for each stage, its number of filters.
        hidden: units of the dense layer after flatten; 0 leaves it out.
        convolutions: convolutions in each stage before it pools (VGG has 2 and more).
        normalization: batch normalisation between each convolution and its ReLU.
        l2: adds ``l2 * w**2`` to the loss for every weight of every kernel.
        dropout: share set to zero in training: of the flattened maps, and of the dense layer's outputs.
        classifier_activation: ``"softmax"``, or None for logits.
        name: the model's name.

    Raises:
        ValueError: for a stage without filters, a picture that the pooling makes too small, or a rate outside 0 to 1.
    """
    _check(input_shape, filters, convolutions, hidden, dropout)
    model = keras.Sequential([keras.Input(input_shape)], name=name)
    if len(input_shape) == 2:
        model.add(layers.Reshape((*input_shape, 1), name="one_channel"))  # 28x28 -> 28x28x1
    for stage, count in enumerate(filters, start=1):
        for number in range(1, convolutions + 1):
            for layer in _convolution(count, normalization, l2, f"{stage}_{number}"):
                model.add(layer)
        model.add(layers.MaxPooling2D(2, padding="same", name=f"pooling_{stage}"))
    model.add(layers.Flatten(name="flatten"))
    for layer in _full_connection(num_classes, hidden, l2, dropout, classifier_activation):
        model.add(layer)
    return model


def convnet_functional(
    input_shape: Shape = (28, 28, 1),
    num_classes: int | None = 10,
    filters: Sequence[int] = (32, 64),
    hidden: int = 128,
    *,
    convolutions: int = 1,
    normalization: bool = False,
    l2: float = 0.0,
    dropout: float = 0.0,
    classifier_activation: str | None = "softmax",
    name: str = "convnet_functional",
) -> keras.Model:
    """The same network by the functional API: each layer is called on the output of the one before.

    With the weights of :func:`convnet_sequential` it gives the same outputs. Arguments and errors are those of
    :func:`convnet_sequential`.
    """
    _check(input_shape, filters, convolutions, hidden, dropout)
    inputs = keras.Input(input_shape)
    x = inputs
    if len(input_shape) == 2:
        x = layers.Reshape((*input_shape, 1), name="one_channel")(x)  # 28x28 -> 28x28x1
    for stage, count in enumerate(filters, start=1):
        for number in range(1, convolutions + 1):
            for layer in _convolution(count, normalization, l2, f"{stage}_{number}"):
                x = layer(x)
        x = layers.MaxPooling2D(2, padding="same", name=f"pooling_{stage}")(x)
    x = layers.Flatten(name="flatten")(x)
    for layer in _full_connection(num_classes, hidden, l2, dropout, classifier_activation):
        x = layer(x)
    return keras.Model(inputs=inputs, outputs=x, name=name)


def _check(
    input_shape: Shape, filters: Sequence[int], convolutions: int, hidden: int, dropout: float
) -> None:
    if len(input_shape) not in (2, 3):
        raise ValueError(f"a picture has height, width and perhaps channels, not the shape {input_shape}")
    if not filters or any(count < 1 for count in filters) or convolutions < 1 or hidden < 0:
        raise ValueError(
            f"every stage needs at least one filter and one convolution, not filters={tuple(filters)}, "
            f"convolutions={convolutions}, hidden={hidden}"
        )
    if min(input_shape[:2]) <= 2 ** (len(filters) - 1):
        raise ValueError(
            f"{len(filters)} poolings leave nothing of a picture of {input_shape[0]}x{input_shape[1]}: "
            f"give fewer filters"
        )
    if not 0 <= dropout < 1:
        raise ValueError(f"dropout={dropout} is not a share: give a number from 0 to below 1")


def _convolution(filters: int, normalization: bool, l2: float, place: str) -> list[keras.layers.Layer]:
    """The layers of one convolution; ``place`` is its stage and number, ``"2_1"``."""
    penalty = regularizers.L2(l2) if l2 else None
    convolution = layers.Conv2D(
        filters,
        3,
        padding="same",
        use_bias=not normalization,  # the normalisation has a bias of its own
        kernel_initializer="he_normal",
        kernel_regularizer=penalty,
        name=f"convolution_{place}",
    )
    relu = layers.ReLU(name=f"relu_{place}")
    if not normalization:
        return [convolution, relu]
    return [convolution, layers.BatchNormalization(name=f"normalization_{place}"), relu]


def _full_connection(
    num_classes: int | None, hidden: int, l2: float, dropout: float, activation: str | None
) -> list[keras.layers.Layer]:
    penalty = regularizers.L2(l2) if l2 else None
    stack: list[keras.layers.Layer] = []
    if dropout:
        stack.append(layers.Dropout(dropout, name="dropout_flatten"))
    if hidden:
        stack.append(
            layers.Dense(hidden, activation="relu", kernel_regularizer=penalty, name="full_connection")
        )
        if dropout:
            stack.append(layers.Dropout(dropout, name="dropout_full_connection"))
    if num_classes is not None:
        # float32 in every precision: a softmax in half precision loses small probabilities.
        name = "probabilities" if activation == "softmax" else "scores"
        stack.append(
            layers.Dense(
                num_classes, activation=activation, kernel_regularizer=penalty, dtype="float32", name=name
            )
        )
    return stack

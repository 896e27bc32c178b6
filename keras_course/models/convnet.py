"""The slides' ConvNet for digits: convolution, pooling, flatten, full connection.

Both builders return an uncompiled ``keras.Model`` and expect pictures with values from 0 to 1.
"""

import itertools
from collections.abc import Sequence
from typing import Any

import keras
from keras import layers

from keras_course.errors import UserError
from keras_course.models import blocks, checks
from keras_course.models.pretrained import Weights, with_weights

Shape = tuple[int, ...]


def convnet_sequential(
    input_shape: Shape = (28, 28, 1),
    num_classes: int | None = 10,
    filters: Sequence[int] = (32, 64),
    hidden: int = 128,
    *,
    convolutions: int = 1,
    normalization: bool = False,
    global_pooling: bool = False,
    l2: float = 0.0,
    kernel_regularizer: Any = None,
    dropout: float = 0.0,
    classifier_activation: Any = "softmax",
    weights: Weights = None,
    name: str = "convnet_sequential",
) -> keras.Model:
    """Stages of convolution and max pooling, then a dense network on the features that they find.

    Slide: deck 3, "Convolution Neural Network"; deck 3, "Convolutional Layer"; deck 3, "Max Pooling";
        deck 3, "Flattening"; deck 3, "Full Connection"; deck 1, "Convolution Neural Network (ConvNet)"

    Shape: ``28x28x1 -> 28x28x32 -> 14x14x32 -> 14x14x64 -> 7x7x64 -> 3136 -> 128 -> 10``

    The slides' ConvNet is ``convolution -> ReLU -> pooling``, repeated. Every convolution is 3x3 and padded, so that
    only pooling makes the map smaller; a map with an odd side keeps its edge (deck 3, "Max Pooling").

    Args:
        input_shape: height, width and channels of one picture, values from 0 to 1; two numbers mean one channel.
        num_classes: outputs of the last layer; None omits it: the model then returns features.
        filters: for each stage, its number of filters.
        hidden: units of the dense layer after flatten; 0 omits it.
        convolutions: convolutions in each stage before its pooling (VGG has 2 and more).
        normalization: batch normalization between each convolution and its ReLU.
        global_pooling: the mean of each map instead of flatten (Lin et al., "Network In Network", 2014): 64 values
            that tell what is in the picture, and no longer where.
        l2: adds ``l2 * w**2`` to the loss for every weight of every kernel.
        kernel_regularizer: any of Keras, instead of ``l2``.
        dropout: fraction set to zero in training: of the vector made of the maps, and of the dense layer's outputs.
        classifier_activation: ``"softmax"``, or None for logits.
        weights: ``"pretrained"`` for those of the committed run of ``apps.mnist_convnet`` (``convolutions=2``), the
            path of another run or ``.keras`` file, or None for random weights.
        name: the model's name.

    Raises:
        UserError: for a stage without filters, a picture too small for so many poolings, a fraction outside 0 to 1,
            weights that do not fit, or any other argument that makes no network.

    Example:
        >>> model = convnet_sequential(convolutions=2, weights="pretrained")
        >>> model.count_params()
        467818
    """
    _check(
        input_shape,
        num_classes,
        filters,
        hidden,
        convolutions,
        global_pooling,
        dropout,
        classifier_activation,
    )
    regularizer = blocks.resolve_regularizer(kernel_regularizer, l2=l2, convolutions=True)
    model = keras.Sequential([keras.Input(input_shape)], name=name)
    if len(input_shape) == 2:
        model.add(layers.Reshape((*input_shape, 1), name="one_channel"))  # 28x28 -> 28x28x1
    for stage, count in enumerate(filters, start=1):
        for number in range(1, convolutions + 1):
            for layer in _convolution(count, normalization, regularizer, f"{stage}_{number}"):
                model.add(layer)
        model.add(layers.MaxPooling2D(2, padding="same", name=f"pooling_{stage}"))
    model.add(_as_vector(global_pooling))
    for layer in _full_connection(num_classes, hidden, regularizer, dropout, classifier_activation):
        model.add(layer)
    settings = {
        "filters": filters,
        "convolutions": convolutions,
        "hidden": hidden,
        "normalization": normalization,
    }
    return with_weights(model, weights, "mnist_convnet", **settings)


def convnet_functional(
    input_shape: Shape = (28, 28, 1),
    num_classes: int | None = 10,
    filters: Sequence[int] = (32, 64),
    hidden: int = 128,
    *,
    convolutions: int = 1,
    normalization: bool = False,
    global_pooling: bool = False,
    l2: float = 0.0,
    kernel_regularizer: Any = None,
    dropout: float = 0.0,
    classifier_activation: Any = "softmax",
    weights: Weights = None,
    name: str = "convnet_functional",
) -> keras.Model:
    """The same network by the functional API: each layer is called on the output of the one before.

    With the weights of :func:`convnet_sequential` it gives the same outputs. Arguments and errors are those of
    :func:`convnet_sequential`.

    Example:
        >>> convnet_functional(num_classes=None).output_shape  # without the last layer: features
        (None, 128)
    """
    _check(
        input_shape,
        num_classes,
        filters,
        hidden,
        convolutions,
        global_pooling,
        dropout,
        classifier_activation,
    )
    regularizer = blocks.resolve_regularizer(kernel_regularizer, l2=l2, convolutions=True)
    inputs = keras.Input(input_shape)
    x = inputs
    if len(input_shape) == 2:
        x = layers.Reshape((*input_shape, 1), name="one_channel")(x)  # 28x28 -> 28x28x1
    for stage, count in enumerate(filters, start=1):
        for number in range(1, convolutions + 1):
            for layer in _convolution(count, normalization, regularizer, f"{stage}_{number}"):
                x = layer(x)
        x = layers.MaxPooling2D(2, padding="same", name=f"pooling_{stage}")(x)
    x = _as_vector(global_pooling)(x)
    for layer in _full_connection(num_classes, hidden, regularizer, dropout, classifier_activation):
        x = layer(x)
    model = keras.Model(inputs=inputs, outputs=x, name=name)
    settings = {
        "filters": filters,
        "convolutions": convolutions,
        "hidden": hidden,
        "normalization": normalization,
    }
    return with_weights(model, weights, "mnist_convnet", **settings)


def _check(
    input_shape: Shape,
    num_classes: int | None,
    filters: Sequence[int],
    hidden: int,
    convolutions: int,
    global_pooling: bool,
    dropout: float,
    classifier_activation: Any,
) -> None:
    checks.check_shape(input_shape, (2, 3), example="(28, 28, 1): height, width and perhaps channels")
    checks.check_counts("filters", filters, "filter")
    checks.check_count("convolutions", convolutions)
    checks.check_count("hidden", hidden, at_least=0)
    if num_classes is not None:
        checks.check_count("num_classes", num_classes)
        checks.check_activation("classifier_activation", classifier_activation)
    checks.check_fraction("dropout", dropout)
    if min(input_shape[:2]) <= 2 ** (len(filters) - 1):
        raise UserError(
            f"{len(filters)} poolings leave nothing of a picture of {input_shape[0]}x{input_shape[1]}: "
            "give fewer filters"
        )
    weights, before = 0, input_shape[2] if len(input_shape) == 3 else 1
    for count in filters:
        weights += 9 * before * count + 9 * count * count * (convolutions - 1)
        before = count
    height, width = (-(-side // 2 ** len(filters)) for side in input_shape[:2])
    features = before if global_pooling else height * width * before
    widths = [features, *([hidden] if hidden else []), *([num_classes] if num_classes else [])]
    checks.check_size(weights + sum(inputs * units for inputs, units in itertools.pairwise(widths)))


def _convolution(filters: int, normalization: bool, regularizer: Any, place: str) -> list[keras.layers.Layer]:
    """The layers of one convolution; ``place`` is its stage and number, ``"2_1"``."""
    convolution = layers.Conv2D(
        filters,
        3,
        padding="same",
        use_bias=not normalization,  # the normalization has a bias of its own
        kernel_initializer="he_normal",
        kernel_regularizer=regularizer,
        name=f"convolution_{place}",
    )
    relu = layers.ReLU(name=f"relu_{place}")
    if not normalization:
        return [convolution, relu]
    return [convolution, layers.BatchNormalization(name=f"normalization_{place}"), relu]


def _as_vector(global_pooling: bool) -> keras.layers.Layer:
    """The layer that makes one vector of the maps."""
    if global_pooling:
        return layers.GlobalAveragePooling2D(name="global_pooling")  # 7x7x64 -> 64
    return layers.Flatten(name="flatten")  # 7x7x64 -> 3136


def _full_connection(
    num_classes: int | None, hidden: int, regularizer: Any, dropout: float, activation: Any
) -> list[keras.layers.Layer]:
    """The dense network after the maps, with dropout before each of its layers, and the last layer."""
    stack: list[keras.layers.Layer] = []
    if dropout:
        stack.append(layers.Dropout(dropout, name="dropout_flatten"))
    if hidden:
        stack.append(
            layers.Dense(hidden, activation="relu", kernel_regularizer=regularizer, name="full_connection")
        )
        if dropout:
            stack.append(layers.Dropout(dropout, name="dropout_full_connection"))
    if num_classes is not None:
        stack.append(blocks.predictions(num_classes, activation, regularizer))
    return stack

"""ResNet, version 1: blocks that learn what to add to their input.

``resnet`` builds any of them; ``resnet18`` to ``resnet152`` are the five of the paper's table 1.

Slide: deck 1, "ResNet"; deck 2, "RestNet"
Paper: He et al., "Deep Residual Learning for Image Recognition", 2015 (https://arxiv.org/abs/1512.03385)
"""

from collections.abc import Sequence
from typing import Any, TypedDict, Unpack

import keras
from keras import layers

from keras_course.errors import UserError
from keras_course.models import blocks, checks

Shape = tuple[int, ...]


class Knobs(TypedDict, total=False):
    """What ``resnet18`` to ``resnet152`` pass on to :func:`resnet`."""

    width: int
    first_stride: int
    first_pooling: bool
    classifier_activation: Any


def resnet(
    input_shape: Shape = (224, 224, 3),
    num_classes: int | None = 1000,
    blocks_a_stage: Sequence[int] = (3, 4, 6, 3),
    bottleneck: bool = True,
    *,
    width: int = 64,
    first_stride: int = 2,
    first_pooling: bool = True,
    classifier_activation: Any = "softmax",
    name: str = "resnet",
) -> keras.Model:
    """Stages of residual blocks: each computes ``relu(x + f(x))``.

    Slide: deck 1, "ResNet"; deck 2, "RestNet"
    Paper: He et al., 2015 (https://arxiv.org/abs/1512.03385)

    Shape: ``224x224x3 -> 112x112x64 -> 56x56x256 -> 28x28x512 -> 14x14x1024 -> 7x7x2048 -> 2048 -> 1000``

    Where a block changes the shape, ``x`` passes through a 1x1 convolution (option B of the paper). A stage's first
    bottleneck has its stride in the first 1x1 convolution, as in the paper; PyTorch's networks have it in the 3x3 one.

    Args:
        input_shape: height, width and channels of one picture.
        num_classes: outputs of the last layer; None omits it: the model then returns features.
        blocks_a_stage: how many blocks each stage has; a stage has half the height and width of the one before it.
        bottleneck: blocks of 1x1, 3x3 and 1x1 convolutions (the last with four times the filters), or of two 3x3 ones.
        width: filters of the first convolution and of the first stage's 3x3 ones; each later stage has twice as many.
        first_stride: stride of the first convolution: 2 with a kernel of 7x7, for photos; 1 with one of 3x3, for small
            pictures (section 4.2 of the paper).
        first_pooling: whether 3x3 max pooling of stride 2 follows; False for small pictures.
        classifier_activation: ``"softmax"``, or None for logits.
        name: the model's name.

    Raises:
        UserError: for a picture too small for so many strides, fewer than two classes, or any other argument that makes
            no network.

    Example:
        >>> model = resnet((28, 28, 1), 10, (2, 2), bottleneck=False, width=16, first_stride=1, first_pooling=False)
        >>> model.get_layer("stage_3_block_2_relu").output.shape
        (None, 14, 14, 32)
    """
    checks.check_counts("blocks_a_stage", blocks_a_stage, "block")
    _check(
        input_shape, num_classes, blocks_a_stage, width, first_stride, first_pooling, classifier_activation
    )
    block = _bottleneck_block if bottleneck else _basic_block
    x = inputs = keras.Input(input_shape)
    x = _convolution(x, width, 7 if first_stride > 1 else 3, first_stride, "1")
    x = layers.ReLU(name="relu_1")(x)
    if first_pooling:
        x = layers.ZeroPadding2D(1, name="pooling_padding")(x)
        x = layers.MaxPooling2D(3, strides=2, name="pooling")(x)
    for stage, count in enumerate(blocks_a_stage, start=2):  # the paper's conv2_x to conv5_x
        for number in range(1, count + 1):
            strides = 2 if stage > 2 and number == 1 else 1
            x = block(x, width * 2 ** (stage - 2), strides, f"stage_{stage}_block_{number}")
    x = layers.GlobalAveragePooling2D(name="global_pooling")(x)
    if num_classes is not None:
        x = blocks.predictions(num_classes, classifier_activation)(x)
    return keras.Model(inputs=inputs, outputs=x, name=name)


def resnet18(
    input_shape: Shape = (224, 224, 3),
    num_classes: int | None = 1000,
    *,
    name: str = "resnet18",
    **knobs: Unpack[Knobs],
) -> keras.Model:
    """Eight blocks of two 3x3 convolutions; arguments and errors are those of :func:`resnet`.

    Example:
        >>> resnet18((32, 32, 3), num_classes=None, width=16).output_shape
        (None, 128)
    """
    return resnet(input_shape, num_classes, (2, 2, 2, 2), bottleneck=False, name=name, **knobs)


def resnet34(
    input_shape: Shape = (224, 224, 3),
    num_classes: int | None = 1000,
    *,
    name: str = "resnet34",
    **knobs: Unpack[Knobs],
) -> keras.Model:
    """Sixteen blocks of two 3x3 convolutions; arguments and errors are those of :func:`resnet`.

    Example:
        >>> resnet34((32, 32, 3), num_classes=None, width=16).output_shape
        (None, 128)
    """
    return resnet(input_shape, num_classes, (3, 4, 6, 3), bottleneck=False, name=name, **knobs)


def resnet50(
    input_shape: Shape = (224, 224, 3),
    num_classes: int | None = 1000,
    *,
    name: str = "resnet50",
    **knobs: Unpack[Knobs],
) -> keras.Model:
    """Sixteen bottleneck blocks; arguments and errors are those of :func:`resnet`.

    Example:
        >>> resnet50((32, 32, 3), num_classes=None, width=16).output_shape
        (None, 512)
    """
    return resnet(input_shape, num_classes, (3, 4, 6, 3), bottleneck=True, name=name, **knobs)


def resnet101(
    input_shape: Shape = (224, 224, 3),
    num_classes: int | None = 1000,
    *,
    name: str = "resnet101",
    **knobs: Unpack[Knobs],
) -> keras.Model:
    """33 bottleneck blocks; arguments and errors are those of :func:`resnet`.

    Example:
        >>> resnet101((32, 32, 3), num_classes=None, width=16).output_shape
        (None, 512)
    """
    return resnet(input_shape, num_classes, (3, 4, 23, 3), bottleneck=True, name=name, **knobs)


def resnet152(
    input_shape: Shape = (224, 224, 3),
    num_classes: int | None = 1000,
    *,
    name: str = "resnet152",
    **knobs: Unpack[Knobs],
) -> keras.Model:
    """Fifty bottleneck blocks; arguments and errors are those of :func:`resnet`.

    Example:
        >>> resnet152((32, 32, 3), num_classes=None, width=16).output_shape
        (None, 512)
    """
    return resnet(input_shape, num_classes, (3, 8, 36, 3), bottleneck=True, name=name, **knobs)


def _basic_block(x: Any, filters: int, strides: int, name: str) -> Any:
    """``relu(shortcut(x) + f(x))`` where f is two 3x3 convolutions (figure 5, left)."""
    shortcut = _shortcut(x, filters, strides, name)
    x = _convolution(x, filters, 3, strides, f"{name}_1")
    x = layers.ReLU(name=f"{name}_relu_1")(x)
    x = _convolution(x, filters, 3, 1, f"{name}_2")
    x = layers.Add(name=f"{name}_add")([shortcut, x])
    return layers.ReLU(name=f"{name}_relu")(x)


def _bottleneck_block(x: Any, filters: int, strides: int, name: str) -> Any:
    """``relu(shortcut(x) + f(x))`` where f is 1x1, 3x3 and 1x1 convolutions (figure 5, right)."""
    shortcut = _shortcut(x, 4 * filters, strides, name)
    x = _convolution(x, filters, 1, strides, f"{name}_1")
    x = layers.ReLU(name=f"{name}_relu_1")(x)
    x = _convolution(x, filters, 3, 1, f"{name}_2")
    x = layers.ReLU(name=f"{name}_relu_2")(x)
    x = _convolution(x, 4 * filters, 1, 1, f"{name}_3")
    x = layers.Add(name=f"{name}_add")([shortcut, x])
    return layers.ReLU(name=f"{name}_relu")(x)


def _shortcut(x: Any, filters: int, strides: int, name: str) -> Any:
    if strides == 1 and x.shape[-1] == filters:
        return x
    return _convolution(x, filters, 1, strides, f"{name}_shortcut")


def _convolution(x: Any, filters: int, size: int, strides: int, place: str) -> Any:
    """A convolution without bias, and batch normalization; a stride starts at the middle of the first pixel."""
    if strides > 1 and size > 1:  # Keras' "same" padding would shift the map by a pixel
        x = layers.ZeroPadding2D(size // 2, name=f"padding_{place}")(x)
    x = layers.Conv2D(
        filters,
        size,
        strides=strides,
        padding="valid" if strides > 1 else "same",
        use_bias=False,
        kernel_initializer="he_normal",
        name=f"convolution_{place}",
    )(x)
    # Keras' networks of this name have this epsilon. A momentum of 0.9 follows a training of few epochs, 0.99 does not.
    return layers.BatchNormalization(momentum=0.9, epsilon=1.001e-5, name=f"normalization_{place}")(x)


def _check(
    input_shape: Shape,
    num_classes: int | None,
    blocks_a_stage: Sequence[int],
    width: int,
    first_stride: int,
    first_pooling: bool,
    classifier_activation: Any,
) -> None:
    checks.check_shape(input_shape, (3,), example="(224, 224, 3): height, width and channels")
    checks.check_classes(num_classes, classifier_activation)
    checks.check_count("width", width)
    checks.check_count("first_stride", first_stride)
    smallest = 2 ** (len(blocks_a_stage) - 1) * first_stride * (2 if first_pooling else 1)
    if min(input_shape[:2]) < smallest:
        raise UserError(
            f"a picture of {input_shape[0]}x{input_shape[1]} is too small: with first_stride={first_stride} and "
            f"first_pooling={first_pooling} a side needs {smallest} pixels; small pictures take first_stride=1 and "
            f"first_pooling=False, from {2 ** (len(blocks_a_stage) - 1)} pixels"
        )
    # At most: 18 times the square of a stage's width in a block (two 3x3 kernels; a bottleneck has 17).
    stages = enumerate(blocks_a_stage)
    checks.check_size(sum(18 * count * (width * 2**stage) ** 2 for stage, count in stages))

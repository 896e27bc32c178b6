"""LeNet-5, the ConvNet that read amounts on cheques: the usual modern reading, and the paper's own pieces."""

from typing import Any

import keras
from keras import layers

from keras_course.errors import UserError
from keras_course.layers.activations import scaled_tanh
from keras_course.layers.partial_conv import PartialConv2D
from keras_course.layers.trainable_pooling import TrainablePooling2D
from keras_course.models import blocks, checks
from keras_course.models.pretrained import Weights, with_weights

Shape = tuple[int, ...]

POOLINGS = ("max", "average", "trainable")

# Table I of the paper: the maps of S2 that each of C3's 16 filters reads, numbered from 0.
C3_CONNECTIONS = (
    *((0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5)),  # three neighbours
    *((0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5)),  # four neighbours
    *((0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5)),  # two and two
    (0, 1, 2, 3, 4, 5),
)


def lenet5(
    input_shape: Shape = (32, 32, 1),
    num_classes: int | None = 10,
    *,
    activation: Any = "relu",
    pooling: str = "max",
    partial: bool = False,
    classifier_activation: Any = "softmax",
    weights: Weights = None,
    name: str = "lenet5",
) -> keras.Model:
    """Three 5x5 convolutions with 6, 16 and 120 filters, pooling after the first two, and two dense layers.

    Slide: deck 2, "LeNet Architecture"
    Paper: LeCun et al., "Gradient-Based Learning Applied to Document Recognition", 1998, section II.B

    Shape: ``32x32x1 -> 28x28x6 -> 14x14x6 -> 10x10x16 -> 5x5x16 -> 1x1x120 -> 84 -> 10``

    The layers have the paper's names. ``lenet5(activation="scaled_tanh", pooling="trainable", partial=True)`` is the
    paper's network with a softmax, and has its 60,000 parameters besides the last layer's 850:

    =====  ===========================  ==========================
    layer  the usual reading            the paper's
    =====  ===========================  ==========================
    C1     (5 * 5 + 1) * 6 = 156        156
    S2     0                            (1 + 1) * 6 = 12
    C3     (5 * 5 * 6 + 1) * 16 = 2,416 5 * 5 * 60 + 16 = 1,516
    S4     0                            (1 + 1) * 16 = 32
    C5     (5 * 5 * 16 + 1) * 120       48,120
    F6     (120 + 1) * 84               10,164
    last   (84 + 1) * 10                850; the paper's is fixed
    sum    61,706                       60,850
    =====  ===========================  ==========================

    It differs from the paper in its last layer, where the paper measures the distance of F6 to a drawing of each digit
    in 7x12 pixels of 1 and -1 (radial basis functions, not trained), and in its initial weights: variance 1 / inputs (2
    / inputs before a ReLU) instead of uniform numbers within 2.4 / inputs.

    Args:
        input_shape: height, width and channels of one picture; two numbers mean one channel. At least 28x28: below 32
            C1 is padded, which does to the 28x28 pixels of MNIST what the paper did. Values from 0 to 1; the paper's
            run from -0.1 to 1.175, so that their mean is 0 and their variance 1.
        num_classes: outputs of the last layer; None omits it: the model then returns the 84 features of F6.
        activation: of every layer but the last: ``"scaled_tanh"`` as in the paper, or any of Keras.
        pooling: ``"max"``, ``"average"``, or ``"trainable"`` as in the paper: a sum with a coefficient and a bias for
            each map, followed by the activation.
        partial: whether C3's filters read 3, 4 or 6 of the 6 maps each, as in the paper's table I, instead of all.
        classifier_activation: ``"softmax"``, or None for logits.
        weights: ``"pretrained"`` for those of the committed run of ``apps.architectures`` (pictures of 28x28), the path
            of another run or ``.keras`` file, or None for random weights.
        name: the model's name.

    Raises:
        UserError: for a picture that is too small, fewer than two classes, an unknown pooling or activation, weights
            that do not fit, or any other argument that makes no network.

    Example:
        >>> lenet5((28, 28, 1)).count_params()
        61706
        >>> lenet5(activation="scaled_tanh", pooling="trainable", partial=True, num_classes=None).count_params()
        60000
    """
    _check(input_shape, num_classes, activation, pooling, classifier_activation)
    if activation == "scaled_tanh":
        activation = scaled_tanh
    settings = {
        "activation": activation,
        "kernel_initializer": "he_normal" if activation == "relu" else "lecun_normal",
    }
    x = inputs = keras.Input(input_shape)
    if len(input_shape) == 2:
        x = layers.Reshape((*input_shape, 1), name="one_channel")(x)  # 28x28 -> 28x28x1
    padding = "same" if _is_padded(input_shape) else "valid"
    x = layers.Conv2D(6, 5, padding=padding, **settings, name="C1")(x)  # 28x28x6
    x = _pooling(x, pooling, activation, "S2")  # 14x14x6
    if partial:
        x = PartialConv2D(C3_CONNECTIONS, 5, **settings, name="C3")(x)  # 10x10x16
    else:
        x = layers.Conv2D(16, 5, **settings, name="C3")(x)  # 10x10x16
    x = _pooling(x, pooling, activation, "S4")  # 5x5x16
    x = layers.Conv2D(120, 5, **settings, name="C5")(x)  # 1x1x120, more for larger pictures
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(84, **settings, name="F6")(x)
    if num_classes is not None:
        x = blocks.predictions(num_classes, classifier_activation)(x)
    model = keras.Model(inputs=inputs, outputs=x, name=name)
    return with_weights(model, weights, "architectures")


def _pooling(x: Any, kind: str, activation: Any, name: str) -> Any:
    """Pooling of 2x2; the activation follows only that with coefficients."""
    if kind == "trainable":
        return TrainablePooling2D(2, activation=activation, name=name)(x)
    pool = layers.MaxPooling2D if kind == "max" else layers.AveragePooling2D
    return pool(2, name=name)(x)


def _is_padded(input_shape: Shape) -> bool:
    return min(input_shape[:2]) < 32


def _check(
    input_shape: Shape, num_classes: int | None, activation: Any, pooling: str, classifier_activation: Any
) -> None:
    checks.check_shape(input_shape, (2, 3), example="(32, 32, 1): height, width and perhaps channels")
    checks.check_classes(num_classes, classifier_activation)
    checks.check_activation("activation", activation, "scaled_tanh")
    if pooling not in POOLINGS:
        raise UserError(f"pooling={pooling!r} must be one of {', '.join(map(repr, POOLINGS))}")
    if min(input_shape[:2]) < 28:
        raise UserError(
            f"a picture of {input_shape[0]}x{input_shape[1]} is too small for C5, which reads 5x5 values of S4: "
            "give pictures of at least 28x28"
        )
    lost = 0 if _is_padded(input_shape) else 4
    height, width = (((side - lost) // 2 - 4) // 2 - 4 for side in input_shape[:2])
    checks.check_size(50_000 + height * width * 120 * 84 + 84 * (num_classes or 0))

"""Pieces that several builders share: the regularizer of their kernels, and their last layer."""

from typing import Any

import keras
from keras import layers, regularizers

from keras_course.errors import UserError
from keras_course.models import checks


def resolve_regularizer(
    given: Any, l1: float = 0.0, l2: float = 0.0, *, convolutions: bool = False
) -> keras.Regularizer | None:
    """The regularizer of a builder's kernels: the one that is given, or that of the knobs ``l1`` and ``l2``.

    Args:
        given: anything that Keras takes as ``kernel_regularizer``: a name, an object, a function, or None.
        l1: adds ``l1 * |w|`` for every weight.
        l2: adds ``l2 * w**2`` for every weight.
        convolutions: whether some kernels are those of convolutions.

    Raises:
        UserError: if both are given, ``given`` is unknown to Keras, or a knob is negative.
    """
    checks.check_not_negative("l1", l1)
    checks.check_not_negative("l2", l2)
    if given is None:
        return regularizers.L1L2(l1=float(l1), l2=float(l2)) if l1 or l2 else None
    if l1 or l2:
        raise UserError("give kernel_regularizer or the knobs l1 and l2, not both")
    try:
        found = regularizers.get(given)
    except (ValueError, TypeError):
        raise UserError(
            f"kernel_regularizer={given!r} is not a regularizer of Keras: "
            "give 'l1', 'l2', 'l1_l2' or an object such as keras.regularizers.L2(0.001)"
        ) from None
    if convolutions and isinstance(found, regularizers.OrthogonalRegularizer):
        raise UserError(
            "an OrthogonalRegularizer takes the kernels of dense layers only, not those of convolutions"
        )
    return found


def predictions(
    units: int,
    activation: Any = None,
    kernel_regularizer: Any = None,
    *,
    use_bias: bool = True,
) -> keras.layers.Layer:
    """The last layer of a classifier.

    Args:
        units: outputs, one a class.
        activation: ``"softmax"`` for probabilities, None for logits.
        kernel_regularizer: of its kernel.
        use_bias: whether each output has a bias.
    """
    return layers.Dense(
        units,
        activation=activation,
        use_bias=use_bias,
        kernel_regularizer=kernel_regularizer,
        dtype="float32",  # in every precision: probabilities in half precision lose the small ones
        name="predictions",
    )


def photo_predictions(num_classes: int, activation: Any, kernel_regularizer: Any) -> keras.layers.Layer:
    """The last layer where two classes make one output, the probability of the second.

    Args:
        num_classes: 2 or more.
        activation: ``"auto"`` is sigmoid for two classes and softmax for more; None gives logits.
        kernel_regularizer: of its kernel.
    """
    if activation == "auto":
        activation = "sigmoid" if num_classes == 2 else "softmax"
    return predictions(1 if num_classes == 2 else num_classes, activation, kernel_regularizer)


def check_photo_classes(num_classes: int | None, activation: Any) -> None:
    """Check the arguments of :func:`photo_predictions`; ``num_classes`` is None where the layer is omitted.

    Raises:
        UserError: for fewer than two classes, an unknown activation, or a softmax over one output, which is always 1.
    """
    if num_classes is None:
        return
    checks.check_activation("classifier_activation", activation, "auto")
    if num_classes == 1:
        raise UserError("num_classes=1: a classifier tells at least two classes apart")
    checks.check_count("num_classes", num_classes, at_least=2)
    if num_classes == 2 and activation == "softmax":
        raise UserError("two classes have one output, and its softmax is always 1: give 'sigmoid', or 'auto'")

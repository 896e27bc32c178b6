"""Pieces that builders share: regularizers, the last layer, quantiles to start from, and the members of an ensemble."""

import statistics
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
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


def normal_quantiles(levels: Sequence[float]) -> list[float]:
    """Return a standard normal distribution's quantiles at these levels."""
    return [statistics.NormalDist().inv_cdf(level) for level in levels]


def rising_steps(quantiles: Sequence[float]) -> list[float]:
    """Return the inputs from which :class:`~keras_course.layers.prices.Rising` makes these quantiles.

    Raises:
        UserError: they do not rise.
    """
    steps = np.diff(quantiles)
    if not (steps > 0).all():
        raise UserError(f"quantiles {tuple(quantiles)} must rise")
    return [float(quantiles[0]), *(float(np.log(np.expm1(step))) for step in steps)]


def members_of(model: keras.Model) -> keras.Model:
    """Return the model that gives each member's own output, with the same layers and weights.

    It is this model that is trained: a loss of the average would let the members rely on each other, and they would no
    longer be several opinions.

    Shape: ``261 prices -> 5x5 quantiles``

    Args:
        model: of :func:`~keras_course.models.quantiles.quantile_dense`.

    Raises:
        UserError: the model has no members.

    Example:
        >>> from keras_course.models.quantiles import quantile_dense
        >>> members_of(quantile_dense((261,), members=2)).output_shape
        (None, 2, 5)
    """
    if "members" not in [layer.name for layer in model.layers]:
        raise UserError(f"the model {model.name!r} has no layer 'members': build it with quantile_dense")
    return keras.Model(model.inputs, model.get_layer("members").output, name=f"{model.name}_members")

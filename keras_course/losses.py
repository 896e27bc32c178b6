"""Losses that Keras does not have, registered so that a compiled model loads again.

The loss of mixed pictures is ``keras_course.augmentation.MixedLoss``.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from keras_course.errors import UserError


@keras.saving.register_keras_serializable(package="keras_course")
class SmoothedCrossEntropy(keras.losses.Loss):
    """Cross entropy with label smoothing, for labels 0, 1, 2 ...

    The label's probability is ``1 - label_smoothing``, and the rest is divided equally among all classes, the label's
    own included. Keras has this for one-hot labels only.

    Paper: Szegedy et al., "Rethinking the Inception Architecture", 2016, section 7 (https://arxiv.org/abs/1512.00567)

    Args:
        label_smoothing: from 0, which is plain cross entropy, to 1.

    Raises:
        UserError: for a ``label_smoothing`` outside 0 to 1.

    Example:
        >>> import numpy as np
        >>> loss = SmoothedCrossEntropy(0.1)
        >>> round(float(loss([0], np.array([[0.8, 0.2]]))), 3)
        0.292
    """

    def __init__(self, label_smoothing: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**{"name": "smoothed_cross_entropy", **kwargs})
        if not 0 <= label_smoothing <= 1:
            raise UserError(f"label_smoothing={label_smoothing} is out of range: give a number from 0 to 1")
        self.label_smoothing = label_smoothing

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """``(n,)`` or ``(n, 1)`` labels and ``(n, classes)`` probabilities to ``(n,)`` losses."""
        one_hot = ops.one_hot(
            ops.cast(ops.reshape(y_true, (-1,)), "int32"), y_pred.shape[-1], dtype=y_pred.dtype
        )
        return keras.losses.categorical_crossentropy(one_hot, y_pred, label_smoothing=self.label_smoothing)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``, for saving."""
        return {**super().get_config(), "label_smoothing": self.label_smoothing}


@keras.saving.register_keras_serializable(package="keras_course")
class PinballLoss(keras.losses.Loss):
    """``max(level * d, (level - 1) * d)`` with ``d = actual - quantile``, averaged over the levels.

    It is smallest when each level is the fraction of the actual values below its quantile.

    Paper: Koenker, Bassett, "Regression Quantiles", 1978

    Args:
        levels: of the quantiles, between 0 and 1.

    Raises:
        UserError: for a level that is not between 0 and 1, or no level.

    Example:
        >>> import numpy as np
        >>> loss = PinballLoss([0.1, 0.5, 0.9])
        >>> round(float(loss(np.array([0.02]), np.array([[-0.01, 0.0, 0.01]]))), 4)
        0.0073
    """

    def __init__(self, levels: Sequence[float] = (0.025, 0.1, 0.5, 0.9, 0.975), **kwargs: Any) -> None:
        super().__init__(**{"name": "pinball", **kwargs})
        if not len(levels) or not all(0 < level < 1 for level in levels):
            raise UserError(f"levels={tuple(levels)} must be numbers between 0 and 1")
        self.levels = tuple(levels)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """``(n,)`` or ``(n, 1)`` actual values and ``(n, levels)`` quantiles to ``(n,)`` losses.

        Of several members' quantiles, ``(n, members, levels)``, the mean of each member's own loss.
        """
        actual = ops.reshape(ops.cast(y_true, y_pred.dtype), (-1,) + (1,) * (len(y_pred.shape) - 1))
        difference = actual - y_pred
        levels = ops.convert_to_tensor(self.levels, y_pred.dtype)
        loss = ops.maximum(levels * difference, (levels - 1) * difference)
        return ops.mean(loss, axis=tuple(range(1, len(y_pred.shape))))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``, for saving."""
        return {**super().get_config(), "levels": self.levels}


def js_divergence(y_true: Any, y_pred: Any) -> Any:
    """Jensen-Shannon divergence: the mean KL divergence of both distributions from their average.

    Symmetric, and at most ``log 2``.

    Slide: deck 5, "Choices" (costs)

    Args:
        y_true: (n, classes) probabilities, such as one-hot labels.
        y_pred: (n, classes) probabilities.

    Returns:
        (n,) losses.

    Example:
        >>> import numpy as np
        >>> one_hot, wrong = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])
        >>> round(float(js_divergence(one_hot, wrong)[0]), 3)  # log 2
        0.693
    """
    y_true = ops.cast(y_true, y_pred.dtype)
    average = (y_true + y_pred) / 2
    return (keras.losses.kl_divergence(y_true, average) + keras.losses.kl_divergence(y_pred, average)) / 2


keras.saving.register_keras_serializable(package="keras_course")(js_divergence)

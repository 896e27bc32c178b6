"""Layers for forecasts of prices: log returns, their volatility, and quantiles that never cross.

What a network may learn from besides volatility is in :mod:`keras_course.layers.returns`.
"""

from typing import Any

import keras
import numpy as np
from keras import ops

from keras_course.errors import UserError


@keras.saving.register_keras_serializable(package="keras_course")
class LogReturns(keras.layers.Layer):
    """``log(price[t] / price[t - 1])``, for each day but the first.

    Shape: ``(batch, days) -> (batch, days - 1)``, prices above zero.

    Example:
        >>> returns = keras.ops.convert_to_numpy(LogReturns()(np.array([[100.0, 110.0, 99.0]])))
        >>> returns.round(3).tolist()[0] == np.log([1.1, 0.9]).round(3).astype("float32").tolist()
        True
    """

    def call(self, inputs: Any) -> Any:
        """Subtract each day's logarithm from the next day's."""
        logarithms = ops.log(inputs)
        return logarithms[:, 1:] - logarithms[:, :-1]

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """One day fewer."""
        return (input_shape[0], input_shape[1] - 1)

    def multiply_adds(self, input_shape: Any, output_shape: Any) -> int:
        """For ``evaluation.flops``: it sums up no products."""
        return 0


@keras.saving.register_keras_serializable(package="keras_course")
class Volatility(keras.layers.Layer):
    """Exponentially weighted moving average (EWMA) of squared returns, and its root: the volatility of one day.

    ``sqrt(sum(weight[age] * r**2))`` with weights proportional to ``decay**age``, which sum to 1.

    Source: J. P. Morgan, "RiskMetrics", 1996

    Shape: ``(batch, days) -> (batch, 1)``, log returns, the newest last; never below ``smallest``.

    Args:
        decay: the ratio of the weights of two successive days, the older to the newer; RiskMetrics has 0.94.
        smallest: lower limit of the result, so that one can divide by it.

    Raises:
        UserError: for a decay that is not between 0 and 1.

    Example:
        >>> volatility = Volatility()(np.full((1, 60), 0.02, "float32"))
        >>> round(float(volatility[0, 0]), 4)
        0.02
    """

    def __init__(self, decay: float = 0.94, smallest: float = 1e-4, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not 0 < decay < 1:
            raise UserError(f"decay={decay} is out of range: give a number between 0 and 1")
        self.decay = decay
        self.smallest = smallest

    def call(self, inputs: Any) -> Any:
        """The weighted root mean square."""
        ages = np.arange(inputs.shape[1])[::-1]
        weights = self.decay**ages / np.sum(self.decay**ages)
        mean_square = ops.sum(ops.square(inputs) * ops.cast(weights, inputs.dtype), axis=1, keepdims=True)
        return ops.maximum(ops.sqrt(mean_square), self.smallest)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """One number for each series."""
        return (input_shape[0], 1)

    def multiply_adds(self, input_shape: tuple[int, ...], output_shape: tuple[int, ...]) -> int:
        """For ``evaluation.flops``: a weight for each return."""
        return input_shape[0]

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``, for saving."""
        return {**super().get_config(), "decay": self.decay, "smallest": self.smallest}


@keras.saving.register_keras_serializable(package="keras_course")
class Rising(keras.layers.Layer):
    """``y[0] = x[0]``, ``y[k] = y[k - 1] + softplus(x[k])``: outputs in rising order, so that quantiles never cross.

    Shape: ``(batch, ..., n) -> (batch, ..., n)``, rising along the last axis.

    Example:
        >>> y = keras.ops.convert_to_numpy(Rising()(np.array([[0.0, -9.0, 1.0]])))
        >>> bool((np.diff(y) > 0).all())
        True
    """

    def call(self, inputs: Any) -> Any:
        """Add up the first number and the steps, which softplus makes positive."""
        steps = ops.concatenate([inputs[..., :1], ops.softplus(inputs[..., 1:])], axis=-1)
        return ops.cumsum(steps, axis=-1)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """That of the input."""
        return input_shape

    def multiply_adds(self, input_shape: Any, output_shape: Any) -> int:
        """For ``evaluation.flops``: it sums up no products."""
        return 0

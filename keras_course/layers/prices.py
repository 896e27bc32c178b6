"""From prices to what can be learnt from them: returns, and their volatility."""

from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="keras_course")
class LogReturns(keras.layers.Layer):
    """``log(price[t] / price[t - 1])``: a number for each day but the first.

    Shape: ``(batch, days) -> (batch, days - 1)``, prices above zero.
    """

    def call(self, inputs: Any) -> Any:
        """The logarithms' differences."""
        logarithms = ops.log(inputs)
        return logarithms[:, 1:] - logarithms[:, :-1]

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """One day fewer."""
        return (input_shape[0], input_shape[1] - 1)


@keras.saving.register_keras_serializable(package="keras_course")
class Volatility(keras.layers.Layer):
    """How much a price moves in a day: the root of a mean of squared returns that forgets the past.

    ``sqrt(sum(weight[age] * r**2))`` with ``weight[age]`` falling as ``decay**age``; the weights sum to 1.

    Source: J. P. Morgan, "RiskMetrics", 1996

    Shape: ``(batch, days) -> (batch, 1)``, log returns, the newest last; never below ``smallest``.

    Args:
        decay: how much of a day's weight the day before has.
        smallest: of the results, so that one can divide by them.

    Raises:
        ValueError: for a decay outside 0 to 1.
    """

    def __init__(self, decay: float = 0.94, smallest: float = 1e-4, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not 0 < decay < 1:
            raise ValueError(f"decay={decay} is out of range: give a number between 0 and 1")
        self.decay = decay
        self.smallest = smallest

    def call(self, inputs: Any) -> Any:
        """The weighted root mean square."""
        ages = np.arange(inputs.shape[1])[::-1]
        weights = self.decay**ages / np.sum(self.decay**ages)
        mean_square = ops.sum(ops.square(inputs) * ops.cast(weights, inputs.dtype), axis=1, keepdims=True)
        return ops.maximum(ops.sqrt(mean_square), self.smallest)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """A number for each series."""
        return (input_shape[0], 1)

    def get_config(self) -> dict[str, Any]:
        """Everything ``__init__`` needs, so that the layer loads from a file."""
        return {**super().get_config(), "decay": self.decay, "smallest": self.smallest}


@keras.saving.register_keras_serializable(package="keras_course")
class Rising(keras.layers.Layer):
    """Numbers that never cross: the first as it is, each next one above the one before.

    ``y[0] = x[0]``, ``y[k] = y[k - 1] + softplus(x[k])``: quantiles in their order, whatever the network says.

    Shape: ``(batch, n) -> (batch, n)``, rising along the last axis.
    """

    def call(self, inputs: Any) -> Any:
        """The first number, then the sums of the steps."""
        steps = ops.concatenate([inputs[:, :1], ops.softplus(inputs[:, 1:])], axis=1)
        return ops.cumsum(steps, axis=1)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """That of the input."""
        return input_shape

"""What daily returns tell of tomorrow's: how much they have moved lately, on several time scales, and a quarter ago."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_course.errors import UserError

HALF_LIVES = (
    1.0,
    2.5,
    5.0,
    11.0,
    22.0,
    66.0,
    200.0,
)  # trading days: a day, half a week, ... a quarter, a year
EARLIER = (
    (1, 1),
    (2, 2),
    (3, 3),
    (58, 59),
    (60, 60),
    (61, 61),
    (62, 62),
    (63, 63),
    (64, 64),
    (65, 65),
    (66, 66),
    (67, 68),
    (124, 128),
    (187, 191),
    (250, 254),
)
SMALLEST = 2e-4  # added to a mean absolute return before its logarithm is taken


@keras.saving.register_keras_serializable(package="keras_course")
class TimeScales(keras.layers.Layer):
    """How volatile a series has been on several time scales, and which way it went: exponentially weighted means.

    For each half-life, with weights that sum to 1, three numbers that do not depend on the currency:
    ``log(mean|r| / reference)``, ``log(root mean square / mean|r|)`` (large after a single jump), and
    ``mean r / mean|r|`` (-1 after days that all fell: volatility then rises, the leverage effect).

    Papers: Corsi, "A Simple Approximate Long-Memory Model of Realized Volatility", 2009, for the time scales; Black,
        "Studies of Stock Price Volatility Changes", 1976, for the leverage effect

    Shape: ``[(batch, days), (batch, 1)] -> (batch, 3 * half-lives)``: log returns, the newest last, and the reference
    volatility.

    Args:
        half_lives: days after which a return's weight has halved.

    Raises:
        UserError: for a half-life that is not above zero, or none.

    Example:
        >>> steady = np.full((1, 60), 0.02, "float32")
        >>> scales = keras.ops.convert_to_numpy(TimeScales((5.0, 22.0))([steady, np.array([[0.02]], "float32")]))
        >>> np.abs(scales.round(1)).tolist()  # as volatile as the reference, no single jump, all days up
        [[0.0, 0.0, 0.0, 0.0, 1.0, 1.0]]
    """

    def __init__(self, half_lives: Sequence[float] = HALF_LIVES, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not len(half_lives) or not min(half_lives) > 0:
            raise UserError(f"half_lives={tuple(half_lives)} must be numbers of days above zero")
        self.half_lives = tuple(half_lives)

    def call(self, inputs: Any) -> Any:
        """Three weighted means on each time scale, and their ratios."""
        returns, reference = inputs
        ages = np.arange(returns.shape[1])[::-1, None]
        weights = 0.5 ** (ages / np.array(self.half_lives))  # (days, half-lives)
        weights = ops.convert_to_tensor(weights / weights.sum(axis=0), returns.dtype)
        size = ops.matmul(ops.abs(returns), weights) + SMALLEST
        jump = ops.sqrt(ops.matmul(ops.square(returns), weights)) + SMALLEST
        trend = ops.matmul(returns, weights) / size
        return ops.concatenate([ops.log(size / (reference + SMALLEST)), ops.log(jump / size), trend], axis=-1)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """Three numbers for each half-life."""
        return (input_shape[0][0], 3 * len(self.half_lives))

    def multiply_adds(self, input_shape: Any, output_shape: Any) -> int:
        """For ``evaluation.flops``: three weighted means on each time scale."""
        returns, _ = input_shape
        return 3 * int(returns[0]) * len(self.half_lives)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``, for saving."""
        return {**super().get_config(), "half_lives": self.half_lives}


@keras.saving.register_keras_serializable(package="keras_course")
class EarlierMoves(keras.layers.Layer):
    """How large the moves of certain earlier days were: the last three, and those about one, two ... quarters ago.

    A company reports its earnings every quarter, about 63 trading days apart, and on those days its price jumps: a
    jump 63 days ago announces one tomorrow. For each range of days: ``log(1 + largest |r| / reference)``, where the
    ratio is cut off at 8.

    Shape: ``[(batch, days), (batch, 1)] -> (batch, ranges)``: log returns, the newest last, and the reference
    volatility.

    Args:
        ranges: from how many days ago to how many, 1 for the newest; those longer ago than the input reaches are
            omitted.

    Raises:
        UserError: for a range that does not run from 1 or more upwards.

    Example:
        >>> returns = np.zeros((1, 70), "float32")
        >>> returns[0, -63] = 0.06
        >>> moves = EarlierMoves(((1, 1), (63, 63)))([returns, np.array([[0.02]], "float32")])
        >>> keras.ops.convert_to_numpy(moves).round(2).tolist()[0] == [0.0, np.log(4).round(2).astype("float32")]
        True
    """

    def __init__(self, ranges: Sequence[Sequence[int]] = EARLIER, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ranges = tuple((int(first), int(last)) for first, last in ranges)
        if not self.ranges or not all(1 <= first <= last for first, last in self.ranges):
            raise UserError(
                f"ranges={self.ranges} must be pairs of days ago such as (60, 62), 1 for the newest"
            )

    def call(self, inputs: Any) -> Any:
        """The largest move within each range."""
        returns, reference = inputs
        days = returns.shape[1]
        sizes = ops.minimum(ops.abs(returns) / reference, 8.0)
        within = [sizes[:, days - last : days - first + 1] for first, last in self.ranges if last <= days]
        return ops.log1p(ops.stack([ops.max(moves, axis=1) for moves in within], axis=-1))

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """One number for each range that the input reaches."""
        days = input_shape[0][1]
        return (input_shape[0][0], sum(last <= days for _, last in self.ranges))

    def multiply_adds(self, input_shape: Any, output_shape: Any) -> int:
        """For ``evaluation.flops``: it sums up no products."""
        return 0

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``, for saving."""
        return {**super().get_config(), "ranges": self.ranges}

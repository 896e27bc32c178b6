"""From a series to examples: the days before, and what came after them; no example sees its future."""

import dataclasses

import numpy as np

from keras_course.datasets.dataset import check_integer
from keras_course.errors import UserError


@dataclasses.dataclass(frozen=True)
class Split:
    """Which days are trained on, which choose the best epoch, and which judge: one split after the other in time.

    An example is named by the day it forecasts. It sees the days before that day, and its target reaches
    ``horizon - 1`` days beyond it. That many days are left out between two splits, so that no target reaches into the
    next split.
    """

    train: np.ndarray
    """(n,) days, as row numbers of the series."""
    validation: np.ndarray
    """(m,) days after those."""
    test: np.ndarray
    """(k,) the last days."""

    def limited_to(self, count: int) -> "Split":
        """Keep the newest ``count`` training examples only.

        Raises:
            UserError: ``count`` is below 1.
        """
        check_integer("limit", count, 1)
        return dataclasses.replace(self, train=self.train[-count:])


def chronological_split(
    days: int, window: int, *, horizon: int = 1, test: int = 250, validation: float = 0.1
) -> Split:
    """Split a series in three, oldest days first.

    Args:
        days: length of the series.
        window: days that an example sees before its own.
        horizon: days that a target covers, the example's own included.
        test: examples of the last split.
        validation: fraction of the examples before the test split.

    Raises:
        UserError: the series is too short, or an argument is out of range.
    """
    for name, value in (("window", window), ("horizon", horizon), ("test", test)):
        check_integer(name, value, 1)
    if not 0 < validation < 1:
        raise UserError(f"validation={validation} is not a fraction: give a number between 0 and 1")
    left_out = horizon - 1
    end = days - left_out  # the first day whose target reaches beyond the series
    first_test = end - test
    examples = max(0, first_test - left_out - window)  # of training and validation
    count = round(examples * validation)
    first_validation = first_test - left_out - count
    if count < 10 or first_validation - left_out - window < 30:
        needed = window + test + 2 * left_out + horizon + 100
        raise UserError(
            f"{days} days are too few for a window of {window}, {test} test sessions and a horizon of {horizon}: "
            f"give about {needed} days, or a shorter window or test"
        )
    return Split(
        train=np.arange(window, first_validation - left_out),
        validation=np.arange(first_validation, first_test - left_out),
        test=np.arange(first_test, end),
    )


def sliding_windows(values: np.ndarray, days: np.ndarray, size: int) -> np.ndarray:
    """Return the ``size`` values before each day, oldest first.

    Args:
        values: (n,) in order of time.
        days: (m,) row numbers from ``size`` to ``n``; ``n`` is the day after the last value.
        size: length of a window.

    Returns:
        (m, size), a copy.

    Raises:
        UserError: there are fewer than ``size`` values before one of the days.
    """
    days = np.asarray(days)
    if not len(days):
        return np.empty((0, size), values.dtype)
    if not 1 <= size <= len(values) or days.min() < size or days.max() > len(values):
        raise UserError(
            f"{len(values)} values have no {size} before each of days {days.min()} to {days.max()}"
        )
    before: np.ndarray = np.lib.stride_tricks.sliding_window_view(values, size)[days - size].copy()
    return before


def outcomes(values: np.ndarray, days: np.ndarray, horizon: int = 1) -> np.ndarray:
    """Return the log return over ``horizon`` days that came true: from the price before each day.

    Equation: ``log(values[day + horizon - 1] / values[day - 1])``

    Args:
        values: (n,) prices in order of time.
        days: (m,) row numbers from 1 to ``n - horizon``.
        horizon: days.

    Returns:
        (m,).
    """
    outcome: np.ndarray = np.log(values[days + horizon - 1] / values[days - 1])
    return outcome

"""From a series to examples: the last days, and what came after them; nothing of the future in anything earlier."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Split:
    """Which days are learnt from, which choose the best epoch, and which judge: one after the other in time.

    An example is named by the day it forecasts from the days before it, and reaches ``horizon - 1`` days further.
    Between two parts so many days are left out, so that no example of one part reaches into the next.
    """

    train: np.ndarray
    """(n,) days, as numbers of rows."""
    validation: np.ndarray
    test: np.ndarray


def chronological(
    days: int, window: int, *, horizon: int = 1, test: int = 250, validation: float = 0.1
) -> Split:
    """Cut a series in three.

    Args:
        days: how many the series has.
        window: days before an example's own that it needs.
        horizon: days that an example reaches, its own included.
        test: examples of the last part.
        validation: share of the examples before them.

    Raises:
        ValueError: too few days, or a number out of range.
    """
    for name, value in (("window", window), ("horizon", horizon), ("test", test)):
        if value < 1:
            raise ValueError(f"{name}={value}: give a number from 1")
    if not 0 < validation < 1:
        raise ValueError(f"validation={validation} is not a share: give a number between 0 and 1")
    purged = horizon - 1
    last = days - horizon + 1  # the first day that reaches beyond the series
    first_test = last - test
    before = first_test - purged - window
    count = round(before * validation)
    first_validation = first_test - purged - count
    train = np.arange(window, first_validation - purged)
    if count < 10 or len(train) < 30:
        needed = window + test + 2 * purged + horizon + 100
        raise ValueError(
            f"{days} days are too few for a window of {window}, {test} test sessions and a horizon of {horizon}: "
            f"give about {needed} days, or a shorter window or test"
        )
    return Split(train, np.arange(first_validation, first_test - purged), np.arange(first_test, last))


def windows(values: np.ndarray, days: np.ndarray, size: int) -> np.ndarray:
    """For each day the ``size`` values before it, oldest first.

    Args:
        values: (n,) in order of time.
        days: (m,) row numbers from ``size`` to ``n``; ``n`` is the day after the last one.
        size: how many values.

    Returns:
        (m, size), a copy.

    Raises:
        ValueError: a day has not so many days before it.
    """
    days = np.asarray(days)
    if size > len(values) or days.min() < size or days.max() > len(values):
        raise ValueError(
            f"{len(values)} values have no {size} before each of days {days.min()} to {days.max()}"
        )
    return np.lib.stride_tricks.sliding_window_view(values, size)[days - size].copy()

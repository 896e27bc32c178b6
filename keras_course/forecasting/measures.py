"""How good is a forecast? Measures of its errors and of its intervals.

A forecast is made with what was known the evening before. Arrays are in order of time; an error is
``actual - forecast``.
"""

from collections.abc import Sequence

import numpy as np

from keras_course.errors import UserError
from keras_course.forecasting.calibration import LEVELS


def rmse(errors: np.ndarray) -> float:
    """Return the root mean squared error, in the errors' unit."""
    return float(np.sqrt(np.mean(np.square(errors))))


def mase(errors: np.ndarray, training: np.ndarray) -> float:
    """Return the mean absolute scaled error: below 1, it is smaller than that of "as yesterday" in training.

    Paper: Hyndman, Koehler, "Another look at measures of forecast accuracy", 2006

    Args:
        errors: (n,) of the forecast.
        training: (m,) the series before the days forecast, in the same unit.

    Raises:
        UserError: the training series is constant, or has fewer than two values.
    """
    steps = np.abs(np.diff(training))
    if not len(steps) or not steps.any():
        raise UserError("the training series is constant: there is no error of a naive forecast to scale by")
    return float(np.mean(np.abs(errors)) / np.mean(steps))


def pinball(actual: np.ndarray, quantiles: np.ndarray, levels: Sequence[float] = LEVELS) -> float:
    """Return the mean pinball loss over days and levels: least for the true quantiles.

    Equation: ``max(level * d, (level - 1) * d)`` with ``d = actual - quantile``

    Paper: Koenker, Bassett, "Regression Quantiles", 1978

    Args:
        actual: (n,).
        quantiles: (n, levels).
        levels: (levels,) between 0 and 1.

    Raises:
        UserError: the shapes do not match.
    """
    return float(np.mean(_pinball(actual, quantiles, levels)))


def pinball_losses(actual: np.ndarray, quantiles: np.ndarray, levels: Sequence[float] = LEVELS) -> np.ndarray:
    """Return each day's pinball loss, the mean over the levels; (n,). Arguments as :func:`pinball`."""
    losses: np.ndarray = _pinball(actual, quantiles, levels).mean(axis=1)
    return losses


def _pinball(actual: np.ndarray, quantiles: np.ndarray, levels: Sequence[float]) -> np.ndarray:
    """Return (n, levels)."""
    if quantiles.shape != (len(actual), len(levels)):
        raise UserError(
            f"quantiles {quantiles.shape} do not match {len(actual)} values and {len(levels)} levels"
        )
    d = actual[:, None] - quantiles
    losses: np.ndarray = np.maximum(np.array(levels) * d, (np.array(levels) - 1) * d)
    return losses


def coverage(actual: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> float:
    """Return the fraction of the values between two bounds, the bounds included; all are (n,)."""
    return float(np.mean((lower <= actual) & (actual <= upper)))

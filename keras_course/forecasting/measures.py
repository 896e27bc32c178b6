"""How good is a forecast, and is it better or lucky? Measures, statistical tests, and the verdict.

A forecast is made with what was known the evening before. Arrays are in order of time; an error is
``actual - forecast``.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_course.errors import UserError
from keras_course.forecasting.baselines import autoregression, drift, horizon_returns
from keras_course.forecasting.calibration import LEVELS
from keras_course.forecasting.volatility import ewma_quantiles

# --- Measures ---------------------------------------------------------------------------------------------------------


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
    if quantiles.shape != (len(actual), len(levels)):
        raise UserError(
            f"quantiles {quantiles.shape} do not match {len(actual)} values and {len(levels)} levels"
        )
    d = actual[:, None] - quantiles  # (n, levels)
    return float(np.mean(np.maximum(np.array(levels) * d, (np.array(levels) - 1) * d)))


def coverage(actual: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> float:
    """Return the fraction of the values between two bounds, the bounds included; all are (n,)."""
    return float(np.mean((lower <= actual) & (actual <= upper)))


# --- Is it better, or lucky? ------------------------------------------------------------------------------------------


def diebold_mariano(errors: np.ndarray, others: np.ndarray, horizon: int = 1) -> tuple[float, float]:
    """Test whether a forecast's squared errors are smaller than another's on the same days (Diebold-Mariano test).

    Papers: Diebold, Mariano, "Comparing Predictive Accuracy", 1995; Harvey, Leybourne, Newbold, "Testing the equality
        of prediction mean squared errors", 1997, for the correction for small samples

    Args:
        errors: (n,) of the forecast.
        others: (n,) of the forecast it is compared with.
        horizon: steps ahead; errors up to ``horizon - 1`` days apart may be correlated.

    Returns:
        The statistic, below zero where the forecast is better, and the one-sided p-value: how often chance alone would
        make it look at least that much better. (0, 1) for two forecasts that never differ.

    Raises:
        UserError: the lengths differ, or there are too few errors.
    """
    n = len(errors)
    if len(others) != n or n < 2 * horizon + 2:
        raise UserError(
            f"{n} and {len(others)} errors: both must have the same length, at least {2 * horizon + 2}"
        )
    d = np.square(errors) - np.square(others)
    if not np.any(d):
        return 0.0, 1.0
    centred = d - d.mean()
    variance = np.mean(centred**2)
    variance += 2 * sum(np.sum(centred[lag:] * centred[:-lag]) / n for lag in range(1, horizon))
    if variance <= 0:  # possible with lags; without them only if all differences are equal
        variance = np.mean(centred**2)
    if variance == 0:
        return math.copysign(math.inf, d.mean()), 0.0 if d.mean() < 0 else 1.0
    small_sample = math.sqrt((n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n)
    statistic = small_sample * float(d.mean()) / math.sqrt(variance / n)
    from scipy import stats

    return statistic, float(stats.t.cdf(statistic, df=n - 1))


def direction(returns: np.ndarray, forecasts: np.ndarray) -> dict[str, float]:
    """Compare how often the sign of a forecast was right with "always up" (exact McNemar test).

    Days without a move are left out. A forecast of exactly zero counts as down.

    Args:
        returns: (n,) that came true.
        forecasts: (n,).

    Returns:
        ``direction`` and ``direction_always_up``, the fractions of days with the right sign, and ``direction_p``, the
        one-sided p-value of the days on which the two differ. The fractions are NaN if no day has a move.
    """
    moved = returns != 0
    up, forecast_up = returns[moved] > 0, forecasts[moved] > 0
    right = up == forecast_up
    only_ours, only_theirs = int((right & ~up).sum()), int((~right & up).sum())
    from scipy import stats

    differing = only_ours + only_theirs
    p = float(stats.binom.sf(only_ours - 1, differing, 0.5)) if differing else 1.0
    return {
        "direction": float(right.mean()) if len(right) else math.nan,
        "direction_always_up": float(up.mean()) if len(up) else math.nan,
        "direction_p": p,
    }


# --- The verdict ------------------------------------------------------------------------------------------------------


def judge(
    returns: np.ndarray,
    first: int,
    forecasts: np.ndarray,
    quantiles: np.ndarray,
    horizon: int = 1,
    levels: Sequence[float] = LEVELS,
) -> dict[str, Any]:
    """Compare a forecast with what it must beat, on days that it has never seen.

    Errors are of the log return, so that every session counts the same, whatever the price was.

    Args:
        returns: (n,) log returns of all days.
        first: the first day forecast; baselines learn from the days before it.
        forecasts: (n - first - horizon + 1,) of the return of ``horizon`` days.
        quantiles: (n - first - horizon + 1, levels) of the same return.
        horizon: days.
        levels: of the quantiles; the outermost are the ends of the 95 % interval, the next ones of the 80 % interval.

    Returns:
        ``rmse_ratio``: root mean squared error over that of persistence ("the price stays"); ``rmse_ratio_drift`` and
        ``rmse_ratio_autoregression``: the same of these baselines;
        ``mase``; ``dm_statistic`` and ``dm_p``: Diebold-Mariano test against persistence;
        ``direction``, ``direction_always_up``, ``direction_p``: as :func:`direction` gives them;
        ``coverage_80``, ``coverage_95``, ``pinball``, and the same with ``_ewma`` for EWMA's quantiles;
        ``verdict``: ``"skill"`` only if the ratio is below 1 and ``dm_p`` below .01, else ``"no skill"``.

    Raises:
        UserError: the price does not move, the lengths do not match, or there are too few returns before ``first``.
    """
    actual = horizon_returns(returns, horizon)[first:]
    if len(forecasts) != len(actual):
        raise UserError(
            f"{len(forecasts)} forecasts do not match the {len(actual)} days from first={first} on"
        )
    errors = actual - forecasts
    naive = rmse(actual)  # persistence forecasts a return of zero
    if naive == 0:
        raise UserError("the price does not move in the days to be forecast: there is nothing to judge")
    ewma = ewma_quantiles(returns, first, horizon, levels)
    statistic, p = diebold_mariano(errors, actual, horizon)
    ratio = rmse(errors) / naive
    return {
        "rmse_ratio": ratio,
        "mase": float(np.mean(np.abs(errors)) / np.mean(np.abs(horizon_returns(returns[:first], horizon)))),
        "dm_statistic": statistic,
        "dm_p": p,
        **direction(actual, forecasts),
        "coverage_80": coverage(actual, quantiles[:, 1], quantiles[:, -2]),
        "coverage_95": coverage(actual, quantiles[:, 0], quantiles[:, -1]),
        "coverage_80_ewma": coverage(actual, ewma[:, 1], ewma[:, -2]),
        "coverage_95_ewma": coverage(actual, ewma[:, 0], ewma[:, -1]),
        "pinball": pinball(actual, quantiles, levels),
        "pinball_ewma": pinball(actual, ewma, levels),
        "rmse_ratio_drift": rmse(actual - drift(returns, first, horizon)) / naive,
        "rmse_ratio_autoregression": rmse(actual - autoregression(returns, first, horizon)) / naive,
        "verdict": "skill" if ratio < 1 and p < 0.01 else "no skill",
    }

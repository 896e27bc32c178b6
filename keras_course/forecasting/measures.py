"""How good is a forecast? Measures, what a forecast must beat, and tests of whether it does.

A forecast is made with what was known the evening before. Numbers come in order of time; errors are
``actual - forecast``.
"""

import math
from typing import Any

import numpy as np

from keras_course.forecasting.baselines import LEVELS, ahead, autoregression, drift, ewma_quantiles

# --- Measures ---------------------------------------------------------------------------------------------------------


def rmse(errors: np.ndarray) -> float:
    """Root mean squared error, in the errors' unit."""
    return float(np.sqrt(np.mean(np.square(errors))))


def mase(errors: np.ndarray, training: np.ndarray) -> float:
    """Mean absolute scaled error: the mean absolute error over that of "as yesterday" in the training series.

    Paper: Hyndman, Koehler, "Another look at measures of forecast accuracy", 2006

    Args:
        errors: (n,) of the forecast.
        training: (m,) the series before the forecasts, in the same unit.

    Raises:
        ValueError: the training series never changes, or is too short.
    """
    steps = np.abs(np.diff(training))
    if not len(steps) or not steps.any():
        raise ValueError("the training series is constant: there is no error of a naive forecast to scale by")
    return float(np.mean(np.abs(errors)) / np.mean(steps))


def pinball(actual: np.ndarray, quantiles: np.ndarray, levels: tuple[float, ...] = LEVELS) -> float:
    """Mean pinball loss over all quantiles: ``max(level * d, (level - 1) * d)`` with ``d = actual - quantile``.

    Paper: Koenker, Bassett, "Regression Quantiles", 1978

    Args:
        actual: (n,).
        quantiles: (n, levels).
        levels: between 0 and 1.

    Raises:
        ValueError: the shapes do not fit.
    """
    if quantiles.shape != (len(actual), len(levels)):
        raise ValueError(
            f"quantiles {quantiles.shape} do not fit {len(actual)} values and {len(levels)} levels"
        )
    d = actual[:, None] - quantiles  # (n, levels)
    return float(np.mean(np.maximum(np.array(levels) * d, (np.array(levels) - 1) * d)))


def coverage(actual: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> float:
    """Share of the values that lie between two bounds, the bounds included."""
    return float(np.mean((lower <= actual) & (actual <= upper)))


# --- Is it better, or lucky? ------------------------------------------------------------------------------------------


def diebold_mariano(errors: np.ndarray, others: np.ndarray, horizon: int = 1) -> tuple[float, float]:
    """Test whether a forecast's squared errors are smaller than another's on the same days.

    Papers: Diebold, Mariano, "Comparing Predictive Accuracy", 1995; Harvey, Leybourne, Newbold, "Testing the equality
        of prediction mean squared errors", 1997, for the correction for small samples

    Args:
        errors: (n,) of the forecast.
        others: (n,) of the one it is held against.
        horizon: steps ahead; errors up to ``horizon - 1`` days apart may hang together.

    Returns:
        The statistic, below zero where the forecast is better, and the one-sided p: how often chance alone would make
        it look that much better. (0, 1) for two forecasts that never differ.

    Raises:
        ValueError: the errors are not as many, or too few.
    """
    n = len(errors)
    if len(others) != n or n < 2 * horizon + 2:
        raise ValueError(
            f"{n} and {len(others)} errors: they must be as many, and at least {2 * horizon + 2}"
        )
    d = np.square(errors) - np.square(others)
    if not np.any(d):
        return 0.0, 1.0
    centred = d - d.mean()
    variance = np.mean(centred**2)
    variance += 2 * sum(np.sum(centred[lag:] * centred[:-lag]) / n for lag in range(1, horizon))
    if variance <= 0:  # may happen with lags; without them the differences would be all the same
        variance = np.mean(centred**2)
    if variance == 0:
        return math.copysign(math.inf, d.mean()), 0.0 if d.mean() < 0 else 1.0
    small_sample = math.sqrt((n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n)
    statistic = small_sample * float(d.mean()) / math.sqrt(variance / n)
    from scipy import stats

    return statistic, float(stats.t.cdf(statistic, df=n - 1))


def direction(returns: np.ndarray, forecasts: np.ndarray) -> dict[str, float]:
    """How often "up or down" was right, beside "always up", and whether the difference is more than chance.

    Days without a move count for neither. A forecast of exactly zero says down.

    Args:
        returns: (n,) as they were.
        forecasts: (n,).

    Returns:
        ``direction`` and ``direction_always_up`` (shares), and ``direction_p``: the exact McNemar test, one-sided, on
        the days where the two say different things.
    """
    moved = returns != 0
    up, said_up = returns[moved] > 0, forecasts[moved] > 0
    right = up == said_up
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
    levels: tuple[float, ...] = LEVELS,
) -> dict[str, Any]:
    """Hold a forecast against what it must beat, on days that it has never seen.

    Errors are of the log return, so that every session counts alike, whatever the price was.

    Args:
        returns: (n,) log returns of all days.
        first: the first day forecast; baselines learn from the days before.
        forecasts: (n - first - horizon + 1,) of the return of ``horizon`` days.
        quantiles: (n - first - horizon + 1, levels) of the same; the middle level is .5.
        horizon: days.
        levels: of the quantiles; the outermost are the 95 % interval, those inside them the 80 % interval.

    Returns:
        ``rmse_ratio`` (to persistence: the price stays), ``mase``, ``dm_statistic``, ``dm_p``, ``direction``,
        ``direction_always_up``, ``direction_p``, ``coverage_80``, ``coverage_95``, ``pinball``, the same with ``_ewma``
        of EWMA's quantiles, ``rmse_ratio_drift``, ``rmse_ratio_autoregression``, and ``verdict``: ``"skill"`` only
        where the ratio is below 1 and chance would rarely do that (p below .01), else ``"no skill"``.
    """
    actual = ahead(returns, horizon)[first:]
    errors = actual - forecasts
    naive = rmse(actual)  # persistence forecasts a return of zero
    if naive == 0:
        raise ValueError("the price does not move in the days to be forecast: there is nothing to judge")
    ewma = ewma_quantiles(returns, first, horizon, levels)
    statistic, p = diebold_mariano(errors, actual, horizon)
    ratio = rmse(errors) / naive
    return {
        "rmse_ratio": ratio,
        "mase": float(np.mean(np.abs(errors)) / np.mean(np.abs(ahead(returns[:first], horizon)))),
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

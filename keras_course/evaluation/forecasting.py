"""How good is a forecast? Measures, what a forecast must beat, and tests of whether it does.

A forecast is made with what was known the evening before. Numbers come in order of time; errors are
``actual - forecast``.
"""

import math

import numpy as np

LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)
"""Of the quantiles: the middle, and the ends of the 80 and 95 % intervals."""


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


# --- What a forecast must beat ----------------------------------------------------------------------------------------
#
# All forecast the return of the ``horizon`` days from a day on, ``r[day] + ... + r[day + horizon - 1]``, from the
# returns before that day; and all learn from the days before ``first`` only. Each gives
# ``(n - first - horizon + 1, ...)`` numbers.


def ahead(returns: np.ndarray, horizon: int) -> np.ndarray:
    """The return of the ``horizon`` days from each day on: what is to be forecast; ``(n - horizon + 1,)``."""
    return np.convolve(returns, np.ones(horizon), mode="valid")


def drift(returns: np.ndarray, first: int, horizon: int = 1) -> np.ndarray:
    """The mean of all returns before a day, as often as the horizon has days."""
    sums = np.cumsum(returns)[first - 1 : len(returns) - horizon]
    return horizon * sums / np.arange(first, len(returns) - horizon + 1)


def autoregression(returns: np.ndarray, first: int, horizon: int = 1, order: int = 5) -> np.ndarray:
    """AR(order): a weighted sum of the last returns, the weights by least squares.

    Raises:
        ValueError: too few returns before ``first``.
    """
    if first < 3 * order + horizon + 2:
        raise ValueError(f"{first} returns are too few to fit an autoregression of order {order}")
    lags = np.lib.stride_tricks.sliding_window_view(returns, order)  # row i: returns i to i + order - 1
    rows = np.column_stack([np.ones(len(lags)), lags])[: len(returns) - order - horizon + 1]
    answers = ahead(returns, horizon)[order:]
    known = first - horizon + 1 - order  # rows whose answer lies before first
    weights, *_ = np.linalg.lstsq(rows[:known], answers[:known], rcond=None)
    forecasts: np.ndarray = rows[first - order :] @ weights
    return forecasts


def ewma_volatility(returns: np.ndarray, decay: float = 0.94) -> np.ndarray:
    """For each day the volatility that the days before it suggest: ``v[t] = decay v[t-1] + (1 - decay) r[t-1]**2``.

    Source: J. P. Morgan, "RiskMetrics", 1996

    Args:
        returns: (n,).
        decay: weight of the past.

    Returns:
        (n + 1,) standard deviations of a day's return, the last of the day after; the first is that of the first 20
        returns.
    """
    variances = np.empty(len(returns) + 1)
    variances[0] = np.mean(np.square(returns[:20]))
    for day, value in enumerate(returns):
        variances[day + 1] = decay * variances[day] + (1 - decay) * value**2
    return np.sqrt(variances)


def ewma_quantiles(
    returns: np.ndarray, first: int, horizon: int = 1, levels: tuple[float, ...] = LEVELS
) -> np.ndarray:
    """Quantiles of the return: EWMA volatility times the quantiles of past surprises.

    Args:
        returns: (n,).
        first: the days before it teach which quantiles a surprise, ``return / volatility``, has.
        horizon: days.
        levels: between 0 and 1.

    Returns:
        (n - first - horizon + 1, levels).

    Raises:
        ValueError: the returns before ``first`` never move.
    """
    volatility = ewma_volatility(returns)[: len(returns) - horizon + 1] * math.sqrt(horizon)
    if not volatility[:first].all():
        raise ValueError("the price does not move: there is no volatility to forecast with")
    known = first - horizon + 1
    surprises = ahead(returns, horizon)[:known] / volatility[:known]
    return volatility[first:, None] * np.quantile(surprises, levels)

"""What a forecast must beat: forecasts of returns that need no network, from the days before only.

All forecast the return of the ``horizon`` days from a day on, ``r[day] + ... + r[day + horizon - 1]``, from the returns
before that day; and all learn from the days before ``first`` only. Each gives ``(n - first - horizon + 1, ...)``
numbers. Persistence, "the price stays", forecasts zeros.
"""

import math

import numpy as np

LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)
"""Of quantiles: the middle, and the ends of the 80 and 95 % intervals."""


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

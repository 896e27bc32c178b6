"""What a forecast must beat: forecasts of returns that need no network.

Each forecasts, for every day from ``first`` on, the return of the next ``horizon`` days,
``r[day] + ... + r[day + horizon - 1]``, from the returns before that day. What is fitted is fitted to the days before
``first``. Persistence, "the price stays", forecasts zeros and needs no function.
"""

import math
from collections.abc import Sequence

import numpy as np

from keras_course.errors import UserError
from keras_course.forecasting.calibration import LEVELS


def horizon_returns(returns: np.ndarray, horizon: int) -> np.ndarray:
    """Return what is to be forecast: the return of the ``horizon`` days from each day on.

    Args:
        returns: (n,) daily log returns.
        horizon: days.

    Returns:
        (n - horizon + 1,).

    Raises:
        UserError: the horizon is below 1, or longer than the series.
    """
    if not 1 <= horizon <= len(returns):
        raise UserError(f"horizon={horizon} must be from 1 to the {len(returns)} returns that there are")
    return np.convolve(returns, np.ones(horizon), mode="valid")


def drift(returns: np.ndarray, first: int, horizon: int = 1) -> np.ndarray:
    """Forecast the mean of all returns before a day, times the days of the horizon.

    Args:
        returns: (n,) daily log returns.
        first: the first day to forecast.
        horizon: days.

    Returns:
        (n - first - horizon + 1,).

    Raises:
        UserError: there are no days to learn from, or none to forecast.
    """
    _check(returns, first, horizon, fewest=1)
    sums = np.cumsum(returns)[first - 1 : len(returns) - horizon]
    return horizon * sums / np.arange(first, len(returns) - horizon + 1)


def autoregression(returns: np.ndarray, first: int, horizon: int = 1, order: int = 5) -> np.ndarray:
    """Forecast by AR(order): a weighted sum of the last returns and a constant, fitted by least squares.

    Args:
        returns: (n,) daily log returns.
        first: the first day to forecast; the weights are fitted to the days before it.
        horizon: days.
        order: how many of the last returns.

    Returns:
        (n - first - horizon + 1,).

    Raises:
        UserError: there are too few days to learn from, or none to forecast.
    """
    _check(returns, first, horizon, fewest=3 * order + horizon + 2)
    lags = np.lib.stride_tricks.sliding_window_view(returns, order)  # row i: returns i to i + order - 1
    rows = np.column_stack([np.ones(len(lags)), lags])[: len(returns) - order - horizon + 1]
    targets = horizon_returns(returns, horizon)[order:]
    known = first - horizon + 1 - order  # rows whose target ends before first
    weights, *_ = np.linalg.lstsq(rows[:known], targets[:known], rcond=None)
    forecasts: np.ndarray = rows[first - order :] @ weights
    return forecasts


def ewma_volatility(returns: np.ndarray, decay: float = 0.94) -> np.ndarray:
    """Estimate each day's volatility by an exponentially weighted moving average of the squared returns before it.

    Equation: ``v[t] = decay v[t-1] + (1 - decay) r[t-1]**2``
    Source: J. P. Morgan, "RiskMetrics", 1996

    Args:
        returns: (n,) daily log returns.
        decay: weight of the past, between 0 and 1.

    Returns:
        (n + 1,) standard deviations of a day's return; the last is that of the day after the series. The first is the
        root mean square of the first 20 returns, for want of any before.
    """
    variances = np.empty(len(returns) + 1)
    variances[0] = np.mean(np.square(returns[:20]))
    for day, value in enumerate(returns):
        variances[day + 1] = decay * variances[day] + (1 - decay) * value**2
    return np.sqrt(variances)


def ewma_quantiles(
    returns: np.ndarray, first: int, horizon: int = 1, levels: Sequence[float] = LEVELS
) -> np.ndarray:
    """Forecast quantiles of the return: EWMA volatility times the quantiles of past standardised residuals.

    Args:
        returns: (n,) daily log returns.
        first: the first day to forecast; the standardised residuals, ``return / volatility``, are those of the days
            before it.
        horizon: days.
        levels: (levels,) between 0 and 1.

    Returns:
        (n - first - horizon + 1, levels).

    Raises:
        UserError: the returns before ``first`` are all zero, there are no days to learn from, or none to forecast.
    """
    _check(returns, first, horizon, fewest=horizon)
    volatility = ewma_volatility(returns)[: len(returns) - horizon + 1] * math.sqrt(horizon)
    known = first - horizon + 1
    moves = volatility[:known] > 0  # it may have stood still in the beginning
    if not moves.any():
        raise UserError("the price does not move: there is no volatility to forecast with")
    residuals = horizon_returns(returns, horizon)[:known][moves] / volatility[:known][moves]
    return volatility[first:, None] * np.quantile(residuals, levels)


def _check(returns: np.ndarray, first: int, horizon: int, fewest: int) -> None:
    if first < fewest:
        raise UserError(
            f"{first} returns before the first forecast are too few: at least {fewest} are needed"
        )
    if not 1 <= horizon <= len(returns) - first:
        raise UserError(
            f"horizon={horizon} must be from 1 to the {len(returns) - first} returns after the first {first}"
        )

"""What a forecast must beat: forecasts of returns that need no network.

Each forecasts, for every day from ``first`` on, the return of the next ``horizon`` days,
``r[day] + ... + r[day + horizon - 1]``, from the returns before that day. What is fitted is fitted to the days before
``first``. Persistence, "the price stays", forecasts zeros and needs no function. ``volatility`` forecasts
how far the price may go.
"""

import numpy as np

from keras_course.errors import UserError


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
    check_days(returns, first, horizon, fewest=1)
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
    check_days(returns, first, horizon, fewest=3 * order + horizon + 2)
    lags = np.lib.stride_tricks.sliding_window_view(returns, order)  # row i: returns i to i + order - 1
    rows = np.column_stack([np.ones(len(lags)), lags])[: len(returns) - order - horizon + 1]
    targets = horizon_returns(returns, horizon)[order:]
    known = first - horizon + 1 - order  # rows whose target ends before first
    weights, *_ = np.linalg.lstsq(rows[:known], targets[:known], rcond=None)
    forecasts: np.ndarray = rows[first - order :] @ weights
    return forecasts


def check_days(returns: np.ndarray, first: int, horizon: int, fewest: int) -> None:
    """Raise UserError unless there are ``fewest`` returns before ``first``, and a horizon after it."""
    if first < fewest:
        raise UserError(
            f"{first} returns before the first forecast are too few: at least {fewest} are needed"
        )
    if not 1 <= horizon <= len(returns) - first:
        raise UserError(
            f"horizon={horizon} must be from 1 to the {len(returns) - first} returns after the first {first}"
        )

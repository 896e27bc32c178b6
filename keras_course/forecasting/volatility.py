"""What a forecast of the interval must beat: three simple forecasts of how far a price may go.

Each estimates a day's volatility from the returns before that day. Its quantiles are that volatility times those of the
past standardised residuals, ``return / volatility``. What is fitted is fitted to the days before ``first``.

``ewma``    one number, given: how fast the past is forgotten
``har``     five coefficients by least squares: yesterday, the last week, month and quarter each have their weight
``garch``   three coefficients by maximum likelihood, with the package arch
"""

import importlib.util
import math
from collections.abc import Callable, Sequence

import numpy as np

from keras_course.errors import UserError
from keras_course.forecasting.baselines import check_days, horizon_returns
from keras_course.forecasting.calibration import LEVELS

HAR_DAYS = (1, 5, 22, 66)  # a day, a week, a month, a quarter
FEWEST = 150  # returns to fit to; with fewer the coefficients are noise
HAR_FLOOR = 0.1  # of the mean absolute return: a fitted line may fall below zero, a volatility may not


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
    """Forecast quantiles of the return from :func:`ewma_volatility`, times the root of the horizon.

    Args:
        returns: (n,) daily log returns.
        first: the first day to forecast; the standardised residuals are those of the days before it.
        horizon: days.
        levels: (levels,) between 0 and 1.

    Returns:
        (n - first - horizon + 1, levels).

    Raises:
        UserError: the returns before ``first`` are all zero, there are no days to learn from, or none to forecast.
    """
    check_days(returns, first, horizon, fewest=horizon)
    return _quantiles(returns, first, horizon, levels, math.sqrt(horizon) * ewma_volatility(returns))


def har_volatility(returns: np.ndarray, first: int) -> np.ndarray:
    """Estimate each day's mean absolute return by a weighted sum of the last day's, week's, month's and quarter's.

    Equation: ``v[t] = c + w1 |r|[last day] + w2 |r|[mean of 5] + w3 |r|[mean of 22] + w4 |r|[mean of 66]``, the five
    coefficients by least squares; never below a tenth of the mean

    Paper: Corsi, "A Simple Approximate Long-Memory Model of Realized Volatility", 2009 (heterogeneous autoregression);
        here of daily absolute returns, for want of prices within the day, and with a quarter

    Args:
        returns: (n,) daily log returns.
        first: the coefficients are fitted to the days before it.

    Returns:
        (n + 1,) of each day; the last is that of the day after the series. In the first 66 days a mean is of the days
        that there are.

    Raises:
        UserError: ``first`` is below 150, or beyond the day after the series.
    """
    if not FEWEST <= first <= len(returns):
        raise UserError(f"first={first} must be from {FEWEST} to the {len(returns)} returns that there are")
    size = np.abs(returns)
    sums = np.concatenate([[0.0], np.cumsum(size)])  # sums[t]: of the days before t
    day = np.arange(len(returns) + 1)
    spans = [np.clip(day, 1, count) for count in HAR_DAYS]
    rows = np.column_stack(
        [np.ones(len(day)), *((sums[day] - sums[np.maximum(day - span, 0)]) / span for span in spans)]
    )
    start = HAR_DAYS[-1]
    weights, *_ = np.linalg.lstsq(rows[start:first], size[start:first], rcond=None)
    volatility: np.ndarray = np.maximum(rows @ weights, HAR_FLOOR * size[:first].mean())
    return volatility


def har_quantiles(
    returns: np.ndarray, first: int, horizon: int = 1, levels: Sequence[float] = LEVELS
) -> np.ndarray:
    """Forecast quantiles of the return from :func:`har_volatility`, times the root of the horizon.

    A regression for the days of the horizon together was tried too: on five shares and the two years up to December
    2010, 2012, 2014, 2016 and 2018, the pinball loss over EWMA's was .991 (5 days) and .988 (20), and .988 and .980 so.

    Args, returns and raises: as :func:`ewma_quantiles`; ``first`` must be at least 150.
    """
    check_days(returns, first, horizon, fewest=FEWEST)
    return _quantiles(returns, first, horizon, levels, math.sqrt(horizon) * har_volatility(returns, first))


def garch_quantiles(
    returns: np.ndarray, first: int, horizon: int = 1, levels: Sequence[float] = LEVELS
) -> np.ndarray:
    """Forecast quantiles of the return by GARCH(1,1), fitted with Student's t distribution by the package arch.

    Equation: ``v[t] = omega + alpha r[t-1]**2 + beta v[t-1]``; those of later days of the horizon: with ``v`` for
    ``r**2``; they add up

    Paper: Bollerslev, "Generalized Autoregressive Conditional Heteroskedasticity", 1986

    Args, returns and raises: as :func:`ewma_quantiles`; ``first`` must be at least 150, and arch installed.
    """
    check_days(returns, first, horizon, fewest=FEWEST)
    omega, alpha, beta = _fit_garch(returns[:first])
    variance = np.empty(len(returns) + 1)
    variance[0] = np.mean(np.square(returns[:20]))
    for day, value in enumerate(returns):
        variance[day + 1] = omega + alpha * value**2 + beta * variance[day]
    total, later = variance.copy(), variance
    for _ in range(horizon - 1):
        later = omega + (alpha + beta) * later
        total += later
    return _quantiles(returns, first, horizon, levels, np.sqrt(total))


Quantiles = Callable[[np.ndarray, int, int, Sequence[float]], np.ndarray]


def available(first: int) -> dict[str, Quantiles]:
    """Return the forecasts that can be made from ``first`` days: by name, those of this file that need no more.

    GARCH is among them if arch is installed.
    """
    found: dict[str, Quantiles] = {"ewma": ewma_quantiles}
    if first >= FEWEST:
        found["har"] = har_quantiles
    if first >= FEWEST and importlib.util.find_spec("arch"):
        found["garch"] = garch_quantiles
    return found


def _fit_garch(returns: np.ndarray) -> tuple[float, float, float]:
    """Return omega, alpha and beta: those of the greatest likelihood."""
    try:
        from arch import arch_model
    except ImportError:
        raise UserError('GARCH needs the package arch: pip install -e ".[garch]"') from None
    unit = float(np.sqrt(np.mean(np.square(returns))))  # the optimizer wants numbers near 1
    if unit == 0:
        raise UserError("the price does not move: there is no volatility to forecast with")
    model = arch_model(returns / unit, mean="Zero", vol="GARCH", p=1, q=1, dist="t", rescale=False)
    found = model.fit(disp="off", show_warning=False).params
    return float(found["omega"]) * unit**2, float(found["alpha[1]"]), float(found["beta[1]"])


def _quantiles(
    returns: np.ndarray, first: int, horizon: int, levels: Sequence[float], volatility: np.ndarray
) -> np.ndarray:
    """Multiply each day's volatility by the quantiles of the standardised residuals before ``first``."""
    volatility = volatility[: len(returns) - horizon + 1]
    known = first - horizon + 1
    moves = volatility[:known] > 0  # the price may have stood still in the beginning
    if not moves.any():
        raise UserError("the price does not move: there is no volatility to forecast with")
    residuals = horizon_returns(returns, horizon)[:known][moves] / volatility[:known][moves]
    quantiles: np.ndarray = volatility[first:, None] * np.quantile(residuals, levels)
    return quantiles

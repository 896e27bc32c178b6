"""How apps.stock_lstm judges its forecaster: on sessions that it has never seen, each forecast the evening before."""

import dataclasses
from typing import Any

import numpy as np

from keras_course import forecasting
from keras_course.datasets.prices import Prices
from keras_course.forecasting import power

MADE_UP_SHARES = 500


@dataclasses.dataclass(frozen=True)
class Judged:
    """A trained forecaster, what it forecast, and how good that was."""

    forecaster: forecasting.Forecaster
    """With the best epoch's model."""
    prices: Prices
    """The whole series."""
    days: np.ndarray
    """(n,) the judged sessions, as row numbers."""
    forecasts: np.ndarray
    """(n,) of the log return from the evening before each."""
    quantiles: np.ndarray
    """(n, levels) of the same, calibrated."""
    tomorrow: forecasting.Forecast
    """The next session after the series."""
    metrics: dict[str, Any]
    """As :func:`forecasting.judge` gives them, what is forecast for tomorrow, and the test's power: the fraction
    of made-up shares in which it would find a weak and a strong memory."""


def judge(forecaster: forecasting.Forecaster, prices: Prices, split: forecasting.Split) -> Judged:
    """Judge a forecaster on the test split, and forecast the next session.

    Args:
        forecaster: with its errors measured.
        prices: the whole series.
        split: its splits; the validation split calibrates the first intervals.

    Raises:
        UserError: the forecasts are not finite: the training diverged.
    """
    later = np.arange(split.validation[0], split.test[-1] + 1)
    count = len(later) - len(split.test)  # the days that calibrate, and choose what is recommended
    all_forecasts, all_quantiles = forecaster.forecasts(prices, later)
    forecasts, quantiles, earlier = all_forecasts[count:], all_quantiles[count:], all_quantiles[:count]
    returns = np.diff(np.log(forecaster.series(prices)))  # the first is the second day's
    first, horizon = int(split.test[0]) - 1, forecaster.horizon
    metrics = forecasting.judge(returns, first, forecasts, quantiles, horizon, earlier=earlier)
    tomorrow = forecaster.next_session(prices)
    metrics |= {
        "forecast_date": tomorrow.date,
        "forecast_price": tomorrow.price,
        "last_date": tomorrow.last_date,
        "last_price": tomorrow.last_price,
        "test_sessions": len(split.test),
        "power_weak": power.found(power.WEAK, len(split.test), MADE_UP_SHARES, horizon) / MADE_UP_SHARES,
        "power_strong": power.found(power.STRONG, len(split.test), MADE_UP_SHARES, horizon) / MADE_UP_SHARES,
    }
    return Judged(forecaster, prices, split.test, forecasts, quantiles, tomorrow, metrics)

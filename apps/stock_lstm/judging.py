"""How apps.stock_lstm judges its forecaster: on sessions that it has never seen, each forecast the evening before."""

import dataclasses
from collections.abc import Sequence
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
    """With the model that forecasts the next session: the best epoch's, or the one fitted last."""
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


def judge(
    forecaster: forecasting.Forecaster,
    prices: Prices,
    split: forecasting.Split,
    fitted_again: Sequence[tuple[np.ndarray, forecasting.Forecaster]] = (),
) -> Judged:
    """Judge a forecaster on the test split, and forecast the next session.

    Args:
        forecaster: with its errors measured.
        prices: the whole series.
        split: its splits; the validation split calibrates the first intervals.
        fitted_again: test days, and the forecaster fitted for them; together all days of the split.

    Raises:
        UserError: the forecasts are not finite: the training diverged.
    """
    count = len(split.test)
    later = np.arange(split.validation[0], split.test[-1] + 1)
    if fitted_again:
        forecasts, quantiles = _one_after_the_other([(later[:-count], forecaster), *fitted_again], prices)
        forecaster = _with_latest_errors(fitted_again[-1][1], prices, split, forecasts[-count:])
    else:
        forecasts, quantiles = forecaster.forecasts(prices, later)
    known = forecasting.outcomes(forecaster.series(prices), split.validation, forecaster.horizon)
    in_validation = forecasting.rmse(known - forecasts[: len(known)]) / max(1e-12, forecasting.rmse(known))
    # the days before the judged ones calibrate, and choose what is recommended
    earlier, forecasts, quantiles = quantiles[:-count], forecasts[-count:], quantiles[-count:]
    returns = np.diff(np.log(forecaster.series(prices)))  # the first is the second day's
    first, horizon = int(split.test[0]) - 1, forecaster.horizon
    metrics = forecasting.judge(
        returns, first, forecasts, quantiles, horizon, earlier=earlier, prior=forecaster.prior
    )
    tomorrow = forecaster.next_session(prices)
    metrics |= {
        "forecast_date": tomorrow.date,
        "forecast_price": tomorrow.price,
        "last_date": tomorrow.last_date,
        "last_price": tomorrow.last_price,
        "test_sessions": count,
        "validation_rmse_ratio": in_validation,
        "power_weak": power.found(power.WEAK, count, MADE_UP_SHARES, horizon) / MADE_UP_SHARES,
        "power_strong": power.found(power.STRONG, count, MADE_UP_SHARES, horizon) / MADE_UP_SHARES,
    }
    return Judged(forecaster, prices, split.test, forecasts, quantiles, tomorrow, metrics)


def _one_after_the_other(
    fitted: Sequence[tuple[np.ndarray, forecasting.Forecaster]], prices: Prices
) -> tuple[np.ndarray, np.ndarray]:
    """As :meth:`forecasting.Forecaster.forecasts`, each block of days by its own forecaster."""
    days = np.concatenate([days for days, _ in fitted])
    parts = [one.returns(one.inputs(prices, block)) for block, one in fitted]
    forecasts, quantiles = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    one = fitted[0][1]
    outcomes = forecasting.outcomes(one.series(prices), days, one.horizon)
    return forecasts, forecasting.calibrated(quantiles, outcomes, one.levels, one.horizon)


def _with_latest_errors(
    last: forecasting.Forecaster, prices: Prices, split: forecasting.Split, forecasts: np.ndarray
) -> forecasting.Forecaster:
    """The forecaster fitted last, with the errors of all: it has seen the days that its own would be measured on."""
    errors = forecasting.outcomes(last.series(prices), split.test, last.horizon) - forecasts
    return dataclasses.replace(last, errors=tuple(float(v) for v in np.quantile(errors, last.levels)))

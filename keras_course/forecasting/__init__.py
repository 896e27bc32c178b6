"""Forecasts of a series: made on the evening before, with calibrated intervals, and judged honestly.

windows        a series in examples, split in order of time
baselines      what a forecast of the return must beat: drift, autoregression
volatility     what a forecast of the interval must beat: EWMA, HAR, GARCH
calibration    quantiles shifted by how they have done lately: where an interval is calibrated
forecaster     a trained network that forecasts the next session's price
measures       RMSE, pinball loss, coverage, the Diebold-Mariano test, and the verdict
"""

from keras_course.forecasting.baselines import autoregression, drift
from keras_course.forecasting.calibration import LEVELS, calibrated
from keras_course.forecasting.forecaster import Forecast, Forecaster, modelled_series
from keras_course.forecasting.measures import (
    coverage,
    diebold_mariano,
    direction,
    judge,
    mase,
    pinball,
    rmse,
)
from keras_course.forecasting.volatility import (
    ewma_quantiles,
    ewma_volatility,
    garch_quantiles,
    har_quantiles,
    har_volatility,
)
from keras_course.forecasting.windows import Split, chronological_split, outcomes, sliding_windows

__all__ = [
    "LEVELS",
    "Forecast",
    "Forecaster",
    "Split",
    "autoregression",
    "calibrated",
    "chronological_split",
    "coverage",
    "diebold_mariano",
    "direction",
    "drift",
    "ewma_quantiles",
    "ewma_volatility",
    "garch_quantiles",
    "har_quantiles",
    "har_volatility",
    "judge",
    "mase",
    "modelled_series",
    "outcomes",
    "pinball",
    "rmse",
    "sliding_windows",
]

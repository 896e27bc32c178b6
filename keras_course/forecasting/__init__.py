"""Forecasts of a series: made on the evening before, with calibrated intervals, and judged honestly.

windows        a series in examples, split in order of time
baselines      what a forecast of the return must beat: drift, autoregression
volatility     what a forecast of the interval must beat: EWMA, HAR, GARCH
calibration    quantiles shifted by how they have done lately: where an interval is calibrated
pool           many shares as one training set
forecast       a price for a trading day, with intervals
forecaster     a trained network that forecasts the next session's price
measures       RMSE, pinball loss, coverage
significance   better, or lucky? Diebold-Mariano test, Clark-West test, how many trials are independent
power          what a test would have found, on made-up shares
verdict        a forecast beside all that it must beat
"""

from keras_course.forecasting.baselines import autoregression, drift
from keras_course.forecasting.calibration import LEVELS, PRIOR, calibrated
from keras_course.forecasting.forecast import Forecast
from keras_course.forecasting.forecaster import Forecaster, modelled_series
from keras_course.forecasting.measures import coverage, mase, pinball, pinball_losses, rmse
from keras_course.forecasting.significance import (
    Difference,
    clark_west,
    compare_losses,
    diebold_mariano,
    direction,
    effective_number,
)
from keras_course.forecasting.verdict import judge, recommend
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
    "PRIOR",
    "Difference",
    "Forecast",
    "Forecaster",
    "Split",
    "autoregression",
    "calibrated",
    "chronological_split",
    "clark_west",
    "compare_losses",
    "coverage",
    "diebold_mariano",
    "direction",
    "drift",
    "effective_number",
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
    "pinball_losses",
    "recommend",
    "rmse",
    "sliding_windows",
]

"""The data of apps.stock_lstm: prices, checked before anything is trained or written, and split in order of time."""

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from keras_course import forecasting
from keras_course.datasets import prices as price_data
from keras_course.errors import UserError

if TYPE_CHECKING:
    from . import Config


def load(config: "Config") -> tuple[price_data.Prices, forecasting.Split]:
    """Load the prices, print what was noticed in them, and split them.

    Args:
        config: the app's settings.

    Returns:
        The prices, and the days of the training, validation and test split.

    Raises:
        UserError: the settings do not suit the series, or the price does not move.
    """
    prices = price_data.load(
        config.dataset,
        config.run.data_dir,
        symbol=config.symbol,
        start=config.start,
        end=config.end,
        dates=config.dates,
        decimal=config.decimal,
    )
    for note in prices.notes:
        print(f"note: {note}")
    values = forecasting.modelled_series(prices, config.target)
    split = split_of(len(values), config)
    if config.run.limit is not None:
        limited = split.limited_to(config.run.limit)
        if len(limited.train) < len(split.train):
            split, prices = limited, dataclasses.replace(prices, limited=config.run.limit)
    known, judged = known_in_training(values, split, config), values[split.test[0] - 1 :]
    if np.ptp(known) == 0:
        raise UserError(f"{prices.name}: the price is {known[0]:g} on every day: there is nothing to learn")
    if np.ptp(judged) == 0:
        raise UserError(
            f"{prices.name}: the price does not move in the last {config.test} sessions: choose others"
        )
    return prices, split


def split_of(days: int, config: "Config") -> forecasting.Split:
    """Split a series of this length, after checking that enough sessions are left to judge by."""
    # With fewer sessions chance decides, or the test of skill has no degrees of freedom.
    fewest = max(30, 2 * config.horizon + 2)
    if config.test < fewest:
        raise UserError(
            f"test={config.test}: at least {fewest} sessions are needed to judge forecasts of horizon={config.horizon}"
        )
    return forecasting.chronological_split(days, config.window, horizon=config.horizon, test=config.test)


def known_in_training(values: np.ndarray, split: forecasting.Split, config: "Config") -> np.ndarray:
    """Return the part of the series that training may see: inputs and targets of the training split."""
    return values[split.train[0] - config.window : split.train[-1] + config.horizon]

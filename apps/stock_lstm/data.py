"""The data of apps.stock_lstm: prices, checked before anything is trained or written, and split in order of time."""

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_course import forecasting
from keras_course.datasets import prices as price_data
from keras_course.errors import UserError
from keras_course.forecasting import pool

from . import start

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
    return forecasting.chronological_split(
        days, start.window_of(config), horizon=config.horizon, test=config.test
    )


def known_in_training(values: np.ndarray, split: forecasting.Split, config: "Config") -> np.ndarray:
    """Return the part of the series that training may see: inputs and targets of the training split."""
    return values[split.train[0] - start.window_of(config) : split.train[-1] + config.horizon]


def examples(
    forecaster: forecasting.Forecaster,
    prices: price_data.Prices,
    split: forecasting.Split,
    shares: Sequence[price_data.Prices] = (),
    weighted: bool = False,
) -> tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
    """Return the training and the validation examples: inputs, targets and, if ``weighted``, how much each counts.

    Args:
        forecaster: says what inputs and targets are.
        prices: the series that is judged.
        split: its splits.
        shares: further series; their examples are of the same time.
        weighted: so that calm days count as much as wild ones, in units of volatility.
    """
    # A window of returns needs one price more: the first day has one too few before it.
    train = split.train[split.train >= forecaster.window]
    parts = []
    for days, after in ((train, None), (split.validation, prices.dates[train[-1] + forecaster.horizon - 1])):
        x, y = forecaster.inputs(prices, days), forecaster.targets(prices, days)
        if shares:
            last = prices.dates[days[-1] + forecaster.horizon - 1]
            more_x, more_y, _ = pool.examples(forecaster, shares, after, last)
            x, y = np.concatenate([x, more_x]), np.concatenate([y, more_y])
        parts.append((x, y, pool.loss_weights(x)) if weighted else (x, y))
    return parts[0], parts[1]

"""The data of apps.stock_lstm: prices, checked before anything is trained or written, and split in order of time."""

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_course import forecasting
from keras_course.datasets import prices as price_data
from keras_course.errors import UserError
from keras_course.forecasting import pool

if TYPE_CHECKING:
    from .start import Settled

SMALLEST = 1e-4  # a change that one can divide by


def load(config: "Settled") -> tuple[price_data.Prices, forecasting.Split]:
    """Load the prices, print what was noticed in them, and split them.

    Args:
        config: the app's settings.

    Returns:
        The prices, and the days of the training, validation and test split.

    Raises:
        UserError: the settings do not suit the series or each other, or the price does not move.
    """
    for name in ("relative", "relearn", "compare_remedies"):
        if config.target != "price" and getattr(config, name):
            raise UserError(f"{name} is for target=price: returns are relative already, and need no range")
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


def split_of(days: int, config: "Settled") -> forecasting.Split:
    """Split a series of this length, after checking that enough sessions are left to judge by."""
    # With fewer sessions chance decides, or the test of skill has no degrees of freedom.
    fewest = max(30, 2 * config.horizon + 2)
    if config.test < fewest:
        raise UserError(
            f"test={config.test}: at least {fewest} sessions are needed to judge forecasts of horizon={config.horizon}"
        )
    return forecasting.chronological_split(days, config.window, horizon=config.horizon, test=config.test)


def known_in_training(values: np.ndarray, split: forecasting.Split, config: "Settled") -> np.ndarray:
    """Return the part of the series that training may see: inputs and targets of the training split."""
    return values[split.train[0] - config.window : split.train[-1] + config.horizon]


def typical_changes(values: np.ndarray, split: forecasting.Split, config: "Settled") -> tuple[float, float]:
    """Measure how far prices are from the last one that the network sees, in the training split.

    Returns:
        The root mean squares of ``price / last - 1`` of the prices in the window, and of the price to be forecast.
    """
    windows = forecasting.sliding_windows(values, split.train, config.window)
    last = windows[:, -1]
    changes = windows / last[:, None] - 1, values[split.train + config.horizon - 1] / last - 1
    spread, move = (max(SMALLEST, float(np.sqrt(np.mean(change**2)))) for change in changes)
    return spread, move


def examples(
    forecaster: forecasting.Forecaster,
    prices: price_data.Prices,
    days: np.ndarray,
    shares: Sequence[price_data.Prices] = (),
    after: np.datetime64 | None = None,
) -> tuple[np.ndarray, ...]:
    """Return inputs and targets of these days, and, where errors are relative ones, weights.

    A day with too few prices before it is left out: a window of returns needs one price more than returns. With the
    weights of a relative network, 1 / last price**2, an error of a percent counts the same at every price; with those
    of one that has members, 1 / volatility, a calm day counts as much as a wild one.

    Args:
        forecaster: says what inputs and targets are.
        prices: the series that is judged.
        days: of it, as row numbers.
        shares: further series: their examples of the same time.
        after: the day after which their time begins; None for each share's first.
    """
    days = days[days >= forecaster.window]
    x, y = forecaster.inputs(prices, days), forecaster.targets(prices, days)
    if forecaster.relative:
        return x, y, x[:, -1] ** -2
    if forecaster.members is None:
        return x, y
    if shares:
        last = prices.dates[days[-1] + forecaster.horizon - 1]
        more_x, more_y, _ = pool.examples(forecaster, shares, after, last)
        x, y = np.concatenate([x, more_x]), np.concatenate([y, more_y])
    return x, y, pool.loss_weights(x)

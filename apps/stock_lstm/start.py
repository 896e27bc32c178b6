"""Where the network of returns of apps.stock_lstm starts: from many shares' past, or from EWMA's forecast.

A share's own past is short: a few thousand days, of which the wild ones tell most. What twenty shares have in common is
learnt first, and then fitted to the one; where that fit does not help on the validation split, the start is kept.
"""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from keras_course import forecasting
from keras_course.datasets import prices as price_data
from keras_course.errors import UserError
from keras_course.experiment import runs

if TYPE_CHECKING:
    import keras

    from . import Config

Start = Literal["", "pretrained", "pool", "ewma"]

YEAR = 260  # trading days
# What is trained, and how: passes, examples a step, Adam's step size.
RECIPES: dict[str, tuple[int, int, float]] = {
    "": (100, 32, 0.001),  # the slide's network, and an LSTM of returns
    "pretrained": (20, 256, 0.0003),  # a careful fit to one share of what many have taught
    "pool": (30, 1024, 0.003),
    "ewma": (20, 256, 0.0003),
}


def with_window(config: "Config") -> "Config":
    """Fill in how far the network looks back: a quarter on the slide, a year where a year has something to say."""
    window = config.window or (YEAR if from_scales(config) else 60)
    return dataclasses.replace(config, window=window)


def with_recipe(config: "Config", start: Start) -> "Config":
    """Fill in what was not given of how the network is trained."""
    epochs, batch_size, learning_rate = RECIPES[start]
    return dataclasses.replace(
        config,
        epochs=config.epochs or epochs,
        batch_size=config.batch_size or batch_size,
        learning_rate=config.learning_rate or learning_rate,
    )


def from_scales(config: "Config") -> bool:
    """Whether it is the network of returns that sees several time scales, not an LSTM."""
    return config.target == "return" and config.network == "scales"


def choose(config: "Config", prices: price_data.Prices, split: forecasting.Split) -> Start:
    """Choose where the network starts, and say so.

    Raises:
        UserError: ``--start-from pretrained`` cannot be done, or a flag does not go with the others.
    """
    if not from_scales(config):
        for flag, given in (("--pool", config.pool), ("--start-from", config.start_from != "auto")):
            if given:
                raise UserError(f"{flag} is for --target return with --network scales")
        return ""
    if config.pool and config.start_from != "pretrained":
        return "pool"
    obstacle = _obstacle(config, prices, split)
    if config.start_from == "pretrained" and obstacle:
        raise UserError(f"--start-from pretrained cannot be done: {obstacle}")
    if config.start_from == "ewma" or obstacle:
        print(f"start: EWMA's forecast{f' ({obstacle})' if config.start_from == 'auto' else ''}")
        return "ewma"
    run = runs.pretrained("stock_lstm")
    print(f"start: what {run.card()['symbol']} have taught up to {known_until(run)} (the pretrained run)")
    return "pool" if config.pool else "pretrained"


def _obstacle(config: "Config", prices: price_data.Prices, split: forecasting.Split) -> str:
    """Why the pretrained network cannot be the start; ``""`` if it can."""
    try:
        run = runs.pretrained("stock_lstm")
    except UserError as error:
        return str(error)
    card = run.card()
    for name, given in (("window", config.window + 1), ("horizon", config.horizon)):
        if card[name] != given:
            return f"the pretrained network has {name}={card[name] - (name == 'window')}"
    if config.units:
        return "the pretrained network has units of its own"
    first = prices.dates[split.test[0]]
    if first <= known_until(run):
        return f"the pretrained network has seen days up to {known_until(run)}, and the judged ones begin on {first}"
    return ""


def known_until(run: runs.Run) -> np.datetime64:
    """The last day that a run's network has seen, of whichever share."""
    return np.datetime64(run.card()["known_until"])


def pool(config: "Config", prices: price_data.Prices) -> list[price_data.Prices]:
    """Load the shares of ``--pool``, without the one that is judged.

    Raises:
        UserError, OSError: as :func:`keras_course.datasets.prices.load`; or a folder holds no table.
    """
    shares = []
    for name in config.pool:
        folder = Path(name)
        names: Sequence[str] = [name]
        if folder.is_dir():
            names = [str(path) for path in sorted(folder.glob("*.csv"))]
            if not names:
                raise UserError(f"--pool {name}: the folder holds no table of prices (*.csv)")
        shares += [price_data.load(each, config.run.data_dir) for each in names]
    return [share for share in shares if share.symbol != prices.symbol]


def build(config: "Config", start: Start, residuals: Sequence[float]) -> "keras.Model":
    """Build the network: with the pretrained weights, or such that it is EWMA's forecast.

    Args:
        config: the app's settings.
        start: as :func:`choose` gives it.
        residuals: (levels,) quantiles of past returns divided by EWMA's volatility.
    """
    from keras_course.models.quantiles import quantile_dense

    arguments: dict[str, Any] = {"residuals": residuals}
    if config.units:
        if len(config.units) != 1:
            raise UserError(f"--units {' '.join(map(str, config.units))}: this network has one hidden layer")
        arguments["units"] = config.units[0]
    if start == "pretrained" or (start == "pool" and config.start_from == "pretrained"):
        arguments["weights"] = "pretrained"
    return quantile_dense((config.window + 1,), forecasting.LEVELS, **arguments)

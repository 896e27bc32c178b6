"""Where the network of returns of apps.stock_lstm starts: from many shares' past, or from EWMA's forecast.

A share's own past is short: a few thousand days, of which the wild ones tell most. What twenty shares have in common is
learnt first, and then fitted to the one; where that fit does not help on the validation split, the start is kept.
"""

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


def window_of(config: "Config") -> int:
    """How far the network looks back: a quarter on the slide, a year where a year has something to say."""
    return config.window or (YEAR if from_scales(config) else 60)


def recipe(config: "Config", start: Start) -> tuple[int, int, float]:
    """Passes over the training set, examples a step, and Adam's step size: as given, else what suits the start."""
    epochs, batch_size, learning_rate = RECIPES[start]
    return config.epochs or epochs, config.batch_size or batch_size, config.learning_rate or learning_rate


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
    if found := pretrained_before(prices.dates[split.test[0]]):
        shares = runs.pretrained("stock_lstm").card()["symbol"]
        print(f"start: what {shares} have taught up to {found[0]} (the pretrained run)")
    return "pool" if config.pool else "pretrained"


def _obstacle(config: "Config", prices: price_data.Prices, split: forecasting.Split) -> str:
    """Why the pretrained network cannot be the start; ``""`` if it can."""
    try:
        card = runs.pretrained("stock_lstm").card()
    except UserError as error:
        return str(error)
    if config.horizon != card["horizon"] or window_of(config) + 1 != card["window"] or config.units:
        return f"the pretrained network has horizon={card['horizon']}, window={card['window'] - 1} and its own units"
    first = prices.dates[split.test[0]]
    if not pretrained_before(first):
        return f"the judged days begin on {first}, and it has been taught up to {card['until'][0]} at least"
    return ""


def pretrained_before(day: np.datetime64) -> tuple[str, Path] | None:
    """Return the latest pretrained network that was taught by earlier days only: its last day, and its file."""
    run = runs.pretrained("stock_lstm")
    days = run.card()["until"]
    earlier = [until for until in days if np.datetime64(until) < day]
    if not earlier:
        return None
    file = "model.keras" if earlier[-1] == days[-1] else f"until_{earlier[-1]}.keras"
    return earlier[-1], run.path / file


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


def build(
    config: "Config", start: Start, prices: price_data.Prices, split: forecasting.Split
) -> "keras.Model":
    """Build the network: with the pretrained weights, or such that it is EWMA's forecast.

    Args:
        config: the app's settings.
        start: as :func:`choose` gives it.
        prices: the series that is judged.
        split: its splits; the training split gives EWMA's residuals.
    """
    from keras_course.models.quantiles import quantile_dense

    arguments: dict[str, Any] = {}
    if config.units:
        if len(config.units) != 1:
            raise UserError(f"--units {' '.join(map(str, config.units))}: this network has one hidden layer")
        arguments["units"] = config.units[0]
    found = pretrained_before(prices.dates[split.test[0]]) if start != "ewma" else None
    if found and (start == "pretrained" or config.start_from == "pretrained"):
        arguments["weights"] = found[1]
    else:
        values = forecasting.modelled_series(prices, config.target)
        days = split.train[split.train > window_of(config)]
        x = forecasting.sliding_windows(values, days, window_of(config) + 1)
        y = forecasting.outcomes(values, days, config.horizon)
        arguments["residuals"] = forecasting.pool.residual_quantiles(x, y, forecasting.LEVELS)
    return quantile_dense((window_of(config) + 1,), forecasting.LEVELS, **arguments)


def taught_by(
    config: "Config", start: Start, prices: price_data.Prices, shares: Sequence[price_data.Prices]
) -> str:
    """Say in a few words whose past the network knows."""
    if shares:
        return f"{prices.symbol} and {len(shares)} more shares"
    return f"{prices.symbol}, after many shares" if start == "pretrained" else prices.symbol


def keep_best(
    run: runs.Run,
    model: "keras.Model",
    trained: "keras.Model",
    beginning: list[np.ndarray],
    validation_data: tuple[np.ndarray, ...],
) -> bool:
    """Keep the best epoch, or the beginning where no epoch was better on the validation split; save the average.

    Args:
        run: holds the best epoch of ``trained``.
        model: the average of the members; it shares the layers of ``trained``.
        trained: the members, after training.
        beginning: the weights that training started from.
        validation_data: inputs, targets, and how much each counts.

    Returns:
        Whether training was of use: else the beginning is kept.
    """
    from keras_course import saving

    x, y, weights = validation_data
    best = saving.best_model(run, trained).get_weights()
    losses = []
    for candidate in (beginning, best):
        trained.set_weights(candidate)
        losses.append(float(trained.evaluate(x, y, sample_weight=weights, batch_size=1024, verbose=0)))
    improved = losses[1] < losses[0]
    if not improved:
        trained.set_weights(beginning)
        print("the start is kept: no epoch was better on the validation split")
    saving.save(model, run.model_path)
    return improved

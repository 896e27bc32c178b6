"""Where the network of returns of apps.stock_lstm starts: from many shares' past, or from EWMA's forecast.

A share's own past is short: a few thousand days, of which the wild ones tell most. What twenty shares have in common is
learnt first, and then fitted to the one; where that fit does not help on the validation split, the start is kept.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_course import forecasting
from keras_course.datasets import prices as price_data
from keras_course.errors import UserError
from keras_course.experiment import runs
from keras_course.forecasting.pool import residual_quantiles

from . import Config

if TYPE_CHECKING:
    import keras

# What is trained, and how: days that it looks back, passes, examples a step, Adam's step size.
RECIPES = {
    "slide": (60, 100, 32, 0.001),  # and an LSTM of returns
    "share": (260, 20, 256, 0.0003),  # a careful fit to one share of what many have taught, or of EWMA
    "pool": (260, 30, 1024, 0.003),
}


@dataclasses.dataclass(frozen=True)
class Settled(Config):
    """The settings with nothing left open, as :func:`settled` gives them."""

    window: int = 60
    epochs: int = 100
    batch_size: int = 32
    learning_rate: float = 0.001


def settled(config: "Config") -> Settled:
    """Fill in what was not given: how far the network looks back, and how it is trained.

    Raises:
        UserError: a flag does not go with the others.
    """
    recipe = "slide"
    if from_scales(config):
        recipe = "pool" if config.pool else "share"
    elif config.pool or config.start_from:
        flag = "--pool" if config.pool else "--start-from"
        raise UserError(f"{flag} is for --target return with --network scales")
    window, epochs, batch_size, learning_rate = RECIPES[recipe]
    given = {field.name: getattr(config, field.name) for field in dataclasses.fields(config)}
    given["window"] = config.window or window
    given["epochs"] = config.epochs or epochs
    given["batch_size"] = config.batch_size or batch_size
    given["learning_rate"] = config.learning_rate or learning_rate
    return Settled(**given)


def from_scales(config: "Config") -> bool:
    """Whether it is the network of returns that sees several time scales, not an LSTM."""
    return config.target == "return" and config.network in (None, "scales")


def choose(config: Settled, prices: price_data.Prices, split: forecasting.Split) -> Path | None:
    """Choose where the network starts, and say so: the file of a pretrained network, or None for EWMA.

    Raises:
        UserError: ``--start-from pretrained`` cannot be done.
    """
    first = prices.dates[split.validation[0]]  # they choose the best epoch, and what a user should take
    obstacle = _obstacle(config, first)
    if config.start_from == "pretrained" and obstacle:
        raise UserError(f"--start-from pretrained cannot be done: {obstacle}")
    found = pretrained_before(first) if not obstacle else None
    if found is None or config.start_from == "ewma" or (config.pool and config.start_from is None):
        reason = obstacle if config.start_from is None and not config.pool else ""
        print(f"start: EWMA's forecast{reason and f' ({reason})'}")
        return None
    shares = runs.pretrained("stock_lstm").card()["symbol"]
    print(f"start: what {shares} have taught up to {found[0]} (the pretrained run)")
    return found[1]


def _obstacle(config: Settled, first: np.datetime64) -> str:
    """Why the pretrained network cannot be the start; ``""`` if it can."""
    try:
        card = runs.pretrained("stock_lstm").card()
    except UserError as error:
        return str(error)
    if config.horizon != card["horizon"] or config.window + 1 != card["window"] or config.units:
        return f"the pretrained network has horizon={card['horizon']}, window={card['window'] - 1} and its own units"
    if not pretrained_before(first):
        return f"it knows days up to {card['until'][0]} at least, and the validation split begins on {first}"
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


def pool(config: Settled, prices: price_data.Prices) -> list[price_data.Prices]:
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


def build(config: Settled, prices: price_data.Prices, split: forecasting.Split) -> "keras.Model":
    """Build the network: with the pretrained weights, or such that it is EWMA's forecast.

    Args:
        config: the app's settings.
        prices: the series that is judged.
        split: its splits; the training split gives EWMA's residuals.

    Raises:
        UserError: as :func:`choose`; or ``--units`` does not fit.
    """
    from keras_course.models.quantiles import quantile_dense

    arguments: dict[str, Any] = {"weights": choose(config, prices, split)}
    if config.units:
        if len(config.units) != 1:
            raise UserError(f"--units {' '.join(map(str, config.units))}: this network has one hidden layer")
        arguments["units"] = config.units[0]
    if arguments["weights"] is None:
        values = forecasting.modelled_series(prices, config.target)
        days = split.train[split.train > config.window]
        x = forecasting.sliding_windows(values, days, config.window + 1)
        y = forecasting.outcomes(values, days, config.horizon)
        arguments["residuals"] = residual_quantiles(x, y, forecasting.LEVELS)
    return quantile_dense((config.window + 1,), forecasting.LEVELS, **arguments)


def epoch_kept(metrics: Mapping[str, Any]) -> int | None:
    """The best epoch from 0; None where the start was kept."""
    return metrics["best_epoch"] - 1 if metrics["best_epoch"] else None


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

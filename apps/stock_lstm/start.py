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


FEWEST = 100  # sessions: fewer say little about which epoch is the best


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


def choose(
    config: Settled, prices: price_data.Prices, split: forecasting.Split
) -> tuple[Path | None, forecasting.Split]:
    """Choose where the network starts, and say so.

    A pretrained network has been taught by all days up to one; the days from there to the judged ones, which it has
    not seen, are then the validation split: they choose the best epoch, calibrate, and say what a user should take.

    Returns:
        The file of a pretrained network, or None for EWMA; and the split.

    Raises:
        UserError: ``--start-from pretrained`` cannot be done.
    """
    wanted = config.start_from == "pretrained" or (config.start_from is None and not config.pool)
    if not wanted:
        print("start: EWMA's forecast")
        return None, split
    found, obstacle = _pretrained(config, prices, split)
    if found is None:
        if config.start_from == "pretrained":
            raise UserError(f"--start-from pretrained cannot be done: {obstacle}")
        print(f"start: EWMA's forecast ({obstacle})")
        return None, split
    until, file, later = found
    shares = runs.pretrained("stock_lstm").card()["symbol"]
    print(f"start: what {shares} have taught up to {until} (the pretrained run)")
    return file, later


def _pretrained(
    config: Settled, prices: price_data.Prices, split: forecasting.Split
) -> tuple[tuple[str, Path, forecasting.Split] | None, str]:
    """The latest pretrained network after which enough days are left before the judged ones; or why there is none."""
    try:
        run = runs.pretrained("stock_lstm")
    except UserError as error:
        return None, str(error)
    card = run.card()
    if config.horizon != card["horizon"] or config.window + 1 != card["window"] or config.units:
        ours = f"horizon={card['horizon']}, window={card['window'] - 1} and its own units"
        return None, f"the pretrained network has {ours}"
    known: list[str] = card["until"]
    for until in reversed(known):
        later = after(until, prices, split)
        if later is not None:
            file = "model.keras" if until == known[-1] else f"until_{until}.keras"
            return (until, run.path / file, later), ""
    return None, (
        f"it knows days up to {known[0]} at least, and from there to the judged ones, from "
        f"{prices.dates[split.test[0]]} on, there must be {FEWEST} to choose by"
    )


def after(until: str, prices: price_data.Prices, split: forecasting.Split) -> forecasting.Split | None:
    """Return the split whose validation days are those after ``until`` (horizon 1); None if they are too few.

    A share that is younger keeps its split.
    """
    days = np.arange(split.train[0], split.validation[-1] + 1)
    seen = prices.dates[days] <= np.datetime64(until)
    train, validation = days[seen], days[~seen]
    if len(validation) < FEWEST:
        return None
    if len(train) < FEWEST:
        return split if prices.dates[split.validation[0]] > np.datetime64(until) else None
    return dataclasses.replace(split, train=train, validation=validation)


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


def build(
    config: Settled, prices: price_data.Prices, split: forecasting.Split, weights: Path | None = None
) -> "keras.Model":
    """Build the network: with the pretrained weights, or such that it is EWMA's forecast.

    Args:
        config: the app's settings.
        prices: the series that is judged.
        split: its splits; the training split gives EWMA's residuals.
        weights: the file of a pretrained network to start from.

    Raises:
        UserError: ``--units`` does not fit.
    """
    from keras_course.models.quantiles import quantile_dense

    arguments: dict[str, Any] = {"weights": weights}
    if config.units:
        if len(config.units) != 1:
            raise UserError(f"--units {' '.join(map(str, config.units))}: this network has one hidden layer")
        arguments["units"] = config.units[0]
    if weights is None:
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

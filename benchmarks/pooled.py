"""Train the forecaster of returns on many shares at once, and make it the pretrained run of apps.stock_lstm.

Run:
    python -m benchmarks.shares --data-dir data        the tables to learn from
    python -m benchmarks.pooled --data-dir data        a few minutes; writes models/stock_lstm/pretrained

Nothing after ``--known-until`` is seen, so that an honest test on any later day is possible: the app refuses to start
from this run where the judged days come before. The run's metrics are those of the two years after, averaged over the
shares.
"""

import argparse
import dataclasses
import hashlib
import shutil
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import files, publish
from keras_course import folders, forecasting
from keras_course.datasets import prices
from keras_course.datasets.dataset import Dataset
from keras_course.experiment import card, command, devices, runs
from keras_course.forecasting import pool

WINDOW = 261  # prices: 260 returns, a year
BATCH, RATE = 1024, 0.003
TERMS = "closing prices in the package skfolio, for testing and example purposes"
TWO_YEARS = np.timedelta64(730, "D")


def main(arguments: list[str] | None = None) -> None:
    """Train, judge on the following two years, and publish."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pooled", description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path, default=folders.data_dir())
    parser.add_argument("--trained-until", default="2011-06-30", help="last day that is trained on")
    parser.add_argument("--known-until", default="2012-12-31", help="last day that chooses the best epoch")
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--members", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--models-dir", type=Path, default=files.ROOT / "models")
    options = parser.parse_args(arguments)

    trained_until, known_until = np.datetime64(options.trained_until), np.datetime64(options.known_until)
    shares = load(options.data_dir / "sp500", end=str(known_until + TWO_YEARS))
    config = Settings(
        trained_until=options.trained_until,
        known_until=options.known_until,
        epochs=options.epochs,
        members=options.members,
        symbols=tuple(share.symbol for share in shares),
        run=command.RunOptions(seed=options.seed),
    )
    with tempfile.TemporaryDirectory() as folder:
        run = runs.new("stock_lstm", config, folder, seed=options.seed, dataset=dataset_of(shares).facts())
        best = fit(run, shares, trained_until, known_until, epochs=options.epochs, members=options.members)
        metrics = mean_metrics(best, shares, known_until)
        card.write(run, best.model, dataset_of(shares), **best.to_card())
        card.complete(run, metrics)
        run.complete_with({**metrics, "parameters": best.model.count_params()})
        target = options.models_dir / "stock_lstm" / "pretrained"
        shutil.rmtree(target / "figures", ignore_errors=True)
        publish.main([str(run.path), "--models-dir", str(options.models_dir)])
    print({name: round(value, 5) for name, value in metrics.items() if isinstance(value, float)})


@dataclasses.dataclass(frozen=True)
class Settings:
    """What the pretrained run's config.json says; see the flags of this program."""

    trained_until: str
    known_until: str
    epochs: int
    members: int
    symbols: tuple[str, ...]
    run: command.RunOptions
    dataset: str = "sp500"
    target: str = "return"
    window: int = WINDOW - 1
    horizon: int = 1


def load(folder: Path, end: str | None = None) -> list[prices.Prices]:
    """Load a folder's tables of prices up to a day, by their names."""
    paths = sorted(folder.glob("*.csv"))
    if not paths:
        raise SystemExit(f"{folder}: no table of prices; python -m benchmarks.shares writes them")
    return [prices.load(str(path), end=end) for path in paths]


def dataset_of(shares: Sequence[prices.Prices]) -> Dataset:
    """What a run notes of several shares."""
    checksum = hashlib.sha256("".join(share.sha256 for share in shares).encode()).hexdigest()
    return Dataset(name=f"sp500 ({len(shares)} shares)", sha256=checksum, terms=TERMS)


def fit(
    run: runs.Run,
    shares: Sequence[prices.Prices],
    trained_until: np.datetime64,
    known_until: np.datetime64,
    *,
    epochs: int,
    members: int,
) -> forecasting.Forecaster:
    """Train the members side by side on all shares; return the forecaster of their average, best by validation."""
    import keras

    from keras_course import losses, saving, training
    from keras_course.models.blocks import members_of
    from keras_course.models.quantiles import quantile_dense

    devices.configure(seed=run.seed)
    lowest = min(float(share.adjusted.min()) for share in shares)
    highest = max(float(share.adjusted.max()) for share in shares)
    forecaster = forecasting.Forecaster(
        quantile_dense((WINDOW,), forecasting.LEVELS, members=members),
        f"{len(shares)} shares",
        "return",
        WINDOW,
        lowest=lowest,
        highest=highest,
        seen=(lowest, highest),
        last_date=str(known_until),
        calibrate_from=str(trained_until + np.timedelta64(1, "D")),
        known_until=str(known_until),
    )
    x, y, weights = pool.examples(forecaster, shares, None, trained_until)
    residuals = pool.residual_quantiles(x, y, forecasting.LEVELS)
    model = quantile_dense((WINDOW,), forecasting.LEVELS, members=members, residuals=residuals)
    trained = members_of(model)
    schedule = keras.optimizers.schedules.CosineDecay(RATE, training.total_steps(len(x), BATCH, epochs))
    trained.compile(keras.optimizers.Adam(schedule), losses.PinballLoss(forecasting.LEVELS))
    training.fit(
        trained,
        run,
        x,
        y,
        sample_weight=weights,
        batch_size=BATCH,
        epochs=epochs,
        verbose=False,
        validation_data=pool.examples(forecaster, shares, trained_until, known_until),
    )
    trained.set_weights(saving.best_model(run, trained).get_weights())  # the model shares them
    saving.save(model, run.model_path)
    return dataclasses.replace(forecaster, model=model)


def judged(
    forecaster: forecasting.Forecaster, share: prices.Prices, after: np.datetime64
) -> dict[str, Any] | None:
    """Return a share's metrics on the days after one; None if it has too few days before."""
    first = int(np.searchsorted(share.dates, after, "right"))
    if first < 900:
        return None
    days = np.arange(max(first - 500, forecaster.window), len(share.dates))
    forecasts, quantiles = forecaster.forecasts(share, days)
    count = len(share.dates) - first
    returns = np.diff(np.log(share.adjusted))
    return forecasting.judge(returns, first - 1, forecasts[-count:], quantiles[-count:])


def mean_metrics(
    forecaster: forecasting.Forecaster, shares: Sequence[prices.Prices], after: np.datetime64
) -> dict[str, Any]:
    """Average every metric over the shares."""
    single = [found for share in shares if (found := judged(forecaster, share, after))]
    numbers = [key for key, value in single[0].items() if isinstance(value, float)]
    return {key: statistics.mean(row[key] for row in single) for key in numbers} | {"shares": len(single)}


if __name__ == "__main__":
    main()

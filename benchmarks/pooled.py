"""Train the forecaster of returns on many shares at once, and make it the pretrained run of apps.stock_lstm.

Run:
    python -m benchmarks.shares --data-dir data        the tables to learn from: data/sp500
    python -m benchmarks.pooled --data-dir data        half an hour; writes models/stock_lstm/pretrained
    python -m benchmarks.forecaster --data-dir data    judges that run

It is trained once for each of several days, on what was known by then: an app whose judged days begin later starts from
the latest of those, so that its test is honest in any year. The last is ``model.keras``; the others are
``until_2012-12-01.keras`` and so on. Tables in ``data/prices`` are learnt from too.
"""

import argparse
import dataclasses
import hashlib
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks import files, publish
from keras_course import folders, forecasting, saving
from keras_course.datasets import prices
from keras_course.datasets.dataset import Dataset
from keras_course.experiment import card, command, devices, runs
from keras_course.forecasting import pool

WINDOW = 261  # prices: 260 returns, a year
BATCH, RATE = 1024, 0.003
UNTIL = tuple(f"{year}-12-01" for year in range(2010, 2024, 2))
TERMS = (
    "prices in the package skfolio, for testing and example purposes, and of Yahoo Finance, for personal use"
)
VALIDATION, MONTH = np.timedelta64(540, "D"), np.timedelta64(30, "D")
TWO_YEARS = np.timedelta64(730, "D")


def main(arguments: list[str] | None = None) -> None:
    """Train until each day, and publish."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pooled", description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path, default=folders.data_dir())
    parser.add_argument("--until", nargs="+", default=UNTIL, help="last days that are known")
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--members", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--models-dir", type=Path, default=files.ROOT / "models")
    options = parser.parse_args(arguments)

    shares = load(options.data_dir)
    config = Settings(
        until=tuple(options.until),
        epochs=options.epochs,
        members=options.members,
        symbols=tuple(share.symbol for share in shares),
        run=command.RunOptions(seed=options.seed),
    )
    files.committed()
    with tempfile.TemporaryDirectory() as folder:
        data = dataset_of(shares)
        run = runs.new("stock_lstm", config, folder, seed=options.seed, dataset=data.facts())
        for until in options.until:
            part = run.variant(until, config, {"until": until})
            best = fit(part, shares, np.datetime64(until), epochs=options.epochs, members=options.members)
            saving.save(best.model, run.path / f"until_{until}.keras")
            shutil.copy(part.path / "history.csv", run.path)
            shutil.rmtree(part.path)
            print(f"trained until {until}", flush=True)
        (run.path / f"until_{options.until[-1]}.keras").rename(run.model_path)
        card.write(run, best.model, data, **best.to_card(), until=list(options.until))
        run.complete_with({"parameters": best.model.count_params()})
        publish.main([str(run.path), "--models-dir", str(options.models_dir)])


@dataclasses.dataclass(frozen=True)
class Settings:
    """What the pretrained run's config.json says; see the flags of this program."""

    until: tuple[str, ...]
    epochs: int
    members: int
    symbols: tuple[str, ...]
    run: command.RunOptions
    dataset: str = "sp500"
    target: str = "return"
    window: int = WINDOW - 1
    horizon: int = 1


def load(data_dir: Path) -> list[prices.Prices]:
    """Load the tables of ``sp500`` and ``prices``; of a share in both, the one in ``prices``."""
    paths = {path.stem: path for folder in ("sp500", "prices") for path in (data_dir / folder).glob("*.csv")}
    if not paths:
        raise SystemExit(f"{data_dir}: no table of prices; python -m benchmarks.shares writes them")
    return [prices.load(str(path)) for _, path in sorted(paths.items())]


def dataset_of(shares: Sequence[prices.Prices]) -> Dataset:
    """What a run notes of several shares."""
    checksum = hashlib.sha256("".join(share.sha256 for share in shares).encode()).hexdigest()
    return Dataset(name=f"{len(shares)} shares", sha256=checksum, terms=TERMS)


def fit(
    run: runs.Run,
    shares: Sequence[prices.Prices],
    until: np.datetime64,
    *,
    epochs: int,
    members: int,
) -> forecasting.Forecaster:
    """Train the members side by side on all shares; return the forecaster of their average.

    The days before ``until`` choose the best epoch, the ones before those are trained on.
    """
    import keras

    from keras_course import losses, training
    from keras_course.models.blocks import members_of
    from keras_course.models.quantiles import quantile_dense

    devices.configure(seed=run.seed)
    keras.backend.clear_session()
    trained_until = until - VALIDATION
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
        last_date=str(until),
        calibrate_from=str(trained_until + np.timedelta64(1, "D")),
        known_until=str(until),
        prior=forecasting.PRIOR,
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
        validation_data=pool.examples(forecaster, shares, trained_until, until),
    )
    trained.set_weights(saving.best_model(run, trained).get_weights())  # the model shares them
    saving.save(model, run.model_path)
    return dataclasses.replace(forecaster, model=model)


if __name__ == "__main__":
    main()

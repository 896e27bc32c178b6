"""Train the forecaster of returns on many shares at once, and make it the pretrained run of apps.stock_lstm.

Run:
    python -m benchmarks.shares --data-dir data        the tables to learn from: data/sp500
    python -m benchmarks.pooled --data-dir data        half an hour; writes models/stock_lstm/pretrained
    python -m benchmarks.pooled --data-dir data --judge          judges that run: benchmarks/results/forecaster.json

It is trained once for each of several days, on what was known by then: an app whose judged days begin later starts from
the latest of those, so that its test is honest in any year. The last is ``model.keras``; the others are
``until_2012-12-01.keras`` and so on. The run's metrics are of the two years after each of these days, averaged over
days and shares. Tables in ``data/prices`` are learnt from too.
"""

import argparse
import dataclasses
import hashlib
import shutil
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

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
    """Train until each day, judge on the following two years, and publish."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pooled", description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path, default=folders.data_dir())
    parser.add_argument("--until", nargs="+", default=UNTIL, help="last days that are known")
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--members", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--models-dir", type=Path, default=files.ROOT / "models")
    parser.add_argument("--judge", action="store_true", help="train nothing, judge the pretrained run")
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
    if options.judge:
        print(judge(shares, options.models_dir))
        return
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
    print(judge(shares, options.models_dir))


def judge(shares: Sequence[prices.Prices], models_dir: Path) -> Path:
    """Judge the pretrained run on the two years after each of its days; complete its card, write the results file."""
    run = runs.Run(models_dir / "stock_lstm" / "pretrained", "stock_lstm")
    forecaster = forecasting.Forecaster.from_card(saving.load_model(run.model_path), run.card())
    days: list[str] = run.card()["until"]
    result: dict[str, Any] = {"settings": {**run.config(), "shares": len(shares)}}
    single: list[dict[str, Any]] = []
    periods: list[list[dict[str, Any]]] = []
    for until in days:
        path = run.model_path if until == days[-1] else run.path / f"until_{until}.keras"
        found = judged(
            dataclasses.replace(forecaster, model=saving.load_model(path)), shares, np.datetime64(until)
        )
        if not found:
            continue
        rows = list(found.values())
        single += rows
        periods.append(rows)
        result[until] = {"shares": len(rows), **summary(rows), **pooled_test([rows])}
        print(f"two years after {until}: {result[until]}", flush=True)
    result["all"] = {"judged": len(single), **summary(single), **pooled_test(periods)}
    result["over_the_better_of_ewma_and_har"] = by_share(single)
    metrics = means(single)
    card.complete(run, metrics)
    run.complete_with({**metrics, "parameters": forecaster.model.count_params()})
    return files.save("forecaster", result)


def summary(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return mean ratios over shares of the network's pinball loss to each baseline's, and what its intervals hold."""
    found: dict[str, float] = {
        name: ratio(rows, name) for name in ("ewma", "har", "garch") if f"pinball_{name}" in rows[0]
    }
    found |= {
        key: float(statistics.fmean(row[key] for row in rows)) for key in ("coverage_80", "coverage_95")
    }
    return {name: round(value, 4) for name, value in found.items()}


def pooled_test(periods: Sequence[Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """Test the pinball losses of all shares against HAR's and EWMA's, a day's mean as one trial.

    Args:
        periods: for each period, one after the other, its shares' metrics. A share's losses are divided by the mean of
            the baseline's.

    Returns:
        For each baseline the 95 % interval of the ratio and the p-value; and as how many independent series the shares
        count, for one period.
    """
    tests: dict[str, Any] = {}
    for other in ("ewma", "har"):
        differences = []
        for rows in periods:
            count = max(len(row["losses"]["network"]) for row in rows)
            scaled = [
                (row["losses"]["network"] - row["losses"][other]) / row["losses"][other].mean()
                for row in rows
            ]
            differences.append(np.stack([_filled(each, count) for each in scaled], axis=1))
        by_day = np.concatenate([np.nanmean(each, axis=1) for each in differences])
        found = forecasting.compare_losses(by_day, np.zeros_like(by_day))
        low, high = found.interval
        tests[f"{other}_95"] = [round(1 + low, 4), round(1 + high, 4)]
        tests[f"{other}_dm_p"] = float(f"{found.p:.2g}")
        if len(periods) == 1:
            tests["independent_series"] = round(forecasting.effective_number(differences[0]), 1)
    return tests


def by_share(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return for each share the mean, over the periods, of the network's pinball loss over the better baseline's."""
    ratios: dict[str, list[float]] = {}
    for row in rows:
        ratios.setdefault(row["symbol"], []).append(
            row["pinball"] / min(row["pinball_ewma"], row["pinball_har"])
        )
    means_of: dict[str, float] = {symbol: float(np.mean(values)) for symbol, values in sorted(ratios.items())}
    return {symbol: round(value, 4) for symbol, value in means_of.items()}


def _filled(values: np.ndarray, count: int) -> np.ndarray:
    """Of equal length; the days that a share lacks are its first."""
    return np.concatenate([np.full(count - len(values), np.nan), values])


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


def judged(
    forecaster: forecasting.Forecaster, shares: Sequence[prices.Prices], after: np.datetime64
) -> dict[str, dict[str, Any]]:
    """Return each share's metrics on the two years after a day, if it was there long before and is still.

    The 500 sessions before that day calibrate, and a share needs 900.
    """
    found = {}
    for share in shares:
        first, end = np.searchsorted(share.dates, [after, after + TWO_YEARS], "right")
        if first < 900 or share.dates[-1] < after + TWO_YEARS - MONTH:
            continue
        cut = dataclasses.replace(
            share, dates=share.dates[:end], close=share.close[:end], adjusted=share.adjusted[:end]
        )
        forecasts, quantiles = forecaster.forecasts(cut, np.arange(first - 500, end))
        returns = np.diff(np.log(cut.adjusted))
        begin = int(first) - 1
        metrics = forecasting.judge(returns, begin, forecasts[500:], quantiles[500:], earlier=quantiles[:500])
        by_day = {
            "network": quantiles[500:],
            "ewma": forecasting.ewma_quantiles(returns, begin),
            "har": forecasting.har_quantiles(returns, begin),
        }
        losses = {name: forecasting.pinball_losses(returns[begin:], each) for name, each in by_day.items()}
        found[share.symbol] = {"symbol": share.symbol, **metrics, "losses": losses}
    return found


def means(single: list[dict[str, Any]]) -> dict[str, Any]:
    """Average every metric over days and shares."""
    numbers = [key for key, value in single[0].items() if isinstance(value, float)]
    return {key: statistics.fmean(row[key] for row in single) for key in numbers} | {"judged": len(single)}


def ratio(single: Sequence[Mapping[str, Any]], other: str) -> float:
    """The mean over shares of the network's pinball loss over a baseline's."""
    return statistics.fmean(row["pinball"] / row[f"pinball_{other}"] for row in single)


if __name__ == "__main__":
    main()

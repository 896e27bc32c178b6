"""What the pretrained forecaster of returns does on the two years after each day up to which it was trained.

Run:
    python -m benchmarks.forecaster --data-dir data    some two minutes; the tables of benchmarks.pooled

Beside it are EWMA, HAR and GARCH(1,1), each fitted to the same share's past. Writes
``benchmarks/results/forecaster.json``, and the metrics' means over days and shares into the pretrained run.
"""

import argparse
import dataclasses
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import files, pooled
from keras_course import folders, forecasting, saving
from keras_course.datasets import prices
from keras_course.experiment import card, runs

TWO_YEARS, MONTH = np.timedelta64(730, "D"), np.timedelta64(30, "D")


def main(arguments: list[str] | None = None) -> None:
    """Judge, write the file."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.forecaster", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--data-dir", type=Path, default=folders.data_dir())
    parser.add_argument("--models-dir", type=Path, default=files.ROOT / "models")
    options = parser.parse_args(arguments)
    files.committed()
    print(judge(pooled.load(options.data_dir), options.models_dir))


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
        metrics = forecasting.judge(
            returns, begin, forecasts[500:], quantiles[500:], earlier=quantiles[:500], prior=forecaster.prior
        )
        by_day = {
            "network": quantiles[500:],
            "ewma": forecasting.ewma_quantiles(returns, begin),
            "har": forecasting.har_quantiles(returns, begin),
        }
        losses = {name: forecasting.pinball_losses(returns[begin:], each) for name, each in by_day.items()}
        found[share.symbol] = {"symbol": share.symbol, **metrics, "losses": losses}
    return found


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


def _filled(values: np.ndarray, count: int) -> np.ndarray:
    """Of equal length; the days that a share lacks are its first."""
    return np.concatenate([np.full(count - len(values), np.nan), values])


def by_share(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return for each share the mean, over the periods, of the network's pinball loss over the better baseline's."""
    ratios: dict[str, list[float]] = {}
    for row in rows:
        ratios.setdefault(row["symbol"], []).append(
            row["pinball"] / min(row["pinball_ewma"], row["pinball_har"])
        )
    means_of: dict[str, float] = {symbol: float(np.mean(values)) for symbol, values in sorted(ratios.items())}
    return {symbol: round(value, 4) for symbol, value in means_of.items()}


def means(single: list[dict[str, Any]]) -> dict[str, Any]:
    """Average every metric over days and shares."""
    numbers = [key for key, value in single[0].items() if isinstance(value, float)]
    return {key: statistics.fmean(row[key] for row in single) for key in numbers} | {"judged": len(single)}


def ratio(single: Sequence[Mapping[str, Any]], other: str) -> float:
    """The mean over shares of the network's pinball loss over a baseline's."""
    return statistics.fmean(row["pinball"] / row[f"pinball_{other}"] for row in single)


if __name__ == "__main__":
    main()

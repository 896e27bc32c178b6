"""Five shares, several years, several seeds: what of tomorrow's price can be learnt, and what cannot?

Run:
    python -m benchmarks.forecasts --data-dir data        tables in data/prices, GOOGL.csv and so on

For each origin, the last day of two years held out, and each seed:

- one network for the quantiles of the next log return, trained on all shares together and judged on each;
- the slides' network for the price (with ``--price-epochs``), one for each share;
- the same on prices relative to the last one that it sees (with ``--relative-epochs``).

Both are compared with persistence, drift, autoregression and EWMA; the first also with EWMA calibrated as the network's
quantiles are. Nothing here was chosen on the last origin: window, units, epochs and the calibration are those that were
best on the origins before it. Writes ``benchmarks/results/NAME.json``: means over shares and seeds for each origin, and
the metrics of every network.
"""

import argparse
import dataclasses
import statistics
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import files
from keras_course import folders, forecasting
from keras_course.datasets import prices
from keras_course.experiment import command, devices, runs

SYMBOLS = ("GOOGL", "AAPL", "MSFT", "AMZN", "TSLA")
ORIGINS = ("2014-12-11", "2016-12-11", "2018-12-11", "2020-12-11")
WINDOW = 61  # prices: 60 returns
HELD_OUT, VALIDATION = np.timedelta64(730, "D"), np.timedelta64(540, "D")


def main(arguments: list[str] | None = None) -> None:
    """Train, judge, print a line for each origin, write the file."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.forecasts", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--data-dir", type=Path, default=folders.data_dir())
    parser.add_argument("--symbols", nargs="+", default=SYMBOLS)
    parser.add_argument("--origins", nargs="+", default=ORIGINS)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--price-epochs", type=int, default=30, help="of the slides' network; 0 omits it")
    parser.add_argument("--relative-epochs", type=int, default=30, help="of the relative one; 0 omits it")
    parser.add_argument("--price-seeds", type=int, default=3)
    parser.add_argument("--price-start", default="2004-08-19", help="first day that the slides' network sees")
    parser.add_argument("--name", default="forecasts", help="of the results file")
    options = parser.parse_args(arguments)
    files.committed()
    devices.configure(seed=0)

    paths = {symbol: str(options.data_dir / "prices" / f"{symbol}.csv") for symbol in options.symbols}
    result: dict[str, Any] = {"settings": {key: str(value) for key, value in vars(options).items()}}
    result["settings"].pop("data_dir")
    for origin in options.origins:
        shares = {symbol: prices.load(path, symbol=symbol, end=origin) for symbol, path in paths.items()}
        result[origin] = {}
        if options.seeds:
            single = [
                {"seed": seed, "symbol": symbol, **metrics}
                for seed in range(options.seeds)
                for symbol, metrics in pooled(shares, seed, options.epochs).items()
            ]
            result[origin] = {"return": means(single), "return_single": single}
            print_means(origin, "return", result[origin]["return"])
            files.save(options.name, result)  # hours of training go into it
        for name, epochs in (("price", options.price_epochs), ("relative", options.relative_epochs)):
            if epochs:
                single = [
                    {"seed": seed, "symbol": symbol}
                    | slides(path, origin, seed, epochs, options, name == "relative")
                    for seed in range(options.price_seeds)
                    for symbol, path in paths.items()
                ]
                result[origin] |= {name: means(single), f"{name}_single": single}
                print_means(origin, name, result[origin][name])
                files.save(options.name, result)
    print(files.save(options.name, result))


def pooled(shares: dict[str, prices.Prices], seed: int, epochs: int) -> dict[str, dict[str, Any]]:
    """Train one network on all shares; return each share's metrics on its last two years."""
    from keras_course.models import stock

    devices.configure(seed=seed)
    model = stock.quantile_lstm((WINDOW,), forecasting.LEVELS)
    forecaster = forecasting.Forecaster(model, ", ".join(shares), "return", WINDOW)
    end = max(share.dates[-1] for share in shares.values())
    last_training, last_validation = end - HELD_OUT - VALIDATION, end - HELD_OUT
    best = trained(
        forecaster,
        examples(forecaster, shares, None, last_training),
        examples(forecaster, shares, last_training, last_validation),
        seed,
        epochs,
    )
    metrics = {}
    for symbol, share in shares.items():
        later = days_between(share, last_training, None)
        forecast, quantiles = best.forecasts(share, later)
        count = int((share.dates > last_validation).sum())
        returns = np.diff(np.log(share.adjusted))  # one fewer than the prices
        first = len(returns) - count
        metrics[symbol] = forecasting.judge(
            returns, first, forecast[-count:], quantiles[-count:], earlier=quantiles[:-count]
        )
    return metrics


def days_between(
    share: prices.Prices, after: np.datetime64 | None, up_to: np.datetime64 | None
) -> np.ndarray:
    """Return the row numbers of the days between two dates that have a whole window before them."""
    days = np.arange(WINDOW, len(share.dates))
    kept = np.ones(len(days), bool)
    kept &= share.dates[days] > after if after is not None else True
    kept &= share.dates[days] <= up_to if up_to is not None else True
    return days[kept]


def examples(
    forecaster: forecasting.Forecaster,
    shares: dict[str, prices.Prices],
    after: np.datetime64 | None,
    up_to: np.datetime64 | None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs and targets of all shares between two dates."""
    days = {symbol: days_between(share, after, up_to) for symbol, share in shares.items()}
    x = [forecaster.inputs(share, days[symbol]) for symbol, share in shares.items()]
    y = [forecaster.targets(share, days[symbol]) for symbol, share in shares.items()]
    return np.concatenate(x), np.concatenate(y)


def trained(
    forecaster: forecasting.Forecaster,
    data: tuple[np.ndarray, np.ndarray],
    validation_data: tuple[np.ndarray, np.ndarray],
    seed: int,
    epochs: int,
) -> forecasting.Forecaster:
    """Return the forecaster with its network trained: the best epoch by validation."""
    import keras

    from keras_course import losses, saving, training

    model = forecaster.model
    steps = training.total_steps(len(data[0]), 256, epochs)
    schedule = keras.optimizers.schedules.CosineDecay(0.003, steps)
    model.compile(keras.optimizers.Adam(schedule), losses.PinballLoss(forecaster.levels))
    with tempfile.TemporaryDirectory() as folder:
        run = runs.Run(Path(folder), "forecasts", seed)
        training.fit(
            model,
            run,
            *data,
            batch_size=256,
            epochs=epochs,
            verbose=False,
            validation_data=validation_data,
        )
        return dataclasses.replace(forecaster, model=saving.best_model(run, model))


def slides(
    path: str, origin: str, seed: int, epochs: int, options: argparse.Namespace, relative: bool
) -> dict[str, Any]:
    """Run the app on one share's price, as a user does; return its metrics."""
    import contextlib
    import io

    from apps import stock_lstm

    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        config = stock_lstm.Config(
            dataset=path,
            start=options.price_start,
            end=origin,
            epochs=epochs,
            relative=relative,
            test=500,
            run=command.RunOptions(seed=seed, models_dir=Path(folder)),
        )
        metrics = stock_lstm.main(config)
    return {key: value for key, value in metrics.items() if isinstance(value, (float, str))}


def means(single: list[dict[str, Any]]) -> dict[str, Any]:
    """Average every metric over shares and seeds, and count how often the verdict was "skill"."""
    numbers = [key for key, value in single[0].items() if isinstance(value, float)]
    numbers = [
        key for key in numbers if all(key in row for row in single)
    ]  # a short series has fewer baselines
    mean = {key: round(statistics.mean(row[key] for row in single), 6) for key in numbers}
    return mean | {"skill": sum(row["verdict"] == "skill" for row in single), "networks_judged": len(single)}


def print_means(origin: str, target: str, mean: dict[str, Any]) -> None:
    """Print one line of the results."""
    print(
        f"two years to {origin}, {target}: RMSE / persistence {mean['rmse_ratio']:.4f}, in 80 % "
        f"{mean['coverage_80']:.1%}, in 95 % {mean['coverage_95']:.1%}, pinball / EWMA's "
        f"{mean['pinball'] / mean['pinball_ewma']:.4f}, skill {mean['skill']} of {mean['networks_judged']}",
        flush=True,
    )


if __name__ == "__main__":
    main()

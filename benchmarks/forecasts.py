"""Five shares, several years, several seeds: what of tomorrow can be learnt, and what cannot?

Run:
    python -m benchmarks.forecasts --data-dir data        tables in data/prices, GOOGL.csv and so on

For each origin, the last day of two years held out, and each seed:

- one network for the quantiles of the next log return, trained on all shares together, judged on each;
- the slides' network for the price (with ``--price-epochs``), one for each share.

Both are held against persistence, drift, autoregression and EWMA; the first also against EWMA calibrated as our
quantiles are. Nothing here was chosen on the last origin: window, units, epochs and the calibration are those that were
best on the origins before it. Writes ``benchmarks/results/NAME.json``: means over shares and seeds for each origin, and
every single figure.
"""

import argparse
import statistics
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import files
from keras_course.experiment import command, devices, runs

SYMBOLS = ("GOOGL", "AAPL", "MSFT", "AMZN", "TSLA")
ORIGINS = ("2014-12-11", "2016-12-11", "2018-12-11", "2020-12-11")
LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)
HELD_OUT, VALIDATION = np.timedelta64(730, "D"), np.timedelta64(540, "D")
CARD: dict[str, Any] = {"target": "return", "window": 61, "horizon": 1, "levels": LEVELS}


def main(arguments: list[str] | None = None) -> None:
    """Train, judge, print a line an origin, write the file."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.forecasts", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--data-dir", type=Path, default=Path("data"))
    parser.add_argument("--symbols", nargs="+", default=SYMBOLS)
    parser.add_argument("--origins", nargs="+", default=ORIGINS)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument(
        "--price-epochs", type=int, default=30, help="of the slides' network; 0 leaves it out"
    )
    parser.add_argument("--price-seeds", type=int, default=3)
    parser.add_argument("--price-start", default="2004-08-19", help="first day that the slides' network sees")
    parser.add_argument("--name", default="forecasts", help="of the results file")
    options = parser.parse_args(arguments)
    devices.configure(seed=0)

    from keras_course.datasets import prices

    paths = {symbol: str(options.data_dir / "prices" / f"{symbol}.csv") for symbol in options.symbols}
    result: dict[str, Any] = {"settings": {key: str(value) for key, value in vars(options).items()}}
    result["settings"].pop("data_dir")
    for origin in options.origins:
        shares = {symbol: prices.load(path, symbol=symbol, end=origin) for symbol, path in paths.items()}
        single = [
            {"seed": seed, "symbol": symbol, **metrics}
            for seed in range(options.seeds)
            for symbol, metrics in pooled(shares, seed, options.epochs).items()
        ]
        result[origin] = {"return": means(single), "return_single": single}
        say(origin, "return", result[origin]["return"])
        files.save(options.name, result)  # hours of training go into it
        if options.price_epochs:
            single = [
                {"seed": seed, "symbol": symbol, **slides(path, origin, seed, options)}
                for seed in range(options.price_seeds)
                for symbol, path in paths.items()
            ]
            result[origin] |= {"price": means(single), "price_single": single}
            say(origin, "price", result[origin]["price"])
    print(files.save(options.name, result))


def pooled(shares: dict[str, Any], seed: int, epochs: int) -> dict[str, dict[str, Any]]:
    """Train one network on all shares; return each share's figures for its last two years."""
    import keras

    from keras_course import losses, saving, training
    from keras_course.forecasting import baselines
    from keras_course.forecasting import forecaster as forecasts
    from keras_course.forecasting import measures as forecasting
    from keras_course.models import stock

    devices.configure(seed=seed)
    days, x, y = {}, {}, {}
    for symbol, share in shares.items():
        days[symbol] = np.arange(CARD["window"], len(share.dates))
        x[symbol] = forecasts.inputs(share, days[symbol], CARD)
        y[symbol] = forecasts.outcomes(share.adjusted, days[symbol], 1)
    end = max(share.dates[-1] for share in shares.values())
    last_training, last_validation = end - HELD_OUT - VALIDATION, end - HELD_OUT

    def part(after: Any, up_to: Any) -> tuple[np.ndarray, np.ndarray]:
        chosen = {s: (shares[s].dates[days[s]] > after) & (shares[s].dates[days[s]] <= up_to) for s in shares}
        examples = [np.concatenate([values[s][chosen[s]] for s in shares]) for values in (x, y)]
        return examples[0], examples[1].astype("float32")

    examples = part(np.datetime64("1900-01-01"), last_training)
    model = stock.quantile_lstm((CARD["window"],), LEVELS)
    steps = training.total_steps(len(examples[0]), 256, epochs)
    falling = keras.optimizers.schedules.CosineDecay(0.003, steps)
    model.compile(keras.optimizers.Adam(falling), losses.PinballLoss(LEVELS))
    with tempfile.TemporaryDirectory() as folder:
        run = runs.Run(Path(folder), "forecasts", seed)
        training.fit(
            model,
            run,
            *examples,
            batch_size=256,
            epochs=epochs,
            verbose=False,
            validation_data=part(last_training, last_validation),
        )
        best = saving.best_model(run, model)

    figures = {}
    for symbol, share in shares.items():
        later = share.dates[days[symbol]] > last_training
        middle, quantiles = forecasts.returns(best, x[symbol][later], CARD)
        quantiles = forecasts.calibrated(quantiles, y[symbol][later], LEVELS)
        count = int((share.dates > last_validation).sum())
        first = len(share.dates) - 1 - count  # of the returns, which are one fewer than the prices
        returns = np.diff(np.log(share.adjusted))
        figures[symbol] = forecasting.judge(returns, first, middle[-count:], quantiles[-count:])
        # EWMA with our calibration too: else what the network adds and what calibrating adds could not be told apart
        earlier = len(returns) - int(later.sum())
        ewma = forecasts.calibrated(baselines.ewma_quantiles(returns, earlier), returns[earlier:], LEVELS)
        figures[symbol]["pinball_ewma_calibrated"] = forecasting.pinball(returns[first:], ewma[-count:])
    return figures


def slides(path: str, origin: str, seed: int, options: argparse.Namespace) -> dict[str, Any]:
    """Run the app on one share's price, as a user does; return its figures."""
    import contextlib
    import io

    from apps import stock_lstm

    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        config = stock_lstm.Config(
            dataset=path,
            start=options.price_start,
            end=origin,
            epochs=options.price_epochs,
            test=500,
            run=command.RunOptions(seed=seed, models_dir=Path(folder)),
        )
        metrics = stock_lstm.main(config)
    return {key: value for key, value in metrics.items() if isinstance(value, (float, str))}


def means(single: list[dict[str, Any]]) -> dict[str, Any]:
    """Over shares and seeds; and how often the verdict was "skill"."""
    numbers = [key for key, value in single[0].items() if isinstance(value, float)]
    mean = {key: round(statistics.mean(row[key] for row in single), 6) for key in numbers}
    return mean | {"skill": sum(row["verdict"] == "skill" for row in single), "networks_judged": len(single)}


def say(origin: str, target: str, mean: dict[str, Any]) -> None:
    """Print one line."""
    print(
        f"two years to {origin}, {target}: error / persistence {mean['rmse_ratio']:.4f}, in 80 % "
        f"{mean['coverage_80']:.1%}, in 95 % {mean['coverage_95']:.1%}, pinball / EWMA's "
        f"{mean['pinball'] / mean['pinball_ewma']:.4f}, skill {mean['skill']} of {mean['networks_judged']}",
        flush=True,
    )


if __name__ == "__main__":
    main()

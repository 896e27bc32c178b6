"""Forecast a share's price with an LSTM, and ask honestly whether it knows anything.

Slide: deck 1, "Stock / Cryptocurrency price prediction"; deck 3, "Long/Short Term Memory"

Run:
    python -m apps.stock_lstm                                   Google's price, as on the slide
    python -m apps.stock_lstm --symbol tesla --target return    how uncertain is tomorrow?
    python -m apps.stock_lstm --dataset my_prices.csv           any table with the columns Date and Close
    python -m apps.stock_lstm --dataset embedded --epochs 3     small, without a network

Try:
    --target return     which can be learnt: where the price goes, or how far?
    --symbol bitcoin    a market that never closes: is the verdict another one?
    --window 5          what does the network lose when it sees a week instead of three months?
"""

import dataclasses
import time
from typing import Annotated, Any, Literal

import numpy as np
import tyro

from apps.stock_lstm import report as _stock_report
from keras_course.experiment import command

LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)  # quantiles: the ends of the 95 and 80 % intervals, and the middle


@dataclasses.dataclass(frozen=True)
class Config:
    """Train a forecaster of prices, and judge it."""

    dataset: str = "auto"
    """auto (Yahoo's prices, else embedded ones), yahoo, embedded, or the path of a CSV file."""
    symbol: str | None = None
    """As at Yahoo (GOOGL, SAP.DE, BTC-USD), or google, apple, microsoft, amazon, tesla, bitcoin, ethereum; left out:
    GOOGL, or the CSV file's name."""
    start: str | None = None
    """First day, such as 2010-01-04; left out: all there are."""
    end: str | None = None
    """Last day that the network may know; the forecast is for the trading day after it."""
    target: Literal["price", "return"] = "price"
    """price: the slide's, the price itself. return: quantiles of the next log return."""
    window: int = 60
    """Days that the network looks back."""
    units: tuple[int, ...] | None = None
    """Units of each LSTM; left out: 50 50 50 50 for the price, 32 for the return."""
    horizon: int = 1
    """Trading days ahead."""
    test: int = 250
    """The last so many sessions are not learnt from: they judge."""
    epochs: int = 100
    """Passes over the training set."""
    dropout: float = 0.2
    """Share of each LSTM's outputs dropped in training."""
    batch_size: int = 32
    """Examples a step."""
    learning_rate: float = 0.001
    """Adam's step size."""
    run: Annotated[command.RunOptions, tyro.conf.OmitArgPrefixes] = command.RunOptions()


def main(config: Config) -> dict[str, Any]:
    """Train, forecast the next session, judge on sessions never seen; return the metrics."""
    config.run.configure_devices()
    from keras_course import plots, saving, training
    from keras_course.datasets import prices as price_data
    from keras_course.experiment import results, runs
    from keras_course.forecasting import forecaster as forecasts
    from keras_course.forecasting import measures as forecasting
    from keras_course.forecasting.windows import chronological

    # Data: three parts, one after the other in time.
    prices = price_data.load(
        config.dataset, config.run.data_dir, symbol=config.symbol, start=config.start, end=config.end
    )
    for note in prices.notes:
        print(f"note: {note}")
    values = forecasts.series(prices, config.target)
    fewest = max(
        30, 2 * config.horizon + 2
    )  # else chance decides, and the test of skill has no degrees of freedom
    if config.test < fewest:
        raise ValueError(f"test={config.test}: at least {fewest} sessions are needed to judge")
    split = chronological(len(values), config.window, horizon=config.horizon, test=config.test)
    if config.run.limit is not None and config.run.limit < len(split.train):  # the newest ones
        split = dataclasses.replace(split, train=split.train[-config.run.limit :])
        prices = dataclasses.replace(prices, limited=config.run.limit)
    known = values[split.train[0] - config.window : split.train[-1] + config.horizon]  # what training may see
    if known.min() == known.max():
        raise ValueError(f"{prices.name}: the price is {known[0]:g} on every day: there is nothing to learn")
    run = runs.start("stock_lstm", config, prices)
    card: dict[str, Any] = {
        "kind": "prices",
        "returns": "a price" if config.target == "price" else f"quantiles {LEVELS} of the log return",
        "dtype": "float32",
        "range": [0, None],
        "symbol": prices.symbol,
        "target": config.target,
        # a return needs two prices
        "window": config.window if config.target == "price" else config.window + 1,
        "horizon": config.horizon,
        "levels": LEVELS,
        "lowest": float(known.min()),
        "highest": float(known.max()),
        "seen": [float(values.min()), float(values.max())],
        "last_date": str(prices.dates[-1]),
    }
    x = {
        part: forecasts.inputs(prices, np.maximum(getattr(split, part), card["window"]), card)
        for part in ("train", "validation")
    }
    y = {part: answers(values, getattr(split, part), config) for part in ("train", "validation")}

    # Model.
    model = build(config, card)
    model.summary(expand_nested=True)

    # Fit.
    results.write_card(run, prices, model=model, **card)
    print(
        f"training begins: {prices.symbol}, {len(x['train']):,} windows up to {prices.dates[split.train[-1]]}"
    )
    begun = time.perf_counter()
    watch = training.Stopwatch()
    history = training.fit(
        model,
        run,
        x["train"],
        y["train"],
        batch_size=config.batch_size,
        epochs=config.epochs,
        validation_data=(x["validation"], y["validation"]),
        callbacks=[watch],
    )
    seconds = time.perf_counter() - begun
    loss = history.history["loss"][-1]
    unit = (
        "squared error of the scaled price" if config.target == "price" else "pinball loss of the log return"
    )
    print(f"loss after the last epoch ({config.epochs}): {loss:.5f} ({unit})")

    # Judge: the best epoch by validation, on sessions that it has never seen; each is forecast the evening before.
    best = saving.best_model(run, model)
    card["errors"] = validation_errors(best, x["validation"], y["validation"], card)
    later = np.arange(split.validation[0], split.test[-1] + 1)
    forecast, quantiles = forecasts.returns(best, forecasts.inputs(prices, later, card), card)
    outcome = forecasts.outcomes(values, later, config.horizon)
    quantiles = forecasts.calibrated(quantiles, outcome, LEVELS, config.horizon)
    forecast, quantiles = forecast[-len(split.test) :], quantiles[-len(split.test) :]
    returns = np.diff(np.log(values))
    metrics = forecasting.judge(returns, int(split.test[0]) - 1, forecast, quantiles, config.horizon, LEVELS)
    tomorrow = forecasts.next_session(best, prices, card)
    metrics |= {
        "loss": loss,
        "forecast_date": tomorrow.date,
        "forecast_price": tomorrow.price,
        "last_date": tomorrow.last_date,
        "last_price": tomorrow.last_price,
        "test_sessions": len(split.test),
        "best_epoch": training.best_epoch(history, "val_loss") + 1,
        "seconds": seconds,
        "samples_per_second": watch.samples_per_second(len(x["train"])),
        "parameters": model.count_params(),
    }
    _stock_report.say(metrics, tomorrow, prices, card)

    # Figures.
    source = "" if prices.name == prices.symbol else f" ({prices.name})"
    title = f"{prices.symbol}{source}, {config.target}"
    best_epoch = training.best_epoch(history, "val_loss")
    run.save_figure("curves", plots.curves(history.history, title=title, best_epoch=best_epoch))
    _stock_report.save_figures(run, prices, values, split.test, forecast, quantiles, tomorrow, metrics, title)

    # Finish.
    results.write_card(run, prices, model=model, **card, metrics=metrics)
    return results.finish(run, metrics, "rmse_ratio")


def answers(values: np.ndarray, days: np.ndarray, config: Config) -> np.ndarray:
    """What the network is to say of each day: the price then, or the log return up to then; ``(n,)`` float32."""
    from keras_course.forecasting import forecaster as forecasts

    if config.target == "price":
        return values[days + config.horizon - 1].astype("float32")
    return forecasts.outcomes(values, days, config.horizon).astype("float32")


def build(config: Config, card: dict[str, Any]) -> Any:
    """The whole model, compiled: raw prices in, a price or quantiles out; scaled by what training may see."""
    import keras

    from keras_course import losses
    from keras_course.models import stock

    adam = keras.optimizers.Adam(config.learning_rate)
    if config.target == "return":
        model = stock.quantile_lstm((card["window"],), LEVELS, config.units or (32,), dropout=config.dropout)
        model.compile(adam, loss=losses.PinballLoss(LEVELS))
        return model
    low, width = card["lowest"], card["highest"] - card["lowest"]
    lstm = stock.lstm_sequential(
        (config.window, 1), 1, config.units or (50, 50, 50, 50), dropout=config.dropout
    )
    model = keras.Sequential(
        [
            keras.Input((config.window,)),
            keras.layers.Rescaling(1 / width, -low / width, name="to_0_1"),
            keras.layers.Reshape((config.window, 1), name="a_number_a_day"),
            lstm,
            keras.layers.Rescaling(width, low, name="to_price"),
        ],
        name="stock_lstm",
    )
    # the slide's unit: the error of the price scaled to 0 to 1
    model.compile(adam, loss="mean_squared_error", loss_weights=1 / width**2)
    return model


def validation_errors(model: Any, x: np.ndarray, y: np.ndarray, card: dict[str, Any]) -> list[float]:
    """How far a forecast price was off on validation days: quantiles of the log return around it."""
    if card["target"] == "return":
        return []
    forecast = np.maximum(model.predict(x, batch_size=1024, verbose=0)[:, 0], 1e-3 * x[:, -1])
    return [float(value) for value in np.quantile(np.log(y / forecast), LEVELS)]

"""Forecast a share's price with an LSTM, and ask honestly whether it has any skill.

Slide: deck 1, "Stock / Cryptocurrency price prediction"; deck 3, "Long/Short Term Memory" `--target return`

Group: prices

Run:
    python -m apps.stock_lstm                                   Google's price, as on the slide
    python -m apps.stock_lstm --symbol tesla --target return    how uncertain is tomorrow?
    python -m apps.stock_lstm --dataset my_prices.csv           any table with dates and prices
    python -m apps.stock_lstm --dataset embedded --epochs 3     small, without a network

Try:
    --target return     which can be learnt: where the price goes, or how far?
    --symbol tesla      a share that has outgrown every price learnt: where does the forecast go?
    --window 5          what does the network lose when it sees a week instead of three months?
"""

import dataclasses
from typing import Annotated, Any, Literal

import numpy as np
import tyro

from keras_course.experiment import command


@dataclasses.dataclass(frozen=True)
class Config:
    """Train a forecaster of prices, and judge it."""

    dataset: str = "auto"
    """auto (a table in the data folder, else Yahoo's prices, else the embedded ones), yahoo, embedded, the path of a
    CSV file, or a symbol whose table lies in the data folder."""
    symbol: str | None = None
    """As at Yahoo (GOOGL, SAP.DE, BTC-USD), or google, apple, microsoft, amazon, tesla, bitcoin, ethereum; default:
    GOOGL, or the CSV file's name."""
    start: str | None = None
    """First day, such as 2010-01-04; default: all that there are."""
    end: str | None = None
    """Last day that the network may see; the forecast is for the trading day after it."""
    dates: Literal["auto", "day-first", "month-first"] = "auto"
    """For a CSV file whose dates could be either."""
    decimal: Literal["auto", "point", "comma"] = "auto"
    """What begins a price's decimals in a CSV file, where it could be either."""
    target: Literal["price", "return"] = "price"
    """price: the price itself, as on the slide. return: quantiles of the next log return."""
    window: int = 60
    """Days that the network looks back."""
    units: tuple[int, ...] | None = None
    """Units of each LSTM; default: 50 50 50 50 for the price, 32 for the return."""
    horizon: int = 1
    """Trading days ahead."""
    test: int = 250
    """Sessions at the end that are not trained on: they judge."""
    epochs: int = 100
    """Passes over the training set."""
    dropout: float = 0.2
    """Fraction of each LSTM's outputs set to zero in training."""
    batch_size: int = 32
    """Examples a step."""
    learning_rate: float = 0.001
    """Adam's step size."""
    run: Annotated[command.RunOptions, tyro.conf.OmitArgPrefixes] = command.RunOptions()


def main(config: Config) -> dict[str, Any]:
    """Train, forecast the next session, judge on sessions never seen; return the metrics."""
    command.check(config)
    config.run.configure_devices()
    import keras

    from keras_course import forecasting, losses, plots, saving, training
    from keras_course.experiment import card, results, runs
    from keras_course.models import stock

    from . import data, judging, network, report

    # Data: three splits, one after the other in time.
    prices, split = data.load(config)
    values = forecasting.modelled_series(prices, config.target)
    known = data.known_in_training(values, split, config)
    lowest, highest = float(known.min()), float(known.max())

    # Model: prices in; the price, or quantiles of the log return, out.
    if config.target == "price":
        units = config.units or (50, 50, 50, 50)
        model = network.price_lstm(config.window, units, config.dropout, lowest, highest)
        loss, unit = "mean_squared_error", "squared error of the scaled price"
        loss_weight = 1 / (highest - lowest) ** 2  # as on the slide, of prices scaled to 0 to 1
    else:
        shape = (config.window + 1,)  # one price more than returns
        units = config.units or (32,)
        model = stock.quantile_lstm(shape, forecasting.LEVELS, units, dropout=config.dropout)
        loss, unit = losses.PinballLoss(forecasting.LEVELS), "pinball loss of the log return"
        loss_weight = 1.0
    model.compile(keras.optimizers.Adam(config.learning_rate), loss=loss, loss_weights=loss_weight)
    model.summary(expand_nested=True)
    forecaster = forecasting.Forecaster(
        model=model,
        symbol=prices.symbol,
        target=config.target,
        window=model.input_shape[1],
        horizon=config.horizon,
        lowest=lowest,
        highest=highest,
        seen=(float(values.min()), float(values.max())),
        last_date=str(prices.dates[-1]),
        calibrate_from=str(prices.dates[split.validation[0]]),
    )

    # Fit, keeping the best epoch by validation loss.
    run = runs.start("stock_lstm", config, prices)
    card.write(run, model, prices, **forecaster.to_card())
    # The first day has one price too few before it for a window of returns: it takes the second day's window.
    x = forecaster.inputs(prices, np.maximum(split.train, forecaster.window))
    x_validation = forecaster.inputs(prices, split.validation)
    y, y_validation = (forecaster.targets(prices, days) for days in (split.train, split.validation))
    print(f"training begins: {prices.symbol}, {len(x):,} windows up to {prices.dates[split.train[-1]]}")
    watch = training.Stopwatch()
    history = training.fit(
        model,
        run,
        x,
        y,
        batch_size=config.batch_size,
        epochs=config.epochs,
        validation_data=(x_validation, y_validation),
        callbacks=[watch],
    )
    last_loss = history.history["loss"][-1]
    print(f"loss after the last epoch ({config.epochs}): {last_loss:.5f} ({unit})")

    # Judge the best epoch's model, on sessions that it has never seen.
    best = dataclasses.replace(forecaster, model=saving.best_model(run, model))
    best = best.with_errors(x_validation, y_validation)
    judged = judging.judge(best, prices, split)
    best_epoch = training.best_epoch(history)
    metrics = judged.metrics | {
        "loss": last_loss,
        "best_epoch": best_epoch + 1,
        "seconds": watch.total,
        "samples_per_second": watch.samples_per_second(len(x)),
        "parameters": model.count_params(),
    }
    report.print_forecast(judged)
    report.print_verdict(metrics)

    # Figures.
    title = report.title(prices, config.target)
    run.save_figure("curves", plots.curves(history.history, title=title, best_epoch=best_epoch))
    report.save_figures(run, judged)

    # Finish.
    card.complete(run, metrics, errors=best.errors)
    return results.finish(run, metrics, "rmse_ratio", figure="actual_and_forecast")

"""Forecast a share's price with an LSTM, and ask honestly whether it has any skill.

Slide: deck 1, "Stock / Cryptocurrency price prediction"
Slide: deck 3, "Long/Short Term Memory" `--target return --network lstm`

Group: prices

Run:
    python -m apps.stock_lstm                                   Google's price, as on the slide
    python -m apps.stock_lstm --symbol tesla --target return    how uncertain is tomorrow?
    python -m apps.stock_lstm --target return --pool folder     learn from a folder's shares too
    python -m apps.stock_lstm --dataset my_prices.csv           any table with dates and prices
    python -m apps.stock_lstm --dataset embedded --epochs 3     small, without a network

Try:
    --target return     which can be learnt: where the price goes, or how far?
    --symbol tesla      a share that has outgrown every price learnt: where does the forecast go?
    --window 5          what does the network lose when it sees a week instead of three months?
"""

import dataclasses
from typing import Annotated, Any, Literal

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
    network: Literal["scales", "lstm"] = "scales"
    """For the return. scales: volatilities on several time scales, and the jumps of earlier quarters. lstm: an LSTM."""
    start_from: Literal["auto", "pretrained", "ewma"] = "auto"
    """Where the network "scales" starts. pretrained: what many shares have taught. ewma: EWMA's forecast. auto: the
    first, if the judged days are later than all that it was taught."""
    pool: tuple[str, ...] = ()
    """Learn from these shares too, on the same days: CSV files, a folder of them, or symbols."""
    window: int | None = None
    """Days that the network looks back; default: 60 as on the slide, 260 for the network "scales"."""
    units: tuple[int, ...] | None = None
    """Units of each LSTM; default: 50 50 50 50 for the price, 32 for the return. Of the network "scales": 16."""
    horizon: int = 1
    """Trading days ahead."""
    test: int = 250
    """Sessions at the end that are not trained on: they judge."""
    epochs: int | None = None
    """Passes over the training set; default: 100, or of the network "scales" 20 for one share and 30 for a pool."""
    dropout: float = 0.2
    """Fraction of each LSTM's outputs set to zero in training."""
    batch_size: int | None = None
    """Examples a step; default: 32, or 256 and 1024."""
    learning_rate: float | None = None
    """Adam's step size; default: 0.001, or 0.0003 and 0.003."""
    run: Annotated[command.RunOptions, tyro.conf.OmitArgPrefixes] = command.RunOptions()


def main(config: Config) -> dict[str, Any]:
    """Train, forecast the next session, judge on sessions never seen; return the metrics."""
    command.check(config)
    config.run.configure_devices()
    import keras

    from keras_course import forecasting, losses, plots, saving, training
    from keras_course.experiment import card, results, runs
    from keras_course.models import blocks, stock

    from . import data, judging, network, report, start

    # Data: three splits, one after the other in time.
    prices, split = data.load(config)
    values = forecasting.modelled_series(prices, config.target)
    known = data.known_in_training(values, split, config)
    lowest, highest = float(known.min()), float(known.max())
    begin = start.choose(config, prices, split)
    window, (epochs, batch_size, learning_rate) = start.window_of(config), start.recipe(config, begin)
    shares = start.pool(config, prices)

    # Model: prices in; the price, or quantiles of the log return, out.
    loss: Any = losses.PinballLoss(forecasting.LEVELS)
    unit, loss_weight = "pinball loss of the log return", 1.0
    if config.target == "price":
        units = config.units or (50, 50, 50, 50)
        model = network.price_lstm(window, units, config.dropout, lowest, highest)
        loss, unit = "mean_squared_error", "squared error of the scaled price"
        loss_weight = 1 / (highest - lowest) ** 2  # as on the slide, of prices scaled to 0 to 1
    elif config.network == "lstm":
        shape = (window + 1,)  # one price more than returns
        model = stock.quantile_lstm(shape, forecasting.LEVELS, config.units or (32,), dropout=config.dropout)
    else:
        model = start.build(config, begin, prices, split)
        unit = "pinball loss, in units of volatility"
    # Several members are trained side by side, each by its own loss; the model averages them.
    trained = blocks.members_of(model) if start.from_scales(config) else model
    trained.compile(keras.optimizers.Adam(learning_rate), loss=loss, loss_weights=loss_weight)
    model.summary(expand_nested=True)
    forecaster = forecasting.Forecaster(
        model=model,
        symbol=start.taught_by(config, begin, prices, shares),
        target=config.target,
        window=model.input_shape[1],
        horizon=config.horizon,
        lowest=lowest,
        highest=highest,
        seen=(float(values.min()), float(values.max())),
        last_date=str(prices.dates[-1]),
        calibrate_from=str(prices.dates[split.validation[0]]),
        known_until=str(prices.dates[split.validation[-1] + config.horizon - 1]),
    )

    # Fit, keeping the best epoch by validation loss.
    config = dataclasses.replace(
        config, window=window, epochs=epochs, batch_size=batch_size, learning_rate=learning_rate
    )
    run = runs.start("stock_lstm", config, prices)
    card.write(run, model, prices, **forecaster.to_card())
    examples, validation_data = data.examples(forecaster, prices, split, shares, start.from_scales(config))
    count = len(examples[0])
    also = f" of it and {len(shares)} more shares" if shares else ""
    print(f"training begins: {prices.symbol}, {count:,} windows{also} up to {prices.dates[split.train[-1]]}")
    beginning, watch = trained.get_weights(), training.Stopwatch()
    history = training.fit(
        trained,
        run,
        *examples[:2],
        sample_weight=examples[2] if len(examples) > 2 else None,
        batch_size=batch_size,
        epochs=epochs,
        validation_data=validation_data,
        callbacks=[watch],
    )
    last_loss = history.history["loss"][-1]
    print(f"loss after the last epoch ({epochs}): {last_loss:.5f} ({unit})")

    # Judge the best epoch's model, on sessions that it has never seen.
    best_epoch = training.best_epoch(history)
    improved, best = True, forecaster
    if start.from_scales(config):
        improved = start.keep_best(run, model, trained, beginning, validation_data)
    else:
        best = dataclasses.replace(forecaster, model=saving.best_model(run, model))
        best = best.with_errors(*validation_data)
    judged = judging.judge(best, prices, split)
    metrics = judged.metrics | {
        "loss": last_loss,
        "best_epoch": best_epoch + 1 if improved else 0,
        "seconds": watch.total,
        "samples_per_second": watch.samples_per_second(count),
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

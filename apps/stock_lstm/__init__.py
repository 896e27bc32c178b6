"""Forecast a share's price with an LSTM, and ask honestly whether it has any skill.

Slide: deck 1, "Stock / Cryptocurrency price prediction";
    deck 3, "Long/Short Term Memory" `--target return --network lstm`

Group: prices

Run:
    python -m apps.stock_lstm                                   Google's price, as on the slide
    python -m apps.stock_lstm --symbol tesla --target return    how uncertain is tomorrow?
    python -m apps.stock_lstm --target return --pool FOLDER     learn from a folder's shares too
    python -m apps.stock_lstm --symbol tesla --compare-remedies    a share that outgrows its range, and what helps
    python -m apps.stock_lstm --dataset my_prices.csv           any table with dates and prices
    python -m apps.stock_lstm --dataset embedded --epochs 3     small, without a network

Try:
    --target return     which can be learnt: where the price goes, or how far?
    --symbol tesla      a share that has outgrown every price learnt: where does the forecast go?
    --compare-remedies  with --symbol tesla: what helps, to learn again every month or prices relative to the last?
    --window 5          what does the network lose when it sees a week instead of three months?
"""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import tyro

from keras_course.experiment import command

if TYPE_CHECKING:
    from keras_course.datasets.prices import Prices
    from keras_course.experiment.runs import Run
    from keras_course.forecasting import Forecaster, Split

    from .judging import Judged
    from .start import Settled


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
    network: Literal["scales", "lstm"] | None = None
    """For the return. scales (the default): volatilities on several time scales, and the jumps of earlier quarters.
    lstm: an LSTM."""
    start_from: Literal["pretrained", "ewma"] | None = None
    """Where the network "scales" starts. pretrained: what many shares have taught. ewma: EWMA's forecast. Default: the
    first, if a hundred sessions lie between what it was taught and the judged ones; they are the validation split."""
    pool: tuple[str, ...] = ()
    """For the network "scales": learn from these shares too, on the same days: CSV files, a folder of them, or
    symbols."""
    relative: bool = False
    """The network sees each price relative to the last of its window, and gives the next one so; for the price."""
    relearn: int | None = None
    """Fit the network again before every that many of the judged sessions, to all that is known by then; for the
    price."""
    compare_remedies: bool = False
    """Train the slide's network, the same with --relearn (20, if not given) and with --relative, side by side."""
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
    from keras_course import plots
    from keras_course.experiment import results, runs

    from . import comparison, data, relearning, report, start

    # Data: three splits, one after the other in time.
    config = start.settled(config)
    prices, split = data.load(config)
    shares = start.pool(config, prices)
    weights = None
    if start.from_scales(config):
        weights, split = start.choose(config, prices, split)

    # Model: what cannot be built is refused before the run's folder is made.
    forecaster = build(config, prices, split, weights)
    forecaster.model.summary(expand_nested=True)
    run = runs.start("stock_lstm", config, prices)
    if config.compare_remedies:
        metrics = comparison.compare(run, config, prices, split, (forecaster.lowest, forecaster.highest))
        return results.finish(run, metrics, "rmse_ratio", figure="remedies")

    # Fit, and judge on sessions that the network has never seen.
    judged = train(run, config, prices, split, forecaster, shares)
    metrics = judged.metrics
    report.print_forecast(judged)
    report.print_verdict(metrics)

    # Figures.
    title = report.title(prices, config)
    curves = plots.curves(run.history(), title=title, best_epoch=start.epoch_kept(metrics))
    run.save_figure("curves", curves)
    report.save_figures(run, judged, title)

    # Finish.
    relearning.complete(run, config, judged)
    metrics = results.finish(run, metrics, "rmse_ratio", figure="actual_and_forecast")
    relearning.clean(run)
    return metrics


def build(config: "Settled", prices: "Prices", split: "Split", weights: Path | None = None) -> "Forecaster":
    """Build and compile the network: prices in; the price, or quantiles of the log return, out.

    What it is scaled by, it takes from the training split; ``weights`` are those of a pretrained network of returns.
    """
    import keras

    from keras_course import forecasting, losses
    from keras_course.models import blocks, stock

    from . import data, network, start

    values = forecasting.modelled_series(prices, config.target)
    known = data.known_in_training(values, split, config)
    lowest, highest = float(known.min()), float(known.max())
    units = config.units or {"price": (50, 50, 50, 50), "return": (32,)}[config.target]
    loss, loss_weight = "mean_squared_error", 1.0
    if start.from_scales(config):
        model = start.build(config, prices, split, weights)
        loss = losses.PinballLoss(forecasting.LEVELS)
    elif config.target == "return":
        shape = (config.window + 1,)  # one price more than returns
        model = stock.quantile_lstm(shape, forecasting.LEVELS, units, dropout=config.dropout)
        loss = losses.PinballLoss(forecasting.LEVELS)
    elif config.relative:
        spread, move = data.typical_changes(values, split, config)
        model = network.relative_lstm(config.window, units, config.dropout, spread, move)
        loss_weight = 1 / move**2
    else:
        model = network.price_lstm(config.window, units, config.dropout, lowest, highest)
        loss_weight = 1 / (highest - lowest) ** 2  # as on the slide, of prices scaled to 0 to 1
    # Of several members each is trained by its own loss; the model averages them.
    trained = blocks.members_of(model) if start.from_scales(config) else model
    trained.compile(keras.optimizers.Adam(config.learning_rate), loss=loss, loss_weights=loss_weight)
    return forecasting.Forecaster(
        model=model,
        symbol=prices.symbol,
        target=config.target,
        window=model.input_shape[1],
        horizon=config.horizon,
        lowest=lowest,
        highest=highest,
        seen=(float(values.min()), float(values.max())),
        last_date=str(prices.dates[-1]),
        calibrate_from=str(prices.dates[split.train[-1] + config.horizon]),
        relative=config.relative,
        known_until=str(prices.dates[split.validation[-1] + config.horizon - 1]),
        prior=forecasting.PRIOR if start.from_scales(config) else 0,
        members=trained if start.from_scales(config) else None,
    )


def train(
    run: "Run",
    config: "Settled",
    prices: "Prices",
    split: "Split",
    forecaster: "Forecaster",
    shares: Sequence["Prices"] = (),
) -> "Judged":
    """Fit a forecaster, keeping the best epoch by validation loss, and judge that one on the test split."""
    from keras_course import saving, training
    from keras_course.experiment import card

    from . import data, judging, relearning, start

    model, trained = forecaster.model, forecaster.members or forecaster.model
    card.write(run, model, prices, **forecaster.to_card())
    x, y, *weights = data.examples(forecaster, prices, split.train, shares)
    last = prices.dates[split.train[-1] + config.horizon - 1]
    validation_data = data.examples(forecaster, prices, split.validation, shares, after=last)
    also = f" of it and {len(shares)} more shares" if shares else ""
    print(f"training begins: {prices.symbol}, {len(x):,} windows{also} up to {prices.dates[split.train[-1]]}")
    beginning, watch = trained.get_weights(), training.Stopwatch()
    history = training.fit(
        trained,
        run,
        x,
        y,
        batch_size=config.batch_size,
        epochs=config.epochs,
        validation_data=validation_data,
        callbacks=[watch],
        sample_weight=weights[0] if weights else None,
    )
    last_loss = history.history["loss"][-1]
    print(f"loss after the last epoch ({config.epochs}): {last_loss:.5f} ({loss_unit(config)})")

    # The best epoch's model is judged, on sessions that it has never seen.
    kept = training.best_epoch(history) + 1
    if start.from_scales(config):
        kept = kept if start.keep_best(run, model, trained, beginning, validation_data) else 0
        best = forecaster
    else:
        first = relearning.first_run(run) if config.relearn else run
        best = dataclasses.replace(forecaster, model=saving.best_model(first, model))
        best = best.with_errors(*validation_data[:2])
    fitted_again = relearning.fit_again(run, config, prices, split, best) if config.relearn else []
    judged = judging.judge(best, prices, split, fitted_again)
    judged.metrics.update(
        loss=last_loss,
        best_epoch=kept,
        seconds=watch.total,
        samples_per_second=watch.samples_per_second(len(x)),
        parameters=model.count_params(),
    )
    return judged


def loss_unit(config: "Settled") -> str:
    """What the loss measures, in words."""
    if config.target == "return":
        return "pinball loss of the log return" + (
            ", in units of volatility" if config.network != "lstm" else ""
        )
    if config.relative:
        return "squared error of the price's change; 'the price stays' has about 1"
    return "squared error of the scaled price"

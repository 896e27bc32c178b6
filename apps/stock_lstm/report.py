"""What apps.stock_lstm prints and draws: the next session's forecast, the baselines, and the verdict."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_course import forecasting, plots
from keras_course.datasets import sessions
from keras_course.datasets.prices import Prices
from keras_course.experiment.runs import Run

from .judging import Judged

if TYPE_CHECKING:
    from . import Config

SKILL_P = 0.01  # as in forecasting.judge


def title(prices: Prices, config: "Config") -> str:
    """Return the heading of every figure."""
    source = "" if prices.name == prices.symbol else f" ({prices.name})"
    relative = ", relative to the last" if config.relative else ""
    again = f", fitted again every {config.relearn} sessions" if config.relearn else ""
    return f"{prices.symbol}{source}, {config.target}{relative}{again}"


def print_forecast(judged: Judged) -> None:
    """Print the forecast of the next session, and what limits it."""
    tomorrow, prices, forecaster = judged.tomorrow, judged.prices, judged.forecaster
    lowest, highest = forecaster.lowest, forecaster.highest
    ranged = forecaster.target == "price" and not forecaster.relative
    if ranged and not lowest <= tomorrow.last_price <= highest:
        print(
            f"note: it was trained on prices of {lowest:,.2f} to {highest:,.2f}, and the last one is "
            f"{tomorrow.last_price:,.2f}: its forecast extrapolates "
            "(--relative and --target return work for prices of any magnitude)"
        )
    day = prices.dates[-1] + 1
    if not sessions.is_session(prices.calendar, day):
        following = sessions.next_session(prices.calendar, day)
        print(f"{day} is not a trading day: the next one is {following}")
    low, high = tomorrow.interval_80
    print(f"predicted price of {prices.symbol} for {tomorrow.date}: {tomorrow.price:,.3f}")
    print(f"    80 % interval, calibrated on its latest errors: {low:,.2f} to {high:,.2f}")
    print(f"    the last price, of {tomorrow.last_date}: {tomorrow.last_price:,.3f}")
    if tomorrow.note:
        print(f"note: {tomorrow.note}")
    print("    (one day proves nothing: any forecast may come close by luck)")


def print_verdict(metrics: Mapping[str, Any]) -> None:
    """Print the network beside its baselines, and the verdict.

    Args:
        metrics: as :func:`forecasting.judge` gives them, with ``test_sessions``.
    """
    print(f"\njudged on the last {metrics['test_sessions']} sessions, each forecast the evening before:")
    line = "{:27}{:>20}{:>18}{:>9}{:>9}{:>12}"
    print(line.format("", "RMSE / persistence", "direction right", "in 80 %", "in 95 %", "pinball, %"))
    up, always_up = f"{metrics['direction']:.1%}", f"{metrics['direction_always_up']:.1%}"
    drift, autoregression = metrics["rmse_ratio_drift"], metrics["rmse_ratio_autoregression"]
    print(line.format("the network", f"{metrics['rmse_ratio']:.4f}", up, *_intervals(metrics, "")))
    print(line.format("persistence, price stays", "1.0000", "", "", "", ""))
    print(line.format("drift, always up", f"{drift:.4f}", always_up, "", "", ""))
    print(line.format("autoregression of 5 days", f"{autoregression:.4f}", "", "", "", ""))
    print(line.format("EWMA of the volatility", "", "", *_intervals(metrics, "_ewma")))
    print(f"\nverdict: {sentence(metrics)}")


def _intervals(metrics: Mapping[str, Any], ending: str) -> tuple[str, str, str]:
    return (
        f"{metrics['coverage_80' + ending]:.1%}",
        f"{metrics['coverage_95' + ending]:.1%}",
        f"{100 * metrics['pinball' + ending]:.4f}",
    )


def sentence(metrics: Mapping[str, Any]) -> str:
    """Return the verdict in one sentence."""
    error = f"its RMSE is {metrics['rmse_ratio']:.3f} times that of persistence, 'the price stays'"
    p = metrics["dm_p"]
    test = f"(Diebold-Mariano test, p = {p:.2g}; skill asks for p < {SKILL_P:g})"
    if metrics["verdict"] == "skill":
        return f"skill: {error}, which chance alone would rarely give {test}."
    if metrics["rmse_ratio"] >= 1:
        return f"no skill: {error}."
    if p < 0.05:
        return f"no skill: {error}, which is a hint but not enough of one {test}."
    return f"no skill: {error}, which chance alone may well give {test}."


def save_figures(run: Run, judged: Judged, heading: str) -> None:
    """Save the figures of the judged sessions and of the next one."""
    prices, tomorrow, metrics = judged.prices, judged.tomorrow, judged.metrics
    figure = plots.forecast_fan(
        prices.dates,
        prices.close,
        tomorrow.date,
        tomorrow.price,
        tomorrow.interval_80,
        tomorrow.interval_95,
        title=heading,
    )
    run.save_figure("forecast", figure)

    values, horizon = judged.forecaster.series(prices), judged.forecaster.horizon
    before, then = values[judged.days - 1], judged.days + horizon - 1
    figure = plots.shift_by_one(
        prices.dates[then], values[then], before * np.exp(judged.forecasts), horizon=horizon, title=heading
    )
    run.save_figure("actual_and_forecast", figure)

    ratios = {
        "the network": metrics["rmse_ratio"],
        "drift": metrics["rmse_ratio_drift"],
        "autoregression of 5 days": metrics["rmse_ratio_autoregression"],
    }
    run.save_figure("errors", plots.forecast_errors(ratios, title=f"{heading}: {metrics['verdict']}"))

    coverage = {
        "the network": (metrics["coverage_80"], metrics["coverage_95"]),
        "EWMA": (metrics["coverage_80_ewma"], metrics["coverage_95_ewma"]),
    }
    returns = forecasting.outcomes(values, judged.days, horizon)
    figure = plots.forecast_coverage(prices.dates[then], returns, judged.quantiles, coverage, title=heading)
    run.save_figure("coverage", figure)

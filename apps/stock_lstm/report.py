"""What apps.stock_lstm prints and draws: the next session's forecast, the baselines, and the verdict."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_course import forecasting, plots
from keras_course.datasets import sessions
from keras_course.datasets.prices import Prices
from keras_course.experiment.runs import Run
from keras_course.forecasting import power

from .judging import Judged

if TYPE_CHECKING:
    from . import Config

BASELINES = {"ewma": "EWMA", "har": "HAR", "garch": "GARCH"}


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
    print("    (one day proves nothing: any forecast may come close by luck)")
    if tomorrow.note:
        print(f"note: {tomorrow.note}")


def print_verdict(metrics: Mapping[str, Any]) -> None:
    """Print the network beside its baselines, and the verdict.

    Args:
        metrics: as :func:`forecasting.judge` gives them, with ``test_sessions``.
    """
    print(f"\njudged on the last {metrics['test_sessions']} sessions, each forecast the evening before:")
    line = "{:27}{:>20}{:>18}{:>9}{:>9}{:>12}{:>8}"
    print(
        line.format("", "RMSE / persistence", "direction right", "in 80 %", "in 95 %", "pinball, %", "/ EWMA")
    )
    up, always_up = f"{metrics['direction']:.1%}", f"{metrics['direction_always_up']:.1%}"
    drift, autoregression = metrics["rmse_ratio_drift"], metrics["rmse_ratio_autoregression"]
    print(line.format("the network", f"{metrics['rmse_ratio']:.4f}", up, *_intervals(metrics, "")))
    print(line.format("persistence, price stays", "1.0000", *[""] * 5))
    print(line.format("drift, always up", f"{drift:.4f}", always_up, *[""] * 4))
    print(line.format("autoregression of 5 days", f"{autoregression:.4f}", *[""] * 5))
    for name, words in BASELINES.items():
        if f"pinball_{name}" in metrics:
            print(line.format(f"{words} of the volatility", "", "", *_intervals(metrics, f"_{name}")))
    print(f"\n{beside_the_best(metrics)}")
    print(f"verdict: {sentence(metrics)}")
    if metrics["verdict_autoregression"] == "skill" and autoregression < metrics["rmse_ratio"]:
        print(
            f"The autoregression of 5 days has skill, with {autoregression:.3f} times persistence's RMSE: "
            "for where the price goes, take that."
        )
    if "recommended" in metrics:
        print(recommendation(metrics))


def _intervals(metrics: Mapping[str, Any], ending: str) -> tuple[str, str, str, str]:
    pinball = metrics["pinball" + ending]
    return (
        f"{metrics['coverage_80' + ending]:.1%}",
        f"{metrics['coverage_95' + ending]:.1%}",
        f"{100 * pinball:.4f}",
        f"{pinball / metrics['pinball_ewma']:.3f}",
    )


def beside_the_best(metrics: Mapping[str, Any]) -> str:
    """Return a sentence on the interval: the network's pinball loss beside that of the best simple forecast."""
    best = metrics["pinball_best"]
    name, _, calibrated = best.partition("_")
    ratio, p = metrics["pinball"] / metrics[f"pinball_{best}"], metrics["pinball_dm_p"]
    low, high = metrics["pinball_ratio_low"], metrics["pinball_ratio_high"]
    likewise = ", calibrated as the network is" if calibrated else ""
    return (
        f"interval: its pinball loss is {ratio:.3f} times that of {BASELINES[name]}{likewise}, the best simple one on "
        f"these days\n(95 % interval {low:.3f} to {high:.3f}; Diebold-Mariano test that it is smaller, p = {p:.2g})"
    )


def sentence(metrics: Mapping[str, Any]) -> str:
    """Return the verdict in a sentence, and where there is none, what the test would have found."""
    error = f"its RMSE is {metrics['rmse_ratio']:.3f} times that of persistence, 'the price stays'"
    p = metrics["dm_p"]
    test = f"(Diebold-Mariano test, p = {p:.2g}; skill asks for p < {power.SKILL_P:g})"
    if metrics["verdict"] == "skill":
        return f"skill: {error}, which chance alone would rarely give {test}."
    if p < power.SKILL_P:
        return (
            f"no skill: {error} {test}, but it is not surely better than drift, the mean of all returns before "
            f"(p = {metrics['dm_p_drift']:.2g}). That shares rise is no skill."
        )
    if p > 1 - power.SKILL_P:
        return f"no skill: {error}, which is surely worse."
    if metrics["rmse_ratio"] >= 1:
        said = f"{error}."
    elif p < 0.05:
        said = f"{error}, which is a hint but not enough of one {test}."
    else:
        said = f"{error}, which chance alone may well give {test}."
    return (
        f"no skill detectable at this length: {said} With {metrics['test_sessions']} sessions this test finds a share "
        f"whose returns have a memory of {power.WEAK:g} in {metrics['power_weak']:.0%} of cases, one of "
        f"{power.STRONG:g} in {metrics['power_strong']:.0%}, even for a forecast that knows the memory."
    )


def recommendation(metrics: Mapping[str, Any]) -> str:
    """Return which forecast a user should take, as the days before those judged have it."""
    name = metrics["recommended"]
    if name == "network":
        return "take: the network. On the sessions before those judged its intervals were the best."
    return (
        f"take: {BASELINES[name]}, calibrated. On the sessions before those judged the network's intervals were not "
        "surely better, and it is simpler."
    )


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

    coverage = {"the network": (metrics["coverage_80"], metrics["coverage_95"])}
    for name, words in BASELINES.items():
        if f"coverage_80_{name}" in metrics:
            coverage[words] = (metrics[f"coverage_80_{name}"], metrics[f"coverage_95_{name}"])
    returns = forecasting.outcomes(values, judged.days, horizon)
    figure = plots.forecast_coverage(prices.dates[then], returns, judged.quantiles, coverage, title=heading)
    run.save_figure("coverage", figure)

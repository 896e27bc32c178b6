"""What apps.stock_lstm says and draws of its forecast: the next session, the baselines, and the verdict."""

from typing import Any

import numpy as np


def say(metrics: dict[str, Any], tomorrow: Any, prices: Any, card: dict[str, Any]) -> None:
    """Print the forecast, the network beside its baselines, and the verdict.

    Args:
        metrics: as ``forecasting.judge`` gives them.
        tomorrow: the forecast of the next session.
        prices: the series.
        card: of the network.
    """
    from keras_course.datasets import sessions

    if card["target"] == "price" and not card["lowest"] <= tomorrow.last_price <= card["highest"]:
        print(
            f"note: it has learnt prices of {card['lowest']:,.2f} to {card['highest']:,.2f} only, and the last one is "
            f"{tomorrow.last_price:,.2f}: what it says of such prices is a guess "
            "(--target return knows prices of any size)"
        )

    asked = prices.dates[-1] + 1
    if not sessions.is_session(prices.calendar, asked):
        following = sessions.next_session(prices.calendar, asked)
        print(f"{asked} is no trading day: the next one is {following}")
    low, high = tomorrow.interval_80
    print(f"predicted price of {prices.symbol} for {tomorrow.date}: {tomorrow.price:,.3f}")
    print(f"    80 % interval, from how far it was off lately: {low:,.2f} to {high:,.2f}")
    print(f"    the last price, of {tomorrow.last_date}: {tomorrow.last_price:,.3f}")
    print("    (one day proves nothing: by luck alone any number may come close)")

    print(f"\njudged on the last {metrics['test_sessions']} sessions, each forecast the evening before:")
    line = "{:27}{:>20}{:>18}{:>9}{:>9}{:>12}"
    print(line.format("", "error / persistence", "up or down right", "in 80 %", "in 95 %", "pinball, %"))
    up, always_up = f"{metrics['direction']:.1%}", f"{metrics['direction_always_up']:.1%}"
    drift, autoregression = metrics["rmse_ratio_drift"], metrics["rmse_ratio_autoregression"]
    print(line.format("the network", f"{metrics['rmse_ratio']:.4f}", up, *_bands(metrics, "")))
    print(line.format("persistence, price stays", "1.0000", "", "", "", ""))
    print(line.format("drift, always up", f"{drift:.4f}", always_up, "", "", ""))
    print(line.format("autoregression of 5 days", f"{autoregression:.4f}", "", "", "", ""))
    print(line.format("EWMA of the volatility", "", "", *_bands(metrics, "_ewma")))
    print(f"\nverdict: {sentence(metrics)}")


def _bands(metrics: dict[str, Any], ending: str) -> tuple[str, str, str]:
    return (
        f"{metrics['coverage_80' + ending]:.1%}",
        f"{metrics['coverage_95' + ending]:.1%}",
        f"{100 * metrics['pinball' + ending]:.4f}",
    )


def sentence(metrics: dict[str, Any]) -> str:
    """The verdict in one sentence."""
    ratio, p = metrics["rmse_ratio"], metrics["dm_p"]
    error = f"its error is {ratio:.3f} times that of saying 'the price stays'"
    if metrics["verdict"] == "skill":
        return f"skill: {error}, and chance would rarely do that (p {p:.2g})."
    if ratio >= 1:
        return f"no skill: {error}."
    return f"no skill: {error}, and chance does that too (p {p:.2g})."


def save_figures(
    run: Any,
    prices: Any,
    values: np.ndarray,
    days: np.ndarray,
    forecast: np.ndarray,
    quantiles: np.ndarray,
    tomorrow: Any,
    metrics: dict[str, Any],
    title: str,
) -> None:
    """Save the figures of the judged days and of the next session.

    Args:
        run: where they go.
        prices: the series.
        values: (n,) what the network saw of it.
        days: (m,) the judged examples, as row numbers.
        forecast: (m,) log returns from the evening before.
        quantiles: (m, levels) of the same.
        tomorrow: the forecast of the next session.
        metrics: as ``forecasting.judge`` gives them.
        title: stands above each.
    """
    from keras_course import plots

    figure = plots.forecast_fan(
        prices.dates,
        prices.close,
        tomorrow.date,
        tomorrow.price,
        tomorrow.interval_80,
        tomorrow.interval_95,
        title=title,
    )
    run.save_figure("forecast", figure)

    before = values[days - 1]
    horizon = len(values) - int(days[-1])
    then = days + horizon - 1
    figure = plots.shift_by_one(
        prices.dates[then], values[then], before * np.exp(forecast), horizon=horizon, title=title
    )
    run.save_figure("actual_and_forecast", figure)

    ratios = {
        "the network": metrics["rmse_ratio"],
        "drift": metrics["rmse_ratio_drift"],
        "autoregression of 5 days": metrics["rmse_ratio_autoregression"],
    }
    run.save_figure("errors", plots.forecast_errors(ratios, title=title))

    inside = {
        "the network": (metrics["coverage_80"], metrics["coverage_95"]),
        "EWMA": (metrics["coverage_80_ewma"], metrics["coverage_95_ewma"]),
    }
    returns = np.log(values[then] / before)
    figure = plots.forecast_coverage(prices.dates[then], returns, quantiles, inside, title=title)
    run.save_figure("coverage", figure)

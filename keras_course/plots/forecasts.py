"""Forecasts of prices: the next one with its intervals, and those judged beside what came true."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from keras_course.plots.style import BLUE, GREY, ORANGE, joined, new_figure, quiet

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def forecast_fan(
    dates: np.ndarray,
    prices: np.ndarray,
    date: str,
    price: float,
    interval_80: tuple[float, float],
    interval_95: tuple[float, float],
    *,
    days: int = 60,
    title: str = "",
) -> "Figure":
    """Draw the last prices, and the forecast with its intervals.

    Args:
        dates: (n,) datetime64[D].
        prices: (n,).
        date: the day that is forecast.
        price: its forecast.
        interval_80: ends of the interval that should hold the price on 80 of 100 days.
        interval_95: of that for 95 of 100 days.
        days: how many of the last days to show.
        title: heading of the figure.
    """
    figure = new_figure(8.0, 4.2, joined([title, f"forecast for {date}: {price:,.2f}"]))
    axes = figure.subplots()
    axes.plot(dates[-days:], prices[-days:], color=BLUE, label="closing price")
    day = np.datetime64(date)
    for (low, high), level, width in ((interval_95, "95 %", 3), (interval_80, "80 %", 8)):
        axes.plot([day, day], [low, high], color=ORANGE, linewidth=width, alpha=0.45, solid_capstyle="butt")
        axes.plot(
            [],
            [],
            color=ORANGE,
            linewidth=width,
            alpha=0.45,
            label=f"{level} interval: {low:,.2f} to {high:,.2f}",
        )
    axes.plot([dates[-1], day], [prices[-1], price], color=ORANGE, linestyle="--", linewidth=1)
    axes.plot(day, price, "o", color=ORANGE, markeredgecolor="black", label=f"forecast: {price:,.2f}")
    axes.set_ylabel("price")
    axes.legend(loc="best", fontsize=8)
    _dates(axes)
    return figure


def shift_by_one(
    dates: np.ndarray,
    actual: np.ndarray,
    forecast: np.ndarray,
    *,
    horizon: int = 1,
    days: int = 60,
    title: str = "",
) -> "Figure":
    """Draw actual and forecast prices, and which day's price the forecast is closest to.

    A network that repeats the last price draws a curve that looks right and is a day late: it is closer to the price
    ``horizon`` days earlier than to the price that it forecasts.

    Args:
        dates: (n,) the days that are forecast.
        actual: (n,) their prices.
        forecast: (n,) the forecasts of these prices.
        horizon: days that a forecast looks ahead.
        days: how many of the last days the left panel shows.
        title: heading of the figure.
    """
    lags = list(range(-2, horizon + 10))
    distances = []
    for lag in lags:  # the forecast for day i against the price of day i - lag
        price = actual[: len(actual) - lag] if lag >= 0 else actual[-lag:]
        shifted = forecast[lag:] if lag >= 0 else forecast[:lag]
        distances.append(float(np.sqrt(np.mean((np.log(shifted) - np.log(price)) ** 2))) * 100)
    closest = lags[int(np.argmin(distances))]
    many = f"{abs(closest)} day{'s' * (abs(closest) != 1)}"
    day = f"{many} {'earlier' if closest > 0 else 'later'}" if closest else "of the day itself"
    figure = new_figure(11.0, 4.2, joined([title, f"the forecast is closest to the price {day}"]))
    left, right = figure.subplots(1, 2, width_ratios=[1.7, 1])
    left.plot(dates[-days:], actual[-days:], color=BLUE, label="price")
    left.plot(dates[-days:], forecast[-days:], color=ORANGE, label="forecast for that day")
    left.set_ylabel("price")
    left.legend(fontsize=8)
    _dates(left)
    bars = right.bar(lags, distances, color=[ORANGE if lag == closest else GREY for lag in lags])
    right.bar_label(bars, fmt="%.1f", fontsize=7)
    right.set_xticks(lags)
    right.set_xlabel("days that the price is earlier (0: the day itself)")
    right.set_ylabel("RMS difference from the forecast, %")
    quiet(right)
    return figure


def forecast_errors(ratios: Mapping[str, float], *, title: str = "") -> "Figure":
    """Draw each forecast's error relative to persistence, "the price stays": below 1 is better.

    Args:
        ratios: root mean squared error over that of persistence, by the forecast's name; the first is highlighted.
        title: heading of the figure.
    """
    figure = new_figure(
        7.0,
        0.45 * len(ratios) + 1.9,
        joined([title, "further left is better; 1 is persistence, 'the price stays'"]),
    )
    axes = figure.subplots()
    names = list(ratios)[::-1]
    for place, name in enumerate(names):
        ours = name == next(iter(ratios))
        axes.plot(ratios[name], place, "o", color=ORANGE if ours else GREY, markersize=9)
        axes.annotate(
            f"{ratios[name]:.4f}",
            (ratios[name], place),
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    axes.axvline(1, color="black", linewidth=1)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.margins(x=0.2)
    axes.set_xlabel("RMSE of the log return / that of persistence")
    quiet(axes)
    return figure


def forecast_coverage(
    dates: np.ndarray,
    returns: np.ndarray,
    quantiles: np.ndarray,
    coverage: Mapping[str, tuple[float, float]],
    *,
    title: str = "",
) -> "Figure":
    """Draw returns and their intervals day by day, and the fraction of them inside.

    Args:
        dates: (n,) datetime64[D].
        returns: (n,) log returns that came true.
        quantiles: (n, 5), rising: ends of the 95 % and 80 % intervals, with the median in the middle.
        coverage: fractions of the returns inside the 80 % and the 95 % interval, by the forecast's name.
        title: heading of the figure.
    """
    fractions = "; ".join(f"{name}: {inner:.1%} and {outer:.1%}" for name, (inner, outer) in coverage.items())
    figure = new_figure(10.0, 4.4, joined([title, f"inside the 80 and 95 % intervals: {fractions}"]))
    axes = figure.subplots()
    percent = 100 * quantiles
    axes.fill_between(
        dates, percent[:, 0], percent[:, -1], color=ORANGE, alpha=0.2, label="95 % interval", linewidth=0
    )
    axes.fill_between(
        dates, percent[:, 1], percent[:, -2], color=ORANGE, alpha=0.35, label="80 % interval", linewidth=0
    )
    inside = (quantiles[:, 0] <= returns) & (returns <= quantiles[:, -1])
    axes.plot(
        dates[inside], 100 * returns[inside], ".", color=BLUE, markersize=4, label="return, inside 95 %"
    )
    axes.plot(
        dates[~inside], 100 * returns[~inside], "x", color="black", markersize=5, label="return, outside"
    )
    axes.set_ylabel("log return, %")
    axes.legend(fontsize=8, ncols=4, loc="upper left")
    _dates(axes)
    return figure


def _dates(axes: "Axes") -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator()  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    quiet(axes)

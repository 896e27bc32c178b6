"""Forecasts of prices: what was said, what came, and whether anything was known."""

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
    """The last prices, and the forecast with how far it may be off.

    Args:
        dates: (n,) datetime64[D].
        prices: (n,).
        date: the day forecast.
        price: forecast for it.
        interval_80: in which it lies in 80 of 100 cases.
        interval_95: in 95 of 100 cases.
        days: how many of the last days to show.
        title: stands above.
    """
    figure = new_figure(8.0, 4.2, joined([title, f"forecast for {date}: {price:,.2f}"]))
    axes = figure.subplots()
    axes.plot(dates[-days:], prices[-days:], color=BLUE, label="price at the day's end")
    day = np.datetime64(date)
    for (low, high), share, width in ((interval_95, "95 %", 3), (interval_80, "80 %", 8)):
        axes.plot([day, day], [low, high], color=ORANGE, linewidth=width, alpha=0.45, solid_capstyle="butt")
        axes.plot(
            [],
            [],
            color=ORANGE,
            linewidth=width,
            alpha=0.45,
            label=f"{share} interval: {low:,.2f} to {high:,.2f}",
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
    """Actual and forecast prices, and what the forecast resembles most: the price of which day?

    A network that repeats the last price draws a curve that looks right and lies a day behind: its distance to the
    price of ``horizon`` days before is smaller than to the one that it forecasts.

    Args:
        dates: (n,) the days forecast.
        actual: (n,) their prices.
        forecast: (n,) of them.
        horizon: days that a forecast looks ahead.
        days: how many of the last days the left panel shows.
        title: stands above.
    """
    lags = list(range(-2, horizon + 10))
    distances = []
    for lag in lags:  # the forecast for day i against the price of day i - lag
        there = actual[: len(actual) - lag] if lag >= 0 else actual[-lag:]
        said = forecast[lag:] if lag >= 0 else forecast[:lag]
        distances.append(float(np.sqrt(np.mean((np.log(said) - np.log(there)) ** 2))) * 100)
    nearest = lags[int(np.argmin(distances))]
    behind = f"{nearest} day{'s' * (nearest != 1)} before" if nearest else "the day it is for"
    figure = new_figure(11.0, 4.2, joined([title, f"the forecast lies nearest to the price of {behind}"]))
    left, right = figure.subplots(1, 2, width_ratios=[1.7, 1])
    left.plot(dates[-days:], actual[-days:], color=BLUE, label="price")
    left.plot(dates[-days:], forecast[-days:], color=ORANGE, label="forecast for that day")
    left.set_ylabel("price")
    left.legend(fontsize=8)
    _dates(left)
    bars = right.bar(lags, distances, color=[ORANGE if lag == nearest else GREY for lag in lags])
    right.bar_label(bars, fmt="%.1f", fontsize=7)
    right.set_xticks(lags)
    right.set_xlabel("price of so many days before (0: the day itself)")
    right.set_ylabel("distance to the forecast, % (rms)")
    quiet(right)
    return figure


def forecast_errors(ratios: Mapping[str, float], *, title: str = "") -> "Figure":
    """Errors against "the price stays": below 1 is better than that.

    Args:
        ratios: for each forecast's name its root mean squared error over that of persistence.
        title: stands above.
    """
    figure = new_figure(
        7.0, 0.45 * len(ratios) + 1.9, joined([title, "further left is better; 1 is 'the price stays'"])
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
    axes.set_xlabel("error of the log return / that of persistence (rms)")
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
    """Returns and their intervals day by day, and how many lay inside.

    Args:
        dates: (n,).
        returns: (n,) log returns as they were.
        quantiles: (n, 5): ends of the 95 and 80 % intervals and the middle, rising.
        coverage: for each name the shares inside the 80 and 95 % intervals, from 0 to 1.
        title: stands above.
    """
    told = "; ".join(f"{name}: {inner:.1%} and {outer:.1%}" for name, (inner, outer) in coverage.items())
    figure = new_figure(10.0, 4.4, joined([title, f"inside the 80 and 95 % intervals: {told}"]))
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

    locator = AutoDateLocator()
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    quiet(axes)

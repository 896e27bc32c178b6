"""Forecasts of prices: the next one with its intervals, and those judged beside what came true."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from keras_course.plots.style import BLUE, GREY, ORANGE, SMALL, WIDE, joined, new_figure, quiet

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
    change = 100 * (price / prices[-1] - 1)
    width = 100 * (interval_80[1] - interval_80[0]) / prices[-1]
    seen = (
        f"the forecast for {date} is {price:,.2f}, {_off(change)} the last price; its 80 % interval spans "
        f"{width:.1f} % of that"
    )
    figure = new_figure(WIDE, 5.0, joined([title, seen]))
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
            solid_capstyle="butt",
            label=f"{level} interval: {low:,.2f} to {high:,.2f}",
        )
    axes.plot([dates[-1], day], [prices[-1], price], color=ORANGE, linestyle="--", linewidth=1)
    axes.plot(day, price, "o", color=ORANGE, markeredgecolor="black", label=f"forecast: {price:,.2f}")
    axes.set_ylabel("price, in the share's currency")
    axes.legend(loc="best", fontsize=SMALL)
    date_axis(axes)
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
    furthest = min(60, len(actual) // 3)
    lags = list(range(-2, furthest + 1))
    same = slice(furthest, len(actual) - 2)  # days that have a price at every lag
    distances = []
    for lag in lags:  # the forecast for day i against the price of day i - lag
        price = np.roll(actual, lag)[same]
        distances.append(float(np.sqrt(np.mean(np.log(forecast[same] / price) ** 2))) * 100)
    closest = lags[int(np.argmin(distances))]
    off = 100 * (float(np.exp(np.mean(np.log(forecast / actual)))) - 1)
    step = float(np.sqrt(np.mean(np.diff(np.log(actual)) ** 2))) * 100
    seen = _which_day(closest, lags, min(distances), step, off)
    figure = new_figure(WIDE, 4.6, joined([title, seen]))
    left, right = figure.subplots(1, 2, width_ratios=[1.7, 1])
    left.plot(dates[-days:], actual[-days:], color=BLUE, label="price")
    left.plot(dates[-days:], forecast[-days:], color=ORANGE, label="forecast for that day")
    left.set_ylabel("price, in the share's currency")
    left.legend(fontsize=SMALL)
    date_axis(left)
    right.plot(lags, distances, color=GREY, linewidth=1, marker=".", markersize=4)
    for lag, colour, name in ((0, BLUE, "the day itself"), (closest, ORANGE, "closest")):
        far = distances[lags.index(lag)]
        right.plot(
            lag,
            far,
            "o",
            color=colour,
            markeredgecolor="black",
            label=f"{name}: {far:.1f} %",
            zorder=3,
            clip_on=False,
        )
    right.legend(fontsize=SMALL)
    right.set_ylim(0, 1.25 * max(distances))
    right.set_xticks([lag for lag in lags if lag % (10 if furthest > 20 else 5) == 0])
    right.set_xlabel("days that the price is earlier (0: the day itself)")
    right.set_ylabel("RMS difference from the forecast, %")
    quiet(right)
    return figure


def _which_day(closest: int, lags: list[int], distance: float, step: float, off: float) -> str:
    """Which day's price the forecast is closest to, and how far off it is on average.

    Args:
        closest: days that this price is earlier.
        lags: all that were looked at.
        distance: root mean squared difference from that price, in percent.
        step: that of a price from the one before; a forecast further off than this repeats no day's price.
        off: mean difference from the price of the day itself, in percent.
    """
    many = f"{abs(closest)} day{'s' * (abs(closest) != 1)}"
    day = f"{many} {'earlier' if closest > 0 else 'later'}" if closest else "of the day itself"
    average = f"on average it is {_off(off)} the price of its day"
    if closest == lags[-1]:
        return (
            f"the forecast follows no day's price: even {many} earlier, where the search ends, they differ less; "
            f"{average}"
        )
    if distance > step:
        return f"the forecast follows no day's price (closest: {day}, {distance:.1f} % off); {average}"
    return f"the forecast is closest to the price {day}"


def _off(percent: float) -> str:
    if abs(percent) < 0.05:
        return "within 0.1 % of"
    return f"{abs(percent):.1f} % {'above' if percent > 0 else 'below'}"


def forecast_errors(ratios: Mapping[str, float], *, title: str = "") -> "Figure":
    """Draw each forecast's error relative to persistence, "the price stays": below 1 is better.

    Args:
        ratios: root mean squared error over that of persistence, by the forecast's name; the first is highlighted.
        title: heading of the figure.
    """
    first = next(iter(ratios))
    seen = f"the error of {first} is {ratios[first]:.3f} times that of persistence, 'the price stays' (the line at 1)"
    figure = new_figure(WIDE, 0.55 * len(ratios) + 2.0, joined([title, seen]))
    axes = figure.subplots()
    looks = {name: (ORANGE if name == first else GREY, "o") for name in ratios}
    draw_ratios(axes, ratios, looks, "{:.4f}", (9, 0))
    axes.margins(x=0.2)
    axes.set_xlabel("RMSE of the log return / that of persistence (further left is better)")
    quiet(axes)
    return figure


def draw_ratios(
    axes: "Axes",
    ratios: Mapping[str, float],
    looks: Mapping[str, tuple[str, str]],
    form: str,
    offset: tuple[float, float],
) -> None:
    """Draw a dot for each ratio, the first on top, with its value beside or above it, and a line at 1.

    Args:
        axes: where.
        ratios: by name.
        looks: for each name its colour and marker.
        form: of the values.
        offset: of a value from its dot, in points.
    """
    names = list(ratios)[::-1]
    beside = bool(offset[0])
    for place, name in enumerate(names):
        color, marker = looks[name]
        axes.plot(ratios[name], place, marker, color=color, markersize=9)
        axes.annotate(
            form.format(ratios[name]), (ratios[name], place), xytext=offset, textcoords="offset points",
            fontsize=SMALL, va="center" if beside else "baseline", ha="left" if beside else "center",
        )  # fmt: skip
    axes.axvline(1, color="black", linewidth=1)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(-0.6, len(names) - 0.4)


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
    (inner, outer), *others = coverage.values()
    beside = [f"{name}: {a:.1%} and {b:.1%}" for name, (a, b) in zip(list(coverage)[1:], others, strict=True)]
    seen = f"the 80 and 95 % intervals hold {inner:.1%} and {outer:.1%} of the returns"
    seen += f" ({'; '.join(beside)})" if beside else ""
    figure = new_figure(WIDE, 4.8, joined([title, seen]))
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
    axes.margins(y=0.18)  # room for the legend
    axes.legend(fontsize=SMALL, ncols=4, loc="upper center")
    date_axis(axes)
    return figure


def date_axis(axes: "Axes") -> None:
    """Label an axis of dates briefly: each year and month once."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator()  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    quiet(axes)

"""A share that leaves the prices that its networks have learnt: where each forecast goes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from keras_course.plots.forecasts import date_axis, draw_ratios
from keras_course.plots.style import BLUE, COLOURS, GREY, SMALL, WIDE, joined, new_figure, quiet

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def outgrown(
    dates: np.ndarray,
    actual: np.ndarray,
    forecasts: Mapping[str, np.ndarray],
    ratios: Mapping[str, float],
    learnt: tuple[float, float],
    *,
    title: str = "",
) -> "Figure":
    """Draw each forecast beside the price, with the range of prices learnt, and the errors.

    Args:
        dates: (n,) the days that are forecast.
        actual: (n,) their prices.
        forecasts: for each network's name (n,) forecasts of these prices.
        ratios: root mean squared error over that of persistence, "the price stays", by the same names.
        learnt: the lowest and the highest price of the training split.
        title: heading of the figure.
    """
    outside = int(np.sum((actual < learnt[0]) | (actual > learnt[1])))
    errors = ", ".join(f"{name} {ratio:.3g}" for name, ratio in ratios.items())
    seen = (
        f"the price is outside {learnt[0]:,.2f} to {learnt[1]:,.2f}, the range first learnt, on {outside} of "
        f"{len(actual)} sessions\n(errors, in those of 'the price stays': {errors})"
    )
    figure = new_figure(WIDE, 5.0, joined([title, seen]))
    left, right = figure.subplots(1, 2, width_ratios=[1.7, 1])
    left.plot(dates, actual, color=BLUE, linewidth=2.5, alpha=0.6, label="price")
    styles = dict(zip(forecasts, zip(COLOURS[1:], ("-", "--", ":"), "o^D", strict=False), strict=False))
    for name, forecast in forecasts.items():
        color, line, _ = styles[name]
        left.plot(dates, forecast, color=color, linestyle=line, linewidth=1.3, label=f"forecast: {name}")
    low, high = min(actual.min(), *map(np.min, forecasts.values())), left.get_ylim()[1]
    left.axhspan(max(learnt[0], 0.9 * low), learnt[1], color=GREY, alpha=0.15, label="prices first learnt")
    left.set_ylim(0.9 * low, high)
    left.set_ylabel("price, in the share's currency")
    left.legend(fontsize=SMALL)
    date_axis(left)
    looks = {name: (color, marker) for name, (color, _, marker) in styles.items()}
    draw_ratios(right, ratios, looks, "{:.3f}", (0, 9))
    right.set_xscale("log")
    from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

    right.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    right.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    right.xaxis.set_minor_formatter(NullFormatter())
    right.margins(x=0.2)
    right.set_xlabel("RMSE of the log return / that of persistence\n(1: no better than 'the price stays')")
    quiet(right)
    return figure

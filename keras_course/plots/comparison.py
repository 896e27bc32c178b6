"""How the training of several runs went, side by side."""

import textwrap
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.history import (
    History,
    best_epoch_of,
    draw_line,
    epoch_axis,
    finite,
    metric_names,
    shown,
    value_axis,
)
from keras_course.plots.style import COLOURS, GREY, new_figure, quiet

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def compare_curves(histories: Mapping[str, History], metric: str, *, title: str = "") -> "Figure":
    """One metric over the epochs for several runs: validation solid, training dotted in the same colour.

    The legend lists the runs in the order of their last values, top to bottom, and says which lack the metric.

    Args:
        histories: a history for each run's name, as for ``curves``.
        metric: the metric's name, without ``val_``.
        title: what is compared; which run is best is added to it.

    Raises:
        UserError: no run has the metric.
    """
    from matplotlib.lines import Line2D

    metric = metric.removeprefix("val_")
    has = {name: [key for key in (metric, f"val_{metric}") if key in h] for name, h in histories.items()}
    if not any(has.values()):
        known = sorted({key for history in histories.values() for key in metric_names(history)})
        raise UserError(f"no run has the metric {metric!r}; known: {', '.join(known) or 'none'}")
    wrapped = {name: _wrapped(name) for name in histories}
    longest = max(len(line) for text in wrapped.values() for line in [*text.split("\n"), "solid: validation"])
    width = 6.6 + 0.085 * longest
    lines = [
        line
        for part in (which_is_best(histories, metric), title)
        for line in textwrap.wrap(part, int(10 * width))
    ]
    height = max(4.4, 0.9 + 0.24 * sum(text.count("\n") + 1 for text in wrapped.values()))
    figure = new_figure(width, height + 0.4 * len(lines), "\n".join(lines))
    axes = figure.subplots()

    entries = []
    for number, (name, history) in enumerate(histories.items()):
        color = COLOURS[number % len(COLOURS)]
        marker = "os^DvPX*"[number % 8]  # eight markers and seven colours: 56 different pairs
        for key in has[name]:
            dotted = ":" if key == metric else "-"
            draw_line(axes, history[key], color=color, linestyle=dotted, marker=marker, label=name)
        values = finite(history[has[name][-1]]) if has[name] else np.empty(0)
        values = values[~np.isnan(values)]
        line = Line2D([], [], color=color, linewidth=1.8, marker=marker, markersize=5)
        label = wrapped[name] if values.size else f"{wrapped[name]}\n(no {metric.replace('_', ' ')})"
        entries.append((values[-1] if values.size else -np.inf, line, label))
    entries.sort(key=lambda entry: -entry[0])
    handles = [line for _, line, _ in entries]
    labels = [label for _, _, label in entries]
    for key, label in ((f"val_{metric}", "solid: validation"), (metric, "dotted: training")):
        if any(key in found for found in has.values()):
            handles.append(Line2D([], [], color=GREY, linestyle=":" if key == metric else "-"))
            labels.append(label)
    figure.legend(handles, labels, loc="outside right center", fontsize=9, frameon=False)
    value_axis(axes, metric)
    epoch_axis(axes, max(len(h[key]) for name, h in histories.items() for key in has[name]))
    quiet(axes)
    return figure


def which_is_best(histories: Mapping[str, History], metric: str) -> str:
    """One line: the run with the best value in any epoch, in the validation data if there are any."""
    for key in (f"val_{metric}", metric):
        curves = {name: finite(history.get(key, ())) for name, history in histories.items()}
        curves = {name: values for name, values in curves.items() if not np.isnan(values).all()}
        if not curves:
            continue
        best = {name: values[best_epoch_of(key, values)] for name, values in curves.items()}
        ahead = (max if "accuracy" in metric else min)(best, key=lambda name: best[name])
        words = key.replace("val_", "validation ").replace("_", " ")
        equal = sum(value == best[ahead] for value in best.values())
        of = "" if equal == 1 or len(best) == 1 else f", as {equal - 1} more"
        extreme = "highest" if "accuracy" in metric else "lowest"
        where = best_epoch_of(key, curves[ahead]) + 1
        return f"{extreme} {words}: {shown(key, best[ahead])}, epoch {where} of {ahead}{of}"
    return ""


def side_by_side(panels: Mapping[str, Mapping[str, History]], metric: str, *, title: str = "") -> "Figure":
    """The validation loss over the epochs, a panel for each group of variants, all on one logarithmic scale.

    A ring marks each curve's lowest point: from there on, a curve that rises shows overfitting. A variant that is in
    two panels has the same colour in both; a legend lists its variants in the order of their last values.

    Args:
        panels: for each panel's title, a history for each variant's name, as for ``curves``.
        metric: the loss' name, without ``val_``.
        title: the figure's title.

    Raises:
        UserError: a variant has no positive value of the metric, so nothing can be drawn on a logarithmic scale.
    """
    from matplotlib.ticker import FuncFormatter, NullFormatter

    key = f"val_{metric.removeprefix('val_')}"
    order = list(dict.fromkeys(name for group in panels.values() for name in group))
    figure = new_figure(5.2 * len(panels), 4.6, title)
    all_axes = figure.subplots(1, len(panels), squeeze=False, sharey=True)[0]
    for axes, (heading, group) in zip(all_axes, panels.items(), strict=True):
        for name in sorted(group, key=lambda name: -finite(group[name].get(key, [0]))[-1]):
            values = finite(group[name].get(key, ()))
            if not np.any(values > 0):
                raise UserError(f"{name!r} has no positive value of {key}")
            number = order.index(name)
            color, marker = COLOURS[number % len(COLOURS)], "os^DvPX*"[number % 8]
            draw_line(axes, values, color=color, marker=marker, label=name)
            lowest = int(np.nanargmin(values))
            axes.plot(lowest + 1, values[lowest], "o", markersize=11, markerfacecolor="none", color=color)
        axes.plot([], [], "o", markersize=11, markerfacecolor="none", color=GREY, label="lowest point")
        axes.set_title(heading, fontsize=11)
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.yaxis.set_minor_formatter(NullFormatter())
        epoch_axis(axes, max(len(history[key]) for history in group.values()))
        quiet(axes)
        axes.legend(fontsize=8, framealpha=0.9)
    low, high = all_axes[0].get_ylim()
    ticks = [c * 10.0**power for power in range(-6, 7) for c in (1, 2, 5)]
    all_axes[0].set_yticks([tick for tick in ticks if low <= tick <= high])
    all_axes[0].set_ylim(low, high)
    all_axes[0].set_ylabel(f"{metric.removeprefix('val_').replace('_', ' ')} on validation data (log scale)")
    return figure


def common_metric(histories: Mapping[str, History]) -> str:
    """The metric that most of several runs have; among equals accuracy, then the loss.

    Args:
        histories: a history for each run's name.

    Raises:
        UserError: no history holds a metric.
    """
    counts = Counter(name for history in histories.values() for name in metric_names(history))
    if not counts:
        raise UserError("no curves to draw: none of these runs has a history.csv with an epoch in it")
    preferred = {"accuracy": 2, "loss": 1}
    return max(counts, key=lambda name: (counts[name], preferred.get(name, 0)))


def _wrapped(name: str) -> str:
    """Break the long name of a run between its folders."""
    folders = name.replace("/", "/ ") if len(name) > 40 else name
    lines = textwrap.wrap(folders, 40, break_on_hyphens=False)
    return "\n".join(line.replace("/ ", "/") for line in lines)

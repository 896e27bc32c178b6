"""How training went: metrics over the epochs, of one run or of several."""

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.style import BLUE, COLOURS, GREY, ORANGE, grid, joined, new_figure, quiet

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

History = Mapping[str, Sequence[float]]

NOT_METRICS = ("epoch", "seconds", "learning_rate")


def curves(history: History, *, title: str = "", best_epoch: int | None = None) -> "Figure":
    """Loss and metrics over the epochs, a panel each, training against validation.

    Args:
        history: for each metric its value after every epoch, as in Keras' ``History.history``; ``val_m`` is drawn in
            the panel of ``m``. A learning rate that changes gets a panel of its own.
        title: what is trained on what; what the curves show is added to it.
        best_epoch: the epoch that was kept, as ``training.best_epoch`` returns it: its index in the history, from 0.
            The figure counts epochs from 1, as history.csv does.

    Raises:
        UserError: the history holds no epoch of any metric, or ``best_epoch`` is not one of its epochs.
    """
    names = metric_names(history)
    epochs = max((len(values) for values in history.values()), default=0)
    if not names or not epochs:
        raise UserError(f"no epoch of any metric to draw: the history holds {sorted(history) or 'nothing'}")
    if best_epoch is not None and not 0 <= best_epoch < epochs:
        raise UserError(f"best_epoch must be an index from 0 to {epochs - 1}, but is {best_epoch}")
    rates = finite(history.get("learning_rate", ()))
    panels = [*names, "learning_rate"] if len(set(rates[~np.isnan(rates)])) > 1 else names

    rows, columns = grid(len(panels), 3)
    narrow = rows == 1 and panels[-1] == "learning_rate"
    widths = [4.8] * (columns - 1) + [2.9 if narrow else 4.8]
    figure = new_figure(max(sum(widths), 5.4), 4.6 * rows + 0.3, joined([what_curves_show(history), title]))
    all_axes = figure.subplots(rows, columns, squeeze=False, width_ratios=widths).ravel()
    for axes, name in zip(all_axes, panels, strict=False):
        _panel(axes, history, name, best_epoch, chosen_by(history, best_epoch))
        epoch_axis(axes, epochs)
    for axes in all_axes[len(panels) :]:
        axes.remove()
    return figure


def chosen_by(history: History, best_epoch: int | None) -> str:
    """The metric by which an epoch is the best one, such as ``val_accuracy``; ``""`` if it is so by none."""
    for name in ("val_accuracy", "val_loss", "accuracy", "loss"):
        values = finite(history.get(name, ()))
        if best_epoch is not None and not np.isnan(values).all() and _best(name, values) == best_epoch:
            return name
    return ""


def what_curves_show(history: History) -> str:
    """One line: where validation is at its best, and what happens afterwards; ``""`` without validation data."""
    name = next((name for name in ("val_accuracy", "val_loss") if name in history), "")
    values = finite(history.get(name, ()))
    if np.isnan(values).all():
        return ""
    best, last = _best(name, values), len(values) - 1
    training = finite(history.get(name.removeprefix("val_"), ()))
    words = name.replace("val_", "validation ")
    verb = "peaks" if name == "val_accuracy" else "is lowest"
    seen = f"{words} {verb} at epoch {best + 1} of {last + 1} ({_shown(name, values[best])})"
    if len(training) == len(values) and np.isfinite(training[last]):
        seen += f"; training ends at {_shown(name, training[last])}"
    return seen


def _best(name: str, values: np.ndarray) -> int:
    return int(np.nanargmax(values) if "accuracy" in name else np.nanargmin(values))


def _panel(axes: "Axes", history: History, name: str, best_epoch: int | None, by: str) -> None:
    validation = f"val_{name}"
    if name == "learning_rate":
        draw_line(axes, history[name], color=GREY)
    if name != "learning_rate" and name in history:
        draw_line(axes, history[name], color=BLUE, label="training")
    if validation in history:
        draw_line(axes, history[validation], color=ORANGE, label="validation")
    if best_epoch is not None:
        reason = (
            f", {'highest' if 'accuracy' in by else 'lowest'} {by.replace('val_', 'validation ')}"
            if by
            else ""
        )
        label = f"epoch kept: {best_epoch + 1}"
        values = finite(history.get(validation, ()))
        axes.axvline(best_epoch + 1, color=GREY, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
        if best_epoch < len(values) and not np.isnan(values[best_epoch]):
            label += f" ({_shown(name, values[best_epoch])}{reason})"
            axes.plot(
                [best_epoch + 1], [values[best_epoch]], "o", color=ORANGE, markersize=9,
                markeredgecolor="black", zorder=4, label=label,
            )  # fmt: skip
            lowest = _best(name, values)
            if name == "loss" and lowest != best_epoch:
                axes.plot(
                    [lowest + 1], [values[lowest]], "D", color="white", markersize=8, markeredgecolor=ORANGE,
                    markeredgewidth=2, zorder=4, label=f"lowest validation loss: epoch {lowest + 1} "
                    f"({_shown(name, values[lowest])})",
                )  # fmt: skip
        elif name != "learning_rate":
            axes.plot([], [], color=GREY, linewidth=1, linestyle=(0, (4, 3)), label=label)
    axes.set_title(name.replace("_", " "), fontsize=11)
    value_axis(axes, name)
    quiet(axes)
    if name != "learning_rate":
        axes.legend(
            fontsize=9, frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.15)
        )  # hides no curve


def compare_curves(histories: Mapping[str, History], metric: str, *, title: str = "") -> "Figure":
    """One metric over the epochs for several runs: validation solid, training dotted in the same colour.

    The legend lists the runs in the order of their last values, top to bottom, and says which lack the metric.

    Args:
        histories: a history for each run's name, as for ``curves``.
        metric: the metric's name, without ``val_``.
        title: the figure's title.

    Raises:
        UserError: no run has the metric.
    """
    from matplotlib.lines import Line2D

    metric = metric.removeprefix("val_")
    has = {name: [key for key in (metric, f"val_{metric}") if key in h] for name, h in histories.items()}
    if not any(has.values()):
        known = sorted({key for history in histories.values() for key in metric_names(history)})
        raise UserError(f"no run has the metric {metric!r}; known: {', '.join(known) or 'none'}")
    shown = {name: _wrapped(name) for name in histories}
    longest = max(len(line) for text in shown.values() for line in [*text.split("\n"), "solid: validation"])
    height = max(4.4, 0.9 + 0.24 * sum(text.count("\n") + 1 for text in shown.values()))
    figure = new_figure(6.6 + 0.085 * longest, height, title)
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
        label = shown[name] if values.size else f"{shown[name]}\n(no {metric.replace('_', ' ')})"
        entries.append((values[-1] if values.size else -np.inf, line, label))
    entries.sort(key=lambda entry: -entry[0])
    handles = [line for _, line, _ in entries]
    labels = [label for _, _, label in entries]
    for key, label in ((f"val_{metric}", "solid: validation"), (metric, "dotted: training")):
        if any(key in found for found in has.values()):
            handles.append(Line2D([], [], color=GREY, linestyle=":" if key == metric else "-"))
            labels.append(label)
    figure.legend(handles, labels, loc="outside right upper", fontsize=9, frameon=False)
    value_axis(axes, metric)
    epoch_axis(axes, max(len(h[key]) for name, h in histories.items() for key in has[name]))
    quiet(axes)
    return figure


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


def metric_names(history: History) -> list[str]:
    """The metrics of a history without ``val_``: loss first, accuracy second, then in the history's order."""
    names = dict.fromkeys(key.removeprefix("val_") for key in history)
    kept = [name for name in names if name not in NOT_METRICS]
    return sorted(kept, key=lambda name: {"loss": 0, "accuracy": 1}.get(name, 2))


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


def finite(values: Sequence[float] | np.ndarray) -> np.ndarray:
    """The values as floats, with NaN for infinity and for None: none of these can be drawn."""
    array = np.array([np.nan if value is None else value for value in values], dtype=float)
    array[np.isinf(array)] = np.nan
    return array


def draw_line(
    axes: "Axes",
    values: Sequence[float] | np.ndarray,
    *,
    color: str,
    label: str = "",
    linestyle: str = "-",
    marker: str = "o",
) -> None:
    """Draw a curve over the epochs 1, 2, ...; missing values leave gaps, and markers show values between two gaps."""
    array = finite(values)
    missing = np.flatnonzero(np.isnan(array)) + 1
    if missing.size and label:
        more = f" and {missing.size - 1} more" if missing.size > 1 else ""
        label += f" (not finite at epoch {missing[0]}{more})"
    every = 1 if missing.size else max(1, len(array) // 15)
    axes.plot(
        np.arange(1, len(array) + 1), array, color=color, label=label or "_nolegend_", linestyle=linestyle,
        marker=marker, markersize=4, markevery=every, linewidth=1.8,
    )  # fmt: skip


def epoch_axis(axes: "Axes", epochs: int) -> None:
    """Label the horizontal axis, with ticks at whole epochs."""
    from matplotlib.ticker import MaxNLocator

    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    margin = max(0.5, 0.03 * epochs) if epochs <= 30 else 0.03 * epochs
    axes.set_xlim(1 - margin, epochs + margin)


def value_axis(axes: "Axes", name: str) -> None:
    """Label the vertical axis and say which direction is better; accuracies are in percent."""
    from matplotlib.ticker import PercentFormatter

    words = name.replace("_", " ")
    if "accuracy" in name:
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
        axes.set_ylabel(f"{words} (higher is better)")
    elif any(word in name for word in ("loss", "entropy", "error")):
        axes.set_ylabel(f"{words} (lower is better)")
    else:
        axes.set_ylabel(words)


def _wrapped(name: str) -> str:
    """Break the long name of a run between its folders."""
    folders = name.replace("/", "/ ") if len(name) > 40 else name
    lines = textwrap.wrap(folders, 40, break_on_hyphens=False)
    return "\n".join(line.replace("/ ", "/") for line in lines)


def _shown(name: str, value: float) -> str:
    return f"{100 * value:.2f} %" if "accuracy" in name else f"{value:.4g}"

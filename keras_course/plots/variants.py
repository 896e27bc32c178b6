"""Variants of one experiment in small panels: how each learnt, and what its layers pass on."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.history import History, draw_line, epoch_axis, finite
from keras_course.plots.style import BLUE, GREY, ORANGE, grid, new_figure, quiet

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PALE = "#d0d0d0"


def small_multiples(histories: Mapping[str, History], *, title: str = "") -> "Figure":
    """The accuracy over the epochs, a panel for each variant, with the other variants behind it in grey.

    Args:
        histories: for each variant's name its ``accuracy`` and ``val_accuracy`` after every epoch, as for ``curves``;
            empty for a variant whose loss was not finite in its first epoch.
        title: the figure's title.

    Raises:
        UserError: no variant has finished an epoch.
    """
    from matplotlib.lines import Line2D
    from matplotlib.ticker import PercentFormatter

    curves = {name: finite(history.get("val_accuracy", ())) for name, history in histories.items()}
    epochs = max((len(curve) for curve in curves.values()), default=0)
    if not epochs:
        raise UserError(f"no epoch to draw: {', '.join(histories) or 'no variant'} has no val_accuracy")
    rows, columns = grid(len(curves), 4)
    figure = new_figure(max(2.8 * columns + 0.4, 5.4), 2.35 * rows + 1.2, title)
    panels = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    for axes, (name, curve) in zip(panels, curves.items(), strict=False):
        for other, behind in curves.items():
            if other != name:
                axes.plot(np.arange(1, len(behind) + 1), behind, color=PALE, linewidth=1, zorder=1)
        draw_line(axes, histories[name].get("accuracy", ()), color=BLUE, linestyle=":")
        draw_line(axes, curve, color=ORANGE)
        last = f"{curve[-1]:.1%} at the end" if len(curve) else "not finite in its first epoch"
        if 0 < len(curve) < epochs:
            last = f"not finite after epoch {len(curve)}"
        axes.set_title(f"{name}\n{last}", fontsize=9)
        epoch_axis(axes, epochs)
        axes.set_xlabel("")  # only the lowest panel of a column has it
        axes.set_ylim(-0.03, 1.03)
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
        quiet(axes)
    _trim(panels, len(curves), columns, "epoch")
    figure.supylabel("accuracy", fontsize=10)
    figure.legend(
        handles=[
            Line2D([], [], color=ORANGE, marker="o", markersize=4, label="validation digits"),
            Line2D([], [], color=BLUE, linestyle=":", marker="o", markersize=4, label="training digits"),
            Line2D([], [], color=PALE, label="the other variants, validation"),
        ],
        loc="outside lower center", ncols=3, fontsize=9, frameon=False,
    )  # fmt: skip
    return figure


def deviation_by_layer(
    before: Mapping[str, Sequence[float]],
    after: Mapping[str, Sequence[float]],
    dead: Mapping[str, Sequence[float]],
    *,
    title: str = "",
) -> "Figure":
    """How much each hidden layer's activations vary across digits, before and after training, a panel for each variant.

    A line that falls to the right is a signal that fades from layer to layer. A number over a point is the percentage
    of dead units after training, where there are any.

    Args:
        before: for each variant's name the standard deviation of every hidden layer's activations, first to last
            (``evaluation.standard_deviation``); None or NaN where it is not finite.
        after: the same after training.
        dead: for each variant's name the fraction of dead units of every hidden layer after training, 0 to 1.
        title: the figure's title.

    Raises:
        UserError: the three do not have the same variants and layers.
    """
    from matplotlib.lines import Line2D

    layers, *others = ({name: len(row) for name, row in rows.items()} for rows in (before, after, dead))
    if not layers or any(other != layers for other in others):
        raise UserError(f"before, after and dead need the same layers, not {layers} and {others}")
    values = np.concatenate([finite(row) for rows in (before, after) for row in rows.values()])
    positive = values[values > 0]
    # zero has no logarithm: below this power of ten the axis is linear
    smallest = 10.0 ** math.floor(math.log10(max(positive.min(), 1e-8))) if positive.size else 0.1
    largest = positive.max() if positive.size else 1.0

    rows, columns = grid(len(layers), 4)
    figure = new_figure(max(2.8 * columns + 0.4, 5.4), 2.45 * rows + 1.2, title)
    panels = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    for axes, name in zip(panels, layers, strict=False):
        axes.set_yscale("symlog", linthresh=smallest, linscale=0.5)
        _deviation_panel(axes, before[name], after[name], dead[name])
        axes.set_title(name, fontsize=9)
        axes.set_ylim(-0.6 * smallest, 4 * largest)
    most = max(layers.values())
    panels[0].set_xlim(0.5, most + 0.5)
    panels[0].set_xticks(range(1, most + 1, 1 if most <= 8 else 2))
    _trim(panels, len(layers), columns, "hidden layer (1: next to the input)")
    figure.supylabel("standard deviation across digits\n(log scale, linear near 0)", fontsize=10)
    figure.legend(
        handles=[
            Line2D([], [], color=GREY, linestyle="--", marker="o", markerfacecolor="white", label="before training"),
            Line2D([], [], color=BLUE, marker="o", label="after training"),
            Line2D([], [], color=ORANGE, linestyle="", marker="$5$", label="dead units after training, %"),
        ],
        loc="outside lower center", ncols=3, fontsize=9, frameon=False,
    )  # fmt: skip
    return figure


def _deviation_panel(
    axes: "Axes", before: Sequence[float], after: Sequence[float], dead: Sequence[float]
) -> None:
    number = np.arange(1, len(before) + 1)
    axes.plot(
        number,
        finite(before),
        "--o",
        color=GREY,
        markerfacecolor="none",
        markersize=7,
        linewidth=1.4,
        zorder=3,
    )
    axes.plot(number, finite(after), "-o", color=BLUE, markersize=4, linewidth=1.8)
    for place, height, fraction in zip(number, finite(after), dead, strict=True):
        if fraction > 0 and np.isfinite(height):
            axes.annotate(
                f"{100 * fraction:.0f}", (place, height), xytext=(0, 5), textcoords="offset points",
                ha="center", fontsize=7, color=ORANGE,
            )  # fmt: skip
    quiet(axes)


def _trim(panels: np.ndarray, count: int, columns: int, label: str) -> None:
    """Remove empty panels; the lowest of each column has the tick labels and the axis label."""
    for axes in panels[count:]:
        axes.remove()
    for axes in panels[max(count - columns, 0) : count]:
        axes.tick_params(labelbottom=True)
        axes.set_xlabel(label, fontsize=9)

"""Features of a digit that are measured by hand, and the error rates of the classifiers that use them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.style import BLUE, COLOURS, GREY, ORANGE, new_figure, quiet

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def hand_made_features(
    picture: np.ndarray,
    profiles: tuple[np.ndarray, np.ndarray],
    histograms: np.ndarray,
    numbers: Mapping[str, float],
    *,
    title: str = "",
) -> "Figure":
    """One digit and what is measured in it: ink profiles, directions of edges in each cell, numbers of the whole shape.

    Args:
        picture: (height, width).
        profiles: ink of each row (height,) and of each column (width,), 0 to 1.
        histograms: (cells down, cells across, bins), directions of the gradient from 0 to 180 degrees.
        numbers: a value from 0 to 1 for each name.
        title: the figure's title.

    Raises:
        UserError: the shapes do not fit together.
    """
    picture = np.asarray(picture)
    sizes = (len(profiles[0]), len(profiles[1]))
    if picture.ndim != 2 or picture.shape != sizes or histograms.ndim != 3 or not numbers:
        raise UserError(
            f"a picture {picture.shape} needs profiles of its rows and columns, not {sizes}, histograms "
            f"(down, across, bins), not {histograms.shape}, and at least one number"
        )
    figure = new_figure(11.4, 4.4, title)
    parts: Any = figure.subfigures(1, 3, width_ratios=[1.15, 1, 0.95])
    left, middle, right = parts
    _profiles(left, picture, profiles)
    left.suptitle("ink of each row and column", fontsize=10)
    _edges(middle.subplots(), picture, histograms)
    cells = "x".join(map(str, histograms.shape[:2]))
    middle.suptitle(f"edges: {cells} cells, {histograms.shape[2]} directions each", fontsize=10)
    axes = right.subplots()
    axes.barh(list(numbers), list(numbers.values()), color=BLUE, height=0.55)
    for row, value in enumerate(numbers.values()):
        axes.text(value + 0.02, row, f"{value:.2f}", va="center", fontsize=9)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.25)
    axes.set_xticks([0, 0.5, 1])
    axes.set_xlabel("0 to 1")
    quiet(axes)
    right.suptitle("numbers of the whole digit", fontsize=10)
    return figure


def _profiles(panel: Any, picture: np.ndarray, profiles: tuple[np.ndarray, np.ndarray]) -> None:
    height, width = picture.shape
    grid = panel.subplots(2, 2, width_ratios=[3, 1], height_ratios=[1, 3])
    above, beside = grid[0, 0], grid[1, 1]
    grid[0, 1].remove()
    grid[1, 0].imshow(picture, cmap="gray_r", aspect="auto")
    grid[1, 0].set_xlabel("column")
    grid[1, 0].set_ylabel("row")
    above.bar(np.arange(width), profiles[1], color=BLUE, width=0.85)
    beside.barh(np.arange(height), profiles[0], color=BLUE, height=0.85)
    above.set_xlim(-0.5, width - 0.5)
    beside.set_ylim(height - 0.5, -0.5)
    above.set_ylabel("fraction of ink", fontsize=8)
    beside.set_xlabel("fraction of ink", fontsize=8)
    for axes in (above, beside):
        quiet(axes)
        axes.tick_params(labelsize=8)
    above.tick_params(labelbottom=False)
    beside.tick_params(labelleft=False)


def _edges(axes: "Axes", picture: np.ndarray, histograms: np.ndarray) -> None:
    """Draw in each cell a stroke for each direction, along the edge, as long as its votes."""
    down, across, bins = histograms.shape
    size = picture.shape[0] / down, picture.shape[1] / across
    axes.imshow(picture, cmap="gray_r", alpha=0.25)
    longest = float(histograms.max()) or 1.0
    for row, column, number in np.ndindex(down, across, bins):
        angle = (number + 0.5) * np.pi / bins + np.pi / 2  # the edge lies across its gradient
        half = 0.47 * min(size) * histograms[row, column, number] / longest
        x, y = (column + 0.5) * size[1] - 0.5, (row + 0.5) * size[0] - 0.5
        step = half * np.cos(angle), half * np.sin(angle)
        axes.plot([x - step[0], x + step[0]], [y - step[1], y + step[1]], color=ORANGE, linewidth=1.4)
    axes.set_xticks(np.arange(across + 1) * size[1] - 0.5, [])
    axes.set_yticks(np.arange(down + 1) * size[0] - 0.5, [])
    axes.grid(color=GREY, linewidth=0.5)
    axes.tick_params(length=0)
    axes.set_xlabel("a long stroke: many strong edges that way")


def error_rates(
    accuracies: Mapping[str, float], groups: Mapping[str, str], examples: int, *, title: str = ""
) -> "Figure":
    """The error rates of several classifiers, the lowest on top, with their standard errors.

    Error rates, because bars of accuracies between 95 and 99 % all look alike if they begin at zero, and mislead if
    they begin anywhere else.

    Args:
        accuracies: for each classifier's name its accuracy, 0 to 1.
        groups: for each name the group that gives its colour.
        examples: on how many examples the accuracies were measured.
        title: the figure's title.

    Raises:
        UserError: there is no classifier, no example, or a classifier without a group.
    """
    from matplotlib.patches import Patch
    from matplotlib.ticker import PercentFormatter

    lost = [name for name in accuracies if name not in groups]
    if not accuracies or examples < 1 or lost:
        raise UserError(
            f"{len(accuracies)} classifiers, {examples} examples, without a group: {lost or 'none'}"
        )
    kinds = list(dict.fromkeys(groups[name] for name in accuracies))
    names = sorted(accuracies, key=lambda name: -accuracies[name])
    wrong = np.array([1 - accuracies[name] for name in names])
    errors = np.sqrt(wrong * (1 - wrong) / examples)
    figure = new_figure(8.6, 0.36 * len(names) + 1.9, title)
    axes = figure.subplots()
    colours = [COLOURS[kinds.index(groups[name]) % len(COLOURS)] for name in names]
    axes.barh(range(len(names)), wrong, color=colours, height=0.65)
    axes.errorbar(wrong, range(len(names)), xerr=errors, fmt="none", ecolor="black", capsize=3, linewidth=1.2)
    widest = float((wrong + errors).max()) or 0.01
    for row, name in enumerate(names):
        axes.text(
            wrong[row] + errors[row] + 0.015 * widest, row, f"{accuracies[name]:.2%} accuracy",
            va="center", fontsize=8,
        )  # fmt: skip
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.25 * widest)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
    axes.set_xlabel(f"error rate on {examples:,} test digits (lower is better; bar: one standard error)")
    quiet(axes)
    axes.grid(visible=False, axis="y")
    figure.legend(
        handles=[Patch(color=COLOURS[i % len(COLOURS)], label=kind) for i, kind in enumerate(kinds)],
        loc="outside lower center", ncols=len(kinds), fontsize=9, frameon=False,
    )  # fmt: skip
    return figure

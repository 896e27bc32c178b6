"""What is drawn on the board: arrays with their numbers, curves, and bars."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.cells import number_rows
from keras_course.plots.style import BLUE, COLOURS, ORANGE, grid, joined, new_figure, quiet

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def number_grids(
    arrays: Mapping[str, np.ndarray], *, columns: int = 4, title: str = "", summary: str = ""
) -> "Figure":
    """Draw small arrays as grids of numbered cells: red above 0, blue below, each array on its own scale.

    Args:
        arrays: by name, each (height, width) or (length,); up to about 20 cells a side.
        columns: the most arrays in one row.
        title: the figure's title.
        summary: a second line below the title.

    Raises:
        UserError: there is no array, or one has more than two axes.
    """
    shown = [(name, np.atleast_2d(np.asarray(array, dtype=float))) for name, array in arrays.items()]
    _, columns = grid(len(shown), columns) if shown else (0, 1)
    rows = {str(first): dict(shown[first : first + columns]) for first in range(0, len(shown), columns)}
    return number_rows(rows, labelled=False, title=title, summary=summary)


def functions(
    x: np.ndarray,
    panels: Mapping[str, Mapping[str, np.ndarray]],
    *,
    labels: tuple[str, str],
    columns: int = 4,
    title: str = "",
    summary: str = "",
) -> "Figure":
    """Draw curves over a common x, one panel for each group of them.

    Args:
        x: (n,).
        panels: for each panel's title its curves by name, each (n,). A panel may be empty.
        labels: of the x and the y axis.
        columns: the most panels in one row.
        title: the figure's title.
        summary: a second line below the title.

    Raises:
        UserError: there is no panel, or a curve is not as long as x.
    """
    wrong = {
        name: np.shape(y)
        for curves in panels.values()
        for name, y in curves.items()
        if np.shape(y) != x.shape
    }
    if wrong or not panels:
        raise UserError(f"curves of shape {x.shape} are needed, as x has, not {wrong or 'none'}")
    rows, columns = grid(len(panels), columns)
    figure = new_figure(max(3.0 * columns, 6.4), 2.6 * rows + 0.7, joined([title, summary]))
    axes_of = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes, (name, curves) in zip(axes_of, panels.items(), strict=False):
        for colour, (curve, y) in zip(COLOURS, curves.items(), strict=False):
            axes.plot(x, y, color=colour, label=curve)
        axes.set_title(name, fontsize=10)
        axes.set_xlabel(labels[0], fontsize=9)
        axes.set_ylabel(labels[1], fontsize=9)
        quiet(axes)
        if len(curves) > 1:
            axes.legend(fontsize=8, frameon=False)
    for axes in axes_of[len(panels) :]:
        axes.remove()
    return figure


def bars(
    panels: Mapping[str, Mapping[str, float]],
    *,
    label: str,
    columns: int = 3,
    title: str = "",
    summary: str = "",
) -> "Figure":
    """Draw named numbers as horizontal bars with the number at the end, one panel for each group of them.

    Args:
        panels: for each panel's title its numbers by name.
        label: of the axis of numbers.
        columns: the most panels in one row.
        title: the figure's title.
        summary: a second line below the title.

    Raises:
        UserError: there is no panel, or one without a number.
    """
    if not panels or not all(panels.values()):
        raise UserError("at least one panel is needed, and at least one number in each")
    rows, columns = grid(len(panels), columns)
    longest = max(len(values) for values in panels.values())
    figure = new_figure(
        max(3.6 * columns, 6.4), rows * (0.34 * longest + 0.9) + 0.6, joined([title, summary])
    )
    axes_of = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes, (name, values) in zip(axes_of, panels.items(), strict=False):
        places = np.arange(len(values))[::-1]
        numbers = np.array(list(values.values()))
        axes.barh(places, numbers, color=np.where(numbers < 0, BLUE, ORANGE), height=0.6)
        axes.set_yticks(places, list(values), fontsize=8)
        axes.margins(x=0.25)
        for place, number in zip(places, numbers, strict=True):
            side = "right" if number < 0 else "left"
            axes.annotate(
                f" {number:.3g} ", (number, place), fontsize=8, va="center", ha=side, annotation_clip=False
            )
        axes.set_title(name, fontsize=10)
        axes.set_xlabel(label, fontsize=9)
        quiet(axes)
        axes.grid(visible=False, axis="y")
    for axes in axes_of[len(panels) :]:
        axes.remove()
    return figure

"""What is drawn on the board: arrays with their numbers, curves, and bars."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.cells import Box, number_rows
from keras_course.plots.style import (
    BLUE,
    COLOURS,
    HEADING,
    ORANGE,
    SMALL,
    TEXT,
    WIDE,
    grid,
    joined,
    new_figure,
    quiet,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))


def number_grids(
    arrays: Mapping[str, np.ndarray],
    *,
    columns: int = 4,
    boxes: Mapping[str, Box | Sequence[Box]] | None = None,
    signs: Mapping[str, str] | None = None,
    plain: Collection[str] = (),
    limit: float | None = None,
    bar: str = "",
    title: str = "",
    summary: str = "",
) -> "Figure":
    """Draw small arrays as grids of numbered cells: red above 0, blue below.

    Args:
        arrays: by name, each (height, width) or (length,); up to about 20 cells a side.
        columns: the most arrays in one row.
        boxes: by an array's name the cells to frame, each row, column, height, width.
        signs: by an array's name what stands before it: "x", "=", "->".
        plain: the names of arrays that are drawn without their numbers.
        limit: the value of the darkest red, common to all; if omitted, each array has its own scale.
        bar: label of the common scale's colour bar; if omitted, there is none.
        title: the figure's title.
        summary: a second line below the title.

    Raises:
        UserError: there is no array, or one has more than two axes.
    """
    shown = [(name, np.atleast_2d(np.asarray(array, dtype=float))) for name, array in arrays.items()]
    _, columns = grid(len(shown), columns) if shown else (0, 1)
    rows = {str(first): dict(shown[first : first + columns]) for first in range(0, len(shown), columns)}
    return number_rows(
        rows,
        boxes=boxes,
        signs=signs,
        plain=plain,
        limit=limit,
        bar=bar,
        labelled=False,
        title=title,
        summary=summary,
    )


def functions(
    x: np.ndarray,
    panels: Mapping[str, Mapping[str, np.ndarray | tuple[np.ndarray, np.ndarray]]],
    *,
    labels: tuple[str | Sequence[str], str | Sequence[str]],
    columns: int = 3,
    share: bool = True,
    title: str = "",
    summary: str = "",
) -> "Figure":
    """Draw curves over a common x, one panel for each group of them, all on the same scale.

    Args:
        x: (n,).
        panels: for each panel's title its curves by name, each (n,), or a pair of equally long arrays: its own x and y.
        labels: of the x and the y axis; a sequence has one for each panel.
        columns: the most panels in one row.
        share: panels of one quantity have one scale; if False, each has its own.
        title: the figure's title.
        summary: a second line below the title.

    Raises:
        UserError: there is no panel, or a curve is not as long as its x.
    """
    curves_of = {
        name: {curve: y if isinstance(y, tuple) else (x, y) for curve, y in curves.items()}
        for name, curves in panels.items()
    }
    wrong = {
        name: np.shape(y)
        for curves in curves_of.values()
        for name, (own, y) in curves.items()
        if np.shape(y) != np.shape(own)
    }
    if wrong or not panels:
        raise UserError(f"curves of shape {x.shape} are needed, as x has, not {wrong or 'none'}")
    rows, columns = grid(len(panels), columns)
    height = {1: 4.6, 2: 5.9}.get(rows, 2.6 * rows + 0.7)
    figure = new_figure(WIDE if columns > 1 else 8.0, height, joined([title, summary]))
    axes_of = figure.subplots(rows, columns, squeeze=False, sharex=share, sharey=share).ravel()
    for number, (axes, (name, curves)) in enumerate(zip(axes_of, curves_of.items(), strict=False)):
        for i, (curve, (own, y)) in enumerate(curves.items()):
            axes.plot(
                own,
                y,
                color=COLOURS[i % len(COLOURS)],
                linestyle=STYLES[i % len(STYLES)],
                linewidth=2,
                label=curve,
            )
        axes.set_title(name, fontsize=HEADING)
        across, up = (label if isinstance(label, str) else label[number] for label in labels)
        if not share or not isinstance(labels[0], str) or number + columns >= len(panels):
            axes.set_xlabel(across, fontsize=TEXT)
        if not share or not isinstance(labels[1], str) or number % columns == 0:
            axes.set_ylabel(up, fontsize=TEXT)
        axes.tick_params(labelsize=SMALL, labelbottom=True)
        quiet(axes)
        if len(curves) > 1:
            axes.legend(fontsize=SMALL, framealpha=0.9, edgecolor="none")
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
    """Draw named numbers as horizontal bars with the number at the end, one panel for each group, all on one scale.

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
        WIDE if columns > 1 else 8.0, rows * (0.42 * longest + 0.9) + 0.7, joined([title, summary])
    )
    axes_of = figure.subplots(rows, columns, squeeze=False, sharex=True).ravel()
    for axes, (name, values) in zip(axes_of, panels.items(), strict=False):
        places = np.arange(len(values))[::-1]
        numbers = np.array(list(values.values()))
        axes.barh(places, numbers, color=np.where(numbers < 0, ORANGE, BLUE), height=0.6)
        axes.set_yticks(places, list(values), fontsize=TEXT)
        axes.margins(x=0.2)
        for place, number in zip(places, numbers, strict=True):
            side = "right" if number < 0 else "left"
            axes.annotate(
                f" {number:.3g} ", (number, place), fontsize=TEXT, va="center", ha=side, annotation_clip=False
            )
        axes.set_title(name, fontsize=HEADING)
        axes.set_xlabel(label, fontsize=TEXT)
        axes.tick_params(axis="x", labelsize=SMALL, labelbottom=True)
        quiet(axes)
        axes.grid(visible=False, axis="y")
    for axes in axes_of[len(panels) :]:
        axes.remove()
    return figure

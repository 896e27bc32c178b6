"""Magnitudes as colours, with one colour bar; and the sizes of a layer's input and output, to scale."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.style import BLUE, HEADING, ORANGE, TEXT, WIDE, grid, inches, joined, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = np.ndarray


def table(
    values: Array, rows: Sequence[str], columns: Sequence[str], *, labels: tuple[str, str, str],
    title: str = "", summary: str = "",
) -> "Figure":  # fmt: skip
    """Draw magnitudes as a table of coloured cells with their numbers, on one scale.

    Args:
        values: (rows, columns), 0 or above.
        rows: what stands before each row.
        columns: what stands below each column.
        labels: of the columns, the rows and the colour bar.
        title: the figure's title.
        summary: a second line below the title.

    Raises:
        UserError: the names do not fit the values.
    """
    if np.shape(values) != (len(rows), len(columns)) or not np.size(values):
        raise UserError(
            f"{len(rows)} rows and {len(columns)} columns need as many values, not {np.shape(values)}"
        )
    figure = new_figure(WIDE, min(5.9, 0.6 * len(rows) + 2.0), joined([title, summary]))
    axes = figure.subplots()
    image = axes.imshow(values, cmap="cividis", vmin=0, aspect="auto")
    for (row, column), value in np.ndenumerate(values):
        axes.text(
            column, row, f"{value:.3g}", ha="center", va="center", fontsize=11,
            color="white" if value < 0.48 * np.max(values) else "black",
        )  # fmt: skip
    axes.set_xticks(range(len(columns)), columns, fontsize=TEXT)
    axes.set_yticks(range(len(rows)), rows, fontsize=TEXT)
    axes.set_xlabel(labels[0], fontsize=TEXT)
    axes.set_ylabel(labels[1], fontsize=TEXT)
    figure.colorbar(image, ax=axes, pad=0.02).set_label(labels[2], fontsize=TEXT)
    return figure


def signed_tables(
    panels: Mapping[str, Array], rows: Sequence[str], columns: Sequence[str], *, labels: tuple[str, str, str],
    title: str = "", summary: str = "",
) -> "Figure":  # fmt: skip
    """Draw tables of values from -1 to 1 as colours without numbers, in rows of three.

    Args:
        panels: by title the values, (rows, columns).
        rows: what stands before each row.
        columns: what stands below each column.
        labels: of the columns, the rows and the colour bar.
        title: the figure's title.
        summary: a second line below the title.

    Raises:
        UserError: the names do not fit the values.
    """
    wrong = {
        name: np.shape(values)
        for name, values in panels.items()
        if np.shape(values) != (len(rows), len(columns))
    }
    if wrong or not panels:
        raise UserError(
            f"tables of {len(rows)} rows and {len(columns)} columns are needed, not {wrong or 'none'}"
        )
    down, across = grid(len(panels), 3)
    figure = new_figure(WIDE, 5.9 if down > 1 else 3.6, joined([title, summary]))
    all_axes = figure.subplots(down, across, squeeze=False, sharex=True, sharey=True).ravel()
    for axes, (name, values) in zip(all_axes, panels.items(), strict=False):
        image = axes.pcolormesh(values, cmap="RdBu_r", vmin=-1, vmax=1, edgecolors="#bbbbbb", linewidth=0.5)
        axes.set_title(name, fontsize=HEADING)
        axes.set_xticks(np.arange(len(columns)) + 0.5, columns, fontsize=TEXT)
        axes.set_yticks(np.arange(len(rows)) + 0.5, rows, fontsize=TEXT)
    all_axes[0].set_ylim(len(rows), 0)
    for axes in all_axes[len(panels) :]:
        axes.remove()
    for axes in all_axes[::across]:
        axes.set_ylabel(labels[1], fontsize=TEXT)
    for axes in all_axes[-across:]:
        axes.set_xlabel(labels[0], fontsize=TEXT)
    figure.colorbar(image, ax=list(all_axes), pad=0.02).set_label(labels[2], fontsize=TEXT)
    return figure


def fields(
    panels: Mapping[str, Array], extent: tuple[float, float, float, float], points: Mapping[str, Array], *,
    labels: tuple[str, str, str], title: str = "", summary: str = "",
) -> "Figure":  # fmt: skip
    """Draw values over the plane as colours, 0 to 1, with points on them.

    Args:
        panels: by title the values, (height, width), the first row at the top.
        extent: left, right, bottom and top of the plane.
        points: by name the points of a class, (n, 2).
        labels: of the two axes and the colour bar.
        title: the figure's title.
        summary: a second line below the title.

    Raises:
        UserError: there is no panel.
    """
    if not panels:
        raise UserError("no panel to draw: give at least one")
    figure = new_figure(WIDE, min(5.9, 8.6 / len(panels) + 1.5), joined([title, summary]))
    all_axes = figure.subplots(1, len(panels), squeeze=False, sharex=True, sharey=True)[0]
    for axes, (name, values) in zip(all_axes, panels.items(), strict=True):
        image = axes.imshow(values, cmap="cividis", vmin=0, vmax=1, extent=extent)
        for marker, (point, places) in zip("osDv", points.items(), strict=False):
            axes.plot(
                *np.asarray(places).T, marker, markersize=11, color="white" if marker == "o" else ORANGE,
                markeredgecolor="black", markeredgewidth=1.5, label=point,
            )  # fmt: skip
        axes.set_title(name, fontsize=HEADING)
        axes.set_xlabel(labels[0], fontsize=TEXT)
    all_axes[0].set_ylabel(labels[1], fontsize=TEXT)
    figure.colorbar(image, ax=list(all_axes), pad=0.02).set_label(labels[2], fontsize=TEXT)
    figure.legend(
        *all_axes[0].get_legend_handles_labels(),
        loc="outside lower center",
        ncols=4,
        fontsize=TEXT,
        frameon=False,
    )
    return figure


def volumes(
    lines: Sequence[Mapping[str, tuple[int, int, int]]],
    *,
    signs: Mapping[str, str],
    title: str = "",
    summary: str = "",
) -> "Figure":
    """Draw stacks of pictures to scale, with what stands between them: a layer's input, kernels and output.

    Args:
        lines: for each line its stacks by name: height, width and number of sheets. The first one is drawn in grey.
        signs: by a stack's name what stands before it.
        title: the figure's title.
        summary: a second line below the title.

    Raises:
        UserError: there is no stack.
    """
    if not lines or not all(lines):
        raise UserError("no stack to draw: give at least one in each line")
    largest = max(size[0] + 3 * size[2] for line in lines for size in line.values())
    scale = min(1.55, 4.6 / len(lines) - 0.6) / largest  # inches for a pixel
    figure = new_figure(WIDE, len(lines) * (largest * scale + 0.65) + 0.75, joined([title, summary]))
    for axes, line in zip(figure.subplots(len(lines), 1, squeeze=False)[:, 0], lines, strict=True):
        axes.set_axis_off()
        axes.set_aspect("equal")
        left, middle = 0.0, largest * scale / 2
        for number, (name, size) in enumerate(line.items()):
            sign = signs.get(name, "")
            gap = inches(sign, 13) + 0.3 if number else 0.0
            axes.text(left + gap / 2, middle, sign, ha="center", va="center", fontsize=13)
            wide = max(inches(name, TEXT), (size[1] + 3 * (size[2] - 1)) * scale)
            left += gap
            _stack(axes, (left + wide / 2, middle), size, scale, ("#bbbbbb", ORANGE, BLUE)[min(number, 2)])
            axes.text(left + wide / 2, largest * scale + 0.06, name, ha="center", va="bottom", fontsize=TEXT)
            left += wide
        axes.set_xlim(left / 2 - WIDE / 2 + 0.25, left / 2 + WIDE / 2 - 0.25)
        axes.set_ylim(-0.05, largest * scale + 0.45)
    return figure


def _stack(
    axes: "Axes", middle: tuple[float, float], size: tuple[int, int, int], scale: float, colour: str
) -> None:
    """Draw sheets, each a little to the right of and below the one before."""
    from matplotlib.patches import Rectangle

    height, width, sheets = size
    step = 3 * scale
    left = middle[0] - (width * scale + step * (sheets - 1)) / 2
    bottom = middle[1] - (height * scale - step * (sheets - 1)) / 2
    for i in range(sheets):
        axes.add_patch(
            Rectangle(
                (left + i * step, bottom - i * step),
                width * scale,
                height * scale,
                facecolor=colour,
                edgecolor="black",
            )
        )

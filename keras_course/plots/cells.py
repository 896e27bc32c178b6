"""Small arrays drawn as grids of numbered cells, side by side or with signs between them, as on a board."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.layout import HEIGHT, LINE, fit, letters_in, short, sign_letters
from keras_course.plots.style import (
    COLOURS,
    HEADING,
    ORANGE,
    SMALL,
    TEXT,
    WIDE,
    joined,
    new_figure,
    wrapped,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure

Box = tuple[int, int, int, int]  # row, column, height, width
Rows = Mapping[str, Mapping[str, np.ndarray]]


def number_rows(
    rows: Rows,
    *,
    boxes: Mapping[str, Box | Sequence[Box]] | None = None,
    signs: Mapping[str, str] | None = None,
    plain: Collection[str] = (),
    limit: float | None = None,
    bar: str = "",
    labelled: bool = True,
    title: str = "",
    summary: str = "",
) -> "Figure":
    """Draw rows of arrays as grids of numbered cells: red above 0, white 0, blue below.

    Numbers that would need letters below 9 points are left out.

    Args:
        rows: for each row's label its arrays (height, width) by name. The last row may be shorter than the others. An
            empty array leaves its place to its name.
        boxes: by an array's name the cells to frame: row, column, height, width; several get a colour each.
        signs: by an array's name what stands before it: "x", "=", "->".
        plain: the names of arrays that are drawn without their numbers.
        limit: the value of the darkest red, common to all; if omitted, each array has its own scale.
        bar: label of the common scale's colour bar; if omitted, there is none.
        labelled: write each row's label beside it.
        title: the figure's title.
        summary: a second line below the title.

    Raises:
        UserError: there is nothing to draw, rows differ in length, or an array does not have two axes.
    """
    panels = [list(row.items()) for row in rows.values()]
    _check(panels)
    heading = wrapped(joined([title, summary]), WIDE - 0.2, 12)
    above = 0.23 * len(heading.split("\n")) + 0.22 if heading else 0.1
    signs, labels = signs or {}, list(rows) if labelled else [""] * len(rows)
    room = WIDE - 0.3 - (1.0 if bar else 0.0)
    sizes = fit(panels, signs, plain, labels, room, HEIGHT - above - 0.1)
    figure = new_figure(WIDE, above + sum(sizes.rows) + 0.1, heading)
    figure.set_layout_engine("none")
    tall, top = figure.get_figheight(), above
    drawn = []
    for row, label, lengths, height in zip(panels, labels, sizes.arrays, sizes.rows, strict=True):
        names = max(len(name.split("\n")) for name, _ in row) * LINE + 0.08
        middle = top + names + (height - names - 0.12) / 2
        left = (room - sizes.width) / 2 + 0.15
        figure.text(left / WIDE, 1 - middle / tall, label, fontsize=TEXT, va="center")
        left += sizes.label
        for (name, array), (wide, high), column, gap in zip(
            row, lengths, sizes.columns, sizes.gaps, strict=False
        ):
            sign = signs.get(name, "")
            figure.text(
                (left + gap / 2) / WIDE,
                1 - middle / tall,
                sign,
                ha="center",
                va="center",
                fontsize=sign_letters(sign),
            )
            left += gap
            place = (left + (column - wide) / 2, tall - middle - high / 2, wide, high)
            axes = figure.add_axes(
                (place[0] / WIDE, place[1] / tall, max(wide, 0.01) / WIDE, max(high, 0.01) / tall)
            )
            if not array.size:
                axes.set_axis_off()
                axes.text(0.5, 0.5, name, fontsize=TEXT, ha="center", va="center", transform=axes.transAxes)
                left += column
                continue
            scale = limit or float(np.abs(array).max()) or 1.0
            letters = 0.0 if name in plain else min(13.0, letters_in(array, wide / array.shape[1]))
            fill = 1.0 if bar else 1.4  # numbers are easier to read on pale cells
            draw_numbers(axes, array, "RdBu_r", -fill * scale, fill * scale, letters)
            axes.set_title(name, fontsize=HEADING, pad=3)
            _frames(axes, (boxes or {}).get(name, ()))
            drawn.append(axes)
            left += column
        top += height
    if bar:
        shown = next((axes for axes in drawn if axes.get_title() in plain), drawn[0])
        high = min(3.0, sum(sizes.rows) - 0.3)
        beside = figure.add_axes(
            (
                (WIDE - 0.95) / WIDE,
                (tall - above - sum(sizes.rows) / 2 - high / 2) / tall,
                0.17 / WIDE,
                high / tall,
            ),
            label="<colorbar>",
        )
        figure.colorbar(shown.images[0], cax=beside).set_label(bar, fontsize=TEXT)
        beside.tick_params(labelsize=SMALL)
    return figure


def _check(panels: list[list[tuple[str, np.ndarray]]]) -> None:
    columns = len(panels[0]) if panels else 0
    if not columns or any(len(row) != columns for row in panels[:-1]) or not 0 < len(panels[-1]) <= columns:
        raise UserError(
            f"rows of equal length are needed (the last may be shorter), not of {[len(row) for row in panels]} arrays"
        )
    wrong = {name: np.shape(array) for row in panels for name, array in row if np.ndim(array) != 2}
    if wrong:
        raise UserError(f"arrays (height, width) are needed, not {wrong}")


def _frames(axes: "Axes", boxes: Box | Sequence[Box]) -> None:
    """Frame one part, or several, a little inside each other where they overlap."""
    several = [boxes] if boxes and isinstance(boxes[0], int) else list(boxes)
    for number, box in enumerate(several):
        colour = ORANGE if len(several) == 1 else COLOURS[number % len(COLOURS)]
        frame(axes, box, colour, inset=0.0 if len(several) == 1 else 0.06)  # type: ignore[arg-type]


def draw_numbers(
    axes: "Axes",
    array: np.ndarray,
    colours: "str | Colormap",
    low: float,
    high: float,
    fontsize: float = SMALL,
) -> None:
    """Draw an array as coloured cells with its numbers in them; the colour scale goes from ``low`` to ``high``.

    A font size of 0 leaves the numbers out. The cells fill the axes, whatever their shape.
    """
    image = axes.imshow(array, cmap=colours, vmin=low, vmax=high, aspect="auto")
    light = (image.to_rgba(np.asarray(array))[..., :3] ** 2.2) @ (
        0.2126,
        0.7152,
        0.0722,
    )  # relative luminance
    dark = light < 0.18  # there white letters have more contrast than black ones
    for (row, column), value in np.ndenumerate(array):
        if fontsize:
            axes.text(
                column, row, short(float(value)), ha="center", va="center", fontsize=fontsize,
                color="white" if dark[row, column] else "black", in_layout=False,
            )  # fmt: skip
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_color("#999999")


def frame(axes: "Axes", box: Box, colour: str = ORANGE, inset: float = 0.0) -> None:
    """Draw a frame around a part of a picture."""
    from matplotlib.patches import Rectangle

    row, column, height, width = box
    axes.add_patch(
        Rectangle(
            (column - 0.5 + inset, row - 0.5 + inset),
            width - 2 * inset,
            height - 2 * inset,
            fill=False,
            edgecolor=colour,
            linewidth=3,
            clip_on=False,
            zorder=3,
        )
    )

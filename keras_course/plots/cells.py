"""Small arrays drawn as grids of numbered cells: what a computer sees of a picture."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.style import ORANGE, joined, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure

Box = tuple[int, int, int, int]  # row, column, height, width
CELL = 0.33  # inches: room for "-0.11"
LETTER = 0.09  # inches: what a letter of the title takes


def number_rows(
    rows: Mapping[str, Mapping[str, np.ndarray]],
    *,
    boxes: Mapping[str, Box] | None = None,
    labelled: bool = True,
    title: str = "",
    summary: str = "",
) -> "Figure":
    """Draw rows of arrays as grids of numbered cells: red above 0, blue below, each array on its own scale.

    Args:
        rows: for each row's label its arrays (height, width) by name. The last row may be shorter than the others.
        boxes: by an array's name the cells to frame: row, column, height, width.
        labelled: write each row's label beside it.
        title: the figure's title.
        summary: a second line below the title.

    Raises:
        UserError: there is nothing to draw, rows differ in length, or an array does not have two axes.
    """
    panels = [list(row.items()) for row in rows.values()]
    columns = len(panels[0]) if panels else 0
    if not columns or any(len(row) != columns for row in panels[:-1]) or not 0 < len(panels[-1]) <= columns:
        raise UserError(
            f"rows of equal length are needed (the last may be shorter), not of {[len(row) for row in panels]} arrays"
        )
    wrong = {name: np.shape(array) for row in panels for name, array in row if np.ndim(array) != 2}
    if wrong:
        raise UserError(f"arrays (height, width) are needed, not {wrong}")
    widths = [max(row[i][1].shape[1] for row in panels if i < len(row)) for i in range(columns)]
    heights = [max(array.shape[0] for _, array in row) for row in panels]
    figure = new_figure(
        max(CELL * (sum(widths) + 1.2 * len(widths)) + 1.0, 6.4, LETTER * max(len(title), len(summary))),
        CELL * sum(heights) + 0.42 * len(heights) + 0.9,
        joined([title, summary]),
    )
    grid = figure.subplots(
        len(panels), len(widths), squeeze=False, width_ratios=widths, height_ratios=heights
    )
    for axes_row, label, row in zip(grid, rows, panels, strict=True):
        for axes in axes_row[len(row) :]:
            axes.remove()
        for axes, (name, array) in zip(axes_row, row, strict=False):
            limit = float(np.abs(array).max()) or 1.0
            draw_numbers(
                axes, array, "RdBu_r", -1.4 * limit, 1.4 * limit
            )  # numbers stay readable on pale cells
            axes.set_title(name, fontsize=9, pad=3)
            if boxes and name in boxes:
                frame(axes, boxes[name])
        if labelled:
            axes_row[0].set_ylabel(label, fontsize=10)
    return figure


def computer_sees(
    picture: np.ndarray, box: Box, planes: Mapping[str, np.ndarray], *, title: str = ""
) -> "Figure":
    """Draw a photo, a piece of it, and that piece as the computer has it: numbers for grey, red, green and blue.

    Slide: deck 3, "How Does Computer See an image??"

    Args:
        picture: (height, width, 3), 0 to 255.
        box: row, column, height and width of the piece.
        planes: by name ("grey", "red", ...) the piece's numbers, 0 to 255, each (height, width) of the piece.
        title: the figure's title.

    Raises:
        UserError: the piece is not inside the picture, or a plane has another size.
    """
    from matplotlib.colors import LinearSegmentedColormap

    row, column, height, width = box
    piece = picture[row : row + height, column : column + width]
    wrong = {name: plane.shape for name, plane in planes.items() if plane.shape != (height, width)}
    if piece.shape[:2] != (height, width) or wrong or not planes:
        raise UserError(
            f"a piece {box} of a picture {picture.shape} does not fit planes {wrong or piece.shape}"
        )
    summary = (
        f"row {row} to {row + height - 1}, column {column} to {column + width - 1}, each number from 0 to 255"
    )
    columns = -(-(len(planes) + 2) // 2)
    size = max(0.3 * max(width, height), 2.2)
    figure = new_figure(columns * (size + 0.3), 2 * (size + 0.45) + 0.6, joined([title, summary]))
    panels = figure.subplots(2, columns).ravel()
    for axes in panels:
        axes.set_axis_off()
    panels[0].imshow(picture)
    panels[0].set_title("the photo", fontsize=10)
    frame(panels[0], box)
    panels[1].imshow(piece)
    panels[1].set_title(f"the framed piece: {height}x{width} pixels", fontsize=10)
    for axes, (name, plane) in zip(panels[2:], planes.items(), strict=False):
        light = "white" if name == "grey" else name
        colours = LinearSegmentedColormap.from_list(name, ["black", light])
        draw_numbers(axes, plane, colours, 0, 255)
        axes.set_title(name, fontsize=10)
    return figure


def draw_numbers(
    axes: "Axes", array: np.ndarray, colours: "str | Colormap", low: float, high: float, fontsize: float = 6.5
) -> None:
    """Draw an array as coloured cells with its numbers in them; the colour scale goes from ``low`` to ``high``."""
    image = axes.imshow(array, cmap=colours, vmin=low, vmax=high)
    dark = image.to_rgba(np.asarray(array))[..., :3] @ (0.299, 0.587, 0.114) < 0.5
    for (row, column), value in np.ndenumerate(array):
        axes.text(
            column, row, short(float(value)), ha="center", va="center", fontsize=fontsize,
            color="white" if dark[row, column] else "black", in_layout=False,
        )  # fmt: skip
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_color("#bbbbbb")


def short(value: float) -> str:
    """A number as text for a cell: whole numbers as they are, others with two decimals and no leading zero."""
    if value == round(value):
        return str(round(value))
    return f"{value:.2f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.2f}"


def frame(axes: "Axes", box: Box) -> None:
    """Draw a frame around a part of a picture."""
    from matplotlib.patches import Rectangle

    row, column, height, width = box
    axes.add_patch(
        Rectangle((column - 0.5, row - 0.5), width, height, fill=False, edgecolor=ORANGE, linewidth=2)
    )

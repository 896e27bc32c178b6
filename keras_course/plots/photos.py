"""A photo, and what a computer has of it: numbers."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.cells import Box, draw_numbers, frame
from keras_course.plots.style import HEADING, SMALL, WIDE, inches, joined, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def computer_sees(
    picture: np.ndarray, box: Box, planes: Mapping[str, np.ndarray], *, title: str = "", credit: str = ""
) -> "Figure":
    """Draw a photo, a piece of it, and that piece as the computer has it: numbers for grey, red, green and blue.

    Each plane has its own colour, from black (0) to full brightness (255). A piece of too many pixels for readable
    numbers is drawn without them.

    Slide: deck 3, "How Does Computer See an image??"

    Args:
        picture: (height, width, 3), 0 to 255.
        box: row, column, height and width of the piece.
        planes: by name ("grey", "red", ...) the piece's numbers, 0 to 255, each (height, width) of the piece.
        title: the figure's title.
        credit: who made the photo, and its licence.

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
        f"row {row} to {row + height - 1}, column {column} to {column + width - 1}; 0 is dark, 255 is bright"
    )
    columns = -(-(len(planes) + 2) // 2)
    cell = 0.94 * WIDE / columns / width  # inches
    letters = min(10.0, 0.88 * cell / inches("255", 1))
    written = letters >= SMALL
    figure = new_figure(WIDE, 6.0, joined([title, summary]))
    panels = figure.subplots(2, columns).ravel()
    for axes in panels:
        axes.set_axis_off()
    panels[0].imshow(picture)
    panels[0].set_title("the photo", fontsize=HEADING)
    frame(panels[0], box)
    if credit:
        panels[0].text(
            0.5, -0.03, credit, fontsize=SMALL, ha="center", va="top", transform=panels[0].transAxes
        )
    panels[1].imshow(piece)
    panels[1].set_title(f"the framed piece: {height}x{width} pixels", fontsize=HEADING)
    for axes, (name, plane) in zip(panels[2:], planes.items(), strict=False):
        light = "white" if name == "grey" else name
        colours = LinearSegmentedColormap.from_list(name, ["black", {"green": "#00ff00"}.get(light, light)])
        draw_numbers(axes, plane, colours, 0, 255, letters if written else 0.0)
        axes.set_title(f"{name}: {plane.min()} to {plane.max()}", fontsize=HEADING)
    return figure

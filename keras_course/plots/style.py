"""What all figures share: size in inches, resolution, letters, colours, axes without a box.

A figure is made to be shown 1600 pixels wide, which is 10.7 inches at 150 pixels an inch: there no letter is smaller
than 9 points. Lines have Okabe and Ito's colours, magnitudes viridis or cividis, values around 0 red, white and blue.
"""

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDE = 10.6  # inches: a figure as wide as the screen
HEADING, TEXT, SMALL = 10.5, 10, 9  # points: a panel's title, its labels, and the smallest letters
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#666666"
# Okabe and Ito's palette, distinguishable with every kind of colour blindness (without yellow: too pale on white)
COLOURS = (BLUE, ORANGE, "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")


def new_figure(width: float, height: float, title: str = "") -> "Figure":
    """An empty figure at 150 dots per inch; width and height are in inches.

    The title is broken where it would be wider than the figure, and has larger letters where the figure will be shrunk.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=150, layout="constrained")
    if title:
        size = 12 * max(1.0, width / WIDE)
        figure.suptitle(wrapped(title, width - 0.2, size), fontsize=size)
    return figure


def wrapped(text: str, width: float, size: float) -> str:
    """The text with lines of at most ``width`` inches, in letters of ``size`` points.

    A break that is made here comes after a space, so it can be told from one that was there.
    """
    lines = []
    for line in text.split("\n"):
        wide = inches(line, size)
        letters = max(12, int(len(line) * width / wide) - 1) if wide > width else len(line) + 1
        lines.append(" \n".join(textwrap.wrap(line, letters, break_long_words=False)))
    return "\n".join(lines)


def inches(text: str, size: float) -> float:
    """How wide the longest line of a text is, in letters of ``size`` points."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(size=size)
    return (
        max(
            float(text_to_path.get_text_width_height_descent(line, font, ismath="$" in line)[0])
            for line in text.split("\n")
        )
        / 72
    )


def quiet(axes: "Axes") -> None:
    """Remove the top and right spines and draw a light grid behind the data."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="#e4e4e4", linewidth=0.8)
    axes.set_axisbelow(True)


def grid(count: int, columns: int) -> tuple[int, int]:
    """Rows and columns for ``count`` panels: at most ``columns`` in a row, and the rows about equally full."""
    rows = -(-count // columns)
    return rows, -(-count // rows)


def joined(parts: Sequence[str]) -> str:
    """The parts that are not empty, one on each line."""
    return "\n".join(part for part in parts if part)

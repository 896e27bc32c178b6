"""What all figures share: size in inches, resolution, colours, axes without a box."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#666666"
# Okabe and Ito's palette, distinguishable with every kind of colour blindness (without yellow: too pale on white)
COLOURS = (BLUE, ORANGE, "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")


def new_figure(width: float, height: float, title: str = "") -> "Figure":
    """An empty figure at 150 dots per inch; width and height are in inches."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=150, layout="constrained")
    if title:
        figure.suptitle(title, fontsize=12)
    return figure


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

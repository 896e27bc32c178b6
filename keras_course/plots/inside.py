"""Rows and columns of pictures that belong together: what a filter responds to, and how it is explained."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.style import SMALL, TEXT, WIDE, joined, new_figure, wrapped

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def gallery(
    rows: Mapping[str, Sequence[np.ndarray]],
    columns: Sequence[str],
    *,
    texts: Mapping[str, Sequence[str]] | None = None,
    title: str = "",
    summary: str = "",
) -> "Figure":
    """A picture in each row and column, with the names of both.

    Args:
        rows: by the row's name its pictures, each (height, width) or (height, width, 3), 0 to 1.
        columns: what stands above the pictures of each column.
        texts: by the row's name what stands below each of its pictures.
        title: the figure's title.
        summary: the title's second line: how the pictures are to be read.

    Raises:
        UserError: there is no row, or one without a picture, or a text, for each column.
    """
    wrong = {name: len(pictures) for name, pictures in rows.items() if len(pictures) != len(columns)}
    wrong |= {name: len(found) for name, found in (texts or {}).items() if len(found) != len(columns)}
    if not rows or wrong:
        raise UserError(f"each row needs {len(columns)} pictures and texts, not {wrong or 'none'}")
    side = min(2.35, (WIDE - 1.3) / len(columns))
    height = (side + (0.3 if texts else 0.1)) * len(rows) + 1.1
    figure = new_figure(WIDE, height, joined([title, summary]))
    figure.set_layout_engine("constrained", w_pad=0.04, h_pad=0.04)
    panels = figure.subplots(len(rows), len(columns), squeeze=False)
    for axes in panels.ravel():
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
    for axes, column in zip(panels[0], columns, strict=True):
        axes.set_title(wrapped(column, side, TEXT), fontsize=TEXT)
    for line, (name, pictures) in zip(panels, rows.items(), strict=True):
        line[0].set_ylabel(name, fontsize=TEXT)
        for axes, picture in zip(line, pictures, strict=True):
            axes.imshow(np.asarray(picture, dtype=float).clip(0, 1), cmap="gray", vmin=0, vmax=1)
        for axes, text in zip(line, (texts or {}).get(name, ()), strict=False):
            axes.set_xlabel(text, fontsize=SMALL)
    return figure


def signed(slopes: np.ndarray) -> np.ndarray:
    """Positive and negative values as a picture, 0 to 1: grey is 0, and the largest magnitudes have full colour.

    Args:
        slopes: (height, width) or (height, width, channels).
    """
    return np.asarray(0.5 + slopes / (2 * _largest(slopes))).clip(0, 1)


def magnitude(slopes: np.ndarray) -> np.ndarray:
    """How large the values are, whatever their sign and channel, as a grey picture: black is 0.

    Args:
        slopes: (height, width) or (height, width, channels).
    """
    sizes = np.abs(slopes)
    sizes = sizes.max(axis=-1) if sizes.ndim == 3 else sizes
    return np.asarray(sizes / _largest(sizes)).clip(0, 1)


def _largest(values: np.ndarray) -> float:
    """Nearly the largest magnitude: a few pixels may be larger, so that they do not darken all others."""
    sizes = np.abs(values)
    return float(np.quantile(sizes, 0.995)) or float(sizes.max()) or 1.0

"""Pictures side by side, each with a text: alone, or with the heat map that explains it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.style import grid, joined, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDEST = 10.6  # inches: shown 1600 pixels wide, letters keep their size


def pictures(
    images: Sequence[np.ndarray],
    texts: Sequence[str],
    *,
    outlines: Sequence[np.ndarray | None] | None = None,
    columns: int = 6,
    title: str = "",
    summary: str = "",
) -> "Figure":
    """Pictures in a grid, with a text above each.

    Args:
        images: each (height, width) or (height, width, 3), 0 to 255 or 0 to 1.
        texts: one for each picture.
        outlines: for each picture a dashed outline, or None for none: its corners (n, 2), x to the right and y down,
            in pixels; what of it lies beyond the picture is not drawn.
        columns: the number of pictures in a row.
        title: the figure's title.
        summary: the title's second line: what the pictures show.

    Raises:
        UserError: there are no pictures, not as many texts or outlines, or ``columns`` is below 1.
    """
    _check(images, texts, outlines, "outlines")
    if columns < 1:
        raise UserError(f"columns must be 1 or more, but is {columns}")
    rows, columns = grid(len(images), columns)
    longest = max(len(line) for text in texts for line in text.split("\n"))
    width = max(max(1.6, 0.085 * longest) * columns, 7.0)
    figure = new_figure(width, 1.95 * rows + 0.8, joined([title, summary]))
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in panels:
        axes.set_axis_off()
    for index, (axes, image, text) in enumerate(zip(panels, images, texts, strict=False)):
        axes.imshow(_shown(image), cmap="gray", vmin=0, vmax=1)
        outline = None if outlines is None else outlines[index]
        if outline is not None:
            height, across = np.shape(image)[:2]
            closed = np.concatenate([outline, outline[:1]])
            axes.plot(*closed.T, color="white", linewidth=2.2)
            axes.plot(*closed.T, color="black", linewidth=1.4, linestyle=(0, (4, 3)))
            axes.set(xlim=(-0.5, across - 0.5), ylim=(height - 0.5, -0.5))
        axes.set_title(text, fontsize=9 * max(1, width / WIDEST))
    for axes in panels[len(images) :]:
        axes.remove()
    return figure


def heat_maps(
    images: Sequence[np.ndarray],
    heat: Sequence[np.ndarray],
    texts: Sequence[str],
    *,
    meaning: str = "",
    title: str = "",
    summary: str = "",
) -> "Figure":
    """A column for each picture: the picture, its heat map, and the map laid over the picture; one scale for all.

    One picture alone has its three side by side.

    Args:
        images: each (height, width) or (height, width, 3), 0 to 255 or 0 to 1.
        heat: for each picture a map of any size, 0 to 1, as ``explain.grad_cam`` returns it.
        texts: one for each picture.
        meaning: what the heat is: the label of the colour bar.
        title: the figure's title.
        summary: the title's second line: what the maps show.

    Raises:
        UserError: there are no pictures, or not as many texts or maps.
    """
    _check(images, texts, heat, "heat maps")
    longest = max(len(line) for text in texts for line in text.split("\n"))
    width = max(max(2.1, 0.09 * longest) * len(images) + 1.6, 7.0)
    alone = len(images) == 1  # its three stand side by side
    width = WIDEST if alone else width
    size = 9.5 * max(1, width / WIDEST)
    figure = new_figure(width, 4.4 if alone else 7.2, joined([title, summary]))
    figure.set_layout_engine(
        "constrained", w_pad=0.15
    )  # room for the rows' names, which square pictures leave out
    panels = figure.subplots(*((1, 3) if alone else (3, len(images))), squeeze=False)
    panels = panels.T if alone else panels
    for axes in panels.ravel():
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
    for axes, name in zip(panels[:, 0], ("picture", "heat map", "both"), strict=True):
        axes.set_ylabel(name, fontsize=size)
    for column, image, found, text in zip(panels.T, images, heat, texts, strict=True):
        height, across = np.shape(image)[:2]
        extent = (-0.5, across - 0.5, height - 0.5, -0.5)
        grey = _shown(image)
        grey = grey.mean(axis=2) if grey.ndim == 3 else grey  # under the colours of the map
        column[0].imshow(_shown(image), cmap="gray", vmin=0, vmax=1)
        column[2].imshow(grey, cmap="gray", vmin=0, vmax=1)
        for axes, alpha, smooth in ((column[1], 1.0, "nearest"), (column[2], 0.5, "bilinear")):
            image_of = axes.imshow(
                found, cmap="viridis", alpha=alpha, vmin=0, vmax=1, interpolation=smooth, extent=extent
            )
            if alpha == 1:
                scale = image_of
        column[0].set_title(text, fontsize=size)
    bar = figure.colorbar(scale, ax=list(panels.ravel()), shrink=0.6, aspect=30)
    bar.set_label(meaning, fontsize=size)
    bar.ax.tick_params(labelsize=size)
    return figure


def _shown(image: np.ndarray) -> np.ndarray:
    """A picture with values from 0 to 1."""
    image = np.asarray(image, dtype=float)
    shown: np.ndarray = (image / (255 if image.max() > 1 else 1)).clip(0, 1)
    return shown


def _check(
    images: Sequence[np.ndarray], texts: Sequence[str], more: Sequence[np.ndarray | None] | None, name: str
) -> None:
    if len(images) == 0:
        raise UserError("there are no pictures to show")
    if len(texts) != len(images) or (more is not None and len(more) != len(images)):
        have = "" if more is None else f" and {len(more)} {name}"
        raise UserError(
            f"each picture needs a text, and one of the {name} if there are any: {len(images)} pictures have "
            f"{len(texts)} texts{have}"
        )

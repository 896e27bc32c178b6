"""Pictures side by side, each with a text and, if wanted, a heat map."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.style import grid, joined, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def pictures(
    images: Sequence[np.ndarray],
    texts: Sequence[str],
    *,
    heat: Sequence[np.ndarray] | None = None,
    columns: int = 6,
    title: str = "",
    summary: str = "",
) -> "Figure":
    """Pictures in a grid, with a text above each and, if given, a heat map over it.

    Args:
        images: each (height, width) or (height, width, 3), 0 to 255 or 0 to 1.
        texts: one for each picture.
        heat: for each picture a heat map of any size, 0 to 1, as ``explain.grad_cam`` returns it; 1 is red, 0 is blue.
        columns: the number of pictures in a row.
        title: the figure's title.
        summary: the title's second line: what the pictures show.

    Raises:
        UserError: there are no pictures, not as many texts or heat maps, or ``columns`` is below 1.
    """
    if len(images) == 0:
        raise UserError("there are no pictures to show")
    if len(texts) != len(images) or (heat is not None and len(heat) != len(images)):
        maps = "" if heat is None else f" and {len(heat)} heat maps"
        raise UserError(
            f"each picture needs a text and a heat map, if any: {len(images)} pictures have {len(texts)} texts{maps}"
        )
    if columns < 1:
        raise UserError(f"columns must be 1 or more, but is {columns}")
    rows, columns = grid(len(images), columns)
    longest = max(len(line) for text in texts for line in text.split("\n"))
    figure = new_figure(
        max(max(1.6, 0.075 * longest) * columns, 6.0), 1.95 * rows + 0.7, joined([title, summary])
    )
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in panels:
        axes.set_axis_off()
    for index, (axes, image, text) in enumerate(zip(panels, images, texts, strict=False)):
        image = np.asarray(image, dtype=float)
        image = (image / (255 if image.max() > 1 else 1)).clip(0, 1)
        axes.imshow(image, cmap="gray", vmin=0, vmax=1)
        if heat is not None:
            height, width = image.shape[:2]
            axes.imshow(
                heat[index], cmap="jet", alpha=0.45, vmin=0, vmax=1, interpolation="bilinear",
                extent=(-0.5, width - 0.5, height - 0.5, -0.5),
            )  # fmt: skip
        axes.set_title(text, fontsize=8)
    return figure

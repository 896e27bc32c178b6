"""Adversarial examples: a picture, the change that misleads a network, and their sum."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.style import SMALL, TEXT, new_figure, wrapped

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def attacks(
    pictures: np.ndarray,
    labels: Sequence[str],
    attacked: Mapping[str, tuple[np.ndarray, Sequence[str]]],
    epsilon: float,
    *,
    title: str = "",
) -> "Figure":
    """A row for each picture: the picture, and for each network the change that misleads it, and their sum.

    Args:
        pictures: (n, height, width), 0 to 255.
        labels: n texts, what the pictures show.
        attacked: for each network's name its adversarial examples, (n, height, width), and a text for each: what the
            network takes it for.
        epsilon: the largest change of a pixel, as a fraction of white.
        title: the figure's title.

    Raises:
        UserError: there is no picture, or not one of everything for each.
    """
    counts = {len(labels), *(len(part) for pair in attacked.values() for part in pair)}
    if len(pictures) == 0 or not attacked or counts != {len(pictures)}:
        raise UserError(
            f"{len(pictures)} pictures need as many labels, and of each network as many examples and texts"
        )
    width = 2 * (1 + 2 * len(attacked)) + 0.6
    figure = new_figure(width, 2.3 * len(pictures) + 1.2, title)
    panels = figure.subplots(len(pictures), 1 + 2 * len(attacked), squeeze=False)
    for axes in panels.ravel():
        axes.set(xticks=[], yticks=[])
    for row, picture, label, number in zip(panels, pictures, labels, range(len(pictures)), strict=True):
        row[0].imshow(picture, cmap="gray", vmin=0, vmax=255)
        row[0].set_title("the digit" if number == 0 else "", fontsize=TEXT)
        row[0].set_xlabel(f"a {label}", fontsize=SMALL)
        for pair, (name, (examples, texts)) in zip(row[1:].reshape(-1, 2), attacked.items(), strict=True):
            change = (examples[number] - np.asarray(picture, float)) / 255
            image = pair[0].imshow(change, cmap="RdBu_r", vmin=-epsilon, vmax=epsilon)
            pair[1].imshow(examples[number], cmap="gray", vmin=0, vmax=255)
            pair[1].set_xlabel(wrapped(texts[number], 1.85, SMALL), fontsize=SMALL)
            if number == 0:
                pair[0].set_title(wrapped(f"attack on {name}", 1.85, TEXT), fontsize=TEXT)
                pair[1].set_title("digit and change", fontsize=TEXT)
    bar = figure.colorbar(image, ax=list(panels.ravel()), shrink=0.7, aspect=30)
    bar.set_label("change of a pixel (fraction of white)", fontsize=SMALL)
    bar.ax.tick_params(labelsize=SMALL)
    return figure

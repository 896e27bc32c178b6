"""What a network has learnt, seen in its weights."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.style import BLUE, GREY, grid, joined, new_figure, quiet

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def first_layer_weights(
    kernel: np.ndarray, picture_shape: Sequence[int], *, count: int = 48, title: str = ""
) -> "Figure":
    """The incoming weights of each first-layer unit as a picture, on one colour scale for all units.

    Red weights are positive: ink at that pixel raises the unit's activation; blue ones are negative. The units whose
    weights have the largest norm are shown, largest first.

    Args:
        kernel: (inputs, units) the first dense layer's weights.
        picture_shape: an input picture's shape, (height, width) or (height, width, channels); weights are averaged
            over the channels.
        count: the largest number of units to show.
        title: the figure's title.

    Raises:
        UserError: the kernel does not match the pictures' shape or is not finite, or ``count`` is below 1.
    """
    kernel, shape = np.asarray(kernel), tuple(picture_shape)
    if len(shape) not in (2, 3) or kernel.ndim != 2 or len(kernel) != np.prod(shape) or not kernel.shape[1]:
        raise UserError(
            f"a kernel for pictures of {shape} must be ({int(np.prod(shape))}, units), but is {kernel.shape}"
        )
    if not np.isfinite(kernel).all():
        broken = int((~np.isfinite(kernel)).sum())
        raise UserError(f"the kernel of shape {kernel.shape} holds {broken} values that are not finite")
    if count < 1:
        raise UserError(f"count must be 1 or more, but is {count}")
    norms = np.linalg.norm(kernel, axis=0)  # (units,)
    units = np.argsort(-norms, kind="stable")[:count]
    pictures = kernel[:, units].T.reshape(len(units), *shape)
    if len(shape) == 3:
        pictures = pictures.mean(axis=3)
    # a few extreme weights would make all others pale: the scale ends before them
    limit = float(np.percentile(np.abs(pictures), 99.5)) or float(np.abs(pictures).max()) or 1.0
    extend = "both" if np.abs(pictures).max() > limit else "neither"

    total = kernel.shape[1]
    summary = f"weights into {len(units)} of {total} first-layer units: those with the largest norm"
    if len(units) == total:
        summary = f"weights into the {total} first-layer units, largest norm first"
    rows, columns = grid(len(units), 8)
    figure = new_figure(max(1.1 * columns + 1.2, 6.4), max(1.25 * rows + 0.7, 3.4), joined([title, summary]))
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes, unit, picture in zip(panels, units, pictures, strict=False):
        image = axes.imshow(picture, cmap="RdBu_r", vmin=-limit, vmax=limit)
        axes.set_title(f"unit {unit}", fontsize=8, pad=2)
        axes.set_xticks([])
        axes.set_yticks([])
        axes.spines[:].set_color("#bbbbbb")
    for axes in panels[len(units) :]:
        axes.remove()
    bar = figure.colorbar(image, ax=list(panels[: len(units)]), extend=extend, shrink=0.9, aspect=30)
    bar.set_label("weight (red: ink here raises the\nunit's activation, blue: lowers it)", fontsize=9)
    return figure


def weight_histograms(weights: Mapping[str, np.ndarray], *, title: str = "") -> "Figure":
    """A histogram of the weights of each network or layer, all with the same axes, counts on a log scale.

    Args:
        weights: an array of any shape for each panel's name.
        title: the figure's title.

    Raises:
        UserError: there are no weights, or a name has no finite ones.
    """
    flat = {name: np.asarray(array, dtype=float).ravel() for name, array in weights.items()}
    values = {name: array[np.isfinite(array)] for name, array in flat.items()}
    empty = [name for name, array in values.items() if not array.size]
    if not values or empty:
        raise UserError(f"no finite weights to draw{' for ' + ', '.join(empty) if empty else ''}")
    limit = max(float(np.abs(array).max()) for array in values.values()) or 1.0
    edges = np.linspace(-limit, limit, 62)  # 61 bins: the middle one holds zero

    rows, columns = grid(len(values), 4)
    figure = new_figure(max(2.7 * columns + 0.5, 5.4), 2.4 * rows + 0.9, title)
    panels = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    for axes, (name, array) in zip(panels, values.items(), strict=False):
        axes.hist(array, bins=edges, color=BLUE, log=True)
        axes.axvline(0, color=GREY, linewidth=0.8)
        left_out = flat[name].size - array.size
        broken = f", {left_out} not finite" if left_out else ""
        axes.set_title(f"{name}\nstandard deviation {array.std():.3g}{broken}", fontsize=9)
        quiet(axes)
    highest = max(np.histogram(array, edges)[0].max() for array in values.values())
    panels[0].set_ylim(0.7, 2 * highest)  # shared by all; from 0.7, so that one weight alone is still seen
    for axes in panels[len(values) :]:
        axes.remove()
    for above in panels[max(len(values) - columns, 0) : len(values)]:
        above.tick_params(labelbottom=True)
    figure.supxlabel("weight", fontsize=10)
    figure.supylabel("number of weights (log scale)", fontsize=10)
    return figure

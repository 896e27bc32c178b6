"""What a network has learnt, seen in its weights."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.style import BLUE, GREY, grid, joined, new_figure, quiet

if TYPE_CHECKING:
    from matplotlib.figure import Figure


NOTHING_TO_SEE = 0.2  # correlation of neighbouring weights, below which a picture of them is noise


def first_layer_weights(
    kernel: np.ndarray,
    picture_shape: Sequence[int],
    *,
    labels: Sequence[str] = (),
    count: int = 12,
    title: str = "",
) -> "Figure":
    """The incoming weights of each first-layer unit as a picture, on one colour scale for all units.

    Red weights are positive: ink at that pixel raises the unit's activation; blue ones are negative. The units whose
    weights have the largest norm are shown, largest first; the output units of a network without a hidden layer all
    are, in the order of their classes. Where neighbouring weights do not agree, the title says that there is nothing
    to see.

    Args:
        kernel: (inputs, units) the first dense layer's weights.
        picture_shape: an input picture's shape, (height, width) or (height, width, channels); weights are averaged
            over the channels.
        labels: the class of each unit, where the units are the network's outputs.
        count: the largest number of units to show, where they are not.
        title: what is trained on what; what is seen is added to it.

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
    total = kernel.shape[1]
    units = np.arange(total) if len(labels) == total else np.argsort(-norms, kind="stable")[:count]
    pictures = kernel[:, units].T.reshape(len(units), *shape)
    if len(shape) == 3:
        pictures = pictures.mean(axis=3)
    # a few extreme weights would make all others pale: the scale ends before them
    limit = float(np.percentile(np.abs(pictures), 99.5)) or float(np.abs(pictures).max()) or 1.0
    extend = "both" if np.abs(pictures).max() > limit else "neither"

    agreement = neighbours_agree(pictures)
    which = f"{len(units)} of {total} first-layer units, those with the largest weights"
    if len(labels) == total:
        which = "one unit for each class, in order"
    elif len(units) == total:
        which = f"all {total} first-layer units, largest weights first"
    rows, columns = grid(len(units), 5 if len(labels) == total else 4)
    figure = new_figure(2.0 * columns + 1.8, 2.1 * rows + 1.0, joined([_seen(agreement), which, title]))
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes, unit, picture in zip(panels, units, pictures, strict=False):
        image = axes.imshow(picture, cmap="RdBu_r", vmin=-limit, vmax=limit)
        axes.set_title(labels[unit] if len(labels) == total else f"unit {unit}", fontsize=10, pad=3)
        axes.set_xticks([])
        axes.set_yticks([])
        axes.spines[:].set_color("#bbbbbb")
    for axes in panels[len(units) :]:
        axes.remove()
    bar = figure.colorbar(image, ax=list(panels[: len(units)]), extend=extend, shrink=0.9, aspect=30)
    bar.set_label("weight (red: ink here raises the\nunit's activation, blue: lowers it)", fontsize=9)
    return figure


def neighbours_agree(pictures: np.ndarray) -> float:
    """The correlation of neighbouring weights, -1 to 1: about 0 in random weights, near 1 in smooth strokes.

    Args:
        pictures: (units, height, width).
    """
    across = pictures[:, :, :-1].ravel(), pictures[:, :, 1:].ravel()
    down = pictures[:, :-1].ravel(), pictures[:, 1:].ravel()
    one, other = (np.concatenate(parts) for parts in zip(across, down, strict=True))
    if not one.size or one.std() == 0 or other.std() == 0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def _seen(agreement: float) -> str:
    number = f"(correlation {agreement:.2f})"
    if agreement < NOTHING_TO_SEE:
        return f"Nothing to see: neighbouring weights do not agree {number}, as at the random start"
    return f"Patches and strokes: neighbouring weights agree {number}; at the random start they do not"


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

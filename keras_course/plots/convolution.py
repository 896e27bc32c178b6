"""What a ConvNet has learnt: its filters, their feature maps, and the patches that activate them most."""

import math
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.style import grid, joined, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PANELS = 12  # as many as can be read from the last row


def filters(
    kernel: np.ndarray, *, count: int = PANELS, dead: Collection[int] = (), title: str = ""
) -> "Figure":
    """The filters of a first convolution as pictures: one channel in red and blue, three channels in their colours.

    The filters with the largest norm are shown, the largest first.

    Args:
        kernel: (height, width, channels, filters); 1 or 3 channels are drawn, any other number is averaged.
        count: the largest number of filters to show.
        dead: the numbers of filters whose activation is 0 everywhere; those shown are labelled as dead.
        title: the figure's title.

    Raises:
        UserError: the kernel has another number of axes, holds no values or any that is not finite, or ``count`` is
            below 1.
    """
    kernel = np.asarray(kernel, dtype=float)
    if kernel.ndim != 4 or not kernel.size or not np.isfinite(kernel).all():
        raise UserError(
            f"a kernel must be (height, width, channels, filters) and finite, but is {kernel.shape}"
        )
    _check_count(count)
    norms = np.linalg.norm(kernel.reshape(-1, kernel.shape[3]), axis=0)  # (filters,)
    shown = np.argsort(-norms, kind="stable")[:count]
    limit = float(np.abs(kernel).max()) or 1.0
    in_colour = kernel.shape[2] == 3
    how = "grey: 0; the largest weight has full colour" if in_colour else "red: positive weights"
    which = "largest norm first" if len(shown) == kernel.shape[3] else "those with the largest norm"
    summary = (
        f"{len(shown)} of {kernel.shape[3]} filters of {kernel.shape[0]}x{kernel.shape[1]}, {which} ({how})"
    )
    if dead:
        summary += f"\n{len(dead)} of {kernel.shape[3]} are dead: 0 wherever they were tried"
    rows, columns = grid(len(shown), 6)
    figure = new_figure(max(1.4 * columns + 1.2, 7.6), max(1.65 * rows + 0.9, 2.8), joined([title, summary]))
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes, index in zip(panels, shown, strict=False):
        picture = kernel[..., index]
        if in_colour:
            axes.imshow((picture / limit + 1) / 2)
        else:
            image = axes.imshow(picture.mean(axis=2), cmap="RdBu_r", vmin=-limit, vmax=limit)
        axes.set_title(f"filter {index}{' (dead)' if index in dead else ''}", fontsize=9, pad=2)
        axes.set_xticks([])
        axes.set_yticks([])
    for axes in panels[len(shown) :]:
        axes.remove()
    if not in_colour:
        bar = figure.colorbar(image, ax=list(panels[: len(shown)]), shrink=0.9, aspect=30)
        bar.set_label("weight", fontsize=9)
    return figure


def feature_maps(
    picture: np.ndarray, maps: Mapping[str, np.ndarray], *, count: int | None = None, title: str = ""
) -> "Figure":
    """Feature maps of one picture: one row per layer, bright where a filter's activation is high.

    Of each layer the maps that vary most over the picture are shown (largest standard deviation). Each row has its own
    scale, beside it, from 0 to the layer's largest activation. A map that is 0 everywhere is labelled so.

    Args:
        picture: (height, width) or (height, width, channels), 0 to 255 or 0 to 1.
        maps: for each layer's name its output for this picture, (height, width, filters).
        count: the largest number of maps to show of each layer; by default so many that the figure has at most twelve
            panels.
        title: the figure's title.

    Raises:
        UserError: there is no layer, a layer's output has another number of axes, or ``count`` is below 1.
    """
    picture = np.asarray(picture)
    wrong = {name: np.shape(found) for name, found in maps.items() if np.ndim(found) != 3}
    if not maps or wrong:
        raise UserError(f"maps must be (height, width, filters), but are {wrong or 'none'}")
    rows = len(maps)
    count = max(1, (PANELS - 1) // rows) if count is None else count
    _check_count(count)
    zero = sum(int((np.max(found, axis=(0, 1)) <= 0).sum()) for found in maps.values())
    total = sum(found.shape[2] for found in map(np.asarray, maps.values()))
    summary = f"the {count} maps of each layer that vary most over the picture"
    if zero:
        summary += f"; {zero:,} of all {total:,} are 0 everywhere"
    figure = new_figure(min(1.5 * count + 4.3, 10.6), max(1.75 * rows + 0.8, 3.2), joined([title, summary]))
    cells = figure.add_gridspec(rows, count + 1, width_ratios=[1.5, *[1] * count])
    first = figure.add_subplot(cells[:, 0])
    first.imshow(picture, cmap="gray")
    first.set_title(_size("the picture", picture.shape), fontsize=9)
    first.set_axis_off()
    for row, (name, found) in enumerate(maps.items()):
        found = np.asarray(found, dtype=float)
        most_varied = np.argsort(-found.std(axis=(0, 1)), kind="stable")[:count]
        highest = float(found.max()) if found.max() > 0 else 1.0
        panels = [figure.add_subplot(cells[row, column + 1]) for column in range(len(most_varied))]
        for axes, index in zip(panels, most_varied, strict=True):
            image = axes.imshow(found[..., index], cmap="viridis", vmin=0, vmax=highest)
            dead = " (0)" if found[..., index].max() <= 0 else ""
            axes.set_title(f"filter {index}{dead}", fontsize=9, pad=2)
            axes.set(xticks=[], yticks=[])
        panels[0].set_ylabel(_size(name, found.shape), fontsize=9)
        bar = figure.colorbar(image, ax=panels, shrink=0.9, aspect=12)
        bar.set_label("activation", fontsize=9)
        bar.ax.tick_params(labelsize=9)
    return figure


def patches(found: Mapping[str, Mapping[int, np.ndarray]], *, title: str = "", summary: str = "") -> "Figure":
    """Maximally activating patches: one row per layer, and in it a block of patches for each filter.

    Slide: deck 1, "Visualizing Convolutional Networks"

    Args:
        found: for each layer's name and each filter's number its patches, those with the highest activation first, as
            ``explain.maximally_activating_patches`` returns them: ``(n, height, width, channels)``. A filter without
            any is labelled as dead.
        title: the figure's title.
        summary: the title's second line, instead of one that says what patches are shown.

    Raises:
        UserError: there is no layer, or a layer without filters.
    """
    if not found or not all(found.values()):
        raise UserError("no patches to show: name at least one layer, and a filter in each")
    rows, columns = len(found), max(len(filters) for filters in found.values())
    summary = summary or "the patches that activate each filter most, at most one of a photo"
    figure = new_figure(min(max(2.2 * columns + 1.4, 8.0), 10.6), 2.4 * rows + 0.9, joined([title, summary]))
    panels = figure.subplots(rows, columns, squeeze=False)
    for axes in panels.ravel():
        axes.set_axis_off()
    for row, (name, filters) in zip(panels, found.items(), strict=True):
        for axes, (index, block) in zip(row, filters.items(), strict=False):
            if len(block):
                whole = mosaic(np.asarray(block, dtype=float))
                axes.imshow(whole / (255 if whole.max() > 1 else 1))
            else:
                axes.imshow(np.ones((1, 1, 3)))
                axes.text(0, 0, "dead: never\nabove 0", fontsize=9, ha="center", va="center")
            axes.set_title(f"filter {index}", fontsize=9, pad=2)
            height, width = block.shape[1:3]
        row[0].text(
            -0.08,
            0.5,
            f"{name.replace('_', ' ')}\n{height}x{width} pixels",
            transform=row[0].transAxes,
            fontsize=9,
            ha="right",
            va="center",
        )
    return figure


def mosaic(block: np.ndarray) -> np.ndarray:
    """Patches as one picture, as many rows as columns, grey lines between them; small ones are enlarged."""
    times = math.ceil(40 / block.shape[1])
    block = block.repeat(times, axis=1).repeat(times, axis=2)
    count, height, width = block.shape[:3]
    line = max(1, height // 20)
    columns = math.ceil(math.sqrt(count))
    grey = 0.7 * (255 if block.max() > 1 else 1)
    whole = np.full(
        (columns * (height + line) - line, columns * (width + line) - line, *block.shape[3:]), grey
    )
    for place, patch in enumerate(block):
        top, left = (height + line) * (place // columns), (width + line) * (place % columns)
        whole[top : top + height, left : left + width] = patch
    return whole


def _check_count(count: int) -> None:
    if count < 1:
        raise UserError(f"count must be 1 or more, but is {count}")


def _size(name: str, shape: Sequence[int]) -> str:
    return f"{name.replace('_', ' ')}\n{'x'.join(str(length) for length in shape)}"

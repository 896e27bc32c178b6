"""Steps downhill: the loss by step, a path on a loss of one weight, the walk to the cake."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.landscapes import Landscape, Paths, draw_contours, draw_heights, draw_start
from keras_course.plots.style import BLUE, COLOURS, GREY, HEADING, ORANGE, SMALL, WIDE, new_figure, quiet

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def losses_by_step(panels: Mapping[str, Mapping[str, np.ndarray]], *, title: str = "") -> "Figure":
    """Draw losses, less their minimum, against the steps, on a logarithmic scale, one panel for each group.

    Args:
        panels: for each panel's title the losses, (steps + 1,) by name, whose minimum is 0.
        title: the figure's title.

    Raises:
        UserError: there is nothing to draw.
    """
    if not panels or not all(panels.values()):
        raise UserError("no losses to draw: give at least one in every panel")
    figure = new_figure(WIDE if len(panels) > 1 else 6.4, 4.6, title)
    all_axes = figure.subplots(1, len(panels), squeeze=False, sharey=True)[0]
    for axes, (heading, group) in zip(all_axes, panels.items(), strict=True):
        draw_heights(axes, group)
        axes.set_title(heading, fontsize=HEADING)
        axes.legend(fontsize=SMALL, framealpha=0.9)
    all_axes[0].set_ylabel("loss minus its minimum (log scale)")
    return figure


def rolls(loss: Callable[[np.ndarray], np.ndarray], paths: Paths, *, title: str = "") -> "Figure":
    """Draw paths on a loss of one weight, a panel each, from the start (square) to where they come to rest (star).

    Args:
        loss: the loss of each weight: any shape -> the same shape.
        paths: the weight at each step, (steps + 1,) by name.
        title: the figure's title.

    Raises:
        UserError: there is no path.
    """
    if not paths:
        raise UserError("no path to draw: give at least one")
    figure = new_figure(WIDE if len(paths) > 1 else 6.4, 4.4, title)
    everything = np.concatenate(list(paths.values()))
    margin = 0.08 * np.ptp(everything)
    curve = np.linspace(everything.min() - margin, max(everything.max(), -everything.min()) + margin, 400)
    all_axes = figure.subplots(1, len(paths), squeeze=False, sharey=True)[0]
    for number, (axes, (name, path)) in enumerate(zip(all_axes, paths.items(), strict=True)):
        axes.plot(curve, loss(curve), color=GREY, linewidth=1.5)
        axes.plot(path, loss(path), "o", color=COLOURS[number], markersize=4, alpha=0.6, label="every step")
        axes.plot(path[0], loss(path[:1])[0], "s", color="black", markersize=8, label="start")
        axes.plot(path[-1], loss(path[-1:])[0], "*", color="#E69F00", markersize=17, markeredgecolor="black",
                  label=f"comes to rest: w = {path[-1]:.2f}")  # fmt: skip
        axes.set_title(name, fontsize=HEADING)
        axes.set_xlabel("weight w")
        quiet(axes)
        axes.legend(fontsize=SMALL, framealpha=0.9)
    all_axes[0].set_ylabel("loss (lower is better)")
    return figure


def cake_walk(
    landscape: Landscape,
    walk: np.ndarray,
    directions: np.ndarray,
    straight: np.ndarray,
    table: list[dict[str, int]],
    *,
    title: str = "",
) -> "Figure":
    """Draw the walk to the cake beside gradient descent, and what each costs in more dimensions.

    Slide: deck 4, "Gradient descent"

    Args:
        landscape: the distance to the cake, and what to draw.
        walk: (steps + 1, 2) the walk's path.
        directions: (k, 2) the steps of length 1 that are tried before each step.
        straight: (steps + 1, 2) the gradient's path.
        table: a row for each number of ``dimensions``, with the walk's ``evaluations`` and the descent's ``gradients``.
        title: the figure's title.
    """
    figure = new_figure(WIDE, 4.4, title)
    left, middle, right = figure.subplots(1, 3)
    tries = (walk[:-1, None] + directions).reshape(-1, 2)  # (steps, k, 2) -> (steps * k, 2)
    for axes, path, name, color in (
        (left, walk, "cake walk", BLUE),
        (middle, straight, "gradient descent", ORANGE),
    ):
        draw_contours(axes, landscape, star="the cake")
        if axes is left:
            axes.plot(*tries.T, ".", color=GREY, markersize=4, label="tried")
        axes.plot(*path.T, "-o", color=color, markersize=5, label=f"{name}: stepped to")
        draw_start(axes, path[0])
        axes.set_aspect("equal")
        axes.set_title(f"{name}: {len(path) - 1} steps", fontsize=HEADING)
        axes.set_xlabel("steps right")
        axes.set_ylabel("steps up")
    known = {
        label: handle
        for axes in (left, middle)
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)
    }
    figure.legend(
        known.values(), known.keys(), loc="outside lower left", ncols=5, fontsize=SMALL, frameon=False
    )
    sizes = [row["dimensions"] for row in table]
    for key, name, color, marker in (
        ("evaluations", "cake walk: distances measured", BLUE, "o"),
        ("gradients", "gradient descent: gradients computed", ORANGE, "s"),
    ):
        right.plot(sizes, [row[key] for row in table], f"-{marker}", color=color, label=name)
    right.set_xscale("log")
    right.set_yscale("log")
    right.set_xticks(sizes, [str(size) for size in sizes])
    right.minorticks_off()
    right.set_xlabel("dimensions (log scale)")
    right.set_ylabel("how many, until at the cake (log scale)")
    right.set_title("the same distance in more dimensions", fontsize=HEADING)
    quiet(right)
    right.set_ylim(top=20 * right.get_ylim()[1])  # room for the legend
    right.legend(fontsize=SMALL, framealpha=0.9, loc="upper left")
    return figure

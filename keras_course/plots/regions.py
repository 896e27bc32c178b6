"""Decision regions of classifiers of points in the plane, and how a network learns them."""

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.style import BLUE, GREY, ORANGE, grid, new_figure, quiet

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = np.ndarray
Classifier = Callable[[Array], Array]
STEPS = 100  # points of the grid, along each axis
CLASSES = ((BLUE, "o"), (ORANGE, "^"))  # colour and marker of class 0 and 1
LEVELS = np.linspace(0, 1, 11)  # of probability: a shade between each two


def plane(x: Array, steps: int = STEPS) -> tuple[Array, Array, Array]:
    """A grid over the part of the plane in which some points lie.

    Args:
        x: (n, 2).
        steps: grid points along each axis.

    Returns:
        The grid's coordinates along both axes, (steps,) each, and its points, (steps * steps, 2), row by row.

    Raises:
        UserError: there are no points, or they do not have two coordinates.
    """
    if x.ndim != 2 or x.shape[1] != 2 or not len(x):
        raise UserError(f"points (n, 2) are needed to draw a plane around, not {x.shape}")
    margin = 0.1 * (np.ptp(x, axis=0) + 1e-9) + 0.05
    across, up = np.linspace(x.min(axis=0) - margin, x.max(axis=0) + margin, steps).T
    points = np.stack(np.meshgrid(across, up), axis=-1)  # (steps, steps, 2)
    return across, up, points.reshape(-1, 2)


def decision_regions(
    classifiers: Mapping[str, Classifier],
    x: Array,
    y: Array | None = None,
    *,
    marked: Mapping[str, tuple[float, float]] | None = None,
    columns: int = 3,
    title: str = "",
) -> "Figure":
    """The probability that each classifier predicts at every place in the plane, with the points that it has to split.

    Args:
        classifiers: for each panel's title a function from points (n, 2) to probabilities of class 1, (n,).
        x: (n, 2) points; the panels extend a little beyond them.
        y: (n,) their classes, 0 or 1; a misclassified point has a black ring. With None, no points are drawn.
        marked: for a panel's title a point to mark with a cross, and its probability beside it.
        columns: panels in a row, at most.
        title: the figure's title.

    Raises:
        UserError: there is no classifier, or the shapes do not fit together.
    """
    if not classifiers:
        raise UserError("no classifier to draw")
    if y is not None:
        _check(x, y)
    across, up, points = plane(x)
    rows, columns = grid(len(classifiers), columns)
    height = 3.5 * min(
        max(float(np.ptp(up) / np.ptp(across)), 0.5), 1.5
    )  # of a panel: both axes have one scale
    figure = new_figure(max(3.5 * columns + 1.2, 6.4), max(height * rows + 1.3, 3.6), title)
    panels = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    for axes, (name, classifier) in zip(panels, classifiers.items(), strict=False):
        filled = _fill(axes, across, up, classifier(points))
        if y is not None:
            draw_points(axes, x, y, wrong=(classifier(x) >= 0.5) != y)
        axes.set_title(name, fontsize=10)
        if marked and name in marked:
            place = np.array([marked[name]])
            axes.plot(*place[0], "X", color="black", markersize=9, markeredgecolor="white")
            axes.annotate(
                f"{classifier(place)[0]:.3g}", place[0], (7, 6), textcoords="offset points", fontsize=10,
                fontweight="bold", bbox={"boxstyle": "round", "facecolor": "white", "alpha": 0.85, "pad": 0.2},
            )  # fmt: skip
    for axes in panels[len(classifiers) :]:
        axes.remove()
    for axes in panels[max(len(classifiers) - columns, 0) : len(classifiers)]:
        axes.tick_params(labelbottom=True)
        axes.set_xlabel("$x_1$")
    for axes in panels[: len(classifiers) : columns]:
        axes.set_ylabel("$x_2$")
    _colour_bar(figure, filled, list(panels[: len(classifiers)]))
    if y is not None:
        point_legend(figure, wrong=True)
    return figure


def save_learning(
    path: Path | str,
    frames: Mapping[int, Array],
    losses: Sequence[float],
    x: Array,
    y: Array,
    *,
    title: str = "",
    frames_a_second: int = 8,
) -> None:
    """Write an animated GIF: a network's decision regions while it learns, beside its loss.

    Args:
        path: of the .gif file.
        frames: for each epoch to show (0 is the start) the probabilities at :func:`plane`'s points, (steps * steps,).
        losses: the loss before each epoch's step; the first is that of the start.
        x: (n, 2) points.
        y: (n,) their classes, 0 or 1.
        title: the figure's title; the epoch is added to it.
        frames_a_second: speed; the last frame stays for two seconds more.

    Raises:
        UserError: there is no frame, or one whose grid is not square.
    """
    from matplotlib.animation import PillowWriter
    from matplotlib.ticker import FuncFormatter

    _check(x, y)
    sizes = {math.isqrt(len(frame)) ** 2 == len(frame) > 0 for frame in frames.values()}
    if sizes != {True}:
        raise UserError(f"{len(frames)} frames: at least one is needed, each of steps * steps probabilities")
    figure = new_figure(8.8, 4.3, " ")
    regions, curve = figure.subplots(1, 2, width_ratios=(1.25, 1))
    curve.plot(losses, color=GREY, linewidth=1.5)
    (dot,) = curve.plot([], [], "o", color="black", markersize=7, clip_on=False)
    curve.set_xscale("symlog", linthresh=1)  # most is learnt early, and the start is epoch 0
    curve.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    curve.set_xlim(0, 1.15 * len(losses))
    curve.set_xlabel("epochs done (log scale)")
    curve.set_ylabel("log-loss on the training points")
    curve.set_ylim(bottom=0)
    quiet(curve)
    writer = PillowWriter(fps=frames_a_second)
    with writer.saving(figure, str(path), dpi=80):
        for epoch in sorted(frames):
            regions.clear()
            across, up, _ = plane(x, math.isqrt(len(frames[epoch])))
            filled = _fill(regions, across, up, frames[epoch])
            draw_points(regions, x, y)
            regions.set_xlabel("$x_1$")
            regions.set_ylabel("$x_2$")
            shown = min(epoch, len(losses) - 1)
            dot.set_data([shown], [losses[shown]])
            figure.suptitle(f"{title}: after epoch {epoch} of {len(losses)}", fontsize=11)
            if epoch == min(frames):
                _colour_bar(figure, filled, [regions], location="bottom")
                figure.draw_without_rendering()
                figure.set_layout_engine(
                    "none"
                )  # laid out once: nothing jumps, and each frame is drawn faster
            writer.grab_frame()
        for _ in range(2 * frames_a_second):
            writer.grab_frame()


def _check(x: Array, y: Array) -> None:
    if np.ndim(x) != 2 or np.shape(x)[1] != 2 or np.shape(y) != np.shape(x)[:1] or not len(x):
        raise UserError(f"points (n, 2) and classes (n,) are needed, not {np.shape(x)} and {np.shape(y)}")


def _fill(axes: "Axes", across: Array, up: Array, probabilities: Array) -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    colours = LinearSegmentedColormap.from_list("regions", [BLUE, "white", ORANGE])
    values = np.clip(np.reshape(probabilities, (len(up), len(across))), 0, 1)
    filled = axes.contourf(across, up, values, levels=LEVELS, cmap=colours, alpha=0.6)
    if values.min() < 0.5 <= values.max():
        axes.contour(across, up, values, levels=[0.5], colors="black", linewidths=1.2)
    axes.set_aspect("equal")
    return filled


def draw_points(axes: "Axes", x: Array, y: Array, wrong: Array | None = None) -> None:
    """Draw class 0 as blue discs, class 1 as orange triangles, and a black ring around each misclassified point.

    Args:
        axes: where to draw.
        x: (n, 2) points.
        y: (n,) their classes, 0 or 1.
        wrong: (n,) whether a point is misclassified; None draws no rings.
    """
    for number, (color, marker) in enumerate(CLASSES):
        across, up = x[y == number].T
        axes.scatter(
            across, up, s=22, color=color, marker=marker, edgecolors="white", linewidths=0.6, zorder=3
        )
    if wrong is not None and wrong.any():
        across, up = x[wrong].T
        axes.scatter(across, up, s=62, facecolors="none", edgecolors="black", linewidths=1.1, zorder=4)


def _colour_bar(figure: "Figure", filled: Any, axes: list["Axes"], location: str = "right") -> None:
    bar = figure.colorbar(
        filled, ax=axes, location=location, shrink=0.9, aspect=30, ticks=[0, 0.25, 0.5, 0.75, 1]
    )
    bar.set_label("probability of class 1 (line: 0.5)", fontsize=9)


def point_legend(figure: "Figure", wrong: bool = False) -> None:
    """Add a legend of the classes' markers below all panels.

    Args:
        figure: the figure.
        wrong: add the ring of misclassified points.
    """
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], linestyle="", color=color, marker=marker, label=f"class {number}")
        for number, (color, marker) in enumerate(CLASSES)
    ]
    if wrong:
        ring = Line2D([], [], linestyle="", color="black", marker="o", markersize=9, markerfacecolor="none")
        ring.set_label("misclassified")
        handles.append(ring)
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), fontsize=9, frameon=False)

"""Descents on a loss of two weights: paths over its contours."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.style import COLOURS, new_figure, quiet

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

Paths = Mapping[str, np.ndarray]

MARKERS = "os^DvPX"
WIDTH = 10.7  # inches: 1600 pixels
FLOOR = 1e-6  # of the start's height; what is lower is not shown


class Landscape(Protocol):
    """A loss of two weights that can be drawn; those in ``by_hand.landscapes`` are some."""

    @property
    def loss(self) -> Callable[[np.ndarray], np.ndarray]:
        """The loss at given weights: (..., 2) -> (...)."""

    @property
    def minima(self) -> np.ndarray:
        """Its lowest points: (m, 2)."""

    @property
    def view(self) -> np.ndarray:
        """What to draw: the lowest and the highest value of each weight, (2, 2)."""


def descents(landscape: Landscape, panels: Mapping[str, Paths], *, title: str = "") -> "Figure":
    """Draw paths over the contours of a loss, one panel for each group; in the last panel the loss of all by step.

    Both weights have one scale, the same in all panels: a ravine looks as narrow as it is. A panel extends as far as
    the paths in it that come back into view; one that does not is cut where it is far outside. The loss is drawn up to
    ten times the start's.

    Args:
        landscape: the loss, its lowest points and what to draw.
        panels: for each panel's title the paths, (steps + 1, 2) by name. A name keeps its colour in all panels.
        title: the figure's title.

    Raises:
        UserError: there is no path, or one is not (steps + 1, 2).
    """
    names = path_names(panels)
    views = [frame(landscape.view, group.values()) for group in panels.values()]
    figure, maps, last = _laid_out(views, title)
    for axes, view, (heading, paths) in zip(maps, views, panels.items(), strict=True):
        draw_contours(axes, landscape, view=view)
        for name, path in paths.items():
            draw_path(axes, inside(path, view), names.index(name), name)
        draw_start(axes, next(iter(paths.values()))[0])
        axes.set_title(heading, fontsize=10)
    lowest = float(landscape.loss(landscape.minima[0]))
    with np.errstate(all="ignore"):  # a path may have gone to infinity
        heights = {
            name: landscape.loss(path) - lowest for paths in panels.values() for name, path in paths.items()
        }
    draw_heights(last, heights)
    last.set_title("how far above the minimum", fontsize=10)
    last.set_ylabel("loss minus its minimum (log scale)")
    legend_below(figure, maps)
    return figure


def frame(view: np.ndarray, paths: Iterable[np.ndarray]) -> np.ndarray:
    """What to draw, (2, 2): the view, and more where a path leaves it but ends inside."""
    low, high = view.T
    back = [
        path
        for path in paths
        if len(inside(path, view)) == len(path) and (path[-1] >= low).all() and (path[-1] <= high).all()
    ]
    margin = 0.03 * (high - low)
    for path in back:
        low = np.minimum(low, path.min(axis=0) - margin)
        high = np.maximum(high, path.max(axis=0) + margin)
    return np.stack([low, high], axis=1)


def _laid_out(views: list[np.ndarray], title: str) -> "tuple[Figure, list[Axes], Axes]":
    """A figure, an axes for each view, all on one scale, and one for the losses.

    Wide views stand one above the other, beside the losses; others beside each other, above the losses. The views are
    changed in place: stacked ones share their width, others their height.
    """
    spans = np.array([np.ptp(view, axis=1) for view in views])  # (panels, 2)
    wide = bool((spans[:, 0] > 1.6 * spans[:, 1]).all())
    shared = 0 if wide else 1
    low, high = min(view[shared, 0] for view in views), max(view[shared, 1] for view in views)
    for view in views:
        view[shared] = low, high
    spans = np.array([np.ptp(view, axis=1) for view in views])
    if wide:
        heights = 6.1 * spans[:, 1] / spans[0, 0]  # inches
        figure = new_figure(WIDTH, max(4.2, float(heights.sum()) + 0.75 * len(views) + 1.1), title)
        cells = figure.add_gridspec(len(views), 2, width_ratios=(1.9, 1), height_ratios=heights)
        maps = [figure.add_subplot(cells[row, 0]) for row in range(len(views))]
        return figure, maps, figure.add_subplot(cells[:, 1])
    height = min(4.4, (WIDTH - 0.9 * len(views)) * spans[0, 1] / float(spans[:, 0].sum()))
    figure = new_figure(WIDTH, height + 4.5, title)
    rows = figure.add_gridspec(2, 1, height_ratios=(height, 2.3))
    across = rows[0].subgridspec(1, len(views), width_ratios=spans[:, 0])
    maps = [figure.add_subplot(across[0, column]) for column in range(len(views))]
    return figure, maps, figure.add_subplot(rows[1])


def path_names(panels: Mapping[str, Paths]) -> list[str]:
    """Every path's name once, in order: its place chooses the colour."""
    for paths in panels.values():
        for name, path in paths.items():
            if np.ndim(path) != 2 or np.shape(path)[1] != 2:
                raise UserError(f"the path {name!r} must be (steps + 1, 2), but is {np.shape(path)}")
    names = list(dict.fromkeys(name for paths in panels.values() for name in paths))
    if not names:
        raise UserError("no path to draw: give at least one")
    return names


def draw_contours(
    axes: "Axes", landscape: Landscape, star: str = "lowest point", view: np.ndarray | None = None
) -> None:
    """Draw pale contours, close together where the loss is low, and a star on every lowest point.

    Args:
        axes: where to draw; both weights get one scale.
        landscape: the loss.
        star: the lowest points' name in the legend.
        view: (2, 2) what to draw; None is the landscape's own view.
    """
    (left, right), (bottom, top) = landscape.view if view is None else view
    x, y = np.meshgrid(np.linspace(left, right, 150), np.linspace(bottom, top, 150))
    heights = landscape.loss(np.stack([x, y], axis=-1))
    levels = heights.min() + np.ptp(heights) * np.linspace(0, 1, 17) ** 3
    axes.contourf(x, y, heights, levels=levels, cmap="Blues_r", alpha=0.35)
    axes.contour(x, y, heights, levels=levels, colors="#b5b5b5", linewidths=0.6)
    axes.plot(*landscape.minima.T, "*", color="#E69F00", markersize=16, markeredgecolor="black", label=star,
              linestyle="none", zorder=4)  # fmt: skip
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)
    axes.set_xlabel("weight w1")
    axes.set_ylabel("weight w2")
    axes.set_aspect("equal")


def draw_start(axes: "Axes", where: np.ndarray) -> None:
    """Draw a square where a path begins."""
    axes.plot(*where, "s", color="black", markersize=7, label="start", linestyle="none", zorder=4)


def inside(path: np.ndarray, view: np.ndarray) -> np.ndarray:
    """The path up to its first point far outside the panel (huge numbers cannot be drawn)."""
    low, high = view.T
    far = np.flatnonzero(~(np.abs(path - (low + high) / 2) < 3 * (high - low)).all(axis=1))
    return path[: far[0]] if far.size else path


def draw_path(axes: "Axes", drawn: np.ndarray, number: int, name: str) -> "Line2D":
    """Draw a path in the colour and with the marker of its number."""
    (line,) = axes.plot(
        *drawn.T, color=COLOURS[number % len(COLOURS)], marker=MARKERS[number % len(MARKERS)], markersize=4,
        markevery=max(1, len(drawn) // 40), linewidth=1.4, label=name,
    )  # fmt: skip
    return line


def legend_below(figure: "Figure", panels: Sequence["Axes"]) -> None:
    """Draw one legend for all panels, with every name once: the paths, then start and lowest point."""
    found: dict[str, Any] = {}
    for axes in panels:
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            found.setdefault(label, handle)
    for last in ("start", "lowest point"):
        found[last] = found.pop(last)
    columns = min(len(found), int(figure.get_figwidth() / 1.15))
    figure.legend(
        found.values(), found.keys(), loc="outside lower center", ncols=columns, fontsize=9, frameon=False,
        title="darker: lower loss", title_fontsize=9,
    )  # fmt: skip


def draw_heights(axes: "Axes", heights: Mapping[str, np.ndarray]) -> None:
    """Draw the height above the lowest point against the steps, on a logarithmic scale."""
    begin = max(float(values[0]) for values in heights.values())
    for number, (name, values) in enumerate(heights.items()):
        drawn = np.where(values > 0, np.clip(values, FLOOR**2 * begin, begin / FLOOR), np.nan)
        axes.plot(
            drawn, color=COLOURS[number % len(COLOURS)], marker=MARKERS[number % len(MARKERS)], markersize=4,
            markevery=max(1, len(drawn) // 12), linewidth=1.6, label=name,
        )  # fmt: skip
    axes.set_yscale("log")
    lowest = min(float(np.nanmin(np.where(values > 0, values, begin))) for values in heights.values())
    axes.set_ylim(max(FLOOR * begin, 0.5 * lowest), 10 * begin)
    axes.set_xlabel("step")
    quiet(axes)

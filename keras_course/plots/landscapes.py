"""Ways down a loss of two weights: paths over its contours, and the race as a moving picture."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from keras_course.plots.style import COLOURS, grid, new_figure, quiet

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

Paths = Mapping[str, np.ndarray]

MARKERS = "os^DvPX"
FLOOR = 1e-6  # of the start's height: lower than that is not shown


class Landscape(Protocol):
    """A loss over two weights, as ``by_hand.landscapes`` has them."""

    @property
    def loss(self) -> Callable[[np.ndarray], np.ndarray]:
        """(..., 2) -> (...)."""

    @property
    def minima(self) -> np.ndarray:
        """(m, 2)."""

    @property
    def view(self) -> np.ndarray:
        """(2, 2): lowest and highest of each weight."""


def descents(landscape: Landscape, panels: Mapping[str, Paths], *, title: str = "") -> "Figure":
    """Paths over the contours of a loss, a panel a group; in the last panel the loss of all, step by step.

    A path that leaves the picture is cut there; its loss is drawn up to ten times the start's.

    Args:
        landscape: the loss, its lowest points and what to show.
        panels: for each panel's title the paths, (steps + 1, 2) by name. A name keeps its colour in all panels.
        title: stands above all panels.

    Raises:
        ValueError: there is no path, or one is not (steps + 1, 2).
    """
    names = _names(panels)
    figure = new_figure(4.4 * len(panels) + 4.7, 4.8, title)
    *maps, last = figure.subplots(1, len(panels) + 1, squeeze=False)[0]
    for axes, (heading, paths) in zip(maps, panels.items(), strict=True):
        draw_contours(axes, landscape)
        for name, path in paths.items():
            _way(axes, path, landscape.view, names.index(name), name)
        draw_start(axes, next(iter(paths.values()))[0])
        axes.set_title(heading, fontsize=11)
    lowest = float(landscape.loss(landscape.minima[0]))
    with np.errstate(all="ignore"):  # a path may have gone to infinity
        heights = {
            name: landscape.loss(path) - lowest for paths in panels.values() for name, path in paths.items()
        }
    draw_heights(last, heights)
    last.set_title("how far above the lowest point", fontsize=11)
    last.set_ylabel("loss above its lowest (log scale)")
    _legend_below(figure, maps)
    return figure


def save_race(
    path: Path, landscapes: Mapping[str, Landscape], paths: Mapping[str, Paths], *, frames: int = 60
) -> None:
    """Write the race as an animated GIF: a panel a landscape, all optimisers at the same step.

    Slide: deck 5, "Stochastic Gradient Descent"

    Args:
        path: the file, which should end in ``.gif``.
        landscapes: by name.
        paths: for each landscape's name the paths, (steps + 1, 2) by name.
        frames: how many pictures; close together at the beginning, where most happens.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.colors import to_rgb
    from PIL import Image

    names = _names(paths)
    rows, columns = grid(len(paths), 3)
    figure = new_figure(4 * columns, 3.7 * rows + 0.7, "step 0")
    canvas, panels = FigureCanvasAgg(figure), list(figure.subplots(rows, columns, squeeze=False).flat)
    moving: list[tuple[Any, np.ndarray]] = []
    for axes, (place, group) in zip(panels, paths.items(), strict=False):
        draw_contours(axes, landscapes[place])
        draw_start(axes, next(iter(group.values()))[0])
        axes.set_title(place, fontsize=11)
        for name, way in group.items():
            drawn = _inside(way, landscapes[place].view)
            moving.append((_way(axes, drawn[:1], landscapes[place].view, names.index(name), name), drawn))
    _legend_below(figure, panels)
    title = figure.suptitle("step 0", fontsize=12)
    figure.set_dpi(75)
    canvas.draw()
    for artist in (title, *(line for line, _ in moving)):
        artist.set_animated(True)  # left out of the background, which is drawn once
    figure.set_layout_engine("none")
    canvas.draw()
    background = canvas.copy_from_bbox(figure.bbox)

    steps = max(len(way) for group in paths.values() for way in group.values()) - 1
    shown = np.unique(np.geomspace(1, steps + 1, frames).astype(int) - 1)
    pictures = []
    for step in shown:
        canvas.restore_region(background)
        title.set_text(f"step {step}")
        for line, way in moving:
            line.set_data(*way[: step + 1].T)
            line.set_markevery([min(step, len(way) - 1)])
            line.axes.draw_artist(line)
        figure.draw_artist(title)
        pictures.append(Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3].copy()))
    # the background's colours, and the lines' own, which are too rare in the picture to be kept by themselves
    shades = pictures[0].quantize(200).getpalette() or []
    colours = Image.new("P", (1, 1))
    colours.putpalette(shades[:600] + [round(255 * part) for colour in COLOURS for part in to_rgb(colour)])
    first, *rest = [picture.quantize(palette=colours, dither=Image.Dither.NONE) for picture in pictures]
    seconds = [0.12] * len(rest) + [2.5]  # the last one stays for a while
    first.save(path, save_all=True, append_images=rest, duration=[int(1000 * s) for s in seconds], loop=0)


def _names(panels: Mapping[str, Paths]) -> list[str]:
    for paths in panels.values():
        for name, path in paths.items():
            if np.ndim(path) != 2 or np.shape(path)[1] != 2:
                raise ValueError(f"the path {name!r} must be (steps + 1, 2), but is {np.shape(path)}")
    names = list(dict.fromkeys(name for paths in panels.values() for name in paths))
    if not names:
        raise ValueError("no path to draw: give at least one")
    return names


def draw_contours(axes: "Axes", landscape: Landscape, star: str = "lowest point") -> None:
    """Light contours, close together where it is low, and a star on every lowest point."""
    (left, right), (bottom, top) = landscape.view
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


def draw_start(axes: "Axes", where: np.ndarray) -> None:
    """A square where a path begins."""
    axes.plot(*where, "s", color="black", markersize=7, label="start", linestyle="none", zorder=4)


def _inside(path: np.ndarray, view: np.ndarray) -> np.ndarray:
    """The path up to its first point far outside the picture (huge numbers cannot be drawn)."""
    low, high = view.T
    far = np.flatnonzero(~(np.abs(path - (low + high) / 2) < 3 * (high - low)).all(axis=1))
    return path[: far[0]] if far.size else path


def _way(axes: "Axes", path: np.ndarray, view: np.ndarray, number: int, name: str) -> "Line2D":
    drawn = _inside(path, view)
    (line,) = axes.plot(
        *drawn.T, color=COLOURS[number % len(COLOURS)], marker=MARKERS[number % len(MARKERS)], markersize=4,
        markevery=max(1, len(drawn) // 40), linewidth=1.4, label=name,
    )  # fmt: skip
    return line


def _legend_below(figure: "Figure", panels: Sequence["Axes"]) -> None:
    """One legend for all panels: every name once."""
    found: dict[str, Any] = {}
    for axes in panels:
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            found.setdefault(label, handle)
    columns = min(len(found), int(figure.get_figwidth() / 1.3))
    figure.legend(
        found.values(), found.keys(), loc="outside lower center", ncols=columns, fontsize=9, frameon=False,
        title="the darker, the lower", title_fontsize=9,
    )  # fmt: skip


def draw_heights(axes: "Axes", heights: Mapping[str, np.ndarray]) -> None:
    """Heights above the lowest point against the steps, on a logarithmic scale."""
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

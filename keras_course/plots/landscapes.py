"""Descents on a loss of two weights: paths over its contours, and the race as an animation."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.style import COLOURS, grid, new_figure, quiet

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from PIL.Image import Image

Paths = Mapping[str, np.ndarray]

MARKERS = "os^DvPX"
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

    A path is cut where it is far outside the panel; its loss is drawn up to ten times the start's.

    Args:
        landscape: the loss, its lowest points and what to draw.
        panels: for each panel's title the paths, (steps + 1, 2) by name. A name keeps its colour in all panels.
        title: the figure's title.

    Raises:
        UserError: there is no path, or one is not (steps + 1, 2).
    """
    names = _names(panels)
    figure = new_figure(4.4 * len(panels) + 4.7, 4.8, title)
    *maps, last = figure.subplots(1, len(panels) + 1, squeeze=False)[0]
    for axes, (heading, paths) in zip(maps, panels.items(), strict=True):
        draw_contours(axes, landscape)
        for name, path in paths.items():
            _draw_path(axes, path, landscape.view, names.index(name), name)
        draw_start(axes, next(iter(paths.values()))[0])
        axes.set_title(heading, fontsize=11)
    lowest = float(landscape.loss(landscape.minima[0]))
    with np.errstate(all="ignore"):  # a path may have gone to infinity
        heights = {
            name: landscape.loss(path) - lowest for paths in panels.values() for name, path in paths.items()
        }
    draw_heights(last, heights)
    last.set_title("how far above the minimum", fontsize=11)
    last.set_ylabel("loss minus its minimum (log scale)")
    _legend_below(figure, maps)
    return figure


def save_race(
    file: Path, landscapes: Mapping[str, Landscape], paths: Mapping[str, Paths], *, frames: int = 60
) -> None:
    """Write the race as an animated GIF: one panel for each landscape, all optimisers at the same step.

    Slide: deck 5, "Stochastic Gradient Descent"

    Args:
        file: where to write; its name should end in ``.gif``.
        landscapes: by name.
        paths: for each landscape's name the paths, (steps + 1, 2) by name.
        frames: how many pictures at most; close together at the beginning, where most happens.

    Raises:
        UserError: there is no path, one is not (steps + 1, 2), or no picture is asked for.
    """
    if frames < 1:
        raise UserError(f"frames={frames} must be at least 1")
    names = _names(paths)
    rows, columns = grid(len(paths), 3)
    figure = new_figure(4 * columns, 3.7 * rows + 0.7, "step 0")
    panels = list(figure.subplots(rows, columns, squeeze=False).flat)
    runners: list[tuple[Axes, Line2D, np.ndarray]] = []
    for axes, (place, group) in zip(panels, paths.items(), strict=False):
        view = landscapes[place].view
        draw_contours(axes, landscapes[place])
        draw_start(axes, next(iter(group.values()))[0])
        axes.set_title(place, fontsize=11)
        for name, path in group.items():
            drawn = _inside(path, view)
            runners.append((axes, _draw_path(axes, drawn[:1], view, names.index(name), name), drawn))
    _legend_below(figure, panels)
    last = max(len(path) for group in paths.values() for path in group.values()) - 1
    steps = np.unique(np.geomspace(1, last + 1, frames).astype(int) - 1)
    _save_gif(file, _pictures(figure, runners, steps))


def _pictures(
    figure: "Figure", runners: Sequence[tuple["Axes", "Line2D", np.ndarray]], steps: np.ndarray
) -> "list[Image]":
    """The figure at each of the steps; only the runners' lines and the title are drawn anew."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    canvas: Any = FigureCanvasAgg(figure)
    title = figure.suptitle("step 0", fontsize=12)
    figure.set_dpi(75)
    canvas.draw()
    for artist in (title, *(line for _, line, _ in runners)):
        artist.set_animated(True)  # omitted from the background, which is drawn once
    figure.set_layout_engine("none")
    canvas.draw()
    background = canvas.copy_from_bbox(figure.bbox)
    pictures = []
    for step in steps:
        canvas.restore_region(background)
        title.set_text(f"step {step}")
        for axes, line, path in runners:
            line.set_data(*path[: step + 1].T)
            line.set_markevery([min(int(step), len(path) - 1)])
            axes.draw_artist(line)
        figure.draw_artist(title)
        pictures.append(Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3].copy()))
    return pictures


def _save_gif(file: Path, pictures: "list[Image]") -> None:
    """Write pictures as an animated GIF that repeats for ever."""
    from matplotlib.colors import to_rgb
    from PIL import Image

    # the background's colours, and the lines' own, which are too rare in the picture to be kept by themselves
    shades = pictures[0].quantize(200).getpalette() or []
    colours = Image.new("P", (1, 1))
    colours.putpalette(shades[:600] + [round(255 * part) for colour in COLOURS for part in to_rgb(colour)])
    first, *rest = [picture.quantize(palette=colours, dither=Image.Dither.NONE) for picture in pictures]
    milliseconds = [120] * len(rest) + [2500]  # the last picture stays for a while
    first.save(file, save_all=True, append_images=rest, duration=milliseconds, loop=0)


def _names(panels: Mapping[str, Paths]) -> list[str]:
    """Every path's name once, in order: its place chooses the colour."""
    for paths in panels.values():
        for name, path in paths.items():
            if np.ndim(path) != 2 or np.shape(path)[1] != 2:
                raise UserError(f"the path {name!r} must be (steps + 1, 2), but is {np.shape(path)}")
    names = list(dict.fromkeys(name for paths in panels.values() for name in paths))
    if not names:
        raise UserError("no path to draw: give at least one")
    return names


def draw_contours(axes: "Axes", landscape: Landscape, star: str = "lowest point") -> None:
    """Draw pale contours, close together where the loss is low, and a star on every lowest point."""
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
    """Draw a square where a path begins."""
    axes.plot(*where, "s", color="black", markersize=7, label="start", linestyle="none", zorder=4)


def _inside(path: np.ndarray, view: np.ndarray) -> np.ndarray:
    """The path up to its first point far outside the panel (huge numbers cannot be drawn)."""
    low, high = view.T
    far = np.flatnonzero(~(np.abs(path - (low + high) / 2) < 3 * (high - low)).all(axis=1))
    return path[: far[0]] if far.size else path


def _draw_path(axes: "Axes", path: np.ndarray, view: np.ndarray, number: int, name: str) -> "Line2D":
    drawn = _inside(path, view)
    (line,) = axes.plot(
        *drawn.T, color=COLOURS[number % len(COLOURS)], marker=MARKERS[number % len(MARKERS)], markersize=4,
        markevery=max(1, len(drawn) // 40), linewidth=1.4, label=name,
    )  # fmt: skip
    return line


def _legend_below(figure: "Figure", panels: Sequence["Axes"]) -> None:
    """Draw one legend for all panels, with every name once."""
    found: dict[str, Any] = {}
    for axes in panels:
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            found.setdefault(label, handle)
    columns = min(len(found), int(figure.get_figwidth() / 1.3))
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

"""The race of the optimisers as an animation."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.landscapes import (
    Landscape,
    Paths,
    draw_contours,
    draw_path,
    draw_start,
    frame,
    inside,
    legend_below,
    path_names,
)
from keras_course.plots.style import COLOURS, grid, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from PIL.Image import Image


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
    names = path_names(paths)
    rows, columns = grid(len(paths), 3)
    figure = new_figure(max(4 * columns, 5.4), 3.6 * rows + 0.9, "step 0")
    panels = list(figure.subplots(rows, columns, squeeze=False).flat)
    runners: list[tuple[Axes, Line2D, np.ndarray]] = []
    for axes, (place, group) in zip(panels, paths.items(), strict=False):
        view = frame(landscapes[place].view, group.values())
        draw_contours(axes, landscapes[place], view=view)
        draw_start(axes, next(iter(group.values()))[0])
        axes.set_title(place, fontsize=11)
        for name, path in group.items():
            drawn = inside(path, view)
            runners.append((axes, draw_path(axes, drawn[:1], names.index(name), name), drawn))
    legend_below(figure, panels)
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
    figure.set_dpi(90)
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

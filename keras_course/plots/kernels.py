"""What small kernels do to a picture."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.cells import draw_numbers
from keras_course.plots.style import COLOURS, HEADING, SMALL, TEXT, WIDE, joined, new_figure, quiet, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

COLUMNS = 3


def filtered_pictures(
    picture: np.ndarray | None,
    kernels: Mapping[str, np.ndarray],
    results: Mapping[str, np.ndarray],
    texts: Mapping[str, str],
    *,
    title: str = "",
) -> "Figure":
    """Draw a picture, and for every kernel its weights and the picture filtered with it.

    Where the weights add up to 0, the result is drawn in red (above 0), white (0) and blue (below 0), else in grey.

    Args:
        picture: (height, width), 0 to 1; None leaves it out.
        kernels: by name the weights, (kernel height, kernel width); six fill a figure, five with the picture.
        results: by name the filtered picture, (height, width).
        texts: by name what the kernel does, in a few words.
        title: the figure's title.

    Raises:
        UserError: there is no kernel, or kernels, results and texts do not have the same names.
    """
    if not kernels or set(kernels) != set(results) or set(kernels) != set(texts):
        raise UserError(f"a result and a text for each kernel are needed: {', '.join(kernels) or 'none'}")
    count = len(kernels) + (picture is not None)
    rows = -(-count // COLUMNS)
    shape = next(iter(results.values())).shape
    height = min(max(2.1 * shape[0] / shape[1], 1.5), 2.2)
    summary = "beside each kernel its result: grey, or red above 0, white at 0, blue below 0 (each on its own scale)"
    figure = new_figure(WIDE, (height + 0.65) * rows + 0.6, joined([title, summary]))
    places = list(figure.subfigures(rows, COLUMNS, squeeze=False).ravel())
    if picture is not None:
        _headed(places[0], f"the picture, grey: {picture.shape[0]}x{picture.shape[1]}")
        axes = places.pop(0).subplots()
        axes.set_axis_off()
        axes.imshow(picture, cmap="gray", vmin=0, vmax=1)
    for place, (name, kernel) in zip(places, kernels.items(), strict=False):
        whole = bool(np.all(kernel == kernel.round()))
        _headed(place, f"{name}{'' if whole else ', weights in %'}\n{texts[name]}")
        beside, axes = place.subplots(1, 2, width_ratios=[1, 2.4])
        limit = float(np.abs(kernel).max())
        shown, scale = (kernel, limit) if whole else ((100 * kernel).round(), 100 * limit)
        draw_numbers(beside, shown, "RdBu_r", -1.4 * scale, 1.4 * scale, SMALL)
        beside.set_aspect("equal")
        draw_result(axes, results[name], signed=bool(abs(kernel.sum()) < 1e-9))
    return figure


def _headed(place: "SubFigure", text: str) -> None:
    place.suptitle(wrapped(text, WIDE / COLUMNS - 0.2, TEXT), fontsize=TEXT)


def draw_result(axes: "Axes", result: np.ndarray, *, signed: bool) -> None:
    """Draw a filtered picture with its colour bar: red, white (0) and blue if ``signed``, else grey from 0 to 1."""
    from matplotlib.ticker import MaxNLocator

    figure = axes.get_figure()
    assert figure is not None
    if signed:
        # a few extreme values would make all others pale: those get the strongest colour
        limit = float(np.percentile(np.abs(result), 98)) or float(np.abs(result).max()) or 1.0
        image = axes.imshow(result, cmap="RdBu_r", vmin=-limit, vmax=limit)
        beyond = bool(np.abs(result).max() > limit)
    else:
        image = axes.imshow(result, cmap="gray", vmin=0, vmax=1)
        beyond = bool(result.min() < -1e-9 or result.max() > 1 + 1e-9)  # by more than rounding
    axes.set_axis_off()
    bar = figure.colorbar(
        image,
        ax=axes,
        shrink=0.85,
        aspect=16,
        pad=0.03,
        ticks=MaxNLocator(4),
        extend="both" if beyond else "neither",
    )
    bar.ax.tick_params(labelsize=SMALL)


def edge_responses(
    picture: np.ndarray,
    results: Mapping[str, np.ndarray],
    degrees: Sequence[float],
    responses: Mapping[str, Sequence[float]],
    *,
    title: str = "",
) -> "Figure":
    """Draw which edges kernels respond to: a square filtered, and the response to an edge at every angle.

    Args:
        picture: (height, width) the square, 0 to 1.
        results: by the kernel's name the filtered square.
        degrees: angles of the edge: 0 is vertical, 90 horizontal.
        responses: by the kernel's name the response at each of these angles, as a fraction of its strongest.
        title: the figure's title.

    Raises:
        UserError: there is no kernel, or one does not have as many responses as there are angles.
    """
    wrong = {name: len(values) for name, values in responses.items() if len(values) != len(degrees)}
    if wrong or not results:
        raise UserError(f"{len(degrees)} responses for each kernel are needed, not {wrong or 'none'}")
    figure = new_figure(WIDE, 5.9, title)
    above, below = figure.subfigures(2, 1, squeeze=False, height_ratios=[1, 1.15]).ravel()
    panels = above.subplots(1, len(results) + 1)
    panels[0].imshow(picture, cmap="gray", vmin=0, vmax=1)
    panels[0].set_title("a drawn square", fontsize=HEADING)
    panels[0].set_axis_off()
    for axes, (name, result) in zip(panels[1:], results.items(), strict=True):
        draw_result(axes, result, signed=True)
        axes.set_title(name, fontsize=HEADING)
    axes = below.subplots()
    marks = ("o", "s", "^", "D", "v", "x")
    for i, (name, values) in enumerate(responses.items()):
        axes.plot(degrees, values, color=COLOURS[i % len(COLOURS)], marker=marks[i % len(marks)], label=name)
    axes.set_xlabel("angle of the edge, in degrees (0: vertical, 90: horizontal)")
    axes.set_ylabel("response: sum of squares,\nas a fraction of the strongest")
    axes.set_xticks(list(degrees)[:: max(1, len(degrees) // 7)])
    axes.set_ylim(-0.03, None)
    axes.legend(frameon=False, title="kernel")
    quiet(axes)
    return figure

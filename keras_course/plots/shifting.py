"""Pictures that move: accuracy against the shift, one picture under way, and how its maps move with it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.style import (
    BLUE,
    COLOURS,
    GREY,
    HEADING,
    ORANGE,
    SMALL,
    TEXT,
    WIDE,
    new_figure,
    quiet,
    wrapped,
)  # fmt: skip

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MARKERS = "osD^v"
STYLES = ("-", "--", "-.", ":")


def accuracy_by_shift(
    shifts: Sequence[int],
    accuracies: Mapping[str, Sequence[Sequence[float]]],
    ink_lost: Sequence[float],
    *,
    where: str,
    examples: int,
    chance: float,
    title: str = "",
) -> "Figure":
    """Accuracy against the shift with bands of its 95 % interval, and under it the ink that has left the frame.

    Args:
        shifts: pixels, ascending.
        accuracies: for each network the accuracy at each shift, and the lower and the upper ends of its interval.
        ink_lost: at each shift the fraction of ink that has left the frame, on average.
        where: the direction, such as ``to the left``.
        examples: how many each accuracy was measured on.
        chance: the accuracy of who names the most frequent class.
        title: the figure's title.

    Raises:
        UserError: there are not as many values as shifts.
    """
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    lengths = {len(ink_lost), *(len(values) for network in accuracies.values() for values in network)}
    if not accuracies or lengths != {len(shifts)}:
        raise UserError(f"{len(shifts)} shifts need as many values of everything, not {sorted(lengths)}")
    figure = new_figure(WIDE, 6.7, title)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
    for i, (name, (accuracy, low, high)) in enumerate(accuracies.items()):
        colour = COLOURS[i % len(COLOURS)]
        upper.plot(
            shifts, accuracy, color=colour, marker=MARKERS[i % 5], linestyle=STYLES[i % 4], markersize=6, label=name
        )  # fmt: skip
        upper.fill_between(shifts, low, high, color=colour, alpha=0.2, linewidth=0)
    upper.axhline(chance, color=GREY, linewidth=1, linestyle=":", label=f"one class for all: {chance:.0%}")
    upper.set_ylim(0, 1.03)
    upper.set_ylabel(
        f"accuracy (higher is better)\n{examples:,} test digits at each shift, bands: 95 % interval"
    )
    figure.legend(fontsize=TEXT, loc="outside lower center", ncols=len(accuracies) + 1, frameon=False)
    lower.bar(shifts, ink_lost, width=0.5 * min(np.diff(shifts), default=1), color=GREY)
    lower.set_ylim(0, max(*ink_lost, 0.05) * 1.15)
    lower.set_ylabel("ink out of\nthe frame")
    lower.set_xlabel(f"shift {where} (pixels)")
    lower.xaxis.set_major_locator(MaxNLocator(integer=True))
    for axes in (upper, lower):
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
        quiet(axes)
    return figure


def moving_picture(
    pictures: Sequence[np.ndarray],
    shifts: Sequence[int],
    says: Mapping[str, Sequence[tuple[str, float]]],
    label: str,
    *,
    title: str = "",
) -> "Figure":
    """One picture at every shift, and under each what every network takes it for.

    Args:
        pictures: the picture at each shift, (height, width), 0 to 255.
        shifts: pixels.
        says: for each network, at each shift, the class that it names and that class' probability.
        label: the right class.
        title: the figure's title.

    Raises:
        UserError: there are not as many pictures and answers as shifts, or none.
    """
    lengths = {len(pictures), *(len(answers) for answers in says.values())}
    if not says or not shifts or lengths != {len(shifts)}:
        raise UserError(f"{len(shifts)} shifts need as many pictures and answers, not {sorted(lengths)}")
    names, rows, columns = 2.0, len(says), len(shifts)  # inches for the networks' names
    cell = min(1.2, (WIDE - names) / columns)
    figure = new_figure(max(names + cell * columns, 7.0), (1 + 0.62 * rows) * cell + 1.5, title)
    axes = figure.subplots()
    for i, picture in enumerate(pictures):  # a unit of the axes is a picture
        axes.imshow(picture, cmap="gray", vmin=0, vmax=255, extent=(i - 0.47, i + 0.47, -0.47, 0.47))
    for row, answers in enumerate(says.values()):
        for i, (named, probability) in enumerate(answers):
            right = named == label
            text = f"{wrapped(named, 0.9 * cell, SMALL)}\n{probability:.0%}"
            axes.text(
                i, -0.82 - 0.62 * row, text, ha="center", va="center", fontsize=TEXT,
                color=BLUE if right else ORANGE, fontweight="normal" if right else "bold",
            )  # fmt: skip
    axes.set(xlim=(-0.5, columns - 0.5), ylim=(-0.53 - 0.62 * rows, 0.5), aspect="equal")
    axes.set_xticks(range(columns), [f"{pixels} px" for pixels in shifts], fontsize=TEXT)
    axes.xaxis.tick_top()
    places = [0, *(-0.82 - 0.62 * row for row in range(rows))]
    texts = ["the digit", *(wrapped(f"{name} says", names - 0.2, TEXT) for name in says)]
    axes.set_yticks(places, texts, fontsize=TEXT)
    axes.set_xlabel("class and its probability; orange and bold: wrong", fontsize=TEXT)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure


def equivariance(
    shifts: Sequence[int],
    maps: Sequence[Mapping[str, Any]],
    vectors: Sequence[Mapping[str, Any]],
    *,
    where: str,
    title: str = "",
) -> "Figure":
    """How exactly maps move with the picture, and how far the vector goes that the dense layers get.

    Args:
        shifts: pixels, each above 0.
        maps: rows with ``layer``, ``stride``, ``shift`` and ``inside``: the difference between moved maps and maps of
            the moved picture, 0 to 1, None where there is none.
        vectors: rows with ``network``, ``shift`` and ``distance``.
        where: the direction, such as ``to the left``.
        title: the figure's title.
    """
    from matplotlib.ticker import MaxNLocator

    figure = new_figure(WIDE, 6.0, title)
    left, right = figure.subplots(1, 2)
    for axes, rows, key, value in ((left, maps, "layer", "inside"), (right, vectors, "network", "distance")):
        for i, name in enumerate(dict.fromkeys(row[key] for row in rows)):
            mine = [row for row in rows if row[key] == name]
            stride = f" (stride {mine[0]['stride']} px)" if "stride" in mine[0] else ""
            values = [np.nan if row[value] is None else row[value] for row in mine]
            axes.plot(
                shifts, values, color=COLOURS[i % len(COLOURS)], marker=MARKERS[i % 5], linestyle=STYLES[i % 4],
                label=f"{name}{stride}",
            )  # fmt: skip
        axes.set_ylim(-0.03, None)
        axes.set_xlabel(f"shift {where} (pixels)")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend(fontsize=TEXT, loc="upper center", bbox_to_anchor=(0.5, -0.13), ncols=2, frameon=False)
        quiet(axes)
    left.set_title("maps, without the edges: do they move with the digit?", fontsize=HEADING)
    left.set_ylabel("moved maps against maps of the moved digit\n(fraction of the maps; 0: equal)")
    right.set_title("what the dense layers get: does it stay?", fontsize=HEADING)
    right.set_ylabel(
        "distance from the digit in its place\n(fraction of the distance to another digit; 0: equal)"
    )
    return figure

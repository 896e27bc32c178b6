"""What a network costs and what it is worth; how networks grew; the sizes of a network's maps."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.style import BLUE, COLOURS, GREY, HEADING, SMALL, new_figure, quiet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_STEPS = 16
"""Drawn of a network; of a deeper one the steps where the maps' size or number changes."""


def accuracy_against_cost(
    multiply_adds: Mapping[str, int],
    accuracies: Mapping[str, float],
    intervals: Mapping[str, tuple[float, float]],
    *,
    title: str = "",
) -> "Figure":
    """The accuracy of several networks over the multiply-adds of one forward pass, which are on a logarithmic scale.

    Args:
        multiply_adds: for each network's name those of one example.
        accuracies: for each name the test accuracy, 0 to 1.
        intervals: for each name the ends of its 95 % interval.
        title: on which data; what is seen is put before it.

    Raises:
        UserError: there is no network.
    """
    from matplotlib.ticker import FuncFormatter, NullFormatter, PercentFormatter

    if not multiply_adds:
        raise UserError("there is no network to draw")
    best = max(accuracies, key=lambda name: accuracies[name])
    cheapest = min(multiply_adds, key=lambda name: multiply_adds[name])
    times = multiply_adds[best] / multiply_adds[cheapest]
    seen = f"{best} comes out most accurate"
    if best != cheapest:
        seen += f", for {times:,.0f} times the multiply-adds of {cheapest}" if times >= 2 else ""
    figure = new_figure(10.6, 6.0, f"{seen}\n({title})" if title else seen)
    axes = figure.subplots()
    for number, name in enumerate(multiply_adds):
        axes.errorbar(
            multiply_adds[name],
            accuracies[name],
            yerr=[[accuracies[name] - intervals[name][0]], [intervals[name][1] - accuracies[name]]],
            fmt="o",
            markersize=8,
            capsize=4,
            color=COLOURS[number % len(COLOURS)],
        )
        axes.annotate(
            name, (multiply_adds[name], accuracies[name]), xytext=(9, 6), textcoords="offset points"
        )
    axes.set_xscale("log")
    axes.margins(x=0.15)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=1))
    axes.set_xlabel("multiply-adds of one forward pass (logarithmic scale)")
    axes.set_ylabel("accuracy on the test set; bars: 95 % intervals")
    quiet(axes)
    return figure


def growth(
    networks: Mapping[str, tuple[int, int, int]],
    others: Mapping[str, tuple[int, float]] | None = None,
    *,
    title: str = "",
) -> "Figure":
    """Parameters and multiply-adds of networks over the years of their papers.

    Args:
        networks: for each name the year, the number of parameters and the multiply-adds of one forward pass.
        others: networks of which only year and number of parameters are known; drawn as grey diamonds.
        title: what is drawn.

    Raises:
        UserError: there is no network.
    """
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    if not networks:
        raise UserError("there is no network to draw")
    figure = new_figure(10.6, 5.2, title)
    panels = figure.subplots(1, 2)
    for which, (axes, what) in enumerate(
        zip(panels, ("parameters", "multiply-adds of one forward pass"), strict=True), start=1
    ):
        for number, (name, numbers) in enumerate(networks.items()):
            colour = COLOURS[number % len(COLOURS)]
            axes.scatter(
                numbers[0], numbers[which], s=60, color=colour, label=f"{name}: {short(numbers[which])}"
            )
        for name, (year, parameters) in (others or {}).items() if which == 1 else ():
            axes.scatter(year, parameters, s=60, color=GREY, marker="D", label=f"{name}: {short(parameters)}")
        axes.set_yscale("log")
        axes.margins(0.15)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel("year of the paper")
        axes.set_title(f"{what} (logarithmic scale)", fontsize=HEADING)
        axes.legend(fontsize=SMALL, frameon=False)
        quiet(axes)
    return figure


def map_sizes(rows: Sequence[Any], *, title: str = "") -> "Figure":
    """A network as blocks from left to right: a block is as high as its maps, and as wide as there are many.

    Args:
        rows: of ``evaluation.flops.count``: objects with ``name``, ``kind``, ``output_shape`` and ``multiply_adds``.
        title: of which network.

    Raises:
        UserError: the network has no maps.
    """
    steps = _steps(rows)
    if not any(len(shape) == 3 for _, shape, _ in steps):
        raise UserError("the network has no maps: there is no layer with height, width and channels")
    total = sum(cost for _, _, cost in steps)
    costly = max(range(len(steps)), key=lambda place: steps[place][2])
    seen = f"Maps get smaller and more; most multiply-adds ({steps[costly][2] / total:.0%}) up to {steps[costly][0]}"
    figure = new_figure(10.6, 4.8, f"{seen}\n({title})" if title else seen)
    axes = figure.subplots()
    highest = max(shape[0] for _, shape, _ in steps if len(shape) == 3)
    x = 0.0
    for place, (_, shape, _) in enumerate(steps):
        channels = shape[-1]
        width = 0.25 + 0.22 * np.log2(channels)
        height = shape[0] if len(shape) == 3 else max(1.0, highest / 40)
        axes.bar(
            x + width / 2,
            height,
            width,
            bottom=-height / 2,
            color=BLUE if len(shape) == 3 else GREY,
            alpha=0.45 + 0.5 * (place == costly),
            edgecolor="black",
            linewidth=0.6,
        )
        label = f"{shape[0]}x{shape[1]}\nx{channels}" if len(shape) == 3 else f"{channels}"
        axes.text(x + width / 2, -highest / 2 - highest * 0.06, label, ha="center", va="top", fontsize=SMALL)
        x += width + 0.45
    axes.set_ylim(-highest * 0.72, highest * 0.55)
    axes.set_ylabel("height of the maps, in pixels")
    axes.set_yticks([-highest / 2, 0, highest / 2], ["0", f"{highest / 2:g}", f"{highest}"])
    axes.set_xticks([])
    axes.set_xlabel("from the input to the output: a block is as wide as the logarithm of its number of maps")
    quiet(axes)
    return figure


def _steps(rows: Sequence[Any]) -> list[tuple[str, tuple[int, ...], int]]:
    """Where the output's shape changes: the layer, the new shape, and the multiply-adds up to the next change."""
    steps: list[tuple[str, tuple[int, ...], int]] = []
    for row in rows:
        if row.kind == "ZeroPadding2D":
            continue
        shape = tuple(size for size in row.output_shape if size is not None)
        if len(shape) not in (1, 3):
            continue
        if steps and steps[-1][1] == shape:
            steps[-1] = (steps[-1][0], shape, steps[-1][2] + row.multiply_adds)
        else:
            steps.append((row.name, shape, row.multiply_adds))
    if len(steps) <= MOST_STEPS:
        return steps
    kept: list[tuple[str, tuple[int, ...], int]] = []
    for name, shape, cost in steps:  # of a deep network the last step of each map size
        if kept and len(kept[-1][1]) == len(shape) == 3 and kept[-1][1][:2] == shape[:2]:
            kept[-1] = (name, shape, kept[-1][2] + cost)
        else:
            kept.append((name, shape, cost))
    return kept


def short(value: float) -> str:
    """A large number as people say it: ``60 k``, ``7.0 M``, ``3.9 G``."""
    for size, letter in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if value >= size:
            return f"{value / size:.0f}{letter}" if value >= 10 * size else f"{value / size:.1f}{letter}"
    return f"{value:.0f}"

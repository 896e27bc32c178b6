"""How long a classifier holds out against noise."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_course.plots.style import COLOURS, GREY, new_figure, quiet

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def accuracy_against_noise(
    levels: Sequence[float],
    groups: Mapping[str, Mapping[str, Sequence[float]]],
    *,
    examples: int,
    noise: str,
    title: str = "",
) -> "Figure":
    """Share of right answers against the amount of noise, a panel a group; the bands are chance: 2 standard errors.

    Args:
        levels: amounts of noise.
        groups: for each panel's title, by classifier, the accuracy at each level, 0 to 1.
        examples: how many each accuracy was counted on.
        noise: what is on the horizontal axis, with its unit.
        title: stands above the panels.

    Raises:
        ValueError: not as many accuracies as levels, or no examples.
    """
    from matplotlib.ticker import PercentFormatter

    wrong = {
        name: len(values)
        for group in groups.values()
        for name, values in group.items()
        if len(values) != len(levels)
    }
    if wrong or not groups or examples < 1:
        raise ValueError(f"{len(levels)} accuracies are needed for each, of one example or more, not {wrong}")
    figure = new_figure(4.9 * len(groups) + 0.4, 4.4, title)
    panels = figure.subplots(1, len(groups), sharey=True, squeeze=False)[0]
    styles = ("-", "--", "-.", ":")
    for axes, (group, lines) in zip(panels, groups.items(), strict=True):
        for i, (name, values) in enumerate(lines.items()):
            share = np.asarray(values, dtype=float)
            chance = 2 * np.sqrt(share * (1 - share) / examples)
            colour = COLOURS[i % len(COLOURS)]
            axes.plot(
                levels,
                share,
                color=colour,
                linestyle=styles[i % len(styles)],
                marker="o",
                markersize=3,
                label=name,
            )
            axes.fill_between(levels, share - chance, share + chance, color=colour, alpha=0.15, linewidth=0)
        axes.axhline(0.5, color=GREY, linewidth=1, linestyle=":")
        axes.text(levels[0], 0.505, "a coin", fontsize=8, color=GREY, va="bottom")
        axes.set_title(group, fontsize=10)
        axes.set_xlabel(noise)
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
        quiet(axes)
    panels[0].set_ylabel(f"right answers (higher is better)\n{examples:,} letters a point")
    panels[-1].legend(frameon=False, fontsize=9)
    return figure

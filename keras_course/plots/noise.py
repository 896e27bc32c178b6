"""How robust classifiers are to noise."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.style import COLOURS, GREY, HEADING, TEXT, WIDE, new_figure, quiet

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
    """Draw accuracy against the amount of noise, one panel for each group, with bands of 2 standard errors.

    Args:
        levels: amounts of noise.
        groups: for each panel's title, by classifier, the accuracy at each level, 0 to 1.
        examples: how many examples each accuracy was measured on.
        noise: label of the horizontal axis, with its unit.
        title: the figure's title.

    Raises:
        UserError: there is no group or no example, or a classifier has more or fewer accuracies than levels.
    """
    from matplotlib.ticker import PercentFormatter

    wrong = {
        name: len(values)
        for group in groups.values()
        for name, values in group.items()
        if len(values) != len(levels)
    }
    if wrong or not groups or examples < 1:
        raise UserError(
            f"{len(levels)} accuracies of each classifier are needed, measured on at least 1 example, not "
            f"{wrong or 'none'} on {examples}"
        )
    figure = new_figure(WIDE if len(groups) > 1 else 6.4, 4.8, title)
    panels = figure.subplots(1, len(groups), sharey=True, squeeze=False)[0]
    styles = ("-", "--", "-.", ":")
    for axes, (group, lines) in zip(panels, groups.items(), strict=True):
        for i, (name, values) in enumerate(lines.items()):
            accuracy = np.asarray(values, dtype=float)
            band = 2 * np.sqrt(accuracy * (1 - accuracy) / examples)  # two standard errors
            colour = COLOURS[i % len(COLOURS)]
            axes.plot(
                levels,
                accuracy,
                color=colour,
                linestyle=styles[i % len(styles)],
                marker="o",
                markersize=5,
                label=name,
            )
            axes.fill_between(levels, accuracy - band, accuracy + band, color=colour, alpha=0.15, linewidth=0)
        axes.axhline(0.5, color=GREY, linewidth=1, linestyle=":")
        axes.text(levels[0], 0.505, "chance", fontsize=TEXT, color=GREY, va="bottom")
        axes.set_title(group, fontsize=HEADING)
        axes.set_xlabel(noise)
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
        quiet(axes)
    panels[0].set_ylabel(f"accuracy (higher is better)\n{examples:,} letters at each level")
    panels[-1].legend(frameon=False, fontsize=TEXT)
    return figure

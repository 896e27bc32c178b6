"""How much training data each kind of classifier needs."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.style import COLOURS, new_figure, quiet

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def errors_by_examples(
    accuracies: Mapping[str, Mapping[int, float]],
    groups: Mapping[str, str],
    best: Mapping[str, Mapping[int, float]],
    *,
    title: str = "",
) -> "Figure":
    """The error rates of several classifiers over the number of training examples, both on a logarithmic scale.

    Every classifier is a thin line, and the best of each group a thick one.

    Args:
        accuracies: for each classifier's name and each number of training examples the accuracy, 0 to 1.
        groups: for each name the group that gives its colour.
        best: for each group and each number of training examples the accuracy of its best classifier.
        title: the figure's title.

    Raises:
        UserError: there is no classifier, or one without a group.
    """
    from matplotlib.ticker import FixedLocator, NullFormatter, PercentFormatter

    lost = [name for name in accuracies if name not in groups]
    if not accuracies or lost:
        raise UserError(f"{len(accuracies)} classifiers, without a group: {lost or 'none'}")
    kinds = list(dict.fromkeys(groups[name] for name in accuracies))
    figure = new_figure(10.7, 6.0, title)
    axes = figure.subplots()
    for name, row in accuracies.items():
        axes.plot(*_errors(row), color=COLOURS[kinds.index(groups[name])], linewidth=1, alpha=0.4)
    for number, kind in enumerate(kinds):
        axes.plot(
            *_errors(best[kind]), color=COLOURS[number], marker="os^"[number % 3], linewidth=2.6, label=f"best {kind}"
        )  # fmt: skip
    axes.plot([], [], color="black", alpha=0.4, linewidth=1, label="each contestant")
    sizes = sorted({size for row in accuracies.values() for size in row})
    axes.set_xscale("log")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.set_xticks([], minor=True)
    axes.set_yscale("log")
    low, high = axes.get_ylim()
    ticks = [c * 10.0**power for power in range(-5, 0) for c in (1, 2, 5)]
    axes.yaxis.set_major_locator(FixedLocator([tick for tick in ticks if low <= tick <= high]))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("training digits (log scale)")
    axes.set_ylabel("error rate on test digits (log scale, lower is better)")
    axes.legend(fontsize=10)
    quiet(axes)
    return figure


def _errors(accuracies: Mapping[int, float]) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of examples, ascending, and error rates; a perfect score is drawn as 1 in 100,000."""
    sizes = np.array(sorted(accuracies))
    return sizes, np.array([max(1 - accuracies[size], 1e-5) for size in sizes])

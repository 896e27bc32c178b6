"""What is behind a decision region: something to descend on, and layers that move the points apart."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_course.plots.regions import draw_points, point_legend
from keras_course.plots.style import BLUE, GREY, ORANGE, grid, new_figure, quiet

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = np.ndarray


def errors_against_log_loss(
    shares: Array,
    errors: Sequence[float],
    losses: Sequence[float],
    descents: Mapping[str, Sequence[float]],
    *,
    title: str = "",
) -> "Figure":
    """Why log-loss: along a way through the weights the number of errors is a staircase, the log-loss a slope.

    Args:
        shares: (m,) places along the way: 0 is the first line, 1 the last.
        errors: (m,) wrong points there.
        losses: (m,) log-loss there.
        descents: for each function that was descended on, the wrong points after each step, the start first.
        title: stands above the panels.

    Raises:
        ValueError: the lengths do not fit.
    """
    if not len(shares) == len(errors) == len(losses) or not len(shares):
        raise ValueError(
            f"{len(shares)} places, {len(errors)} errors and {len(losses)} losses must be as many, and at least 1"
        )
    from matplotlib.ticker import MaxNLocator

    figure = new_figure(12.6, 4.2, title)
    count, slope, steps = figure.subplots(1, 3)
    count.step(shares, errors, where="mid", color=ORANGE, linewidth=1.6)
    count.set_title("a staircase: flat, then a jump", fontsize=11)
    count.set_ylabel("wrong points")
    slope.plot(shares, losses, color=BLUE, linewidth=1.8)
    slope.set_title("a slope: every small move counts", fontsize=11)
    slope.set_ylabel("log-loss, mean of a point")
    for axes in (count, slope):
        axes.set_xlabel(
            "place along the way in the space of $w_1$, $w_2$, $b$\n(0: the start; 1: where log-loss ended)"
        )
        axes.axvline(0, color=GREY, linewidth=1, linestyle=":")
        axes.axvline(1, color=GREY, linewidth=1, linestyle=":")
    for (name, wrong), color in zip(descents.items(), (ORANGE, BLUE), strict=False):
        steps.plot(np.arange(len(wrong)), wrong, color=color, linewidth=1.8, label=f"down the {name}")
    steps.set_title("gradient descent from the same start", fontsize=11)
    steps.set_xlabel("step")
    steps.set_ylabel("wrong points")
    steps.legend(fontsize=9)
    steps.set_ylim(bottom=0)
    for axes in (count, steps):
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    for axes in (count, slope, steps):
        quiet(axes)
    return figure


def layers(outputs: Mapping[str, Array], y: Array, *, columns: int = 3, title: str = "") -> "Figure":
    """The points as each layer hands them on: what it does is move them until one line can tell them apart.

    A layer of two units is drawn as it is. A wider one by its first two principal components, which its title says. A
    single number, as the last score is, is drawn as a histogram.

    Args:
        outputs: for each panel's title (n, units): the points themselves, then what each layer makes of them.
        y: (n,) the points' classes, 0 or 1.
        columns: panels side by side, at most.
        title: stands above the panels.

    Raises:
        ValueError: nothing to draw, or shapes that do not belong together.
    """
    y = np.asarray(y)
    wrong = {
        name: np.shape(found)
        for name, found in outputs.items()
        if np.ndim(found) != 2 or len(found) != len(y)
    }
    if wrong or not outputs:
        said = ", ".join(f"{name!r}: {shape}" for name, shape in wrong.items()) or "none"
        raise ValueError(f"{len(y)} points need layers' outputs of ({len(y)}, units), but these are {said}")
    rows, columns = grid(len(outputs), columns)
    figure = new_figure(max(3.9 * columns, 5.4), 3.7 * rows + 0.8, title)
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes, (name, found) in zip(panels, outputs.items(), strict=False):
        if found.shape[1] == 1:
            _histogram(axes, found[:, 0], y)
            how = ""
        else:
            shown, how, names = _in_two(found)
            draw_points(axes, shown, y)
            axes.set_xlabel(names[0])
            axes.set_ylabel(names[1])
        axes.set_title(f"{name}{how}", fontsize=9)
        quiet(axes)
    for axes in panels[len(outputs) :]:
        axes.remove()
    point_legend(figure)
    return figure


def principal_components(values: Array) -> tuple[Array, float]:
    """The two directions in which the points differ most, and the share of their variance that these hold.

    Args:
        values: (n, units), of two units or more.

    Returns:
        (n, 2), and the share from 0 to 1 (1 where all points are the same).
    """
    centred = values - values.mean(axis=0)
    _, sizes, directions = np.linalg.svd(centred, full_matrices=False)
    whole = float((sizes**2).sum())
    share = float((sizes[:2] ** 2).sum()) / whole if whole else 1.0
    return centred @ directions[:2].T, share


def _histogram(axes: "Axes", values: Array, y: Array) -> None:
    from matplotlib.ticker import MaxNLocator

    edges = np.histogram_bin_edges(values, 30).tolist()
    for number, color in enumerate((BLUE, ORANGE)):
        axes.hist(values[y == number], bins=edges, color=color, alpha=0.6)
    axes.axvline(0, color="black", linewidth=1.2)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("the one number that is left (0: undecided)")
    axes.set_ylabel("points")


def _in_two(values: Array) -> tuple[Array, str, tuple[str, str]]:
    """(n, 2) to draw, what the title adds, and the axes' names."""
    if values.shape[1] == 2:
        return values, "", ("first number", "second number")
    shown, share = principal_components(values)
    how = f"\ntwo principal components: {share:.0%} of the variance"
    return shown, how, ("first component", "second component")

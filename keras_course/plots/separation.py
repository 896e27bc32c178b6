"""What is behind a decision region: a loss that one can descend on, and layers that move the classes apart."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.regions import draw_points, point_legend
from keras_course.plots.style import BLUE, GREY, ORANGE, grid, new_figure, quiet

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = np.ndarray


def errors_against_log_loss(
    fractions: Array,
    errors: Sequence[float],
    losses: Sequence[float],
    descents: Mapping[str, Sequence[float]],
    *,
    title: str = "",
) -> "Figure":
    """Why log-loss: along a path through the weights the number of errors is a staircase, while the log-loss is smooth.

    Args:
        fractions: (m,) positions along the path from the first line (0) to the last (1), and beyond both.
        errors: (m,) misclassified points there.
        losses: (m,) log-loss there.
        descents: for each loss that was descended on, the misclassified points after each step, from the start on.
        title: the figure's title.

    Raises:
        UserError: the lengths differ, or are 0.
    """
    if not len(fractions) == len(errors) == len(losses) or not len(fractions):
        raise UserError(
            f"{len(fractions)} positions, {len(errors)} errors and {len(losses)} losses: give equally many, 1 or more"
        )
    from matplotlib.ticker import MaxNLocator

    figure = new_figure(12.6, 4.2, title)
    count, smooth, steps = figure.subplots(1, 3)
    count.step(fractions, errors, where="mid", color=ORANGE, linewidth=1.6)
    count.set_title("number of errors: flat, then a jump", fontsize=11)
    count.set_ylabel("errors")
    smooth.plot(fractions, losses, color=BLUE, linewidth=1.8)
    smooth.set_title("log-loss: every small change counts", fontsize=11)
    smooth.set_ylabel("log-loss, mean over the points")
    for axes in (count, smooth):
        axes.set_xlabel(
            "position on a path through $w_1$, $w_2$, $b$\n(0: the start; 1: the end of descent on the log-loss)"
        )
        axes.axvline(0, color=GREY, linewidth=1, linestyle=":")
        axes.axvline(1, color=GREY, linewidth=1, linestyle=":")
    for (name, wrong), color in zip(descents.items(), (ORANGE, BLUE), strict=False):
        steps.plot(np.arange(len(wrong)), wrong, color=color, linewidth=1.8, label=f"on the {name}")
    steps.set_title("gradient descent from the same start", fontsize=11)
    steps.set_xlabel("step")
    steps.set_ylabel("errors")
    steps.legend(fontsize=9)
    steps.set_ylim(bottom=0)
    for axes in (count, steps):
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    for axes in (count, smooth, steps):
        quiet(axes)
    return figure


def layers(outputs: Mapping[str, Array], y: Array, *, columns: int = 3, title: str = "") -> "Figure":
    """The points as each layer passes them on: the layers move them until a line can separate the classes.

    A layer of two units is drawn as it is, a wider one by its first two principal components, as its title says, and a
    single unit, such as the logit, as a histogram.

    Args:
        outputs: for each panel's title (n, units): the points themselves, then each layer's outputs.
        y: (n,) the points' classes, 0 or 1.
        columns: panels in a row, at most.
        title: the figure's title.

    Raises:
        UserError: there are no outputs, or the shapes do not fit together.
    """
    y = np.asarray(y)
    wrong = {
        name: np.shape(found)
        for name, found in outputs.items()
        if np.ndim(found) != 2 or len(found) != len(y)
    }
    if wrong or not outputs:
        said = ", ".join(f"{name!r}: {shape}" for name, shape in wrong.items()) or "none"
        raise UserError(f"{len(y)} points need layers' outputs of ({len(y)}, units), but these are {said}")
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
    """Project points onto the two directions in which they vary most.

    Args:
        values: (n, units), of two units or more.

    Returns:
        The projections, (n, 2), and the fraction of the variance that they keep (1 if all points are the same).
    """
    centred = values - values.mean(axis=0)
    _, sizes, directions = np.linalg.svd(centred, full_matrices=False)
    whole = float((sizes**2).sum())
    fraction = float((sizes[:2] ** 2).sum()) / whole if whole else 1.0
    return centred @ directions[:2].T, fraction


def _histogram(axes: "Axes", values: Array, y: Array) -> None:
    from matplotlib.ticker import MaxNLocator

    edges = np.histogram_bin_edges(values, 30).tolist()
    for number, color in enumerate((BLUE, ORANGE)):
        axes.hist(values[y == number], bins=edges, color=color, alpha=0.6)
    axes.axvline(0, color="black", linewidth=1.2)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("logit (0: undecided)")
    axes.set_ylabel("points")


def _in_two(values: Array) -> tuple[Array, str, tuple[str, str]]:
    """(n, 2) to draw, an addition to the title, and the axes' labels."""
    if values.shape[1] == 2:
        return values, "", ("first coordinate", "second coordinate")
    shown, fraction = principal_components(values)
    how = f"\ntwo principal components: {fraction:.0%} of the variance"
    return shown, how, ("first component", "second component")

"""How training went: metrics over the epochs, of one run."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_course.errors import UserError
from keras_course.plots.style import BLUE, GREY, ORANGE, grid, joined, new_figure, quiet

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

History = Mapping[str, Sequence[float]]

NOT_METRICS = ("epoch", "seconds", "learning_rate")


def curves(history: History, *, title: str = "", best_epoch: int | None = None) -> "Figure":
    """Loss and metrics over the epochs, a panel each, training against validation.

    Args:
        history: for each metric its value after every epoch, as in Keras' ``History.history``; ``val_m`` is drawn in
            the panel of ``m``. A learning rate that changes gets a panel of its own.
        title: what is trained on what; what the curves show is added to it.
        best_epoch: the epoch that was kept, as ``training.best_epoch`` returns it: its index in the history, from 0.
            The figure counts epochs from 1, as history.csv does.

    Raises:
        UserError: the history holds no epoch of any metric, or ``best_epoch`` is not one of its epochs.
    """
    names = metric_names(history)
    epochs = max((len(values) for values in history.values()), default=0)
    if not names or not epochs:
        raise UserError(f"no epoch of any metric to draw: the history holds {sorted(history) or 'nothing'}")
    if best_epoch is not None and not 0 <= best_epoch < epochs:
        raise UserError(f"best_epoch must be an index from 0 to {epochs - 1}, but is {best_epoch}")
    rates = finite(history.get("learning_rate", ()))
    panels = [*names, "learning_rate"] if len(set(rates[~np.isnan(rates)])) > 1 else names

    rows, columns = grid(len(panels), 3)
    narrow = rows == 1 and panels[-1] == "learning_rate"
    widths = [4.8] * (columns - 1) + [2.9 if narrow else 4.8]
    figure = new_figure(max(sum(widths), 5.4), 4.6 * rows + 0.3, joined([what_curves_show(history), title]))
    all_axes = figure.subplots(rows, columns, squeeze=False, width_ratios=widths).ravel()
    for axes, name in zip(all_axes, panels, strict=False):
        _panel(axes, history, name, best_epoch, chosen_by(history, best_epoch))
        epoch_axis(axes, epochs)
    for axes in all_axes[len(panels) :]:
        axes.remove()
    return figure


def chosen_by(history: History, best_epoch: int | None) -> str:
    """The metric by which an epoch is the best one, such as ``val_accuracy``; ``""`` if it is so by none."""
    for name in ("val_accuracy", "val_loss", "accuracy", "loss"):
        values = finite(history.get(name, ()))
        if (
            best_epoch is not None
            and not np.isnan(values).all()
            and best_epoch_of(name, values) == best_epoch
        ):
            return name
    return ""


def what_curves_show(history: History) -> str:
    """One line: where validation is at its best, and what happens afterwards; ``""`` without validation data."""
    name = next((name for name in ("val_accuracy", "val_loss") if name in history), "")
    values = finite(history.get(name, ()))
    if np.isnan(values).all():
        return ""
    best, last = best_epoch_of(name, values), len(values) - 1
    training = finite(history.get(name.removeprefix("val_"), ()))
    words = name.replace("val_", "validation ")
    verb = "peaks" if name == "val_accuracy" else "is lowest"
    seen = f"{words} {verb} at epoch {best + 1} of {last + 1} ({shown(name, values[best])})"
    if len(training) == len(values) and np.isfinite(training[last]):
        seen += f"; training ends at {shown(name, training[last])}"
    return seen


def best_epoch_of(name: str, values: np.ndarray) -> int:
    """The index of a metric's best value: of an accuracy the highest, of anything else the lowest."""
    return int(np.nanargmax(values) if "accuracy" in name else np.nanargmin(values))


def _panel(axes: "Axes", history: History, name: str, best_epoch: int | None, by: str) -> None:
    validation = f"val_{name}"
    if name == "learning_rate":
        draw_line(axes, history[name], color=GREY)
    if name != "learning_rate" and name in history:
        draw_line(axes, history[name], color=BLUE, label="training")
    if validation in history:
        draw_line(axes, history[validation], color=ORANGE, label="validation")
    if best_epoch is not None:
        reason = (
            f", {'highest' if 'accuracy' in by else 'lowest'} {by.replace('val_', 'validation ')}"
            if by
            else ""
        )
        label = f"epoch kept: {best_epoch + 1}"
        values = finite(history.get(validation, ()))
        axes.axvline(best_epoch + 1, color=GREY, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
        if best_epoch < len(values) and not np.isnan(values[best_epoch]):
            label += f" ({shown(name, values[best_epoch])}{reason})"
            axes.plot(
                [best_epoch + 1], [values[best_epoch]], "o", color=ORANGE, markersize=9,
                markeredgecolor="black", zorder=4, label=label,
            )  # fmt: skip
            lowest = best_epoch_of(name, values)
            if name == "loss" and lowest != best_epoch:
                axes.plot(
                    [lowest + 1], [values[lowest]], "D", color="white", markersize=8, markeredgecolor=ORANGE,
                    markeredgewidth=2, zorder=4, label=f"lowest validation loss: epoch {lowest + 1} "
                    f"({shown(name, values[lowest])})",
                )  # fmt: skip
        elif name != "learning_rate":
            axes.plot([], [], color=GREY, linewidth=1, linestyle=(0, (4, 3)), label=label)
    axes.set_title(name.replace("_", " "), fontsize=11)
    value_axis(axes, name)
    quiet(axes)
    if name != "learning_rate":
        axes.legend(
            fontsize=9, frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.15)
        )  # hides no curve


def metric_names(history: History) -> list[str]:
    """The metrics of a history without ``val_``: loss first, accuracy second, then in the history's order."""
    names = dict.fromkeys(key.removeprefix("val_") for key in history)
    kept = [name for name in names if name not in NOT_METRICS]
    return sorted(kept, key=lambda name: {"loss": 0, "accuracy": 1}.get(name, 2))


def finite(values: Sequence[float] | np.ndarray) -> np.ndarray:
    """The values as floats, with NaN for infinity and for None: none of these can be drawn."""
    array = np.array([np.nan if value is None else value for value in values], dtype=float)
    array[np.isinf(array)] = np.nan
    return array


def draw_line(
    axes: "Axes",
    values: Sequence[float] | np.ndarray,
    *,
    color: str,
    label: str = "",
    linestyle: str = "-",
    marker: str = "o",
) -> None:
    """Draw a curve over the epochs 1, 2, ...; missing values leave gaps, and markers show values between two gaps."""
    array = finite(values)
    missing = np.flatnonzero(np.isnan(array)) + 1
    if missing.size and label:
        more = f" and {missing.size - 1} more" if missing.size > 1 else ""
        label += f" (not finite at epoch {missing[0]}{more})"
    every = 1 if missing.size else max(1, len(array) // 15)
    axes.plot(
        np.arange(1, len(array) + 1), array, color=color, label=label or "_nolegend_", linestyle=linestyle,
        marker=marker, markersize=4, markevery=every, linewidth=1.8,
    )  # fmt: skip


def epoch_axis(axes: "Axes", epochs: int) -> None:
    """Label the horizontal axis, with ticks at whole epochs."""
    from matplotlib.ticker import MaxNLocator

    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    margin = max(0.5, 0.03 * epochs) if epochs <= 30 else 0.03 * epochs
    axes.set_xlim(1 - margin, epochs + margin)


def value_axis(axes: "Axes", name: str) -> None:
    """Label the vertical axis and say which direction is better; accuracies are in percent."""
    from matplotlib.ticker import PercentFormatter

    words = name.replace("_", " ")
    if "accuracy" in name:
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
        axes.set_ylabel(f"{words} (higher is better)")
    elif any(word in name for word in ("loss", "entropy", "error")):
        axes.set_ylabel(f"{words} (lower is better)")
    else:
        axes.set_ylabel(words)


def shown(name: str, value: float) -> str:
    """A metric's value: an accuracy in percent."""
    return f"{100 * value:.2f} %" if "accuracy" in name else f"{value:.4g}"

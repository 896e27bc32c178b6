"""Recommenders: how a machine was trained, what its hidden units stand for, and what it makes of one user."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

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
    grid,
    new_figure,
    quiet,
    wrapped,
)  # fmt: skip

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LONGEST = 34  # letters of a title that are drawn


def free_energies(
    history: Mapping[str, Sequence[float]], measure: str, best_epoch: int, *, title: str = ""
) -> "Figure":
    """The free energy of users trained on and of others, and the measure on validation ratings, over the epochs.

    Args:
        history: ``free_energy``, ``validation_free_energy`` and ``validation_MEASURE`` after each epoch.
        measure: name of the measure, such as ``auc``.
        best_epoch: the epoch kept, from 0.
        title: the figure's title.
    """
    epochs = np.arange(1, len(history["free_energy"]) + 1)
    figure = new_figure(WIDE, 4.8, title)
    left, right = figure.subplots(1, 2)
    left.plot(epochs, history["free_energy"], color=BLUE, marker="o", markersize=4, label="users trained on")
    left.plot(
        epochs,
        history["validation_free_energy"],
        color=ORANGE,
        linestyle="--",
        marker="s",
        markersize=4,
        label="users held out",
    )
    left.set_ylabel("free energy a rating, in nats (lower: more probable)")
    left.set_title("If the gap widens, the machine knows its users by heart", fontsize=HEADING)
    right.plot(epochs, history[f"validation_{measure}"], color=BLUE, marker="o", markersize=4)
    right.set_ylabel(f"{spelled(measure)} on validation ratings (higher is better)")
    right.set_title("How well it recommends", fontsize=HEADING)
    for axes in (left, right):
        axes.axvline(best_epoch + 1, color=GREY, linestyle=":", label=f"kept: epoch {best_epoch + 1}")
        axes.set_xlabel("epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.legend(fontsize=SMALL)
        quiet(axes)
    return figure


def spelled(measure: str) -> str:
    """A measure's name as people write it: ``ndcg_at_10`` is nDCG@10."""
    name = measure.replace("_at_", "@")
    return {"ndcg": "nDCG", "auc": "AUC", "map": "MAP"}.get(name.split("@")[0], name.split("@")[0]) + (
        f"@{name.split('@')[1]}" if "@" in name else ""
    )


def comparison(
    values: Mapping[str, float],
    differences: Mapping[str, tuple[float, float, float]],
    measure: str,
    *,
    ours: str,
    title: str = "",
) -> "Figure":
    """Recommenders side by side, and how far ours is from each, with the interval that other users would give.

    Args:
        values: for each recommender the measure.
        differences: for each but ours: our value less its own, and the ends of the 95 % interval.
        measure: its name.
        ours: which of the recommenders is ours.
        title: the figure's title.

    Raises:
        UserError: ours is not among them, or one of the others has no difference.
    """
    others = [name for name in values if name != ours]
    if ours not in values or set(others) - set(differences):
        raise UserError(f"{ours} and differences to {', '.join(others)} are needed")
    names = sorted(values, key=lambda name: values[name])
    figure = new_figure(WIDE, 1.9 + 0.42 * len(names), title)
    left, right = figure.subplots(1, 2, sharey=True)
    places = np.arange(len(names))
    colours = [BLUE if name == ours else GREY for name in names]
    left.barh(places, [values[name] for name in names], color=colours, height=0.65)
    for place, name in zip(places, names, strict=True):
        left.annotate(
            f"{values[name]:.3f}",
            (values[name], place),
            (4, 0),
            textcoords="offset points",
            va="center",
            fontsize=TEXT,
        )
    left.set_yticks(places, names, fontsize=TEXT)
    left.set_xlim(0, max(values.values()) * 1.18)
    left.set_xlabel(f"{spelled(measure)} (higher is better)")
    for place, name in zip(places, names, strict=True):
        if name != ours:
            middle, low, high = differences[name]
            right.plot([low, high], [place, place], color=BLUE, linewidth=2)
            right.plot(middle, place, "o", color=BLUE)
    right.axvline(0, color=GREY, linewidth=1)
    right.set_xlabel(f"{ours} less this one; bar: 95 % interval over users")
    for axes in (left, right):
        quiet(axes)
    return figure


def factors(units: Sequence[tuple[str, Sequence[str], Sequence[float]]], *, title: str = "") -> "Figure":
    """Hidden units as latent factors: of each the films with the largest weights.

    Args:
        units: for each its heading, the titles, and their weights.
        title: the figure's title.

    Raises:
        UserError: there are none, or more than 12.
    """
    if not 1 <= len(units) <= 12:
        raise UserError(f"{len(units)} units: give 1 to 12")
    rows, columns = grid(len(units), 3)
    most = max(len(titles) for _, titles, _ in units)
    figure = new_figure(WIDE + 4.4, rows * (0.9 + 0.27 * most) + 0.6, title)
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    size = SMALL * (WIDE + 4.4) / WIDE
    for axes, (heading, titles, weights) in zip(panels, units, strict=False):
        places = np.arange(len(titles))[::-1]
        axes.barh(places, weights, color=[BLUE if weight >= 0 else ORANGE for weight in weights], height=0.65)
        axes.set_yticks(places, [shortened(one, 26) for one in titles], fontsize=size)
        axes.set_title(wrapped(heading, 4.2, size * 1.1), fontsize=size * 1.1)
        axes.tick_params(axis="x", labelsize=size)
        axes.locator_params(axis="x", nbins=4)
        quiet(axes)
    for axes in panels[len(units) :]:
        axes.remove()
    figure.supxlabel("weight between the film and the hidden unit", fontsize=size * 1.1)
    return figure


def shortened(title: str, letters: int = LONGEST) -> str:
    """A title with three points in place of what does not fit."""
    return title if len(title) <= letters else title[: letters - 3].rstrip() + "..."


def activations(
    probabilities: Sequence[float], typical: Sequence[float], names: Sequence[str], *, title: str = ""
) -> "Figure":
    """One user's hidden units: how probably each is on, beside the mean over all users.

    Args:
        probabilities: (hidden,) ``p(h_j = 1 | v)`` of the user.
        typical: (hidden,) its mean over all users.
        names: what each unit is called.
        title: the figure's title.

    Raises:
        UserError: they differ in length.
    """
    if not len(probabilities) == len(typical) == len(names):
        raise UserError(f"{len(probabilities)} probabilities, {len(typical)} means and {len(names)} names")
    figure = new_figure(WIDE, 1.7 + 0.36 * len(names), title)
    axes = figure.subplots()
    places = np.arange(len(names))[::-1]
    axes.barh(places + 0.18, probabilities, height=0.34, color=BLUE, label="this user")
    axes.barh(places - 0.18, typical, height=0.34, color="#bbbbbb", label="mean over all users")
    axes.set_yticks(places, names, fontsize=TEXT)
    axes.set_xlim(0, 1)
    axes.set_xlabel("probability that the hidden unit is on, p(h = 1 | v)")
    figure.legend(fontsize=TEXT, loc="outside lower right", ncols=2, frameon=False)
    quiet(axes)
    return figure


def path(
    inputs: Sequence[tuple[str, str, bool | None]],
    hidden: Sequence[tuple[str, float]],
    outputs: Sequence[tuple[str, float]],
    up: np.ndarray,
    down: np.ndarray,
    *,
    title: str = "",
) -> "Figure":
    """One user's ratings on their way: to the hidden units, and from these to films not rated yet.

    Slide: deck 3, "Using the hidden neuron for inference"

    Args:
        inputs: films that the user has rated: title, what was said (``likes``), and whether that is a like; None for a
            film that only counts as rated.
        hidden: hidden units: name, and the probability that it is on.
        outputs: films not rated yet: title, and the predicted probability.
        up: (inputs, hidden) weights.
        down: (hidden, outputs) weights.
        title: the figure's title.

    Raises:
        UserError: the weights do not fit.
    """
    if up.shape != (len(inputs), len(hidden)) or down.shape != (len(hidden), len(outputs)):
        raise UserError(
            f"weights {up.shape} and {down.shape} do not fit {len(inputs)} films, {len(hidden)} units"
        )
    rows = max(len(inputs), len(hidden), len(outputs))
    figure = new_figure(WIDE, 1.7 + 0.66 * rows, title)
    axes = figure.subplots()
    at = [np.linspace(0, 1, count + 2)[1:-1][::-1] for count in (len(inputs), len(hidden), len(outputs))]
    for weights, x, ends in ((up, (0.0, 0.5), at[:2]), (down, (0.5, 1.0), at[1:])):
        _lines(axes, weights, x, ends)
    said = {True: BLUE, False: ORANGE, None: COLOURS[2]}
    for place, (name, words, likes) in zip(at[0], inputs, strict=True):
        _node(axes, 0.0, place, f"{shortened(name, 30)}\n{words}", said[likes], 1.0, "right")
    for place, (name, probability) in zip(at[1], hidden, strict=True):
        _node(axes, 0.5, place, f"{shortened(name, 24)}\n{probability:.0%}", BLUE, probability, "center")
    for place, (name, probability) in zip(at[2], outputs, strict=True):
        _node(axes, 1.0, place, f"{shortened(name, 30)}\n{probability:.0%}", BLUE, probability, "left")
    for column, text in (
        (0.0, "rated: v"),
        (0.5, "hidden units: p(h | v)"),
        (1.0, "not rated yet: p(v | h)"),
    ):
        axes.text(column, 1.06, text, ha="center", va="bottom", fontsize=HEADING, fontweight="bold")
    axes.set(xlim=(-0.46, 1.46), ylim=(-0.04, 1.14))
    axes.set_axis_off()
    figure.supxlabel(
        "line: weight, blue above 0, orange below, the wider the larger; node: the fuller, the more probable",
        fontsize=TEXT,
    )
    return figure


def _lines(axes: "Axes", weights: np.ndarray, x: tuple[float, float], ends: Sequence[np.ndarray]) -> None:
    """The weights between two columns of nodes."""
    largest = max(float(np.abs(weights).max(initial=0)), 1e-9)
    for i, row in enumerate(weights):
        for j, weight in enumerate(row):
            share = abs(float(weight)) / largest
            axes.plot(
                x, (ends[0][i], ends[1][j]), color=BLUE if weight > 0 else ORANGE, linewidth=0.4 + 3 * share,
                alpha=0.15 + 0.6 * share, zorder=1, solid_capstyle="round",
            )  # fmt: skip


def _node(axes: "Axes", x: float, y: float, text: str, colour: str, full: float, where: str) -> None:
    """A unit as a circle, the fuller the more probable, with its text beside it or below."""
    axes.scatter([x], [y], s=190, facecolor="white", edgecolor=colour, zorder=2, linewidth=1.5)
    axes.scatter([x], [y], s=190, facecolor=colour, alpha=float(np.clip(full, 0, 1)), zorder=3, linewidth=0)
    shift = {"right": (-0.03, 0.0), "left": (0.03, 0.0), "center": (0.0, -0.028)}[where]
    vertical = "top" if where == "center" else "center"
    axes.text(x + shift[0], y + shift[1], text, ha=where, va=vertical, fontsize=TEXT, zorder=4)

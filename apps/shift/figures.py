"""The figures of apps.shift: accuracy against the shift, one digit that moves, and how its maps move with it."""

from collections.abc import Mapping

import numpy as np

from keras_course.datasets.digits import Digits
from keras_course.evaluation.shifting import shifted
from keras_course.experiment.run import Run
from keras_course.plots import shifting as plots

from .report import WHERE, Rows, of, said_of_maps, spoken
from .training import NETWORKS

SHOWN = 9  # pictures of the digit that moves


def save(
    parent: Run,
    rows: Rows,
    ink: Rows,
    arrays: Mapping[str, Mapping[str, np.ndarray]],
    maps: Rows,
    vectors: Rows,
    data: Digits,
    direction: str,
    what: str,
) -> None:
    """Draw all three; ``what`` names the data.

    Args:
        parent: the run that they are saved in.
        rows: of ``report.rows``.
        ink: of ``report.ink``.
        arrays: for each network ``predicted`` and ``confidence``, (shifts, n), of the test digits.
        maps: of ``equivariance.maps``.
        vectors: of ``equivariance.vectors``.
        data: with the test digits.
        direction: left, right, up or down.
        what: the data's name, and the seed.
    """
    shifts = [row["shift"] for row in ink]
    at = spoken(shifts)
    seen = "; ".join(f"{name} {of(rows, name)[at]:.1%}" for name in NETWORKS)
    accuracies = {name: [of(rows, name, value) for value in ("accuracy", "low", "high")] for name in NETWORKS}
    figure = plots.accuracy_by_shift(
        shifts,
        accuracies,
        [row["ink_lost"] for row in ink],
        where=WHERE[direction],
        examples=len(data.y_test),
        chance=float(np.bincount(data.y_test).max() / len(data.y_test)),
        title=f"Digits {shifts[at]} px from their place: {seen}\n({what})",
    )
    parent.save_figure("accuracy", figure)

    digit = _digit(arrays, data.y_test)
    shown = np.unique(np.linspace(0, len(shifts) - 1, min(SHOWN, len(shifts))).round().astype(int))
    says = {
        name: [
            (data.labels[found["predicted"][i, digit]], float(found["confidence"][i, digit])) for i in shown
        ]
        for name, found in arrays.items()
    }
    label = data.labels[data.y_test[digit]]
    moved = [shifted(data.x_test[digit : digit + 1], shifts[i], direction)[0] for i in shown]
    first = []
    for name, answers in says.items():
        wrong = next((shifts[i] for i, (now, _) in zip(shown, answers, strict=True) if now != label), None)
        first.append(f"{name} {'never' if wrong is None else f'at {wrong} px'}")
    title = f"One {label} moves {WHERE[direction]}. First misread: {'; '.join(first)}"
    figure = plots.moving_picture(
        moved, [shifts[i] for i in shown], says, label, title=f"{title}\n({what}; a typical digit)"
    )
    parent.save_figure("moving_digit", figure)

    figure = plots.equivariance(
        shifts[1:], maps, vectors, where=WHERE[direction], title=said_of_maps(maps).rstrip(".")
    )
    parent.save_figure("equivariance", figure)


def _digit(arrays: Mapping[str, Mapping[str, np.ndarray]], labels: np.ndarray) -> int:
    """The most typical test digit of those that all read in place: each network reads it about as often as others."""
    right = [found["predicted"] == labels for found in arrays.values()]  # each (shifts, n)
    in_place = np.logical_and.reduce([one[0] for one in right])
    unlike = sum(np.abs(one.sum(axis=0) - one.sum(axis=0).mean()) for one in right)
    return int(np.where(in_place, unlike, np.inf).argmin())

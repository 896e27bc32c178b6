"""The figures of apps.movie_rbm."""

from typing import TYPE_CHECKING

import numpy as np

from keras_course.experiment.run import Run
from keras_course.plots import films as plots

from .comparison import HEADLINE, OURS, Judged
from .recommending import Factor, Recommended

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RATED, SHOWN, UNITS = 6, 5, 5  # films on either side of the path, and hidden units between them


def save(run: Run, judged: Judged, factors: list[Factor], recommended: Recommended) -> None:
    """Draw all of them into the run's folder."""
    headline = HEADLINE[judged.task]
    rows = {OURS: judged.metrics, **judged.metrics["baselines"]}
    values = {name: float(row[headline]) for name, row in rows.items()}
    place = sorted(values.values(), reverse=True).index(values[OURS]) + 1
    figure = plots.comparison(
        values,
        judged.differences,
        headline,
        ours=OURS,
        title=f"The RBM is number {place} of {len(values)} by {plots.spelled(headline)} on the test ratings",
    )
    run.save_figure("comparison", figure)

    chosen = run.variants()[0]
    history, best_epoch = chosen.history(), chosen.metrics()["best_epoch"] - 1
    gap = history["free_energy_gap"][best_epoch]
    figure = plots.free_energies(
        history,
        headline,
        best_epoch,
        title=f"Epoch {best_epoch + 1} of {len(history['free_energy'])} is kept; free-energy gap there: {gap:.2f}",
    )
    run.save_figure("free_energy", figure)

    named = {factor.unit - 1: factor.name for factor in factors}
    units = [(factor.name, factor.titles, factor.weights) for factor in factors]
    found = sum(bool(factor.genre) for factor in factors)
    title = (
        f"Latent factors: the films of the largest weights; {found} of these {len(units)} units have a genre"
    )
    run.save_figure("factors", plots.factors(units, title=title))

    unlike = np.abs(recommended.hidden - recommended.typical)
    order = np.argsort(-unlike, kind="stable")
    shown = [int(unit) for unit in order[:12]]
    names = [named.get(unit, f"unit {unit + 1}") for unit in shown]
    figure = plots.activations(
        recommended.hidden[shown].tolist(),
        recommended.typical[shown].tolist(),
        names,
        title=f"What {recommended.whose} ratings switch on and off: the {len(shown)} hidden units that differ most",
    )
    run.save_figure("activations", figure)
    run.save_figure("path", _path(recommended, judged.task, named))


def _path(recommended: Recommended, task: str, named: dict[int, str]) -> "Figure":
    """From the ratings that speak loudest, through the hidden units that they switch on, to what is recommended."""
    v, kernel = recommended.visible[0], recommended.kernel
    switched_on = np.argsort(recommended.typical - recommended.hidden, kind="stable")
    units = np.sort(switched_on[:UNITS])
    rated = np.flatnonzero(v >= 0 if task == "like" else v > 0)
    loudest = rated[np.argsort(-np.abs(kernel[rated][:, units]).sum(axis=1), kind="stable")[:RATED]]
    words = {1: "liked (1)", 0: "disliked (0)"} if task == "like" else {1: "rated (1)"}
    inputs = [
        (recommended.titles[item], words[int(v[item])], bool(v[item]) if task == "like" else None)
        for item in loudest
    ]
    hidden = [(named.get(int(unit), f"unit {unit + 1}"), float(recommended.hidden[unit])) for unit in units]
    outputs = [(one.title, one.probability) for one in recommended.found[:SHOWN]]
    places = [recommended.titles.index(title) for title, _ in outputs]
    first = outputs[0][0] if outputs else "nothing"
    return plots.path(
        inputs,
        hidden,
        outputs,
        kernel[loudest][:, units],
        kernel[places][:, units].T,
        title=f"The way through the machine: {recommended.whose} ratings lead to {first}",
    )

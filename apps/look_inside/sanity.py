"""Which of the pictures can be trusted: do they change when the network knows nothing?"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_course import explain
from keras_course.explain.backpropagation import has_relu
from keras_course.explain.sanity import layers_from_the_top
from keras_course.plots.inside import gallery, magnitude

from . import Config
from .explained import predictions
from .subjects import Pictures, Subject

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COUNT = 12  # pictures over which the similarity is averaged
ROWS = 2  # methods that are drawn
METHODS = ("guided back-propagation", "the gradient", "Grad-CAM")
ALIKE = 0.8  # a rank correlation above it: the picture has hardly changed
Table = Mapping[str, Sequence[Mapping[str, Any]]]


def check(
    config: Config, subject: Subject, pictures: Pictures
) -> "tuple[Figure, dict[str, list[dict[str, Any]]]]":
    """Draw each method's picture of ever more random networks; return the figure, and how similar they are."""
    shown = np.concatenate([pictures.explained[:1], pictures.searched[:COUNT]])
    x = subject.prepare(shown)
    classes = predictions(subject, shown).argmax(axis=1).tolist()
    layers = layers_from_the_top(subject.network)
    explanations: dict[str, explain.sanity.Explanation] = {
        "the gradient": lambda model: explain.input_gradient(model, x, classes),
        "Grad-CAM": lambda model: explain.grad_cam(model, x, classes),
    }
    if has_relu(subject.network):
        explanations["guided back-propagation"] = lambda model: explain.input_gradient(
            model, x, classes, "guided"
        )
    found = explain.sanity_check(subject.network, explanations, layers, seed=config.run.seed)

    steps = ["trained", *(f"random down to\n{name.replace('_', ' ')}" for name in layers)]
    steps[1], steps[-1] = "last layer random", "all weights random"
    seen = found["Grad-CAM"][0].any(axis=(1, 2))
    example = int(seen.argmax())  # the first in which there is something to see
    table, rows, texts = {}, {}, {}
    for method in (name for name in METHODS if name in found):
        drawn = [[magnitude(one) for one in several] for several in found[method]]
        table[method] = [
            {"step": step.replace("\n", " "), **_similarity(drawn[0][1:], several[1:])}
            for step, several in zip(steps, drawn, strict=True)
        ]
        name = method.replace(" ", "\n")
        rows[name] = [shown[example] / 255, *(several[example] for several in drawn)]
        texts[name] = ["", "", *(_measured(similar) for similar in table[method][1:])]
    if len(rows) > ROWS:
        del rows["the\ngradient"], texts["the\ngradient"]  # measured, and told in the title
    print(f"sanity check: {sentence(table)}\n{numbers(table)}")
    figure = gallery(
        rows, ["the picture", *steps], texts=texts, title=sentence(table), summary=numbers(table)
    )
    return figure, table


def _measured(similar: Mapping[str, Any]) -> str:
    return f"rank correlation {similar['rank_correlation']:.2f}\nSSIM {similar['ssim']:.2f}"


def _similarity(trained: list[np.ndarray], other: list[np.ndarray]) -> dict[str, float]:
    """The means over the pictures, but for those in which the trained network shows nothing."""
    pairs = [pair for pair in zip(trained, other, strict=True) if pair[0].any()]
    if not pairs:
        return {"rank_correlation": 0.0, "ssim": 0.0, "pictures": 0}
    return {
        "rank_correlation": float(np.mean([explain.rank_correlation(*pair) for pair in pairs])),
        "ssim": float(np.mean([explain.structural_similarity(*pair) for pair in pairs])),
        "pictures": len(pairs),
    }


def at_step(table: Table, step: int) -> dict[str, float]:
    """By method the rank correlation with the trained network's picture: 1 the last layer is random, -1 all are."""
    return {method: float(similar[step]["rank_correlation"]) for method, similar in table.items()}


def numbers(table: Table) -> str:
    """The measured similarities, in one line."""
    every = at_step(table, -1)
    told = ", ".join(
        f"{method} {value:.2f} / {every[method]:.2f}" for method, value in at_step(table, 1).items()
    )
    return f"rank correlation with the trained network's picture, last layer / all weights random: {told}"


def sentence(table: Table) -> str:
    """What the check shows, in one sentence; only what was measured here."""
    values = at_step(table, 1)
    alike = [method for method, value in values.items() if value >= ALIKE]
    if not alike:
        return f"A random last layer changes every picture: {', '.join(values)}"
    verb, they = ("changes", "it") if len(alike) == 1 else ("change", "they")
    told = f"{' and '.join(alike)} hardly {verb} with a random last layer: {they} cannot tell why this class"
    return told[0].upper() + told[1:]

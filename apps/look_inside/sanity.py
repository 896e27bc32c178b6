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
METHODS = ("guided back-propagation", "gradient", "Grad-CAM")
ALIKE = 0.5  # a rank correlation above it: the picture has hardly changed
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
        "gradient": lambda model: explain.input_gradient(model, x, classes),
        "Grad-CAM": lambda model: explain.grad_cam(model, x, classes),
    }
    if has_relu(subject.network):
        explanations["guided back-propagation"] = lambda model: explain.input_gradient(
            model, x, classes, "guided"
        )
    found = explain.sanity_check(subject.network, explanations, layers, seed=config.run.seed)

    steps = ["trained", *(f"random down to\n{name.replace('_', ' ')}" for name in layers)]
    steps[-1] = "all weights random"
    seen = sorted({0, *range(max(1, len(steps) - 2), len(steps))})  # those that are drawn: three
    photo = shown[0] / 255
    table, rows = {}, {}
    for method in (name for name in METHODS if name in found):
        drawn = [[magnitude(one) for one in several] for several in found[method]]
        rows[method.replace(" ", "\n")] = [photo, *(drawn[i][0] for i in seen)]
        table[method] = [
            {"step": step.replace("\n", " "), **_similarity(drawn[0][1:], several[1:])}
            for step, several in zip(steps, drawn, strict=True)
        ]
    texts = {
        method.replace(" ", "\n"): ["", *(_measured(number, similar[number]) for number in seen)]
        for method, similar in table.items()
    }
    print(f"sanity check: {sentence(table)}")
    figure = gallery(
        rows, ["the picture", *(steps[number] for number in seen)], texts=texts, title=sentence(table),
        summary=f"below: how similar to the trained network's (1: the same; mean of {len(shown) - 1} pictures); "
        "a picture that stays shows the photo, not what was learnt",
    )  # fmt: skip
    return figure, table


def _measured(step: int, similar: Mapping[str, Any]) -> str:
    return f"rank correlation {similar['rank_correlation']:.2f}, SSIM {similar['ssim']:.2f}" if step else ""


def _similarity(trained: list[np.ndarray], other: list[np.ndarray]) -> dict[str, float]:
    pairs = list(zip(trained, other, strict=True))
    return {
        "rank_correlation": float(np.mean([explain.rank_correlation(*pair) for pair in pairs])),
        "ssim": float(np.mean([explain.structural_similarity(*pair) for pair in pairs])),
    }


def at_random(table: Table) -> dict[str, float]:
    """By method the rank correlation of the trained network's picture and that of an all random one."""
    return {method: float(similar[-1]["rank_correlation"]) for method, similar in table.items()}


def sentence(table: Table) -> str:
    """What the check shows, in one sentence; only what was measured here."""
    values = at_random(table)
    alike = {method: value for method, value in values.items() if value >= ALIKE}
    changed = {method: value for method, value in values.items() if value < ALIKE}
    told = [
        " and ".join(f"{method} ({value:.2f})" for method, value in some.items()) for some in (alike, changed)
    ]
    if not alike:
        return f"With all weights random every picture changes: {told[1]}"
    if not changed:
        return (
            f"With all weights random no picture changes much: {told[0]}: none of them shows what was learnt"
        )
    return f"With all weights random {told[0]} hardly changes, {told[1]} does: trust the latter"

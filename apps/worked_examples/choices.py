"""Choices: initialisers, activations, costs; dropout and normalisation (rows 30, 33).

Slide: deck 3, "Loss Functions" `choices`, "Dropout" `choices`; deck 4, "Normalization" `choices`;
    deck 5, "Choices" `choices`
"""

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_course.by_hand import activations, initializers, losses
from keras_course.by_hand.normalization import dropout, normalize_map

from .board import Compared, Row, Say, beside

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHAPE = (784, 512)
VARIANCES = {
    "uniform": (initializers.uniform, 0.05**2 / 3),
    "normal": (initializers.normal, 0.05**2),
    "truncated normal": (initializers.truncated_normal, (0.05 * 0.87962566) ** 2),
    "Glorot uniform": (initializers.glorot_uniform, 2 / (784 + 512)),
    "Glorot normal": (initializers.glorot_normal, 2 / (784 + 512)),
    "He uniform": (initializers.he_uniform, 2 / 784),
    "He normal": (initializers.he_normal, 2 / 784),
}
Y, P = np.array([[0.0, 1.0, 0.0]]), np.array([[0.2, 0.7, 0.1]])


def all_choices(say: Say) -> Compared:
    """Row 30: initialisers, activations and costs, each at one point."""
    slide: dict[str, Any] = {}
    computed: dict[str, Any] = {}
    say("initialisers of a 784x512 kernel: their theoretical variance, and that of one draw")
    for name, (draw, variance) in VARIANCES.items():
        drawn = float(draw(SHAPE, np.random.default_rng(0)).var())
        say(f"{name:17} {variance:.6f} {drawn:.6f}")
        slide[name], computed[name] = True, abs(drawn / variance - 1) < 0.01
    z = 1.5
    slide["PReLU(-1.5), slope 0.2"] = -0.2 * z
    computed["PReLU(-1.5), slope 0.2"] = activations.prelu(np.array([-z]), np.array([0.2]))[0]
    slide["Swish(1.5)"] = z / (1 + math.exp(-z))
    computed["Swish(1.5)"] = activations.swish(np.array(z))
    slide["cross entropy"] = -math.log(0.7)
    computed["cross entropy"] = losses.categorical_cross_entropy(Y, P)
    slide["MSE"] = (0.2**2 + 0.3**2 + 0.1**2) / 3
    computed["MSE"] = losses.mean_squared_error(Y, P)
    slide["L1"] = (0.2 + 0.3 + 0.1) / 3
    computed["L1"] = losses.mean_absolute_error(Y, P)
    slide["KL"] = 1 * math.log(1 / 0.7)
    computed["KL"] = losses.kl_divergence(Y, P)
    middle = [0.1, 0.85, 0.05]
    slide["JS"] = (
        math.log(1 / 0.85) + sum(p * math.log(p / m) for p, m in zip(P[0], middle, strict=True))
    ) / 2
    computed["JS"] = losses.js_divergence(Y, P)
    slide["hinge, y = -1, score 0.3"] = 1.3
    computed["hinge, y = -1, score 0.3"] = losses.hinge(np.array([-1.0]), np.array([0.3]))
    say("costs of the prediction .2 .7 .1 if the second class is right, and activations at 1.5")
    for name in list(slide)[len(VARIANCES) :]:
        say(f"{name:26} {float(slide[name]):8.4f} {float(computed[name]):8.4f}")
    return Compared(
        slide, computed,
        by_formula=True,
        note="the slide has names only: 'Xavier' is Glorot ('GlorotUni' its uniform form), 'Kaiming' is He",
    )  # fmt: skip


def dropout_and_normalisation(say: Say) -> Compared:
    """Row 33: dropout, and the normalisation of a feature map."""
    x = np.arange(1.0, 11.0)
    slide: dict[str, Any] = {}
    computed: dict[str, Any] = {}
    for rate in (0.5, 0.2):
        kept, mask = dropout(x, rate, np.random.default_rng(0))
        say(
            f"rate {rate}: kept values are divided by 1 - {rate} = {1 - rate:g}\n"
            + beside(np.stack([x, mask, kept]))
        )
        slide[f"rate {rate}"] = [
            value / (1 - rate) if keep else 0.0 for value, keep in zip(x, mask, strict=True)
        ]
        computed[f"rate {rate}"] = kept
        rng = np.random.default_rng(1)
        mean = np.mean([dropout(x, rate, rng)[0].mean() for _ in range(4000)])
        say(f"mean of {x.mean():g} before; over 4,000 masks {mean:.3f}: the expectation is kept")
        slide[f"expectation at {rate}"], computed[f"expectation at {rate}"] = True, abs(mean - x.mean()) < 0.1
    feature_map = np.array([[1.0, 3.0], [5.0, 7.0]])
    say(
        "normalisation of a feature map: subtract its mean, divide by its standard deviation\n"
        + beside(feature_map, "->", normalize_map(feature_map))
    )
    slide["normalised"] = (feature_map - 4) / math.sqrt(5)
    computed["normalised"] = normalize_map(feature_map)
    return Compared(
        slide,
        computed,
        by_formula=True,
        note="deck 4 normalises by 'change everything negative to zero': that is the ReLU, not normalisation",
    )


def draw_choices() -> "Figure":
    """Row 30: costs against the probability of the right class, and activations."""
    from keras_course import plots

    p = np.linspace(0.02, 0.98, 97)
    y = np.array([[0.0, 1.0]])
    both = [np.array([[1 - value, value]]) for value in p]
    z = np.linspace(-4, 4, 201)
    curves = {
        "cross entropy, KL": losses.categorical_cross_entropy, "MSE": losses.mean_squared_error,
        "L1": losses.mean_absolute_error, "JS": losses.js_divergence,
    }  # fmt: skip
    costs = {name: np.array([cost(y, q) for q in both]) for name, cost in curves.items()}
    functions = {
        "ReLU": activations.relu(z), "PReLU, slope 0.2": activations.leaky_relu(z, 0.2), "Swish": activations.swish(z),
        "tanh": activations.tanh(z), "sigmoid": activations.sigmoid(z),
    }  # fmt: skip
    first = ", ".join(f"{name.split(',')[0]} {values[0]:.2g}" for name, values in costs.items())
    return plots.functions(
        p, {"costs": costs, "activations": {name: (z, values) for name, values in functions.items()}}, share=False,
        labels=(("probability of the right class", "x"), ("cost", "activation")),
        title="Cross entropy costs most when the network is sure and wrong; of these activations only two are bounded",
        summary=f"costs where the right class has probability {p[0]:g}: {first}",
    )  # fmt: skip


def draw_dropout() -> "Figure":
    """Row 33: a layer's output under two dropout masks."""
    from keras_course.plots.cells import number_rows

    x = np.arange(1.0, 11.0)
    rows = {"a layer's output": {"ten units": x[None]}}
    for rate in (0.5, 0.2):
        kept, mask = dropout(x, rate, np.random.default_rng(0))
        rows[f"mask, rate {rate}"] = {f"{int(mask.sum())} of {x.size} are kept": mask[None].astype(float)}
        rows["kept" + " " * len(rows)] = {f"divided by {1 - rate:g}: the sum is {kept.sum():g}": kept[None]}
    return number_rows(
        rows, limit=float(max(array.max() for row in rows.values() for array in row.values())),
        title="Dropout: set units to zero, and scale those that are kept",
        summary=f"so that the sum, {x.sum():g} before, stays the same on average over many masks",
    )  # fmt: skip


ROWS = (
    Row(30, "initialisers, activations, costs", 'deck 5, "Choices"', all_choices, draw_choices),
    Row(33, "dropout, and normalisation", 'deck 3, "Dropout"', dropout_and_normalisation, draw_dropout),
)

"""Neurons and networks, forward (rows 7, 8, 10, 15, 19).

Slide: deck 1, "Neural Network" `neurons`, "Activation function" `neurons`, "Sigmoid" `neurons`, "tanh" `neurons`,
    "ReLU" `neurons`, "Leaky ReLU" `neurons`, "Maxout" `neurons`, "ELU" `neurons`;
    deck 3, "Linear Function" `neurons`, "Non-Linear Function" `neurons`, "Activation Function" `neurons`,
    "Plus Junction: Element by Element Addition" `neurons`,
    "Times Junction: Element by Element Multiplication" `neurons`, "Gating" `neurons`;
    deck 4, "Neural Network" `neurons`
"""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from keras_course.by_hand import activations, networks
from keras_course.by_hand.neuron import neuron, plus_junction, times_junction

from .board import Compared, Row, Say, beside, number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Deck 1's functions, written out as the slide has them: for comparison with by_hand.activations.
FORMULAS: dict[str, Callable[[float], float]] = {
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "tanh": lambda x: (math.exp(x) - math.exp(-x)) / (math.exp(x) + math.exp(-x)),
    "ReLU": lambda x: max(0.0, x),
    "Leaky ReLU": lambda x: max(0.1 * x, x),
    "ELU": lambda x: x if x >= 0 else math.exp(x) - 1,
}
FUNCTIONS: dict[str, tuple[activations.Function, activations.Function]] = {
    "sigmoid": (activations.sigmoid, activations.sigmoid_gradient),
    "tanh": (activations.tanh, activations.tanh_gradient),
    "ReLU": (activations.relu, activations.relu_gradient),
    "Leaky ReLU": (activations.leaky_relu, activations.leaky_relu_gradient),
    "ELU": (activations.elu, activations.elu_gradient),
}
POINTS = (-2.0, -0.5, 0.0, 0.5, 2.0)
X = np.array([1.0, 2.0])
W1 = np.array([[1.0, -1.0], [0.5, 1.0], [-1.0, 0.5]])
W2 = np.array([[1.0, 0.0, 2.0], [-1.0, 1.0, 1.0], [0.5, 2.0, 0.0]])
W3 = np.array([[1.0, -1.0, 0.5], [0.0, 1.0, 1.0]])


def layers(say: Say) -> Compared:
    """Row 7: a linear classifier, and networks of two and three layers."""
    say(
        "x is [1, 2]. One matrix gives a linear score (logit) for each of 3 classes:\n"
        + beside(W1, "x", X[:, None], "=", (W1 @ X)[:, None])
    )
    hidden = activations.relu(W1 @ X)
    say(
        "max(0, .) sets negative values to zero, and a second matrix follows:\n"
        + beside(W2, "x", hidden[:, None], "=", (W2 @ hidden)[:, None])
    )
    second = activations.relu(W2 @ hidden)
    say("and so on:\n" + beside(W3, "x", second[:, None], "=", (W3 @ second)[:, None]))

    def logits(x: list[float], *matrices: np.ndarray) -> list[float]:
        """The same in plain loops."""
        for place, W in enumerate(matrices):
            x = [sum(float(w) * value for w, value in zip(row, x, strict=True)) for row in W]
            if place < len(matrices) - 1:
                x = [max(0.0, value) for value in x]
        return x

    return Compared(
        {
            "Wx": logits([1, 2], W1),
            "2 layers": logits([1, 2], W1, W2),
            "3 layers": logits([1, 2], W1, W2, W3),
        },
        {
            "Wx": networks.linear_score(X, W1),
            "2 layers": networks.two_layers(X, W1, W2),
            "3 layers": networks.three_layers(X, W1, W2, W3),
        },
        by_formula=True,
        note="as builders: keras_course.models.dense; the arguments are Model(inputs=, outputs=), not input=, output=",
    )


def activation_functions(say: Say) -> Compared:
    """Row 8: activation functions and their derivatives at five points."""
    say("x" + " " * 12 + "".join(f"{x:>9g}" for x in POINTS))
    slide, computed = {}, {}
    for name, (function, derivative) in FUNCTIONS.items():
        slide[name] = [FORMULAS[name](x) for x in POINTS]
        computed[name] = function(np.array(POINTS))
        say(f"{name:13}" + "".join(f"{y:9.4f}" for y in computed[name]))
        say(f"{'  derivative':13}" + "".join(f"{y:9.4f}" for y in derivative(np.array(POINTS))))
    x, W, b = np.array([1.0, -2.0]), np.array([[0.5, 1.0], [-1.0, 0.5]]), np.array([0.0, 0.25])
    outputs = [x @ W[0] + b[0], x @ W[1] + b[1]]
    say(f"Maxout takes the larger of two linear outputs: max({outputs[0]:g}, {outputs[1]:g})")
    slide["Maxout"] = max(outputs)
    computed["Maxout"] = activations.maxout(x[None], W.T[:, None, :], b[None])[0, 0]
    return Compared(
        slide,
        computed,
        by_formula=True,
        note="the slide prints the formulas; here they are worked out at five points",
    )


def chain(say: Say) -> Compared:
    """Row 10: three neurons in a row, without and with an activation function."""
    weights, x = [0.5, 4.0, 3.0], 2.0
    say("three neurons in a row, weights 0.5, 4 and 3, and x = 2")
    one = math.prod(weights)
    say(
        f"without activations: 2 x 0.5 x 4 x 3 = {networks.chain(x, weights):g}, as one neuron of weight {one:g}"
    )
    curve = [networks.chain(value, weights, activation=activations.sigmoid) for value in (0.0, 1.0, 2.0)]
    say(f"with a sigmoid after each, x = 0, 1, 2 gives {', '.join(f'{value:.4f}' for value in curve)}")
    straight = math.isclose(curve[1] - curve[0], curve[2] - curve[1], rel_tol=1e-6)
    rises = f"{curve[1] - curve[0]:.4f} and {curve[2] - curve[1]:.4f}"
    say(f"a line would rise by the same from 0 to 1 as from 1 to 2: here {rises}")
    return Compared(
        {"chain": x * math.prod(weights), "with sigmoids it is a line": False},
        {"chain": networks.chain(x, weights), "with sigmoids it is a line": straight},
        by_formula=True,
    )


def junctions(say: Say) -> Compared:
    """Row 15: plus and times junctions, and gating."""
    a, b = np.array([3, 4, 5]), np.array([6, 7, 8])
    signal, gates = np.array([0.8, 0.8, 0.8]), np.array([1.0, 0.5, 0.0])
    say(beside(a[:, None], "+", b[:, None], "=", plus_junction(a, b)[:, None]))
    say(beside(a[:, None], "x", b[:, None], "=", times_junction(a, b)[:, None]))
    say(
        beside(
            signal[:, None],
            "x",
            gates[:, None],
            "=",
            times_junction(signal, gates)[:, None],
            "a gate: 1 is open, 0 is shut",
        )
    )
    return Compared(
        {"plus": [9, 11, 13], "times": [9, 11, 13], "gating": [0.8, 0.4, 0.0]},
        {"plus": plus_junction(a, b), "times": times_junction(a, b), "gating": times_junction(signal, gates)},
        errs="the times junction's figure prints the sums 9, 11, 13 again; the products are 18, 28, 40",
    )


def one_neuron(say: Say) -> Compared:
    """Row 19: a weighted sum and its sigmoid."""
    x, w = np.array([0.7, 0.8]), np.array([7, 5])
    total = float(neuron(x, w, -6, activation=lambda z: z))
    say(f"7 x 0.7 + 5 x 0.8 - 6 = {7 * 0.7:.1f} + {5 * 0.8:.1f} - 6 = {total:.1f}")
    say(
        f"sigmoid(2.9) = 1 / (1 + exp(-2.9)) = 1 / (1 + {math.exp(-2.9):.4f}) = {float(neuron(x, w, -6)):.4f}"
    )
    return Compared(
        {"sum": 2.9, "sigmoid": 0.948}, {"sum": total, "sigmoid": float(neuron(x, w, -6))}, digits=3,
        by_formula=("sigmoid",), note="the slide has 2.9; .948 is its sigmoid",
    )  # fmt: skip


def draw_layers() -> "Figure":
    """Row 7: inputs, weights and outputs of the three layers."""
    from keras_course import plots

    hidden = activations.relu(W1 @ X)
    return plots.number_grids(
        {
            "x": X[:, None], "W1": W1, "max(0, W1 x)": hidden[:, None], "W2": W2,
            "max(0, W2 ...)": activations.relu(W2 @ hidden)[:, None], "W3": W3,
            "logits": networks.three_layers(X, W1, W2, W3)[:, None],
        },
        title="Three layers: multiply by a matrix, set negative values to zero, repeat",
    )  # fmt: skip


def draw_activations() -> "Figure":
    """Row 8: activation functions with their derivatives."""
    from keras_course import plots

    x = np.linspace(-4, 4, 401)
    panels = {
        name: {name: function(x), "derivative": derivative(x)}
        for name, (function, derivative) in FUNCTIONS.items()
    }
    panels["Maxout of two lines"] = {"max(0.5 x, 1 - x)": np.maximum(0.5 * x, 1 - x)}
    return plots.functions(
        x,
        panels,
        labels=("x", "activation"),
        columns=3,
        title="Activation functions and their derivatives",
    )


def draw_chain() -> "Figure":
    """Row 10: the output of the chain against its input."""
    from keras_course import plots

    x = np.linspace(-6, 6, 201)
    return plots.functions(
        x,
        {
            "without activations: a line": {
                "chain": np.array([networks.chain(v, [0.5, 4.0, 3.0]) for v in x])
            },
            "a sigmoid after each neuron": {
                "chain": np.array(
                    [networks.chain(v, [0.5, 4.0, 3.0], activation=activations.sigmoid) for v in x]
                )
            },
        },
        labels=("x", "y"),
        title="Three neurons in a row, weights 0.5, 4, 3",
    )


def draw_junctions() -> "Figure":
    """Row 15: the vectors of each junction."""
    from keras_course import plots

    a, b = np.array([3, 4, 5]), np.array([6, 7, 8])
    signal, gates = np.full(3, 0.8), np.array([1.0, 0.5, 0.0])
    return plots.number_grids(
        {
            "a": a[:, None], "b": b[:, None],
            "a + b": plus_junction(a, b)[:, None], "a x b": times_junction(a, b)[:, None],
            "signal": signal[:, None], "gate": gates[:, None],
            "what gets through": times_junction(signal, gates)[:, None],
        },
        title="Junctions: element by element",
    )  # fmt: skip


def draw_neuron() -> "Figure":
    """Row 19: the sigmoid, with the slide's point on it."""
    from keras_course import plots

    z = np.linspace(-6, 6, 241)
    figure = plots.functions(
        z, {"one neuron": {"sigmoid": activations.sigmoid(z)}}, labels=("7 x1 + 5 x2 - 6", "output"),
        title="From a weighted sum to a probability",
    )  # fmt: skip
    axes = figure.axes[0]
    axes.plot([2.9], [activations.sigmoid(np.array(2.9))], "ko")
    axes.annotate(
        f"2.9 gives {number(activations.sigmoid(np.array(2.9)), 3)}", (2.9, 0.948), (-4.5, 0.85), fontsize=9
    )
    return figure


ROWS = (
    Row(7, "linear score, two and three layers", 'deck 1, "Neural Network"', layers, draw_layers),
    Row(8, "activation functions", 'deck 1, "Activation function"', activation_functions, draw_activations),
    Row(10, "a chain of linear neurons is one neuron", 'deck 3, "Linear Function"', chain, draw_chain),
    Row(
        15,
        "junctions and gates",
        'deck 3, "Times Junction: Element by Element Multiplication"',
        junctions,
        draw_junctions,
    ),
    Row(19, "one neuron", 'deck 4, "Neural Network"', one_neuron, draw_neuron),
)

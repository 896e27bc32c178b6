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
    """Row 7: inputs, weights and outputs of the three layers, a line for each."""
    from keras_course.plots.cells import number_rows

    rows: dict[str, dict[str, np.ndarray]] = {}
    signs: dict[str, str] = {}
    x, name = X[:, None], "x"
    for number_of, W in enumerate((W1, W2, W3), start=1):
        matrix, product, after = (
            f"W{number_of}",
            f"W{number_of} {name}",
            f"h{number_of} = max(0, W{number_of} {name})",
        )
        rows[f"layer {number_of}"] = {matrix: W, name: x, product: W @ x}
        signs |= {name: "×", product: "="}
        if number_of < 3:
            x, name = activations.relu(W @ x), f"h{number_of}"
            rows[f"layer {number_of}"][after] = x
            signs[after] = "→"
    score, two, three = (
        ", ".join(number(value) for value in values)
        for values in (W1 @ X, networks.two_layers(X, W1, W2), networks.three_layers(X, W1, W2, W3))
    )
    return number_rows(
        rows, signs=signs,
        title="Multiply by a matrix, set negative values to zero, repeat; the last layer keeps its negative values",
        summary=f"logits after one layer: {score}; after two: {two}; after three: {three}",
    )  # fmt: skip


def draw_activations() -> "Figure":
    """Row 8: activation functions with their derivatives."""
    from keras_course import plots

    x = np.linspace(-3, 3, 601)
    panels = {
        f"{name}: derivative {number(derivative(x).min())} to {number(derivative(x).max())}": {
            name: function(x), "derivative": derivative(x)
        }
        for name, (function, derivative) in FUNCTIONS.items()
    }  # fmt: skip
    panels["Maxout: the larger of two lines"] = {"max(0.5 x, 1 - x)": np.maximum(0.5 * x, 1 - x)}
    steepest = float(activations.sigmoid_gradient(np.array(0.0)))
    flat = [name for name, (_, derivative) in FUNCTIONS.items() if derivative(np.array([-3.0]))[0] < 0.1]
    return plots.functions(
        x, panels, labels=("x", "activation, derivative"),
        title=f"The sigmoid's derivative is {steepest:g} at most; a ReLU's is 1 wherever it is active",
        summary=f"the derivative is below 0.1 at x = -3, so almost no learning there: {', '.join(flat)}",
    )  # fmt: skip


def draw_chain() -> "Figure":
    """Row 10: the output of the chain against its input."""
    from keras_course import plots

    x = np.linspace(-6, 6, 201)
    weights = [0.5, 4.0, 3.0]
    line = np.array([networks.chain(v, weights) for v in x])
    curve = np.array([networks.chain(v, weights, activation=activations.sigmoid) for v in x])
    return plots.functions(
        x,
        {
            f"without activations: the line y = {math.prod(weights):g} x": {"chain": line},
            f"a sigmoid after each: from {curve.min():.2f} to {curve.max():.2f}, no line": {"chain": curve},
        },
        labels=("x", "y (each panel has its own scale)"), share=False,
        title=f"Three neurons in a row, weights 0.5, 4 and 3, are one neuron of weight {math.prod(weights):g}",
        summary="unless an activation stands between them",
    )  # fmt: skip


def draw_junctions() -> "Figure":
    """Row 15: the vectors of each junction."""
    from keras_course.plots.cells import number_rows

    a, b = np.array([3, 4, 5]), np.array([6, 7, 8])
    signal, gates = np.full(3, 0.8), np.array([1.0, 0.5, 0.0])
    gated = times_junction(signal, gates)
    lines = (
        ("plus junction", "+", a, b, plus_junction(a, b), ("a", "b", "a + b")),
        ("times junction", "×", a, b, times_junction(a, b), ("a ", "b ", "a × b")),
        ("gate: 1 is open, 0 shut", "×", signal, gates, gated, ("signal", "gate", "gets through")),
    )  # fmt: skip
    products = ", ".join(map(str, times_junction(a, b)))
    return number_rows(
        {label: dict(zip(names, (p[None], q[None], r[None]), strict=True)) for label, _, p, q, r, names in lines},
        signs={name: sign for _, sign, *_, names in lines for name, sign in zip(names[1:], (sign, "="), strict=True)},
        title="Junctions work element by element; a times junction with values from 0 to 1 is a gate",
        summary=f"the products are {products}; the slide prints the sums again",
    )  # fmt: skip


def draw_neuron() -> "Figure":
    """Row 19: the sigmoid, with the slide's point on it."""
    from keras_course import plots

    total = float(neuron(np.array([0.7, 0.8]), np.array([7, 5]), -6, activation=lambda z: z))
    output = float(activations.sigmoid(np.array(total)))
    z = np.linspace(-6, 6, 241)
    figure = plots.functions(
        z, {"one neuron": {"sigmoid": activations.sigmoid(z)}}, labels=("z = 7 x1 + 5 x2 - 6", "output: a probability"),
        title=f"A weighted sum of {total:.1f} becomes a probability of {output:.3f}",
        summary=f"x1 = 0.7, x2 = 0.8: 7 x 0.7 + 5 x 0.8 - 6 = {total:.1f}",
    )  # fmt: skip
    axes = figure.axes[0]
    axes.plot([total, total, z[0]], [0, output, output], "k:", linewidth=1.2)
    axes.plot([total], [output], "ko", markersize=8)
    axes.annotate(
        f"{total:.1f} gives {output:.3f}", (total, output), (total + 0.3, output - 0.12), fontsize=12
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

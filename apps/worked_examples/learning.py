"""Learning: the gradient gives the direction, the optimiser the step (rows 9, 11, 25, 28, 29).

Slide: deck 2, "(Supervised) Learning" `learning`, "Stochastic Gradient Descent" `learning`;
    deck 3, "Simple Example" `learning`, "Types of Gradient descents" `learning`, "Weight regularization" `learning`,
    "Momentum" `learning`; deck 5, "Back Propagation" `learning`,
    "Stochastic Gradient Descent with Momentum" `learning`
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_course.by_hand import losses, networks, optimizers, regularizers
from keras_course.by_hand.activations import softmax
from keras_course.by_hand.gradient_check import gradient_error

from .board import Compared, Row, Say, beside, number
from .descent import EXAMPLES, draw_first_steps, draw_sizes, first_steps, three_sizes

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def one_weight(say: Say) -> Compared:
    """Row 9: gradient descent on one weight, an example at a time."""
    w, step, weights = np.array(0.5), optimizers.sgd(0.1).update, []
    say(
        "y = x w should become 2 x; the squared error's derivative by w is 2 x (x w - y); learning rate 0.1, w = 0.5"
    )
    for x, y in EXAMPLES:
        before, (w, _) = float(w), step(2 * x * (x * w - y), (), w)
        say(
            f"({x}, {y}): {number(before, 3)} - 0.1 x 2 x {x} x ({x} x {number(before, 3)} - {y}) = {number(w, 3)}"
        )
        weights.append(float(w))
    return Compared([1.7, 1.76, 2.192], weights, digits=3)


def weight_decay(say: Say) -> Compared:
    """Row 11: the L2 regularizer of three weights, and its gradient."""
    weights = np.array([0.5, -1.0, 2.0])
    terms = [0.001 * float(weight) ** 2 for weight in weights]
    say(f"weights {weights.tolist()}: {' + '.join(f'0.001 x ({w:g})^2' for w in weights)} = {sum(terms):.5f}")
    say(
        f"and its gradient, which moves each weight towards 0, is 2 x 0.001 x w: "
        f"{regularizers.l2_gradient(weights).tolist()}"
    )
    return Compared(
        sum(terms),
        regularizers.l2(weights, 0.001),
        by_formula=True,
        note="three weights of our own under the slide's l2(0.001); equal to Keras' regularizers.L2 in the tests",
    )


def small_network() -> tuple[np.ndarray, np.ndarray, networks.Layers]:
    """Three inputs, four hidden units, two classes; five examples."""
    rng = np.random.default_rng(0)
    network = [(rng.normal(size=(3, 4)), rng.normal(size=4)), (rng.normal(size=(4, 2)), rng.normal(size=2))]
    return rng.normal(size=(5, 3)), np.eye(2)[rng.integers(0, 2, 5)], network


def chain_rule(say: Say) -> Compared:
    """Row 28: back-propagation through two layers, checked by finite differences."""
    x, y, network = small_network()
    logits, cache = networks.forward(x, network)
    p = softmax(logits)
    say(f"forward: 3 -> 4 -> 2, cross entropy {losses.categorical_cross_entropy(y, p):.4f}")
    say("error at the logits, (p - y) / n:\n" + beside((p - y) / 5, decimals=3))
    _, gradients = networks.backward((p - y) / 5, cache, network)
    say(
        "propagated back to the first layer's weights: input transposed x error\n"
        + beside(gradients[0][0], decimals=3)
    )

    errors = []
    for place, name in ((place, name) for place in range(2) for name in range(2)):

        def loss(value: np.ndarray, place: int = place, name: int = name) -> float:
            changed: list[Any] = [list(pair) for pair in network]
            changed[place][name] = value
            return losses.categorical_cross_entropy(y, softmax(networks.forward(x, changed)[0]))

        errors.append(gradient_error(gradients[place][name], loss, network[place][name]))
    say(f"by finite differences instead: the largest relative difference is {max(errors):.1e}")
    better = [(W - 0.1 * dW, b - 0.1 * db) for (W, b), (dW, db) in zip(network, gradients, strict=True)]
    after = losses.categorical_cross_entropy(y, softmax(networks.forward(x, better)[0]))
    say(f"update by -0.1 x gradient: the cross entropy is {after:.4f}")
    return Compared(
        {"error below 1e-6": True, "the loss falls": True},
        {
            "error below 1e-6": max(errors) < 1e-6,
            "the loss falls": after < losses.categorical_cross_entropy(y, p),
        },
        by_formula=True,
        note="the slides show the chain rule as pictures; equal to Keras' gradients in the tests",
    )


def draw_one_weight() -> "Figure":
    """Row 9: the three examples' squared errors, and a step on each."""
    from keras_course import plots

    w, path = np.array(0.5), [0.5]
    for x, y in EXAMPLES:
        w, _ = optimizers.sgd(0.1).update(2 * x * (x * w - y), (), w)
        path.append(float(w))
    over = np.linspace(0.3, 3, 200)
    figure = plots.functions(
        over,
        {
            f"x = {x}, y = {y}: w from {number(before, 3)} to {number(after, 3)}": {"error": (x * over - y) ** 2}
            for (x, y), before, after in zip(EXAMPLES, path, path[1:], strict=False)
        },
        labels=("weight w", "squared error (x w - y)²"),
        title=f"One weight learns y = 2 x: three examples take it from {path[0]:g} to {number(path[-1], 3)}",
        summary="each example has its own parabola; all are lowest at w = 2; learning rate 0.1",
    )  # fmt: skip
    for axes, (x, y), before, after in zip(figure.axes, EXAMPLES, path, path[1:], strict=False):
        axes.set_ylim(-0.6, 11)
        heights = [(x * value - y) ** 2 for value in (before, after)]
        axes.axvline(2, color="#666666", linestyle=":", linewidth=1.2)
        axes.plot([before], heights[:1], "ks", markersize=8)
        axes.plot([after], heights[1:], "ko", markersize=8)
        axes.annotate(
            "", (after, heights[1]), (before, heights[0]), arrowprops={"arrowstyle": "-|>", "linewidth": 2}
        )
    return figure


def draw_weight_decay() -> "Figure":
    """Row 11: the L2 and L1 regularizers of one weight, and their derivatives."""
    from keras_course import plots

    w = np.linspace(-2, 2, 201)
    weights = np.array([0.5, -1.0, 2.0])
    return plots.functions(
        w,
        {
            "what a weight adds to the loss": {"L2: 0.001 w²": 0.001 * w**2, "L1: 0.001 |w|": 0.001 * np.abs(w)},
            "its derivative: how hard it is pulled to 0": {
                "L2: 0.002 w": 0.002 * w, "L1: 0.001 sign(w)": 0.001 * np.sign(w)
            },
        },
        labels=("weight w", ("regularizer", "derivative")), share=False,
        title="L2 pulls large weights hardest; L1 pulls all alike, and small ones to exactly 0",
        summary=f"L2 of the weights 0.5, -1 and 2: {regularizers.l2(weights, 0.001):g}",
    )  # fmt: skip


def draw_chain_rule() -> "Figure":
    """Row 28: the arrays of the forward and the backward pass, dead units named."""
    from keras_course import plots

    x, y, network = small_network()
    logits, cache = networks.forward(x, network)
    p = softmax(logits)
    _, gradients = networks.backward((p - y) / 5, cache, network)
    hidden = cache[1].x
    names = [f"unit {i}" + "\n(dead)" * bool(not unit.any()) for i, unit in enumerate(hidden.T, start=1)]
    dead = [name.split("\n")[0] for name in names if "dead" in name]
    still = sum(not gradient.any() for gradient in gradients[0][0].T)
    arrays = {
        "input x": x, "hidden, after ReLU": hidden, "probabilities p": p,
        "100 × error (p - y) / n": 100 * (p - y) / 5,
        "100 × gradient by W2": 100 * gradients[1][0], "100 × gradient by W1": 100 * gradients[0][0],
    }  # fmt: skip
    figure = plots.number_grids(
        {name: array.round(1 if "100" in name else 2) for name, array in arrays.items()}, columns=3,
        signs=dict.fromkeys(
            ("hidden, after ReLU", "probabilities p", *(name for name in arrays if "grad" in name)), "→"
        ),
        title="Forward above, backward below: the error goes back layer by layer; "
        f"{', '.join(dead) or 'no unit'} of {len(names)} gets none of it",
        summary=f"5 examples; dead: 0 for each of them, so its gradient by W1 is 0 ({still} of 4 columns)",
    )  # fmt: skip
    for axes in (figure.axes[1], figure.axes[5]):
        axes.set_xticks(range(len(names)), names, fontsize=9)
    figure.axes[4].set_yticks(range(len(names)), [name.replace("\n", " ") for name in names], fontsize=9)
    return figure


ROWS = (
    Row(9, "one weight learns", 'deck 3, "Simple Example"', one_weight, draw_one_weight),
    Row(
        11, "a penalty for large weights", 'deck 3, "Weight regularization"', weight_decay, draw_weight_decay
    ),
    Row(
        25,
        "gradient descent in three sizes",
        'deck 2, "Stochastic Gradient Descent"',
        three_sizes,
        draw_sizes,
    ),
    Row(28, "back-propagation", 'deck 5, "Back Propagation"', chain_rule, draw_chain_rule),
    Row(
        29,
        "the optimisers' first steps",
        'deck 5, "Stochastic Gradient Descent with Momentum"',
        first_steps,
        draw_first_steps,
    ),
)

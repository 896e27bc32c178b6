"""Learning: a gradient says which way, an optimiser how far (rows 9, 11, 25, 28, 29)."""

import math
from typing import Any

import numpy as np

from apps.worked_examples.board import Compared, Row, Say, beside, number
from keras_course.by_hand import losses, networks, optimizers, regularizers
from keras_course.by_hand.activations import softmax
from keras_course.by_hand.gradient_check import gradient_error

EXAMPLES = ((2, 4), (1, 2), (3, 6))
RACE = {
    "SGD": optimizers.sgd(0.1),
    "momentum": optimizers.momentum(0.1, 0.9),
    "Nesterov": optimizers.momentum(0.1, 0.9, nesterov=True),
    "RMSProp": optimizers.rmsprop(0.1),
    "Adagrad": optimizers.adagrad(0.1),
    "Adadelta": optimizers.adadelta(0.1),
    "Adam": optimizers.adam(0.1),
}


def one_weight(say: Say) -> Compared:
    """Row 9."""
    w, step, weights = np.array(0.5), optimizers.sgd(0.1).update, []
    say("y = x w should become 2 x; the squared error's slope by w is 2 x (x w - y); rate 0.1, w = 0.5")
    for x, y in EXAMPLES:
        before, (w, _) = float(w), step(2 * x * (x * w - y), (), w)
        say(
            f"({x}, {y}): {number(before, 3)} - 0.1 x 2 x {x} x ({x} x {number(before, 3)} - {y}) = {number(w, 3)}"
        )
        weights.append(float(w))
    return Compared([1.7, 1.76, 2.192], weights, digits=3)


def weight_decay(say: Say) -> Compared:
    """Row 11."""
    weights = np.array([0.5, -1.0, 2.0])
    parts = [0.001 * float(weight) ** 2 for weight in weights]
    say(f"weights {weights.tolist()}: {' + '.join(f'0.001 x ({w:g})^2' for w in weights)} = {sum(parts):.5f}")
    say(f"and each weight is drawn towards 0 by 2 x 0.001 x w: {regularizers.l2_gradient(weights).tolist()}")
    return Compared(
        sum(parts), regularizers.l2(weights, 0.001), note="equal to Keras' regularizers.L2 in the tests"
    )


def three_sizes(say: Say) -> Compared:
    """Row 25."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=64)
    y = 2 * x + rng.normal(scale=0.5, size=64)
    best = float(x @ y / (x @ x))
    say(
        f"64 examples of y = 2 x with noise; the least squared error lies at w = {best:.4f}; "
        "20 epochs from w = 0, rate 0.1"
    )
    ends, updates = {}, {}
    for name, batch_size in (("batch (all 64)", 64), ("mini-batch (8)", 8), ("stochastic (1)", 1)):
        w, count = 0.0, 0
        for _ in range(20):
            for rows in optimizers.batches(64, batch_size, rng):
                w -= 0.1 * float(np.mean(2 * x[rows] * (x[rows] * w - y[rows])))
                count += 1
        ends[name], updates[name] = w, count
        say(f"{name}: {count} updates, ends at w = {w:.4f}")
    expected = best * (1 - (1 - 0.2 * float(np.mean(x**2))) ** 20)  # each update leaves that share of the way
    g = np.mean([2 * a * (a * 0.5 - b) for a, b in EXAMPLES])
    whole = 0.5 - 0.1 * g
    say(f"row 9's three examples as one batch: 0.5 - 0.1 x {number(g, 4)} = {number(whole, 4)}")
    one = optimizers.sgd(0.1).update(
        losses.mean_squared_error_gradient(np.array([4.0, 2.0, 6.0]), 0.5 * np.array([2.0, 1.0, 3.0]))
        @ np.array([2.0, 1.0, 3.0]),
        (),
        np.array(0.5),
    )[0]
    return Compared(
        {"one batch": whole, "updates": [20, 160, 1280], "batch ends at": expected},
        {
            "one batch": float(one),
            "updates": list(updates.values()),
            "batch ends at": ends["batch (all 64)"],
        },
        note="an epoch is one pass over the training set, with many updates; the slide reads as if it were one",
    )


def small_network() -> tuple[np.ndarray, np.ndarray, networks.Layers]:
    """Three inputs, four hidden units, two classes; five examples."""
    rng = np.random.default_rng(0)
    network = [(rng.normal(size=(3, 4)), rng.normal(size=4)), (rng.normal(size=(4, 2)), rng.normal(size=2))]
    return rng.normal(size=(5, 3)), np.eye(2)[rng.integers(0, 2, 5)], network


def chain_rule(say: Say) -> Compared:
    """Row 28."""
    x, y, network = small_network()
    scores, cache = networks.forward(x, network)
    p = softmax(scores)
    say(f"forward: 3 -> 4 -> 2, cross entropy {losses.categorical_cross_entropy(y, p):.4f}")
    say("error at the scores, (p - y) / n:\n" + beside((p - y) / 5, decimals=3))
    _, gradients = networks.backward((p - y) / 5, cache, network)
    say(
        "handed back to the first layer's weights: input transposed x error\n"
        + beside(gradients[0][0], decimals=3)
    )

    errors = []
    for place, name in ((place, name) for place in range(2) for name in range(2)):

        def loss(value: np.ndarray, place: int = place, name: int = name) -> float:
            changed: list[Any] = [list(pair) for pair in network]
            changed[place][name] = value
            return losses.categorical_cross_entropy(y, softmax(networks.forward(x, changed)[0]))

        errors.append(gradient_error(gradients[place][name], loss, network[place][name]))
    say(f"every weight moved a little instead: the largest relative difference is {max(errors):.1e}")
    better = [(W - 0.1 * dW, b - 0.1 * db) for (W, b), (dW, db) in zip(network, gradients, strict=True)]
    after = losses.categorical_cross_entropy(y, softmax(networks.forward(x, better)[0]))
    say(f"update by -0.1 x gradient: the cross entropy is {after:.4f}")
    return Compared(
        {"error below 1e-6": True, "the loss falls": True},
        {
            "error below 1e-6": max(errors) < 1e-6,
            "the loss falls": after < losses.categorical_cross_entropy(y, p),
        },
        note="the slides show the chain rule as pictures; equal to Keras' gradients in the tests",
    )


def first_steps(say: Say) -> Compared:
    """Row 29."""
    g, w = 0.5, 1.0
    by_formula = {
        "SGD": w - 0.1 * g,
        "momentum": w - 0.1 * g,
        "Nesterov": w - 0.9 * 0.1 * g - 0.1 * g,
        "RMSProp": w - 0.1 * g / math.sqrt(0.1 * g**2 + 1e-7),
        "Adagrad": w - 0.1 * g / math.sqrt(0.1 + g**2 + 1e-7),
        "Adadelta": w - 0.1 * math.sqrt(1e-7) / math.sqrt(0.05 * g**2 + 1e-7) * g,
        "Adam": w - 0.1 * math.sqrt(1 - 0.999) / (1 - 0.9) * 0.1 * g / (math.sqrt(0.001 * g**2) + 1e-7),
    }
    computed = {}
    say("a weight of 1 meets a gradient of 0.5, rate 0.1: the first step of each")
    for name, (init, update) in RACE.items():
        computed[name] = float(update(np.array(g), init(np.array(w)), np.array(w))[0])
        say(f"{name:10} 1 -> {computed[name]:.5f}")
    say("momentum on a steady slope of 1, rate 0.1, m = 0.9, five steps from 0:")
    paths = {
        "as printed": optimizers.minimize(
            optimizers.momentum_as_printed(0.1, 0.9), np.ones_like, np.array(0.0), 5
        ),
        "plain SGD": optimizers.minimize(optimizers.sgd(0.1), np.ones_like, np.array(0.0), 5),
        "right": optimizers.minimize(
            optimizers.momentum(0.1, 0.9, nesterov=True), np.ones_like, np.array(0.0), 5
        ),
    }
    for name, path in paths.items():
        say(f"{name:10} {', '.join(number(w, 3) for w in path)}")
    return Compared(
        {**by_formula, "the printed momentum speeds up": True},
        {**computed, "the printed momentum speeds up": bool(paths["as printed"][-1] < paths["plain SGD"][-1])},
        errs="deck 3's loop adds the gradient to the velocity and then w + momentum * velocity: it brakes; "
        "velocity = momentum * past_velocity - learning_rate * gradient pushes (Nesterov's step)",
        note="Adam is adaptive moment estimation; RMSProp averages squared gradients; "
        "an optimiser uses back-propagation, it is not it",
    )  # fmt: skip


def draw_one_weight() -> Any:
    """Row 9."""
    from keras_course import plots

    w, path = np.array(0.5), [0.5]
    for x, y in EXAMPLES:
        w, _ = optimizers.sgd(0.1).update(2 * x * (x * w - y), (), w)
        path.append(float(w))
    over = np.linspace(0, 3, 200)
    figure = plots.functions(
        over,
        {"three examples, three parabolas": {f"x = {x}, y = {y}": (x * over - y) ** 2 for x, y in EXAMPLES}},
        labels=("weight w", "squared error"), title="One weight learns y = 2 x",
        summary="from 0.5 to 1.7, 1.76 and 2.192: a step on each parabola in turn",
    )  # fmt: skip
    axes = figure.axes[0]
    axes.set_ylim(-0.5, 10)
    for number_of, ((x, y), before, after) in enumerate(zip(EXAMPLES, path, path[1:], strict=False), start=1):
        axes.annotate(
            "",
            (after, (x * after - y) ** 2),
            (before, (x * before - y) ** 2),
            arrowprops={"arrowstyle": "->"},
        )
        axes.annotate(
            f"{number_of}", (after, (x * after - y) ** 2), (after, (x * after - y) ** 2 + 1), fontsize=9
        )
    return figure


def draw_weight_decay() -> Any:
    """Row 11."""
    from keras_course import plots

    w = np.linspace(-2, 2, 201)
    return plots.functions(
        w,
        {
            "what a weight costs": {"L2: 0.001 w^2": 0.001 * w**2, "L1: 0.001 |w|": 0.001 * np.abs(w)},
            "how it is drawn to 0": {"L2: 0.002 w": 0.002 * w, "L1: 0.001 sign(w)": 0.001 * np.sign(w)},
        },
        labels=("weight", "penalty, slope"), title="Weight regularisation",
    )  # fmt: skip


def draw_sizes() -> Any:
    """Row 25: the way of the weight with each batch size."""
    from keras_course import plots

    rng = np.random.default_rng(0)
    x = rng.normal(size=64)
    y = 2 * x + rng.normal(scale=0.5, size=64)
    panels = {}
    for batch_size in (64, 8, 1):
        w = 0.0
        path: list[float] = []
        while len(path) < 64:
            for rows in optimizers.batches(64, batch_size, rng):
                w -= 0.05 * float(np.mean(2 * x[rows] * (x[rows] * w - y[rows])))
                path.append(w)
        panels[f"{batch_size} examples an update"] = {
            "weight": np.array(path[:64]), "best": np.full(64, float(x @ y / (x @ x)))
        }  # fmt: skip
    return plots.functions(
        np.arange(1, 65), panels, labels=("update", "weight"),
        title="Gradient descent in three sizes: 64 updates of each",
        summary="few examples: cheap steps that tremble; all examples: a smooth way, one step an epoch",
    )  # fmt: skip


def draw_chain_rule() -> Any:
    """Row 28."""
    from keras_course import plots

    x, y, network = small_network()
    scores, cache = networks.forward(x, network)
    p = softmax(scores)
    _, gradients = networks.backward((p - y) / 5, cache, network)
    return plots.number_grids(
        {
            "input x": x.round(2), "hidden, after ReLU": cache[1].x.round(2), "probabilities p": p.round(2),
            "error (p - y) / n": ((p - y) / 5).round(2), "gradient by W2": gradients[1][0].round(2),
            "gradient by W1": gradients[0][0].round(2),
        },
        columns=3, title="Forward, then backward: the error is handed back layer by layer",
    )  # fmt: skip


def draw_first_steps() -> Any:
    """Row 29."""
    from keras_course import plots

    steps = np.arange(41)
    panels = {
        name: {"weight": optimizers.minimize(optimizer, lambda w: 2 * w, np.array(1.0), 40)}
        for name, optimizer in RACE.items()
    }
    panels["momentum as printed"] = {
        "weight": optimizers.minimize(
            optimizers.momentum_as_printed(0.1, 0.9), lambda w: 2 * w, np.array(1.0), 40
        )
    }
    return plots.functions(
        steps, panels, labels=("step", "weight"), title="Each optimiser on the parabola w^2, from 1, rate 0.1",
        summary="the race itself: python -m apps.optimizers",
    )  # fmt: skip


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

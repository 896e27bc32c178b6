"""Gradient descent in three sizes, and the optimisers' first steps: rows 25 and 29 of ``learning``."""

import math
from typing import TYPE_CHECKING

import numpy as np

from keras_course.by_hand import losses, optimizers

from .board import Compared, Say, number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

EXAMPLES = ((2, 4), (1, 2), (3, 6))  # x and y of row 9
RACE = {
    "SGD": optimizers.sgd(0.1),
    "momentum": optimizers.momentum(0.1, 0.9),
    "Nesterov": optimizers.momentum(0.1, 0.9, nesterov=True),
    "RMSProp": optimizers.rmsprop(0.1),
    "Adagrad": optimizers.adagrad(0.1),
    "Adadelta": optimizers.adadelta(0.1),
    "Adam": optimizers.adam(0.1),
}


def three_sizes(say: Say) -> Compared:
    """Row 25: one weight learns from all examples, a few, or one at a time."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=64)
    y = 2 * x + rng.normal(scale=0.5, size=64)
    best = float(x @ y / (x @ x))
    say(
        f"64 examples of y = 2 x with noise; the squared error is least at w = {best:.4f}; "
        "20 epochs from w = 0, learning rate 0.1"
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
    expected = best * (
        1 - (1 - 0.2 * float(np.mean(x**2))) ** 20
    )  # each update leaves this fraction of the distance
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
        by_formula=True,
        note="an epoch is one pass over the training set, with many updates; the slide reads as if it were one",
    )


def first_steps(say: Say) -> Compared:
    """Row 29: each optimiser's first step, and deck 3's momentum loop on a constant gradient."""
    g, w = 0.5, 1.0
    first = {
        "SGD": w - 0.1 * g,
        "momentum": w - 0.1 * g,
        "Nesterov": w - 0.9 * 0.1 * g - 0.1 * g,
        "RMSProp": w - 0.1 * g / math.sqrt(0.1 * g**2 + 1e-7),
        "Adagrad": w - 0.1 * g / math.sqrt(0.1 + g**2 + 1e-7),
        "Adadelta": w - 0.1 * math.sqrt(1e-7) / math.sqrt(0.05 * g**2 + 1e-7) * g,
        "Adam": w - 0.1 * math.sqrt(1 - 0.999) / (1 - 0.9) * 0.1 * g / (math.sqrt(0.001 * g**2) + 1e-7),
    }
    computed = {}
    say("weight 1, gradient 0.5, learning rate 0.1: the first step of each")
    for name, (init, update) in RACE.items():
        computed[name] = float(update(np.array(g), init(np.array(w)), np.array(w))[0])
        say(f"{name:10} 1 -> {computed[name]:.5f}")
    say("momentum with a constant gradient of 1, learning rate 0.1, m = 0.9, five steps from 0:")
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
        {**first, "the printed momentum speeds up": True},
        {**computed, "the printed momentum speeds up": bool(paths["as printed"][-1] < paths["plain SGD"][-1])},
        errs="deck 3's loop adds the gradient to the velocity and then w + momentum * velocity: it brakes; "
        "velocity = momentum * past_velocity - learning_rate * gradient pushes (Nesterov's step)",
        by_formula=tuple(first),
        note="Adam is adaptive moment estimation; RMSProp averages squared gradients; "
        "an optimiser uses back-propagation, it is not it",
    )  # fmt: skip


def draw_sizes() -> "Figure":
    """Row 25: the weight after each update, with each batch size."""
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
        panels[f"{batch_size} example{'s' * (batch_size > 1)} per update"] = {
            "weight": np.array(path[:64]), "best": np.full(64, float(x @ y / (x @ x)))
        }  # fmt: skip
    jumps = {name: float(np.abs(np.diff(curves["weight"][32:])).mean()) for name, curves in panels.items()}
    return plots.functions(
        np.arange(1, 65), {f"{name}\nlater steps: {jumps[name]:.4f}": curves for name, curves in panels.items()},
        labels=("update", "weight"),
        title="The fewer examples per update, the larger the later steps: noise that does not die out",
        summary="64 updates of each; later steps: mean of the last 31; all 64 examples: one update is an epoch",
    )  # fmt: skip


def draw_first_steps() -> "Figure":
    """Row 29: 40 steps of each optimiser on a parabola."""
    from keras_course import plots

    race = {**RACE, "momentum as printed": optimizers.momentum_as_printed(0.1, 0.9)}
    paths = {
        name: optimizers.minimize(optimizer, lambda w: 2 * w, np.array(1.0), 40)
        for name, optimizer in race.items()
    }

    def end(path: np.ndarray) -> str:
        return f"{path[-1]:,.0f}" if abs(path[-1]) > 100 else f"{path[-1]:.2g}"

    nearest = min(paths, key=lambda name: float(np.abs(paths[name][-5:]).max()))
    figure = plots.functions(
        np.arange(41), {f"{name}\nends at {end(path)}": {"weight": path} for name, path in paths.items()}, columns=4,
        labels=("step", "weight"),
        title=f"40 steps on the parabola w², from w = 1, learning rate 0.1: {nearest} is nearest to the minimum, 0",
        summary="one scale; the printed momentum leaves it: its loop runs away. The race: python -m apps.optimizers",
    )  # fmt: skip
    for axes in figure.axes:
        axes.set_ylim(-1.1, 1.4)
        axes.axhline(0, color="#666666", linestyle=":", linewidth=1.2)
    return figure

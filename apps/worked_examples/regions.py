"""Splitting points: which measure can be minimised by descent, and what two lines do together (rows 20, 21, 35).

Slide: deck 4, "Goal: Split Data" `regions`, "Combining Regions" `regions`, "Gradient descent" `regions`,
    "Introduction to Deep Learning" `regions`
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from keras_course.by_hand import cake_walk, regions
from keras_course.by_hand.neuron import xor
from keras_course.by_hand.optimizers import minimize, sgd

from .board import Compared, Row, Say, number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Eight points that a line can separate; the first line gets two of them wrong.
POINTS = np.array([[1, 1], [2, 1], [1, 2], [2, 3], [3, 2], [3, 4], [4, 3], [4, 4]], dtype=float)
LABELS = np.array([0, 0, 0, 0, 1, 1, 1, 1])
FIRST_LINE = np.array([0.2, 1.0, -2.7])
CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


def errors_and_loss(say: Say) -> Compared:
    """Row 20: gradient steps on the number of errors, and on the log-loss."""
    paths = {
        "number of errors": minimize(
            sgd(1.0), lambda line: regions.errors_gradient(line, POINTS, LABELS), FIRST_LINE, 2000
        ),
        "log-loss": minimize(
            sgd(1.0), lambda line: regions.log_loss_gradient(line, POINTS, LABELS), FIRST_LINE, 2000
        ),
    }
    say("eight points, a line that gets some wrong, and 2,000 gradient steps on each measure")
    for name, path in paths.items():
        shown = [0, 1, 10, 100, 2000]
        counts = [regions.errors(path[step], POINTS, LABELS) for step in shown]
        losses = [regions.log_loss(regions.scores(path[step], POINTS), LABELS) for step in shown]
        say(
            f"down the {name}: after {shown} steps {counts} errors, log-loss {[round(loss, 3) for loss in losses]}"
        )
    nudged = [
        regions.errors(FIRST_LINE + np.array([0, 0, move]), POINTS, LABELS) for move in (-0.001, 0.0, 0.001)
    ]
    say(
        f"the line shifted by a thousandth either way: {nudged[0]} and {nudged[2]} errors instead of {nudged[1]}: "
        "the count is flat"
    )
    still = np.array_equal(paths["number of errors"][0], paths["number of errors"][-1])
    return Compared(
        {"counting: the line moves": False, "counting: errors left": 2, "log-loss: errors left": 0},
        {
            "counting: the line moves": not still,
            "counting: errors left": regions.errors(paths["number of errors"][-1], POINTS, LABELS),
            "log-loss: errors left": regions.errors(paths["log-loss"][-1], POINTS, LABELS),
        },
        by_formula=("counting: the line moves",),
        note="eight points of our own; the slides' figure goes from 2 errors to 0; "
        "distance and height are continuous, a count is not",
    )


def combining(say: Say) -> Compared:
    """Row 21: two lines combined by a third neuron into XOR."""
    for corner in CORNERS:
        logits = [float(line[:2] @ corner + line[2]) for line in regions.XOR_LINES]
        first, second = (1 / (1 + math.exp(-z)) for z in logits)
        total = float(regions.BOTH[:2] @ [first, second] + regions.BOTH[2])
        say(
            f"{corner.tolist()}: at least one {first:.3f}, not both {second:.3f}; "
            f"12 x {first:.3f} + 12 x {second:.3f} - 18 = {number(total)}, its sigmoid {1 / (1 + math.exp(-total)):.3f}"
        )
    say(f"with thresholds instead: {xor(CORNERS).tolist()}")
    return Compared(
        {"three neurons": [0, 1, 1, 0], "with thresholds": [0, 1, 1, 0]},
        {
            "three neurons": regions.combine(CORNERS, regions.XOR_LINES, regions.BOTH).round().astype(int),
            "with thresholds": xor(CORNERS).astype(int),
        },
        by_formula=True,
        note="the slides show the regions as pictures; XOR is the case that no single line can separate",
    )


def walk(say: Say) -> Compared:
    """Row 35: the walk to the cake, and the gradient's way."""
    looked, evaluations = cake_walk.cake_walk(
        lambda w: cake_walk.distance(w, cake_walk.CAKE), np.zeros(2), cake_walk.around(4)
    )
    say("look in four directions, step where the distance falls most, repeat")
    say(" -> ".join(f"({number(x, 0)}, {number(y, 0)})" for x, y in looked))
    say(f"{len(looked) - 1} steps, the distance measured {evaluations} times")
    gradient = cake_walk.gradient_walk(cake_walk.CAKE)
    left = cake_walk.distance(gradient[-1], cake_walk.CAKE)
    say(
        f"the gradient goes straight: {len(gradient) - 1} steps of length 1, as many gradients, "
        f"{number(left)} from the cake"
    )
    return Compared(
        {"steps right": 10, "steps up": 4, "steps": 14},
        {
            "steps right": int(np.sum(np.diff(looked[:, 0]).round() == 1)),
            "steps up": int(np.sum(np.diff(looked[:, 1]).round() == 1)),
            "steps": len(looked) - 1,
        },
        by_formula=("steps",),
        note="deck 4 gives the order: go 10 steps, turn left, go 4 steps; the search finds as many of each by itself; "
        "in more dimensions: python -m apps.optimizers",
    )


def draw_errors_and_loss() -> "Figure":
    """Row 20: both measures while the line turns."""
    from keras_course import plots

    turns = np.linspace(-1, 3, 400)
    lines = [np.array([turn, 1.0, -2.7 * (1 + turn) / 1.2]) for turn in turns]
    errors = np.array([regions.errors(line, POINTS, LABELS) for line in lines])
    losses = np.array([regions.log_loss(regions.scores(line, POINTS), LABELS) for line in lines])
    flat, steps = float((np.diff(errors) == 0).mean()), int((np.diff(errors) != 0).sum())
    return plots.functions(
        turns,
        {
            f"number of errors: {steps} jumps, flat between them": {"errors": errors},
            "log-loss: every turn changes it": {"log-loss": losses},
        },
        labels=("first weight of the line", ("errors, of eight points", "log-loss, mean of eight points")), share=False,
        title=f"Gradient descent cannot minimise a count: it is flat over {flat:.0%} of the way",
        summary="the log-loss falls everywhere here, so it always says which way to turn the line",
    )  # fmt: skip


def draw_combining() -> "Figure":
    """Row 21: each neuron's output over the square."""
    from keras_course.plots.maps import fields

    side = np.linspace(-0.5, 1.5, 121)
    x = np.array([[across, up] for up in side[::-1] for across in side])
    outputs = {
        "at least one": 1 / (1 + np.exp(-regions.scores(regions.XOR_LINES[0], x))),
        "not both": 1 / (1 + np.exp(-regions.scores(regions.XOR_LINES[1], x))),
        "both of these: XOR": regions.combine(x, regions.XOR_LINES, regions.BOTH),
    }
    ones = xor(CORNERS).astype(bool)
    right = int((regions.combine(CORNERS, regions.XOR_LINES, regions.BOTH).round() == ones).sum())
    return fields(
        {name: values.reshape(121, 121) for name, values in outputs.items()}, (-0.5, 1.5, -0.5, 1.5),
        {"XOR is 0": CORNERS[~ones], "XOR is 1": CORNERS[ones]},
        labels=("first input", "second input", "the neuron's output"),
        title=f"Two half-planes combined get {right} of 4 corners right; no single line can",
    )  # fmt: skip


def draw_walk() -> "Figure":
    """Row 35: both paths to the cake."""
    from keras_course import plots

    looked, _ = cake_walk.cake_walk(
        lambda w: cake_walk.distance(w, cake_walk.CAKE), np.zeros(2), cake_walk.around(4)
    )
    gradient = cake_walk.gradient_walk(cake_walk.CAKE)
    left = float(cake_walk.distance(gradient[-1], cake_walk.CAKE))
    figure = plots.functions(
        looked[:, 0],
        {
            "two paths from the corner": {
                f"looking in four directions: {len(looked) - 1} steps": looked[:, 1],
                f"along the gradient: {len(gradient) - 1} steps": (gradient[:, 0], gradient[:, 1]),
            }
        },
        labels=("steps right", "steps up"),
        title=f"The gradient goes straight to the cake: {len(gradient) - 1} steps instead of {len(looked) - 1}",
        summary=f"each step has length 1; the gradient's last one ends {left:.2f} from the cake",
    )  # fmt: skip
    axes = figure.axes[0]
    axes.set_aspect("equal")
    for line in axes.lines:
        line.set_marker("o")
    axes.plot(*cake_walk.CAKE, "k*", markersize=16)
    axes.annotate(
        "cake",
        (float(cake_walk.CAKE[0]), float(cake_walk.CAKE[1])),
        (float(cake_walk.CAKE[0]) + 0.25, float(cake_walk.CAKE[1]) - 0.6),
        fontsize=12,
    )
    axes.set_xlim(-0.5, 11.3)
    axes.set_ylim(-0.5, 6.3)
    return figure


ROWS = (
    Row(
        20,
        "counting errors, and the log-loss",
        'deck 4, "Goal: Split Data"',
        errors_and_loss,
        draw_errors_and_loss,
    ),
    Row(21, "combining regions", 'deck 4, "Combining Regions"', combining, draw_combining),
    Row(35, "the walk to the cake", 'deck 4, "Gradient descent"', walk, draw_walk),
)

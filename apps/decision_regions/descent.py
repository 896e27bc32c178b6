"""Which loss apps.decision_regions can descend on: the number of errors is a staircase, the log-loss is smooth."""

from typing import Any

import numpy as np

from keras_course.by_hand import points, regions
from keras_course.by_hand.optimizers import minimize, sgd
from keras_course.experiment.run import Run
from keras_course.plots import separation

STEPS = 60  # of gradient descent, on each of the two
START = np.array([1.0, -1.0, 0.5])  # a line across the gap between the two clouds


def compare_losses(n: int, noise: float, seed: int, run: Run) -> dict[str, Any]:
    """Descend on the number of errors and on the log-loss, from the same start; print and draw what happens.

    Args:
        n: how many points, in two clouds that one line can split (but for the noise).
        noise: standard deviation of what is added to both coordinates.
        seed: of the points.
        run: where the figure goes.

    Returns:
        Errors and log-loss at the start and after both descents, and the gradients' lengths at the start.
    """
    x, y = points.line(n, noise, np.random.default_rng([seed, 2]))
    count = minimize(sgd(1.0), lambda line: regions.errors_gradient(line, x, y), START, STEPS)
    loss = minimize(sgd(1.0), lambda line: regions.log_loss_gradient(line, x, y), START, STEPS)

    def log_loss(line: np.ndarray) -> float:
        return regions.log_loss(regions.scores(line, x), y)

    lengths = {
        "count": float(np.linalg.norm(regions.errors_gradient(START, x, y))),
        "log_loss": float(np.linalg.norm(regions.log_loss_gradient(START, x, y))),
    }
    errors = {
        "number of errors": [regions.errors(line, x, y) for line in count],
        "log-loss": [regions.errors(line, x, y) for line in loss],
    }
    print(f"\nwhich loss can one descend on? {n} points in two clouds, {STEPS} steps from the same start:")
    print(f"    {'':20}{'gradient at the start':>22}{'errors':>18}{'log-loss':>18}")
    for name, key, path in (("number of errors", "count", count), ("log-loss", "log_loss", loss)):
        first_to_last = f"{errors[name][0]} -> {errors[name][-1]}"
        log_losses = f"{log_loss(path[0]):.3f} -> {log_loss(path[-1]):.3f}"
        print(f"    {name:20}{lengths[key]:22.4f}{first_to_last:>18}{log_losses:>18}")
    print("    the number of errors is piecewise constant: its gradient is 0 and shows no direction")

    fractions = np.linspace(-0.25, 1.25, 601)
    way = [START + fraction * (loss[-1] - START) for fraction in fractions]
    figure = separation.errors_against_log_loss(
        fractions,
        [regions.errors(line, x, y) for line in way],
        [log_loss(line) for line in way],
        errors,
        title=f"Two losses to descend on: {n} points in two clouds, one line to split them",
    )
    run.save_figure("errors_against_log_loss", figure)
    return {
        "gradient": lengths,
        "start": {"errors": errors["log-loss"][0], "log_loss": log_loss(START)},
        "down_the_count": {"errors": errors["number of errors"][-1], "log_loss": log_loss(count[-1])},
        "down_the_log_loss": {"errors": errors["log-loss"][-1], "log_loss": log_loss(loss[-1])},
    }

"""The lessons of apps.optimizers after the race: learning rate, momentum, deck 3's loop, the walk to the cake."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from keras_course import plots
from keras_course.by_hand import cake_walk, landscapes, optimizers
from keras_course.experiment import runs

from . import measures, race

RAVINE = landscapes.LANDSCAPES["ravine"]
LARGEST_RATE = 2 / landscapes.RAVINE_CURVATURE  # with a larger one each step ends higher, on the other side


def learning_rates(steps: int, threshold: float, run: runs.Run) -> dict[str, Any]:
    """Descend in the ravine with rates that are too small, right and too large, set by hand from its curvature."""
    limit = measures.target_loss(RAVINE, threshold)
    print(
        "\nThe learning rate: plain gradient descent in the ravine (rates set by hand). Across it, the curvature is "
        f"{landscapes.RAVINE_CURVATURE:g}:\nwith a rate above 2 / {landscapes.RAVINE_CURVATURE:g} = "
        f"{LARGEST_RATE:g} every step ends higher up the other wall.\n{'':26} {'rate':>8} {measures.head(steps)}"
    )
    metrics, panels = {}, {}
    for name, factor in (("too small", 1 / 40), ("right", 1 / 2), ("too large", 1.05)):
        rate = factor * LARGEST_RATE
        path = measures.walk(optimizers.sgd(rate), RAVINE, steps)
        metrics[name] = {"rate": rate, **measures.judged(path, RAVINE, limit)}
        print(f"{name:26} {rate:8.4g} {measures.result(metrics[name])}")
        panels[f"{name}: {rate:g}, {measures.said(metrics[name], steps)}"] = {name: path}
    there = [f"{row['rate']:g}" for row in metrics.values() if row["arrived"] is not None]
    title = (
        f"Gradient descent in the ravine, {len(metrics)} learning rates: "
        f"{' and '.join(there) or 'none'} {'arrive' if len(there) > 1 else 'arrives'} within {steps} steps"
    )
    run.save_figure("learning_rates", plots.descents(RAVINE, panels, title=title))
    return metrics


def momentum_effect(steps: int, threshold: float, momentum: float, run: runs.Run) -> dict[str, Any]:
    """Descend in the ravine without momentum, with it, and with Nesterov's, at the same learning rate."""
    rate, limit = LARGEST_RATE / 2, measures.target_loss(RAVINE, threshold)
    print(
        f"\nMomentum: the ravine, all with the learning rate {rate:g} (set by hand)\n{'':35} {measures.head(steps)}"
    )
    metrics, panels = {}, {}
    for name, optimizer in (
        ("without momentum", optimizers.sgd(rate)),
        (f"momentum {momentum:g}", optimizers.momentum(rate, momentum)),
        (f"Nesterov {momentum:g}", optimizers.momentum(rate, momentum, nesterov=True)),
    ):
        path = measures.walk(optimizer, RAVINE, steps)
        metrics[name] = {"rate": rate, **measures.judged(path, RAVINE, limit)}
        print(f"{name:35} {measures.result(metrics[name])}")
        panels[f"{name}, {measures.said(metrics[name], steps)}"] = {name: path}
    title = f"The ravine, learning rate {rate:g}. {race.first(metrics, 'arrived', 'arrives')}"
    run.save_figure("momentum", plots.descents(RAVINE, panels, title=title))
    return metrics


def local_minimum(momentum: float, run: runs.Run) -> dict[str, Any]:
    """Deck 3's other promise: momentum rolls through a local minimum in which plain gradient descent stays."""
    rate, start, steps = 0.01, np.array([-2.0]), 1000
    print(
        f"\nA local minimum, with a deeper one behind a hill; learning rate {rate:g} (set by hand), {steps} steps"
    )
    metrics, paths = {}, {}
    for name, optimizer in (
        ("without momentum", optimizers.sgd(rate)),
        (f"momentum {momentum:g}", optimizers.momentum(rate, momentum)),
    ):
        path = optimizers.minimize(optimizer, landscapes.double_well_gradient, start, steps)[:, 0]
        metrics[name] = {"w": float(path[-1]), "loss": float(landscapes.double_well(path[-1]))}
        where = "the deeper minimum" if path[-1] > 0 else "stuck in the local minimum"
        print(f"{name:26} from {path[0]:g} to {path[-1]:.3f}, loss {metrics[name]['loss']:.3f}: {where}")
        paths[name] = path
    title = f"A local minimum: the same start and the same learning rate, {rate:g}"
    run.save_figure("local_minimum", plots.rolls(landscapes.double_well, paths, title=title))
    return metrics


def as_printed(steps: int, threshold: float, run: runs.Run) -> dict[str, Any]:
    """Compare the momentum loop on deck 3's slide, in which a sign is wrong, with the correct one."""
    rate, limit = LARGEST_RATE / 2, measures.target_loss(RAVINE, threshold)
    print(
        "\nDeck 3's momentum loop as printed:  velocity = past_velocity * momentum + learning_rate * gradient\n"
        "A sign is wrong; corrected:         velocity = past_velocity * momentum - learning_rate * gradient\n"
        "With the slide's next line, w = w + momentum * velocity - learning_rate * gradient, this is Nesterov's step.\n"
        f"{f'the ravine, learning rate {rate:g}':35} {measures.head(steps)}"
    )
    plain = measures.walk(optimizers.sgd(rate), RAVINE, steps)
    metrics = {"without momentum": measures.judged(plain, RAVINE, limit)}
    panels = {}
    for momentum in (0.1, 0.9):  # the slide's, and the usual value
        printed = measures.walk(optimizers.momentum_as_printed(rate, momentum), RAVINE, steps)
        corrected = measures.walk(optimizers.momentum(rate, momentum, nesterov=True), RAVINE, steps)
        metrics[f"momentum {momentum:g}, as printed"] = measures.judged(printed, RAVINE, limit)
        metrics[f"momentum {momentum:g}, mended"] = measures.judged(corrected, RAVINE, limit)
        paths = {"without momentum": plain, "as printed": printed, "sign corrected": corrected}
        with np.errstate(all="ignore"):
            panels[f"momentum {momentum:g}"] = {name: RAVINE.loss(path) for name, path in paths.items()}
    for name, row in metrics.items():
        print(f"{name:35} {measures.result(row)}")
    title = f"Deck 3's momentum loop in the ravine, learning rate {rate:g}"
    run.save_figure("momentum_as_printed", plots.losses_by_step(panels, title=title))
    return metrics


def cake(run: runs.Run) -> dict[str, Any]:
    """Deck 4's walk to the cake, 10 steps right and 4 up, beside gradient descent on the distance."""
    place, directions = cake_walk.CAKE, cake_walk.around(4)
    path, evaluations = cake_walk.cake_walk(lambda w: cake_walk.distance(w, place), np.zeros(2), directions)
    straight = cake_walk.gradient_walk(place)
    print(
        f"\nThe walk to the cake, 10 steps right and 4 up, {len(directions)} directions tried before each "
        f"step: {len(path) - 1} steps,\n{evaluations} distances measured. Along the gradient: {len(straight) - 1} "
        "steps, as many gradients. A cake at the same distance, in more dimensions:\n"
        f"{'dimensions':>10} {'tries a step':>13} {'steps':>6} {'distances measured':>19} {'gradient steps':>15}"
    )
    table = measures.cake_walks((2, 5, 10, 20, 50), float(np.linalg.norm(place)))
    for row in table:
        print(
            f"{row['dimensions']:10} {2 * row['dimensions']:13} {row['steps']:6} {row['evaluations']:19,} "
            f"{row['gradients']:15}"
        )
    landscape = SimpleNamespace(
        loss=lambda w: np.linalg.norm(w - place, axis=-1),
        minima=place[None],
        view=np.array([[-1.5, 12.5], [-2.0, 6.5]]),
    )
    title = "The walk to the cake: try all directions, step where the distance falls most, repeat; and gradient descent"
    run.save_figure("cake_walk", plots.cake_walk(landscape, path, directions, straight, table, title=title))
    return {
        "steps": len(path) - 1,
        "evaluations": evaluations,
        "gradients": len(straight) - 1,
        "spaces": table,
    }

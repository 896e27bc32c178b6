"""The race of apps.optimizers: every optimiser on every landscape, each with the learning rate that suits it best."""

from typing import Any

import numpy as np

from keras_course import plots
from keras_course.by_hand.landscapes import LANDSCAPES, Landscape, turned
from keras_course.experiment import runs

from . import Config, measures

ONE_SIZE = ("SGD", "momentum", "Nesterov")  # the others give each weight a step size of its own

TURNED = ("SGD", "momentum", "Adagrad", "Adam")  # compared in the turned ravine


def chosen(config: Config) -> dict[str, Landscape]:
    """The landscapes of the race by name, with the start and the angle of the settings."""
    saddle, ravine = LANDSCAPES["saddle"], LANDSCAPES["ravine"]
    beside = saddle.start * [1, 0] + [0, config.offset]
    wanted = {**LANDSCAPES, "saddle": saddle._replace(start=beside), "ravine": turned(ravine, config.angle)}
    return {name: wanted[name] for name in config.landscapes}


def race(config: Config, run: runs.Run) -> dict[str, Any]:
    """Race on every landscape: print a table and save a figure each, and save the animation.

    Returns:
        ``race``: by landscape and optimiser, the learning rate, the last loss, and when it arrived; after a race in the
        ravine also ``turned_ravine``: by angle and optimiser, when it arrives.
    """
    places = chosen(config)
    factor = config.learning_rate_factor
    times = "" if factor == 1 else f", times {factor:g}"
    print(
        f"The race: {config.steps} steps. Every optimiser has the learning rate with which it arrives first on that "
        f"landscape (a search:\n{len(measures.RATES)} rates from {measures.RATES[0]:g} to {measures.RATES[-1]:g}, the "
        f"median of {measures.STARTS} starts nearby){times}. Arrived: from that step on the loss,\nless its minimum, "
        f"is at most {config.threshold:.2%} of the start's."
    )
    metrics: dict[str, Any] = {"race": {}}
    paths = {}
    for place, landscape in places.items():
        rows, paths[place] = race_on(place, landscape, config)
        metrics["race"][place] = rows
        if place == "ravine":
            metrics["turned_ravine"] = turned_ravine(config)
        title = f"The {place}, each with its best rate{times}. {first(rows, 'arrived', 'arrives')}"
        run.save_figure(f"race_{place}", plots.descents(landscape, grouped(paths[place]), title=title))
    print_adadelta(places, config)
    run.write_file(
        "figures/race.gif", lambda path: plots.save_race(path, places, paths, frames=config.frames)
    )
    return metrics


def race_on(place: str, landscape: Landscape, config: Config) -> tuple[dict[str, Any], dict[str, Any]]:
    """Race on one landscape, and print the table.

    Returns:
        By optimiser the results, and the paths, (steps + 1, 2).
    """
    limit = measures.target_loss(landscape, config.threshold)
    print(f"\n{place:10} {'rate':>8} {measures.head(config.steps)} {'median':>7}", end="")
    print(f" {'off the saddle at':>18}" if place == "saddle" else "")
    rows, paths = {}, {}
    for name, make in measures.competitors(config.momentum).items():
        noise = config.noise, config.run.seed
        rate = config.learning_rate_factor * measures.best_rate(make, landscape, config.steps, limit, *noise)
        row, path = measures.run_one(make, rate, landscape, config.steps, limit, *noise)
        line = f"{name:10} {rate:8.4g} {measures.result(row)} {measures.step(row['arrived_median']):>7}"
        if place == "saddle":
            row["off_the_saddle"] = measures.off_the_saddle(path)
            line += f" {measures.step(row['off_the_saddle']):>18}"
        print(line)
        rows[name], paths[name] = row, path
    print(f"(the minimum of the loss: {landscape.loss(landscape.minima[0]):g})")
    print(first(rows, "arrived_median", "arrives"))
    if place == "saddle":
        print(first(rows, "off_the_saddle", "leaves the saddle"))
    return rows, paths


def turned_ravine(config: Config) -> dict[str, dict[str, float | None]]:
    """Say why Adagrad is fast in a ravine along an axis, and measure that it is not in one at an angle.

    Returns:
        By angle in degrees and optimiser, the median step at which it arrives with the best rate for that angle.
    """
    ravine, makers = LANDSCAPES["ravine"], measures.competitors(config.momentum)
    noise = config.noise, config.run.seed
    bowl = ravine._replace(loss=lambda w: (w**2).sum(axis=-1) / 2, gradient=np.copy)
    limit = measures.target_loss(bowl, config.threshold)
    rate = measures.best_rate(makers["Adagrad"], bowl, config.steps, limit, *noise)
    in_bowl, _ = measures.run_one(makers["Adagrad"], rate, bowl, config.steps, limit, *noise)
    table: dict[str, dict[str, float | None]] = {}
    for angle in (0, 15, 45):
        place = turned(ravine, angle)
        limit = measures.target_loss(place, config.threshold)
        table[f"{angle}"] = {}
        for name in TURNED:
            rate = measures.best_rate(makers[name], place, config.steps, limit, *noise)
            row, _ = measures.run_one(makers[name], rate, place, config.steps, limit, *noise)
            table[f"{angle}"][name] = row["arrived_median"]
    print(
        "\nWhy Adagrad is so fast along an axis: it divides each weight's step by the size of that weight's own "
        "gradients so far.\nThe ravine's curvatures, 1 along and 100 across, cancel, as if it were the round bowl "
        "(x**2 + y**2) / 2 (there it arrives\nat step "
        f"{measures.step(in_bowl['arrived_median'])}). In a turned ravine each weight's gradient holds both "
        "curvatures: nothing cancels.\nMedian step of arrival, each with the best rate for the angle:\n"
        + f"{'ravine turned by':18}" + " ".join(f"{name:>9}" for name in TURNED)
    )  # fmt: skip
    for degrees, arrived in table.items():
        print(
            f"{degrees + ' degrees':18}" + " ".join(f"{measures.step(step):>9}" for step in arrived.values())
        )
    return table


def grouped(paths: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The paths in two groups, by the titles of their panels."""
    return {
        "one step size for all weights": {name: path for name, path in paths.items() if name in ONE_SIZE},
        "a step size for each weight": {name: path for name, path in paths.items() if name not in ONE_SIZE},
    }


def print_adadelta(places: dict[str, Landscape], config: Config) -> None:
    """Print when Adadelta arrives as in its paper, which has no learning rate."""
    adadelta = measures.competitors(config.momentum)["Adadelta"](1.0)
    said = []
    for place, landscape in places.items():
        path = measures.walk(adadelta, landscape, config.steps, config.noise, config.run.seed)
        limit = measures.target_loss(landscape, config.threshold)
        said.append(f"{place} {measures.step(measures.judged(path, landscape, limit)['arrived'])}")
    print(
        f"\nAdadelta's paper has no learning rate, that is, a rate of 1. With it, it arrives: {', '.join(said)}."
    )


def first(table: dict[str, Any], key: str, does: str) -> str:
    """Which optimiser does it first, which last, and which never."""
    done = sorted((row[key], name) for name, row in table.items() if row[key] is not None)
    never = [name for name, row in table.items() if row[key] is None]
    if not done:
        return f"None {does}."
    said = f"First {does}: {done[0][1]} (step {done[0][0]:g}); last: {done[-1][1]} (step {done[-1][0]:g})"
    return said + (f"; never: {', '.join(never)}." if never else ".")

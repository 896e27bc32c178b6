"""The race of apps.optimizers: every optimiser on every landscape, each with the learning rate that suits it best."""

from typing import Any

from keras_course import plots
from keras_course.by_hand.landscapes import LANDSCAPES, Landscape, turned
from keras_course.experiment import runs

from . import Config, measures


def chosen(config: Config) -> dict[str, Landscape]:
    """The landscapes of the race by name, with the start and the angle of the settings."""
    saddle, ravine = LANDSCAPES["saddle"], LANDSCAPES["ravine"]
    beside = saddle.start * [1, 0] + [0, config.offset]
    wanted = {**LANDSCAPES, "saddle": saddle._replace(start=beside), "ravine": turned(ravine, config.angle)}
    return {name: wanted[name] for name in config.landscapes}


def race(config: Config, run: runs.Run) -> dict[str, Any]:
    """Race on every landscape: print a table and save a figure each, and save the animation.

    Returns:
        By landscape and optimiser: learning rate, last loss, and when it arrived.
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
    metrics, paths = {}, {}
    for place, landscape in places.items():
        metrics[place], paths[place] = race_on(place, landscape, config)
        title = f"The race on the {place}, each optimiser with its best learning rate{times}"
        run.save_figure(f"race_{place}", plots.descents(landscape, {place: paths[place]}, title=title))
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

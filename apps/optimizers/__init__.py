"""Race the optimisers down a saddle, a valley and a ravine; then learning rate, momentum, and the walk to the cake.

Slide: deck 5, "Gradient Descent", "Learning Rate", "Stochastic Gradient Descent", "Stochastic Gradient Descent with
    Momentum", "Choices"; deck 3, "SGD Variants", "Momentum", "Gradient Descent", "Optimization techniques for
    Gradient Descent"; deck 4, "Gradient descent"

Run:
    python -m apps.optimizers
    python -m apps.optimizers --landscapes saddle --steps 60 --frames 10      small

Try:
    --offset 0                  start exactly on the line that leads onto the saddle: who ever leaves it?
    --offset 0 --noise 0.01     and with a little noise on the gradient, as every mini-batch's has?
    --angle 45                  turn the ravine out of the axes: who loses the advantage, and why these?
    --learning-rate-factor 3    every rate three times as large as the best: who still arrives?
"""

import dataclasses
from typing import Annotated, Any, Literal

import tyro

from keras_course.experiment import command


@dataclasses.dataclass(frozen=True)
class Config:
    """Race the optimisers, and take the slides' lessons one by one."""

    landscapes: tuple[Literal["saddle", "valley", "ravine"], ...] = ("saddle", "valley", "ravine")
    """Where to race."""
    steps: int = 300
    """Steps of every optimiser."""
    threshold: float = 0.01
    """A landscape is won when what is left of the height is this share of the start's, and stays so."""
    momentum: float = 0.9
    """Momentum of those that have one."""
    learning_rate_factor: float = 1.0
    """Multiplies every learning rate of the race, after the search for the best."""
    offset: float = 0.001
    """How far beside the line that leads onto the saddle the race on it begins."""
    angle: float = 0.0
    """Degrees by which the ravine is turned; at 0 it lies along an axis."""
    noise: float = 0.0
    """Standard deviation of noise on each gradient of the race, as a mini-batch's has."""
    frames: int = 60
    """Pictures of the animation."""
    run: Annotated[command.HandOptions, tyro.conf.OmitArgPrefixes] = command.HandOptions()


def main(config: Config) -> dict[str, Any]:
    """Race, then the lessons: a table and a figure each."""
    check(config)
    from apps.optimizers import lessons as lessons
    from keras_course.experiment import runs

    run = runs.new("optimizers", config, config.run.models_dir, seed=config.run.seed)
    metrics = {
        "race": race(config, run),
        "learning_rate": lessons.learning_rates(config.steps, config.threshold, run),
        "momentum": lessons.push(config.steps, config.threshold, config.momentum, run),
        "local_minimum": lessons.local_minimum(config.momentum, run),
        "momentum_as_printed": lessons.as_printed(config.steps, config.threshold, run),
        "cake_walk": lessons.cake(run),
    }
    run.complete_with(metrics)
    print(f"\nrun: {run.path}", flush=True)
    return metrics


def check(config: Config) -> None:
    """Refuse settings with which there is no race."""
    if not config.landscapes:
        raise ValueError("--landscapes: name at least one of saddle, valley, ravine")
    for name in ("steps", "threshold", "learning_rate_factor", "frames"):
        if not getattr(config, name) > 0:
            raise ValueError(f"{name}={getattr(config, name)} must be above 0")
    if not 0 <= config.momentum < 1:
        raise ValueError(
            f"momentum={config.momentum} must be from 0 to below 1: at 1 nothing ever comes to rest"
        )
    if config.noise < 0 or config.run.seed < 0:
        raise ValueError(f"noise={config.noise} and seed={config.run.seed} must not be below 0")


def chosen(config: Config) -> dict[str, Any]:
    """The landscapes of the race, by name, as the settings want them."""
    from keras_course.by_hand.landscapes import LANDSCAPES, turned

    saddle, ravine = LANDSCAPES["saddle"], LANDSCAPES["ravine"]
    beside = saddle.start * [1, 0] + [0, config.offset]
    wanted = {**LANDSCAPES, "saddle": saddle._replace(start=beside), "ravine": turned(ravine, config.angle)}
    return {name: wanted[name] for name in config.landscapes}


def race(config: Config, run: Any) -> dict[str, Any]:
    """Everyone on every landscape, each with the rate that suits it best there."""
    from apps.optimizers import measures
    from keras_course import plots
    from keras_course.experiment import runs

    places = chosen(config)
    factor = config.learning_rate_factor
    times = "" if factor == 1 else f", times {factor:g}"
    print(
        f"The race: {config.steps} steps. Everyone has the learning rate with which it arrives first on that landscape "
        f"(a search:\n{len(measures.RATES)} rates from {measures.RATES[0]:g} to {measures.RATES[-1]:g}, the median of "
        f"{measures.STARTS} starts nearby){times}. Arrived: from that step on "
        f"no higher than\n{config.threshold:.2%} of the height at the start."
    )
    metrics: dict[str, Any] = {}
    ways: dict[str, Any] = {}
    for place, landscape in places.items():
        limit = measures.goal(landscape, config.threshold)
        metrics[place], ways[place] = {}, {}
        print(
            f"\n{place:10} {'rate':>8} {f'loss after {config.steps}':>16} {'arrived at':>11} {'median':>7}",
            end="",
        )
        print(f" {'off the saddle at':>18}" if place == "saddle" else "")
        for name, make in measures.competitors(config.momentum).items():
            luck = config.noise, config.run.seed
            rate = factor * measures.best_rate(make, landscape, config.steps, limit, *luck)
            row, path = measures.run_one(make, rate, landscape, config.steps, limit, *luck)
            line = f"{name:10} {rate:8.4g} {measures.result(row)} {measures.step(row['arrived_median']):>7}"
            if place == "saddle":
                row["off_the_saddle"] = measures.off_the_saddle(path)
                line += f" {measures.step(row['off_the_saddle']):>18}"
            print(line)
            metrics[place][name], ways[place][name] = row, path
        print(f"(the lowest loss there is: {landscape.loss(landscape.minima[0]):g})")
        print(first(metrics[place], "arrived_median", "arrives"))
        if place == "saddle":
            print(first(metrics[place], "off_the_saddle", "leaves the saddle"))
        title = f"The race on the {place}, each optimizer with its best learning rate{times}"
        run.save_figure(f"race_{place}", plots.descents(landscape, {place: ways[place]}, title=title))
    make = measures.competitors(config.momentum)["Adadelta"]
    said = []
    for place, landscape in places.items():
        path = measures.walk(make(1.0), landscape, config.steps, config.noise, config.run.seed)
        arrived = measures.judged(path, landscape, measures.goal(landscape, config.threshold))["arrived"]
        said.append(f"{place} {measures.step(arrived)}")
    print(f"\nAdadelta's paper has no learning rate, that is 1. With it, it arrives: {', '.join(said)}.")
    runs.write_atomically(
        run.path / "figures" / "race.gif",
        lambda path: plots.save_race(path, places, ways, frames=config.frames),
    )
    return metrics


def first(table: dict[str, Any], key: str, does: str) -> str:
    """Who does it first, who last, who never."""
    done = sorted((row[key], name) for name, row in table.items() if row[key] is not None)
    never = [name for name, row in table.items() if row[key] is None]
    if not done:
        return f"Nobody {does}."
    said = f"First {does}: {done[0][1]} (step {done[0][0]:g}); last: {done[-1][1]} (step {done[-1][0]:g})"
    return said + (f"; never: {', '.join(never)}." if never else ".")

"""Race the optimisers down a saddle, a valley and a ravine; then learning rate, momentum, and the walk to the cake.

Slide: deck 5, "Gradient Descent", "Learning Rate", "Stochastic Gradient Descent", "Stochastic Gradient Descent with
    Momentum", "Choices"; deck 3, "SGD Variants", "Momentum", "Gradient Descent", "Optimization techniques for
    Gradient Descent"; deck 4, "Gradient descent"

Group: by hand, 2

Run:
    python -m apps.optimizers
    python -m apps.optimizers --landscapes saddle --steps 60 --frames 10      small

Try:
    --offset 0                  start exactly on the line that leads to the saddle point: who ever leaves it?
    --offset 0 --noise 0.01     and with a little noise on the gradient, as every mini-batch's has?
    --angle 45                  turn the ravine away from the axes: who loses the advantage, and why these?
    --learning-rate-factor 3    every learning rate three times as large as the best: who still arrives?
"""

import dataclasses
from typing import Annotated, Any, Literal

import tyro

from keras_course.errors import UserError
from keras_course.experiment import command

# Largest and smallest sensible values. Steps: the search for a learning rate keeps every path in memory.
RANGES = {
    "steps": (1, 20_000, ""),
    "learning_rate_factor": (1e-6, 1e6, ""),
    "offset": (-1.0, 1.0, ": the minima are at 1 and -1"),
    "angle": (-360.0, 360.0, ""),
    "noise": (0.0, 1000.0, ": the gradients themselves are below 100"),
    "frames": (1, 1000, ""),
}


@dataclasses.dataclass(frozen=True)
class Config:
    """Race the optimisers, and take the slides' lessons one by one."""

    landscapes: tuple[Literal["saddle", "valley", "ravine"], ...] = ("saddle", "valley", "ravine")
    """Where to race."""
    steps: int = 300
    """Steps of every optimiser."""
    threshold: float = 0.01
    """Arrived: the loss, less its minimum, is at most this fraction of the start's, and stays so."""
    momentum: float = 0.9
    """Momentum of those that have one."""
    learning_rate_factor: float = 1.0
    """Multiplies every learning rate of the race, after the search for the best."""
    offset: float = 0.001
    """Distance of the start from the line that leads to the saddle point."""
    angle: float = 0.0
    """Degrees by which the ravine is turned; at 0 it runs along an axis."""
    noise: float = 0.0
    """Standard deviation of noise added to each gradient of the race, as a mini-batch's has."""
    frames: int = 60
    """Frames of the animation."""
    run: Annotated[command.HandOptions, tyro.conf.OmitArgPrefixes] = command.HandOptions()


def main(config: Config) -> dict[str, Any]:
    """Race, then the lessons: a table and a figure each."""
    check(config)
    from keras_course.experiment import results, runs

    from . import lessons, race

    run = runs.new("optimizers", config, config.run.models_dir, seed=config.run.seed)
    metrics = {
        **race.race(config, run),
        "learning_rate": lessons.learning_rates(config.steps, config.threshold, run),
        "momentum": lessons.momentum_effect(config.steps, config.threshold, config.momentum, run),
        "local_minimum": lessons.local_minimum(config.momentum, run),
        "momentum_as_printed": lessons.as_printed(config.steps, config.threshold, run),
        "cake_walk": lessons.cake(run),
    }
    print()
    results.complete(run, metrics, figure=f"race_{config.landscapes[-1]}")
    print(f"run: {run.path}", flush=True)
    return metrics


def check(config: Config) -> None:
    """Refuse settings with which there is no race.

    Raises:
        UserError: names the setting, and what it may be.
    """
    if not config.landscapes:
        raise UserError("--landscapes: name at least one of saddle, valley, ravine")
    for name, (low, high, reason) in RANGES.items():
        value = getattr(config, name)
        if not low <= value <= high:  # NaN is not
            raise UserError(f"{name}={value} must be from {low:g} to {high:g}{reason}")
    if not 0 < config.threshold < 1:
        raise UserError(f"threshold={config.threshold} must be above 0 and below 1")
    if not 0 <= config.momentum < 1:
        raise UserError(
            f"momentum={config.momentum} must be from 0 to below 1: at 1 nothing ever comes to rest"
        )
    if not 0 <= config.run.seed < 2**32:
        raise UserError(f"seed={config.run.seed} must be from 0 to {2**32 - 1}")

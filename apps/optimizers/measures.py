"""What apps.optimizers measures: after how many steps an optimiser arrives, and with which learning rate."""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from keras_course.by_hand import cake_walk, landscapes
from keras_course.by_hand import optimizers as by_hand

Maker = Callable[[Any], by_hand.Optimizer]  # from a learning rate, or from an array of them

RATES = np.geomspace(1e-4, 1e3, 57)  # eight for every factor of ten
STARTS = 25  # near the landscape's own, where each rate is tried


def competitors(momentum: float) -> dict[str, Maker]:
    """The optimisers of deck 5 by name, still without a learning rate; the rest are Keras' defaults."""
    return {
        "SGD": by_hand.sgd,
        "momentum": lambda rate: by_hand.momentum(rate, momentum),
        "Nesterov": lambda rate: by_hand.momentum(rate, momentum, nesterov=True),
        "Adagrad": by_hand.adagrad,
        "RMSProp": by_hand.rmsprop,
        "Adadelta": by_hand.adadelta,
        "Adam": by_hand.adam,
    }


def arrivals(losses: np.ndarray, limit: float) -> np.ndarray:
    """The step from which on a loss stays at or below a limit; infinity where it never does.

    Args:
        losses: (steps + 1, ...), before each step and after the last.
        limit: of the loss.

    Returns:
        Steps, (...).
    """
    outside = ~(losses <= limit)  # NaN is outside too
    first = np.where(outside.any(axis=0), len(losses) - outside[::-1].argmax(axis=0), 0)
    return np.where(first < len(losses), first, np.inf)


def arrival(losses: np.ndarray, limit: float) -> int | None:
    """:func:`arrivals` of one loss, (steps + 1,); None if it never arrives."""
    found = float(arrivals(losses, limit))
    return int(found) if np.isfinite(found) else None


def target_loss(landscape: landscapes.Landscape, fraction: float) -> float:
    """The loss at which an optimiser has arrived: above the minimum by this fraction of the start's height above it."""
    lowest = landscape.loss(landscape.minima[0])
    return float(lowest + fraction * (landscape.loss(landscape.start) - lowest))


def starts(landscape: landscapes.Landscape, seed: int) -> np.ndarray:
    """Starts near the landscape's own, (STARTS, 2), so that no rate wins by one lucky jump.

    Each weight is multiplied by 0.7 to 1.3.
    """
    return landscape.start * np.random.default_rng(seed).uniform(0.7, 1.3, (STARTS, 2))


def noisy(landscape: landscapes.Landscape, noise: float, seed: int) -> Callable[[np.ndarray], np.ndarray]:
    """The landscape's gradient plus normal noise with this standard deviation, as a mini-batch's has."""
    rng = np.random.default_rng(seed)
    return lambda w: landscape.gradient(w) + noise * rng.normal(size=w.shape)


def medians(
    make: Maker,
    rates: np.ndarray,
    landscape: landscapes.Landscape,
    steps: int,
    limit: float,
    noise: float,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """When an optimiser arrives and at which loss it ends, with each of the rates: medians over the starts.

    Returns:
        Steps, (rates,), infinity where most do not arrive; and losses, (rates,).
    """
    begin = np.tile(starts(landscape, seed), (len(rates), 1, 1))  # all at once: (rates, starts, 2)
    with np.errstate(all="ignore"):  # with too large a rate the path goes to infinity
        path = by_hand.minimize(make(rates[:, None, None]), noisy(landscape, noise, seed), begin, steps)
        losses = landscape.loss(path)  # (steps + 1, rates, starts)
    last = np.where(np.isfinite(losses[-1]), losses[-1], np.inf)
    return np.median(arrivals(losses, limit), axis=1), np.median(last, axis=1)


def best_rate(
    make: Maker, landscape: landscapes.Landscape, steps: int, limit: float, noise: float = 0.0, seed: int = 0
) -> float:
    """The rate of RATES with which an optimiser arrives first; if it arrives with none, the one that ends lowest."""
    arrived, last = medians(make, RATES, landscape, steps, limit, noise, seed)
    return float(RATES[np.lexsort((last, arrived))[0]])


def run_one(
    make: Maker,
    rate: float,
    landscape: landscapes.Landscape,
    steps: int,
    limit: float,
    noise: float,
    seed: int,
) -> tuple[dict[str, Any], np.ndarray]:
    """Run one optimiser with one rate: its results from the start, the median over starts nearby, and its path."""
    path = walk(make(rate), landscape, steps, noise, seed)
    arrived, _ = medians(make, np.array([rate]), landscape, steps, limit, noise, seed)
    median = float(arrived[0]) if np.isfinite(arrived[0]) else None
    return {"rate": rate, **judged(path, landscape, limit), "arrived_median": median}, path


def walk(
    optimizer: by_hand.Optimizer,
    landscape: landscapes.Landscape,
    steps: int,
    noise: float = 0.0,
    seed: int = 0,
) -> np.ndarray:
    """The path of one optimiser from the landscape's start, (steps + 1, 2)."""
    with np.errstate(all="ignore"):
        return by_hand.minimize(optimizer, noisy(landscape, noise, seed), landscape.start, steps)


def judged(path: np.ndarray, landscape: landscapes.Landscape, limit: float) -> dict[str, Any]:
    """A path's last loss (None if it is not finite, as JSON needs it), and the step at which it arrived."""
    with np.errstate(all="ignore"):
        losses = landscape.loss(path)
    last = float(losses[-1])
    return {"loss": last if np.isfinite(last) else None, "arrived": arrival(losses, limit)}


def off_the_saddle(path: np.ndarray) -> int | None:
    """The step from which on a path stays off the saddle: half way to one of the two minima, |y| >= 0.5."""
    return arrival(-np.abs(path[:, 1]), -0.5)


def cake_walks(dimensions: tuple[int, ...], far: float) -> list[dict[str, int]]:
    """Walk to a cake, and follow the gradient to it, in more and more dimensions.

    Args:
        dimensions: how many, one number for each walk.
        far: the cake's distance in steps, in a straight line; each coordinate is the same.

    Returns:
        A row for each number of dimensions: the walk's steps, and how often each way evaluates something.
    """
    table = []
    for n in dimensions:
        cake = np.full(n, far / np.sqrt(n))
        path, evaluations = cake_walk.cake_walk(
            functools.partial(cake_walk.distance, cake=cake), np.zeros(n), cake_walk.along_axes(n)
        )
        gradients = len(cake_walk.gradient_walk(cake)) - 1
        table.append(
            {"dimensions": n, "steps": len(path) - 1, "evaluations": evaluations, "gradients": gradients}
        )
    return table


def head(steps: int) -> str:
    """Headings of the two columns of :func:`result`."""
    return f"{f'loss after {steps}':>16} {'arrived at':>11}"


def result(row: dict[str, Any]) -> str:
    """Last loss and arrival, as two columns of a table."""
    return (
        f"{'infinite' if row['loss'] is None else format(row['loss'], '.3g'):>16} {step(row['arrived']):>11}"
    )


def step(count: float | None) -> str:
    """The number of a step as text, or "never"."""
    return "never" if count is None else f"{count:g}"


def said(row: dict[str, Any], steps: int) -> str:
    """How a path ended, as the end of a sentence."""
    if row["arrived"] is not None:
        return f"arrives at step {row['arrived']}"
    return f"has not arrived after {steps} steps"

"""Contestants that take turns within one run, so that a machine whose speed drifts treats them alike."""

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

Train = Callable[[int], list[float]]
"""Trains for so many epochs, and returns the seconds of each."""


def take(contestants: dict[str, Train], turns: int, epochs: int) -> dict[str, list[list[float]]]:
    """Let every contestant train once a turn; return for each the seconds of every turn's epochs.

    Args:
        contestants: by name.
        turns: how often each of them trains.
        epochs: epochs a turn. The first compiles, and does not count: two or more.
    """
    seconds: dict[str, list[list[float]]] = {name: [] for name in contestants}
    for turn in range(turns):
        for name, train in contestants.items():
            seconds[name].append(train(epochs))
            typical = statistics.median(seconds[name][-1][1:])
            print(f"turn {turn + 1} of {turns}: {name} {typical:.3f} s an epoch", flush=True)
    return seconds


def later(seconds: dict[str, list[list[float]]]) -> dict[str, list[list[float]]]:
    """The same without every turn's first epoch."""
    return {name: [turn[1:] for turn in turns] for name, turns in seconds.items()}


def spreads(values: dict[str, list[list[float]]]) -> dict[str, dict[str, float]]:
    """Minimum, median and interquartile range over the turns, each of which counts by its median.

    Args:
        values: for every contestant what was measured in each turn.
    """
    found = {}
    for name, turns in values.items():
        medians = [statistics.median(turn) for turn in turns]
        low, high = np.percentile(medians, [25, 75])
        found[name] = {
            "turns": len(medians),
            "minimum": round(min(medians), 4),
            "median": round(statistics.median(medians), 4),
            "interquartile_range": round(float(high - low), 4),
        }
    return found


def flat(values: dict[str, list[list[float]]], digits: int = 4) -> dict[str, list[float]]:
    """Every value measured, turn after turn."""
    return {
        name: [round(value, digits) for turn in turns for value in turn] for name, turns in values.items()
    }


def ratios(spread: dict[str, dict[str, float]], of: str = "course", by: str = "median") -> dict[str, float]:
    """How many times as long as one contestant each other takes."""
    return {name: round(values[by] / spread[of][by], 3) for name, values in spread.items() if name != of}


def keras_fit(model: Any, x: Any, y: Any, batch_size: int, epochs: int) -> list[float]:
    """Train a compiled model by Keras' own ``fit``; return the seconds of every epoch."""
    from keras_course import training

    watch = training.Stopwatch()
    model.fit(x, y, batch_size=batch_size, epochs=epochs, callbacks=[watch], verbose=0)
    return watch.seconds


def pytorch_loop(
    step: Callable[[Any, Any], Any], x: Any, y: Any, batch_size: int, epochs: int
) -> list[float]:
    """Train by PyTorch on tensors in memory: a new order every epoch, batches taken by row numbers.

    Args:
        step: one training step on a batch.
        x: the examples.
        y: their targets.
        batch_size: examples per step.
        epochs: passes over them.
    """
    import torch

    seconds = []
    for _ in range(epochs):
        begun = time.perf_counter()
        for rows in torch.randperm(len(x)).split(batch_size):
            step(x[rows], y[rows])
        seconds.append(time.perf_counter() - begun)
    return seconds


def pytorch_step(model: Any, loss: Callable[[Any, Any], Any], compiled: bool) -> Callable[[Any, Any], None]:
    """One training step with Adam: plain, or as fast as PyTorch has it.

    Args:
        model: a torch.nn.Module.
        loss: what is minimised, of a batch and its targets; it calls the model.
        compiled: compile the loss, forward and backward, and use the fused Adam.
    """
    import torch

    optimizer = torch.optim.Adam(model.parameters(), fused=compiled)
    minimised = torch.compile(loss, dynamic=False) if compiled else loss

    def step(x: Any, y: Any) -> None:
        optimizer.zero_grad()
        minimised(x, y).backward()
        optimizer.step()

    return step

"""The walk to the cake: try some directions, step where the distance falls most, repeat.

It needs no derivative, and that is its price: every direction tried is one more look at the distance. The gradient
gives the best of *all* directions at once.

Slide: deck 4, "Gradient descent" (the walk to the cake)
"""

from collections.abc import Callable

import numpy as np

Array = np.ndarray

SMALLEST_STEP = 1e-3


def distance(w: Array, cake: Array) -> float:
    """How far it is to the cake.

    >>> distance(np.array([0.0, 0.0]), np.array([3.0, 4.0]))
    5.0

    Args:
        w: (n,) where we stand.
        cake: (n,).

    Raises:
        ValueError: other shapes.
    """
    _check(w, cake)
    return float(np.linalg.norm(w - cake))


def distance_gradient(w: Array, cake: Array) -> Array:
    """The derivative of the distance: straight away from the cake, of length 1 (0 at the cake).

    >>> distance_gradient(np.array([0.0, 0.0]), np.array([3.0, 4.0])).tolist()
    [-0.6, -0.8]
    """
    _check(w, cake)
    far = np.linalg.norm(w - cake)
    return (w - cake) / far if far else np.zeros_like(w)


def around(directions: int) -> Array:
    """Evenly spread directions of the plane, the first along x, of length 1: (directions, 2).

    >>> around(4).round(6).tolist()
    [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [-0.0, -1.0]]

    Raises:
        ValueError: fewer than 3 leave sides unseen.
    """
    if directions < 3:
        raise ValueError(f"directions={directions}: at least 3 are needed to look around")
    angles = 2 * np.pi * np.arange(directions) / directions
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def forth_and_back(dimensions: int) -> Array:
    """Along every axis, both ways: to look around in n dimensions takes 2 n looks; (2 n, n).

    >>> forth_and_back(2).tolist()
    [[1.0, 0.0], [0.0, 1.0], [-1.0, -0.0], [-0.0, -1.0]]
    """
    return np.concatenate([np.eye(dimensions), -np.eye(dimensions)])


def cake_walk(
    loss: Callable[[Array], float],
    w: Array,
    directions: Array,
    step: float = 1.0,
    good_enough: float = 0.5,
    steps: int = 100_000,
) -> tuple[Array, int]:
    """Try every direction, step where the loss falls most, repeat; where it falls nowhere, halve the step.

    Slide: deck 4, "Gradient descent" (the walk to the cake)

    >>> cake = np.array([10.0, 4.0])  # deck 4: 10 steps, turn left, 4 steps
    >>> path, evaluations = cake_walk(lambda w: distance(w, cake), np.zeros(2), around(4))
    >>> len(path) - 1, evaluations  # a look at the start, and 4 before each step
    (14, 57)

    Args:
        loss: what shall become small.
        w: (n,) where to start.
        directions: (k, n) to try, of length 1.
        step: how far to go.
        good_enough: it stops where the loss is no more than this, or when no step of 0.001 lowers it.
        steps: at most.

    Returns:
        The path (steps taken + 1, n), and how often the loss was evaluated.

    Raises:
        ValueError: directions of another number of dimensions than ``w``.
    """
    if directions.ndim != 2 or directions.shape[1:] != w.shape:
        raise ValueError(f"directions {directions.shape} do not fit a place {w.shape}: (k, n) and (n,)")
    here, evaluations, path = loss(w), 1, [w]
    while here > good_enough and step >= SMALLEST_STEP and len(path) <= steps:
        losses = [loss(w + step * direction) for direction in directions]
        evaluations += len(losses)
        best = int(np.argmin(losses))
        if losses[best] < here:
            w, here = w + step * directions[best], losses[best]
            path.append(w)
        else:
            step /= 2
    return np.array(path), evaluations


def _check(w: Array, cake: Array) -> None:
    if w.shape != cake.shape or w.ndim != 1:
        raise ValueError(f"a place {w.shape} and a cake {cake.shape} must be points of one space, both (n,)")

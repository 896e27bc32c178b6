"""The walk to the cake: try some directions, step where the distance decreases most, repeat.

This is a compass search. It needs no derivative, but every direction that it tries costs an evaluation of the distance.
The gradient gives the best of *all* directions at once.

Slide: deck 4, "Introduction to Deep Learning", "Gradient descent" (the walk to the cake)
"""

from collections.abc import Callable

import numpy as np

Array = np.ndarray

SMALLEST_STEP = 1e-3
CAKE = np.array([10.0, 4.0])  # deck 4: turn right, 10 steps, turn left, 4 steps


def distance(w: Array, cake: Array) -> float:
    """The distance from a point to the cake.

    >>> distance(np.array([0.0, 0.0]), np.array([3.0, 4.0]))
    5.0

    Args:
        w: (n,) the point.
        cake: (n,).

    Raises:
        ValueError: shapes other than these.
    """
    _check(w, cake)
    return float(np.linalg.norm(w - cake))


def distance_gradient(w: Array, cake: Array) -> Array:
    """The gradient of the distance: a vector of length 1 that points away from the cake (0 at the cake itself).

    >>> distance_gradient(np.array([0.0, 0.0]), np.array([3.0, 4.0])).tolist()
    [-0.6, -0.8]
    """
    _check(w, cake)
    far = np.linalg.norm(w - cake)
    return (w - cake) / far if far else np.zeros_like(w)


def around(directions: int) -> Array:
    """Directions in the plane, of length 1, at equal angles; the first is along x.

    >>> around(4).round(6).tolist()
    [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [-0.0, -1.0]]

    Args:
        directions: how many.

    Returns:
        (directions, 2).

    Raises:
        ValueError: fewer than 3, with which some descents would be missed.
    """
    if directions < 3:
        raise ValueError(f"directions={directions}: at least 3 are needed to reach every side")
    angles = 2 * np.pi * np.arange(directions) / directions
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def along_axes(dimensions: int) -> Array:
    """Directions along every axis, forwards and backwards: in n dimensions, each step takes 2 n evaluations.

    >>> along_axes(2).tolist()
    [[1.0, 0.0], [0.0, 1.0], [-1.0, -0.0], [-0.0, -1.0]]

    Returns:
        (2 dimensions, dimensions).
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
    """Try every direction and step where the loss decreases most; if it decreases nowhere, halve the step.

    Slide: deck 4, "Gradient descent" (the walk to the cake)

    >>> path, evaluations = cake_walk(lambda w: distance(w, CAKE), np.zeros(2), around(4))
    >>> len(path) - 1, evaluations  # one evaluation at the start, and 4 for each step
    (14, 57)

    Args:
        loss: the function to minimise.
        w: (n,) the start.
        directions: (k, n) to try, of length 1.
        step: the length of the first steps.
        good_enough: stop once the loss is at most this, or once no step of 0.001 decreases it.
        steps: take at most this many.

    Returns:
        The path, (steps taken + 1, n), and the number of evaluations of the loss.

    Raises:
        ValueError: the directions and ``w`` differ in the number of dimensions.
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


def gradient_walk(cake: Array) -> Array:
    """Follow the gradient of the distance from 0, in steps of length 1, until the cake is half a step away or less.

    >>> len(gradient_walk(CAKE)) - 1
    11

    Args:
        cake: (n,).

    Returns:
        The path, (steps + 1, n).
    """
    path = [np.zeros_like(cake)]
    while distance(path[-1], cake) > 0.5:
        path.append(path[-1] - distance_gradient(path[-1], cake))
    return np.array(path)


def _check(w: Array, cake: Array) -> None:
    if w.shape != cake.shape or w.ndim != 1:
        raise ValueError(f"a place {w.shape} and a cake {cake.shape} must be points of one space, both (n,)")

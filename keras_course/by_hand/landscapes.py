"""Loss surfaces of two weights, or of one, each with its gradient.

A real network's loss depends on millions of weights and cannot be drawn. These can, and each shows one of the
difficulties: a saddle point, a curved valley, a ravine, a local minimum.

Slide: deck 5, "Gradient Descent", "Stochastic Gradient Descent" (the race); deck 3, "Momentum" (the local minimum)
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

Array = np.ndarray

RAVINE_CURVATURE = 100.0  # across; along, it is 1
TILT = 0.15  # of the double well: the right well is deeper by about twice this


class Landscape(NamedTuple):
    """A loss of two weights, and what is needed to draw it and to walk on it."""

    loss: Callable[[Array], Array]
    """(..., 2) -> (...)."""
    gradient: Callable[[Array], Array]
    """(..., 2) -> (..., 2)."""
    start: Array
    """(2,) where the optimisers start."""
    minima: Array
    """(m, 2) the global minima."""
    view: Array
    """(2, 2), for each weight the lower and the upper limit of a figure."""


def saddle(w: Array) -> Array:
    """``x**2 / 2 - y**2 / 2 + y**4 / 4``: a saddle point at (0, 0), between minima at (0, 1) and (0, -1).

    Without the last term, this is the textbook's saddle, which has no minimum.

    >>> saddle(np.array([[0.0, 0.0], [0.0, 1.0], [0.0, -1.0]])).tolist()
    [0.0, -0.25, -0.25]

    Args:
        w: (..., 2).

    Returns:
        (...).

    Raises:
        ValueError: the last axis is not 2. (The same holds for every function of two weights here.)
    """
    x, y = _two(w)
    return x**2 / 2 - y**2 / 2 + y**4 / 4


def saddle_gradient(w: Array) -> Array:
    """``(x, y**3 - y)``. It is 0 at the saddle point, where gradient descent therefore stays.

    >>> saddle_gradient(np.array([1.5, 0.0])).tolist()
    [1.5, 0.0]
    """
    x, y = _two(w)
    return np.stack([x, y**3 - y], axis=-1)


def valley(w: Array, steepness: float = 10.0) -> Array:
    """``(1 - x)**2 + steepness (y - x**2)**2``: Rosenbrock's curved valley, with its minimum at (1, 1).

    Rosenbrock's steepness is 100. With 10 the paths are easier to see, and slow optimisers arrive too.

    Paper: Rosenbrock, "An Automatic Method for Finding the Greatest or Least Value of a Function", 1960

    >>> valley(np.array([[1.0, 1.0], [0.0, 0.0], [-1.0, 1.0]])).tolist()
    [0.0, 1.0, 4.0]
    """
    x, y = _two(w)
    return (1 - x) ** 2 + steepness * (y - x**2) ** 2


def valley_gradient(w: Array, steepness: float = 10.0) -> Array:
    """``(2 (x - 1) - 4 steepness x (y - x**2), 2 steepness (y - x**2))``.

    >>> valley_gradient(np.array([0.0, 0.0])).tolist()
    [-2.0, 0.0]
    """
    x, y = _two(w)
    return np.stack([2 * (x - 1) - 4 * steepness * x * (y - x**2), 2 * steepness * (y - x**2)], axis=-1)


def ravine(w: Array) -> Array:
    """``(x**2 + 100 y**2) / 2``: ten times as long as it is wide, with its minimum at (0, 0).

    >>> ravine(np.array([[10.0, 0.0], [0.0, 1.0]])).tolist()
    [50.0, 50.0]
    """
    x, y = _two(w)
    return (x**2 + RAVINE_CURVATURE * y**2) / 2


def ravine_gradient(w: Array) -> Array:
    """``(x, 100 y)``: it mostly points across the ravine, while the minimum is along it.

    >>> ravine_gradient(np.array([10.0, 1.0])).tolist()
    [10.0, 100.0]
    """
    x, y = _two(w)
    return np.stack([x, RAVINE_CURVATURE * y], axis=-1)


def double_well(w: Array) -> Array:
    """``(w**2 - 1)**2 / 4 - 0.15 w``, of one weight: a local minimum on the left, the global one on the right.

    Slide: deck 3, "Momentum": stuck at the local minimum

    >>> double_well(np.array([-1.0, 1.0])).tolist()
    [0.15, -0.15]

    Args:
        w: any shape.

    Returns:
        An array of that shape.
    """
    return (w**2 - 1) ** 2 / 4 - TILT * w


def double_well_gradient(w: Array) -> Array:
    """``w (w**2 - 1) - 0.15``: 0 at both minima, and at the maximum between them.

    >>> np.sort(np.roots([1, 0, -1, -TILT])).round(3).tolist()
    [-0.914, -0.154, 1.068]
    """
    return w * (w**2 - 1) - TILT


def turned(landscape: Landscape, degrees: float) -> Landscape:
    """The same landscape, rotated anticlockwise about (0, 0), so that it is no longer aligned with the axes.

    >>> upright = turned(LANDSCAPES["ravine"], 90)
    >>> upright.loss(np.array([0.0, 10.0])).round(6).tolist()  # it now runs along y
    50.0

    Args:
        landscape: the landscape to rotate.
        degrees: by how much.
    """
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = np.array([[x, y] for x in landscape.view[0] for y in landscape.view[1]]) @ turn.T  # (4, 2)
    return Landscape(
        loss=lambda w: landscape.loss(w @ turn),
        gradient=lambda w: landscape.gradient(w @ turn) @ turn.T,
        start=turn @ landscape.start,
        minima=landscape.minima @ turn.T,
        view=np.stack([corners.min(axis=0), corners.max(axis=0)], axis=1),
    )


LANDSCAPES = {
    "saddle": Landscape(
        saddle,
        saddle_gradient,
        start=np.array([-1.5, 0.001]),  # just off the line that leads to the saddle point
        minima=np.array([[0.0, 1.0], [0.0, -1.0]]),
        view=np.array([[-1.7, 1.1], [-1.4, 1.4]]),
    ),
    "valley": Landscape(
        valley,
        valley_gradient,
        start=np.array([-1.2, 1.0]),
        minima=np.array([[1.0, 1.0]]),
        view=np.array([[-1.6, 1.6], [-0.7, 2.0]]),
    ),
    "ravine": Landscape(
        ravine,
        ravine_gradient,
        start=np.array([-9.0, 0.9]),
        minima=np.array([[0.0, 0.0]]),
        view=np.array([[-10.0, 4.0], [-1.3, 1.3]]),
    ),
}


def _two(w: Array) -> tuple[Array, Array]:
    if np.shape(w)[-1:] != (2,):
        raise ValueError(f"these landscapes have two weights (..., 2), not {np.shape(w)}")
    return w[..., 0], w[..., 1]

"""Landscapes to walk down: losses of two weights, or of one, each with its gradient by hand.

A real network's loss has millions of weights and cannot be drawn. These can, and each has one of its difficulties.

Slide: deck 5, "Gradient Descent", "Stochastic Gradient Descent" (the race); deck 3, "Momentum" (the local minimum)
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

Array = np.ndarray

RAVINE_CURVATURE = 100.0  # across; along, it is 1
LEAN = 0.15  # of the two hollows: the right one is deeper by about twice this


class Landscape(NamedTuple):
    """A loss over two weights, and where to look at it."""

    loss: Callable[[Array], Array]
    """(..., 2) -> (...)."""
    gradient: Callable[[Array], Array]
    """(..., 2) -> (..., 2)."""
    start: Array
    """(2,) where a race begins."""
    minima: Array
    """(m, 2) the lowest points."""
    view: Array
    """(2, 2) the lowest and the highest of each weight in a picture."""


def saddle(w: Array) -> Array:
    """``x**2 / 2 - y**2 / 2 + y**4 / 4``: a pass at (0, 0), between a hollow at (0, 1) and one at (0, -1).

    The last term is there because the textbook's saddle, without it, has no bottom to arrive at.

    >>> saddle(np.array([[0.0, 0.0], [0.0, 1.0], [0.0, -1.0]])).tolist()
    [0.0, -0.25, -0.25]

    Args:
        w: (..., 2).

    Returns:
        (...).

    Raises:
        ValueError: the last axis is not 2. (So do all functions of two weights here.)
    """
    x, y = _two(w)
    return x**2 / 2 - y**2 / 2 + y**4 / 4


def saddle_gradient(w: Array) -> Array:
    """``(x, y**3 - y)``. It is 0 on the pass: whoever stands there stays there.

    >>> saddle_gradient(np.array([1.5, 0.0])).tolist()
    [1.5, 0.0]
    """
    x, y = _two(w)
    return np.stack([x, y**3 - y], axis=-1)


def valley(w: Array, steepness: float = 10.0) -> Array:
    """``(1 - x)**2 + steepness (y - x**2)**2``: Rosenbrock's curved valley, with its lowest point at (1, 1).

    Rosenbrock's steepness is 100. With 10 the ways can be seen, and the slow ones arrive too.

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
    """``(x**2 + 100 y**2) / 2``: ten times as long as it is wide, with its lowest point at (0, 0).

    >>> ravine(np.array([[10.0, 0.0], [0.0, 1.0]])).tolist()
    [50.0, 50.0]
    """
    x, y = _two(w)
    return (x**2 + RAVINE_CURVATURE * y**2) / 2


def ravine_gradient(w: Array) -> Array:
    """``(x, 100 y)``: most of it points across, and the way is along.

    >>> ravine_gradient(np.array([10.0, 1.0])).tolist()
    [10.0, 100.0]
    """
    x, y = _two(w)
    return np.stack([x, RAVINE_CURVATURE * y], axis=-1)


def hollows(w: Array) -> Array:
    """``(w**2 - 1)**2 / 4 - 0.15 w``, of one weight: a hollow on the left, and a deeper one on the right.

    Slide: deck 3, "Momentum": stuck at the local minimum

    >>> hollows(np.array([-1.0, 1.0])).tolist()
    [0.15, -0.15]

    Args:
        w: any shape.

    Returns:
        Of that shape.
    """
    return (w**2 - 1) ** 2 / 4 - LEAN * w


def hollows_gradient(w: Array) -> Array:
    """``w (w**2 - 1) - 0.15``: 0 in both hollows, and on the hill between them.

    >>> np.sort(np.roots([1, 0, -1, -LEAN])).round(3).tolist()
    [-0.914, -0.154, 1.068]
    """
    return w * (w**2 - 1) - LEAN


def turned(landscape: Landscape, degrees: float) -> Landscape:
    """The same landscape, turned about (0, 0), anticlockwise: no lower and no higher, but not along the axes.

    >>> around = turned(LANDSCAPES["ravine"], 90)
    >>> around.loss(np.array([0.0, 10.0])).round(6).tolist()  # what lay along x lies along y
    50.0

    Args:
        landscape: one of this file.
        degrees: how far.
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
        start=np.array([-1.5, 0.001]),  # a hair beside the line that leads onto the pass
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

"""Is a derivative right? Move every number a little, and see how far the loss moves.

Slide: deck 5, "Neural networks and backpropagation"
"""

from collections.abc import Callable

import numpy as np

Array = np.ndarray


def numerical_gradient(f: Callable[[Array], float], x: Array, step: float = 1e-5) -> Array:
    """``(f(x + step) - f(x - step)) / (2 step)`` for every entry of ``x``, one at a time.

    >>> numerical_gradient(lambda x: float(np.sum(x**2)), np.array([1.0, -2.0])).round(6)
    array([ 2., -4.])

    Args:
        f: gives one number.
        x: where, any shape, in float64.
        step: small, but far above rounding.

    Returns:
        The gradient, of ``x``'s shape.
    """
    result = np.zeros_like(x, dtype=float)
    for place in np.ndindex(x.shape):
        there = x.astype(float)
        there[place] += step
        above = f(there)
        there[place] -= 2 * step
        result[place] = (above - f(there)) / (2 * step)
    return result


def gradient_error(found: Array, f: Callable[[Array], float], x: Array, step: float = 1e-5) -> float:
    """How far a gradient is from the numerical one, relative to their size: below 1e-6 it is right.

    >>> x = np.array([1.0, -2.0])
    >>> gradient_error(2 * x, lambda x: float(np.sum(x**2)), x) < 1e-6
    True
    >>> gradient_error(3 * x, lambda x: float(np.sum(x**2)), x) < 1e-6
    False

    Args:
        found: the gradient to check, of ``x``'s shape.
        f: the function that it should belong to.
        x: where.
        step: of the numerical gradient.

    Returns:
        ``|found - numerical| / (|found| + |numerical|)``, the lengths of the vectors; 0 where both are 0.

    Raises:
        ValueError: a gradient of another shape than ``x``.
    """
    if np.shape(found) != np.shape(x):
        raise ValueError(f"a gradient {np.shape(found)} does not belong to a variable {np.shape(x)}")
    expected = numerical_gradient(f, x, step)
    size = np.linalg.norm(found) + np.linalg.norm(expected)
    return float(np.linalg.norm(found - expected) / size) if size else 0.0

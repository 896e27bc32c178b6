"""Gradient checking: compare a derivative with finite differences.

Slide: deck 5, "Neural networks and backpropagation"
"""

from collections.abc import Callable

import numpy as np

Array = np.ndarray


def numerical_gradient(f: Callable[[Array], float], x: Array, step: float = 1e-5) -> Array:
    """Central differences: ``(f(x + step) - f(x - step)) / (2 step)`` for each entry of ``x`` in turn.

    >>> numerical_gradient(lambda x: float(np.sum(x**2)), np.array([1.0, -2.0])).round(6)
    array([ 2., -4.])

    Args:
        f: a function that returns one number.
        x: the point, any shape.
        step: small, but well above rounding errors.

    Returns:
        The gradient, of the shape of ``x``.
    """
    result = np.zeros_like(x, dtype=float)
    for place in np.ndindex(x.shape):
        moved = x.astype(float)
        moved[place] += step
        above = f(moved)
        moved[place] -= 2 * step
        result[place] = (above - f(moved)) / (2 * step)
    return result


def gradient_error(gradient: Array, f: Callable[[Array], float], x: Array, step: float = 1e-5) -> float:
    """The relative error of a gradient, measured against finite differences. Below 1e-6, it is correct.

    >>> x = np.array([1.0, -2.0])
    >>> gradient_error(2 * x, lambda x: float(np.sum(x**2)), x) < 1e-6
    True
    >>> gradient_error(3 * x, lambda x: float(np.sum(x**2)), x) < 1e-6
    False

    Args:
        gradient: the gradient to check, of the shape of ``x``.
        f: the function whose gradient it should be.
        x: the point.
        step: of the finite differences.

    Returns:
        ``|gradient - numerical| / (|gradient| + |numerical|)``, in Euclidean norms; 0 if both are 0.

    Raises:
        ValueError: a gradient whose shape is not that of ``x``.
    """
    if np.shape(gradient) != np.shape(x):
        raise ValueError(f"a gradient {np.shape(gradient)} does not belong to a variable {np.shape(x)}")
    expected = numerical_gradient(f, x, step)
    size = np.linalg.norm(gradient) + np.linalg.norm(expected)
    return float(np.linalg.norm(gradient - expected) / size) if size else 0.0

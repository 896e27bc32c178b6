"""Regularizers: a term added to the loss, which keeps weights small.

Each equals the Keras regularizer of that name; ``NAME_gradient`` is its gradient with respect to the weights.

Slide: deck 3, "Weight regularization"
"""

import numpy as np

Array = np.ndarray


def l2(w: Array, factor: float = 0.001) -> float:
    """``factor * sum(w**2)``.

    Slide: deck 3, "Weight regularization": l2(0.001) adds 0.001 * w**2 for every weight

    >>> l2(np.array([1.0, -3.0]))
    0.01

    Args:
        w: weights, any shape.
        factor: how strongly large weights are discouraged.
    """
    return float(factor * np.sum(w**2))


def l2_gradient(w: Array, factor: float = 0.001) -> Array:
    """``2 factor w``: pulls each weight towards 0 in proportion to its size, which is weight decay."""
    return 2 * factor * w


def l1(w: Array, factor: float = 0.001) -> float:
    """``factor * sum(|w|)``.

    >>> l1(np.array([1.0, -3.0]))
    0.004

    Args:
        w: weights, any shape.
        factor: how strongly large weights are discouraged.
    """
    return float(factor * np.sum(np.abs(w)))


def l1_gradient(w: Array, factor: float = 0.001) -> Array:
    """``factor sign(w)``: pulls all weights towards 0 equally, so that small ones reach it (sparse weights)."""
    return factor * np.sign(w)

"""What a layer passes on: do its units still tell one example from another?"""

import numpy as np
from numpy.typing import ArrayLike

from keras_course.errors import UserError


def standard_deviation(activations: ArrayLike) -> float:
    """How much a layer's activations vary from example to example.

    The root mean square, over the units, of each unit's standard deviation over the examples. A value that a unit
    gives to every example does not count: it tells the next layer nothing about the example.

    Args:
        activations: (examples, units), a layer's outputs.

    Returns:
        0 or more; NaN if an activation is NaN.

    Raises:
        UserError: the activations have another shape, or there are no examples.
    """
    return float(np.sqrt(np.mean(_checked(activations).var(axis=0))))


def dead_fraction(activations: ArrayLike, tolerance: float = 1e-6) -> float:
    """The fraction of dead units: those whose activation is the same for every example.

    Args:
        activations: (examples, units), a layer's outputs.
        tolerance: a unit is dead if its standard deviation over the examples is below this.

    Returns:
        From 0 to 1.

    Raises:
        UserError: the activations have another shape, or there are no examples.
    """
    return float(np.mean(_checked(activations).std(axis=0) < tolerance))


def _checked(activations: ArrayLike) -> np.ndarray:
    array = np.asarray(activations, dtype=np.float64)
    if array.ndim != 2 or not array.size:
        raise UserError(f"a layer's activations must be (examples, units), not {array.shape}")
    return array

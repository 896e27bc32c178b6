"""What a layer passes on: do its units still tell one example from another?"""

import numpy as np
from numpy.typing import ArrayLike


def spread(answers: ArrayLike) -> float:
    """How much the units differ from example to example: the root mean square of their standard deviations.

    What a unit says to all examples alike does not count: it tells the next layer nothing.

    Args:
        answers: (examples, units), a layer's outputs.

    Returns:
        From 0 up; NaN where an answer is no number.

    Raises:
        ValueError: another shape, or no examples.
    """
    return float(np.sqrt(np.mean(_checked(answers).var(axis=0))))


def dead_share(answers: ArrayLike, rounding: float = 1e-6) -> float:
    """The share of units that give one and the same answer to every example.

    Args:
        answers: (examples, units), a layer's outputs.
        rounding: a standard deviation below this is none.

    Returns:
        0 to 1.

    Raises:
        ValueError: another shape, or no examples.
    """
    return float(np.mean(_checked(answers).std(axis=0) < rounding))


def _checked(answers: ArrayLike) -> np.ndarray:
    array = np.asarray(answers, dtype=np.float64)
    if array.ndim != 2 or not array.size:
        raise ValueError(f"a layer's answers must be (examples, units), not {array.shape}")
    return array

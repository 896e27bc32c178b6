"""Keep numbers in hand: normalisation, and dropout.

Slide: deck 4, "Normalization"; deck 3, "Dropout"
"""

import numpy as np

Array = np.ndarray


def normalize_map(feature_map: Array) -> Array:
    """A feature map with mean 0 and standard deviation 1: its shape stays, its size does not matter.

    The slide's own "change everything negative to zero" is the ReLU.

    >>> normalize_map(np.array([[1.0, 3.0], [1.0, 3.0]]))
    array([[-1.,  1.],
           [-1.,  1.]])

    Raises:
        ValueError: a map that is the same everywhere.
    """
    if np.ptp(feature_map) == 0:
        raise ValueError("the feature map is the same everywhere: it has no spread to divide by")
    return (feature_map - feature_map.mean()) / feature_map.std()


def normalize_map_backward(dy: Array, feature_map: Array) -> Array:
    """The gradient by the map: what would only shift or stretch it is taken back.

    Args:
        dy: the loss's gradient by the normalised map, of its shape.
        feature_map: as forward.
    """
    standard = normalize_map(feature_map)
    return (dy - dy.mean() - standard * np.mean(dy * standard)) / feature_map.std()


def batch_normalization(
    x: Array, gamma: Array, beta: Array, epsilon: float = 1e-3
) -> tuple[Array, tuple[Array, Array]]:
    """Each feature with the mean and spread of its batch taken out, then ``gamma`` and ``beta`` put in.

    Paper: Ioffe, Szegedy, "Batch Normalization", 2015

    Args:
        x: (n, ..., features).
        gamma: (features,) new spreads.
        beta: (features,) new means.
        epsilon: added to the variance.

    Returns:
        The result, and what the way back needs.
    """
    axes = tuple(range(x.ndim - 1))
    sd = np.sqrt(x.var(axis=axes) + epsilon)
    standard = (x - x.mean(axis=axes)) / sd
    return gamma * standard + beta, (standard, sd)


def batch_normalization_backward(
    dy: Array, kept: tuple[Array, Array], gamma: Array
) -> tuple[Array, Array, Array]:
    """The gradients by ``x``, ``gamma`` and ``beta``.

    Moving one example moves the mean and the spread of all: two terms take back what would only shift or stretch them.
    """
    standard, sd = kept
    axes = tuple(range(dy.ndim - 1))
    dgamma, dbeta = np.sum(dy * standard, axis=axes), dy.sum(axis=axes)
    n = dy.size // dy.shape[-1]
    dx = gamma / sd * (dy - dbeta / n - standard * dgamma / n)
    return dx, dgamma, dbeta


def dropout(x: Array, rate: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Leave out each number with probability ``rate``, and scale the others so that the expected sum stays.

    Slide: deck 3, "Dropout" (rates 0.5 and 0.2)
    Paper: Srivastava et al., "Dropout", 2014

    >>> kept, mask = dropout(np.ones(8), 0.5, np.random.default_rng(0))
    >>> kept.tolist(), mask.astype(int).tolist()
    ([2.0, 0.0, 0.0, 0.0, 2.0, 2.0, 2.0, 2.0], [1, 0, 0, 0, 1, 1, 1, 1])

    Args:
        x: a layer's output, any shape.
        rate: share that is left out, 0 to below 1.
        rng: draws the mask.

    Returns:
        The result, and the mask of what was kept: the gradient passes where it is True, with the same scale.

    Raises:
        ValueError: a rate outside 0 to 1.
    """
    if not 0 <= rate < 1:
        raise ValueError(f"rate={rate} is not a share: give a number from 0 to below 1")
    mask = rng.random(x.shape) >= rate
    return x * mask / (1 - rate), mask


def dropout_backward(dy: Array, mask: Array, rate: float) -> Array:
    """Where a number was left out nothing passes; elsewhere the gradient, with the same scale.

    >>> dropout_backward(np.ones(3), np.array([True, False, True]), 0.5).tolist()
    [2.0, 0.0, 2.0]

    Args:
        dy: the loss's gradient by the result, any shape.
        mask: as :func:`dropout` gave it.
        rate: as forward.

    Raises:
        ValueError: a mask of another shape.
    """
    if dy.shape != mask.shape:
        raise ValueError(f"a gradient {dy.shape} and a mask {mask.shape} must have the same shape")
    return dy * mask / (1 - rate)

"""Normalisation, of one feature map and of a batch, and dropout.

Slide: deck 4, "Normalization"; deck 3, "Dropout"
"""

import numpy as np

Array = np.ndarray


def normalize_map(feature_map: Array) -> Array:
    """A feature map shifted and scaled to mean 0 and standard deviation 1.

    The slide's own "change everything negative to zero" is the ReLU.

    >>> normalize_map(np.array([[1.0, 3.0], [1.0, 3.0]]))
    array([[-1.,  1.],
           [-1.,  1.]])

    Args:
        feature_map: any shape.

    Raises:
        ValueError: a map whose values are all the same.
    """
    if np.ptp(feature_map) == 0:
        raise ValueError("the feature map is the same everywhere: its standard deviation is 0")
    return (feature_map - feature_map.mean()) / feature_map.std()


def normalize_map_backward(dy: Array, feature_map: Array) -> Array:
    """The gradient with respect to the feature map.

    Its components that would only shift or scale the map are removed, as they do not change the result.

    Args:
        dy: the gradient with respect to the normalised map, of its shape.
        feature_map: as in :func:`normalize_map`.
    """
    standard = normalize_map(feature_map)
    return (dy - dy.mean() - standard * np.mean(dy * standard)) / feature_map.std()


def batch_normalization(
    x: Array, gamma: Array, beta: Array, epsilon: float = 1e-3
) -> tuple[Array, tuple[Array, Array]]:
    """Normalise each feature over the batch, then scale by ``gamma`` and shift by ``beta``.

    Paper: Ioffe, Szegedy, "Batch Normalization", 2015

    Args:
        x: (n, ..., features).
        gamma: (features,) scales.
        beta: (features,) shifts.
        epsilon: added to the variance.

    Returns:
        The result, of the shape of ``x``, and a cache for :func:`batch_normalization_backward`.
    """
    axes = tuple(range(x.ndim - 1))
    sd = np.sqrt(x.var(axis=axes) + epsilon)
    standard = (x - x.mean(axis=axes)) / sd
    return gamma * standard + beta, (standard, sd)


def batch_normalization_backward(
    dy: Array, cache: tuple[Array, Array], gamma: Array
) -> tuple[Array, Array, Array]:
    """The gradients with respect to ``x``, ``gamma`` and ``beta``.

    Each example also contributes to the batch's mean and variance; the two subtracted terms account for that.

    Args:
        dy: the gradient with respect to the result, of its shape.
        cache: from :func:`batch_normalization`.
        gamma: (features,).
    """
    standard, sd = cache
    axes = tuple(range(dy.ndim - 1))
    dgamma, dbeta = np.sum(dy * standard, axis=axes), dy.sum(axis=axes)
    n = dy.size // dy.shape[-1]
    dx = gamma / sd * (dy - dbeta / n - standard * dgamma / n)
    return dx, dgamma, dbeta


def dropout(x: Array, rate: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Set each number to 0 with probability ``rate``, and divide the others by ``1 - rate`` to keep the expected sum.

    Slide: deck 3, "Dropout" (rates 0.5 and 0.2)
    Paper: Srivastava et al., "Dropout", 2014

    >>> kept, mask = dropout(np.ones(8), 0.5, np.random.default_rng(0))
    >>> kept.tolist(), mask.astype(int).tolist()
    ([2.0, 0.0, 0.0, 0.0, 2.0, 2.0, 2.0, 2.0], [1, 0, 0, 0, 1, 1, 1, 1])

    Args:
        x: a layer's output, any shape.
        rate: the fraction to drop, from 0 to below 1.
        rng: draws the mask.

    Returns:
        The result, and the mask: True where a number was kept.

    Raises:
        ValueError: a rate outside this range.
    """
    if not 0 <= rate < 1:
        raise ValueError(f"rate={rate} is not a fraction to drop: it must be from 0 to below 1")
    mask = rng.random(x.shape) >= rate
    return x * mask / (1 - rate), mask


def dropout_backward(dy: Array, mask: Array, rate: float) -> Array:
    """The gradient with respect to the input: 0 where a number was dropped, else scaled as in the forward pass.

    >>> dropout_backward(np.ones(3), np.array([True, False, True]), 0.5).tolist()
    [2.0, 0.0, 2.0]

    Args:
        dy: the gradient with respect to the result, any shape.
        mask: from :func:`dropout`.
        rate: as in :func:`dropout`.

    Raises:
        ValueError: the shapes of the gradient and the mask differ.
    """
    if dy.shape != mask.shape:
        raise ValueError(f"a gradient {dy.shape} and a mask {mask.shape} must have the same shape")
    return dy * mask / (1 - rate)

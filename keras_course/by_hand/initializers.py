"""Initial weights: if they are too small the signal fades from layer to layer, if too large it explodes.

Every function takes the shape of a kernel, ``(inputs, units)`` or ``(height, width, channels, filters)``, and a random
generator.

Slide: deck 5, "Initializations", "Choices" (initialisers): Xavier is Glorot, GlorotUni its uniform form,
    Kaiming is He
"""

import numpy as np

Array = np.ndarray


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Fan in and fan out: how many inputs a unit sums, and how many units each input reaches.

    >>> fans((784, 512)), fans((3, 3, 16, 32))
    ((784, 512), (144, 288))

    Args:
        shape: of a kernel.

    Raises:
        ValueError: fewer than two axes.
    """
    if len(shape) < 2:
        raise ValueError(f"a kernel has at least two axes, not the shape {shape}")
    window = int(np.prod(shape[:-2]))
    return window * shape[-2], window * shape[-1]


def uniform(shape: tuple[int, ...], rng: np.random.Generator, limit: float = 0.05) -> Array:
    """Uniform between ``-limit`` and ``limit``."""
    return rng.uniform(-limit, limit, shape)


def normal(shape: tuple[int, ...], rng: np.random.Generator, stddev: float = 0.05) -> Array:
    """Normal with mean 0 and standard deviation ``stddev``."""
    return rng.normal(0, stddev, shape)


def truncated_normal(shape: tuple[int, ...], rng: np.random.Generator, stddev: float = 0.05) -> Array:
    """Normal, but values more than two standard deviations from 0 are drawn again."""
    values = rng.normal(0, stddev, shape)
    while (beyond := np.abs(values) > 2 * stddev).any():
        values[beyond] = rng.normal(0, stddev, beyond.sum())
    return values


def glorot_uniform(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Uniform with the variance ``2 / (fan in + fan out)``: preserves the scale of signals and of gradients.

    Paper: Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010
    """
    return uniform(shape, rng, float(np.sqrt(6 / sum(fans(shape)))))


def glorot_normal(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Truncated normal with the variance of :func:`glorot_uniform`."""
    return _truncated_to(shape, rng, float(np.sqrt(2 / sum(fans(shape)))))


def he_uniform(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Uniform with the variance ``2 / fan in``: the 2 makes up for the half that a ReLU cuts off.

    Paper: He et al., "Delving Deep into Rectifiers", 2015
    """
    return uniform(shape, rng, float(np.sqrt(6 / fans(shape)[0])))


def he_normal(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Truncated normal with the variance of :func:`he_uniform`."""
    return _truncated_to(shape, rng, float(np.sqrt(2 / fans(shape)[0])))


def _truncated_to(shape: tuple[int, ...], rng: np.random.Generator, stddev: float) -> Array:
    # truncating at two standard deviations reduces the standard deviation to 0.8796 of what it was
    return truncated_normal(shape, rng, stddev / 0.87962566103423978)

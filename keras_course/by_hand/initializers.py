"""Where weights begin: too small and the signal fades from layer to layer, too large and it bursts.

Every function takes the shape of a kernel, ``(inputs, units)`` or ``(height, width, channels, filters)``, and a
generator.

Slide: deck 5, "Initializations", "Choices" (initialisers): "Xavier" is Glorot, "GlorotUni" its uniform
    form, "Kaiming" is He
"""

import numpy as np

Array = np.ndarray


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """How many numbers a unit adds up, and to how many units each number goes.

    >>> fans((784, 512)), fans((3, 3, 16, 32))
    ((784, 512), (144, 288))

    Args:
        shape: of a kernel.

    Raises:
        ValueError: less than two axes.
    """
    if len(shape) < 2:
        raise ValueError(f"a kernel has at least two axes, not the shape {shape}")
    window = int(np.prod(shape[:-2]))
    return window * shape[-2], window * shape[-1]


def uniform(shape: tuple[int, ...], rng: np.random.Generator, limit: float = 0.05) -> Array:
    """Any number from ``-limit`` to ``limit`` alike."""
    return rng.uniform(-limit, limit, shape)


def normal(shape: tuple[int, ...], rng: np.random.Generator, sd: float = 0.05) -> Array:
    """A bell of this standard deviation."""
    return rng.normal(0, sd, shape)


def truncated_normal(shape: tuple[int, ...], rng: np.random.Generator, sd: float = 0.05) -> Array:
    """A bell without its ends: what lies beyond two standard deviations is drawn again."""
    values = rng.normal(0, sd, shape)
    while (beyond := np.abs(values) > 2 * sd).any():
        values[beyond] = rng.normal(0, sd, beyond.sum())
    return values


def glorot_uniform(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Uniform with a variance of ``2 / (fan in + fan out)``: keeps the signal's size forward and backward.

    Paper: Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010
    """
    return uniform(shape, rng, float(np.sqrt(6 / sum(fans(shape)))))


def glorot_normal(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """The same variance from a truncated bell."""
    return _truncated_to(shape, rng, float(np.sqrt(2 / sum(fans(shape)))))


def he_uniform(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Uniform with a variance of ``2 / fan in``: a ReLU lets only half through, so twice as much goes in.

    Paper: He et al., "Delving Deep into Rectifiers", 2015
    """
    return uniform(shape, rng, float(np.sqrt(6 / fans(shape)[0])))


def he_normal(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """The same variance from a truncated bell."""
    return _truncated_to(shape, rng, float(np.sqrt(2 / fans(shape)[0])))


def _truncated_to(shape: tuple[int, ...], rng: np.random.Generator, sd: float) -> Array:
    # cut at two standard deviations, a bell's own becomes 0.8796 of what it was
    return truncated_normal(shape, rng, sd / 0.87962566103423978)

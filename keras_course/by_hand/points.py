"""Points in the plane, in two classes: small data sets on which a classifier's decision regions can be drawn.

Every function takes the number of points, the noise and a random generator, and returns the points (n, 2) and their
classes (n,), 0 and 1, half of each. The noise is the standard deviation of the normal noise added to both coordinates.

Slide: deck 4, "Goal: Split Data", "Non-linear regions"; deck 5, "Separating Data"
"""

import numpy as np

Array = np.ndarray
FEWEST = 4  # points: two of each class


def line(n: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Two clouds with a gap between them: without noise, they are linearly separable.

    >>> x, y = line(100, 0.0, np.random.default_rng(0))
    >>> across = x @ np.array([0.6, 0.8])
    >>> bool((across[y == 1] >= 0.25).all() and (across[y == 0] <= -0.25).all())
    True

    Args:
        n: number of points; at least 4.
        noise: standard deviation; 0 for none.
        rng: draws the points.

    Returns:
        Points (n, 2) and classes (n,).

    Raises:
        ValueError: too few points, or noise that is not a finite number from 0 up. (The same holds for every function
            here.)
    """
    y = _shuffled(n, noise, rng) % 2
    across = np.where(y == 1, 1, -1) * rng.uniform(0.25, 1.25, n)
    along = rng.uniform(-1.25, 1.25, n)
    x = np.outer(across, [0.6, 0.8]) + np.outer(along, [-0.8, 0.6])
    return x + rng.normal(0, noise, (n, 2)), y


def xor(n: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Four clouds around the corners (0, 0), (0, 1), (1, 0), (1, 1): class 1 where exactly one coordinate is 1.

    >>> x, y = xor(4, 0.0, np.random.default_rng(0))
    >>> bool((y == (x[:, 0] != x[:, 1])).all())
    True
    """
    order = _shuffled(n, noise, rng)
    y, first = order % 2, order // 2 % 2
    x = np.stack([first, first ^ y], axis=1)
    return x + rng.normal(0, noise, (n, 2)), y


def circles(n: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """A circle of radius 1 (class 0) around a circle of radius 0.4 (class 1).

    >>> x, y = circles(6, 0.0, np.random.default_rng(0))
    >>> radius = np.hypot(*x.T)
    >>> radius[y == 0].round(3).tolist(), radius[y == 1].round(3).tolist()
    ([1.0, 1.0, 1.0], [0.4, 0.4, 0.4])
    """
    y = _shuffled(n, noise, rng) % 2
    angle = rng.uniform(0, 2 * np.pi, n)
    x = np.where(y == 1, 0.4, 1.0)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return x + rng.normal(0, noise, (n, 2)), y


def moons(n: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Two interleaved half circles, each of radius 1."""
    y = _shuffled(n, noise, rng) % 2
    angle = rng.uniform(0, np.pi, n)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    x = np.where(y[:, None] == 1, [1, 0.5] - upper, upper)
    return x + rng.normal(0, noise, (n, 2)), y


def spirals(n: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Two interleaved spiral arms, each of one turn, from radius 0.4 to 2; one is half a turn ahead of the other."""
    y = _shuffled(n, noise, rng) % 2
    radius = rng.uniform(0.4, 2, n)
    angle = 2 * np.pi * 1.25 * radius / 2 + np.pi * y
    x = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return x + rng.normal(0, noise, (n, 2)), y


def _shuffled(n: int, noise: float, rng: np.random.Generator) -> Array:
    if n < FEWEST:
        raise ValueError(f"{n} points are too few: at least {FEWEST} are needed, two of each class")
    if not 0 <= noise < np.inf:
        raise ValueError(f"noise={noise} is not a standard deviation: give a number from 0 up")
    return rng.permutation(n)

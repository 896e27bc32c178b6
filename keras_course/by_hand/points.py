"""Points in the plane, in two classes: small data on which a network's regions can be seen.

Every function takes how many points, how much noise and a generator, and gives the points (n, 2) and their classes
(n,), 0 and 1, half of each. The noise is the standard deviation of what is added to both coordinates.

Slide: deck 4, "Goal: Split Data", "Non-linear regions"; deck 5, "Separating Data"
"""

import numpy as np

Array = np.ndarray
FEWEST = 4  # points: two of each class


def line(n: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Two clouds with a gap between them: without noise, one line can tell them apart.

    >>> x, y = line(100, 0.0, np.random.default_rng(0))
    >>> across = x @ np.array([0.6, 0.8])
    >>> bool((across[y == 1] >= 0.25).all() and (across[y == 0] <= -0.25).all())
    True

    Args:
        n: how many points; at least 4.
        noise: from 0 up.
        rng: draws them.

    Raises:
        ValueError: too few points, or noise below 0. (So do all functions here.)
    """
    y = _shuffled(n, noise, rng) % 2
    across = np.where(y == 1, 1, -1) * rng.uniform(0.25, 1.25, n)
    along = rng.uniform(-1.25, 1.25, n)
    x = np.outer(across, [0.6, 0.8]) + np.outer(along, [-0.8, 0.6])
    return x + rng.normal(0, noise, (n, 2)), y


def xor(n: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Four clouds around the corners (0, 0), (0, 1), (1, 0), (1, 1): class 1 where just one coordinate is 1.

    >>> x, y = xor(4, 0.0, np.random.default_rng(0))
    >>> bool((y == (x[:, 0] != x[:, 1])).all())
    True
    """
    order = _shuffled(n, noise, rng)
    y, first = order % 2, order // 2 % 2
    x = np.stack([first, first ^ y], axis=1)
    return x + rng.normal(0, noise, (n, 2)), y


def circles(n: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """A ring of radius 1 (class 0) and one of radius 0.4 inside it (class 1).

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
    """Two half circles that reach into each other."""
    y = _shuffled(n, noise, rng) % 2
    angle = rng.uniform(0, np.pi, n)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    x = np.where(y[:, None] == 1, [1, 0.5] - upper, upper)
    return x + rng.normal(0, noise, (n, 2)), y


def spirals(n: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Two arms, each one and a quarter turns, the second half a turn behind the first."""
    y = _shuffled(n, noise, rng) % 2
    radius = rng.uniform(0.4, 2, n)
    angle = 2 * np.pi * 1.25 * radius / 2 + np.pi * y
    x = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return x + rng.normal(0, noise, (n, 2)), y


def _shuffled(n: int, noise: float, rng: np.random.Generator) -> Array:
    if n < FEWEST:
        raise ValueError(f"{n} points are too few: at least {FEWEST} are needed, two of each class")
    if not 0 <= noise < np.inf:
        raise ValueError(f"noise={noise} is no standard deviation: give a number from 0 up")
    return rng.permutation(n)

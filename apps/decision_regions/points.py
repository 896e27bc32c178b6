"""The points of apps.decision_regions, as a dataset that a run can name."""

import dataclasses
import hashlib

import numpy as np

from keras_course.datasets.dataset import Dataset

FRESH = 1000  # points to judge on


@dataclasses.dataclass(frozen=True, kw_only=True)
class Points(Dataset):
    """Training points and fresh ones."""

    x: np.ndarray  # (n, 2)
    y: np.ndarray  # (n,) 0 or 1
    x_fresh: np.ndarray
    y_fresh: np.ndarray
    terms: str = "made by keras_course.by_hand.points; free"


def make(name: str, n: int, noise: float, seed: int, limit: int | None = None) -> Points:
    """Draw the training points and, from another generator, the fresh ones.

    Args:
        name: of a function of ``by_hand.points``.
        n: how many points to train on.
        noise: standard deviation of what is added to both coordinates.
        seed: of both generators.
        limit: train on so many at most.

    Raises:
        ValueError: too few points, or noise below 0.
    """
    from keras_course.by_hand import points

    maker = getattr(points, name)
    fewer = limit is not None and limit < n
    n = limit if limit is not None and fewer else n
    x, y = maker(n, noise, np.random.default_rng([seed, 0]))
    x_fresh, y_fresh = maker(FRESH, noise, np.random.default_rng([seed, 1]))
    return Points(
        name=f"{name}, noise {noise:g}",
        x=x,
        y=y,
        x_fresh=x_fresh,
        y_fresh=y_fresh,
        limited=limit if fewer else None,
        sha256=hashlib.sha256(x.tobytes() + y.tobytes()).hexdigest(),
    )

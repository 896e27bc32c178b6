"""The points of apps.decision_regions, as a dataset that a run can name."""

import dataclasses
import hashlib

import numpy as np

from keras_course.by_hand import points
from keras_course.datasets.dataset import Dataset
from keras_course.errors import UserError

FRESH = 1000  # points to judge on
FEWEST, MOST = 4, 100_000  # training points
LOUDEST = 100.0  # noise: the points are 1 to 2 wide without it


@dataclasses.dataclass(frozen=True, kw_only=True)
class Points(Dataset):
    """Training points and fresh ones."""

    x: np.ndarray  # (n, 2)
    y: np.ndarray  # (n,) 0 or 1
    x_fresh: np.ndarray
    y_fresh: np.ndarray
    terms: str = "made by keras_course.by_hand.points; free"


def make(name: str, n: int, noise: float, seed: int, limit: int | None = None) -> Points:
    """Draw the training points and, with another generator, the fresh ones.

    Args:
        name: of a function of ``by_hand.points``.
        n: how many points to train on.
        noise: standard deviation of what is added to both coordinates.
        seed: of both generators.
        limit: train on this many at most.

    Raises:
        UserError: too few or too many points, or a noise out of range.
    """
    fewer = limit is not None and limit < n
    n = limit if limit is not None and fewer else n
    if not FEWEST <= n <= MOST:
        raise UserError(f"{n} points to train on: give {FEWEST} (two of each class) to {MOST:,}")
    if not 0 <= noise <= LOUDEST:
        raise UserError(f"noise={noise:g} must be from 0 to {LOUDEST:g}: the points are 1 to 2 wide")
    draw = getattr(points, name)
    x, y = draw(n, noise, np.random.default_rng([seed, 0]))
    x_fresh, y_fresh = draw(FRESH, noise, np.random.default_rng([seed, 1]))
    return Points(
        name=f"{name}, noise {noise:g}",
        x=x,
        y=y,
        x_fresh=x_fresh,
        y_fresh=y_fresh,
        limited=limit if fewer else None,
        sha256=hashlib.sha256(x.tobytes() + y.tobytes()).hexdigest(),
    )

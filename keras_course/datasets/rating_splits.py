"""Ratings set aside for validation and test: a fraction of every user's, or every user's last one."""

from typing import Literal, NamedTuple

import numpy as np

from keras_course.datasets.dataset import check_integer
from keras_course.datasets.ratings import Ratings
from keras_course.errors import UserError


class Splits(NamedTuple):
    """Parts of the same ratings; all have all users and items."""

    train: Ratings
    """To learn from."""
    validation: Ratings
    """To choose settings by."""
    test: Ratings
    """To judge by, once."""
    known: Ratings
    """Train and validation together: all that is known before the test."""


def split(
    ratings: Ratings,
    how: Literal["random", "last"] = "random",
    *,
    test: float = 0.25,
    validation: float = 0.2,
    seed: int = 0,
) -> Splits:
    """Set ratings of every user aside: for the test, and of the rest in the same way for validation.

    Args:
        ratings: all of them.
        how: ``random``: a fraction of each user's ratings; ``last``: each user's last one by time.
        test: that fraction.
        validation: the fraction of what is left; both only for ``random``.
        seed: determines which ratings, for ``random``.

    Raises:
        UserError: a number is out of range, the ratings have no time, or too few are left for one of the parts.
    """
    if how not in ("random", "last"):
        raise UserError(f"how={how!r} must be random or last")

    def aside(some: Ratings, fraction: float) -> np.ndarray:
        if how == "last":
            return last_of_users(some.user, some.time)
        return within_users(some.user, fraction, seed)

    chosen = aside(ratings, test)
    known, tested = ratings.part(~chosen), ratings.part(chosen)
    chosen = aside(known, validation)
    found = Splits(known.part(~chosen), known.part(chosen), tested, known)
    if not (len(found.test.user) and len(found.validation.user)):
        raise UserError(
            f"{ratings.name}: its {ratings.shape[0]} users have rated too little to set ratings aside for validation "
            "and test: some need three ratings or more"
        )
    return found


def within_users(user: np.ndarray, fraction: float = 0.25, seed: int = 0) -> np.ndarray:
    """Choose a fraction of every user's ratings at random.

    >>> chosen = within_users(np.array([0, 0, 0, 0, 1, 1, 1, 1, 2]))
    >>> np.bincount(np.array([0, 0, 0, 0, 1, 1, 1, 1, 2])[chosen]).tolist()
    [1, 1]

    Args:
        user: (n,) each rating's user, integers from 0.
        fraction: of each user's ratings, above 0 and below 1; rounded, and one at least is left to every user.
        seed: determines which.

    Returns:
        (n,) True for the chosen ratings.

    Raises:
        UserError: the fraction or the seed is out of range.
    """
    if not 0 < fraction < 1:
        raise UserError(f"fraction={fraction:g} must be above 0 and below 1")
    check_integer("seed", seed, 0)
    return _first(user, np.random.default_rng(seed).random(len(user)), fraction)


def last_of_users(user: np.ndarray, time: np.ndarray | None) -> np.ndarray:
    """Choose every user's last rating by time; of several at that time the last in the order of the ratings.

    >>> last_of_users(np.array([0, 0, 1, 1, 2]), np.array([5, 9, 8, 3, 1])).tolist()
    [False, True, True, False, False]

    Args:
        user: (n,) each rating's user, integers from 0.
        time: (n,) each rating's time.

    Returns:
        (n,) True for the chosen ratings; a user with one rating keeps it.

    Raises:
        UserError: the ratings have no time.
    """
    if time is None:
        raise UserError(
            "these ratings have no time, so none is the last: split them within each user instead"
        )
    order = np.lexsort((np.arange(len(time)), time))
    rank = np.empty(len(time), int)
    rank[order] = np.arange(len(time))
    return _first(user, -rank, None)


def _first(user: np.ndarray, key: np.ndarray, fraction: float | None) -> np.ndarray:
    """Choose of each user the ratings with the smallest keys: a fraction, or one; at least one is left."""
    order = np.lexsort((key, user))
    counts = np.bincount(user)
    starts = np.cumsum(counts) - counts
    place = np.empty(len(user), int)
    place[order] = np.arange(len(user)) - starts[user[order]]  # 0, 1, ... within each user
    wanted = np.ones_like(counts) if fraction is None else np.floor(fraction * counts + 0.5).astype(int)
    chosen: np.ndarray = place < np.minimum(wanted, np.maximum(counts - 1, 0))[user]
    return chosen

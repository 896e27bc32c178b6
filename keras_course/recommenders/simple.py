"""Baselines without taste: what most have rated, what is rated well, and who rates well."""

from collections.abc import Callable
from typing import Any

import numpy as np

from keras_course.errors import UserError


def popularity(table: np.ndarray) -> np.ndarray:
    """The same for every user: how many have rated, or how many more have liked than disliked.

    >>> popularity(np.array([[1, 0], [1, 1]])).tolist()
    [[2.0, 1.0], [2.0, 1.0]]

    Args:
        table: (users, items), 0 where nothing is known.

    Returns:
        (users, items).
    """
    return _for_all(check(table).sum(axis=0), table)


def item_mean(table: np.ndarray, ratings: np.ndarray, shrinkage: float = 5.0) -> np.ndarray:
    """The same for every user: an item's mean rating, drawn to the mean of all where few have rated it.

    ``(sum of its ratings + shrinkage * mean of all) / (its ratings + shrinkage)``

    >>> item_mean(np.array([[1, 1], [1, 0]]), np.array([[5.0, 2.0], [5.0, 0.0]]), shrinkage=1).round(2)[0].tolist()
    [4.67, 3.0]

    Args:
        table: (users, items), 0 where nothing is known.
        ratings: (users, items) the ratings where something is known.
        shrinkage: as how many ratings the mean of all counts.

    Returns:
        (users, items).
    """
    known = check(table) != 0
    mean = float(ratings[known].mean()) if known.any() else 0.0
    sums = np.where(known, ratings, 0.0).sum(axis=0, dtype=float) + shrinkage * mean
    return _for_all(sums / np.maximum(known.sum(axis=0) + shrinkage, 1e-9), table)


def user_item_logit(table: np.ndarray, l2: float = 1.0, sweeps: int = 30) -> np.ndarray:
    """Logistic regression on who it is and which item: ``p(like) = sigmoid(bias + user's bias + item's bias)``.

    The biases are penalised by ``l2 / 2`` times their squares, and found by Newton's steps on all items' and all users'
    in turn. It ranks all items alike for every user, but knows who is generous.

    Args:
        table: (users, items) 1 for a like, -1 for a dislike, 0 where nothing is known.
        l2: strength of the penalty.
        sweeps: how often both are fitted.

    Returns:
        (users, items) log odds of a like.
    """
    of_item = item_biases(table, l2, sweeps)
    scores: np.ndarray = user_biases(table, of_item, l2)[:, None] + of_item[None, :]
    return scores


def item_biases(table: np.ndarray, l2: float = 1.0, sweeps: int = 30) -> np.ndarray:
    """The items' biases of the user + item logit, with the bias of all: (items,) log odds for a user without a bias.

    Args:
        table: (users, items) 1 for a like, -1 for a dislike, 0 where nothing is known.
        l2: strength of the penalty.
        sweeps: how often both are fitted.
    """
    user, item = np.nonzero(check(table))
    liked = (table[user, item] > 0).astype(float)
    fraction = float(np.clip(liked.mean(), 1e-3, 1 - 1e-3)) if len(liked) else 0.5
    bias = np.log(fraction / (1 - fraction))
    of_user, of_item = np.zeros(table.shape[0]), np.zeros(table.shape[1])
    for _ in range(sweeps):
        _newton(of_item, item, liked, bias + of_user[user], l2)
        _newton(of_user, user, liked, bias + of_item[item], l2)
    biases: np.ndarray = bias + of_item
    return biases


def user_biases(table: np.ndarray, of_item: np.ndarray, l2: float = 1.0, steps: int = 10) -> np.ndarray:
    """The users' biases, given the items': (users,) how much more or less than others each likes; 0 for somebody new.

    Args:
        table: (users, items) 1 for a like, -1 for a dislike, 0 where nothing is known.
        of_item: (items,) as of :func:`item_biases`.
        l2: strength of the penalty.
        steps: Newton's.
    """
    user, item = np.nonzero(table)
    of_user, liked = np.zeros(len(table)), (table[user, item] > 0).astype(float)
    for _ in range(steps):
        _newton(of_user, user, liked, of_item[item], l2)
    return of_user


def _newton(biases: np.ndarray, place: np.ndarray, liked: np.ndarray, others: np.ndarray, l2: float) -> None:
    """One step of Newton's on all of some biases, in place."""
    p = 1 / (1 + np.exp(-(others + biases[place])))
    gradient = np.bincount(place, liked - p, len(biases)) - l2 * biases
    curvature = np.bincount(place, p * (1 - p), len(biases)) + l2
    biases += np.clip(gradient / np.maximum(curvature, 1e-9), -2, 2)


def with_biases(fit: Callable[..., np.ndarray], l2: float = 1.0) -> Callable[..., np.ndarray]:
    """A baseline of tastes on top of user and item biases: it is fitted to what these leave unexplained.

    ``log odds of the user + item logit + weight * fit(like - its probability)``, 0 where nothing is known.

    Args:
        fit: of a table (and its settings) to scores.
        l2: of the logit.

    Returns:
        A function of a table of 1, -1 and 0, the ``weight`` (default 1), and the settings of ``fit``.
    """

    def fitted(table: np.ndarray, *, weight: float = 1.0, **settings: Any) -> np.ndarray:
        odds = user_item_logit(table, l2)
        left = np.where(table != 0, (table > 0) - 1 / (1 + np.exp(-odds)), 0.0)
        scores: np.ndarray = odds + weight * fit(left.astype(np.float32), **settings)
        return scores

    return fitted


def check(table: np.ndarray) -> np.ndarray:
    """Return the table; raise UserError unless it is one of users and items, and holds something."""
    if table.ndim != 2 or not table.size:
        raise UserError(f"a table of users and items is wanted, not an array of shape {table.shape}")
    if not np.isfinite(table).all():
        raise UserError(f"the table of {table.shape} holds NaN or infinity; what is not known must be 0")
    return table


def _for_all(scores: np.ndarray, table: np.ndarray) -> np.ndarray:
    same: np.ndarray = np.broadcast_to(scores.astype(float), table.shape).copy()
    return same

"""How good a list of recommendations is, in NumPy: nDCG, precision, recall, average precision, the area under ROC.

Every measure gives one number a user; the mean over the users that have something relevant is what is reported. What a
user has already rated is taken out of the list first: to recommend what is known is no merit.
"""

import numpy as np
from numpy.typing import ArrayLike

from keras_course.errors import UserError

CHUNK = 512  # users sorted at once


def top_k(scores: ArrayLike, seen: ArrayLike, k: int = 10) -> np.ndarray:
    """The k unseen items with the highest scores of every user, the best first.

    Equal scores are put in a random order of the items, always the same one: no recommender gains by the order of a
    file, in which films that everybody knows may come first.

    >>> top_k([[0.1, 0.9, 0.5, 0.7]], [[False, True, False, False]], k=2).tolist()
    [[3, 2]]

    Args:
        scores: (users, items) the higher, the sooner recommended.
        seen: (users, items) bool; what is not recommended again.
        k: length of the list.

    Returns:
        (users, k) item numbers; -1 where a user has fewer than k unseen items.

    Raises:
        UserError: the shapes differ, a score is NaN, or ``k`` is below 1.
    """
    found, known = _tables(scores, seen, "scores", "seen")
    if k < 1:
        raise UserError(f"k={k} must be at least 1")
    if np.isnan(found).any():
        raise UserError(f"scores hold {int(np.isnan(found).sum())} NaN values")
    users, items = found.shape
    shuffled = np.random.default_rng(0).permutation(items)
    result = np.full((users, k), -1)
    for start in range(0, users, CHUNK):
        rows = slice(start, start + CHUNK)
        hidden = known[rows][:, shuffled]
        order = np.lexsort((-found[rows][:, shuffled], hidden), axis=1)[:, :k]  # unseen ones first
        best = np.where(np.take_along_axis(hidden, order, axis=1), -1, shuffled[order])
        result[rows, : best.shape[1]] = best
    return result


def hits(ranked: ArrayLike, relevant: ArrayLike) -> np.ndarray:
    """Whether each recommended item is relevant: (users, k) bool.

    >>> hits([[3, 2, -1]], [[True, False, True, False]]).tolist()
    [[False, True, False]]

    Args:
        ranked: (users, k) as of :func:`top_k`.
        relevant: (users, items) bool: what the users turned out to want.
    """
    lists, wanted = np.asarray(ranked), np.asarray(relevant, bool)
    if lists.ndim != 2 or wanted.ndim != 2 or len(lists) != len(wanted):
        raise UserError(f"ranked {lists.shape} and relevant {wanted.shape} must have a row for each user")
    if lists.size and lists.max() >= wanted.shape[1]:
        raise UserError(f"ranked holds item {lists.max()}, but there are {wanted.shape[1]} items")
    found: np.ndarray = np.take_along_axis(wanted, np.maximum(lists, 0), axis=1) & (lists >= 0)
    return found


def precision_at_k(ranked: ArrayLike, relevant: ArrayLike) -> np.ndarray:
    """The fraction of the k recommended items that are relevant.

    ``precision@k = (relevant items among the first k) / k``; a list that is shorter for want of items is divided by k
    too.

    >>> precision_at_k([[3, 2, 0, 1]], [[True, False, False, True]]).tolist()
    [0.5]

    Args:
        ranked: (users, k).
        relevant: (users, items) bool.

    Returns:
        (users,); NaN for a user with nothing relevant.
    """
    found = hits(ranked, relevant)
    return _of_users(found.sum(axis=1) / found.shape[1], relevant)


def recall_at_k(ranked: ArrayLike, relevant: ArrayLike) -> np.ndarray:
    """The fraction of the relevant items that are among the k recommended ones.

    ``recall@k = (relevant items among the first k) / (relevant items)``

    >>> recall_at_k([[3, 2]], [[True, False, False, True]]).tolist()
    [0.5]

    Args:
        ranked: (users, k).
        relevant: (users, items) bool.

    Returns:
        (users,); NaN for a user with nothing relevant.
    """
    found = hits(ranked, relevant).sum(axis=1)
    return _of_users(found / np.maximum(_counts(relevant), 1), relevant)


def ndcg_at_k(ranked: ArrayLike, relevant: ArrayLike) -> np.ndarray:
    """Normalised discounted cumulative gain: a relevant item counts the more, the higher it stands in the list.

    ``DCG@k = sum over places i = 1..k of rel_i / log2(i + 1)``, rel 0 or 1, divided by that of the best possible list,
    which begins with min(k, relevant items) relevant ones.

    >>> ndcg_at_k([[3, 2, 0]], [[True, False, False, True]]).round(4).tolist()  # (1 + 1/2) / (1 + 1/log2(3))
    [0.9197]

    Paper: Järvelin, Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002

    Args:
        ranked: (users, k).
        relevant: (users, items) bool.

    Returns:
        (users,) 0 to 1; NaN for a user with nothing relevant.
    """
    found = hits(ranked, relevant)
    discounts = 1 / np.log2(np.arange(2, found.shape[1] + 2))
    best = np.concatenate([[1.0], np.cumsum(discounts)])  # the first is a stand-in for "nothing relevant"
    ideal = best[np.minimum(_counts(relevant), found.shape[1])]
    return _of_users(found @ discounts / ideal, relevant)


def average_precision_at_k(ranked: ArrayLike, relevant: ArrayLike) -> np.ndarray:
    """The mean of the precision at every place of a relevant item; its mean over users is MAP@k.

    ``AP@k = sum over i = 1..k of precision@i * rel_i / min(k, relevant items)``

    >>> average_precision_at_k([[3, 2, 0]], [[True, False, False, True]]).round(4).tolist()  # (1/1 + 2/3) / 2
    [0.8333]

    Args:
        ranked: (users, k).
        relevant: (users, items) bool.

    Returns:
        (users,) 0 to 1; NaN for a user with nothing relevant.
    """
    found = hits(ranked, relevant)
    places = np.arange(1, found.shape[1] + 1)
    precisions = np.cumsum(found, axis=1) / places
    most = np.clip(_counts(relevant), 1, found.shape[1])
    return _of_users((precisions * found).sum(axis=1) / most, relevant)


def auc(labels: ArrayLike, scores: ArrayLike) -> float:
    """The area under the ROC curve: how often a positive example scores higher than a negative one; 1/2 for a tie.

    >>> auc([1, 1, 0, 0], [0.9, 0.4, 0.4, 0.1])
    0.875

    Args:
        labels: (n,) true for positive examples.
        scores: (n,).

    Returns:
        0 to 1, 0.5 by chance; NaN where all examples are of one kind.
    """
    return float(auc_by_user(np.zeros(len(np.asarray(labels)), int), labels, scores, 1)[0])


def auc_by_user(user: ArrayLike, labels: ArrayLike, scores: ArrayLike, users: int) -> np.ndarray:
    """The area under the ROC curve of every user's own examples.

    >>> auc_by_user([0, 0, 1, 1, 2], [1, 0, 1, 0, 1], [3.0, 2.0, 1.0, 5.0, 4.0], 3).tolist()
    [1.0, 0.0, nan]

    Args:
        user: (n,) each example's user, integers from 0.
        labels: (n,) true for positive examples.
        scores: (n,).
        users: how many users there are.

    Returns:
        (users,); NaN for a user whose examples are all of one kind.

    Raises:
        UserError: the lengths differ, or a score is NaN.
    """
    of, positive, values = np.asarray(user), np.asarray(labels, bool), np.asarray(scores, float)
    if not of.shape == positive.shape == values.shape or of.ndim != 1:
        raise UserError(
            f"user {of.shape}, labels {positive.shape} and scores {values.shape} must all be (n,)"
        )
    if np.isnan(values).any():
        raise UserError(f"scores hold {int(np.isnan(values).sum())} NaN values")
    ranks = _ranks(of, values)
    positives = np.bincount(of, positive, users)
    negatives = np.bincount(of, ~positive, users)
    above = np.bincount(of, ranks * positive, users) - positives * (positives + 1) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        area: np.ndarray = np.where(positives * negatives > 0, above / (positives * negatives), np.nan)
    return area


def unseen_auc(scores: ArrayLike, seen: ArrayLike, relevant: ArrayLike) -> np.ndarray:
    """The area under the ROC curve of every user's unseen items: how often a relevant one scores above another.

    >>> unseen_auc([[0.9, 0.1, 0.5, 0.7]], [[True, False, False, False]], [[False, True, False, True]]).tolist()
    [0.5]

    Args:
        scores: (users, items).
        seen: (users, items) bool; these items are left out.
        relevant: (users, items) bool.

    Returns:
        (users,); NaN for a user whose unseen items are all of one kind.

    Raises:
        UserError: the shapes differ.
    """
    found, known = _tables(scores, seen, "scores", "seen")
    _, wanted = _tables(scores, relevant, "scores", "relevant")
    from scipy.stats import rankdata

    wanted = wanted & ~known
    below, positives = known.sum(axis=1), wanted.sum(axis=1)
    negatives = found.shape[1] - below - positives
    sums = np.empty(len(found))
    for start in range(0, len(found), CHUNK):  # what is seen ranks lowest
        rows = slice(start, start + CHUNK)
        ranks = rankdata(np.where(known[rows], -np.inf, found[rows]), axis=1)
        sums[rows] = (ranks * wanted[rows]).sum(axis=1)
    above = sums - positives * (below + (positives + 1) / 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        area: np.ndarray = np.where(positives * negatives > 0, above / (positives * negatives), np.nan)
    return area


def _ranks(user: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Each score's rank among its user's, from 1; equal scores share the mean of their ranks."""
    order = np.lexsort((scores, user))
    of, values = user[order], scores[order]
    fresh = np.ones(len(of), bool)
    fresh[1:] = (of[1:] != of[:-1]) | (values[1:] != values[:-1])
    starts = np.flatnonzero(fresh)
    lengths = np.diff(np.append(starts, len(of)))
    mean = np.repeat(starts + (lengths + 1) / 2, lengths)
    counts = np.bincount(of)
    ranks = np.empty(len(of))
    ranks[order] = mean - (np.cumsum(counts) - counts)[of]  # from where the user's begin
    return ranks


def _tables(one: ArrayLike, other: ArrayLike, name: str, other_name: str) -> tuple[np.ndarray, np.ndarray]:
    first, second = np.asarray(one, float), np.asarray(other, bool)
    if first.ndim != 2 or first.shape != second.shape:
        raise UserError(
            f"{name} and {other_name} must both be (users, items), not {first.shape} and {second.shape}"
        )
    return first, second


def _counts(relevant: ArrayLike) -> np.ndarray:
    counts: np.ndarray = np.asarray(relevant, bool).sum(axis=1)
    return counts


def _of_users(values: np.ndarray, relevant: ArrayLike) -> np.ndarray:
    measured: np.ndarray = np.where(_counts(relevant) > 0, values, np.nan)
    return measured

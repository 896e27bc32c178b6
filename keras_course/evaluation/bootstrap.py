"""Better, or lucky with its users? Two recommenders compared on the same users by the paired bootstrap."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from keras_course.errors import UserError


class Difference(NamedTuple):
    """A difference of two means and the interval in which 95 % of resampled ones lie."""

    difference: float
    low: float
    high: float


def paired_bootstrap(ours: ArrayLike, theirs: ArrayLike, resamples: int = 2000, seed: int = 0) -> Difference:
    """The difference of two measures' means over the same users, with a 95 % bootstrap interval.

    Users are drawn with replacement, as many as there are, and both measures' means are taken over the same ones. The
    interval, from the 2.5 % to the 97.5 % quantile of the differences, tells what other users would have given; not
    what another seed or another split would.

    >>> paired_bootstrap([0.5, 0.7, 0.9], [0.4, 0.6, 0.8]).difference.__round__(3)
    0.1

    Paper: Efron, "Bootstrap methods: another look at the jackknife", 1979

    Args:
        ours: (users,) NaN where a user was not measured.
        theirs: (users,) likewise; users that one of the two lacks are left out.
        resamples: how many.
        seed: draws the users.

    Raises:
        UserError: the shapes differ, no user has both, or there are no resamples.
    """
    one, other = np.asarray(ours, float), np.asarray(theirs, float)
    if one.ndim != 1 or one.shape != other.shape:
        raise UserError(f"both must be (users,), one number a user, not {one.shape} and {other.shape}")
    difference = (one - other)[~np.isnan(one - other)]
    if not len(difference) or resamples < 1:
        raise UserError(f"{len(difference)} users and {resamples} resamples: one of each is needed at least")
    counts = _resampled(len(difference), resamples, seed)
    return _interval(float(difference.mean()), counts @ difference / len(difference))


def paired_bootstrap_auc(
    user: ArrayLike,
    labels: ArrayLike,
    ours: ArrayLike,
    theirs: ArrayLike,
    resamples: int = 500,
    seed: int = 0,
) -> Difference:
    """The difference of two areas under the ROC curve over all users' examples, with a 95 % bootstrap interval.

    Not examples but users are drawn with replacement, each with all examples: a user's likes hang together.

    Args:
        user: (n,) each example's user, integers from 0.
        labels: (n,) true for positive examples.
        ours: (n,) scores.
        theirs: (n,) scores.
        resamples: how many.
        seed: draws the users.

    Raises:
        UserError: the lengths differ, or the examples are all of one kind.
    """
    of, positive = np.asarray(user), np.asarray(labels, bool)
    scores = [np.asarray(one, float) for one in (ours, theirs)]
    if not all(one.shape == of.shape == positive.shape for one in scores) or of.ndim != 1:
        raise UserError(f"user {of.shape}, labels {positive.shape} and both scores must be (n,)")
    if positive.all() or not positive.any():
        raise UserError("examples of both kinds are needed, liked and not")
    distinct, of = np.unique(of, return_inverse=True)
    counts = _resampled(len(distinct), resamples, seed)
    areas = [_weighted_areas(one, positive, of, counts) for one in scores]
    whole = [_weighted_areas(one, positive, of, np.ones((1, len(distinct)))) for one in scores]
    return _interval(float((whole[0] - whole[1])[0]), areas[0] - areas[1])


def _resampled(users: int, resamples: int, seed: int) -> np.ndarray:
    """(resamples, users) how often each user is drawn."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(users, np.full(users, 1 / users), resamples).astype(float)


def _interval(difference: float, resampled: np.ndarray) -> Difference:
    low, high = np.nanquantile(resampled, (0.025, 0.975))
    return Difference(difference, float(low), float(high))


def _weighted_areas(
    scores: np.ndarray, positive: np.ndarray, user: np.ndarray, counts: np.ndarray
) -> np.ndarray:
    """The area under the ROC curve for each row of counts, an example weighing as much as its user was drawn."""
    order = np.argsort(scores, kind="stable")
    values, likes, of = scores[order], positive[order], user[order]
    ends = np.append(
        np.flatnonzero(np.diff(values)), len(values) - 1
    )  # the last of each group of equal scores
    areas = np.empty(len(counts))
    for i, count in enumerate(counts):
        weights = count[of]
        above, below = (np.cumsum(weights * kind)[ends] for kind in (likes, ~likes))
        gained = np.diff(above, prepend=0.0)
        before = np.concatenate([[0.0], below[:-1]])
        pairs = above[-1] * below[-1]
        areas[i] = gained @ (before + (below - before) / 2) / pairs if pairs else np.nan
    return areas

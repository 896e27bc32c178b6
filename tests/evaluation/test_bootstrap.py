"""evaluation.bootstrap: intervals that hold what they should, and differences that are there."""

import numpy as np
import pytest

from keras_course.errors import UserError
from keras_course.evaluation import auc, paired_bootstrap, paired_bootstrap_auc


def test_the_interval_is_that_of_the_mean():
    rng = np.random.default_rng(0)
    theirs = rng.random(400)
    ours = theirs + 0.02 + 0.1 * rng.normal(size=400)
    found = paired_bootstrap(ours, theirs)
    error = (ours - theirs).std() / 20
    assert found.difference == pytest.approx((ours - theirs).mean())
    assert found.low == pytest.approx(found.difference - 1.96 * error, abs=0.2 * error)
    assert found.high == pytest.approx(found.difference + 1.96 * error, abs=0.2 * error)
    back = paired_bootstrap(theirs, ours)
    assert back.difference == -found.difference and back.low == pytest.approx(-found.high)


def test_it_holds_the_true_difference_as_often_as_it_says():
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(200):
        ours, theirs = rng.normal(0.1, 1, 80), rng.normal(0, 1, 80)
        found = paired_bootstrap(ours, theirs, 400)
        held += found.low <= 0.1 <= found.high
    assert 0.89 < held / 200 < 0.985


def test_users_that_one_of_the_two_lacks_are_left_out():
    found = paired_bootstrap([1, np.nan, 3, 5], [0, 9, 2, np.nan])
    assert found == (1, 1, 1)


def test_of_areas_the_whole_difference_is_that_of_the_areas():
    rng = np.random.default_rng(2)
    user, labels = rng.integers(0, 50, 2000), rng.random(2000) < 0.6
    ours, theirs = labels + rng.normal(size=2000), (0.5 * labels + rng.normal(size=2000)).round(1)
    found = paired_bootstrap_auc(user, labels, ours, theirs, 200)
    assert found.difference == pytest.approx(auc(labels, ours) - auc(labels, theirs))
    assert 0 < found.low < found.difference < found.high
    same = paired_bootstrap_auc(user, labels, ours, ours, 50)
    assert same == (0, 0, 0)


def test_a_drawn_user_counts_with_all_its_examples():
    """Drawn twice, it weighs as if its examples stood there twice."""
    from keras_course.evaluation.bootstrap import _weighted_areas

    rng = np.random.default_rng(3)
    user, labels, scores = rng.integers(0, 6, 90), rng.random(90) < 0.5, rng.normal(size=90).round(1)
    counts = np.array([[2.0, 0, 1, 1, 0, 3]])
    twice = np.repeat(np.arange(90), counts[0, user].astype(int))
    (area,) = _weighted_areas(scores, labels, user, counts)
    assert area == pytest.approx(auc(labels[twice], scores[twice]))


def test_bad_input():
    with pytest.raises(UserError, match=r"both must be \(users,\)"):
        paired_bootstrap([1, 2], [1])
    with pytest.raises(UserError, match="0 users and 2000 resamples"):
        paired_bootstrap([np.nan], [1])
    with pytest.raises(UserError, match="examples of both kinds"):
        paired_bootstrap_auc([0, 1], [1, 1], [1, 2], [1, 2])
    with pytest.raises(UserError, match=r"must be \(n,\)"):
        paired_bootstrap_auc([0, 1], [1, 0], [1, 2], [1])

"""evaluation.ranking: worked by hand, against scikit-learn, and what must hold for any lists."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keras_course.errors import UserError
from keras_course.evaluation import (
    auc,
    auc_by_user,
    average_precision_at_k,
    hits,
    ndcg_at_k,
    precision_at_k,
    recall_at_k,
    top_k,
    unseen_auc,
)

MEASURES = (ndcg_at_k, precision_at_k, recall_at_k, average_precision_at_k)


def test_worked_by_hand():
    """Two users of six items; the first wants 0, 2 and 5 and gets 5, 1, 2; the second wants nothing."""
    scores = [[0.1, 0.8, 0.6, 0.2, 1.0, 0.9], [1, 2, 3, 4, 5, 6]]
    seen = np.zeros((2, 6), bool)
    seen[0, 4] = True  # the highest score, and known
    relevant = np.zeros((2, 6), bool)
    relevant[0, [0, 2, 5]] = True
    ranked = top_k(scores, seen, 3)
    assert ranked.tolist() == [[5, 1, 2], [5, 4, 3]]
    assert hits(ranked, relevant).tolist() == [[True, False, True], [False] * 3]
    ideal = 1 + 1 / math.log2(3) + 1 / 2
    expected = [(1 + 1 / 2) / ideal, 2 / 3, 2 / 3, (1 + 2 / 3) / 3]
    for measure, value in zip(MEASURES, expected, strict=True):
        found = measure(ranked, relevant)
        assert found[0] == pytest.approx(value) and np.isnan(found[1]), measure.__name__


def test_with_fewer_relevant_items_than_places_a_perfect_list_still_has_ndcg_and_map_1():
    relevant = np.array([[True, False, False, True, False]])
    ranked = np.array([[3, 0, 1, 2]])
    values = [measure(ranked, relevant)[0] for measure in MEASURES]
    assert values == [1, 0.5, 1, 1]


def test_a_list_with_too_few_items_is_filled_with_none():
    ranked = top_k([[1.0, 2.0, 3.0]], [[False, True, False]], 5)
    assert ranked.tolist() == [[2, 0, -1, -1, -1]]
    assert precision_at_k(ranked, [[True, True, True]])[0] == 2 / 5  # item 1 is seen: no hit


def test_equal_scores_do_not_follow_the_order_of_the_items():
    ranked = top_k(np.zeros((3, 1000)), np.zeros((3, 1000), bool), 10)
    assert len(set(map(tuple, ranked))) == 1 and len(set(ranked[0])) == 10  # the same for all
    assert ranked[0].mean() > 100 and sorted(ranked[0]) != ranked[0].tolist()


tables = st.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed))


@settings(deadline=None)
@given(tables, st.integers(1, 12), st.integers(1, 8))
def test_for_any_scores(rng, k, users):
    items = int(rng.integers(2, 20))
    scores = rng.normal(size=(users, items)).round(1)
    seen = rng.random((users, items)) < 0.3
    relevant = (rng.random((users, items)) < 0.3) & ~seen
    ranked = top_k(scores, seen, k)
    for row, known, line in zip(ranked, seen, scores, strict=True):
        listed = row[row >= 0]
        assert len(listed) == min(k, (~known).sum()) == len(set(listed))
        assert not known[listed].any() and (np.diff(line[listed]) <= 0).all()
        rest = np.setdiff1d(np.flatnonzero(~known), listed)
        assert not len(rest) or line[listed].min() >= line[rest].max()
    perfect = top_k(relevant, seen, k)
    for measure in MEASURES:
        value = measure(ranked, relevant)
        wanted = relevant.any(axis=1)
        assert np.isnan(value[~wanted]).all() and (value[wanted] >= 0).all()
        assert (value[wanted] <= measure(perfect, relevant)[wanted] + 1e-12).all()
    for measure in (ndcg_at_k, average_precision_at_k):
        np.testing.assert_allclose(measure(perfect, relevant)[relevant.any(axis=1)], 1)


@settings(deadline=None, max_examples=30)
@given(tables)
def test_a_better_place_is_never_worse(rng):
    relevant = rng.random((1, 12)) < 0.4
    ranked = rng.permutation(12)[None, :8]
    found = hits(ranked, relevant)[0]
    swaps = [i for i in range(7) if found[i + 1] and not found[i]]
    for i in swaps:
        better = ranked.copy()
        better[0, [i, i + 1]] = better[0, [i + 1, i]]
        assert ndcg_at_k(better, relevant)[0] > ndcg_at_k(ranked, relevant)[0]
        assert average_precision_at_k(better, relevant)[0] > average_precision_at_k(ranked, relevant)[0]


def test_ndcg_and_auc_are_scikit_learn_s():
    from sklearn.metrics import ndcg_score, roc_auc_score

    rng = np.random.default_rng(0)
    scores, relevant = rng.normal(size=(40, 30)), rng.random((40, 30)) < 0.2
    relevant[:, 0] = True
    ranked = top_k(scores, np.zeros((40, 30), bool), 10)
    assert ndcg_at_k(ranked, relevant).mean() == pytest.approx(ndcg_score(relevant, scores, k=10))
    user, labels, values = rng.integers(0, 9, 500), rng.random(500) < 0.6, rng.normal(size=500).round(1)
    assert auc(labels, values) == pytest.approx(roc_auc_score(labels, values))
    each = [roc_auc_score(labels[user == one], values[user == one]) for one in range(9)]
    np.testing.assert_allclose(auc_by_user(user, labels, values, 10)[:9], each)
    assert np.isnan(auc_by_user(user, labels, values, 10)[9])


def test_the_area_of_unseen_items_is_that_of_each_user_s_examples():
    rng = np.random.default_rng(5)
    scores, seen = rng.normal(size=(9, 20)).round(1), rng.random((9, 20)) < 0.3
    relevant = (rng.random((9, 20)) < 0.3) | seen  # what is seen does not count
    user, item = np.nonzero(~seen)
    expected = auc_by_user(user, relevant[user, item], scores[user, item], 9)
    np.testing.assert_allclose(unseen_auc(scores, seen, relevant), expected)
    assert np.isnan(unseen_auc([[1, 2]], [[False, False]], [[True, True]])).all()


def test_auc_worked_by_hand():
    assert auc([1, 0], [1, 1]) == 0.5 and auc([1, 0, 0], [2, 1, 3]) == 0.5 and np.isnan(auc([1, 1], [2, 3]))
    assert auc_by_user([3, 1, 3, 1], [1, 1, 0, 0], [1, 2, 0, 2], 4).tolist()[1::2] == [0.5, 1.0]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: top_k([1.0], [True]), r"\(users, items\), not \(1,\) and \(1,\)"),
        (lambda: top_k([[1.0, 2.0]], [[True]]), "must both be"),
        (lambda: top_k([[1.0]], [[True]], 0), "k=0 must be at least 1"),
        (lambda: top_k([[np.nan]], [[True]]), "1 NaN values"),
        (lambda: hits([[5]], [[True, False]]), "ranked holds item 5, but there are 2 items"),
        (lambda: ndcg_at_k([[0]], [[True], [True]]), "a row for each user"),
        (lambda: auc([1, 0], [1.0]), r"must all be \(n,\)"),
        (lambda: auc([1, 0], [1.0, np.nan]), "1 NaN values"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(UserError, match=words):
        call()

"""recommenders: each baseline against its definition, on small tables and on planted tastes."""

import numpy as np
import pytest

from keras_course import recommenders
from keras_course.datasets import rating_splits, ratings
from keras_course.errors import UserError
from keras_course.evaluation import auc, ndcg_at_k, top_k
from keras_course.recommenders import (
    choose,
    ease,
    item_knn,
    item_mean,
    neighbours,
    popularity,
    truncated_svd,
    user_item_logit,
)

BASELINES = (
    popularity,
    lambda table: item_mean(table, table),
    user_item_logit,
    item_knn,
    truncated_svd,
    ease,
)


@pytest.fixture
def table():
    return (np.random.default_rng(0).random((12, 7)) < 0.4).astype(np.float32)


@pytest.fixture
def signs():
    rng = np.random.default_rng(1)
    return np.where(rng.random((60, 9)) < 0.7, np.where(rng.random((60, 9)) < 0.6, 1, -1), 0)


def test_ease_is_the_constrained_ridge_regression(table):
    """Column by column: least squares with the penalty, the item itself left out."""
    x, l2 = table.astype(float), 3.0
    expected = np.empty_like(x)
    for item in range(x.shape[1]):
        others = np.delete(x, item, axis=1)
        weights = np.linalg.solve(others.T @ others + l2 * np.eye(others.shape[1]), others.T @ x[:, item])
        expected[:, item] = others @ weights
    np.testing.assert_allclose(ease(table, l2), expected, atol=1e-10)
    np.testing.assert_allclose(ease(table.T, l2).shape, (7, 12))


def test_both_ways_to_ease_give_the_same():
    x = (np.random.default_rng(2).random((15, 14)) < 0.4).astype(float)
    wide = np.hstack([x, np.zeros((15, 3))])  # now fewer users than items; the new items change nothing
    np.testing.assert_allclose(ease(wide, 5.0)[:, :14], ease(x, 5.0), atol=1e-10)


@pytest.mark.parametrize("most", [2, 100])
def test_item_knn_is_its_definition(table, most, monkeypatch):
    monkeypatch.setattr(neighbours, "CHUNK", 3)
    x = table.astype(float)
    lengths = np.sqrt((x**2).sum(axis=0))
    similar = (x.T @ x) / (np.outer(lengths, lengths) + 1.5)
    np.fill_diagonal(similar, 0)
    for row in similar:
        row[row < np.sort(row)[::-1][min(most, 7) - 1]] = 0
    np.testing.assert_allclose(item_knn(table, most, 1.5), x @ similar.T, rtol=1e-5)


def test_truncated_svd_is_the_nearest_table_of_its_rank(table):
    left, values, right = np.linalg.svd(table)
    expected = (left[:, :3] * values[:3]) @ right[:3]
    np.testing.assert_allclose(truncated_svd(table, 3), expected, atol=1e-5)
    np.testing.assert_array_equal(truncated_svd(table, 50), table)


def test_user_item_logit_is_scikit_learn_s_logistic_regression(signs):
    from sklearn.linear_model import LogisticRegression

    user, item = np.nonzero(signs)
    columns = np.hstack([np.eye(60)[user], np.eye(9)[item]])
    theirs = LogisticRegression(C=1 / 2.0, tol=1e-8, max_iter=1000).fit(columns, signs[user, item] > 0)
    mine = user_item_logit(signs, l2=2.0, sweeps=200)[user, item]
    mine -= mine.mean()  # they fit the constant too, without a penalty
    found = theirs.decision_function(columns)
    np.testing.assert_allclose(mine, found - found.mean(), atol=0.03)


def test_item_mean_and_popularity(signs):
    mean = item_mean(signs, signs, shrinkage=0)
    known = signs != 0
    np.testing.assert_allclose(mean[5], signs.sum(axis=0) / known.sum(axis=0))
    assert (mean == mean[0]).all()
    all_alike = item_mean(signs, signs, shrinkage=1e9)
    np.testing.assert_allclose(all_alike, signs[known].mean(), rtol=1e-4)
    assert (popularity(signs) == signs.sum(axis=0)).all()


@pytest.mark.parametrize("fit", BASELINES)
def test_an_item_that_nobody_knows_and_a_user_who_knows_nothing_have_scores(fit, table):
    table[:, 2], table[4] = 0, 0
    before = table.copy()
    scores = fit(table)
    assert scores.shape == table.shape and np.isfinite(scores).all()
    np.testing.assert_array_equal(table, before)
    assert np.isfinite(fit(np.zeros((3, 4)))).all()


@pytest.mark.parametrize("fit", BASELINES)
def test_what_is_no_table_is_refused(fit):
    with pytest.raises(UserError, match="a table of users and items"):
        fit(np.zeros(3))
    with pytest.raises(UserError, match="NaN or infinity"):
        fit(np.full((2, 2), np.nan))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x: ease(x, 0), "l2=0 must be above 0"),
        (lambda x: truncated_svd(x, 0), "factors=0"),
        (lambda x: item_knn(x, 0), "neighbours=0 must be at least 1"),
        (lambda x: item_knn(x, 1, -1), "shrinkage=-1"),
    ],
)
def test_settings_out_of_range(call, words, table):
    with pytest.raises(UserError, match=words):
        call(table)


def test_the_first_of_the_best_settings_is_kept(table):
    found = choose(lambda a: table * a, [{"a": 1}, {"a": 3}, {"a": 3.0}, {"a": 2}], lambda s: s.max())
    assert found.settings == {"a": 3} and found.value == 3 and len(found.tried) == 4
    with pytest.raises(UserError, match="none of 1 settings has a finite value"):
        choose(lambda: table, [{}], lambda scores: float("nan"))


def test_on_planted_tastes_those_with_taste_beat_those_without():
    parts = rating_splits.split(ratings.load("toy"))
    known, test = parts.known, parts.test
    seen = known.rated
    ndcg = {
        fit.__name__: np.nanmean(ndcg_at_k(top_k(fit(seen.astype(float)), seen, 5), test.rated))
        for fit in (popularity, item_knn, ease)
    }
    assert min(ndcg["item_knn"], ndcg["ease"]) > ndcg["popularity"] + 0.05
    signs = known.matrix(np.where(known.liked, 1, -1))
    areas = {
        fit.__name__: auc(test.liked, fit(signs)[test.user, test.item])
        for fit in (popularity, user_item_logit, item_knn, ease)
    }
    assert min(areas["item_knn"], areas["ease"]) > max(areas["popularity"], areas["user_item_logit"]) + 0.1


def test_everything_is_exported():
    assert {fit.__name__ for fit in (choose, ease, item_knn, item_mean, popularity, user_item_logit)} <= {
        *recommenders.__all__
    }

"""Stratified splits and balanced subsets."""

import numpy as np
import pytest

from keras_course.datasets.splits import balanced_subset, stratified_split
from keras_course.errors import UserError


def test_split_is_stratified_disjoint_and_seeded():
    labels = np.repeat([0, 1, 2], [600, 300, 100])
    rest, aside = stratified_split(labels, 100, seed=1)
    assert sorted([*rest, *aside]) == list(range(1000))
    assert np.bincount(labels[aside]).tolist() == [60, 30, 10]
    for other, equal in ((1, True), (2, False)):
        again = stratified_split(labels, 100, seed=other)
        assert all(np.array_equal(a, b) for a, b in zip(again, (rest, aside), strict=True)) == equal


def test_split_leaves_no_order_behind():
    labels = np.random.default_rng(0).integers(0, 10, 20_000)
    for split in stratified_split(labels, 5_000, seed=0):
        for few in (split[:1000], split[-1000:]):
            assert abs(np.bincount(labels[few]) - 100).max() < 45  # 4.7 standard deviations


def test_split_keeps_every_class_in_training():
    rest, aside = stratified_split(np.array([0, 0, 0, 0, 0, 0, 1, 2]), 4, seed=0)
    assert len(aside) == 4
    assert {6, 7} <= set(rest.tolist())
    with pytest.raises(UserError, match="too few"):
        stratified_split(np.array([0, 1]), 1, seed=0)


def test_limit_is_balanced_and_keeps_the_order():
    labels = np.random.default_rng(0).permutation(np.repeat([0, 1, 2], [70, 40, 10]))
    places = balanced_subset(labels, 60)
    assert np.bincount(labels[places]).tolist() == [25, 25, 10]
    assert (np.diff(places) > 0).all()
    assert set(balanced_subset(labels, 30)) <= set(places)
    assert np.bincount(labels[balanced_subset(labels, 31)]).tolist() in ([11, 10, 10], [10, 11, 10])
    assert np.flatnonzero(labels == 0)[:25].tolist() == [place for place in places if labels[place] == 0]

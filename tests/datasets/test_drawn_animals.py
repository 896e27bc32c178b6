"""The drawn cats and dogs: always the same, all different, and told apart by their shape."""

import numpy as np
import pytest

from keras_course.datasets import drawn_animals, photos


@pytest.mark.parametrize("label", drawn_animals.LABELS)
def test_a_seed_is_a_picture(label):
    first, same, other = (drawn_animals.draw(label, seed, 48) for seed in (1, 1, 2))
    assert first.shape == (48, 48, 3) and first.dtype == np.uint8
    np.testing.assert_array_equal(first, same)
    assert np.abs(first.astype(int) - other).mean() > 10


def test_a_cat_is_no_dog():
    cat, dog = (drawn_animals.draw(label, 1, 48) for label in drawn_animals.LABELS)
    assert np.abs(cat.astype(int) - dog).mean() > 10


def test_the_set(monkeypatch):
    monkeypatch.setattr(photos, "DRAWN", {"train": 6, "validation": 2, "test": 3})
    data = photos.load("drawn", image_size=32)
    assert (data.name, data.embedded, data.labels) == ("drawn", True, ("cats", "dogs"))
    assert [len(y) for y in (data.y_train, data.y_validation, data.y_test)] == [12, 4, 6]
    everything = np.concatenate([data.x_train, data.x_validation, data.x_test])
    assert len(np.unique(everything.reshape(22, -1), axis=0)) == 22
    assert photos.load("drawn", image_size=32, limit=4).y_train.tolist().count(0) == 2

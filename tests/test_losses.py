"""losses.js_divergence: equal to the one by hand."""

import keras
import numpy as np
import pytest

from keras_course import losses
from keras_course.by_hand.losses import js_divergence


def test_js_divergence_is_the_one_by_hand():
    generator = np.random.default_rng(0)
    y, p = generator.dirichlet(np.ones(4), 6), generator.dirichlet(np.ones(4), 6)
    found = keras.ops.convert_to_numpy(losses.js_divergence(y.astype("float32"), p.astype("float32")))
    assert found.shape == (6,)
    assert found.mean() == pytest.approx(js_divergence(y, p), rel=1e-4)


def test_js_divergence_of_labels_is_between_0_and_log_2():
    y = np.eye(3, dtype="float32")
    found = keras.ops.convert_to_numpy(losses.js_divergence(y, y))
    np.testing.assert_allclose(found, 0, atol=1e-5)
    found = keras.ops.convert_to_numpy(losses.js_divergence(y, np.roll(y, 1, axis=1)))
    np.testing.assert_allclose(found, np.log(2), atol=1e-4)


def test_js_divergence_comes_back_by_its_name():
    loss = keras.losses.deserialize(keras.losses.serialize(losses.js_divergence))
    assert loss is losses.js_divergence

"""Maxout: the largest of several linear functions."""

import keras
import numpy as np
import pytest

from keras_course.errors import UserError
from keras_course.layers import Maxout


def inputs():
    return np.random.default_rng(0).random((7, 28), dtype="float32")


def test_maxout_is_the_larger_of_two_linear_functions():
    layer = Maxout(3)
    x = inputs()
    y = keras.ops.convert_to_numpy(layer(x))
    kernel, bias = layer.get_weights()
    first = x @ kernel[:, :3] + bias[:3]
    second = x @ kernel[:, 3:] + bias[3:]
    np.testing.assert_allclose(y, np.maximum(first, second), atol=1e-5)


def test_maxout_with_a_piece_of_zeros_is_relu():
    layer = Maxout(4)
    layer.build((None, 28))
    kernel, bias = layer.get_weights()
    kernel[:, 4:] = 0
    layer.set_weights([kernel, bias])
    x = inputs() - 0.5
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(layer(x)), np.maximum(0, x @ kernel[:, :4]), atol=1e-5
    )


def test_maxout_trains_every_piece_and_reloads(tmp_path):
    model = keras.Sequential(
        [keras.Input((8,)), Maxout(5, pieces=3, kernel_regularizer="l2"), keras.layers.Dense(1)]
    )
    before = model.layers[0].get_weights()[0]
    model.compile(optimizer="sgd", loss="mse")
    generator = np.random.default_rng(0)
    model.fit(generator.normal(size=(64, 8)), generator.normal(size=(64, 1)), verbose=0)
    changed = (model.layers[0].get_weights()[0] != before).any(axis=0)
    assert changed.all()
    model.save(tmp_path / "maxout.keras")
    again = keras.saving.load_model(tmp_path / "maxout.keras")
    x = generator.normal(size=(4, 8))
    np.testing.assert_array_equal(model.predict(x, verbose=0), again.predict(x, verbose=0))
    assert again.layers[0].get_config() == model.layers[0].get_config()


def test_maxout_refuses_no_units():
    with pytest.raises(UserError, match="units=0, pieces=2 must be whole numbers of at least 1"):
        Maxout(0)
    with pytest.raises(UserError, match=r"units=3, pieces=1\.5"):
        Maxout(3, pieces=1.5)

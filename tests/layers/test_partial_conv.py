"""PartialConv2D: Conv2D with a kernel that is zero where there is no connection, and has no weights there."""

import keras
import numpy as np
import pytest

from keras_course.errors import UserError
from keras_course.layers import PartialConv2D

CONNECTIONS = ((0, 2), (1,), (2, 1, 0))


def test_it_is_conv2d_with_zeros_where_there_is_no_connection():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 9, 8, 3)).astype("float32")
    layer = PartialConv2D(CONNECTIONS, (3, 2), strides=2, padding="same", activation="tanh")
    layer.build(x.shape)
    weights, bias = rng.normal(size=(3, 2, 6)), rng.normal(size=3)
    layer.set_weights([weights, bias])
    kernel = np.zeros((3, 2, 3, 3))
    pairs = [(channel, place) for place, maps in enumerate(CONNECTIONS) for channel in maps]
    for number, (channel, place) in enumerate(pairs):
        kernel[:, :, channel, place] = weights[:, :, number]
    plain = keras.layers.Conv2D(3, (3, 2), strides=2, padding="same", activation="tanh")
    plain.build(x.shape)
    plain.set_weights([kernel, bias])
    np.testing.assert_allclose(keras.ops.convert_to_numpy(layer.kernel), kernel, rtol=1e-6)
    ours, theirs = (keras.ops.convert_to_numpy(each(x)) for each in (layer, plain))
    np.testing.assert_array_equal(ours, theirs)


def test_it_starts_with_the_spread_of_a_whole_kernel():
    layer = PartialConv2D([range(64), range(0, 64, 2)], 5, kernel_initializer="lecun_normal")
    layer.build((None, 9, 9, 64))
    assert layer.count_params() == 25 * 96 + 2
    assert np.std(layer.get_weights()[0]) == pytest.approx((25 * 64) ** -0.5, rel=0.1)


def test_it_trains_saves_and_reloads(tmp_path):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(8, 7, 7, 3)), rng.normal(size=(8, 5, 5, 3))
    model = keras.Sequential([keras.Input((7, 7, 3)), PartialConv2D(CONNECTIONS, 3, kernel_regularizer="l2")])
    before = model.get_weights()[0]
    model.compile("sgd", "mse")
    model.fit(x, y, verbose=0)
    assert (model.get_weights()[0] != before).all()
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(model.predict(x, verbose=0), again.predict(x, verbose=0))
    assert again.layers[-1].get_config() == model.layers[-1].get_config()


def test_without_bias():
    layer = PartialConv2D(CONNECTIONS, 3, use_bias=False)
    assert layer(np.zeros((1, 3, 3, 3), "float32")).shape == (1, 1, 1, 3) and layer.count_params() == 54


@pytest.mark.parametrize("connections", [(), ((0, 1), ()), ((0, 0),)])
def test_a_filter_without_a_map_or_with_one_twice(connections):
    with pytest.raises(UserError, match="at least one map for each filter, once"):
        PartialConv2D(connections, 3)


def test_a_map_that_the_input_lacks():
    with pytest.raises(UserError, match="maps that an input of 2 maps lacks"):
        PartialConv2D(CONNECTIONS, 3).build((None, 8, 8, 2))

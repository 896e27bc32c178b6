"""StandardizedConv2D: kernels of mean 0 and variance 1 over a filter's inputs, times a gain."""

import keras
import numpy as np
import pytest

from keras_course.layers import StandardizedConv2D
from keras_course.layers.standardized_conv import RELU_GAIN


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_it_is_conv2d_with_a_standardised_kernel(rng):
    x = rng.normal(size=(2, 9, 8, 3)).astype("float32")
    ours = StandardizedConv2D(5, 3, 0.7, strides=2, padding="same", activation="relu")
    ours.build(x.shape)
    kernel, bias = rng.normal(3.0, 2.0, (3, 3, 3, 5)), rng.normal(size=5)
    gain = rng.normal(1.0, 0.5, 5)
    ours.set_weights([kernel, bias, gain])
    plain = keras.layers.Conv2D(5, 3, strides=2, padding="same", activation="relu")
    plain.build(x.shape)
    mean, deviation = kernel.mean(axis=(0, 1, 2)), kernel.std(axis=(0, 1, 2))
    plain.set_weights([(kernel - mean) / (deviation * np.sqrt(27)) * gain, bias])
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(ours(x)), keras.ops.convert_to_numpy(plain(x)), atol=1e-4
    )


@pytest.mark.parametrize(("gain", "relu"), [(1.0, False), (RELU_GAIN, True)])
def test_values_keep_their_size(gain, relu, rng):
    """Ten layers deep, of numbers that start with variance 1."""
    x = rng.normal(size=(8, 12, 12, 64)).astype("float32")
    for _ in range(10):
        x = keras.ops.relu(x) if relu else x
        x = StandardizedConv2D(64, 3, gain, use_bias=False, kernel_initializer="he_normal")(
            keras.ops.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="reflect")
        )
    assert 0.5 < np.var(keras.ops.convert_to_numpy(x), axis=(0, 1, 2)).mean() < 2


def test_it_saves_and_reloads(tmp_path, rng):
    model = keras.Sequential([keras.Input((8, 8, 3)), StandardizedConv2D(4, 3, 0.5)])
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    x = rng.normal(size=(2, 8, 8, 3)).astype("float32")
    np.testing.assert_array_equal(model.predict(x, verbose=0), again.predict(x, verbose=0))
    assert again.layers[-1].initial_gain == 0.5

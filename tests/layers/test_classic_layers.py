"""The layers of LeNet-5 and AlexNet against their formulas, written out in NumPy."""

import keras
import numpy as np
import pytest

from keras_course.errors import UserError
from keras_course.layers import (
    GroupedConv2D,
    LocalResponseNormalization,
    TrainablePooling2D,
    scaled_tanh,
)


def numpy(tensor):
    return keras.ops.convert_to_numpy(tensor)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def reload(layer, shape, folder):
    """The layer's model, and the same saved and loaded again."""
    model = keras.Sequential([keras.Input(shape), layer])
    model.save(folder / "model.keras")
    return model, keras.saving.load_model(folder / "model.keras")


@pytest.mark.parametrize(
    ("size", "bias", "alpha", "beta", "channels"),
    [(5, 2.0, 1e-4, 0.75, 9), (3, 1.0, 0.5, 0.5, 4), (1, 1.0, 1.0, 1.0, 2), (7, 2.0, 0.1, 0.75, 3)],
)
def test_local_response_normalization(size, bias, alpha, beta, channels, rng):
    x = rng.normal(scale=40, size=(2, 3, 4, channels)).astype("float32")
    expected = np.empty_like(x)
    for i in range(channels):
        first, last = max(0, i - size // 2), min(channels - 1, i + size // 2)
        total = sum(x[..., j] ** 2 for j in range(first, last + 1))
        expected[..., i] = x[..., i] / (bias + alpha * total) ** beta
    layer = LocalResponseNormalization(size, bias, alpha, beta)
    np.testing.assert_allclose(numpy(layer(x)), expected, rtol=1e-5)


def test_its_defaults_are_the_papers_and_reload(tmp_path, rng):
    model, again = reload(LocalResponseNormalization(size=3, alpha=0.1), (4, 4, 6), tmp_path)
    x = rng.normal(size=(2, 4, 4, 6))
    np.testing.assert_array_equal(model.predict(x, verbose=0), again.predict(x, verbose=0))
    layer = LocalResponseNormalization()
    assert (layer.bias, layer.size, layer.alpha, layer.beta) == (2, 5, 1e-4, 0.75)


def test_it_does_not_overflow_in_half_precision():
    layer = LocalResponseNormalization(dtype="float16")
    y = numpy(layer(np.full((1, 1, 1, 5), 1000, "float16")))  # whose squares float16 does not hold
    assert y.dtype == "float16" and y[0, 0, 0, 2] == pytest.approx(1000 / 502**0.75, rel=1e-3)


@pytest.mark.parametrize("arguments", [{"size": 4}, {"size": 2.5}, {"bias": 0}, {"alpha": -1}, {"beta": -1}])
def test_a_normalization_that_cannot_be(arguments):
    with pytest.raises(UserError, match=next(iter(arguments))):
        LocalResponseNormalization(**arguments)


def test_scaled_tanh(rng):
    x = rng.normal(scale=2, size=100)
    np.testing.assert_allclose(numpy(scaled_tanh(x)), 1.7159 * np.tanh(2 * x / 3), rtol=1e-5)


def test_an_activation_of_ours_reloads(tmp_path, rng):
    layer = keras.layers.Dense(3, activation=scaled_tanh)
    model, again = reload(layer, (4,), tmp_path)
    x = rng.normal(size=(5, 4))
    np.testing.assert_array_equal(model.predict(x, verbose=0), again.predict(x, verbose=0))
    assert again.layers[-1].activation is scaled_tanh


def test_trainable_pooling(tmp_path, rng):
    layer = TrainablePooling2D(2, activation=scaled_tanh)
    model, again = reload(layer, (6, 5, 3), tmp_path)
    x = rng.normal(size=(2, 6, 5, 3))
    total = x[:, :, :4].reshape(2, 3, 2, 2, 2, 3).sum(axis=(2, 4))
    found = model.predict(x, verbose=0)
    np.testing.assert_allclose(found, numpy(scaled_tanh(total / 4)), atol=1e-5)  # at first the average
    np.testing.assert_array_equal(again.predict(x, verbose=0), found)
    coefficient, bias = rng.normal(size=3), rng.normal(size=3)
    model.set_weights([coefficient, bias])
    np.testing.assert_allclose(
        model.predict(x, verbose=0), numpy(scaled_tanh(coefficient * total + bias)), atol=1e-5
    )


def test_grouped_convolution_is_that_of_keras(tmp_path, rng):
    x = rng.normal(size=(2, 7, 6, 4)).astype("float32")
    settings = {"strides": 2, "padding": "same", "groups": 2, "activation": "relu"}
    model, again = reload(GroupedConv2D(6, 3, **settings), (7, 6, 4), tmp_path)
    theirs = keras.layers.Conv2D(6, 3, **settings)
    theirs.build(x.shape)
    theirs.set_weights(model.get_weights())
    found = model.predict(x, verbose=0)
    np.testing.assert_allclose(found, numpy(theirs(x)), atol=1e-5)
    np.testing.assert_array_equal(again.predict(x, verbose=0), found)

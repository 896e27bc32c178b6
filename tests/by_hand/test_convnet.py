"""by_hand.convnet: equal to the same network in Keras, right by differences, and it learns."""

import time

import keras
import numpy as np
import pytest

from keras_course.by_hand import convnet
from keras_course.by_hand.activations import softmax
from keras_course.by_hand.gradient_check import gradient_error
from keras_course.by_hand.losses import categorical_cross_entropy
from keras_course.datasets import digits


def keras_twin(parameters, size, dtype="float64"):
    model = keras.Sequential(
        [
            keras.Input((size, size, parameters.kernel.shape[2]), dtype=dtype),
            keras.layers.Conv2D(parameters.kernel.shape[3], 5, strides=2, activation="relu", dtype=dtype),
            keras.layers.MaxPooling2D(dtype=dtype),
            keras.layers.Flatten(dtype=dtype),
            keras.layers.Dense(len(parameters.b), dtype=dtype),
        ]
    )
    model.set_weights(list(parameters))
    return model


@pytest.mark.tensorflow  # Keras in float64
def test_logits_and_gradients_are_kerass(rng):
    import tensorflow as tf

    parameters = convnet.initialize(rng, size=13, channels=2, filters=3, classes=4)
    x, y = rng.random((6, 13, 13, 2)), np.eye(4)[rng.integers(0, 4, 6)]
    loss, gradient = convnet.loss_and_gradient(x, y, parameters)

    model = keras_twin(parameters, 13)
    with tf.GradientTape() as tape:
        logits = model(x)
        expected = tf.reduce_mean(keras.losses.categorical_crossentropy(y, logits, from_logits=True))
    np.testing.assert_allclose(convnet.forward(x, parameters)[0], logits, rtol=1e-9)
    assert loss == pytest.approx(float(expected), rel=1e-9)
    for ours, theirs in zip(gradient, tape.gradient(expected, model.trainable_variables), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("name", convnet.Parameters._fields)
def test_every_gradient_is_the_one_by_differences(rng, name):
    parameters = convnet.initialize(rng, size=9, filters=2, classes=3)
    x, y = rng.random((4, 9, 9, 1)), np.eye(3)[[0, 1, 2, 0]]
    _, gradient = convnet.loss_and_gradient(x, y, parameters)

    def loss(value):
        changed = parameters._replace(**{name: value})
        return categorical_cross_entropy(y, softmax(convnet.forward(x, changed)[0]))

    assert gradient_error(getattr(gradient, name), loss, getattr(parameters, name)) < 1e-6


def test_it_learns_the_embedded_digits():
    """Deck 2's hands-on session: at least 95 % of digits never seen, in under two minutes (here: seconds)."""
    begun = time.perf_counter()
    data = digits.load("digits", seed=0)
    x = data.x_train[..., None] / 255
    y = np.eye(10)[data.y_train]
    rng = np.random.default_rng(0)
    for parameters, _ in convnet.train(x, y, convnet.initialize(rng), epochs=6, rng=rng):  # noqa: B007
        pass
    right = convnet.predict(data.x_test[..., None] / 255, parameters).argmax(axis=1) == data.y_test
    assert right.mean() >= 0.95
    assert time.perf_counter() - begun < 120


def test_shapes_that_do_not_fit_are_refused(rng):
    with pytest.raises(ValueError, match="do not fit"):
        convnet.forward(np.zeros((2, 28, 28, 3)), convnet.initialize(rng))


def test_a_confident_wrong_prediction_has_a_large_and_finite_loss(rng):
    parameters = convnet.initialize(rng, size=9, filters=2, classes=3)._replace(
        b=np.array([2000.0, 0.0, 0.0])
    )
    loss, gradient = convnet.loss_and_gradient(rng.random((2, 9, 9, 1)), np.eye(3)[[1, 1]], parameters)
    assert 1900 < loss < 2100
    assert all(np.isfinite(value).all() for value in gradient)


def test_a_network_without_filters_is_refused(rng):
    with pytest.raises(ValueError, match="filters=0"):
        convnet.initialize(rng, filters=0)


def test_labels_that_are_not_one_hot_are_refused(rng):
    """Ten examples of ten classes: (10,) labels would broadcast against (10, 10) probabilities."""
    parameters = convnet.initialize(rng, size=9, filters=2)
    with pytest.raises(ValueError, match=r"targets \(10,\) must be one-hot, .* \(10, 10\)"):
        convnet.loss_and_gradient(rng.random((10, 9, 9, 1)), np.arange(10), parameters)

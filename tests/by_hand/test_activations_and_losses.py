"""by_hand.activations and losses: equal to Keras, and every derivative equal to that by differences."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_course.by_hand import activations as a
from keras_course.by_hand import losses as lo
from keras_course.by_hand import regularizers
from keras_course.by_hand.gradient_check import gradient_error, numerical_gradient
from keras_course.layers import Maxout

pytestmark = pytest.mark.tensorflow  # Keras in float64
Z = np.concatenate([np.random.default_rng(0).normal(0, 3, 40), [-800.0, 800.0]])
ONE_HOT = np.eye(4)[np.random.default_rng(1).integers(0, 4, 6)]
P, Q = np.random.default_rng(2).dirichlet(np.ones(4), (2, 6))
YES_NO = np.random.default_rng(3).integers(0, 2, (6, 3)).astype(float)
PROBABILITY = np.random.default_rng(4).uniform(0.05, 0.95, (6, 3))
TARGETS, PREDICTIONS = np.random.default_rng(5).normal(size=(2, 6, 3))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (a.sigmoid, keras.activations.sigmoid),
        (a.tanh, keras.activations.tanh),
        (a.relu, keras.activations.relu),
        (a.leaky_relu, lambda z: keras.activations.leaky_relu(z, negative_slope=0.1)),
        (a.elu, keras.activations.elu),
        (a.swish, keras.activations.silu),
        (lambda z: a.softmax(z.reshape(6, 7)), lambda z: keras.activations.softmax(ops.reshape(z, (6, 7)))),
    ],
)
def test_activations_are_kerass(ours, theirs):
    with np.errstate(all="raise", under="ignore"):
        found = ours(Z)
    np.testing.assert_allclose(
        found, ops.convert_to_numpy(theirs(ops.convert_to_tensor(Z, "float64"))), rtol=1e-6, atol=1e-12
    )


@pytest.mark.parametrize("name", ["threshold", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "swish"])
def test_their_derivatives(rng, name):
    f, gradient = getattr(a, name), getattr(a, f"{name}_gradient")
    z = rng.normal(0, 2, 50)
    np.testing.assert_allclose(gradient(z), (f(z + 1e-6) - f(z - 1e-6)) / 2e-6, rtol=1e-6, atol=1e-8)


def test_prelu_and_its_two_derivatives(rng):
    z, alpha = rng.normal(size=(5, 3)), np.array([0.1, 0.3, -0.2])
    layer = keras.layers.PReLU(dtype="float64")
    layer.build((None, 3))
    layer.set_weights([alpha])
    np.testing.assert_allclose(a.prelu(z, alpha), ops.convert_to_numpy(layer(ops.convert_to_tensor(z))))
    dz, dalpha = a.prelu_gradients(z, alpha)
    np.testing.assert_allclose(dz, (a.prelu(z + 1e-6, alpha) - a.prelu(z - 1e-6, alpha)) / 2e-6, atol=1e-8)
    difference = (a.prelu(z, alpha + 1e-6) - a.prelu(z, alpha - 1e-6)) / 2e-6
    np.testing.assert_allclose(dalpha, difference, atol=1e-8)


def test_maxout_is_the_courses_layer(rng):
    x, layer = rng.normal(size=(5, 3)), Maxout(4, pieces=2, dtype="float64")
    theirs = ops.convert_to_numpy(layer(ops.convert_to_tensor(x)))
    W, b = layer.get_weights()
    W, b = np.asarray(W).reshape(3, 2, 4).swapaxes(1, 2), np.asarray(b).reshape(2, 4).T
    np.testing.assert_allclose(a.maxout(x, W, b), theirs, rtol=1e-9)


def test_softmaxs_jacobian(rng):
    z = rng.normal(size=4)
    for i in range(4):
        found = numerical_gradient(lambda value, i=i: a.softmax(value)[i], z)
        np.testing.assert_allclose(a.softmax_jacobian(z)[i], found, atol=1e-8)


LOSSES = {
    "mean_squared_error": (TARGETS, PREDICTIONS),
    "mean_absolute_error": (TARGETS, PREDICTIONS),
    "binary_cross_entropy": (YES_NO, PROBABILITY),
    "categorical_cross_entropy": (ONE_HOT, P),
    "hinge": (2 * YES_NO - 1, PREDICTIONS),
    "kl_divergence": (Q, P),
    "js_divergence": (Q, P),
}


@pytest.mark.parametrize("name", LOSSES)
def test_losses_are_kerass(name):
    y, p = LOSSES[name]
    if name == "js_divergence":  # Keras has none: the mean of two KL divergences
        middle = (y + p) / 2
        theirs = (keras.losses.kl_divergence(y, middle) + keras.losses.kl_divergence(p, middle)) / 2
    else:
        keras_name = {"binary_cross_entropy": "binary_crossentropy"}.get(name, name)
        keras_name = {"categorical_cross_entropy": "categorical_crossentropy"}.get(name, keras_name)
        theirs = getattr(keras.losses, keras_name)(ops.convert_to_tensor(y), ops.convert_to_tensor(p))
    mean = ops.convert_to_numpy(theirs).mean()
    assert getattr(lo, name)(y, p) == pytest.approx(mean, rel=1e-6)


@pytest.mark.parametrize("name", LOSSES)
def test_their_gradients(rng, name):
    y, p = LOSSES[name]
    found = getattr(lo, f"{name}_gradient")(y, p)
    if name in ("categorical_cross_entropy", "kl_divergence", "js_divergence"):
        # the loss is defined on the simplex only: compare along directions that stay on it
        step = rng.normal(size=p.shape)
        step -= step.mean(axis=-1, keepdims=True)
        loss = getattr(lo, name)
        expected = (loss(y, p + 1e-6 * step) - loss(y, p - 1e-6 * step)) / 2e-6
        assert np.sum(found * step) == pytest.approx(expected, rel=1e-6)
    else:
        expected = numerical_gradient(lambda value: getattr(lo, name)(y, value), p)
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)


def test_through_a_sigmoid_or_a_softmax_the_gradient_is_prediction_minus_target(rng):
    z = rng.normal(size=(6, 3))
    by_z = lo.binary_cross_entropy_gradient(YES_NO, a.sigmoid(z)) * a.sigmoid_gradient(z)
    np.testing.assert_allclose(by_z, (a.sigmoid(z) - YES_NO) / z.size)
    z = rng.normal(size=(6, 4))
    by_p = lo.categorical_cross_entropy_gradient(ONE_HOT, a.softmax(z))
    by_z = np.einsum("ni,nij->nj", by_p, a.softmax_jacobian(z))
    np.testing.assert_allclose(by_z, (a.softmax(z) - ONE_HOT) / 6, atol=1e-12)


@pytest.mark.parametrize("name", ["l1", "l2"])
def test_regularizers_are_kerass_and_row_11s(rng, name):
    """Deck 3: l2(0.001) adds 0.001 * w**2 for every weight to Keras' own loss."""
    w = rng.normal(size=(4, 3))
    penalty = getattr(regularizers, name)
    regularizer = getattr(keras.regularizers, name.upper())(0.001)
    assert penalty(w) == pytest.approx(float(regularizer(ops.convert_to_tensor(w))), rel=1e-6)
    np.testing.assert_allclose(
        getattr(regularizers, f"{name}_gradient")(w), numerical_gradient(penalty, w), rtol=1e-6
    )
    layer = keras.layers.Dense(3, kernel_regularizer=regularizer, dtype="float64")
    layer.build((None, 4))
    layer.set_weights([w, np.zeros(3)])
    assert float(sum(layer.losses)) == pytest.approx(penalty(w), rel=1e-6)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: lo.mean_squared_error(np.ones(3), np.ones((3, 1))),
            r"targets \(3,\) and predictions \(3, 1\)",
        ),
        (lambda: lo.binary_cross_entropy(np.ones(1), np.zeros(1)), r"log\(0\) is infinite"),
        (lambda: lo.negative_log_likelihood(np.array([0.5, 0.0])), r"log\(0\) is infinite"),
        (lambda: lo.categorical_cross_entropy(np.array([[1, 1]]), np.array([[0.5, 0.5]])), "not one-hot"),
        (lambda: lo.categorical_cross_entropy(np.array([[0, 1]]), np.array([[0.9, 0.9]])), "add up to 1"),
        (lambda: lo.kl_divergence(np.array([[0.5, 0.5]]), np.array([[1.0, 0.0]])), "log"),
        (lambda: lo.hinge(np.zeros(2), np.zeros(2)), "labels -1 and 1"),
        (lambda: lo.hinge_gradient(np.array([0, 1]), np.zeros(2)), "labels -1 and 1"),
        (lambda: lo.negative_log_likelihood(np.array([0.5, np.nan])), "from nan to nan"),
        (lambda: lo.binary_cross_entropy_gradient(np.zeros(1), np.ones(1)), r"log\(0\) is infinite"),
        (
            lambda: lo.categorical_cross_entropy_gradient(np.array([[0, 1]]), np.array([[1.0, 0.0]])),
            r"log\(0\) is infinite",
        ),
        (
            lambda: lo.js_divergence_gradient(np.array([[0.5, 0.5]]), np.array([[1.0, 0.0]])),
            r"log\(0\) is infinite",
        ),
        (lambda: a.get("gelu"), "'gelu' is not available by hand: choose one of relu, sigmoid, tanh"),
    ],
)
def test_bad_input_is_one_line(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_where_target_and_probability_are_0_the_gradient_is_finite():
    """A softmax rounds an unlikely class to exactly 0; 0 / 0 must not turn the gradient into NaN."""
    y, p = np.array([[1.0, 0.0, 0.0]]), np.array([[0.9, 0.1, 0.0]])
    for gradient in (lo.categorical_cross_entropy_gradient, lo.kl_divergence_gradient):
        np.testing.assert_allclose(gradient(y, p), [[-1 / 0.9, 0, 0]])
    near = np.array([[0.9, 0.1, 1e-300]])
    np.testing.assert_allclose(lo.js_divergence_gradient(y, p), lo.js_divergence_gradient(y, near))


@pytest.mark.parametrize("name", a.ACTIVATIONS)
def test_activations_are_found_by_name_with_their_derivatives(name):
    assert a.get(name) == (getattr(a, name), getattr(a, f"{name}_gradient"))


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_gradients_of_maxout_are_those_by_differences(place):
    rng = np.random.default_rng(0)
    values = [rng.normal(size=(5, 3)), rng.normal(size=(3, 4, 2)), rng.normal(size=(4, 2))]
    dy = rng.normal(size=(5, 4))

    def loss(value):
        return float(np.sum(dy * a.maxout(*values[:place], value, *values[place + 1 :])))

    assert gradient_error(a.maxout_gradients(dy, *values)[place], loss, values[place]) < 1e-6


def test_the_divergence_from_a_probability_near_0_is_finite():
    y, tiny = np.array([[0.5, 0.5]]), np.array([[1e-310, 1.0]])  # 0.5 / 1e-310 would overflow
    assert lo.kl_divergence(y, tiny) == pytest.approx(np.log(0.5) - 0.5 * np.log(1e-310))

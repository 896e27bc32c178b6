"""by_hand.neuron, networks, initializers and gradient_check."""

import itertools

import keras
import numpy as np
import pytest
from keras import ops

from keras_course.by_hand import activations as a
from keras_course.by_hand import initializers, losses, networks, neuron
from keras_course.by_hand.activations import softmax, threshold
from keras_course.by_hand.gradient_check import gradient_error, numerical_gradient

pytestmark = pytest.mark.tensorflow  # Keras in float64


NETWORK = [(np.ones((3, 4)), np.ones(4))]


def layers(rng, *sizes):
    return [(rng.normal(size=(i, o)), rng.normal(size=o)) for i, o in itertools.pairwise(sizes)]


def keras_twin(network, activation="relu"):
    model = keras.Sequential([keras.Input((network[0][0].shape[0],), dtype="float64")])
    for number, (W, b) in enumerate(network, start=1):
        function = activation if number < len(network) else None
        model.add(keras.layers.Dense(len(b), activation=function, dtype="float64"))
        model.layers[-1].set_weights([W, b])
    return model


# Each activation with its own derivative, and Keras' name for it. TensorFlow keeps leaky ReLU's slope in float32, which
# holds 1/8 exactly.
ACTIVATIONS = {
    "sigmoid": (a.sigmoid, a.sigmoid_gradient, "sigmoid"),
    "tanh": (a.tanh, a.tanh_gradient, "tanh"),
    "relu": (a.relu, a.relu_gradient, "relu"),
    "leaky_relu": (
        lambda z: a.leaky_relu(z, 0.125),
        lambda z: a.leaky_relu_gradient(z, 0.125),
        lambda z: keras.activations.leaky_relu(z, 0.125),
    ),
    "elu": (a.elu, a.elu_gradient, "elu"),
    "swish": (a.swish, a.swish_gradient, "silu"),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("sizes", [(4, 3), (4, 6, 3), (4, 6, 5, 3)])
def test_forward_and_backward_are_kerass(rng, name, sizes):
    import tensorflow as tf

    activation, derivative, of_keras = ACTIVATIONS[name]
    network, x = layers(rng, *sizes), rng.normal(size=(7, 4))
    y = np.eye(3)[rng.integers(0, 3, 7)]
    logits, cache = networks.forward(x, network, activation)
    dx, gradients = networks.backward((softmax(logits) - y) / 7, cache, network, derivative)

    model, x_tensor = keras_twin(network, of_keras), tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x_tensor)
        outputs = model(x_tensor)
        loss = tf.reduce_mean(keras.losses.categorical_crossentropy(y, outputs, from_logits=True))
    np.testing.assert_allclose(logits, outputs, rtol=1e-9)
    theirs = tape.gradient(loss, [x_tensor, *model.trainable_variables])
    for ours, expected in zip([dx, *(array for pair in gradients for array in pair)], theirs, strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-6, atol=1e-12)
    assert losses.categorical_cross_entropy(y, softmax(logits)) == pytest.approx(float(loss), rel=1e-9)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_gradient_is_the_one_by_differences(rng, name):
    """Also with sigmoid_gradient: derivatives are functions of the pre-activation, not of the output."""
    activation, derivative, _ = ACTIVATIONS[name]
    network, x = layers(rng, 4, 6, 5, 3), rng.normal(size=(7, 4))
    y = np.eye(3)[rng.integers(0, 3, 7)]

    def loss(place, part, value):
        changed = [list(pair) for pair in network]
        changed[place][part] = value
        return losses.categorical_cross_entropy(y, softmax(networks.forward(x, changed, activation)[0]))

    logits, cache = networks.forward(x, network, activation)
    _, gradients = networks.backward((softmax(logits) - y) / 7, cache, network, derivative)
    for place in range(3):
        for part in (0, 1):
            f = lambda value, place=place, part=part: loss(place, part, value)  # noqa: E731
            assert gradient_error(gradients[place][part], f, network[place][part]) < 1e-6


def test_row_7_the_three_scores_are_the_network_without_biases(rng):
    x, shapes = rng.normal(size=4), [(6, 4), (5, 6), (3, 5)]
    W1, W2, W3 = (rng.normal(size=shape) for shape in shapes)
    no_bias = lambda *matrices: [(W.T, np.zeros(len(W))) for W in matrices]  # noqa: E731
    for found, network in (
        (networks.linear_score(x, W1), no_bias(W1)),
        (networks.two_layers(x, W1, W2), no_bias(W1, W2)),
        (networks.three_layers(x, W1, W2, W3), no_bias(W1, W2, W3)),
    ):
        np.testing.assert_allclose(found, networks.forward(x[None], network)[0][0])


def test_row_10_a_chain_of_linear_neurons_is_one(rng):
    weights = rng.normal(size=3).tolist()
    for x in (-2.0, 0.3, 5.0):
        assert networks.chain(x, weights) == pytest.approx(x * np.prod(weights))
    assert networks.chain(1.0, weights, a.sigmoid) != pytest.approx(
        networks.chain(2.0, weights, a.sigmoid) / 2
    )
    assert networks.chain(-2000.0, [1.0], a.sigmoid) == 0  # without a warning of overflow


def test_a_perceptron_comes_to_rest_where_a_line_can_tell():
    for seed in range(5):
        rng = np.random.default_rng(seed)
        direction = rng.normal(size=2)
        x = rng.normal(size=(80, 2))
        x = x[np.abs(x @ direction) > 0.3]  # a margin
        y = (x @ direction > 0).astype(int)
        w, b, mistakes = neuron.train_perceptron(x, y, epochs=500)
        assert mistakes[-1] == 0 and len(mistakes) < 500
        np.testing.assert_array_equal(neuron.neuron(x, w, b, threshold), y)


def test_it_never_does_with_xor_and_three_neurons_do_it():
    x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
    _, _, mistakes = neuron.train_perceptron(x, y, epochs=1000)
    assert len(mistakes) == 1000 and min(mistakes) > 0
    np.testing.assert_array_equal(neuron.xor(x), y)


@pytest.mark.parametrize("name", ["glorot_uniform", "glorot_normal", "he_uniform", "he_normal"])
@pytest.mark.parametrize("shape", [(200, 300), (3, 3, 40, 60)])
def test_initialisers_have_kerass_spread_and_limits(rng, name, shape):
    ours = getattr(initializers, name)(shape, rng)
    theirs = ops.convert_to_numpy(getattr(keras.initializers, name)(seed=0)(shape))
    assert ours.shape == shape
    assert ours.std() == pytest.approx(theirs.std(), rel=0.03)
    assert np.abs(ours).max() == pytest.approx(np.abs(theirs).max(), rel=0.01)
    assert abs(ours.mean()) < 0.02 * ours.std() + 1e-3


def test_the_plain_initialisers(rng):
    values = initializers.truncated_normal((100, 200), rng, 0.1)
    assert np.abs(values).max() <= 0.2 and values.std() == pytest.approx(0.088, rel=0.03)
    assert initializers.normal((100, 200), rng, 0.1).std() == pytest.approx(0.1, rel=0.03)
    assert np.abs(initializers.uniform((100, 200), rng, 0.1)).max() == pytest.approx(0.1, rel=0.01)


def test_the_checker_knows_right_from_wrong(rng):
    x = rng.normal(size=(3, 4))
    f = lambda value: float(np.sum(np.sin(value)))  # noqa: E731
    np.testing.assert_allclose(numerical_gradient(f, x), np.cos(x), rtol=1e-8)
    assert gradient_error(np.cos(x), f, x) < 1e-9 < 1e-3 < gradient_error(np.cos(x) + 0.01, f, x)
    assert gradient_error(np.zeros(2), lambda value: 1.0, np.zeros(2)) == 0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: neuron.neuron(np.ones(3), np.ones(2)), r"inputs \(3,\) and weights \(2,\) do not fit"),
        (lambda: neuron.train_perceptron(np.ones((3, 2)), np.array([0, 1, 2])), "labels"),
        (
            lambda: networks.forward(np.ones((1, 3)), [(np.ones((2, 4)), np.ones(4))]),
            r"layer 1: input \(1, 3\), W \(2, 4\) and b \(4,\) do not fit",
        ),
        (lambda: initializers.he_normal((5,), np.random.default_rng(0)), r"not the shape \(5,\)"),
        (
            lambda: gradient_error(np.ones(2), lambda x: 0.0, np.ones(3)),
            r"\(2,\) does not belong to .* \(3,\)",
        ),
        (
            lambda: networks.backward(
                np.ones((1, 4)), networks.forward(np.ones((2, 3)), NETWORK)[1], NETWORK
            ),
            r"gradients \(1, 4\) and a cache of 1 layers do not belong",
        ),
        (lambda: networks.backward(np.ones((2, 4)), [], NETWORK), "a cache of 0 layers"),
    ],
)
def test_bad_input_is_one_line(call, words):
    with pytest.raises(ValueError, match=words):
        call()

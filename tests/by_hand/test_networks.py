"""by_hand.neuron, networks, initializers and gradient_check."""

import itertools

import keras
import numpy as np
import pytest
from keras import ops

from keras_course.by_hand import initializers, losses, networks, neuron
from keras_course.by_hand.activations import softmax, threshold
from keras_course.by_hand.gradient_check import gradient_error, numerical_gradient

pytestmark = pytest.mark.tensorflow  # Keras in float64
RNG = np.random.default_rng(0)


def layers(*sizes):
    return [(RNG.normal(size=(i, o)), RNG.normal(size=o)) for i, o in itertools.pairwise(sizes)]


def keras_twin(network):
    model = keras.Sequential([keras.Input((network[0][0].shape[0],), dtype="float64")])
    for number, (W, b) in enumerate(network, start=1):
        bend = "relu" if number < len(network) else None
        model.add(keras.layers.Dense(len(b), activation=bend, dtype="float64"))
        model.layers[-1].set_weights([W, b])
    return model


@pytest.mark.parametrize("sizes", [(4, 3), (4, 6, 3), (4, 6, 5, 3)])
def test_forward_and_backward_are_kerass(sizes):
    import tensorflow as tf

    network, x = layers(*sizes), RNG.normal(size=(7, 4))
    y = np.eye(3)[RNG.integers(0, 3, 7)]
    scores, inputs = networks.forward(x, network)
    dx, gradients = networks.backward((softmax(scores) - y) / 7, inputs, network)

    model, x_tensor = keras_twin(network), tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x_tensor)
        outputs = model(x_tensor)
        loss = tf.reduce_mean(keras.losses.categorical_crossentropy(y, outputs, from_logits=True))
    np.testing.assert_allclose(scores, outputs, rtol=1e-9)
    theirs = tape.gradient(loss, [x_tensor, *model.trainable_variables])
    for ours, expected in zip([dx, *(array for pair in gradients for array in pair)], theirs, strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-6, atol=1e-12)
    assert losses.categorical_cross_entropy(y, softmax(scores)) == pytest.approx(float(loss), rel=1e-9)


def test_every_gradient_is_the_one_by_differences():
    network, x = layers(4, 6, 5, 3), RNG.normal(size=(7, 4))
    y = np.eye(3)[RNG.integers(0, 3, 7)]

    def loss(place, name, value):
        changed = [list(pair) for pair in network]
        changed[place][name] = value
        return losses.categorical_cross_entropy(y, softmax(networks.forward(x, changed)[0]))

    scores, inputs = networks.forward(x, network)
    _, gradients = networks.backward((softmax(scores) - y) / 7, inputs, network)
    for place in range(3):
        for name in (0, 1):
            f = lambda value, place=place, name=name: loss(place, name, value)  # noqa: E731
            assert gradient_error(gradients[place][name], f, network[place][name]) < 1e-6


def test_row_7_the_three_scores_are_the_network_without_biases():
    x, shapes = RNG.normal(size=4), [(6, 4), (5, 6), (3, 5)]
    W1, W2, W3 = (RNG.normal(size=shape) for shape in shapes)
    no_bias = lambda *matrices: [(W.T, np.zeros(len(W))) for W in matrices]  # noqa: E731
    for found, network in (
        (networks.linear_score(x, W1), no_bias(W1)),
        (networks.two_layers(x, W1, W2), no_bias(W1, W2)),
        (networks.three_layers(x, W1, W2, W3), no_bias(W1, W2, W3)),
    ):
        np.testing.assert_allclose(found, networks.forward(x[None], network)[0][0])


def test_row_10_a_chain_of_linear_neurons_is_one():
    weights = RNG.normal(size=3).tolist()
    for x in (-2.0, 0.3, 5.0):
        assert networks.chain(x, weights) == pytest.approx(x * np.prod(weights))
    assert networks.chain(1.0, weights, bend=True) != pytest.approx(
        networks.chain(2.0, weights, bend=True) / 2
    )


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
def test_initialisers_have_kerass_spread_and_limits(name, shape):
    ours = getattr(initializers, name)(shape, RNG)
    theirs = ops.convert_to_numpy(getattr(keras.initializers, name)(seed=0)(shape))
    assert ours.shape == shape
    assert ours.std() == pytest.approx(theirs.std(), rel=0.03)
    assert np.abs(ours).max() == pytest.approx(np.abs(theirs).max(), rel=0.01)
    assert abs(ours.mean()) < 0.02 * ours.std() + 1e-3


def test_the_plain_initialisers():
    values = initializers.truncated_normal((100, 200), RNG, 0.1)
    assert np.abs(values).max() <= 0.2 and values.std() == pytest.approx(0.088, rel=0.03)
    assert initializers.normal((100, 200), RNG, 0.1).std() == pytest.approx(0.1, rel=0.03)
    assert np.abs(initializers.uniform((100, 200), RNG, 0.1)).max() == pytest.approx(0.1, rel=0.01)


def test_the_checker_knows_right_from_wrong():
    x = RNG.normal(size=(3, 4))
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
        (lambda: initializers.he_normal((5,), RNG), r"not the shape \(5,\)"),
        (
            lambda: gradient_error(np.ones(2), lambda x: 0.0, np.ones(3)),
            r"\(2,\) does not belong to .* \(3,\)",
        ),
    ],
)
def test_bad_input_is_one_line(call, words):
    with pytest.raises(ValueError, match=words):
        call()

"""by_hand.recurrent and normalization against Keras' layers and numerical gradients."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_course.by_hand import normalization as no
from keras_course.by_hand import recurrent as re
from keras_course.by_hand.gradient_check import gradient_error

pytestmark = pytest.mark.tensorflow  # Keras in float64
XS = np.random.default_rng(1).normal(size=(5, 7, 3))


def of_keras(layer, weights, x=XS):
    layer.build(x.shape)
    layer.set_weights(weights)
    return ops.convert_to_numpy(layer(ops.convert_to_tensor(x)))


def test_the_plain_cell_is_kerass(rng):
    W, U, b = rng.normal(size=(3, 4)), rng.normal(size=(4, 4)), rng.normal(size=4)
    layer = keras.layers.SimpleRNN(4, return_sequences=True, dtype="float64")
    np.testing.assert_allclose(re.rnn(XS, W, U, b), of_keras(layer, [W, U, b]), rtol=1e-6, atol=1e-9)


def test_the_lstm_is_kerass_gate_by_gate(rng):
    W, U, b = rng.normal(size=(3, 16)), rng.normal(size=(4, 16)), rng.normal(size=16)
    layer = keras.layers.LSTM(4, return_sequences=True, dtype="float64")
    steps = re.lstm(XS, W, U, b)
    outputs = np.stack([step.output for step in steps], axis=1)
    np.testing.assert_allclose(outputs, of_keras(layer, [W, U, b]), rtol=1e-6, atol=1e-9)
    for before, step in zip(steps, steps[1:], strict=False):  # noqa: RUF007
        np.testing.assert_allclose(
            step.cell_state, step.forget_gate * before.cell_state + step.input_gate * step.candidate
        )
        np.testing.assert_allclose(step.output, step.output_gate * np.tanh(step.cell_state))


def test_gates_open_and_shut():
    """Forget gate open, input gate closed: the cell state stays. The other way round it is the candidate alone."""
    W, U = np.zeros((1, 4)), np.zeros((1, 4))
    W[0, 2] = 1.0  # the candidate is the input
    x, h, cell_state = np.array([[0.5]]), np.zeros((1, 1)), np.array([[0.7]])
    keep = re.lstm_step(x, h, cell_state, W, U, np.array([-50.0, 50.0, 0.0, 50.0]))
    np.testing.assert_allclose(keep.cell_state, [[0.7]])
    new = re.lstm_step(x, h, cell_state, W, U, np.array([50.0, -50.0, 0.0, -50.0]))
    np.testing.assert_allclose(new.cell_state, np.tanh([[0.5]]))
    np.testing.assert_allclose(new.output, 0, atol=1e-12)  # stored, but behind a closed output gate


def test_batch_normalization_is_kerass(rng):
    x, gamma, beta = rng.normal(2, 3, size=(8, 5, 4)), rng.normal(size=4), rng.normal(size=4)
    layer = keras.layers.BatchNormalization(dtype="float64")
    layer.build(x.shape)
    layer.gamma.assign(gamma)
    layer.beta.assign(beta)
    ours, cache = no.batch_normalization(x, gamma, beta)
    theirs = ops.convert_to_numpy(layer(ops.convert_to_tensor(x), training=True))
    np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-8)
    dy = rng.normal(size=x.shape)
    gradients = no.batch_normalization_backward(dy, cache, gamma)
    values = [x, gamma, beta]
    for place, found in enumerate(gradients):

        def loss(value, place=place):
            return float(np.sum(dy * no.batch_normalization(*values[:place], value, *values[place + 1 :])[0]))

        assert gradient_error(found, loss, values[place]) < 1e-6


@pytest.mark.parametrize("rate", [0.2, 0.5])
def test_dropout_keeps_the_expectation_and_is_kerass_at_the_same_mask(rng, rate):
    """Row 33."""
    x = rng.normal(size=(400, 50))
    kept, mask = no.dropout(x, rate, rng)
    assert mask.mean() == pytest.approx(1 - rate, abs=0.01)
    many = np.mean([no.dropout(x, rate, rng)[0] for _ in range(300)], axis=0)
    assert np.abs(many - x).max() < 0.25 * np.abs(x).max()
    assert many.mean() == pytest.approx(x.mean(), abs=0.003)
    theirs = ops.convert_to_numpy(
        keras.layers.Dropout(rate, seed=0, dtype="float64")(ops.convert_to_tensor(x), training=True)
    )
    same = np.where(theirs != 0, x / (1 - rate), 0)  # with Keras' mask
    np.testing.assert_allclose(theirs, same, rtol=1e-6)
    np.testing.assert_allclose(kept, np.where(mask, x / (1 - rate), 0))
    np.testing.assert_array_equal(no.dropout(x, 0.0, rng)[0], x)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: no.dropout(np.ones(3), 1.0, np.random.default_rng(0)), "rate=1.0"),
        (lambda: no.normalize_map(np.ones((3, 3))), "the same everywhere"),
        (
            lambda: re.lstm_step(
                np.ones((1, 3)),
                np.ones((1, 4)),
                np.ones((1, 4)),
                np.ones((3, 4)),
                np.ones((4, 16)),
                np.ones(16),
            ),
            r"W \(3, 4\), U \(4, 16\) and b \(16,\) do not fit",
        ),
    ],
)
def test_bad_input_is_one_line(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_the_ways_back_of_dropout_and_of_a_normalised_map_are_those_by_differences(rng):
    x, dy = rng.normal(size=(4, 5)), rng.normal(size=(4, 5))
    found = no.normalize_map_backward(dy, x)
    assert gradient_error(found, lambda x: float(np.sum(dy * no.normalize_map(x))), x) < 1e-6

    def loss(x):
        return float(np.sum(dy * no.dropout(x, 0.4, np.random.default_rng(0))[0]))

    _, mask = no.dropout(x, 0.4, np.random.default_rng(0))
    assert gradient_error(no.dropout_backward(dy, mask, 0.4), loss, x) < 1e-6


def test_a_map_of_one_value_has_no_spread():
    with pytest.raises(ValueError, match="same everywhere"):
        no.normalize_map(np.full((3, 3), 0.1))

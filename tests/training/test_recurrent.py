"""training.recurrent: one operation for an LSTM gives Keras' numbers, and leaves no trace."""

import keras
import numpy as np
import pytest

from keras_course import saving, training
from keras_course.experiment import runs
from keras_course.models import stock
from keras_course.training import recurrent

X = np.random.default_rng(0).normal(size=(96, 12, 3)).astype("float32")
Y = X[:, -3:].sum(axis=(1, 2))[:, None]


def outputs_and_gradients(model):
    import tensorflow as tf

    x = tf.constant(X[:7])
    with tf.GradientTape() as tape:
        tape.watch(x)
        outputs = model(x)
        loss = sum(tf.reduce_sum(tf.sin(3 * output)) for output in outputs)
    return [*outputs, *tape.gradient(loss, [x, *model.trainable_variables])]


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"return_sequences": True},
        {"return_sequences": True, "return_state": True},
        {"return_sequences": True, "go_backwards": True},
        {"unit_forget_bias": False, "bias_initializer": "random_normal"},
    ],
)
@pytest.mark.parametrize("with_state", [False, True])
def test_its_numbers_and_gradients_are_keras_own(arguments, with_state):
    keras.utils.set_random_seed(0)
    inputs = keras.Input((12, 3))
    state = [keras.layers.Dense(5)(inputs[:, 0]), keras.layers.Dense(5)(inputs[:, 1])] if with_state else None
    outputs = keras.layers.LSTM(5, **arguments)(inputs, initial_state=state)
    model = keras.Model(inputs, outputs if isinstance(outputs, list | tuple) else [outputs])
    usual = outputs_and_gradients(model)
    with recurrent.fast_lstm(model) as count:
        assert count == 1
        fast = outputs_and_gradients(model)
    for ours, theirs in zip(fast, usual, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)
    assert any(
        (np.asarray(a) != np.asarray(b)).any() for a, b in zip(fast, usual, strict=True)
    )  # another way


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        ({}, 1),
        ({"activation": "relu"}, 0),
        ({"recurrent_activation": "hard_sigmoid"}, 0),
        ({"use_bias": False}, 0),
        ({"dropout": 0.1}, 0),
        ({"recurrent_dropout": 0.1}, 0),
        ({"dtype": "mixed_bfloat16"}, 0),
        ({"dtype": "float64"}, 0),
    ],
)
def test_what_it_cannot_replace_is_left_as_it_is(arguments, count):
    model = keras.Sequential([keras.Input((12, 3)), keras.layers.LSTM(5, **arguments)])
    with recurrent.fast_lstm(model) as found:
        assert found == count


@pytest.mark.tensorflow
def test_masked_steps_are_still_left_out():
    keras.utils.set_random_seed(0)
    words = keras.layers.Embedding(9, 3, mask_zero=True)
    model = keras.Sequential([keras.Input((6,)), words, keras.layers.LSTM(5)])
    sentences = np.array([[3, 1, 4, 1, 5, 0], [2, 7, 0, 0, 0, 0]])
    usual = np.asarray(model(sentences))
    with recurrent.fast_lstm(model):
        np.testing.assert_array_equal(model(sentences), usual)


def test_training_is_the_same_and_leaves_keras_own_layers(tmp_path, capsys):
    weights = {}
    for name in ("plain", "course"):
        keras.utils.set_random_seed(0)
        model = stock.lstm_sequential((12, 3), units=(8, 8), dropout=0.0)
        model.compile("adam", "mse")
        if name == "plain":
            model.fit(X, Y, batch_size=20, epochs=3, shuffle=False, verbose=0)
        else:
            run = runs.Run(tmp_path, "test", 0)
            training.fit(model, run, X, Y, batch_size=20, epochs=3, shuffle=False)
            assert not any("inner_loop" in vars(layer) for layer in model.layers)
            again = saving.best_model(run, model)
            assert type(again.layers[0]) is keras.layers.LSTM
            np.testing.assert_allclose(again(X), model(X), rtol=1e-5, atol=1e-6)
        weights[name] = model.get_weights()
    for plain, course in zip(weights["plain"], weights["course"], strict=True):
        np.testing.assert_allclose(course, plain, rtol=1e-3, atol=1e-5)
    said = "speed: 2 LSTM in one operation each" in capsys.readouterr().out
    assert said == (keras.backend.backend() == "tensorflow")


def test_its_layers_are_keras_own_again_after_an_error():
    model = stock.lstm_sequential((12, 3), units=(8,))
    with pytest.raises(ZeroDivisionError), recurrent.fast_lstm(model):
        1 / 0  # noqa: B018
    assert not any("inner_loop" in vars(layer) for layer in model.layers)

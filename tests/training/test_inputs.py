"""What training.fit takes: nests of arrays in the run's order, and what Keras iterates over by itself."""

import keras
import numpy as np
import pandas as pd
import pytest

from keras_course import training
from keras_course.errors import UserError
from keras_course.training import batches, compiled
from tests.training.conftest import VALIDATION, X_TRAIN, Y_TRAIN, new_run, small_model

A, B = np.random.default_rng(0).normal(size=(2, 90, 3)).astype("float32")
TARGET = (A - B).sum(axis=1, keepdims=True)
WEIGHT = np.linspace(0.1, 1, 90)


def two_inputs(outputs=("p",)):
    """Two inputs ``a`` and ``b``; an output of each name."""
    keras.utils.set_random_seed(0)
    a, b = keras.Input((3,), name="a"), keras.Input((3,), name="b")
    both = keras.layers.Concatenate()([a, b])
    out = [keras.layers.Dense(1, name=name)(both) for name in outputs]
    model = keras.Model(
        {"a": a, "b": b} if len(outputs) > 1 else [a, b], dict(zip(outputs, out, strict=True))
    )
    model.compile(keras.optimizers.SGD(0.1), loss=dict.fromkeys(outputs, "mse"))
    return model


class Autoencoder(keras.Model):
    """Its targets are its inputs: ``fit(x)`` alone."""

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return keras.ops.mean((x - y_pred) ** 2)


def autoencoder(dropout=0.2):
    keras.utils.set_random_seed(0)
    inputs = keras.Input((3,))
    model = Autoencoder(inputs, keras.layers.Dense(3)(keras.layers.Dropout(dropout)(inputs)))
    model.compile(keras.optimizers.SGD(0.1))
    return model


def one_input():
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    return model


KINDS = {
    "dictionary": (two_inputs, lambda: {"x": {"a": A, "b": B}, "y": {"p": TARGET}}),
    "list": (two_inputs, lambda: {"x": [A, B], "y": {"p": TARGET}, "sample_weight": list(WEIGHT)}),
    "two outputs": (
        lambda: two_inputs(("p", "q")),
        lambda: {
            "x": {"a": A, "b": B},
            "y": {"p": TARGET, "q": -TARGET},
            "sample_weight": {"p": WEIGHT, "q": WEIGHT},
        },
    ),
    "tensors": (
        one_input,
        lambda: {"x": keras.ops.convert_to_tensor(A), "y": keras.ops.convert_to_tensor(TARGET)},
    ),
    "pandas": (one_input, lambda: {"x": pd.DataFrame(A), "y": pd.Series(TARGET[:, 0])}),
    "x only": (autoencoder, lambda: {"x": A}),
    "x only, no noise": (lambda: autoencoder(dropout=0.0), lambda: {"x": A}),
}


class Steps(keras.callbacks.Callback):
    """The optimizer's steps in each epoch."""

    def __init__(self):
        super().__init__()
        self.counts, self.before = [], 0

    def on_epoch_end(self, epoch, logs=None):
        now = int(self.model.optimizer.iterations)
        self.counts.append(now - self.before)
        self.before = now


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        *(
            (kind, "as it comes") for kind in KINDS if kind != "x only"
        ),  # the compiled loop has noise of its own
        *((kind, "batches") for kind in ("dictionary", "tensors", "x only")),
    ],
)
def test_every_kind_of_arrays_trains_in_the_runs_order(tmp_path, monkeypatch, kind, path):
    """As many steps as batch_size says; the last, smaller batch included; the same weights as plain Keras takes."""
    if path == "batches":
        monkeypatch.setattr(compiled, "can_serve", lambda model, data: False)
    build, data = KINDS[kind]
    model, steps, data = build(), Steps(), data()
    training.fit(model, new_run(tmp_path), **data, batch_size=20, epochs=2, callbacks=[steps], verbose=False)
    assert steps.counts == [5, 5]

    plain = build()
    arrays = [
        None if nest is None else nest for nest in (data["x"], data.get("y"), data.get("sample_weight"))
    ]
    arrays[2] = np.asarray(arrays[2]) if isinstance(arrays[2], list) else arrays[2]
    for epoch in range(2):
        order = np.random.default_rng([3, epoch]).permutation(90)
        x, y, weight = keras.tree.map_structure(
            lambda a, order=order: None if a is None else np.asarray(a)[order], arrays
        )
        plain.fit(x, y, sample_weight=weight, batch_size=20, shuffle=False, verbose=0)
    for ours, theirs in zip(model.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-5)


@pytest.mark.parametrize("kind", ["dictionary", pytest.param("tensors", marks=pytest.mark.slow), "x only"])
def test_every_kind_of_arrays_resumes_exactly(tmp_path, kind):
    build, data = KINDS[kind]
    arguments = {**data(), "batch_size": 20, "verbose": False}
    whole, again = build(), build()
    history = training.fit(whole, new_run(tmp_path / "a"), **arguments, epochs=4)
    run = new_run(tmp_path / "b")
    training.fit(build(), run, **arguments, epochs=2)
    assert training.fit(again, run, **arguments, epochs=4).history == history.history
    for ours, theirs in zip(whole.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_unshuffled_examples_keep_their_order(tmp_path):
    first, second = two_inputs(), two_inputs()
    training.fit(
        first, new_run(tmp_path), {"a": A, "b": B}, {"p": TARGET}, batch_size=20, shuffle=False, verbose=False
    )
    second.fit([A, B], {"p": TARGET}, batch_size=20, shuffle=False, verbose=0)
    for ours, theirs in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-5)


@pytest.mark.tensorflow
def test_texts_are_trained_in_batches(tmp_path):
    texts = np.array(["good", "bad"] * 20, dtype=object)
    layer = keras.layers.TextVectorization(output_sequence_length=1)
    layer.adapt(texts)
    inputs = keras.Input((), dtype="string")
    model = keras.Model(inputs, keras.layers.Dense(1)(keras.layers.Embedding(4, 2)(layer(inputs))[:, 0]))
    model.compile("sgd", "mse")
    training.fit(model, new_run(tmp_path), texts, np.ones(40), batch_size=16, epochs=2, verbose=False)
    assert int(model.optimizer.iterations) == 2 * 3


def test_a_models_own_train_step_is_used(tmp_path):
    class Own(keras.Model):
        def train_step(self, *arguments):
            calls.append(len(arguments))
            return super().train_step(*arguments)

    calls = []
    inputs = keras.Input((3,))
    model = Own(inputs, keras.layers.Dense(1)(inputs))
    model.compile("sgd", "mse")
    training.fit(model, new_run(tmp_path), A, TARGET, batch_size=20, epochs=2, verbose=False)
    assert calls and int(model.optimizer.iterations) == 2 * 5


class Hundreds(keras.utils.PyDataset):
    """Eight batches of a hundred; remembers which were asked for."""

    def __init__(self):
        super().__init__()
        self.asked = []

    def __len__(self):
        return 8

    def __getitem__(self, index):
        self.asked.append(index)
        rows = slice(100 * index, 100 * index + 100)
        return X_TRAIN[rows], Y_TRAIN[rows]


def test_it_takes_what_keras_takes(tmp_path):
    """What Keras iterates over by itself goes to Keras as it is: its batches, not ours."""
    steps = Steps()
    history = training.fit(
        small_model(),
        new_run(tmp_path),
        Hundreds(),
        batch_size=7,
        epochs=2,
        callbacks=[steps],
        validation_data=VALIDATION,
        verbose=False,
    )
    assert len(history.history["val_accuracy"]) == 2
    assert steps.counts == [8, 8]


@pytest.mark.parametrize("shuffle", [False, True])
def test_shuffle_of_a_dataset_means_what_it_means_to_keras(tmp_path, shuffle):
    data = Hundreds()
    keras.utils.set_random_seed(0)
    training.fit(small_model(), new_run(tmp_path), data, epochs=2, shuffle=shuffle, verbose=False)
    assert (data.asked[-8:] == list(range(8))) == (not shuffle)


@pytest.mark.filterwarnings("ignore:Your input ran out of data")
def test_a_generator_goes_to_keras(tmp_path):
    def pairs():
        for i in range(4):
            yield X_TRAIN[100 * i : 100 * i + 100], Y_TRAIN[100 * i : 100 * i + 100]

    ours, plain = Steps(), Steps()
    training.fit(small_model(), new_run(tmp_path), pairs(), shuffle=False, callbacks=[ours], verbose=False)
    small_model().fit(pairs(), shuffle=False, callbacks=[plain], verbose=0)
    assert ours.counts == plain.counts


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"x": X_TRAIN, "y": Y_TRAIN[:5]}, "x has 800 examples and y has 5"),
        ({"x": {"a": A, "b": B[:7]}, "y": TARGET}, r"x\['a'\] has 90 examples and x\['b'\] has 7"),
        ({"x": [A, B], "y": TARGET[:8]}, r"x\[0\] has 90 examples and y has 8"),
        ({"x": A, "y": TARGET, "sample_weight": WEIGHT[:9]}, "x has 90 examples and sample_weight has 9"),
        ({"x": A[:0], "y": TARGET[:0]}, "x is empty"),
        ({"x": np.array(3.0), "y": TARGET}, "x is a single number"),
        ({"x": [[0, 1], [1, 0]], "y": [1, 0]}, "x holds Python numbers or texts: give NumPy arrays"),
        ({"x": A, "y": [1.0] * 90}, "y holds Python numbers"),
        (
            {"x": A, "y": TARGET, "validation_data": (A, TARGET[:4])},
            "validation x has 90 .* validation y has 4",
        ),
        ({"x": A, "y": TARGET, "validation_data": (A[:0], TARGET[:0])}, "validation x is empty"),
    ],
)
def test_data_that_do_not_fit_together_are_one_clear_line(tmp_path, data, words):
    with pytest.raises(UserError, match=words) as error:
        training.fit(one_input(), new_run(tmp_path), **data, verbose=False)
    assert "\n" not in str(error.value)
    assert not list(tmp_path.iterdir())


def test_shapes_that_the_model_does_not_take_are_keras_own_error(tmp_path):
    with pytest.raises(ValueError, match="shape") as error:
        training.fit(one_input(), new_run(tmp_path), np.ones((90, 4)), TARGET, verbose=False)
    assert not isinstance(error.value, UserError)


def test_batches_keep_the_structure():
    data = ({"a": A, "b": (B, B)}, None, WEIGHT)
    x, y, weight = batches.Batches(data, 40)[2]
    assert y is None
    np.testing.assert_array_equal(x["a"], A[80:])
    np.testing.assert_array_equal(x["b"][1], B[80:])
    np.testing.assert_array_equal(weight, WEIGHT[80:])

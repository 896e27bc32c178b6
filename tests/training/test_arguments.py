"""Numbers that cannot be are one clear line, before anything is trained or written; a divergence is one, too."""

import keras
import numpy as np
import pytest

from keras_course import saving, training
from keras_course.errors import UserError
from keras_course.training import arguments
from tests.training.conftest import VALIDATION, X_TRAIN, Y_TRAIN, new_run, small_model

SCHEDULE = keras.optimizers.schedules.ExponentialDecay


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"epochs": 0}, "epochs=0 and batch_size=32 must both be at least 1"),
        ({"batch_size": -3}, "epochs=1 and batch_size=-3 must both be at least 1"),
        ({"epochs": 10**23}, f"epochs={10**23} and batch_size=32 must both be at most 2147483647"),
        ({"batch_size": 10**23}, f"epochs=1 and batch_size={10**23} must both be at most 2147483647"),
        ({"epochs": 1.5}, "epochs=1.5 and batch_size=32 must both be whole numbers"),
        ({"validation_batch_size": 0}, "validation_batch_size=0 must be at least 1"),
        ({"patience": -1}, "patience=-1 must not be negative"),
    ],
)
def test_numbers_that_cannot_be(tmp_path, given, words):
    with pytest.raises(UserError) as error:
        training.fit(small_model(), new_run(tmp_path), X_TRAIN, Y_TRAIN, **given, verbose=False)
    assert str(error.value) == words
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("rate", [-0.1, np.nan, np.inf, SCHEDULE(-1.0, 10, 0.9)])
def test_a_learning_rate_that_cannot_be(tmp_path, rate):
    with pytest.raises(UserError, match=r"learning_rate=\S+ must be a finite number, and not below 0"):
        training.fit(small_model(learning_rate=rate), new_run(tmp_path), X_TRAIN, Y_TRAIN, verbose=False)
    assert not list(tmp_path.iterdir())


def test_a_model_must_be_compiled_and_built(tmp_path):
    model = keras.Sequential([keras.layers.Dense(1)])
    with pytest.raises(UserError, match="not compiled"):
        training.fit(model, new_run(tmp_path), X_TRAIN, Y_TRAIN)
    model.compile("sgd", "mse")
    with pytest.raises(UserError, match=r"no weights yet: start it with keras\.Input"):
        training.fit(model, new_run(tmp_path), X_TRAIN, Y_TRAIN)


@pytest.mark.parametrize("name", [None, "pictures"])
def test_a_batch_may_be_larger_than_the_training_set(tmp_path, name):
    model, x = small_model(), X_TRAIN
    if name:
        inputs = keras.Input((28, 28), name=name)
        model, x = keras.Model({name: inputs}, model(inputs)), {name: X_TRAIN}
    model.compile("sgd", "sparse_categorical_crossentropy")
    training.fit(model, new_run(tmp_path), x, Y_TRAIN, batch_size=2**31 - 1, epochs=2, verbose=False)
    assert int(model.optimizer.iterations) == 2


@pytest.mark.parametrize(
    ("numbers", "steps"), [((800, 33, 2), 50), ((1, 2**31 - 1, 1), 1), ((np.int64(10), 5, 3), 6)]
)
def test_total_steps(numbers, steps):
    assert training.total_steps(*numbers) == steps


@pytest.mark.parametrize(
    "numbers", [(800, 0, 1), (800, 32, 0), (0, 32, 1), (800, 10**23, 1), (800, 32, 10**23), (800, 0.5, 1)]
)
def test_total_steps_refuses_what_fit_refuses(numbers):
    with pytest.raises(UserError, match="must"):
        training.total_steps(*numbers)


def test_a_list_of_numbers_is_good_enough_for_weights():
    x, y, weight = arguments.as_arrays(X_TRAIN[:3], Y_TRAIN[:3], [0.5, 1, 2])
    assert x is not None and y is not None
    np.testing.assert_array_equal(weight, [0.5, 1, 2])


class Set(keras.callbacks.Callback):
    """What a diverging training logs: a value that is not finite, from an epoch on."""

    def __init__(self, name, value, epoch):
        super().__init__()
        self.name, self.value, self.epoch = name, value, epoch

    def on_epoch_end(self, epoch, logs=None):
        if epoch >= self.epoch:
            logs[self.name] = self.value


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        pytest.param("loss", np.nan, "the loss is no longer a number", marks=pytest.mark.slow),
        pytest.param("val_loss", np.inf, "the validation loss is no longer a number", marks=pytest.mark.slow),
        ("val_loss", 1.5e30, "the validation loss is no longer a number that float32 can square (1.5e+30)"),
    ],
)
def test_a_divergence_is_one_line_and_what_was_good_is_kept(tmp_path, capsys, name, value, words):
    given = {"validation_data": VALIDATION, "batch_size": 200, "epochs": 5, "verbose": False}
    with pytest.raises(training.DivergedError) as error:
        training.fit(
            small_model(), new_run(tmp_path / "a"), X_TRAIN, Y_TRAIN, callbacks=[Set(name, value, 0)], **given
        )
    assert str(error.value) == (f"training has diverged: {words} in the first epoch; lower learning_rate")
    model, run = small_model(), new_run(tmp_path / "b")
    history = training.fit(model, run, X_TRAIN, Y_TRAIN, callbacks=[Set(name, value, 2)], **given)
    assert len(history.history["loss"]) == len(run.history()["loss"]) == 2
    said = capsys.readouterr().out
    assert said.splitlines() == [
        f"stopped: {words}, training has diverged; "
        f"epoch {history.best_epoch + 1} is kept as the best; a lower learning rate would help"
    ]
    assert np.isfinite(saving.best_model(run, model).evaluate(*VALIDATION, verbose=0)[0])


def test_a_huge_learning_rate_diverges_in_one_line(tmp_path):
    with pytest.raises(training.DivergedError, match="lower learning_rate"):
        training.fit(
            small_model(learning_rate=1e30),
            new_run(tmp_path),
            X_TRAIN,
            Y_TRAIN,
            validation_data=VALIDATION,
            verbose=False,
        )

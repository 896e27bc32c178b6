"""training.fit: Keras' fit, with the best epoch kept, and no example dropped."""

import itertools
import types

import keras
import numpy as np
import pytest

from keras_course import saving, training
from keras_course.experiment.run import Run
from tests.training.conftest import VALIDATION, X_TRAIN, Y_TRAIN, new_run, small_model


@pytest.mark.parametrize("dropout", [0.0, pytest.param(0.5, marks=pytest.mark.slow)])
def test_it_learns_and_keeps_the_best_epoch(tmp_path, dropout):
    model, run = small_model(dropout), new_run(tmp_path)
    history = training.fit(
        model, run, X_TRAIN, Y_TRAIN, batch_size=33, epochs=12, validation_data=VALIDATION, verbose=False
    )
    values = history.history["val_accuracy"]
    assert len(values) == 12
    assert max(values) > 0.8
    assert training.best_epoch(history) == int(np.argmax(values))
    best = saving.best_model(run, model)
    assert best.evaluate(*VALIDATION, verbose=0)[1] == pytest.approx(max(values), abs=1e-6)
    assert run.history() == history.history


def test_a_compiled_epoch_is_the_same_steps_as_plain_fit(tmp_path):
    """Unshuffled, the compiled loop and plain fit take the same steps: same weights to rounding."""
    plain, fast = small_model(learning_rate=0.001), small_model(learning_rate=0.001)
    plain_history = plain.fit(X_TRAIN, Y_TRAIN, batch_size=33, epochs=2, shuffle=False, verbose=0)
    fast_history = training.fit(
        fast, new_run(tmp_path), X_TRAIN, Y_TRAIN, batch_size=33, epochs=2, shuffle=False, verbose=False
    )
    for a, b in zip(plain.get_weights(), fast.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=2e-5)
    assert int(fast.optimizer.iterations) == 2 * 25  # 24 full batches and one of 8
    assert fast_history.history["loss"] == pytest.approx(plain_history.history["loss"], rel=1e-4)
    assert fast_history.history["accuracy"] == pytest.approx(plain_history.history["accuracy"], abs=1e-6)


def test_sample_weight_of_zero_takes_an_example_out(tmp_path):
    wrong = Y_TRAIN.copy()
    wrong[:400] = 1 - wrong[:400]
    weight = np.where(np.arange(800) < 400, 0.0, 1.0).astype("float32")
    model = small_model()
    training.fit(
        model,
        new_run(tmp_path),
        X_TRAIN,
        wrong,
        sample_weight=weight,
        batch_size=32,
        epochs=12,
        verbose=False,
    )
    assert model.evaluate(*VALIDATION, verbose=0)[1] > 0.75


def test_plain_fit_works_on_the_model_afterwards(tmp_path):
    model = small_model()
    training.fit(model, new_run(tmp_path), X_TRAIN, Y_TRAIN, epochs=1, verbose=False)
    history = model.fit(X_TRAIN, Y_TRAIN, epochs=1, verbose=0)
    assert np.isfinite(history.history["loss"][0])


def test_a_loss_that_is_no_number_stops(tmp_path, capsys):
    model, run = small_model(), new_run(tmp_path)
    with pytest.raises(training.DivergedError, match="no longer a number in the first epoch"):
        training.fit(model, run, X_TRAIN * np.nan, Y_TRAIN, epochs=3, verbose=False)
    assert not run.model_path.exists()


def test_a_loss_that_breaks_later_keeps_the_best_epoch(tmp_path, capsys):
    class Break(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                self.model.set_weights([w * np.nan for w in self.model.get_weights()])

    model, run = small_model(), new_run(tmp_path)
    history = training.fit(
        model, run, X_TRAIN, Y_TRAIN, epochs=6, validation_data=VALIDATION, callbacks=[Break()], verbose=False
    )
    assert len(history.history["loss"]) == 2
    assert "stopped: the loss is no longer a number" in capsys.readouterr().out
    assert np.isfinite(saving.best_model(run, model).evaluate(*VALIDATION, verbose=0)[0])


def test_one_readable_line_an_epoch(tmp_path, capsys):
    training.fit(small_model(), new_run(tmp_path), X_TRAIN, Y_TRAIN, epochs=3, validation_data=VALIDATION)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("speed: ")
    assert lines[1] == "* the best epoch so far, by val_accuracy: the one that is kept"
    assert [line.split()[1] for line in lines[2:]] == ["1/3", "2/3", "3/3"]
    assert all("\r" not in line and "val_accuracy" in line for line in lines[2:])
    assert lines[2].endswith("*")


def test_the_time_left_is_told(tmp_path, capsys, monkeypatch):
    """Of the whole training, by the epochs after the first, which compiles."""
    clock = itertools.count(0, 50)  # two looks an epoch
    monkeypatch.setattr(
        "keras_course.training.progress.time", types.SimpleNamespace(monotonic=lambda: next(clock))
    )
    training.fit(small_model(), new_run(tmp_path), X_TRAIN, Y_TRAIN, epochs=4, validation_data=VALIDATION)
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("epoch")]
    assert all("min left" in line for line in lines[:3]) and "left" not in lines[3]


def test_a_variant_is_quiet_in_a_log(tmp_path, capsys):
    run = Run(tmp_path / "large", "app", parent=tmp_path)
    run.path.mkdir()
    training.fit(small_model(), run, X_TRAIN, Y_TRAIN, epochs=3, validation_data=VALIDATION)
    assert capsys.readouterr().out == ""


@pytest.mark.slow
def test_a_long_log_stays_short(tmp_path, capsys):
    training.fit(small_model(), new_run(tmp_path), X_TRAIN[:64], Y_TRAIN[:64], batch_size=64, epochs=100)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 27
    assert lines[-1].startswith("epoch 100/100")

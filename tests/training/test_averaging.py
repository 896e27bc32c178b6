"""Averaged weights (``use_ema=True``): validated and kept, while training and resuming go on with the model's own."""

import keras
import numpy as np
import pytest

from keras_course import saving, training
from keras_course.models import dense
from keras_course.training import averaging
from tests.training.conftest import VALIDATION, X_TRAIN, Y_TRAIN, new_run, small_model

ARGUMENTS = {"batch_size": 80, "validation_data": VALIDATION, "verbose": False}


def averaging_model(momentum=0.9, dropout=0.3):
    """That of conftest, with an optimizer that averages the weights."""
    keras.utils.set_random_seed(1)
    model = dense.dense_sequential(num_classes=2, hidden=(16,), dropout=dropout)
    optimizer = keras.optimizers.AdamW(0.01, weight_decay=0.01, use_ema=True, ema_momentum=momentum)
    model.compile(optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


class Watch(keras.callbacks.Callback):
    """The weights after every step, and those that were validated."""

    def __init__(self):
        super().__init__()
        self.steps, self.validated = [], []

    def on_epoch_end(self, epoch, logs=None):
        self.steps.append([np.array(value) for value in self.model.get_weights()])

    def on_test_begin(self, logs=None):
        self.validated.append([np.array(keras.ops.convert_to_numpy(w)) for w in self.model.trainable_weights])


def test_the_average_is_that_of_the_formula_and_training_does_not_feel_it(tmp_path):
    """One step an epoch: average = m * average + (1 - m) * weights, from the first step's weights on."""
    plain, watch, averages = small_model(), Watch(), Watch()
    once = {**ARGUMENTS, "batch_size": 800, "epochs": 4, "validation_batch_size": 200}
    training.fit(plain, new_run(tmp_path / "plain"), X_TRAIN, Y_TRAIN, callbacks=[watch], **once)
    model = small_model()
    model.compile(
        keras.optimizers.Adam(0.001, use_ema=True, ema_momentum=0.8),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    run = new_run(tmp_path / "averaged")
    history = training.fit(model, run, X_TRAIN, Y_TRAIN, callbacks=[averages], **once)
    expected = None
    for own, theirs, validated in zip(watch.steps, averages.steps, averages.validated, strict=True):
        trained = own[: len(validated)]
        expected = (
            trained
            if expected is None
            else [0.8 * a + 0.2 * b for a, b in zip(expected, trained, strict=True)]
        )
        for a, b, c, d in zip(trained, theirs, expected, validated, strict=False):
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)
            np.testing.assert_allclose(c, d, rtol=1e-4, atol=1e-6)
    # What is kept is what was validated.
    best = saving.best_model(run, model)
    found = best.evaluate(*VALIDATION, batch_size=200, verbose=0, return_dict=True)
    assert found["accuracy"] == pytest.approx(history.history["val_accuracy"][history.best_epoch])
    assert found["loss"] == pytest.approx(history.history["val_loss"][history.best_epoch], rel=1e-5)


@pytest.mark.slow
def test_resume_with_averages_ends_the_same(tmp_path):
    whole_run, run = new_run(tmp_path / "whole"), new_run(tmp_path / "parts")
    whole = averaging_model()
    history = training.fit(whole, whole_run, X_TRAIN, Y_TRAIN, epochs=5, **ARGUMENTS)

    class Killed(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 3:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        training.fit(averaging_model(), run, X_TRAIN, Y_TRAIN, epochs=5, callbacks=[Killed()], **ARGUMENTS)
    resumed_model = averaging_model()
    resumed = training.fit(resumed_model, run, X_TRAIN, Y_TRAIN, epochs=5, **ARGUMENTS)
    assert resumed.history == history.history
    for a, b in zip(whole.get_weights(), resumed_model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    best, again = saving.best_model(whole_run, whole), saving.best_model(run, resumed_model)
    for a, b in zip(best.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_models_own_weights_come_back_to_the_last_bit():
    model = averaging_model()
    model.optimizer.build(model.trainable_variables)
    before = [value.copy() for value in model.get_weights()]
    with averaging.averaged(model):
        assert any((a != b).any() for a, b in zip(before, model.get_weights(), strict=True))
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert not averaging.keeps_average(small_model())

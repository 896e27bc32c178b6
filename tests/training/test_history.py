"""Which epoch is kept: Keras knows which direction of a metric is better. And how long a training took."""

import time

import keras
import numpy as np
import pytest

from keras_course import saving, training
from keras_course.errors import UserError
from tests.training.conftest import VALIDATION, X_TRAIN, Y_TRAIN, new_run, small_model

QUICK = {"batch_size": 200, "epochs": 5, "verbose": False}


def classifier(*metrics, learning_rate=0.01):
    """A classifier of one-hot targets, as F1Score takes them."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(2, activation="softmax")]
    )
    model.compile(keras.optimizers.Adam(learning_rate), "categorical_crossentropy", metrics=list(metrics))
    return model


def one_hot(pair):
    return pair[0], np.eye(2, dtype="float32")[pair[1]]


X, Y = one_hot((X_TRAIN, Y_TRAIN))
JUDGED_ON = one_hot(VALIDATION)


def distance(y, p):
    """A function of the user's own: Keras cannot know whether a larger value is better."""
    return keras.ops.mean(keras.ops.abs(y - p), axis=-1)


def test_the_largest_f1_score_is_kept(tmp_path):
    model, run = classifier(keras.metrics.F1Score(average="macro")), new_run(tmp_path)
    history = training.fit(model, run, X, Y, validation_data=JUDGED_ON, monitor="val_f1_score", **QUICK)
    scores = history.history["val_f1_score"]
    assert len(set(scores)) > 1
    assert training.best_epoch(history) == scores.index(max(scores)) == history.best_epoch
    best = saving.best_model(run, model).evaluate(*JUDGED_ON, verbose=0, return_dict=True)
    assert best["f1_score"] == pytest.approx(max(scores), abs=1e-6)


def test_patience_and_the_progress_stars_go_by_the_same_direction(tmp_path, capsys):
    model = classifier(keras.metrics.F1Score(average="macro"))
    arguments = {**QUICK, "epochs": 12, "verbose": True}
    history = training.fit(
        model,
        new_run(tmp_path),
        X,
        Y,
        validation_data=JUDGED_ON,
        monitor="val_f1_score",
        patience=2,
        **arguments,
    )
    scores = history.history["val_f1_score"]
    best = np.maximum.accumulate(scores)
    stars = [" *" in line for line in capsys.readouterr().out.splitlines() if line.startswith("epoch")]
    assert stars == [i == 0 or scores[i] > best[i - 1] for i in range(len(scores))]
    assert len(scores) in (12, training.best_epoch(history) + 3)


def test_a_metric_whose_direction_keras_does_not_know_needs_a_mode(tmp_path):
    with pytest.raises(UserError, match=r"Keras does not know .* 'val_distance' .* mode='max' or mode='min'"):
        training.fit(
            classifier(distance),
            new_run(tmp_path),
            X,
            Y,
            validation_data=JUDGED_ON,
            monitor="val_distance",
            **QUICK,
        )
    assert not list(tmp_path.iterdir())  # it stops before an epoch is over


@pytest.mark.parametrize(("mode", "best"), [("min", min), ("max", max)])
def test_mode_settles_the_direction(tmp_path, mode, best):
    history = training.fit(
        classifier(distance),
        new_run(tmp_path),
        X,
        Y,
        validation_data=JUDGED_ON,
        monitor="val_distance",
        mode=mode,
        patience=5,
        **QUICK,
    )
    values = history.history["val_distance"]
    assert training.best_epoch(history) == values.index(best(values))
    assert training.best_epoch(history, "val_distance") == history.best_epoch
    losses = history.history["val_loss"]
    assert training.best_epoch(history, monitor="val_loss") == losses.index(min(losses))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            {"monitor": "val_nonsense", "mode": "max"},
            "monitor='val_nonsense' is not measured: choose one of .*val_loss",
        ),
        ({"monitor": "val_nonsense"}, "Keras does not know"),
        ({"mode": "largest"}, "mode='largest' must be one of 'auto', 'min', 'max'"),
    ],
)
def test_a_monitor_that_cannot_be_is_one_clear_line(tmp_path, arguments, words):
    with pytest.raises(UserError, match=words):
        training.fit(
            small_model(),
            new_run(tmp_path),
            X_TRAIN,
            Y_TRAIN,
            validation_data=VALIDATION,
            **arguments,
            **QUICK,
        )


@pytest.mark.parametrize(
    ("metrics", "validated", "expected"),
    [
        (["accuracy"], True, "val_accuracy"),
        (["accuracy"], False, "accuracy"),
        ([["accuracy"]], True, "val_accuracy"),
        ([], True, "val_loss"),
        ([keras.metrics.CategoricalAccuracy(name="accuracy")], True, "val_accuracy"),
        (["mse"], False, "loss"),
    ],
)
def test_the_default_monitor_is_accuracy_where_it_is_measured(tmp_path, metrics, validated, expected):
    validation = JUDGED_ON if validated else None
    history = training.fit(
        classifier(*metrics), new_run(tmp_path), X, Y, validation_data=validation, **{**QUICK, "epochs": 1}
    )
    assert history.monitor == expected


def test_a_value_that_is_no_number_is_never_the_best(tmp_path):
    class Sometimes(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["val_accuracy"] = np.nan if epoch in (0, 3) else 0.5 + epoch / 10

    arguments = {"validation_data": VALIDATION, "callbacks": [Sometimes()], **QUICK}
    history = training.fit(small_model(), new_run(tmp_path / "a"), X_TRAIN, Y_TRAIN, **arguments)
    assert training.best_epoch(history) == 4
    with pytest.raises(UserError, match="val_accuracy was not a number in any epoch"):
        training.fit(small_model(), new_run(tmp_path / "b"), X_TRAIN, Y_TRAIN, **{**arguments, "epochs": 1})


def test_the_best_epoch_of_a_resumed_run_is_the_one_kept(tmp_path):
    arguments = {"validation_data": VALIDATION, "batch_size": 200, "verbose": False}
    run = new_run(tmp_path)
    first = training.fit(small_model(), run, X_TRAIN, Y_TRAIN, epochs=3, **arguments)
    again = training.fit(small_model(seed=2), run, X_TRAIN, Y_TRAIN, epochs=3, **arguments)
    assert again.best_epoch == first.best_epoch
    assert training.best_epoch(again) == training.best_epoch(again, "val_accuracy") == first.best_epoch
    assert training.best_epoch(again, "loss") == 2


@pytest.mark.slow
def test_the_best_epoch_of_keras_own_history():
    """As where ``training.fit`` is replaced by ``model.fit``."""
    model = classifier("accuracy", keras.metrics.F1Score(average="macro"), distance)
    values = model.fit(X, Y, validation_data=JUDGED_ON, batch_size=200, epochs=4, verbose=0)
    accuracy, f1 = values.history["val_accuracy"], values.history["val_f1_score"]
    assert training.best_epoch(values) == accuracy.index(max(accuracy))
    assert training.best_epoch(values, "val_f1_score") == f1.index(max(f1))
    assert training.best_epoch(values, monitor="val_loss") == np.argmin(values.history["val_loss"])
    assert training.best_epoch(values, "distance", mode="min") == np.argmin(values.history["distance"])
    with pytest.raises(UserError, match="mode='max'"):
        training.best_epoch(values, "distance")
    with pytest.raises(UserError, match="no finite value of 'val_auc'; it has accuracy"):
        training.best_epoch(values, "val_auc")
    del values.history["val_accuracy"]
    assert training.best_epoch(values) == np.argmin(values.history["val_loss"])


def test_a_stopwatch_measures_epochs_and_the_whole(tmp_path):
    watch = training.Stopwatch()
    assert watch.total == 0
    assert watch.samples_per_second(800) == 0
    begun = time.perf_counter()
    training.fit(
        small_model(), new_run(tmp_path), X_TRAIN, Y_TRAIN, epochs=3, validation_data=VALIDATION,
        callbacks=[watch], verbose=False,
    )  # fmt: skip
    passed = time.perf_counter() - begun
    assert len(watch.seconds) == 3
    assert 0 < sum(watch.seconds) < watch.total < passed
    assert watch.samples_per_second(800) == pytest.approx(800 / np.median(watch.seconds[1:]))

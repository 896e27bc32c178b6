"""A killed or interrupted training continues, and ends as if it had never stopped."""

import itertools
import signal
import types

import keras
import numpy as np
import pytest

from keras_course import augmentation, saving, training
from keras_course.errors import UserError
from keras_course.experiment.runs import Run
from keras_course.models import dense
from keras_course.training import backup, flows
from tests.training.conftest import VALIDATION, X_TRAIN, Y_TRAIN, X, new_run, on_disk, small_model


@pytest.mark.slow
@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_resume_of_data_on_disk_ends_the_same(tmp_path, dropout):
    x = on_disk(X_TRAIN, tmp_path / "x.npy")
    arguments = {"batch_size": 64, "validation_data": VALIDATION, "verbose": False}
    whole, broken = small_model(dropout), small_model(dropout)
    training.fit(whole, new_run(tmp_path / "a"), x, Y_TRAIN, epochs=4, **arguments)
    run = new_run(tmp_path / "b")
    training.fit(broken, run, x, Y_TRAIN, epochs=2, **arguments)
    again = small_model(dropout)
    training.fit(again, run, x, Y_TRAIN, epochs=4, **arguments)
    for ours, theirs in zip(whole.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.slow
@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_resume_after_any_epoch_ends_the_same(tmp_path, dropout):
    arguments = {"batch_size": 33, "validation_data": VALIDATION, "verbose": False, "patience": 50}
    whole_run = new_run(tmp_path / "whole")
    whole = small_model(dropout)
    history = training.fit(whole, whole_run, X_TRAIN, Y_TRAIN, epochs=6, **arguments)

    run = new_run(tmp_path / "parts")
    for epochs in (1, 4, 6):  # a new model each time, as in a new process, whatever its seed
        part = small_model(dropout, seed=epochs)
        if epochs == 1:
            part = small_model(dropout)
        resumed = training.fit(part, run, X_TRAIN, Y_TRAIN, epochs=epochs, **arguments)
    assert resumed.history == history.history
    for a, b in zip(whole.get_weights(), part.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(
        saving.best_model(whole_run, whole).predict(X, verbose=0),
        saving.best_model(run, part).predict(X, verbose=0),
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "random",
    [
        lambda: augmentation.RandomAffine(augmentation.Augmentation()),
        pytest.param(lambda: augmentation.RandomColor(0.3), marks=pytest.mark.slow),
        lambda: augmentation.BatchMixup(0.2),
        pytest.param(lambda: keras.layers.SpatialDropout2D(0.3), marks=pytest.mark.slow),
        pytest.param(lambda: keras.layers.GaussianNoise(0.1), marks=pytest.mark.slow),
    ],
    ids=["affine", "color", "mixup", "dropout", "noise"],
)
def test_every_random_layer_goes_on_where_it_was(tmp_path, random):
    x, y = 255 * X_TRAIN[:40, :12, :12, None].repeat(3, axis=3), Y_TRAIN[:40]

    def fit(run, epochs, seed=1):
        keras.utils.set_random_seed(seed)
        layer = random()
        model = keras.Sequential([keras.Input((12, 12, 3)), layer, keras.layers.Flatten()])
        model.add(keras.layers.Dense(1, "sigmoid"))
        loss = keras.losses.BinaryCrossentropy()
        mixup = layer if isinstance(layer, augmentation.BatchMixup) else None
        model.compile("adam", augmentation.MixedLoss(loss, mixup))
        return model, training.fit(model, run, x, y, epochs=epochs, batch_size=20, verbose=False)

    whole, history = fit(new_run(tmp_path / "whole"), 3)
    run = new_run(tmp_path / "parts")
    fit(run, 1)
    part, resumed = fit(run, 3, seed=2)
    assert resumed.history == history.history
    for a, b in zip(whole.get_weights(), part.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.tensorflow
@pytest.mark.filterwarnings("ignore:Please import `affine_transform`:DeprecationWarning")
def test_resume_of_an_image_data_generator_ends_the_same(tmp_path):
    def flow():
        varied = augmentation.image_data_generator(augmentation.Augmentation())
        return varied.flow(X_TRAIN[:100, ..., None], Y_TRAIN[:100], batch_size=30)

    def fit(run, epochs):
        keras.utils.set_random_seed(1)
        model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(2)])
        model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        return model, training.fit(model, run, flow(), epochs=epochs, validation_data=flow(), verbose=False)

    whole, history = fit(new_run(tmp_path / "whole"), 3)
    run = new_run(tmp_path / "parts")
    fit(run, 1)
    part, resumed = fit(run, 3)
    assert resumed.history == history.history
    for a, b in zip(whole.get_weights(), part.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.tensorflow
@pytest.mark.filterwarnings("ignore:Please import `affine_transform`:DeprecationWarning")
def test_a_flow_gives_every_example_once_an_epoch_and_varies_it_each_time():
    flow = augmentation.image_data_generator(augmentation.Augmentation()).flow(
        X[:10, ..., None], np.arange(10), batch_size=4
    )
    np.random.seed(5)
    both = flows.Flow(flow, seed=1, epochs=range(2))
    batches = [both[i] for i in range(len(both))]
    assert [len(x) for x, _ in batches] == [4, 4, 2] * 2
    first, second = (np.concatenate([y for _, y in batches[epoch : epoch + 3]]) for epoch in (0, 3))
    assert sorted(first) == sorted(second) == list(range(10)) and first.tolist() != second.tolist()
    assert np.random.random() == np.random.RandomState(5).random_sample()
    pictures = np.concatenate([x for x, _ in batches])
    assert len(np.unique(pictures.reshape(20, -1), axis=0)) == 20
    later = flows.Flow(flow, seed=1, epochs=range(1, 2))
    np.testing.assert_array_equal(later[2][0], batches[5][0])


def test_resume_of_a_trained_run_trains_no_more(tmp_path):
    run = new_run(tmp_path)
    first = training.fit(
        small_model(), run, X_TRAIN, Y_TRAIN, epochs=2, validation_data=VALIDATION, verbose=False
    )
    model = small_model(seed=9)
    again = training.fit(model, run, X_TRAIN, Y_TRAIN, epochs=2, validation_data=VALIDATION, verbose=False)
    assert again.history == first.history


@pytest.mark.slow
def test_resume_keeps_the_patience(tmp_path):
    """Early stopping must not start counting again."""
    arguments = {"batch_size": 32, "validation_data": VALIDATION, "verbose": False, "patience": 2}
    stuck = small_model(learning_rate=0.0)
    whole = training.fit(stuck, new_run(tmp_path / "whole"), X_TRAIN, Y_TRAIN, epochs=9, **arguments)
    assert len(whole.history["loss"]) == 3
    run = new_run(tmp_path / "parts")
    training.fit(small_model(learning_rate=0.0), run, X_TRAIN, Y_TRAIN, epochs=2, **arguments)
    resumed = training.fit(small_model(learning_rate=0.0), run, X_TRAIN, Y_TRAIN, epochs=9, **arguments)
    assert len(resumed.history["loss"]) == 3


class KilledError(Exception):
    """Stands for a kill."""


@pytest.mark.slow
def test_a_run_killed_after_its_early_stop_trains_no_more(tmp_path, monkeypatch, capsys):
    arguments = {"batch_size": 32, "validation_data": VALIDATION, "epochs": 9}
    whole_run, run = new_run(tmp_path / "whole"), new_run(tmp_path / "parts")
    whole = small_model(0.5, learning_rate=0.02)
    history = training.fit(whole, whole_run, X_TRAIN, Y_TRAIN, patience=1, **arguments)
    last = len(history.history["loss"]) - 1
    assert 0 < last < 8
    write = backup.write

    def write_and_die(run, model, saved):
        write(run, model, saved)
        if saved["epoch"] == last:
            raise KilledError

    monkeypatch.setattr(backup, "write", write_and_die)
    with pytest.raises(KilledError):
        training.fit(small_model(0.5, learning_rate=0.02), run, X_TRAIN, Y_TRAIN, patience=1, **arguments)
    capsys.readouterr()
    part = small_model(0.5, seed=9)
    resumed = training.fit(part, run, X_TRAIN, Y_TRAIN, patience=1, **arguments)
    assert (
        f"resuming after epoch {last + 1} of 9: stopped early, there is no more to train"
        in capsys.readouterr().out
    )
    assert resumed.history == history.history
    assert (run.path / "history.csv").read_text() == (whole_run.path / "history.csv").read_text()
    for a, b in zip(whole.get_weights(), part.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    more = training.fit(small_model(0.5), run, X_TRAIN, Y_TRAIN, patience=9, **arguments)  # asked for more
    assert len(more.history["loss"]) == 9


def test_a_backup_of_another_model_is_refused(tmp_path):
    run = new_run(tmp_path)
    training.fit(small_model(), run, X_TRAIN, Y_TRAIN, epochs=1, verbose=False)
    other = dense.dense_sequential(num_classes=2, hidden=(8,))
    other.compile(loss="sparse_categorical_crossentropy")
    with pytest.raises(UserError, match="belongs to another model"):
        training.fit(other, run, X_TRAIN, Y_TRAIN, epochs=2, verbose=False)


def test_a_truncated_backup_is_refused(tmp_path):
    run = new_run(tmp_path)
    training.fit(small_model(), run, X_TRAIN, Y_TRAIN, epochs=1, verbose=False)
    path = run.path / "backup" / "state.npz"
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(UserError, match="cannot be read"):
        training.fit(small_model(), run, X_TRAIN, Y_TRAIN, epochs=2, verbose=False)


@pytest.mark.parametrize(
    ("epoch", "words"),
    [(0, "interrupted in the first epoch"), (2, "interrupted: the best model so far (epoch")],
)
def test_what_is_interrupted_names_the_folder_that_can_be_resumed(tmp_path, capsys, epoch, words):
    """A variant is resumed through its parent."""

    class CtrlC(keras.callbacks.Callback):
        def on_epoch_begin(self, now, logs=None):
            if now == epoch:
                raise KeyboardInterrupt

    run = Run(tmp_path / "variant", "test", 3, parent=tmp_path)
    arguments = {"batch_size": 200, "epochs": 4, "callbacks": [CtrlC()], "verbose": False}
    with pytest.raises(KeyboardInterrupt):
        training.fit(small_model(), run, X_TRAIN, Y_TRAIN, **arguments)
    said = capsys.readouterr().out
    assert words in said
    assert said.endswith(f"; continue with --resume {tmp_path}\n")


TRAIN = """
import sys, pathlib
from keras_course import training
from tests.training import conftest as t
run = t.new_run(pathlib.Path({folder!r}))
training.fit(t.small_model(0.5, seed=int(sys.argv[1])), run, t.X_TRAIN, t.Y_TRAIN, batch_size=8,
             epochs={epochs}, validation_data=t.VALIDATION)
print("done")
"""


def script(folder, epochs):
    return TRAIN.format(folder=str(folder), epochs=epochs)


def wait_for_epoch(process, epoch):
    for line in process.stdout:
        if line.split()[:2] == ["epoch", f"{epoch}/1000"]:
            return
    pytest.fail(f"the training ended early: {process.stderr.read()}")


@pytest.mark.slow
def test_kill_9_loses_at_most_one_epoch(started, tmp_path):
    process = started("-c", script(tmp_path / "killed", 1000), 1)
    wait_for_epoch(process, 40)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    run = new_run(tmp_path / "killed")
    before = run.history()["loss"]
    assert len(before) >= 39
    epochs = len(before) + 5
    model = small_model(0.5, seed=77)
    resumed = training.fit(
        model, run, X_TRAIN, Y_TRAIN, batch_size=8, epochs=epochs, validation_data=VALIDATION, verbose=False
    )
    assert resumed.history["loss"][: len(before)] == before
    unbroken = training.fit(
        small_model(0.5),
        new_run(tmp_path / "unbroken"),
        X_TRAIN,
        Y_TRAIN,
        batch_size=8,
        epochs=epochs,
        validation_data=VALIDATION,
        verbose=False,
    )
    assert resumed.history == unbroken.history


@pytest.mark.slow
def test_ctrl_c_keeps_the_best_model_and_says_so(started, tmp_path):
    process = started("-c", script(tmp_path, 1000), 1)
    wait_for_epoch(process, 40)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "KeyboardInterrupt" in err
    assert "interrupted: the best model so far (epoch" in out
    assert f"--resume {tmp_path}" in out
    assert saving.load_model(tmp_path / "model.keras").count_params() == small_model().count_params()


@pytest.mark.slow
def test_a_resumed_runs_stopwatch_goes_on(tmp_path, monkeypatch):
    ticks = itertools.count()
    monkeypatch.setattr(
        "keras_course.training.history.time", types.SimpleNamespace(perf_counter=lambda: float(next(ticks)))
    )
    run, totals = new_run(tmp_path), []
    for epochs in (2, 3, 3):  # the last has nothing left to train
        watch = training.Stopwatch()
        training.fit(
            small_model(),
            run,
            X_TRAIN,
            Y_TRAIN,
            epochs=epochs,
            callbacks=[watch],
            batch_size=400,
            verbose=False,
        )
        totals.append(watch.total)
        assert len(watch.seconds) == epochs and watch.samples_per_second(800) > 0
    assert 0 < totals[0] < totals[1] and totals[2] == totals[1] - 1  # its end was not in the backup

"""training.fit: Keras' fit, with the best epoch kept, an exact resume, and no example dropped."""

import signal
from pathlib import Path

import keras
import numpy as np
import pytest

from keras_course import saving, training
from keras_course.experiment import runs
from keras_course.models import dense
from keras_course.training import compiled
from keras_course.training.batches import Batches

GENERATOR = np.random.default_rng(0)
X = GENERATOR.random((1000, 28, 28), dtype="float32")
Y = GENERATOR.integers(0, 2, 1000)
X[Y == 1, 10:14] += 0.3  # a faint stripe tells the classes apart
VALIDATION = (X[800:], Y[800:])
X_TRAIN, Y_TRAIN = X[:800], Y[:800]


def small_model(dropout=0.0, seed=1, learning_rate=0.001):
    keras.utils.set_random_seed(seed)
    model = dense.dense_sequential(num_classes=2, hidden=(16,), dropout=dropout)
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def new_run(path, seed=3):
    path.mkdir(parents=True, exist_ok=True)
    return runs.Run(path, "test", seed)


@pytest.mark.parametrize("dropout", [0.0, 0.5])
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


@pytest.mark.parametrize(
    ("examples", "batch_size"), [(800, 33), (799, 100), (64, 64), (5, 32), (8449, 1), (1, 1)]
)
def test_row_numbers_hold_every_example_once_an_epoch(examples, batch_size):
    rows = compiled.RowNumbers(examples, batch_size, seed=0, epochs=range(2, 4))
    assert len(rows) == 2 * rows.calls_an_epoch
    seen = []
    for epoch in range(2):
        calls = [rows[epoch * rows.calls_an_epoch + i][0] for i in range(rows.calls_an_epoch)]
        used = [batch[:count] for call in calls for batch, count in compiled._full_and_rest(call)]
        order = np.concatenate([batch.ravel() for batch in used])
        assert sorted(order) == list(range(examples))
        assert all(batch.shape[1] <= batch_size for batch in used)
        seen.append(order)
        np.testing.assert_array_equal(order, np.random.default_rng([0, epoch + 2]).permutation(examples))
    assert examples < 5 or (seen[0] != seen[1]).any()


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


def test_it_takes_what_keras_takes(tmp_path):
    """Anything that is not a pair of arrays goes to Keras as it is."""

    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return 8

        def __getitem__(self, index):
            part = slice(100 * index, 100 * index + 100)
            return X_TRAIN[part], Y_TRAIN[part]

    history = training.fit(
        small_model(), new_run(tmp_path), Batches(), epochs=2, validation_data=VALIDATION, verbose=False
    )
    assert len(history.history["val_accuracy"]) == 2


def on_disk(array, path):
    np.save(path, array)
    return np.load(path, mmap_mode="r")


@pytest.mark.parametrize("weighted", [False, True])
def test_data_on_disk_is_trained_on_batch_by_batch_with_the_same_steps(tmp_path, weighted):
    weights = np.linspace(0.1, 1, len(X_TRAIN)) if weighted else None
    arguments = {"batch_size": 33, "epochs": 2, "verbose": False, "sample_weight": weights}
    mapped = [on_disk(array, tmp_path / f"{i}.npy") for i, array in enumerate((X_TRAIN, *VALIDATION))]
    first, second = small_model(), small_model()
    history = training.fit(
        first, new_run(tmp_path / "a"), mapped[0], Y_TRAIN, validation_data=tuple(mapped[1:]), **arguments
    )
    expected = training.fit(
        second, new_run(tmp_path / "b"), X_TRAIN, Y_TRAIN, validation_data=VALIDATION, **arguments
    )
    for ours, theirs in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
    assert history.history["val_loss"] == pytest.approx(expected.history["val_loss"], rel=1e-4)


def test_data_on_disk_is_never_read_whole(tmp_path, monkeypatch):
    largest = []
    original = Batches.__getitem__
    monkeypatch.setattr(
        Batches, "__getitem__", lambda self, i: largest.append(len(original(self, i)[0])) or original(self, i)
    )
    x = on_disk(X_TRAIN, tmp_path / "x.npy")
    training.fit(small_model(), new_run(tmp_path / "a"), x, Y_TRAIN, batch_size=32, epochs=1, verbose=False)
    assert max(largest) == 32 and sum(largest) >= len(X_TRAIN)


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


@pytest.mark.parametrize("dropout", [pytest.param(0.0, marks=pytest.mark.slow), 0.5])
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


def test_resume_of_a_trained_run_trains_no_more(tmp_path):
    run = new_run(tmp_path)
    first = training.fit(
        small_model(), run, X_TRAIN, Y_TRAIN, epochs=2, validation_data=VALIDATION, verbose=False
    )
    model = small_model(seed=9)
    again = training.fit(model, run, X_TRAIN, Y_TRAIN, epochs=2, validation_data=VALIDATION, verbose=False)
    assert again.history == first.history


def test_resume_keeps_the_patience(tmp_path):
    """Early stopping must not begin to count anew."""
    arguments = {"batch_size": 32, "validation_data": VALIDATION, "verbose": False, "patience": 2}
    stuck = small_model(learning_rate=0.0)
    whole = training.fit(stuck, new_run(tmp_path / "whole"), X_TRAIN, Y_TRAIN, epochs=9, **arguments)
    assert len(whole.history["loss"]) == 3
    run = new_run(tmp_path / "parts")
    training.fit(small_model(learning_rate=0.0), run, X_TRAIN, Y_TRAIN, epochs=2, **arguments)
    resumed = training.fit(small_model(learning_rate=0.0), run, X_TRAIN, Y_TRAIN, epochs=9, **arguments)
    assert len(resumed.history["loss"]) == 3


def test_a_backup_of_another_model_is_refused(tmp_path):
    run = new_run(tmp_path)
    training.fit(small_model(), run, X_TRAIN, Y_TRAIN, epochs=1, verbose=False)
    other = dense.dense_sequential(num_classes=2, hidden=(8,))
    other.compile(loss="sparse_categorical_crossentropy")
    with pytest.raises(ValueError, match="belongs to another model"):
        training.fit(other, run, X_TRAIN, Y_TRAIN, epochs=2, verbose=False)


def test_a_truncated_backup_is_refused(tmp_path):
    run = new_run(tmp_path)
    training.fit(small_model(), run, X_TRAIN, Y_TRAIN, epochs=1, verbose=False)
    path = run.path / "backup" / "state.npz"
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(ValueError, match="cannot be read"):
        training.fit(small_model(), run, X_TRAIN, Y_TRAIN, epochs=2, verbose=False)


def test_a_loss_that_is_no_number_stops(tmp_path, capsys):
    model, run = small_model(), new_run(tmp_path)
    with pytest.raises(ValueError, match="no longer a number in the first epoch"):
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


def test_examples_and_targets_must_be_as_many(tmp_path):
    with pytest.raises(ValueError, match="x has 800 examples and y has 5"):
        training.fit(small_model(), new_run(tmp_path), X_TRAIN, Y_TRAIN[:5], verbose=False)


def test_one_readable_line_an_epoch(tmp_path, capsys):
    training.fit(small_model(), new_run(tmp_path), X_TRAIN, Y_TRAIN, epochs=3, validation_data=VALIDATION)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("speed: ")
    assert [line.split()[1] for line in lines[1:]] == ["1/3", "2/3", "3/3"]
    assert all("\r" not in line and "val_accuracy" in line for line in lines[1:])
    assert lines[1].endswith("*")


def test_a_long_log_stays_short(tmp_path, capsys):
    training.fit(small_model(), new_run(tmp_path), X_TRAIN[:64], Y_TRAIN[:64], batch_size=64, epochs=100)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 26
    assert lines[-1].startswith("epoch 100/100")


TRAIN = """
import sys, pathlib
sys.path.insert(0, {tests!r})
import test_training as t
run = t.new_run(pathlib.Path({folder!r}))
t.training.fit(t.small_model(0.5, seed=int(sys.argv[1])), run, t.X_TRAIN, t.Y_TRAIN, batch_size=8,
               epochs={epochs}, validation_data=t.VALIDATION)
print("done")
"""


def script(folder, epochs):
    return TRAIN.format(tests=str(Path(__file__).parent), folder=str(folder), epochs=epochs)


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

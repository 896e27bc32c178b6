"""Batches and row numbers: every example once per epoch, and data on disk read batch by batch."""

import keras
import numpy as np
import pytest

from keras_course import training
from keras_course.training import compiled
from keras_course.training.batches import Batches
from tests.training.conftest import VALIDATION, X_TRAIN, Y_TRAIN, new_run, on_disk, small_model


@pytest.mark.parametrize(
    ("examples", "batch_size"), [(800, 33), (799, 100), (64, 64), (5, 32), (8449, 1), (1, 1)]
)
def test_row_numbers_hold_every_example_once_an_epoch(examples, batch_size):
    data = (np.zeros(examples), np.zeros(examples))
    rows = compiled.RowNumbers(data, batch_size, seed=0, epochs=range(2, 4))
    assert len(rows) == 2 * rows.calls_an_epoch
    seen = []
    for epoch in range(2):
        calls = [rows[epoch * rows.calls_an_epoch + i][0] for i in range(rows.calls_an_epoch)]
        used = [call[part][:count] for call in calls for part, count in compiled._full_and_rest(call)]
        order = np.concatenate([batch.ravel() for batch in used])
        assert sorted(order) == list(range(examples))
        assert all(batch.shape[1] <= batch_size for batch in used)
        seen.append(order)
        np.testing.assert_array_equal(order, np.random.default_rng([0, epoch + 2]).permutation(examples))
    assert examples < 5 or (seen[0] != seen[1]).any()


@pytest.mark.parametrize("weighted", [pytest.param(False, marks=pytest.mark.slow), True])
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


@pytest.mark.skipif(keras.backend.backend() == "tensorflow", reason="there the compiled loop reads them")
def test_data_on_disk_is_read_a_batch_at_a_time(tmp_path, monkeypatch):
    largest = []
    original = Batches.__getitem__
    monkeypatch.setattr(
        Batches, "__getitem__", lambda self, i: largest.append(len(original(self, i)[0])) or original(self, i)
    )
    x = on_disk(X_TRAIN, tmp_path / "x.npy")
    training.fit(small_model(), new_run(tmp_path / "a"), x, Y_TRAIN, batch_size=32, epochs=1, verbose=False)
    assert max(largest) == 32 and sum(largest) >= len(X_TRAIN)


@pytest.mark.tensorflow
def test_data_on_disk_is_never_read_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(compiled, "BYTES_A_CALL", 3 * 32 * X_TRAIN[0].nbytes + 5000)  # three batches
    largest = []
    original = compiled.RowNumbers.__getitem__
    monkeypatch.setattr(
        compiled.RowNumbers,
        "__getitem__",
        lambda self, i: largest.append(original(self, i)[0][1][0].shape[:2]) or original(self, i),
    )
    x = on_disk(X_TRAIN, tmp_path / "x.npy")
    training.fit(small_model(), new_run(tmp_path / "a"), x, Y_TRAIN, batch_size=32, epochs=1, verbose=False)
    assert set(largest) == {(3, 32)} and len(largest) >= 9

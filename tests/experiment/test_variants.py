"""experiment.variants: a parent keeps what is finished, and reads it from the variants' files."""

import dataclasses
import types

import numpy as np
import pytest

from keras_course.errors import UserError
from keras_course.experiment import timing, variants
from keras_course.experiment.run import Run

CHANGES = {"small, L2": {"units": 4, "l2": 0.1}, "large": {"units": 8}}


@dataclasses.dataclass(frozen=True)
class Config:
    epochs: int = 3


@pytest.fixture
def parent(tmp_path):
    return Run(tmp_path, "app", seed=3)


def test_variants_are_trained_in_order_and_complete_ones_are_kept(parent, capsys):
    trained = []

    def train(run, changed):
        trained.append((run.path.name, changed))
        run.complete_with({"units": changed["units"]})

    first = variants.train_variants(parent, Config(), CHANGES, train)
    assert trained == [("small_L2", CHANGES["small, L2"]), ("large", CHANGES["large"])]
    assert {name: run.metrics() for name, run in first.items()} == {
        "small, L2": {"units": 4}, "large": {"units": 8},
    }  # fmt: skip
    assert all(run.parent == parent.path and run.seed == 3 for run in first.values())
    (parent.path / "large" / "metrics.json").unlink()
    capsys.readouterr()
    assert variants.train_variants(parent, Config(), CHANGES, train) == first
    assert [name for name, _ in trained] == ["small_L2", "large", "large"]
    first, second = capsys.readouterr().out.splitlines()
    assert first == "variant 1 of 2: small, L2: units 4, l2 0.1 (complete already)"
    assert second.startswith("variant 2 of 2: large: units 8  ") and second.endswith(" s")


def test_a_line_tells_the_best_epoch_and_the_time_left(parent, capsys, monkeypatch):
    clock = iter(range(0, 10_000, 100))
    monkeypatch.setattr(variants, "time", types.SimpleNamespace(monotonic=lambda: next(clock)))

    def train(run, changed):
        run.write_history({"val_accuracy": [0.5, 0.75, 0.625]})
        run.complete_with({})

    variants.train_variants(parent, Config(), CHANGES, train)
    ending = "best epoch 2/3  val_accuracy 0.7500  100.0 s"
    first, second = capsys.readouterr().out.splitlines()
    assert first == f"variant 1 of 2: small, L2: units 4, l2 0.1  {ending}  about 2 min left"
    assert second == f"variant 2 of 2: large: units 8  {ending}"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, ""),
        (float("nan"), ""),
        (42, "about 40 s left"),
        (200, "about 3 min left"),
        (9000, "about 2.5 h left"),
    ],
)
def test_time_left_in_words(seconds, words):
    assert timing.left(seconds) == words


def test_a_complete_variant_has_its_arrays_card_and_curves(parent):
    run = parent.variant("large", Config(), CHANGES["large"])
    run.write_json("card", {"kind": "digit"})
    correct = np.array([True, False])
    history = {"accuracy": [0.1, 0.6], "val_accuracy": [0.2, 0.5]}
    variants.complete(run, {"units": 8}, history, correct=correct)
    assert run.complete and run.card() == {"kind": "digit", "metrics": {"units": 8}}
    np.testing.assert_array_equal(run.read_arrays()["correct"], correct)
    assert (run.path / "figures" / "curves.png").is_file()


def test_a_diverged_variant_has_no_curves(parent):
    run = parent.variant("large", Config(), CHANGES["large"])
    variants.complete(run, {"units": 8}, {})
    assert run.complete and not (run.path / "figures").exists()
    assert run.read_arrays() == {}


def test_broken_arrays_are_one_line(parent):
    assert parent.read_arrays() == {}
    (parent.path / "arrays.npz").write_bytes(b"half")
    with pytest.raises(UserError, match=r"arrays\.npz is not a readable file of arrays"):
        parent.read_arrays()

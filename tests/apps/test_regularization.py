"""apps.regularization: eight trainings, one folder, and a sentence that the numbers made."""

import numpy as np
import pytest

from apps import regularization
from keras_course import saving
from keras_course.experiment import command, runs

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def parent(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    options = command.RunOptions(models_dir=folder)
    regularization.main(regularization.Config(dataset="digits", epochs=4, examples=60, run=options))
    return runs.find("regularization", folder)


def test_one_parent_and_a_run_a_variant(parent):
    table = parent.metrics()["variants"]
    assert len(table) == 8
    for name, row in table.items():
        run = runs.find(parent.path / name.replace(",", "").replace(" ", "_"))
        assert run.complete
        assert run.metrics() == row
        assert row["gap"] == pytest.approx(row["training_accuracy"] - row["validation_accuracy"])
        assert len(run.history()["val_cross_entropy"]) == 4
        assert saving.load(run).model.count_params() == row["parameters"]
    assert {path.name for path in (parent.path / "figures").iterdir()} == {
        "validation_loss.png",
        "weights.png",
    }


def test_the_variants_differ_as_they_say(parent):
    table = parent.metrics()["variants"]
    assert table["small"]["parameters"] == 785 * 4 + 5 * 10
    assert table["large"]["examples"] == 60 and table["large, more data"]["examples"] == 600
    assert runs.find(parent.path / "large_L2").config()["l2"] == 0.001
    assert runs.find(parent.path / "large_dropout").config()["dropout"] == 0.5
    penalty = runs.find(parent.path / "large_L2").history()
    assert all(
        loss > entropy for loss, entropy in zip(penalty["loss"], penalty["cross_entropy"], strict=True)
    )


def test_the_best_by_validation_speaks_for_the_app(parent):
    metrics = parent.metrics()
    few = {name: row for name, row in metrics["variants"].items() if row["examples"] == 60}
    best = max(few, key=lambda name: few[name]["best_validation_accuracy"])
    assert metrics["best_variant"] == best
    assert metrics["test_accuracy"] == few[best]["test_accuracy"]


def numbers(digits, **accuracies):
    """Table and right answers for the given (training, validation) accuracies; loss rises from 0.4 to 0.5."""
    names = ("small", "medium", "large", *regularization.REMEDIES, regularization.MORE_DATA)
    table, right = {}, {}
    for name in names:
        short = name.removeprefix("large, ").replace(" ", "_")
        training, validation = accuracies.get(short, (0.99, 0.8))
        right[name] = np.arange(digits) < round(validation * digits)
        table[name] = {
            "training_accuracy": training,
            "validation_loss": 0.3 if name == "large, L2" else 0.5,
            "lowest_validation_loss": 0.4,
        }
    return table, right


def test_the_sentence_follows_the_numbers():
    overfitting = numbers(
        5000, small=(0.5, 0.5), large=(1.0, 0.8), dropout=(0.97, 0.9), more_data=(0.99, 0.97)
    )
    said = regularization.conclusion(*overfitting)
    assert "The large network overfits: 100.0% of the training digits right, 80.0% of the others" in said
    assert "its loss on these rose by 25%" in said
    assert "The small one underfits: it gets only 50.0%" in said
    assert "The best remedy is dropout, with 90.0%" in said
    assert "The lowest loss at the end is that of L2: 0.30 instead of 0.50" in said
    assert "Ten times the data does more than any of them: 97.0%" in said


def test_the_sentence_calls_a_tie_a_tie():
    same = dict.fromkeys(("small", "medium", "large", "L2", "dropout", "L2_and_dropout"), (0.9, 0.9))
    table, right = numbers(300, **same, L1=(0.9, 0.91), more_data=(0.9, 0.917))
    for row in table.values():
        row["validation_loss"] = 0.5
    said = regularization.conclusion(table, right)
    assert "does not overfit here" in said
    assert "underfits" not in said
    assert "No penalty or dropout gets more of them right, beyond chance (best: L1, 91.0%)" in said
    assert "lowest loss" not in said
    assert "91.7%, no gain over that beyond chance" in said


def test_as_a_program(program, tmp_path):
    done = program("apps.regularization", "--dataset", "digits", "--epochs", 0, "--models-dir", tmp_path)
    assert done.returncode == 2
    assert done.stderr == "error: epochs=0 and batch_size=64 must both be at least 1\n"

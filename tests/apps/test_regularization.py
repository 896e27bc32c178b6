"""apps.regularization: eight trainings, one folder, and a sentence that the numbers made."""

import pytest

from apps import regularization
from keras_course import command, runs, saving

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


def rows(**accuracies):
    """A table with the given (training, validation) accuracies."""
    names = ("small", "medium", "large", "L1", "L2", "dropout", "L2 and dropout", "more data")
    table = {}
    for name in names:
        training, validation = accuracies.get(name.replace(" ", "_"), (0.99, 0.8))
        full = name if name in ("small", "medium", "large") else f"large, {name}"
        table[full] = {"training_accuracy": training, "validation_accuracy": validation}
    return table


def test_the_sentence_follows_the_numbers():
    overfitting = rows(small=(0.5, 0.5), large=(1.0, 0.8), dropout=(0.97, 0.9), more_data=(0.99, 0.97))
    said = regularization.conclusion(overfitting, 5000)
    assert "The large network overfits: 100.0% of the training digits right, 80.0%" in said
    assert "The small one underfits: it gets only 50.0%" in said
    assert "The best remedy is dropout, with 90.0%" in said
    assert "Ten times the data does more than any of them: 97.0%" in said


def test_the_sentence_calls_a_tie_a_tie():
    tie = rows(small=(0.9, 0.9), large=(0.9, 0.9), L1=(0.9, 0.901), more_data=(0.9, 0.902))
    for name in ("medium", "large, L2", "large, dropout", "large, L2 and dropout"):
        tie[name] = {"training_accuracy": 0.9, "validation_accuracy": 0.9}
    said = regularization.conclusion(tie, 300)
    assert "does not overfit here" in said
    assert "underfits" not in said
    assert "No penalty or dropout beats the large network by more than chance (best: L1, 90.1%" in said
    assert "no clear gain" in said


def test_as_a_program(program, tmp_path):
    done = program("apps.regularization", "--dataset", "digits", "--epochs", 0, "--models-dir", tmp_path)
    assert done.returncode == 2
    assert done.stderr == "error: epochs=0 and batch_size=64 must both be at least 1\n"

"""apps.regularization: eight trainings, one folder, and a conclusion from the numbers."""

import dataclasses

import numpy as np
import pytest

from apps import regularization
from apps.regularization import report, variants
from keras_course import saving
from keras_course.experiment import command, results, runs


def run_small(folder, **options):
    settings = regularization.Config(dataset="digits", epochs=4, examples=60)
    options = command.RunOptions(models_dir=folder, **options)
    regularization.main(dataclasses.replace(settings, run=options))
    return runs.find("regularization", folder)


@pytest.fixture(scope="module")
def parent(tmp_path_factory):
    return run_small(tmp_path_factory.mktemp("models"))


@pytest.mark.slow
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


@pytest.mark.slow
def test_the_variants_differ_as_they_say(parent):
    table = parent.metrics()["variants"]
    assert table["small"]["parameters"] == 785 * 4 + 5 * 10
    assert table["large"]["examples"] == 60 and table["large, more data"]["examples"] == 600
    assert runs.find(parent.path / "large_L2").config()["l2"] == 0.01
    assert runs.find(parent.path / "large_dropout").config()["dropout"] == 0.5
    curves = runs.find(parent.path / "large_L2").history()
    assert all(loss > entropy for loss, entropy in zip(curves["loss"], curves["cross_entropy"], strict=True))


@pytest.mark.slow
def test_the_best_by_validation_speaks_for_the_app(parent):
    metrics = parent.metrics()
    few = {name: row for name, row in metrics["variants"].items() if row["examples"] == 60}
    best = max(few, key=lambda name: few[name]["best_validation_accuracy"])
    assert metrics["best_variant"] == best
    assert metrics["test_accuracy"] == few[best]["test_accuracy"]
    loaded = saving.load(parent)
    assert loaded.card["metrics"] == few[best]
    assert loaded.predict(np.zeros((28, 28), np.uint8)).label in "0123456789"


@pytest.mark.slow
def test_a_parent_resumes_and_ends_as_if_unbroken(tmp_path, monkeypatch, capsys, interrupt, same_end):
    real = variants.settings

    def smaller(config, available):
        return {
            name: {**changed, "hidden": (8,) * len(changed["hidden"])}
            for name, changed in real(config, available).items()
        }

    monkeypatch.setattr(variants, "settings", smaller)
    with interrupt(1, 0):  # after the first variant
        run_small(tmp_path / "broken")
    (parent,) = (tmp_path / "broken" / "regularization").iterdir()
    kept = (parent / "small" / "metrics.json").stat().st_mtime_ns
    with interrupt(3, 2):  # in the middle of "large, L1", the fourth that is trained now
        run_small(tmp_path / "broken", resume=parent)
    assert f"is kept; continue with --resume {parent}\n" in capsys.readouterr().out
    broken = run_small(tmp_path / "broken", resume=parent)
    assert "resuming after epoch 2 of 4" in capsys.readouterr().out
    assert (parent / "small" / "metrics.json").stat().st_mtime_ns == kept
    same_end(broken, run_small(tmp_path / "unbroken"))


def numbers(digits, **accuracies):
    """A table and correct predictions for (training, validation) accuracies; the loss rises from 0.4 to 0.5."""
    names = ("small", "medium", "large", *variants.REMEDIES, variants.MORE_DATA)
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
    said = report.conclusion(*overfitting, 0)
    assert "overfits: its accuracy is 100.0% on training digits and 80.0% on validation digits" in said
    assert "its validation loss rose by 25%" in said
    assert "The small one underfits: its accuracy is only 50.0%" in said
    assert "The best remedy is dropout: validation accuracy 80.0% to 90.0%, and the gap" in said
    assert "gap to training 20.0 to 7.0 points." in said
    assert "The lowest validation loss at the end is that of L2: 0.30 instead of 0.50" in said
    assert "Ten times the data does more than any of them: 97.0%" in said
    assert said.endswith(results.ONE_SEED)  # the test compares two networks, not two remedies


def test_the_sentence_calls_a_tie_a_tie():
    same = dict.fromkeys(("small", "medium", "large", "L2", "dropout", "L2_and_dropout"), (0.9, 0.9))
    table, right = numbers(300, **same, L1=(0.9, 0.91), more_data=(0.9, 0.917))
    for row in table.values():
        row["validation_loss"] = 0.5
    said = report.conclusion(table, right, 0)
    assert "does not overfit here" in said
    assert "underfits" not in said
    assert "No remedy raises the validation accuracy significantly (best: L1, 91.0%)" in said
    assert "lowest validation loss" not in said
    assert "91.7%, no significant gain over that" in said


def test_a_loss_that_did_not_rise_is_not_called_risen():
    table, right = numbers(5000, large=(1.0, 0.8), small=(0.7, 0.75))
    table["large"]["validation_loss"] = 0.4001
    said = report.conclusion(table, right, 0.4)
    assert "rose by" not in said and "its validation loss is still at its lowest value" in said
    assert "cannot learn the labels by heart: its accuracy is 70.0% on training digits, 75.0% on" in said


def test_where_no_remedy_helps_it_says_why():
    table, right = numbers(5000)
    assert "All training labels are right" in report.conclusion(table, right, 0)
    assert "All training labels are right" not in report.conclusion(table, right, 0.4)


def test_wrong_labels_are_wrong_and_as_many_as_asked_for():
    labels = np.arange(1000) % 10
    wrong = variants.with_wrong_labels(labels, 10, 0.4, 0)
    assert (wrong != labels).sum() == 400 and set(wrong) == set(range(10))
    np.testing.assert_array_equal(wrong, variants.with_wrong_labels(labels, 10, 0.4, 0))
    assert (wrong != variants.with_wrong_labels(labels, 10, 0.4, 1)).any()
    np.testing.assert_array_equal(variants.with_wrong_labels(labels, 10, 0, 0), labels)


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--epochs", "0"], "epochs=0"),
        (["--epochs", "-3"], "epochs=-3"),
        (["--examples", "-1"], "examples=-1 must be at least 1"),
        (["--batch-size", str(10**23)], "batch_size=100000000000000000000000 is too large"),
        (["--l2", "-1"], "l2=-1 must be 0 or above"),
        (["--dropout", "1"], "dropout=1 is not a fraction"),
        (["--wrong-labels", "40"], "wrong_labels=40 is not a fraction"),
    ],
)
def test_bad_input_is_one_line_and_leaves_no_run(flags, words, tmp_path, capsys):
    app = regularization
    with pytest.raises(SystemExit) as left:
        command.run(app.main, app.Config, ["--dataset", "digits", "--models-dir", str(tmp_path), *flags])
    printed = capsys.readouterr().err
    assert left.value.code == 2 and words in printed and printed.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_as_a_program(program, tmp_path):
    done = program("apps.regularization", "--dataset", "digits", "--epochs", 0, "--models-dir", tmp_path)
    assert done.returncode == 2
    assert "epochs=0 must" in done.stderr and done.stderr.count("\n") == 1

"""apps.classic_learning: everybody learns the same digits, and is judged alike."""

import numpy as np
import pytest

from apps import classic_learning
from apps.classic_learning import inputs as _classic_inputs
from apps.classic_learning import report as _classic_report
from keras_course import saving
from keras_course.datasets import digits
from keras_course.experiment import command, runs


@pytest.fixture(scope="module")
def data():
    return digits.load("digits", limit=200)


def described(data, cell=7):
    pixels = {part: getattr(data, f"x_{part}").astype("float32") / 255 for part in classic_learning.PARTS}
    return _classic_inputs.describe(pixels, cell)


def test_the_sets_of_features(data):
    sets, seconds = described(data)
    assert list(sets) == list(classic_learning.SETS) == list(seconds)
    assert {name: inputs["train"].shape for name, inputs in sets.items()} == {
        "profiles": (200, 56),
        "shape": (200, 5),
        "gradients": (200, 324),
        "all": (200, 385),
    }
    assert sets["all"]["test"].shape == (360, 385)
    np.testing.assert_array_equal(sets["all"]["test"][:, 61:], sets["gradients"]["test"])
    assert seconds["all"]["test"] == pytest.approx(
        sum(seconds[name]["test"] for name in classic_learning.SETS[:3])
    )


def test_classic_learning_learns_and_the_features_cost_counts(data):
    gradients = described(data)[0]["gradients"]
    classifier = classic_learning.classifiers(0)["support vector machine"]
    row, right = classic_learning.classic(classifier, gradients, data, {"train": 100.0, "test": 10.0})
    assert right.mean() == row["test_accuracy"] > 0.85
    assert row["standard_error"] == pytest.approx(np.sqrt(right.mean() * (1 - right.mean()) / 360))
    assert row["training_seconds"] > 100 and 10 < row["prediction_seconds"] < 20
    assert row["features"]


def test_numbers_kept_are_counted():
    x, y = np.eye(6), np.array([0, 0, 0, 1, 1, 1])
    made = {name: one.fit(x, y) for name, one in classic_learning.classifiers(0).items()}
    kept = {name: _classic_inputs.numbers_kept(one, x) for name, one in made.items()}
    assert kept["nearest neighbours"] == 6 * 6 + 6
    assert kept["logistic regression"] == 6 + 1
    vectors = len(made["support vector machine"].support_)
    assert kept["support vector machine"] == vectors * 6 + vectors + 1
    nodes = sum(tree.tree_.node_count for tree in made["random forest"].estimators_)
    assert kept["random forest"] == nodes * (4 + 2)


def numbers(digits=1000, **shares):
    """A table and right answers; names are kind_inputs."""
    table, right = {}, {}
    for name, share in shares.items():
        label = {"dense": _classic_report.DENSE, "convnet": _classic_report.CONVNET}.get(
            name, ", ".join(name.split("_"))
        )
        right[label] = np.arange(digits) % 1000 < 1000 * share
        table[label] = {"features": name.endswith("features"), "validation_accuracy": share}
    return table, right


def test_the_sentence_follows_the_numbers():
    said = _classic_report.conclusion(
        *numbers(
            forest_pixels=0.9, svm_pixels=0.95, knn_pixels=0.8,
            forest_features=0.96, svm_features=0.951, knn_features=0.7, dense=0.97, convnet=0.99,
        )
    )  # fmt: skip
    assert "Hand-made features help: forest (90.00% to 96.00%)." in said
    assert "make no difference beyond chance for: svm (95.00% to 95.10%)." in said
    assert "hurt: knn (80.00% to 70.00%)." in said
    assert (
        "ConvNet (99.00%) gets clearly more right than the best on hand-made features, forest (96.00%)"
        in said
    )
    assert said.endswith("the best classic one on pixels is svm (95.00%).")


@pytest.mark.parametrize(
    ("convnet", "words"), [(0.96, "is level, within chance, with"), (0.9, "gets clearly less right than")]
)
def test_the_sentence_does_not_favour_networks(convnet, words):
    table, right = numbers(svm_pixels=0.95, svm_features=0.96, dense=0.8, convnet=convnet)
    assert f"ConvNet ({convnet:.2%}) {words} the best" in _classic_report.conclusion(table, right)


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (
            ["--examples", "12"],
            "12 training digits are too few: give --examples 20 or more, two of each class",
        ),
        (["--examples", "-1"], "examples=-1: give a number of training digits, or 0 for all"),
        (["--cell", "5", "--examples", "50"], "cells of 5x5 do not fill pictures of 28x28"),
        (["--epochs", "0"], "epochs=0 and batch_size=128 must both be at least 1"),
    ],
)
def test_bad_input_is_one_line(flags, words, tmp_path, capsys):
    app = classic_learning
    with pytest.raises(SystemExit) as left:
        command.run(app.main, app.Config, ["--dataset", "digits", "--models-dir", str(tmp_path), *flags])
    printed = capsys.readouterr().err
    assert left.value.code == 2 and words in printed and printed.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_whole_run(tmp_path, capsys):
    options = command.RunOptions(models_dir=tmp_path)
    config = classic_learning.Config(dataset="digits", examples=300, epochs=3, run=options)
    metrics = classic_learning.main(config)
    parent = runs.find("classic_learning", tmp_path)
    assert capsys.readouterr().out.splitlines()[-1] == f"run: {parent.path}"
    assert parent.metrics() == metrics
    table = metrics["contestants"]
    assert len(table) == 10 and sum(row["features"] for row in table.values()) == 4
    assert metrics["features"] == max(
        metrics["features_validation_accuracy"], key=metrics["features_validation_accuracy"].get
    )
    assert table["nearest neighbours, pixels"]["test_accuracy"] > 0.85
    for name, label in (("dense", _classic_report.DENSE), ("convnet", _classic_report.CONVNET)):
        run = runs.find(parent.path / name)
        assert run.metrics() == table[label]
        assert saving.load(run).model.count_params() == table[label]["numbers_kept"]
    best = max(table, key=lambda name: table[name]["validation_accuracy"])
    assert metrics["best_contestant"] == best and metrics["test_accuracy"] == table[best]["test_accuracy"]
    assert {path.name for path in (parent.path / "figures").iterdir()} == {
        "features.png",
        "wrong_answers.png",
    }

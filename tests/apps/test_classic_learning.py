"""apps.classic_learning: all learn the same digits, and are judged alike."""

import dataclasses

import numpy as np
import pytest

from apps import classic_learning
from apps.classic_learning import contestants, curve, features, report
from keras_course import saving
from keras_course.datasets import digits
from keras_course.experiment import command, results, runs


@pytest.fixture(scope="module")
def data():
    return digits.load("digits", limit=200)


def described(data, cell=7):
    pixels = {split: getattr(data, f"x_{split}").astype("float32") / 255 for split in features.SPLITS}
    return features.describe(pixels, cell)


def test_the_sets_of_features(data):
    sets, seconds = described(data)
    assert list(sets) == list(features.SETS) == list(seconds)
    assert {name: inputs["train"].shape for name, inputs in sets.items()} == {
        "profiles": (200, 56),
        "shape": (200, 5),
        "gradients": (200, 324),
        "all": (200, 385),
    }
    assert sets["all"]["test"].shape == (360, 385)
    np.testing.assert_array_equal(sets["all"]["test"][:, 61:], sets["gradients"]["test"])
    assert seconds["all"]["test"] == pytest.approx(sum(seconds[name]["test"] for name in features.SETS[:3]))


def test_classic_learning_learns_and_the_features_cost_counts(data):
    gradients = described(data)[0]["gradients"]
    classifier = contestants.classifiers(0)["support vector machine"]
    row, right = contestants.train_classifier(classifier, gradients, data, {"train": 100.0, "test": 10.0})
    assert right.mean() == row["test_accuracy"] > 0.85
    assert row["standard_error"] == pytest.approx(np.sqrt(right.mean() * (1 - right.mean()) / 360))
    assert row["training_seconds"] > 100 and 10 < row["prediction_seconds"] < 20
    assert row["features"]


def test_stored_values_are_counted():
    x, y = np.eye(6), np.array([0, 0, 0, 1, 1, 1])
    made = {name: one.fit(x, y) for name, one in contestants.classifiers(0).items()}
    stored = {name: contestants.stored_values(one, x) for name, one in made.items()}
    assert stored["nearest neighbours"] == 6 * 6 + 6
    assert stored["logistic regression"] == 6 + 1
    vectors = len(made["support vector machine"].support_)
    assert stored["support vector machine"] == vectors * 6 + vectors + 1
    nodes = sum(tree.tree_.node_count for tree in made["random forest"].estimators_)
    assert stored["random forest"] == nodes * (4 + 2)


def test_the_sizes_of_the_learning_curve(data):
    def sizes(*curve):
        return contestants.sizes(classic_learning.Config(curve=curve), data)

    assert sizes(100, 10, 20, 100, 141, 3000) == [20, 100, 200]  # 200 digits of 10 classes
    assert sizes() == [200]
    assert list(contestants.network_variants([100, 200])) == [
        "dense",
        "convnet",
        "dense, 100",
        "convnet, 100",
    ]


def test_a_classifier_learns_from_the_first_digits_only(data):
    gradients = described(data)[0]["gradients"]
    few = contestants.first(data, 50)
    assert np.bincount(data.y_train[few]).tolist() == [5] * 10
    neighbours = contestants.classifiers(0)["nearest neighbours"]
    row, _ = contestants.train_classifier(neighbours, gradients, data, {}, 50)
    assert row["numbers_kept"] == 50 * 325


def point(examples, **accuracies):
    return curve.Point(examples, *numbers(1000, **accuracies))


def test_the_learning_curve_says_where_the_networks_lead():
    few = point(100, svm_pixels=0.8, svm_features=0.9, dense=0.7, convnet=0.8)
    some = point(300, svm_pixels=0.9, svm_features=0.95, dense=0.9, convnet=0.95)
    many = point(1000, svm_pixels=0.9, svm_features=0.96, dense=0.9, convnet=0.99)
    said = curve.conclusion([few, some, many])
    assert "With 100 training digits the best classic contestant is ahead." in said
    assert "With 300 the best network and the best classic one do not differ significantly." in said
    assert "With 1,000 the best network is ahead." in said
    assert "from -10.0 points (100 digits) to +3.0 points (1,000 digits)" in said


def numbers(digits=1000, **accuracies):
    """A table and correct predictions for accuracies by name, which is kind_inputs."""
    table, right = {}, {}
    for name, accuracy in accuracies.items():
        label = {"dense": report.DENSE, "convnet": report.CONVNET}.get(name, ", ".join(name.split("_")))
        right[label] = np.arange(digits) % 1000 < 1000 * accuracy
        table[label] = {"features": name.endswith("features"), "validation_accuracy": accuracy}
    return table, right


def test_the_sentence_follows_the_numbers():
    said = report.conclusion(
        *numbers(
            forest_pixels=0.9, svm_pixels=0.95, knn_pixels=0.8,
            forest_features=0.96, svm_features=0.951, knn_features=0.7, dense=0.97, convnet=0.99,
        )
    )  # fmt: skip
    assert "Hand-made features help: forest (90.00% to 96.00%)." in said
    assert "make no significant difference for: svm (95.00% to 95.10%)." in said
    assert "hurt: knn (80.00% to 70.00%)." in said
    assert "ConvNet (99.00%) is significantly better than the best with them, forest (96.00%)" in said
    assert said.endswith(f"the best classic one on pixels is svm (95.00%). {results.ONE_SEED}")


@pytest.mark.parametrize(
    ("convnet", "words"), [(0.96, "does not differ significantly from"), (0.9, "is significantly worse than")]
)
def test_the_sentence_does_not_favour_networks(convnet, words):
    table, right = numbers(svm_pixels=0.95, svm_features=0.96, dense=0.8, convnet=convnet)
    assert f"ConvNet ({convnet:.2%}) {words} the best" in report.conclusion(table, right)


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (
            ["--examples", "12"],
            "12 training digits are too few: give --examples 20 or more, two of each class",
        ),
        (["--examples", "-1"], "examples=-1: give a number of training digits, or 0 for all"),
        (
            ["--cell", "5", "--examples", "50"],
            "cell=5 does not divide 28 pixels into two cells or more: give one of 1, 2, 4, 7, 14",
        ),
        (["--curve", "100", "0"], "curve=(100, 0): give numbers of training digits, 1 or more"),
        (["--cell", "0"], "cell=0 does not divide"),
        (["--cell", "28"], "cell=28 does not divide 28 pixels into two cells or more"),
        (["--epochs", "0"], "epochs=0"),
        (["--epochs", "-3"], "epochs=-3"),
        (["--batch-size", str(10**23)], "batch_size=100000000000000000000000 is too large"),
    ],
)
def test_bad_input_is_one_line(flags, words, tmp_path, capsys):
    app = classic_learning
    with pytest.raises(SystemExit) as left:
        command.run(app.main, app.Config, ["--dataset", "digits", "--models-dir", str(tmp_path), *flags])
    printed = capsys.readouterr().err
    assert left.value.code == 2 and words in printed and printed.count("\n") == 1
    assert not list(tmp_path.iterdir())


def run_small(folder, **options):
    config = classic_learning.Config(dataset="digits", examples=300, epochs=3, curve=(100,))
    options = command.RunOptions(models_dir=folder, **options)
    metrics = classic_learning.main(dataclasses.replace(config, run=options))
    return metrics, runs.find("classic_learning", folder)


@pytest.mark.slow
def test_a_parent_resumes_and_ends_as_if_unbroken(tmp_path, capsys, interrupt, same_end):
    with interrupt(1, 0):  # after the first network
        run_small(tmp_path / "broken")
    (parent,) = (tmp_path / "broken" / "classic_learning").iterdir()
    kept = (parent / "dense" / "metrics.json").stat().st_mtime_ns
    with interrupt(0, 2):  # in the middle of the second
        run_small(tmp_path / "broken", resume=parent)
    assert f"is kept; continue with --resume {parent}\n" in capsys.readouterr().out
    _, broken = run_small(tmp_path / "broken", resume=parent)
    assert "resuming after epoch 2 of 3" in capsys.readouterr().out
    assert (parent / "dense" / "metrics.json").stat().st_mtime_ns == kept
    same_end(broken, run_small(tmp_path / "unbroken")[1])


@pytest.mark.slow
def test_a_whole_run(tmp_path, capsys):
    metrics, parent = run_small(tmp_path)
    assert capsys.readouterr().out.splitlines()[-1] == f"run: {parent.path}"
    assert parent.metrics() == metrics
    table = metrics["contestants"]
    assert len(table) == 10 and sum(row["features"] for row in table.values()) == 4
    assert metrics["features"] == max(
        metrics["features_validation_accuracy"], key=metrics["features_validation_accuracy"].get
    )
    assert table["nearest neighbours, pixels"]["test_accuracy"] > 0.85
    for name, label in (("dense", report.DENSE), ("convnet", report.CONVNET)):
        run = runs.find(parent.path / name)
        assert run.metrics() == table[label]
        assert saving.load(run).model.count_params() == table[label]["numbers_kept"]
    network = max(
        ("dense", "convnet"), key=lambda name: runs.find(parent.path / name).metrics()["validation_accuracy"]
    )
    loaded = saving.load(parent)  # the better one of the two networks
    assert metrics["best_variant"] == network
    assert loaded.card["metrics"] == runs.find(parent.path / network).metrics()
    assert loaded.predict(np.zeros((28, 28), np.uint8)).label in "0123456789"
    best = max(table, key=lambda name: table[name]["validation_accuracy"])
    assert metrics["best_contestant"] == best and metrics["test_accuracy"] == table[best]["test_accuracy"]
    assert {path.name for path in (parent.path / "figures").iterdir()} == {
        "features.png",
        "learning_curve.png",
        "wrong_answers.png",
    }
    learning = metrics["learning_curve"]
    assert set(learning) == set(table)
    for name, by_size in learning.items():
        assert list(by_size) == ["100", "300"] and by_size["300"] == table[name]["test_accuracy"]
    assert (
        runs.find(parent.path / "convnet_100").metrics()["test_accuracy"] == learning[report.CONVNET]["100"]
    )

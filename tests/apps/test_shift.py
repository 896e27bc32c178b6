"""apps.shift: three trainings, one folder, accuracies at each shift, and what is said of them."""

import dataclasses

import keras
import numpy as np
import pytest

from apps import shift
from apps.shift import equivariance, report, training
from keras_course import saving
from keras_course.datasets import digits
from keras_course.errors import UserError
from keras_course.evaluation import shifted
from keras_course.experiment import command, results, runs
from keras_course.models import convnet

SHIFTS = (0, 2, 4)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def run_small(folder, **options):
    settings = shift.Config(dataset="digits", epochs=2, shifts=(4, 2))
    options = command.RunOptions(models_dir=folder, **options)
    shift.main(dataclasses.replace(settings, run=options))
    return runs.find("shift", folder)


@pytest.fixture(scope="module")
def parent(tmp_path_factory):
    return run_small(tmp_path_factory.mktemp("models"))


@pytest.mark.slow
def test_one_parent_a_run_a_network_and_a_row_a_network_and_shift(parent):
    metrics = parent.metrics()
    assert list(metrics["variants"]) == list(training.NETWORKS)
    assert [(row["network"], row["shift"]) for row in metrics["shifts"]] == [
        (name, pixels) for name in training.NETWORKS for pixels in SHIFTS
    ]
    data = digits.load("digits")
    for name, row in metrics["variants"].items():
        run = runs.find(parent.path / name.replace(",", "").replace(" ", "_"))
        assert run.complete and run.metrics() == row
        mine = [one for one in metrics["shifts"] if one["network"] == name]
        model = saving.load(run).model  # the reloaded model reads the shifted digits as the table says
        for one in mine:
            answers = model.predict(shifted(data.x_test, one["shift"]), verbose=0).argmax(axis=1)
            assert (answers == data.y_test).mean() == pytest.approx(one["accuracy"])
            assert one["low"] <= one["accuracy"] <= one["high"]
        assert row["test_accuracy"] == mine[0]["accuracy"] and mine[0]["unchanged"] == 1
        assert row["test_accuracy_shifted"] == pytest.approx((mine[1]["accuracy"] + mine[2]["accuracy"]) / 2)
    assert {path.stem for path in (parent.path / "figures").iterdir()} == {
        "accuracy",
        "equivariance",
        "moving_digit",
    }


@pytest.mark.slow
def test_the_best_on_shifted_validation_digits_speaks_for_the_app(parent):
    metrics = parent.metrics()
    table = metrics["variants"]
    best = max(table, key=lambda name: table[name]["shifted_validation_accuracy"])
    assert metrics["best_variant"] == best
    assert metrics["test_accuracy_shifted"] == table[best]["test_accuracy_shifted"]
    assert saving.load(parent).predict(np.zeros((28, 28), np.uint8)).label in "0123456789"


@pytest.mark.slow
def test_a_parent_resumes_and_ends_as_if_unbroken(
    parent, tmp_path, interrupt, same_end, capsys, saved_figures, figure_problems
):
    with interrupt(1, 1):  # in the middle of the second network
        run_small(tmp_path)
    (broken,) = (tmp_path / "shift").iterdir()
    saved_figures.clear()
    run = run_small(tmp_path, resume=broken)
    same_end(run, parent)
    printed = capsys.readouterr().out
    assert "Equivariant is not invariant" in printed and "ink lost" in printed
    result, last = printed.splitlines()[-2:]
    accuracy = run.metrics()["test_accuracy_shifted"]
    assert result.startswith(f"test_accuracy_shifted {accuracy:.4f} (embedded stand-in data")
    assert result.endswith("mean of 2 shifts from 2 to 4 px") and last == f"run: {run.path}"
    for name in ("accuracy", "moving_digit", "equivariance"):
        assert figure_problems(saved_figures[name]) == [], name


def network(convolutions=1):
    keras.utils.set_random_seed(0)
    return convnet.convnet_sequential(
        (28, 28), filters=(4, 6), hidden=0, convolutions=convolutions, global_pooling=True
    )


@pytest.mark.parametrize("direction", ["left", "right", "up", "down"])
@pytest.mark.parametrize("convolutions", [1, 2])
def test_maps_move_exactly_by_multiples_of_the_stride_away_from_the_edges(convolutions, direction, rng):
    pictures = rng.random((5, 28, 28), dtype=np.float32)  # ink up to the edges: also what enters and leaves
    rows = equivariance.maps(network(convolutions), pictures, (1, 2, 3, 4, 8), direction)
    assert {row["layer"]: row["stride"] for row in rows}["pooling_2"] == 4
    for row in rows:
        if row["shift"] % row["stride"] == 0:
            assert row["inside"] < 1e-5, row
        else:
            assert row["inside"] > 0.01, row
    edges = [row["whole"] for row in rows if row["layer"] == "pooling_2" and row["shift"] == 4]
    assert edges[0] > 0.01  # zero padding is seen
    assert "move exactly by multiples of the stride" in report.said_of_maps(rows)


def test_a_map_without_a_place_to_compare_says_so(rng):
    pictures = rng.random((2, 28, 28), dtype=np.float32)
    rows = equivariance.maps(network(), pictures, (24,), "left")
    assert {row["layer"]: row["inside"] for row in rows}["pooling_2"] is None


def test_the_mean_of_a_map_stays_and_the_flattened_map_goes(rng):
    pictures = np.zeros((6, 28, 28), np.float32)
    pictures[:, 10:18, 12:20] = rng.random((6, 8, 8))
    flat = convnet.convnet_sequential((28, 28), filters=(4, 6), hidden=0)
    found = equivariance.vectors({"flatten": flat, "mean": network()}, pictures, (4,), "left")
    distance = {row["network"]: row["distance"] for row in found}
    assert distance["mean"] < 1e-4 < 0.3 < distance["flatten"]  # 4 px are one step of the last map: exact


def answers(labels, *accuracies):
    """(shifts, n): of each row the first digits are read, so that a better network is right wherever a worse one is."""
    right = np.arange(len(labels)) < len(labels) * np.array(accuracies)[:, None]
    return np.where(right, labels, (labels + 1) % 10)


def test_the_conclusion_follows_the_numbers():
    labels = np.arange(1000) % 10
    predicted = {
        "dense": answers(labels, 0.96, 0.66, 0.30),
        training.FLATTEN: answers(labels, 0.98, 0.90, 0.53),
        training.GLOBAL: answers(labels, 0.96, 0.94, 0.75),
    }
    said = report.conclusion(predicted, SHIFTS, labels, "left")
    assert said.startswith(
        "Of 1,000 test digits shifted by 4 px to the left are read: ConvNet, global pooling: 75.0% (96.0% in place); "
        "ConvNet, flatten: 53.0% (98.0% in place); dense: 30.0% (96.0% in place). "
        "Each is significantly better than the next."
    )
    assert "first lost by: dense at 2 px; ConvNet, flatten at 4 px; ConvNet, global pooling at 4 px." in said
    assert "In place it is the other way round: flatten reads significantly more digits" in said
    assert said.endswith(results.ONE_SEED)
    same = dict.fromkeys(predicted, answers(labels, 0.96, 0.96, 0.96))
    said = report.conclusion(same, SHIFTS, labels, "up")
    assert "Not significantly different: dense and ConvNet, flatten; " in said
    assert "dense at no shift measured" in said and "In place it is" not in said
    rows = report.rows(predicted, SHIFTS, labels)
    assert len(rows) == 9 and rows[1]["accuracy"] == 0.66 and rows[1]["unchanged"] == pytest.approx(0.70)


def test_shifts_are_ascending_and_0_is_among_them():
    data = digits.load("digits")
    assert training.shifts(shift.Config(shifts=(8, 2, 2)), data) == (0, 2, 8)
    for wrong in ((), (0,), (3, 28)):
        with pytest.raises(UserError, match="give some from 1 to 27 pixels"):
            training.shifts(shift.Config(shifts=wrong), data)


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--shifts", "28"], "shifts=(28,): give some from 1 to 27 pixels"),
        (["--shifts", "-2"], "shifts=(-2,): each must be from 0"),
        (["--direction", "west"], "west"),
        (["--convolutions", "0"], "convolutions=0"),
    ],
)
def test_bad_input_is_one_line_and_leaves_no_run(flags, words, tmp_path, capsys):
    with pytest.raises(SystemExit) as left:
        command.run(shift.main, shift.Config, ["--dataset", "digits", "--models-dir", str(tmp_path), *flags])
    printed = capsys.readouterr().err
    assert left.value.code == 2 and words in printed and printed.count("\n") == 1
    assert not list(tmp_path.iterdir())

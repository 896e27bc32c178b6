"""apps.decision_regions: who can split which points, by hand and by Keras."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from apps import decision_regions
from apps.decision_regions import points as _made_points
from keras_course import saving
from keras_course.experiment import command, runs

ROOT = Path(__file__).parents[2]
SMALL = {"points": 40, "epochs": 12, "hidden": (4,)}


@pytest.fixture(autouse=True)
def few_frames(monkeypatch):
    """An animation of three pictures is one."""
    monkeypatch.setattr(decision_regions, "FRAMES", 3)


def main_small(tmp_path, limit=None, **arguments):
    options = command.RunOptions(models_dir=tmp_path, limit=limit)
    metrics = decision_regions.main(decision_regions.Config(run=options, **{**SMALL, **arguments}))
    return metrics, runs.find("decision_regions", tmp_path)


def figures(run):
    return {path.name for path in (run.path / "figures").iterdir()}


ALWAYS = {"regions.png", "errors_against_log_loss.png", "combining.png", "learning.gif"}


@pytest.mark.tensorflow
def test_xor_by_hand_and_by_keras(tmp_path, capsys):
    metrics, run = main_small(tmp_path, epochs=60, hidden=(8,), learning_rate=0.1, show_layers=True)
    table = metrics["table"]
    assert list(table) == [
        "perceptron",
        "logistic neuron",
        "two lines, combined by hand",
        "network by hand",
        "network by Keras",
    ]
    assert table["perceptron"]["fresh_errors"] >= 250 and table["logistic neuron"]["fresh_errors"] >= 250
    assert table["two lines, combined by hand"]["fresh_errors"] <= 5
    assert table["network by hand"]["fresh_errors"] <= 20
    assert metrics["fresh_accuracy"] == 1 - table["network by Keras"]["fresh_errors"] / 1000
    assert metrics["largest_difference"] < 1e-2
    assert "training_log_loss" not in table["perceptron"]
    before, after = metrics["errors_after_layers"]
    assert before >= 10 > after
    assert metrics["descent"]["gradient"]["count"] == 0 < metrics["descent"]["gradient"]["log_loss"]
    assert figures(run) == ALWAYS | {"xor_by_hand.png", "layers.png"}
    assert (run.path / "figures" / "learning.gif").stat().st_size < 2_000_000

    data = _made_points.make("xor", 40, 0.1, 0)
    model = saving.load(run).model  # points in, probabilities out, in a file of its own
    p = model.predict(data.x_fresh, verbose=0)[:, 0]
    assert np.sum((p >= 0.5) != data.y_fresh) == table["network by Keras"]["fresh_errors"]
    assert run.card()["kind"] == "point" and run.card()["dataset"]["name"] == "xor, noise 0.1"
    assert len(run.history()["loss"]) == 60

    printed = capsys.readouterr().out
    assert "no rest in 100 epochs" in printed
    assert printed.splitlines()[-1] == f"run: {run.path}"


@pytest.mark.slow
@pytest.mark.parametrize("data", ["line", "circles", "moons", "spirals"])
def test_every_kind_of_points_by_hand(tmp_path, capsys, data):
    metrics, run = main_small(tmp_path, data=data, engine="by-hand", activation="tanh")
    assert list(metrics["table"]) == ["perceptron", "logistic neuron", "network by hand"]
    assert "largest_difference" not in metrics
    assert figures(run) == ALWAYS
    assert not run.model_path.is_file()
    assert ("it came to rest" in capsys.readouterr().out) == (data == "line")
    with Image.open(run.path / "figures" / "learning.gif") as picture:
        assert picture.is_animated


@pytest.mark.slow
def test_keras_alone_may_bend_otherwise(tmp_path):
    metrics, run = main_small(
        tmp_path, engine="keras", activation="gelu", hidden=(4, 3), show_layers=True, epochs=3
    )
    assert "network by hand" not in metrics["table"]
    assert len(metrics["errors_after_layers"]) == 3
    assert saving.load(run).model.count_params() == 3 * 4 + 5 * 3 + 4


@pytest.mark.slow
def test_without_a_hidden_layer_it_is_a_logistic_neuron(tmp_path):
    metrics, _ = main_small(
        tmp_path, engine="by-hand", data="moons", hidden=(), epochs=800, learning_rate=0.1, show_layers=True
    )
    network, neuron = (metrics["table"][name] for name in ("network by hand", "logistic neuron"))
    assert network["training_log_loss"] == pytest.approx(neuron["training_log_loss"], rel=0.02)
    assert len(metrics["errors_after_layers"]) == 1


def test_the_same_seed_gives_the_same_points_and_fresh_ones_are_others(tmp_path):
    one, again, other = (_made_points.make("moons", 40, 0.1, seed) for seed in (0, 0, 1))
    assert one.sha256 == again.sha256 != other.sha256
    assert not np.isin(one.x, one.x_fresh).any()
    limited = _made_points.make("moons", 40, 0.1, 0, limit=10)
    assert len(limited.x) == limited.limited == 10 and one.limited is None
    assert _made_points.make("moons", 40, 0.1, 0, limit=400).limited is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"points": 3}, "3 points are too few: at least 4"),
        ({"noise": -0.1}, "noise=-0.1 is no standard deviation"),
        ({"epochs": 0}, "epochs=0"),
        ({"hidden": (4, 0)}, r"hidden layer of \(4, 0\) must be at least 1"),
        ({"learning_rate": 0.0}, "learning_rate=0.0 must be above 0"),
        (
            {"activation": "gelu"},
            "'gelu' is not available by hand: choose one of relu, .*, or --engine keras",
        ),
        ({"limit": 2}, "2 points are too few"),
    ],
)
def test_bad_input_is_one_line_and_leaves_no_run(tmp_path, arguments, words):
    with pytest.raises(ValueError, match=words):
        main_small(tmp_path, **arguments)
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_as_a_program(program, tmp_path):
    done = program(
        "apps.decision_regions", "--points", 40, "--epochs", 5, "--hidden", 4, "--models-dir", tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith(f"run: {tmp_path}")
    assert done.stderr == ""


def test_a_user_s_error_is_one_line(program, tmp_path):
    refused = program("apps.decision_regions", "--noise", -1, "--models-dir", tmp_path)
    assert refused.returncode == 2
    assert refused.stderr.startswith("error: noise=-1.0 is no") and refused.stderr.count("\n") == 1


def test_help_needs_nothing_heavy():
    code = (
        "import sys, apps.decision_regions;"
        "assert not {'keras', 'tensorflow', 'matplotlib', 'pandas'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)

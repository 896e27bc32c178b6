"""apps.decision_regions: who can split which points, by hand and by Keras."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from apps import decision_regions
from apps.decision_regions import points as made_points
from keras_course import saving
from keras_course.errors import UserError
from keras_course.experiment import command, runs

ROOT = Path(__file__).parents[2]
SMALL = {"points": 40, "epochs": 12, "hidden": (4,)}


@pytest.fixture(autouse=True)
def few_frames(monkeypatch):
    """An animation of three frames is enough."""
    monkeypatch.setattr(decision_regions, "FRAMES", 3)


def main_small(tmp_path, limit=None, **arguments):
    options = decision_regions.Options(models_dir=tmp_path, limit=limit)
    metrics = decision_regions.main(decision_regions.Config(run=options, **{**SMALL, **arguments}))
    return metrics, runs.find("decision_regions", tmp_path)


def figures(run):
    return {path.name for path in (run.path / "figures").iterdir()}


ALWAYS = {"regions.png", "errors_against_log_loss.png", "combining.png", "learning.gif"}


@pytest.mark.slow
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

    data = made_points.make("xor", 40, 0.1, 0)
    model = saving.load(run).model  # points in, probabilities out, in a file of its own
    p = model.predict(data.x_fresh, verbose=0)[:, 0]
    assert np.sum((p >= 0.5) != data.y_fresh) == table["network by Keras"]["fresh_errors"]
    assert run.card()["kind"] == "point" and run.card()["dataset"]["name"] == "xor, noise 0.1"
    assert len(run.history()["loss"]) == 60

    printed = capsys.readouterr().out
    assert "it did not converge in 100 epochs" in printed
    assert printed.splitlines()[-1] == f"run: {run.path}"


@pytest.mark.slow
@pytest.mark.parametrize("data", ["line", "circles", "moons", "spirals"])
def test_every_kind_of_points_by_hand(tmp_path, capsys, data):
    metrics, run = main_small(tmp_path, data=data, engine="by-hand", activation="tanh")
    assert list(metrics["table"]) == ["perceptron", "logistic neuron", "network by hand"]
    assert "largest_difference" not in metrics
    assert figures(run) == ALWAYS
    assert not run.model_path.is_file()
    assert ("it converged" in capsys.readouterr().out) == (data == "line")
    with Image.open(run.path / "figures" / "learning.gif") as picture:
        assert picture.is_animated


@pytest.mark.slow
def test_keras_alone_has_other_activations(tmp_path):
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
    one, again, other = (made_points.make("moons", 40, 0.1, seed) for seed in (0, 0, 1))
    assert one.sha256 == again.sha256 != other.sha256
    assert not np.isin(one.x, one.x_fresh).any()
    limited = made_points.make("moons", 40, 0.1, 0, limit=10)
    assert len(limited.x) == limited.limited == 10 and one.limited is None
    assert made_points.make("moons", 40, 0.1, 0, limit=400).limited is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"points": 3}, "3 points to train on: give 4"),
        ({"points": 10**12}, "1000000000000 points to train on: give 4 .* to 100,000"),
        ({"noise": -1.0}, "noise=-1 must be from 0 to 100"),
        ({"noise": 1e300}, r"noise=1e\+300 must be from 0 to 100"),
        ({"epochs": 0}, "epochs=0 must be at least 1"),
        ({"epochs": -3}, "epochs=-3 must be at least 1"),
        ({"hidden": (4, 0)}, r"hidden=\(4, 0\): each must be at least 1"),
        ({"hidden": (9999999,)}, r"hidden=\(9999999,\) must be 50 layers at most, of 1 to 1,000 units"),
        ({"learning_rate": 0.0}, "learning_rate=0 must be above 0"),
        (
            {"activation": "gelu"},
            "'gelu' is not available by hand: choose one of relu, .*, or --engine keras",
        ),
        ({"limit": 2}, "2 points to train on"),
    ],
)
def test_bad_input_is_one_line_and_leaves_no_run(tmp_path, arguments, words):
    with pytest.raises(UserError, match=words):
        main_small(tmp_path, **arguments)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("rate", ["1e30", "1e38"])
@pytest.mark.parametrize("engine", ["by-hand", "keras", "both"])
def test_a_training_that_diverges_is_one_line(tmp_path, capfd, engine, rate):
    flags = ["--points", "20", "--epochs", "5", "--learning-rate", rate]
    with pytest.raises(SystemExit) as left:
        command.run(
            decision_regions.main,
            decision_regions.Config,
            [*flags, "--engine", engine, "--models-dir", str(tmp_path)],
        )
    assert left.value.code == 2
    said = capfd.readouterr().err
    assert said.startswith("error: training has diverged: the") and said.count("\n") == 1


@pytest.mark.parametrize("flag", ["--resume", "--data-dir"])
def test_flags_that_it_would_not_obey_are_refused(flag, capsys):
    with pytest.raises(SystemExit) as left:
        command.run(decision_regions.main, decision_regions.Config, [flag, "x"])
    assert left.value.code == 2 and flag in capsys.readouterr().err


@pytest.mark.slow
def test_a_saved_network_predicts_points(tmp_path, program):
    _, run = main_small(tmp_path, epochs=3)
    loaded = saving.load(run)
    one = loaded.predict(np.array([0.5, -1.0]))
    assert one.label in ("0", "1") and sum(one.probabilities.values()) == pytest.approx(1)
    batch = loaded.predict(np.array([[0.5, -1.0], [0.0, 1.0], [1.0, 1.0]]))
    assert len(batch) == 3 and batch[0].probability == pytest.approx(one.probability)
    assert loaded.predict("0.5, -1").probability == pytest.approx(one.probability)
    done = program("apps.predict", "decision_regions", "0.5, -1", "--models-dir", tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith(f"0.5, -1  {one.label}")


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
    assert refused.stderr.startswith("error: noise=-1 must be") and refused.stderr.count("\n") == 1


def test_help_needs_nothing_heavy():
    code = (
        "import sys, apps.decision_regions;"
        "assert not {'keras', 'tensorflow', 'matplotlib', 'pandas'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)

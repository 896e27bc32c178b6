"""apps.convnet_by_hand: NumPy alone trains, and Keras agrees."""

import numpy as np
import pytest

from apps import convnet_by_hand
from keras_course.errors import UserError
from keras_course.experiment import command, runs


def test_it_trains_and_agrees_with_keras(tmp_path, capsys):
    options = command.HandDataOptions(models_dir=tmp_path)
    config = convnet_by_hand.Config(epochs=3, filters=4, keras=True, run=options)
    metrics = convnet_by_hand.main(config)
    printed = capsys.readouterr().out.splitlines()
    run = runs.find("convnet_by_hand", tmp_path)
    assert printed[-1] == f"run: {run.path}"
    assert run.metrics() == metrics
    assert metrics["test_accuracy"] > 0.7
    # float32 against float64, over 135 updates
    assert metrics["keras"]["mean_difference"] < 1e-3
    assert {path.name for path in (run.path / "figures").iterdir()} == {
        "curves.png", "filters.png", "feature_maps.png", "mistakes.png",
    }  # fmt: skip
    with np.load(run.path / "parameters.npz") as parameters:
        assert parameters["kernel"].shape == (5, 5, 1, 4)


def test_numpy_is_enough(program, tmp_path):
    done = program("apps.convnet_by_hand", "--epochs", "1", "--filters", "2", "--models-dir", tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


@pytest.mark.parametrize("name", ["epochs", "filters", "batch_size", "learning_rate"])
def test_bad_settings_are_one_line_and_leave_no_run(tmp_path, name):
    options = command.HandDataOptions(models_dir=tmp_path)
    with pytest.raises(UserError, match=f"^{name}=0 must be (at least 1|above 0)$"):
        convnet_by_hand.main(convnet_by_hand.Config(**{name: 0}, run=options))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--filters", str(10**9)], "filters=1000000000 must be at most 512"),
        (["--epochs", "-3"], "epochs=-3 must be at least 1"),
        (["--batch-size", str(10**23)], "batch_size=100000000000000000000000 is too large"),
        (["--learning-rate", "nan"], "learning_rate=nan"),
    ],
)
def test_settings_out_of_range_are_one_line(tmp_path, capfd, flags, words):
    app = convnet_by_hand
    with pytest.raises(SystemExit) as left:
        command.run(app.main, app.Config, ["--models-dir", str(tmp_path), *flags])
    said = capfd.readouterr().err
    assert left.value.code == 2 and words in said and said.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("rate", ["1e30", "1e38"])
def test_a_training_that_diverges_is_one_line(tmp_path, capfd, rate):
    app = convnet_by_hand
    flags = ["--epochs", "3", "--filters", "2", "--limit", "200", "--learning-rate", rate]
    with pytest.raises(SystemExit) as left:
        command.run(app.main, app.Config, ["--models-dir", str(tmp_path), *flags])
    said = capfd.readouterr().err
    assert left.value.code == 2 and said.startswith("error: training has diverged") and said.count("\n") == 1


@pytest.mark.parametrize("flag", ["--device", "--precision", "--deterministic", "--resume"])
def test_flags_that_it_would_not_obey_are_refused(flag, capsys):
    with pytest.raises(SystemExit) as left:
        command.run(convnet_by_hand.main, convnet_by_hand.Config, [flag, "cpu"])
    assert left.value.code == 2 and flag in capsys.readouterr().err

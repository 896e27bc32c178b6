"""apps.convnet_by_hand: NumPy alone trains, and Keras agrees."""

import numpy as np
import pytest

from apps import convnet_by_hand
from keras_course.experiment import command, runs


def test_it_trains_and_agrees_with_keras(tmp_path, capsys):
    options = command.RunOptions(models_dir=tmp_path)
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
    options = command.RunOptions(models_dir=tmp_path)
    with pytest.raises(ValueError, match=f"{name}=0 must be above 0"):
        convnet_by_hand.main(convnet_by_hand.Config(**{name: 0}, run=options))
    assert not list(tmp_path.iterdir())

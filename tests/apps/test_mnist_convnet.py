"""apps.mnist_convnet: trains small, saves what reloads, and scores on real digits."""

import numpy as np
import pytest

from apps import mnist_convnet
from keras_course import saving
from keras_course.datasets import digits
from keras_course.experiment import command, runs


@pytest.mark.slow
@pytest.mark.parametrize("api", ["sequential", "functional"])
def test_it_learns_and_reloads(tmp_path, api):
    config = mnist_convnet.Config(
        dataset="digits",
        epochs=8,
        api=api,
        filters=(8, 8),
        hidden=16,
        batch_size=32,
        run=command.RunOptions(models_dir=tmp_path, limit=600),
    )
    metrics = mnist_convnet.main(config)
    assert metrics["test_accuracy"] > 0.7
    run = runs.find("mnist_convnet", tmp_path)
    figures = {path.name for path in (run.path / "figures").iterdir()}
    assert figures == {
        "confusion.png",
        "curves.png",
        "feature_maps.png",
        "filters.png",
        "mistakes.png",
    }
    loaded = saving.load(run)
    data = digits.load("digits")
    right = loaded.model.predict(data.x_test, verbose=0).argmax(axis=1) == data.y_test
    assert right.mean() == pytest.approx(metrics["test_accuracy"], abs=1e-6)
    assert loaded.predict(data.x_test[0]).label in data.labels


@pytest.mark.slow
def test_augmented_digits_and_averaged_weights(tmp_path):
    config = mnist_convnet.Config(
        dataset="digits",
        epochs=8,
        filters=(8, 8),
        hidden=16,
        batch_size=32,
        augment="affine",
        ema_momentum=0.9,
        run=command.RunOptions(models_dir=tmp_path, limit=600),
    )
    metrics = mnist_convnet.main(config)
    assert metrics["test_accuracy"] > 0.6
    loaded = saving.load(runs.find("mnist_convnet", tmp_path))
    digit = digits.load("digits").x_test[:1]
    first, second = (loaded.model.predict(digit, verbose=0) for _ in range(2))
    np.testing.assert_array_equal(first, second)  # no augmentation in inference
    assert "random_affine" in {layer.name for layer in loaded.model.layers}


@pytest.mark.slow
def test_every_knob_trains(tmp_path):
    config = mnist_convnet.Config(
        dataset="digits",
        epochs=1,
        filters=(4,),
        convolutions=2,
        hidden=0,
        normalization=True,
        dropout=0.2,
        l2=0.001,
        schedule="cosine",
        run=command.RunOptions(models_dir=tmp_path, limit=200),
    )
    assert np.isfinite(mnist_convnet.main(config)["test_loss"])


def test_a_users_error_is_one_line(tmp_path, capfd):
    with pytest.raises(SystemExit) as left:
        command.run(
            mnist_convnet.main,
            mnist_convnet.Config,
            ["--dataset", "digits", "--filters", "0", "--models-dir", str(tmp_path)],
        )
    assert left.value.code == 2
    assert "each must be at least 1" in capfd.readouterr().err.splitlines()[-1]

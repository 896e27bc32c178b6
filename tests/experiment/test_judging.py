"""Judging a classifier: the same figures whether the data lie in memory or are mapped from disk."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest

from keras_course.experiment import judging


@pytest.mark.parametrize("classes", [2, 3])
def test_mapped_and_loaded_data_are_judged_alike(tmp_path, monkeypatch, classes):
    rng = np.random.default_rng(0)
    outputs = 1 if classes == 2 else classes
    model = keras.Sequential(
        [
            keras.Input((4, 4, 3)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Flatten(),
            keras.layers.Dense(outputs, activation="sigmoid" if outputs == 1 else "softmax"),
        ]
    )
    loss = "binary_crossentropy" if outputs == 1 else "sparse_categorical_crossentropy"
    model.compile("sgd", loss, metrics=["accuracy"])
    loaded, mapped = {}, {}
    for part, count in (("test", 70), ("validation", 33)):
        x = rng.integers(0, 256, (count, 4, 4, 3), dtype=np.uint8)
        x.tofile(tmp_path / part)
        y = rng.integers(0, classes, count)
        loaded |= {f"x_{part}": x, f"y_{part}": y}
        mapped |= {f"x_{part}": np.memmap(tmp_path / part, np.uint8, "r", shape=x.shape), f"y_{part}": y}
    expected, predicted = judging.evaluate(model, SimpleNamespace(**loaded))

    largest = []
    evaluate, predict = model.evaluate, model.predict
    monkeypatch.setattr(
        model, "evaluate", lambda x, **more: largest.append(len(x[0][0])) or evaluate(x, **more)
    )
    monkeypatch.setattr(
        model, "predict", lambda x, **more: largest.append(len(x[0][0])) or predict(x, **more)
    )
    found, probabilities = judging.evaluate(model, SimpleNamespace(**mapped))
    assert found == pytest.approx(expected, abs=1e-6)
    assert set(found) == {"test_accuracy", "test_loss", "validation_accuracy", "validation_loss"}
    np.testing.assert_allclose(probabilities, predicted, atol=1e-6)
    assert probabilities.shape == (70, classes)
    assert max(largest) == 32  # never the whole part at once

"""weights="pretrained": a builder's model predicts as the committed run does."""

import shutil

import keras
import numpy as np
import pytest

from keras_course import models, saving
from keras_course.errors import UserError
from keras_course.experiment import runs

CLASSIFIERS = [
    (models.dense_sequential, "mnist_dense", {}),
    (models.dense_functional, "mnist_dense", {"dropout": 0.3}),
    (models.convnet_sequential, "mnist_convnet", {"convolutions": 2}),
    (models.convnet_functional, "mnist_convnet", {"convolutions": 2, "input_shape": (28, 28)}),
    (models.lenet5, "architectures", {"input_shape": (28, 28, 1)}),
]


@pytest.mark.parametrize(("build", "app", "arguments"), CLASSIFIERS)
def test_a_digit_classifier_predicts_as_the_run(build, app, arguments):
    model = build(**arguments, weights="pretrained")
    run = saving.load_model(runs.pretrained(app).model_path)
    digits = np.random.default_rng(0).integers(0, 256, (4, 28, 28), dtype=np.uint8)
    x = (digits / 255).reshape(4, *model.input_shape[1:]).astype("float32")
    # the ConvNet was trained, and is saved, in bfloat16
    atol = 0.05 if app == "mnist_convnet" else 1e-5
    np.testing.assert_allclose(model.predict(x, verbose=0), run.predict(digits, verbose=0), atol=atol)
    assert model.name == build.__name__


def test_the_photo_classifier_has_the_runs_weights():
    model = models.modern(weights="pretrained")
    run = saving.load_model(runs.pretrained("cats_dogs").model_path)
    for ours, theirs in zip(model.get_weights(), run.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_the_quantiles_are_those_of_the_run():
    prices = (100 * np.exp(np.cumsum(np.random.default_rng(0).normal(0, 0.02, (3, 61)), axis=1))).astype(
        "float32"
    )
    run = saving.load_model(runs.pretrained("quantile_lstm").model_path)
    found = models.quantile_lstm(weights="pretrained").predict(prices, verbose=0)
    np.testing.assert_allclose(found, run.predict(prices, verbose=0), atol=1e-6)
    assert np.abs(found - models.quantile_lstm().predict(prices, verbose=0)).max() > 1e-5


def test_without_the_last_layer_it_gives_pretrained_features():
    whole = models.dense_sequential(weights="pretrained")
    features = models.dense_sequential(num_classes=None, weights="pretrained")
    for ours, theirs in zip(features.get_weights(), whole.get_weights()[:2], strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_run_of_ones_own_by_folder_or_file(tmp_path):
    classifier = models.convnet_sequential((8, 8, 1), 3, (4,), 5, normalization=True)
    saving.save(
        keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Rescaling(1 / 255), classifier]),
        tmp_path / "model.keras",
    )
    for path in (tmp_path, str(tmp_path / "model.keras")):
        again = models.convnet_functional((8, 8, 1), 3, (4,), 5, normalization=True, weights=path)
        for ours, theirs in zip(again.get_weights(), classifier.get_weights(), strict=True):
            np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(
    ("build", "arguments", "words"),
    [
        (
            models.dense_sequential,
            {"hidden": (64,)},
            r"input_shape=\(28, 28\), hidden=\(512,\), activation='relu'",
        ),
        (
            models.dense_functional,
            {"activation": "tanh"},
            r"do not fit \(activation\): .* has .*activation='relu'",
        ),
        (models.dense_functional, {"hidden": (512, 512)}, r"do not fit \(.*hidden_2.*hidden\)"),
        (models.dense_sequential, {"num_classes": 3}, r"do not fit \(predictions\): .*outputs=10"),
        (
            models.convnet_sequential,
            {},
            r"filters=\(32, 64\), convolutions=2, hidden=128, normalization=False",
        ),
        (models.modern, {"filters": (8, 8)}, r"do not fit \(convolution_0, .*input_shape=\(144, 144, 3\)"),
        (models.modern, {"num_classes": 5}, r"do not fit \(predictions\)"),
        (
            models.quantile_lstm,
            {"levels": (0.1, 0.2, 0.5, 0.8, 0.9)},
            r"do not fit \(levels\): .*0.025, 0.1, 0.5",
        ),
        (models.quantile_lstm, {"units": (8,)}, r"do not fit \(lstm_1, steps\)"),
        (models.lenet5, {"activation": "tanh"}, r"do not fit \(C1, C3, C5, F6\)"),
        (models.lenet5, {"pooling": "average"}, r"do not fit \(S2, S4\)"),
    ],
)
def test_another_network_is_told_the_runs_settings(build, arguments, words):
    with pytest.raises(UserError, match=words):
        build(**arguments, weights="pretrained")


def test_no_such_run(tmp_path, monkeypatch):
    with pytest.raises(UserError, match=r"there is no such run or model\.keras"):
        models.dense_sequential(weights=tmp_path / "nothing")
    with pytest.raises(UserError, match=r"there is no such run or model\.keras"):
        models.dense_sequential(weights=tmp_path)  # a folder, but no run
    monkeypatch.setattr(runs, "shipped", lambda *parts: None)
    with pytest.raises(UserError, match="there is no pretrained run of mnist_dense here"):
        models.dense_sequential(weights="pretrained")


def test_an_unreadable_config(tmp_path):
    shutil.copy(runs.pretrained("mnist_dense").model_path, tmp_path)
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(UserError, match=r"config\.json is not readable JSON"):
        models.dense_sequential(weights=tmp_path)

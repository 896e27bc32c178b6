"""apps.look_inside: on the committed runs, on a network of keras.applications, and what cannot be looked into."""

import keras
import numpy as np
import pytest
from PIL import Image

from apps import look_inside
from apps.look_inside import sanity, subjects
from keras_course.errors import UserError
from keras_course.experiment import command, runs


def config(folder, model="mnist_convnet/pretrained", **settings):
    settings = {
        "dataset": "digits",
        "searched": 30,
        "ascent_steps": 3,
        "data_dir": folder / "data",
        **settings,
    }
    return look_inside.Config(model=model, run=command.HandOptions(models_dir=folder / "models"), **settings)


@pytest.fixture
def committed(monkeypatch):
    """No network: what is not here is not downloaded."""
    from keras.src.utils import file_utils

    def refuse(*_, **more):
        raise Exception("URL fetch failure")  # as Keras does

    monkeypatch.setattr(file_utils, "get_file", refuse)


@pytest.mark.slow
def test_a_committed_run_of_digits(tmp_path, saved_figures, figure_problems, capsys):
    metrics = look_inside.main(config(tmp_path))
    assert list(metrics["layers"]) == ["convolution_1_1", "convolution_2_1", "pooling_2"]
    assert list(saved_figures) == [
        *(f"filters_{number}_{name}" for number, name in enumerate(metrics["layers"], start=1)),
        "grad_cam",
        "occlusion",
        "sanity_check",
    ]
    assert {name: figure_problems(figure) for name, figure in saved_figures.items()} == {
        name: [] for name in saved_figures
    }
    assert list(metrics["sanity_check"]) == ["guided back-propagation", "the gradient", "Grad-CAM"]
    for similar in metrics["sanity_check"].values():
        assert similar[0]["rank_correlation"] == pytest.approx(1)
    printed = capsys.readouterr().out
    assert "mnist_convnet/pretrained was trained on mnist and sees digits here" in printed
    assert "sanity check: Guided back-propagation" in printed
    saved = runs.find("look_inside", tmp_path / "models").config()
    assert saved["model"] == "mnist_convnet/pretrained" and "data_dir" not in saved


def test_a_network_that_takes_a_channel_behind_layers_that_add_it():
    subject = subjects.load(look_inside.Config("architectures/pretrained"))
    assert subject.takes == (28, 28) and subject.network.input_shape[1:] == (28, 28, 1)
    picture = np.random.default_rng(0).integers(0, 256, (2, 28, 28), dtype=np.uint8)
    fitted = subject.fitted(picture)
    np.testing.assert_array_equal(fitted[..., 0], picture)
    np.testing.assert_allclose(
        subject.pixels(subject.prepare(fitted)[0])[..., 0], picture[0] / 255, atol=1e-6
    )
    assert subject.fitted(np.zeros((1, 14, 14), "uint8")).shape == (1, 28, 28, 1)


@pytest.mark.slow
def test_a_committed_run_of_photos_and_a_photo_of_ones_own(tmp_path, saved_figures, figure_problems):
    Image.new("RGB", (90, 60), "teal").save(tmp_path / "mine.png")
    settings = {"dataset": "drawn", "filters": 2, "photo": str(tmp_path / "mine.png")}
    metrics = look_inside.main(config(tmp_path, "cats_dogs/pretrained", **settings))
    (row,) = metrics["occlusion"]
    assert row["picture"] == "mine.png" and row["label"] in ("cats", "dogs")
    assert row["lowest"] <= row["probability"] + 0.01
    assert {name: figure_problems(figure) for name, figure in saved_figures.items()} == {
        name: [] for name in saved_figures
    }


@pytest.mark.slow
def test_a_network_of_keras_applications_without_weights(tmp_path, committed):
    Image.new("RGB", (90, 60), "teal").save(tmp_path / "mine.png")
    settings = {"dataset": "drawn", "weights": "none", "searched": 2, "filters": 1, "square": 0.9}
    settings["photo"] = str(tmp_path / "mine.png")
    metrics = look_inside.main(config(tmp_path, "mobilenetv2", layers=("block_1_expand_relu",), **settings))
    assert list(metrics["layers"]) == ["block_1_expand_relu"]
    assert metrics["occlusion"][0]["label"].startswith("class ")


@pytest.mark.parametrize("name", ["VGG16", "ResNet50V2", "MobileNetV2", "DenseNet121"])
def test_pictures_of_a_network_become_pixels_again(name):
    """Each has its own preprocessing: blue first, a mean taken away, -1 to 1."""
    import sys

    home = sys.modules[getattr(keras.applications, name).__module__]
    network = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(2, 3)])
    subject = subjects.Subject(
        name, "photo", network, lambda x: home.preprocess_input(np.array(x, "float32")), ()
    )
    photos = np.random.default_rng(0).integers(0, 256, (2, 8, 8, 3)).astype("float32")
    np.testing.assert_allclose(subject.pixels(subject.prepare(photos)), photos / 255, atol=1e-5)
    red = np.zeros((1, 8, 8, 3), "float32")
    red[..., 0] = 255
    slopes = subject.slopes(subject.prepare(red) - subject.prepare(0 * red))
    assert slopes[0, 0, 0, 0] > 0 and not slopes[..., 1:].any()


@pytest.mark.parametrize(
    ("model", "settings", "words"),
    [
        (
            "mnist_dense/pretrained",
            {},
            r"has no convolutions .*give a run of mnist_convnet, architectures or cats_dogs",
        ),
        ("stock_lstm/pretrained", {}, "has no convolutions over a picture"),
        ("ResNet5", {}, "or name a network of keras.applications: ResNet50"),
        (
            "mnist_convnet/pretrained",
            {"layers": ("dense",)},
            "no such layer with maps, but one_channel, conv",
        ),
        ("mnist_convnet/pretrained", {"layers": ("a", "b", "c", "d")}, "at most 3 of each"),
        ("mnist_convnet/pretrained", {"filters": 4}, "at most 3 of each"),
        ("mnist_convnet/pretrained", {"photo": "gone.png"}, "gone.png: there is no such picture file"),
        ("mnist_convnet/pretrained", {"square": 0.0}, "square=0 must be from 0.01 to 1"),
        ("VGG16", {"weights": "gone.h5"}, "--weights gone.h5: there is no such file"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(model, settings, words, tmp_path):
    with pytest.raises(UserError, match=words):
        look_inside.main(config(tmp_path, model, **settings))
    assert not (tmp_path / "models").exists()


def test_weights_that_cannot_be_downloaded(tmp_path, committed):
    with pytest.raises(
        UserError, match=r"weights of MobileNetV2 cannot be downloaded .*https://.* put it into"
    ):
        look_inside.main(config(tmp_path, "MobileNetV2"))


def test_the_sentence_says_what_was_measured():
    def table(**values):
        return {
            name: [{"rank_correlation": 1.0}, {"rank_correlation": value}, {"rank_correlation": 0.0}]
            for name, value in values.items()
        }

    found = table(guided=0.9, cam=0.1)
    assert sanity.sentence(found) == (
        "Guided hardly changes with a random last layer: it cannot tell why this class"
    )
    assert sanity.numbers(found).endswith("all weights random: guided 0.90 / 0.00, cam 0.10 / 0.00")
    assert (
        sanity.sentence(table(guided=0.2, cam=0.1))
        == "A random last layer changes every picture: guided, cam"
    )
    assert "they cannot tell why" in sanity.sentence(table(guided=0.9, gradient=0.8))

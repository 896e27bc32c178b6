"""ImageNet weights: Keras says which file, it is fetched once and checked, and used from the data folder."""

import hashlib
from dataclasses import replace

import keras
import pytest

from keras_course.datasets import weights
from keras_course.errors import UserError

HDF5 = b"\x89HDF\r\n\x1a\n and so on"


def test_keras_says_which_file():
    asked = weights.asked_for("mobilenetv2")
    assert asked.file == "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5"
    assert asked.url.startswith("https://storage.googleapis.com/") and asked.url.endswith(asked.file)
    assert "_96_no_top" in weights.asked_for("MobileNetV2", (96, 96, 3)).file
    assert weights.asked_for("VGG16").checksum == "6d6bbae143d832006294945121d1f1fc"


def test_the_networks_are_those_of_keras():
    constructors = {name for name in dir(keras.applications) if name[0].isupper()}
    assert set(weights.NETWORKS) == constructors
    with pytest.raises(
        UserError, match=r"no network 'nosuch' in keras\.applications: choose one of ConvNeXt"
    ):
        weights.asked_for("nosuch")


@pytest.fixture
def served(server, monkeypatch):
    """A network whose weights come from this machine."""
    server.body = HDF5
    asked = weights.Asked("net.h5", server.url + "good", hashlib.new("md5", HDF5).hexdigest())
    monkeypatch.setattr(weights, "asked_for", lambda name, shape=weights.PHOTO: asked)
    return server, asked


def test_fetched_once_then_found(served, tmp_path):
    server, _ = served
    assert weights.kept("VGG16", (150, 150, 3), tmp_path) is None
    assert weights.Weights("VGG16").obtain(tmp_path) == "downloaded"
    assert weights.Weights("VGG16").obtain(tmp_path) == "present" and server.requests == 1
    assert weights.kept("VGG16", (150, 150, 3), tmp_path) == tmp_path / "weights/net.h5"


@pytest.mark.parametrize("checksum", ["0" * 32, "0" * 64, None])
def test_another_file_is_never_kept(served, tmp_path, monkeypatch, checksum):
    server, asked = served
    server.body = HDF5 if checksum else b"<html>Please log in</html>"
    monkeypatch.setattr(weights, "asked_for", lambda name: replace(asked, checksum=checksum))
    with pytest.raises(UserError, match=r"not Keras' weights|not the expected file|not a file of weights"):
        weights.Weights("VGG16").obtain(tmp_path)
    assert not list((tmp_path / "weights").iterdir())


def test_a_file_that_is_there_is_checked_and_left(served, tmp_path):
    path = tmp_path / "weights/net.h5"
    path.parent.mkdir()
    path.write_bytes(HDF5 + b" changed")
    with pytest.raises(UserError, match="not Keras' weights, its md5 is"):
        weights.Weights("VGG16").obtain(tmp_path)
    with pytest.raises(UserError, match="not Keras' weights, its md5 is"):
        weights.kept("VGG16", (150, 150, 3), tmp_path)
    assert path.read_bytes() == HDF5 + b" changed"


@pytest.mark.slow
def test_cats_dogs_takes_them_from_the_data_folder(tmp_path, monkeypatch):
    """As a file's path, without Keras' cache and without a network."""
    from types import SimpleNamespace

    import numpy as np

    from apps import cats_dogs
    from apps.cats_dogs import network, recipes
    from keras_course.experiment import command

    file = tmp_path / "weights" / weights.asked_for("MobileNetV2", (64, 64, 3)).file
    file.parent.mkdir()
    base = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(64, 64, 3))
    base.save_weights(tmp_path / "mine.weights.h5")
    (tmp_path / "mine.weights.h5").rename(file)
    used = []
    monkeypatch.setattr("keras_course.models.transfer", lambda *given, **more: used.append(given) or base)
    config = cats_dogs.Config(model="MobileNetV2", run=command.RunOptions(data_dir=tmp_path))
    data = SimpleNamespace(x_train=np.zeros((1, 64, 64, 3), np.uint8), labels=("cat", "dog"))
    network.build(recipes.complete(config), data)
    assert used[0][3] == str(file)

"""The package works without Keras until a layer is asked for, and models saved under earlier names load."""

import subprocess
import sys
import types
from pathlib import Path

import keras
import numpy as np
import pytest

import keras_course.layers
from keras_course import augmentation, saving
from keras_course.augmentation import BatchMixup, HorizontalFlipAverage, earlier_names

CATS_DOGS = Path(__file__).parents[2] / "models" / "cats_dogs" / "pretrained" / "model.keras"


def test_the_settings_need_no_keras():
    code = "import sys, keras_course.augmentation as a; print(a.Augmentation().zoom, 'keras' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "0.3 False\n"


def test_every_name_is_there_and_no_other():
    kinds = {name: type(getattr(augmentation, name)) for name in augmentation.__all__}
    assert kinds.pop("DIGITS") is augmentation.Augmentation
    assert all(issubclass(kind, type) or kind is types.FunctionType for kind in kinds.values())
    with pytest.raises(AttributeError, match="no attribute 'MixUp'"):
        augmentation.MixUp  # noqa: B018


def test_no_layer_has_the_name_of_one_of_keras():
    assert not [name for name in keras_course.layers.__all__ if hasattr(keras.layers, name)]


def test_the_pretrained_run_loads_under_the_earlier_names():
    """Its predictions are those from before the layers were renamed."""
    model = saving.load_model(CATS_DOGS)
    assert isinstance(model.get_layer("mixup"), BatchMixup)
    assert isinstance(model.layers[-1], HorizontalFlipAverage)
    photos = np.random.default_rng(0).integers(0, 256, (3, 9, 9, 3), dtype=np.uint8)
    probabilities = model.predict(photos.repeat(16, 1).repeat(16, 2), verbose=0)[:, 0]
    np.testing.assert_allclose(probabilities, [0.9381, 0.9777, 0.9912], atol=0.01)  # in bfloat16


def test_a_file_with_an_earlier_name_keeps_its_weights(tmp_path):
    inner = keras.Sequential([keras.Input((4, 4, 3)), keras.layers.Flatten(), keras.layers.Dense(2)])
    model = keras.Sequential(
        [keras.Input((4, 4, 3)), earlier_names.MixUp(0.3, seed=1), earlier_names.MirrorAverage(inner)]
    )
    photos = np.random.default_rng(0).random((6, 4, 4, 3), dtype="float32")
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(model.predict(photos, verbose=0), again.predict(photos, verbose=0))
    assert again.layers[0].alpha == 0.3

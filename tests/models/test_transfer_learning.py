"""Transfer learning: any network of keras.applications, its own preprocessing inside."""

import keras
import numpy as np
import pytest

from keras_course.models import transfer

SMALL = {"input_shape": (64, 64, 3), "base": "MobileNetV2", "weights": None}


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """Weights of a base without its top, as a file."""
    path = tmp_path_factory.mktemp("weights") / "mobilenet.weights.h5"
    keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(64, 64, 3)).save_weights(
        path
    )
    return str(path)


def test_the_preprocessing_is_the_bases_own():
    model = transfer(**SMALL, num_classes=None)
    photos = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3)).astype("float32")
    base = next(layer for layer in model.layers if isinstance(layer, keras.Model))
    expected = base.predict(keras.applications.mobilenet_v2.preprocess_input(photos.copy()), verbose=0)
    features = model.predict(photos, verbose=0)
    np.testing.assert_allclose(features, expected.mean(axis=(1, 2)), rtol=1e-4, atol=1e-5)


def test_a_saved_model_reloads_with_its_preprocessing(tmp_path):
    model = transfer((64, 64, 3), 3, "vgg16", None, dropout=0.3)  # reverses the channels
    photos = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3), dtype=np.uint8)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(model.predict(photos, verbose=0), again.predict(photos, verbose=0))
    assert model.output_shape == (None, 3)


def test_a_frozen_base_does_not_learn_and_fine_tuning_frees_its_end(weights):
    frozen = transfer(**{**SMALL, "weights": weights})
    assert len(frozen.trainable_weights) == 2  # the last layer's
    freed = transfer(**{**SMALL, "weights": weights}, fine_tune=10)
    base = next(layer for layer in freed.layers if isinstance(layer, keras.Model))
    assert len(freed.trainable_weights) > 2
    assert all(not layer.trainable or layer in base.layers[-10:] for layer in base.layers)
    normalisations = [layer for layer in base.layers if isinstance(layer, keras.layers.BatchNormalization)]
    assert normalisations and not any(layer.trainable for layer in normalisations)


def test_from_scratch_everything_learns():
    model = transfer(**SMALL)
    base = next(layer for layer in model.layers if isinstance(layer, keras.Model))
    assert all(layer.trainable for layer in base.layers)
    assert model.output_shape == (None, 1)


@pytest.mark.slow
def test_the_given_weights_are_used(weights):
    first, second = (transfer(**{**SMALL, "weights": weights}, num_classes=None) for _ in range(2))
    photos = np.random.default_rng(0).integers(0, 256, (1, 64, 64, 3)).astype("float32")
    np.testing.assert_array_equal(first.predict(photos, verbose=0), second.predict(photos, verbose=0))


def test_without_a_network_it_says_what_to_fetch(monkeypatch):
    def unplugged(*arguments, **more):
        raise Exception("URL fetch failure on https://example.org/mobilenet.h5: unreachable")

    monkeypatch.setattr("keras.src.utils.file_utils.get_file", unplugged)
    with pytest.raises(
        ValueError, match=r"ImageNet weights of MobileNetV2 cannot be downloaded .*give its path"
    ):
        transfer(input_shape=(96, 96, 3), base="MobileNetV2")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"base": "nosuch"}, "no network 'nosuch' in keras.applications: choose one of .*VGG16"),
        ({"num_classes": 1}, "at least two classes"),
        ({"dropout": 1}, "dropout=1 is not a fraction"),
        ({"fine_tune": -1}, "fine_tune=-1"),
        ({"weights": "/no/such.h5"}, "/no/such.h5"),
        ({"input_shape": (16, 16, 3)}, r"MobileNetV2 for photos of \(16, 16, 3\)"),
    ],
)
def test_bad_arguments(arguments, words):
    with pytest.raises(ValueError, match=words):
        transfer(**{**SMALL, **arguments})

"""The copy for export augments nothing, whatever layer did, and predicts as the model does in inference."""

import inspect

import keras
import numpy as np
import pytest

from keras_course import layers as course
from keras_course import saving

L = keras.layers
PHOTOS = np.random.default_rng(0).integers(0, 256, (4, 16, 16, 3), dtype=np.uint8)
ARGUMENTS = {
    "RandomBrightness": {"factor": 0.5},
    "RandomColorDegeneration": {"factor": 0.5},
    "RandomColorJitter": {
        "brightness_factor": 0.5,
        "contrast_factor": 0.5,
        "saturation_factor": 0.5,
        "hue_factor": 0.5,
    },
    "RandomContrast": {"factor": 0.5},
    "RandomCrop": {"height": 16, "width": 16},
    "RandomErasing": {"factor": 1.0},
    "RandomGaussianBlur": {"factor": 1.0},
    "RandomGrayscale": {"factor": 0.5},
    "RandomHue": {"factor": 0.5},
    "RandomInvert": {"factor": 0.5},
    "RandomPosterization": {"factor": 4},
    "RandomRotation": {"factor": 0.4},
    "RandomSaturation": {"factor": 0.9},
    "RandomSharpness": {"factor": 0.5},
    "RandomShear": {"x_factor": 0.5, "y_factor": 0.5},
    "RandomTranslation": {"height_factor": 0.4, "width_factor": 0.4},
    "RandomZoom": {"height_factor": 0.5},
    "Solarization": {"addition_factor": 0.5, "threshold_factor": 0.5},
}
# at work in inference too, and without random numbers
DETERMINISTIC = {
    "AutoContrast": {},
    "CenterCrop": {"height": 12, "width": 12},
    "ContrastLimitedAdaptiveHistogramEqualization": {},
    "Equalization": {},
    "Resizing": {"height": 9, "width": 9},
}
(IMAGE_LAYER,) = L.CenterCrop.__bases__
KERAS = sorted(
    name
    for name, one in inspect.getmembers(L, inspect.isclass)
    if issubclass(one, IMAGE_LAYER) and name not in {*DETERMINISTIC, "MaxNumBoundingBoxes"}
)
COURSE = {"RandomAffine": {}, "RandomColor": {}, "BatchMixup": {}}


def network(*layers, dtype="uint8"):
    """A network after some layers; its weights tell places and channels apart."""
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [keras.Input((16, 16, 3), dtype=dtype), *layers, L.Rescaling(1 / 255), L.Flatten(), L.Dense(3)]
    )


def called(model, x, **arguments):
    return keras.ops.convert_to_numpy(model(x, **arguments))


def assert_quiet(model, x=PHOTOS):
    quiet = saving.without_augmentation(model)
    expected = called(model, x, training=False)
    for _ in range(2):
        np.testing.assert_allclose(called(quiet, x, training=True), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(quiet.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-4, atol=1e-5)
    return quiet


@pytest.mark.filterwarnings("ignore:Explicitly requested dtype int64")  # by Keras' MixUp, on JAX
@pytest.mark.parametrize(
    ("name", "dtype"),
    [
        *((name, "float32") for name in [*KERAS, *COURSE]),
        *((name, "uint8") for name in ["RandAugment", "RandomCrop", "RandomFlip", *COURSE]),
    ],
)
def test_every_augmentation_layer_is_found(name, dtype):
    layer = getattr(course if name in COURSE else L, name)(**ARGUMENTS.get(name, {}))
    model = network(layer, dtype=dtype)
    if name not in ("RandomCrop",):  # of the whole photo there is one crop only
        x = PHOTOS.astype(dtype)
        still = called(model, x, training=False)
        assert any(np.abs(called(model, x, training=True) - still).max() > 1e-4 for _ in range(10))
    quiet = assert_quiet(model, PHOTOS.astype(dtype))
    assert type(quiet.layers[0]) is L.Rescaling and quiet.layers[0].name == layer.name


@pytest.mark.parametrize("name", DETERMINISTIC)
def test_preprocessing_stays(name):
    layer = getattr(L, name)(**DETERMINISTIC[name])
    quiet = assert_quiet(network(layer))
    assert type(quiet.layers[0]) is type(layer)


def test_in_a_pipeline_a_nested_model_and_a_wrapper():
    pipeline = L.Pipeline([L.CenterCrop(12, 12), L.RandomFlip(), L.RandAugment(), L.Resizing(16, 16)])
    assert_quiet(network(pipeline))
    assert_quiet(network(keras.Sequential([L.RandomRotation(0.4), L.AugMix()], name="augmentation")))
    inner = network(L.RandomZoom(0.5), dtype="float32")
    wrapped = keras.Sequential([keras.Input((16, 16, 3)), course.HorizontalFlipAverage(inner)])
    quiet = saving.without_augmentation(wrapped)
    assert type(quiet.layers[0]) is course.HorizontalFlipAverage
    x = PHOTOS.astype("float32")
    np.testing.assert_allclose(quiet.predict(x, verbose=0), wrapped.predict(x, verbose=0), rtol=1e-4)
    np.testing.assert_allclose(
        called(quiet, x, training=True), called(quiet.layers[0].layer, x, training=False), rtol=1e-4
    )


def test_in_a_functional_model_called_for_training():
    inputs = keras.Input((16, 16, 3))
    x = L.RandomFlip()(inputs, training=True)
    x = L.Dense(2)(L.Flatten()(L.RandomContrast(0.9)(x)))
    model = keras.Model(inputs, x)
    quiet = saving.without_augmentation(model)
    photos = PHOTOS.astype("float32")
    flat = photos.reshape(4, -1) @ model.get_weights()[0] + model.get_weights()[1]
    np.testing.assert_allclose(called(quiet, photos, training=True), flat, rtol=1e-3, atol=1e-2)
    assert type(model.layers[1]) is L.RandomFlip  # the model itself is as it was


def test_a_layer_of_ones_own_marks_itself():
    @keras.saving.register_keras_serializable(package="test_export")
    class Noise(L.Layer):
        augments = True

        def call(self, inputs, training=False):
            return inputs + keras.random.normal(keras.ops.shape(inputs)) if training else inputs

    assert_quiet(network(Noise(), dtype="float32"), PHOTOS.astype("float32"))


@pytest.mark.tensorflow
def test_the_saved_model_does_not_augment(tmp_path):
    import tensorflow as tf

    model = network(L.RandAugment(), L.AugMix(), L.CutMix(), L.MixUp(), course.BatchMixup(), dtype="float32")
    x = PHOTOS.astype("float32")
    saving.export(model, tmp_path / "served")
    served = tf.saved_model.load(tmp_path / "served")
    np.testing.assert_allclose(served.serve(x), model.predict(x, verbose=0), rtol=1e-4, atol=1e-4)

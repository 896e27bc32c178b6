import keras
import numpy as np
import pytest

from keras_course import models
from keras_course.errors import UserError
from keras_course.models.applications import copy_weights


def randomized(model, seed=0):
    """Random weights in every place, so that a bias or a moving mean that is left out shows."""
    rng = np.random.default_rng(seed)
    for layer in model.layers:
        values = layer.get_weights()
        noise = [rng.uniform(0, 0.2, value.shape) if value.ndim == 1 else 0 for value in values]
        layer.set_weights([(a + b).astype("float32") for a, b in zip(values, noise, strict=True)])
    return model


@pytest.mark.parametrize(
    ("name", "builder"),
    [
        pytest.param("VGG16", "vgg16", marks=pytest.mark.slow),
        pytest.param("VGG19", "vgg19", marks=pytest.mark.slow),
        pytest.param("ResNet50", "resnet50", marks=pytest.mark.slow),
        pytest.param("ResNet101", "resnet101", marks=pytest.mark.slow),
        pytest.param("ResNet152", "resnet152", marks=pytest.mark.slow),
    ],
)
def test_the_same_logits_as_keras_applications(name, builder):
    arguments = {"input_shape": (64, 64, 3), "classes": 10, "classifier_activation": None}
    source = randomized(getattr(keras.applications, name)(weights=None, **arguments))
    model = getattr(models, builder)((64, 64, 3), 10, classifier_activation=None)
    copy_weights(model, source)
    x = np.random.default_rng(1).normal(size=(2, 64, 64, 3)).astype("float32")
    expected = source.predict(x, verbose=0)
    scale = np.abs(expected).max()
    np.testing.assert_allclose(model.predict(x, verbose=0) / scale, expected / scale, atol=1e-4)


def test_another_network_is_refused():
    source = models.vgg((32, 32, 3), 10, (1,), width=2, hidden=())
    with pytest.raises(UserError, match="give the same network"):
        copy_weights(models.vgg11((32, 32, 3), 10, width=2, hidden=()), source)

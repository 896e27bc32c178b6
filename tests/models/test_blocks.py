"""What the builders share: the name of their last layer, and their regularizer."""

import keras
import numpy as np
import pytest

from keras_course import models
from keras_course.errors import UserError

SMALL = {
    models.linear_classifier: {},
    models.two_layer_network: {},
    models.three_layer_network: {},
    models.dense_sequential: {"hidden": (4,)},
    models.dense_functional: {"hidden": (4,)},
    models.convnet_sequential: {"filters": (2,), "hidden": 4},
    models.convnet_functional: {"filters": (2,), "hidden": 4},
    models.slides_sequential: {"input_shape": (32, 32, 3), "filters": (2,), "hidden": 4},
    models.slides_functional: {"input_shape": (32, 32, 3), "filters": (2,), "hidden": 4},
    models.lenet5: {},
    models.alexnet: {"input_shape": (28, 28, 1), "num_classes": 10, "hidden": (4,), "first_stride": 1},
    **{
        build: {"input_shape": (32, 32, 1), "num_classes": 10, "width": 2}
        for build in (models.resnet, models.resnet18, models.resnet34, models.resnet50)
    },
    models.inception_v1: {"input_shape": (32, 32, 1), "num_classes": 10},
    **{
        build: {"input_shape": (32, 32, 1), "num_classes": 10, "width": 2, "hidden": (4,)}
        for build in (models.vgg, models.vgg11, models.vgg13, models.vgg16, models.vgg19)
    },
    models.modern: {"input_shape": (32, 32, 3), "filters": (2,)},
    models.transfer: {"input_shape": (64, 64, 3), "weights": None},
    models.lstm_sequential: {"units": (4,)},
    models.lstm_functional: {"units": (4,)},
    models.quantile_lstm: {"units": (4,)},
    models.quantile_dense: {"units": 4},
}
WITH_LOGITS = [build for build in SMALL if "classifier_activation" in build.__code__.co_varnames]
WITH_L2 = [build for build in WITH_LOGITS if "l2" in build.__code__.co_varnames]


@pytest.mark.parametrize("build", SMALL, ids=lambda build: build.__name__)
def test_the_last_layer_is_called_predictions(build):
    assert build(**SMALL[build]).layers[-1].name == "predictions"


@pytest.mark.parametrize("build", WITH_LOGITS, ids=lambda build: build.__name__)
def test_so_is_that_of_logits(build):
    last = build(**SMALL[build], classifier_activation=None).layers[-1]
    assert last.name == "predictions" and last.activation is keras.activations.linear


def test_every_builder_is_in_these_tests():
    deep = {"resnet101", "resnet152"}  # resnet50 with more blocks
    no_layers = {"binary_rbm", "masked_rbm", "softmax_rbm"}
    assert {build.__name__ for build in SMALL} == set(models.__all__) - deep - no_layers


@pytest.mark.parametrize("build", WITH_L2, ids=lambda build: build.__name__)
@pytest.mark.parametrize("given", [keras.regularizers.L2(0.02), keras.regularizers.L2(0.02).get_config()])
def test_a_regularizer_of_keras_is_the_knob(build, given):
    given = {"class_name": "L2", "config": given} if isinstance(given, dict) else given
    keras.utils.set_random_seed(0)
    by_knob = build(**SMALL[build], l2=0.02)
    keras.utils.set_random_seed(0)
    by_object = build(**SMALL[build], kernel_regularizer=given)
    total = sum(float(loss) for loss in by_knob.losses)
    assert total > 0 and sum(float(loss) for loss in by_object.losses) == pytest.approx(total, rel=1e-6)


def test_a_regularizer_by_name_and_in_maxout():
    model = models.dense_sequential((4,), 3, (5,), "maxout", kernel_regularizer="l1")
    by_hand = sum(0.01 * np.abs(weight).sum() for weight in model.get_weights() if weight.ndim == 2)
    assert sum(float(loss) for loss in model.losses) == pytest.approx(by_hand, rel=1e-5)


@pytest.mark.parametrize("build", WITH_L2, ids=lambda build: build.__name__)
def test_a_knob_beside_a_regularizer_or_an_unknown_one(build):
    with pytest.raises(UserError, match="kernel_regularizer or the knobs l1 and l2, not both"):
        build(**SMALL[build], kernel_regularizer="l2", l2=0.1)
    with pytest.raises(UserError, match="kernel_regularizer='l3' is not a regularizer of Keras"):
        build(**SMALL[build], kernel_regularizer="l3")

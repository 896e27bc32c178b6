"""A builder answers a mistake with one line of its own before Keras, or the memory, does."""

import math

import keras
import numpy as np
import pytest

from keras_course import models
from keras_course.errors import UserError
from keras_course.models import checks

DENSE = [models.dense_sequential, models.dense_functional]
CONVNETS = [models.convnet_sequential, models.convnet_functional]
PHOTOS = [models.slides_sequential, models.slides_functional, models.modern]
LSTMS = [models.lstm_sequential, models.lstm_functional, models.quantile_lstm]
MATRICES = [models.linear_classifier, models.two_layer_network, models.three_layer_network]
BASE = {models.transfer: {"weights": None}}

MISTAKES = [
    (DENSE, {"hidden": (99_999_999_999,)}, r"about 79,\d{3},\d{3},\d{3},\d{3} weights"),
    (DENSE, {"hidden": (10**30,)}, "weights"),
    (DENSE, {"hidden": 512}, r"hidden=512 must be a sequence .* such as \(512,\)"),
    (DENSE, {"hidden": (64.0,)}, r"hidden=\(64.0,\) must hold whole numbers"),
    (DENSE, {"hidden": ("64",)}, r"hidden=\('64',\) must hold whole numbers"),
    (DENSE, {"hidden": (np.int64(64),)}, r"must hold whole numbers"),  # which Keras refuses too
    (DENSE, {"max_norm": -1}, "max_norm=-1 must be a finite number above 0"),
    (DENSE, {"max_norm": 0.0}, "max_norm=0.0"),
    (DENSE, {"max_norm": math.nan}, "max_norm=nan"),
    (DENSE, {"l1": -0.1}, "l1=-0.1 must be a finite number, 0 or above"),
    (DENSE, {"l2": math.nan}, "l2=nan"),
    (DENSE, {"l2": 10**400}, "l2=1000"),
    (DENSE, {"activation": "rleu"}, "activation='rleu' is not a known activation; the nearest: .*relu"),
    (DENSE, {"activation": "max_out"}, "the nearest: maxout"),
    (DENSE, {"activation": 7}, "activation=7 is not a known activation"),
    (DENSE, {"classifier_activation": "softmaxx"}, "classifier_activation='softmaxx' .*softmax"),
    (DENSE + CONVNETS, {"num_classes": 0}, "num_classes=0 must be a whole number, at least 1"),
    (DENSE + MATRICES, {"num_classes": 2**40}, "weights"),
    (DENSE + MATRICES, {"num_classes": 2.5}, "num_classes=2.5"),
    (DENSE + MATRICES, {"input_shape": 28}, r"input_shape=28 must be a tuple, such as \(28, 28\)"),
    (DENSE + MATRICES, {"input_shape": ()}, r"input_shape=\(\)"),
    (DENSE + MATRICES, {"input_shape": (28, None)}, r"input_shape=\(28, None\) must hold whole numbers"),
    (DENSE + MATRICES, {"input_shape": (10**6, 10**6)}, "is too large"),
    (DENSE + CONVNETS + PHOTOS + LSTMS, {"dropout": math.nan}, "dropout=nan is not a fraction"),
    (DENSE + CONVNETS + PHOTOS + LSTMS, {"dropout": "0.5"}, "dropout='0.5' is not a fraction"),
    (MATRICES[1:2], {"hidden": 0}, r"hidden=\(0,\) must hold whole numbers: at least one unit each"),
    (MATRICES[2:], {"hidden": (3, 4, 5)}, "must be two numbers"),
    (CONVNETS, {"filters": (10**9, 10**9)}, "weights"),
    (CONVNETS, {"hidden": 10**12}, r"about 3,\d{3},0"),
    (CONVNETS, {"convolutions": 1.5}, "convolutions=1.5"),
    (CONVNETS + PHOTOS, {"l2": -1}, "l2=-1"),
    (CONVNETS + PHOTOS, {"filters": 32}, "filters=32 must be a sequence"),
    (
        CONVNETS + PHOTOS,
        {"kernel_regularizer": keras.regularizers.OrthogonalRegularizer()},
        "dense layers only",
    ),
    (PHOTOS, {"filters": (10**6, 10**6)}, "weights"),
    (PHOTOS[:2], {"hidden": 0}, "hidden=0"),
    (PHOTOS[:2], {"hidden": 10**9}, "weights"),
    ([*PHOTOS, models.transfer], {"classifier_activation": "softmax"}, "its softmax is always 1"),
    ([*PHOTOS, models.transfer], {"classifier_activation": "sigmod"}, "the nearest: .*sigmoid"),
    ([*PHOTOS, models.transfer], {"num_classes": 2.5}, "num_classes=2.5"),
    ([*PHOTOS, models.transfer], {"input_shape": (150, 150)}, r"\(150, 150\) has 2 axes: .*channels"),
    ([models.transfer], {"fine_tune": 1.5}, "fine_tune=1.5"),
    ([models.transfer], {"l2": -1.0}, "l2=-1.0"),
    (LSTMS, {"units": (9_999_999,)}, "weights"),
    (LSTMS, {"units": 50}, "units=50 must be a sequence"),
    (LSTMS[:2], {"num_outputs": 0}, "num_outputs=0"),
    (LSTMS[2:], {"input_shape": (1,)}, r"input_shape\[0\]=1 must be a whole number, at least 2"),
    (LSTMS[2:], {"levels": ()}, "must be numbers between 0 and 1 that rise"),
    (LSTMS[2:], {"levels": (0.1, math.nan)}, "must be numbers between 0 and 1 that rise"),
    (LSTMS[2:], {"levels": "all"}, "must be numbers between 0 and 1 that rise"),
    (LSTMS[2:], {"levels": 0.5}, "must be numbers between 0 and 1 that rise"),
]


@pytest.mark.parametrize(
    ("build", "arguments", "words"),
    [
        pytest.param(build, arguments, words, id=f"{build.__name__} {next(iter(arguments))} {words[:30]}")
        for builders, arguments, words in MISTAKES
        for build in builders
    ],
)
def test_a_mistake_is_one_line(build, arguments, words):
    with pytest.raises(UserError, match=words) as caught:
        build(**BASE.get(build, {}), **arguments)
    assert "\n" not in str(caught.value)


def test_lists_and_floats_of_numpy_will_do():
    model = models.dense_sequential([4, 4], 3, [5], l2=np.float32(0.1), dropout=np.float32(0.5))
    assert model.count_params() == 17 * 5 + 6 * 3


def test_a_function_is_an_activation():
    model = models.dense_sequential((4,), 3, (5,), keras.activations.gelu)
    assert model.get_layer("hidden_1").activation is keras.activations.gelu


def test_the_largest_network_is_allowed():
    checks.check_size(checks.MOST_WEIGHTS)
    with pytest.raises(UserError, match=r"about 4,294,967,297 weights \(16 GiB\)"):
        checks.check_size(checks.MOST_WEIGHTS + 1)

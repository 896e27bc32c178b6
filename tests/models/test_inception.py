import numpy as np
import pytest

from keras_course.errors import UserError
from keras_course.models import inception_v1
from tests.models.test_parameters import inception

SMALL = {"input_shape": (32, 32, 3), "first_stride": 1, "first_pooling": False}


def test_the_maps_are_those_of_table_1():
    model = inception_v1()
    shapes = {
        "pooling_1": (56, 56, 64),
        "pooling_2": (28, 28, 192),
        "inception_3a": (28, 28, 256),
        "inception_3b": (28, 28, 480),
        "inception_4a": (14, 14, 512),
        "inception_4b": (14, 14, 512),
        "inception_4c": (14, 14, 512),
        "inception_4d": (14, 14, 528),
        "inception_4e": (14, 14, 832),
        "inception_5a": (7, 7, 832),
        "inception_5b": (7, 7, 1024),
    }
    assert {name: model.get_layer(name).output.shape[1:] for name in shapes} == shapes


def test_the_auxiliary_classifiers_are_those_of_section_5():
    model = inception_v1(auxiliary=True)
    assert model.get_layer("auxiliary_1_pooling").output.shape[1:] == (4, 4, 512)
    assert model.get_layer("auxiliary_2_pooling").output.shape[1:] == (4, 4, 528)
    assert [output.shape for output in model.outputs] == [(None, 1000)] * 3
    # 1x1 convolutions to 128 maps, 2,048 -> 1,024 -> 1,000
    heads = (513 + 529) * 128 + 2 * ((2048 + 1) * 1024 + 1025 * 1000)
    assert model.count_params() == inception() + heads


def test_batch_normalization_takes_the_biases_place():
    """It has no scale, because a ReLU and another normalization follow: three numbers a filter, in place of a bias."""
    plain, normalized = (
        inception_v1(**SMALL, num_classes=None, normalization=how) for how in (None, "batch")
    )
    filters = sum(layer.filters for layer in plain.layers if hasattr(layer, "filters"))
    assert normalized.count_params() - plain.count_params() == 2 * filters


def test_small_pictures():
    model = inception_v1((28, 28, 1), 10, first_stride=1, first_pooling=False, classifier_activation=None)
    assert model(np.ones((1, 28, 28, 1), "float32")).shape == (1, 10)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"input_shape": (28, 28, 1)}, "first_stride=1 and first_pooling=False, from 8 pixels"),
        ({"input_shape": (64, 64, 3), "auxiliary": True}, "a side needs 65 pixels"),
        ({"input_shape": (28, 28)}, "height, width and channels"),
        ({"num_classes": 1}, "at least two classes"),
        ({"num_classes": None, "auxiliary": True}, "needs num_classes"),
        ({"normalization": "layer"}, "('local_response', 'batch', None)"),
    ],
)
def test_one_line_for_bad_arguments(arguments, message):
    with pytest.raises(UserError) as raised:
        inception_v1(**arguments)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)

import keras
import numpy as np
import pytest

from keras_course.errors import UserError
from keras_course.models import vgg, vgg11, vgg13, vgg16, vgg19


def test_the_maps_are_those_of_the_paper_at_a_seventh_of_the_size():
    model = vgg16((32, 32, 3), 10, width=4, hidden=(8, 8))
    shapes = [model.get_layer(f"pooling_{stage}").output.shape[1:] for stage in range(1, 6)]
    assert shapes == [(16, 16, 4), (8, 8, 8), (4, 4, 16), (2, 2, 32), (1, 1, 32)]
    convolutions = [layer.name for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    assert len(convolutions) == 13
    assert convolutions[-1] == "convolution_5_3"


@pytest.mark.parametrize(("builder", "layers"), [(vgg11, 11), (vgg13, 13), (vgg16, 16), (vgg19, 19)])
def test_the_name_counts_the_layers_with_kernels(builder, layers):
    model = builder((32, 32, 1), 10, width=1, hidden=(2, 2))
    kinds = (keras.layers.Conv2D, keras.layers.Dense)
    assert sum(isinstance(layer, kinds) for layer in model.layers) == layers
    assert model.name == builder.__name__


def test_normalization_takes_the_biases_place():
    plain, normalized = (vgg((8, 8, 1), 3, (1,), width=2, normalization=on) for on in (False, True))
    assert normalized.count_params() - plain.count_params() == 4 * 2 - 2


def test_features_and_logits():
    features = vgg11((32, 32, 3), None, width=2, hidden=(5,))
    assert features.output_shape == (None, 5)
    logits = vgg11((17, 40, 1), 3, width=2, hidden=(), classifier_activation=None)
    assert logits(np.ones((2, 17, 40, 1), "float32")).shape == (2, 3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"input_shape": (16, 16, 3)}, "five poolings"),
        ({"input_shape": (32, 32)}, "height, width and channels"),
        ({"num_classes": 1}, "at least two classes"),
        ({"dropout": 1.0}, "dropout=1.0"),
        ({"width": 0}, "width=0"),
        ({"width": 4096}, "weights"),
        ({"classifier_activation": "softmix"}, "softmax"),
    ],
)
def test_one_line_for_bad_arguments(arguments, message):
    with pytest.raises(UserError) as raised:
        vgg16(**arguments)
    assert message.replace("five", "5") in str(raised.value)
    assert "\n" not in str(raised.value)

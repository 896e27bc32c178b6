"""The digit ConvNet: shapes of the slides, both ways of writing it, and every knob."""

import keras
import numpy as np
import pytest

from keras_course.explain import layer_outputs
from keras_course.models import convnet

BUILDERS = [convnet.convnet_sequential, convnet.convnet_functional]


def pictures(shape=(28, 28, 1)):
    return np.random.default_rng(0).random((5, *shape), dtype="float32")


def shapes(model):
    return {layer.name: layer.output.shape[1:] for layer in model.layers}


@pytest.mark.parametrize("build", BUILDERS)
def test_shapes_of_the_docstring(build):
    found = shapes(build())
    assert found["convolution_1_1"] == (28, 28, 32)
    assert found["pooling_1"] == (14, 14, 32)
    assert found["convolution_2_1"] == (14, 14, 64)
    assert found["pooling_2"] == (7, 7, 64)
    assert found["flatten"] == (3136,)
    assert found["full_connection"] == (128,)
    assert found["predictions"] == (10,)


@pytest.mark.parametrize("build", BUILDERS)
def test_pooling_keeps_an_odd_edge(build):
    found = shapes(build((7, 9, 3), filters=(4, 5), hidden=0))
    assert found["pooling_1"] == (4, 5, 4)
    assert found["pooling_2"] == (2, 3, 5)
    assert "full_connection" not in found


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"input_shape": (28, 28)},
        {"convolutions": 2, "normalization": True, "dropout": 0.5, "l2": 0.001},
        {"filters": (4,), "hidden": 0, "num_classes": 3, "classifier_activation": None},
        {"num_classes": None},
        {"global_pooling": True, "dropout": 0.5},
    ],
)
def test_same_weights_same_outputs(arguments):
    sequential, functional = (build(**arguments) for build in BUILDERS)
    assert [w.shape for w in sequential.get_weights()] == [w.shape for w in functional.get_weights()]
    functional.set_weights(sequential.get_weights())
    x = pictures(arguments.get("input_shape", (28, 28, 1)))
    np.testing.assert_array_equal(sequential.predict(x, verbose=0), functional.predict(x, verbose=0))


def test_normalization_stands_between_convolution_and_relu():
    names = [layer.name for layer in convnet.convnet_sequential(normalization=True, convolutions=2).layers]
    assert names[:6] == [
        "convolution_1_1",
        "normalization_1_1",
        "relu_1_1",
        "convolution_1_2",
        "normalization_1_2",
        "relu_1_2",
    ]


@pytest.mark.parametrize("build", BUILDERS)
def test_global_pooling_takes_the_mean_of_each_map(build):
    model = build(global_pooling=True, num_classes=None, hidden=0)
    assert model.layers[-1].name == "global_pooling" and "flatten" not in shapes(model)
    found = layer_outputs(model, pictures(), ["pooling_2", "global_pooling"])
    expected = found["pooling_2"].mean(axis=(1, 2))
    np.testing.assert_allclose(found["global_pooling"], expected, rtol=1e-5)
    # the dense layer sees 64 means, not 7 * 7 * 64 values
    assert build().count_params() - build(global_pooling=True).count_params() == (49 - 1) * 64 * 128
    assert (
        build(global_pooling=True).count_params() == 32 * 10 + 64 * (9 * 32 + 1) + (64 + 1) * 128 + 129 * 10
    )


def test_l2_adds_the_squares_of_every_kernel():
    model = convnet.convnet_sequential(filters=(4, 4), hidden=8, l2=0.001)
    by_hand = sum(0.001 * np.sum(w**2) for w in model.get_weights() if w.ndim > 1)
    assert sum(float(loss) for loss in model.losses) == pytest.approx(by_hand, rel=1e-5)


def test_dropout_drops_in_training_only():
    model = convnet.convnet_sequential(filters=(4,), hidden=8, dropout=0.5)
    x = pictures()
    np.testing.assert_array_equal(model(x, training=False), model(x, training=False))
    first, second = (keras.ops.convert_to_numpy(model(x, training=True)) for _ in range(2))
    assert np.abs(first - second).max() > 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"filters": ()}, r"filters=\(\) is empty: give at least one number"),
        ({"filters": (8, 0)}, r"filters=\(8, 0\) must hold whole numbers: at least one filter each"),
        ({"convolutions": 0}, "convolutions=0"),
        ({"hidden": -1}, "hidden=-1"),
        ({"filters": (2,) * 6}, "6 poolings leave nothing of a picture of 28x28"),
        ({"dropout": 1.0}, "dropout=1.0 is not a fraction"),
        ({"input_shape": (28,)}, r"\(28,\) has 1 axes: .*height, width and perhaps channels"),
    ],
)
@pytest.mark.parametrize("build", BUILDERS)
def test_bad_arguments(build, arguments, words):
    with pytest.raises(ValueError, match=words):
        build(**arguments)

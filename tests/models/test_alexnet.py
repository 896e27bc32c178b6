"""AlexNet: the paper's maps and counts layer by layer, one tower and two, and small pictures."""

import keras
import numpy as np
import pytest

from keras_course.layers import GroupedConv2D
from keras_course.models import alexnet

PAPER = {"groups": 2, "normalization": "local_response"}
SMALL = {"input_shape": (28, 28, 1), "num_classes": 10, "hidden": (16,), "first_stride": 1}


def shapes(model):
    return {layer.name: layer.output.shape[1:] for layer in model.layers[1:]}


def counts(model):
    return {layer.name: layer.count_params() for layer in model.layers if layer.weights}


ONE_TOWER = {
    "convolution_1": 34_944,
    "convolution_2": 614_656,
    "convolution_3": 885_120,
    "convolution_4": 1_327_488,
    "convolution_5": 884_992,
}
TWO_TOWERS = {**ONE_TOWER, "convolution_2": 307_456, "convolution_4": 663_936, "convolution_5": 442_624}
DENSE = {"full_connection_1": 37_752_832, "full_connection_2": 16_781_312, "predictions": 4_097_000}


@pytest.mark.parametrize(("arguments", "convolutions"), [({}, ONE_TOWER), (PAPER, TWO_TOWERS)])
def test_counts_of_the_convolutions(arguments, convolutions):
    assert counts(alexnet(hidden=(), num_classes=None, **arguments)) == convolutions


def test_the_sums():
    """``test_parameters`` builds the whole network of one tower."""
    assert sum(ONE_TOWER.values()) + sum(DENSE.values()) == 62_378_344
    assert sum(TWO_TOWERS.values()) + sum(DENSE.values()) == 60_965_224


@pytest.mark.slow
def test_the_papers_network():
    assert counts(alexnet(**PAPER)) == {**TWO_TOWERS, **DENSE}


@pytest.mark.parametrize("side", [227, 224])
def test_the_papers_shapes(side):
    found = shapes(alexnet((side, side, 3), hidden=(4, 4), **PAPER))
    assert ("padding" in found) == (side == 224)
    found.pop("padding", None)
    assert found == {
        **dict.fromkeys(("convolution_1", "relu_1", "normalization_1"), (55, 55, 96)),
        "pooling_1": (27, 27, 96),
        **dict.fromkeys(("convolution_2", "relu_2", "normalization_2"), (27, 27, 256)),
        "pooling_2": (13, 13, 256),
        **dict.fromkeys(("convolution_3", "relu_3", "convolution_4", "relu_4"), (13, 13, 384)),
        **dict.fromkeys(("convolution_5", "relu_5"), (13, 13, 256)),
        "pooling_5": (6, 6, 256),
        "flatten": (9216,),
        **dict.fromkeys(("full_connection_1", "dropout_1", "full_connection_2", "dropout_2"), (4,)),
        "predictions": (1000,),
    }


def test_padding_covers_what_strides_leave_out():
    model = alexnet((224, 225, 3), hidden=())
    x = np.ones((1, 224, 225, 3), "float32")
    padded = keras.ops.convert_to_numpy(model.get_layer("padding")(x))[0, :, :, 0]
    assert padded.shape == (227, 227) and padded.sum() == x[..., 0].sum()
    assert padded[1:225, 1:226].all()  # one of three pixels above, two below


@pytest.mark.parametrize(
    ("arguments", "last"),
    [
        ({"input_shape": (64, 64, 3)}, (1, 1, 256)),
        ({"input_shape": (64, 80, 3), "first_stride": 2}, (2, 3, 256)),
        ({"input_shape": (32, 32, 3), "first_stride": 2, "first_pooling": False}, (2, 2, 256)),
        ({"input_shape": (28, 28, 1), "first_stride": 1}, (1, 1, 256)),
        ({"input_shape": (28, 28, 1), "first_stride": 1, "first_pooling": False}, (3, 3, 256)),
        ({"input_shape": (17, 17, 1), "first_stride": 1, "first_pooling": False}, (1, 1, 256)),
    ],
)
def test_small_pictures(arguments, last):
    assert shapes(alexnet(hidden=(), **arguments))["pooling_5"] == last


def test_two_towers_do_not_see_each_other():
    """Its first 48 maps alone reach the first 128 filters of the second convolution."""
    layer = alexnet(**SMALL, **PAPER).get_layer("convolution_2")
    assert isinstance(layer, GroupedConv2D)
    x = np.random.default_rng(0).random((1, 8, 8, 96), dtype="float32")
    before = keras.ops.convert_to_numpy(layer(x))
    x[..., 48:] = 0
    changed = (keras.ops.convert_to_numpy(layer(x)) != before).any(axis=(0, 1, 2))
    assert not changed[:128].any() and changed[128:].all()


@pytest.mark.parametrize("arguments", [{}, PAPER])
def test_it_learns_saves_and_reloads(arguments, tmp_path):
    keras.utils.set_random_seed(0)
    small = {"input_shape": (17, 17, 1), "first_pooling": False, "dropout": 0.0}
    model = alexnet(**{**SMALL, **small}, **arguments)
    x, y = np.random.default_rng(0).random((4, 17, 17, 1), dtype="float32"), np.arange(4)
    model.compile(keras.optimizers.SGD(0.01), "sparse_categorical_crossentropy")
    before = model.get_weights()
    losses = model.fit(x, y, epochs=4, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    assert all((old != new).any() for old, new in zip(before, model.get_weights(), strict=True))
    model.save(tmp_path / "alexnet.keras")
    again = keras.saving.load_model(tmp_path / "alexnet.keras")
    np.testing.assert_array_equal(model.predict(x, verbose=0), again.predict(x, verbose=0))


def test_features_logits_and_dropout():
    assert alexnet(**{**SMALL, "num_classes": None}).output_shape == (None, 16)
    model = alexnet(**SMALL, classifier_activation=None, dropout=0.3)
    assert model.layers[-1].activation is keras.activations.linear
    assert model.get_layer("dropout_1").rate == 0.3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            {"input_shape": (32, 300, 3)},
            r"32x300 is too small: .*first_stride=4 .* 64 pixels; .*from 17 pixels",
        ),
        ({"input_shape": (16, 16, 1), "first_stride": 1, "first_pooling": False}, "a side needs 17 pixels"),
        ({"input_shape": (5, 5, 1), "first_stride": 9}, "5x5 is too small"),
        ({"input_shape": (227, 227)}, r"\(227, 227\) has 2 axes: .*channels"),
        ({"num_classes": 1}, "at least two classes"),
        ({"num_classes": -3}, "num_classes=-3"),
        ({"hidden": 4096}, "hidden=4096 must be a sequence"),
        ({"hidden": (10**6, 10**6)}, "weights"),
        ({"groups": 3}, "groups=3 must be 1, or 2"),
        ({"normalization": "batch"}, "normalization='batch' must be 'local_response' or None"),
        ({"first_stride": 0}, "first_stride=0"),
        ({"dropout": 1.0}, "dropout=1.0 is not a fraction"),
    ],
)
def test_bad_arguments(arguments, words):
    with pytest.raises(ValueError, match=words) as caught:
        alexnet(**arguments)
    assert "\n" not in str(caught.value)

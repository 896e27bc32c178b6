"""LeNet-5: the paper's numbers layer by layer, the usual reading, and every argument."""

import keras
import numpy as np
import pytest

from keras_course.models import lenet5
from keras_course.models.lenet import C3_CONNECTIONS

PAPER = {"activation": "scaled_tanh", "pooling": "trainable", "partial": True}


def pictures(shape=(32, 32, 1), n=8):
    return np.random.default_rng(0).random((n, *shape), dtype="float32")


def shapes(model):
    return {layer.name: layer.output.shape[1:] for layer in model.layers[1:]}


def counts(model):
    return {layer.name: layer.count_params() for layer in model.layers if layer.weights}


def test_the_papers_counts():
    model = lenet5(**PAPER)
    paper = {"C1": 156, "S2": 12, "C3": 1_516, "S4": 32, "C5": 48_120, "F6": 10_164}
    assert counts(model) == {**paper, "predictions": 850}
    assert sum(paper.values()) == 60_000  # "only 60,000 trainable free parameters"
    assert all(weight.trainable for weight in model.weights)


def test_the_usual_counts():
    usual = {"C1": 156, "C3": 2_416, "C5": 48_120, "F6": 10_164, "predictions": 850}
    assert counts(lenet5()) == usual and sum(usual.values()) == 61_706


@pytest.mark.parametrize("arguments", [{}, PAPER, {"pooling": "average"}])
def test_the_papers_shapes(arguments):
    assert shapes(lenet5(**arguments)) == {
        "C1": (28, 28, 6),
        "S2": (14, 14, 6),
        "C3": (10, 10, 16),
        "S4": (5, 5, 16),
        "C5": (1, 1, 120),
        "flatten": (120,),
        "F6": (84,),
        "predictions": (10,),
    }


def test_table_1():
    """Read along its rows: the filters of C3 that read each map of S2."""
    rows = ["X...XXX..XXXX.XX", "XX...XXX..XXXX.X", "XXX...XXX..X.XXX",
            ".XXX..XXXX..X.XX", "..XXX..XXXX.XX.X", "...XXX..XXXX.XXX"]  # fmt: skip
    read = [["X" if map_ in maps else "." for maps in C3_CONNECTIONS] for map_ in range(6)]
    assert ["".join(row) for row in read] == rows
    kernel = keras.ops.convert_to_numpy(lenet5(**PAPER).get_layer("C3").kernel)
    assert ["".join(".X"[int(used)] for used in row) for row in (kernel != 0).all(axis=(0, 1))] == rows


@pytest.mark.parametrize(
    ("shape", "c1", "c5"),
    [
        ((28, 28, 1), (28, 28, 6), (1, 1, 120)),  # MNIST: as the paper's 32x32 with a border of 2
        ((28, 28), (28, 28, 6), (1, 1, 120)),
        ((31, 29, 3), (31, 29, 6), (1, 1, 120)),
        ((33, 64, 3), (29, 60, 6), (1, 9, 120)),
    ],
)
def test_other_sizes(shape, c1, c5):
    found = shapes(lenet5(shape))
    assert found["C1"] == c1 and found["C5"] == c5


def test_a_padded_picture_is_the_picture_with_a_border_of_zeros():
    small, large = lenet5((28, 28, 1), **PAPER), lenet5((32, 32, 1), **PAPER)
    large.set_weights(small.get_weights())
    x = pictures((28, 28, 1))
    padded = np.pad(x, ((0, 0), (2, 2), (2, 2), (0, 0)))
    np.testing.assert_allclose(small.predict(x, verbose=0), large.predict(padded, verbose=0), atol=1e-6)


@pytest.mark.parametrize("arguments", [PAPER, {"activation": "tanh"}])
def test_it_learns_saves_and_reloads(arguments, tmp_path):
    keras.utils.set_random_seed(0)
    model = lenet5(**arguments)
    x, y = pictures(), np.arange(8)
    model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
    before = model.get_weights()
    losses = model.fit(x, y, epochs=10, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    assert all((old != new).any() for old, new in zip(before, model.get_weights(), strict=True))
    model.save(tmp_path / "lenet.keras")
    again = keras.saving.load_model(tmp_path / "lenet.keras")
    np.testing.assert_array_equal(model.predict(x, verbose=0), again.predict(x, verbose=0))


def test_features_and_logits():
    assert lenet5(num_classes=None).output_shape == (None, 84)
    assert lenet5(classifier_activation=None).layers[-1].activation is keras.activations.linear


@pytest.mark.parametrize("partial", [False, True])
@pytest.mark.parametrize("pooling", ["average", "max"])
def test_every_combination_runs(pooling, partial):
    model = lenet5((28, 28), 3, pooling=pooling, partial=partial)
    np.testing.assert_allclose(model.predict(pictures((28, 28)), verbose=0).sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"input_shape": (27, 40, 1)}, r"27x40 is too small for C5.*at least 28x28"),
        ({"input_shape": (32,)}, r"\(32,\) has 1 axes: .*height, width and perhaps channels"),
        ({"input_shape": (32, 32, 0)}, "whole numbers"),
        ({"input_shape": (60_000, 60_000, 1)}, "weights"),
        ({"num_classes": 1}, "at least two classes"),
        ({"num_classes": 0}, "num_classes=0 must be a whole number, at least 2"),
        ({"activation": "scaled_tan"}, "the nearest: .*scaled_tanh"),
        ({"pooling": "mean"}, "pooling='mean' must be one of 'max', 'average', 'trainable'"),
        ({"classifier_activation": "softmaxx"}, "softmax"),
    ],
)
def test_bad_arguments(arguments, words):
    with pytest.raises(ValueError, match=words) as caught:
        lenet5(**arguments)
    assert "\n" not in str(caught.value)


def test_the_papers_connections_are_counted():
    """Section II.B: 122,304, 5,880, 151,600, 2,000 and 48,120 connections, those of the biases among them."""
    from keras_course.evaluation import flops

    model = lenet5(activation="scaled_tanh", pooling="trainable", partial=True)
    rows = {row.name: row.multiply_adds for row in flops.count(model)}
    assert rows["C1"] + 28 * 28 * 6 == 122_304
    assert rows["C3"] + 10 * 10 * 16 == 151_600
    assert rows["C5"] + 120 == 48_120
    assert rows["F6"] + 84 == 10_164

"""The photo ConvNets: shapes of the docstrings, one output for two classes, every knob."""

import keras
import numpy as np
import pytest

from keras_course.models import cats_dogs

SLIDES = [cats_dogs.slides_sequential, cats_dogs.slides_functional]
BUILDERS = [*SLIDES, cats_dogs.modern]


def photos(size, n=3):
    return np.random.default_rng(0).random((n, size, size, 3), dtype="float32")


@pytest.mark.parametrize("build", SLIDES)
def test_the_slides_shapes(build):
    found = {layer.name: layer.output.shape[1:] for layer in build().layers}
    assert [found[f"pooling_{i}"] for i in range(1, 5)] == [
        (74, 74, 32),
        (36, 36, 64),
        (17, 17, 128),
        (7, 7, 128),
    ]
    assert found["flatten"] == (6272,) and found["full_connection"] == (512,)
    assert found["predictions"] == (1,)


def test_the_modern_shapes():
    found = {layer.name: layer.output.shape[1:] for layer in cats_dogs.modern().layers}
    assert found["convolution_0"] == (72, 72, 32)
    assert [found[f"stage_{i}_add"] for i in range(1, 5)] == [
        (36, 36, 32),
        (18, 18, 64),
        (9, 9, 128),
        (5, 5, 256),
    ]
    assert found["global_pooling"] == (256,)


@pytest.mark.parametrize(
    "arguments",
    [{"dropout": 0.5, "l2": 0.001}, {"num_classes": 5}, {"num_classes": None}, {"filters": (4, 8)}],
)
def test_same_weights_same_outputs(arguments):
    arguments = {"input_shape": (64, 64, 3), "filters": (4, 4, 4, 4), "hidden": 8, **arguments}
    sequential, functional = (build(**arguments) for build in SLIDES)
    functional.set_weights(sequential.get_weights())
    x = photos(64)
    np.testing.assert_array_equal(sequential.predict(x, verbose=0), functional.predict(x, verbose=0))


@pytest.mark.parametrize("build", BUILDERS)
@pytest.mark.parametrize(("classes", "outputs"), [(2, 1), (3, 3)])
def test_outputs_are_probabilities(build, classes, outputs):
    model = build(input_shape=(64, 80, 3), num_classes=classes, filters=(4, 4))
    y = model.predict(np.random.default_rng(0).random((3, 64, 80, 3)), verbose=0)
    assert y.shape == (3, outputs)
    assert ((y > 0) & (y < 1)).all()
    if outputs > 1:
        np.testing.assert_allclose(y.sum(axis=1), 1, atol=1e-5)
    logits = build(input_shape=(64, 80, 3), num_classes=classes, filters=(4, 4), classifier_activation=None)
    assert logits.layers[-1].activation is keras.activations.linear


@pytest.mark.parametrize("build", BUILDERS)
def test_l2_adds_the_squares_of_every_kernel(build):
    model = build(input_shape=(64, 64, 3), filters=(4, 6), l2=0.001)
    by_hand = sum(0.001 * np.sum(w**2) for w in model.get_weights() if w.ndim > 1)
    assert sum(float(loss) for loss in model.losses) == pytest.approx(by_hand, rel=1e-5)


def test_further_blocks_keep_the_maps_size_and_begin_as_their_shortcut():
    """Three blocks a stage: two more, each with two convolutions, no shortcut kernel and no pooling."""
    filters = (8, 16)
    one, three = (cats_dogs.modern((32, 32, 3), filters=filters, blocks_a_stage=count) for count in (1, 3))
    assert three.count_params() - one.count_params() == 2 * sum(2 * (9 * n * n + 2 * n) for n in filters)
    for stage in (1, 2):
        assert three.get_layer(f"stage_{stage}_block_3_add").output.shape == (
            one.get_layer(f"stage_{stage}_add").output.shape
        )
    assert "stage_1_block_2_shortcut_pooling" not in {layer.name for layer in three.layers}


def test_a_residual_block_with_silent_convolutions_is_its_shortcut():
    model = cats_dogs.modern(input_shape=(32, 32, 3), filters=(4,), num_classes=None)
    last = model.get_layer("stage_1_convolution_2")
    last.set_weights([np.zeros_like(weights) for weights in last.get_weights()])  # its gains among them
    watched = keras.Model(
        model.inputs[0], [model.get_layer("convolution_0").output, model.get_layer("stage_1_add").output]
    )
    before, after = watched.predict(photos(32), verbose=0)
    pooled = before.reshape(3, 8, 2, 8, 2, 4).mean(axis=(2, 4))
    np.testing.assert_allclose(after, pooled, atol=1e-5)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"num_classes": 1}, "at least two classes"),
        ({"filters": ()}, r"filters=\(\) is empty: give at least one number"),
        ({"input_shape": (40, 200, 3)}, r"4 stages need photos of at least 64x64 .* not \(40, 200, 3\)"),
        ({"dropout": 1.5}, "dropout=1.5 is not a fraction"),
    ],
)
@pytest.mark.parametrize("build", BUILDERS)
def test_bad_arguments(build, arguments, words):
    with pytest.raises(ValueError, match=words):
        build(**arguments)

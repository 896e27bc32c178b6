"""What a ConvNet looks at: maps, Grad-CAM and patches, held against what is known of small networks."""

import keras
import numpy as np
import pytest
from keras import layers

from keras_course import explain, models
from keras_course.errors import UserError
from keras_course.models import cats_dogs, convnet


def two_spots():
    """A network whose score for class 0 is the brightness on the left, for class 1 on the right."""
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(1, 1, use_bias=False, name="copy"),
            layers.Flatten(),
            layers.Dense(2, activation="softmax", use_bias=False),
        ]
    )
    halves = np.zeros((8, 8, 2), "float32")
    halves[:, :4, 0] = halves[:, 4:, 1] = 1
    model.set_weights([np.ones((1, 1, 1, 1), "float32"), halves.reshape(64, 2)])
    return model


def test_layer_outputs_are_those_of_the_layers():
    model = convnet.convnet_sequential(filters=(4, 6), hidden=8)
    x = np.random.default_rng(0).random((3, 28, 28, 1), dtype="float32")
    found = explain.layer_outputs(model, x, ["relu_1_1", "pooling_2"])
    assert found["relu_1_1"].shape == (3, 28, 28, 4)
    assert found["pooling_2"].shape == (3, 7, 7, 6)
    assert found["relu_1_1"].min() == 0
    (only,) = explain.layer_outputs(model, x, ["predictions"]).values()
    np.testing.assert_allclose(only, model.predict(x, verbose=0), atol=1e-6)


def test_gradient_of_a_known_function():
    x = keras.ops.convert_to_tensor(np.array([1.0, -2.0, 3.0], "float32"))
    found = explain.gradient(lambda x: keras.ops.sum(x**3), x)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(found), [3, 12, 27], rtol=1e-5)


def test_grad_cam_shows_what_speaks_for_the_class():
    picture = np.ones((1, 8, 8, 1), "float32")
    model = two_spots()
    seen = explain.grad_cam(model, np.concatenate([picture, 0 * picture]), [0, 1])
    assert seen.shape == (2, 8, 8)
    assert seen[0].max() == 1  # the gradient is averaged over the map: the whole bright picture speaks
    assert seen[1].max() == 0  # nothing there, and no division by zero


@pytest.mark.parametrize("classes", [2, 3])
def test_grad_cam_by_the_definition(classes):
    """Weights from differences of the score before softmax or sigmoid, one map at a time."""
    model = cats_dogs.modern(input_shape=(32, 32, 3), num_classes=classes, filters=(4, 6))
    logits = keras.models.clone_model(model)
    logits.set_weights(model.get_weights())
    logits.layers[-1].activation = keras.activations.linear
    x = np.random.default_rng(1).random((2, 32, 32, 3), dtype="float32")
    seen = explain.grad_cam(model, x, [0, 1], layer="relu")
    maps = explain.layer_outputs(model, x, ["relu"])["relu"]  # (2, 4, 4, 6); then mean and dense
    kernel = model.layers[-1].get_weights()[0]  # (6, outputs)
    for i, wanted in enumerate((0, 1)):
        column = kernel[:, wanted] if classes > 2 else kernel[:, 0] * (1 if wanted else -1)
        expected = np.maximum(maps[i] @ (column / 16), 0)  # a mean over 16 places has derivatives of 1/16
        np.testing.assert_allclose(seen[i], expected / (expected.max() or 1), atol=1e-4)


@pytest.mark.parametrize("build", [cats_dogs.slides_sequential, cats_dogs.slides_functional])
def test_grad_cam_of_the_slides_network_in_both_ways_of_writing(build):
    model = build(input_shape=(64, 64, 3), filters=(4, 6), hidden=8)
    x = np.random.default_rng(1).random((2, 64, 64, 3), dtype="float32")
    seen = explain.grad_cam(model, x, [1, 0])
    assert seen.shape == (2, 14, 14)
    assert set(seen.max(axis=(1, 2))) <= {0.0, 1.0}
    assert explain.receptive_field(model, "pooling_2") == (10, 4, 0)


def test_grad_cam_looks_at_maps_larger_than_one_value():
    x = np.random.default_rng(1).random((2, 28, 28, 1), dtype="float32")
    assert explain.grad_cam(models.lenet5((28, 28, 1)), x, [1, 0]).shape == (2, 5, 5)


def test_grad_cam_refuses_a_layer_that_is_not_there():
    model = cats_dogs.modern(input_shape=(32, 32, 3), filters=(4, 6))
    x = np.zeros((1, 32, 32, 3), "float32")
    with pytest.raises(ValueError, match="has no layer 'nosuch'"):
        explain.grad_cam(model, x, [0], layer="nosuch")
    dense = keras.Sequential([keras.Input((4,)), layers.Dense(2)])
    with pytest.raises(ValueError, match="no layer with maps"):
        explain.grad_cam(dense, np.zeros((1, 4)), [0])


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("size", [31, 32])
def test_receptive_field_is_where_a_value_changes_with_a_pixel(padding, size):
    model = keras.Sequential(
        [
            keras.Input((size, size, 1)),
            layers.Conv2D(1, 3, padding=padding, kernel_initializer="ones", name="a"),
            layers.MaxPooling2D(2, padding=padding, name="b"),
            layers.Conv2D(1, 5, strides=2, padding=padding, kernel_initializer="ones", name="c"),
        ]
    )
    side, step, start = explain.receptive_field(model, "c")
    assert step == 4
    base = np.arange(size * size, dtype="float32").reshape(1, size, size, 1)
    row = 2
    blank = model.predict(base, verbose=0)[0, row, row, 0]
    pixels = np.repeat(base, size, axis=0)
    for i in range(size):
        pixels[i, i] += 1e6  # a whole row, so that every pooling window shows it
    touched = np.flatnonzero(model.predict(pixels, verbose=0)[:, row, row, 0] != blank)
    assert (touched.min(), touched.max()) == (start + row * step, start + row * step + side - 1)


def test_receptive_field_where_ways_meet_is_all_that_any_of_them_sees():
    inputs = keras.Input((24, 24, 1))
    x = layers.Conv2D(1, 3, strides=2, padding="same", kernel_initializer="ones")(inputs)
    x = layers.Conv2D(1, 3, padding="same", kernel_initializer="ones")(x)
    shortcut = layers.AveragePooling2D(2, padding="same")(inputs)
    model = keras.Model(inputs, layers.Add(name="sum")([shortcut, x]))
    side, step, start = explain.receptive_field(model, "sum")
    column = 5
    pictures = np.zeros((25, 24, 24, 1), "float32")  # the last stays empty
    for i in range(24):
        pictures[i, i, 10] = 1
    values = model.predict(pictures, verbose=0)[:, column, column, 0]
    touched = np.flatnonzero(values[:24] != values[24])
    assert (touched.min(), touched.max()) == (start + column * step, start + column * step + side - 1)


def random_convnet(rng):
    """Three to five layers with positive weights, so that no path to a pixel cancels another."""
    height, width = rng.integers(60, 90, 2).tolist()
    inputs = x = keras.Input((height, width, 2))
    for number in range(rng.integers(3, 6)):
        kernel, stride = (tuple(rng.integers(1, 5, 2).tolist()) for _ in range(2))
        strides = stride if number < 2 else (1, 1)
        padding = rng.choice(["valid", "same"])
        dilation = tuple(rng.integers(1, 4, 2).tolist()) if strides == (1, 1) else (1, 1)
        square = rng.integers(1, 4).item()  # TensorFlow's depthwise convolution has one stride for both axes
        positive = {"kernel_initializer": "ones", "padding": padding}
        kind = rng.integers(5)
        if kind == 0:
            x = layers.AveragePooling2D(kernel, strides, padding)(x)
        elif kind == 1:
            x = layers.ZeroPadding2D(((1, 0), (0, 3)))(x)
        elif kind == 2 and number < 2:
            x = layers.DepthwiseConv2D(kernel, square, padding, depthwise_initializer="ones")(x)
        elif kind == 3:
            ones = {"depthwise_initializer": "ones", "pointwise_initializer": "ones"}
            x = layers.SeparableConv2D(2, kernel, padding=padding, dilation_rate=square, **ones)(x)
        else:
            x = layers.Conv2D(2, kernel, strides, dilation_rate=dilation, **positive)(x)
    return keras.Model(inputs, layers.Activation("linear", name="last")(x))


def measured_field(model, place):
    """First and last pixel of the support of one output's gradient, a pair for each axis."""
    pixels = keras.ops.ones((1, *model.input_shape[1:]))
    slopes = explain.gradient(lambda x: keras.ops.sum(model(x)[0, place[0], place[1]]), pixels)
    found = np.nonzero(keras.ops.convert_to_numpy(slopes)[0].any(axis=-1))
    return [(axis.min(), axis.max()) for axis in found]


@pytest.mark.parametrize("seed", range(12))
def test_receptive_field_of_any_convnet_is_the_support_of_the_gradient(seed):
    model = random_convnet(np.random.default_rng(seed))
    both = [np.broadcast_to(value, 2) for value in explain.receptive_field(model, "last")]
    places = [length // 2 for length in model.output_shape[1:3]]
    measured = measured_field(model, places)
    for side, step, start, place, length, touched in zip(
        *both, places, model.input_shape[1:3], measured, strict=True
    ):
        first = start + step * place
        assert touched == (max(first, 0), min(first + side, length) - 1)


def test_receptive_field_counts_dilation_and_both_sides_of_a_kernel():
    def field(*arguments, **more):
        model = keras.Sequential([keras.Input((20, 31, 1)), layers.Conv2D(1, *arguments, **more, name="a")])
        return explain.receptive_field(model, "a")

    assert field(3, dilation_rate=3) == (7, 1, 0)
    assert field((3, 7), padding="same") == ((3, 7), 1, (-1, -3))
    assert field(4, strides=(2, 1), padding="same") == (4, (2, 1), -1)
    assert field(3, strides=2, padding="same") == (3, 2, (0, -1))  # an even height, an odd width


def test_receptive_field_of_a_network_for_any_size():
    def field(stride):
        inputs = keras.Input((None, None, 1))
        model = keras.Model(inputs, layers.Conv2D(1, 3, stride, padding="same", name="a")(inputs))
        return explain.receptive_field(model, "a")

    assert field(1) == (3, 1, -1)
    with pytest.raises(UserError, match="depends on the input's size"):
        field(2)


def test_patches_of_a_kernel_that_is_not_square():
    model = keras.Sequential([keras.Input((9, 12, 1)), layers.Conv2D(1, (1, 3), name="bar")])
    model.set_weights([np.ones((1, 3, 1, 1)), np.zeros(1)])
    photos = np.zeros((1, 9, 12, 1), "float32")
    photos[0, 4, 7:10, 0] = 1, 2, 3
    patches = explain.maximally_activating_patches(model, photos, "bar", [0])
    assert patches[0][0, ..., 0].tolist() == [[1, 2, 3]]


def test_maximally_activating_patches_are_found_where_they_are():
    """A filter for a small cross; the cross is hidden in two of five pictures."""
    cross = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], "float32")
    model = keras.Sequential([keras.Input((16, 16, 1)), layers.Conv2D(1, 3, name="filter")])
    model.set_weights([cross.reshape(3, 3, 1, 1), np.zeros(1)])
    photos = np.random.default_rng(0).random((5, 16, 16, 1), dtype="float32") * 0.2
    photos[1, 4:7, 9:12, 0] = cross
    photos[3, 12:15, 0:3, 0] = 0.9 * cross
    patches = explain.maximally_activating_patches(model, photos, "filter", [0], count=2, batch_size=2)
    np.testing.assert_allclose(patches[0][0, ..., 0], cross)
    np.testing.assert_allclose(patches[0][1, ..., 0], 0.9 * cross)


def test_patches_beyond_the_edge_are_zero_there():
    model = keras.Sequential([keras.Input((6, 6, 1)), layers.Conv2D(1, 3, padding="same", name="filter")])
    model.set_weights([np.ones((3, 3, 1, 1)), np.zeros(1)])
    photos = np.zeros((1, 6, 6, 1), "float32")
    photos[0, 0, 0] = 1
    patch = explain.maximally_activating_patches(model, photos, "filter", [0])[0][0, ..., 0]
    assert patch.shape == (3, 3) and patch.sum() == 1


def test_patches_refuse_what_is_not_there():
    model = cats_dogs.slides_sequential(input_shape=(64, 64, 3), filters=(4,), hidden=4)
    with pytest.raises(ValueError, match="no filters"):
        explain.maximally_activating_patches(model, np.zeros((1, 64, 64, 3)), "convolution_1", [4])
    with pytest.raises(ValueError, match="is unknown: layer 'flatten'"):
        explain.receptive_field(model, "full_connection")


@pytest.mark.parametrize(
    ("classes", "words"),
    [
        ([0], "2 pictures and 1 classes: give one class for each picture"),
        ([0, 2], r"classes=\[0, 2\]: the classes of 'two_spots' are 0 to 1"),
        ([-1, 0], "are 0 to 1"),
    ],
)
def test_grad_cam_refuses_classes_that_are_not_there(classes, words):
    model = two_spots()
    model.name = "two_spots"
    with pytest.raises(UserError, match=words):
        explain.grad_cam(model, np.ones((2, 8, 8, 1), "float32"), classes)


def test_nothing_to_look_at():
    model, none = two_spots(), np.zeros((0, 8, 8, 1), "float32")
    with pytest.raises(UserError, match="no picture to look at"):
        explain.layer_outputs(model, none, ["copy"])
    with pytest.raises(UserError, match="no photo to cut patches from"):
        explain.maximally_activating_patches(model, none, "copy", [0])
    with pytest.raises(UserError, match="count=0"):
        explain.maximally_activating_patches(model, np.ones((1, 8, 8, 1)), "copy", 1, count=0)

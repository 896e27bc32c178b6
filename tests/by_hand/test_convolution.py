"""by_hand.convolution and pooling: the slides' numbers, Keras' layers, and gradients by differences."""

import time

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops
from scipy import signal

from keras_course.by_hand import convolution as c
from keras_course.by_hand import pooling as p
from keras_course.by_hand import transposed_convolution as tc
from keras_course.by_hand.gradient_check import numerical_gradient

pytestmark = pytest.mark.tensorflow  # Keras in float64
SMALL = st.integers(1, 3)


def keras_layer(layer, x, *weights):
    """The output of a Keras layer with these weights, in float64."""
    layer.build(x.shape)
    layer.set_weights(weights)
    return ops.convert_to_numpy(layer(ops.convert_to_tensor(x)))


def test_row_12_feature_detectors():
    """Deck 3, "Step1-Convolution": the 7x7 picture and its two detectors (one number of map 1 is misprinted)."""
    picture = np.array(
        [[0, 0, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 1, 0], [0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0, 0],
         [0, 1, 0, 0, 0, 1, 0], [0, 0, 1, 1, 1, 0, 0], [0, 0, 0, 0, 0, 0, 0]]
    )  # fmt: skip
    first, second = (
        np.array([[0, 0, 1], [1, 0, 0], [0, 1, 1]]),
        np.array([[0, 1, 0], [0, 0, 0], [1, 1, 1]]),
    )
    map_1 = [[0, 1, 0, 0, 0], [0, 1, 1, 1, 0], [1, 0, 0, 2, 1], [1, 4, 2, 1, 0], [0, 0, 1, 2, 1]]
    map_2 = [[0, 0, 0, 0, 0], [1, 1, 1, 1, 1], [1, 1, 0, 1, 1], [1, 2, 4, 2, 1], [1, 0, 0, 0, 1]]
    np.testing.assert_array_equal(c.correlate(picture, first), map_1)
    np.testing.assert_array_equal(c.correlate(picture, second), map_2)
    assert c.correlate(picture, first).dtype == picture.dtype


def test_row_32_strides():
    """Deck 2, "Learning features from data: Convolutions"."""
    rows = ["10100101", "01001010", "00100101", "10100100", "00001010", "00100111", "00000010", "00100101"]
    picture = np.array([[int(digit) for digit in row] for row in rows])
    kernel = np.array([[-1, 0, 1], [-2, 1, 2], [-3, 0, 3]])
    result = c.correlate(picture, kernel)
    assert (result[0, 1], result[2, 1], result[5, 5]) == (-2, 1, 1)
    assert result.shape == (6, 6)
    assert c.correlate(picture, kernel, stride=2).shape == (3, 3)
    assert c.correlate(picture, kernel, stride=(1, 2)).shape == (6, 3)


@settings(max_examples=30, deadline=None)
@given(SMALL, SMALL, SMALL, SMALL, st.integers(0, 2), st.integers(0, 2), st.integers(3, 8), st.integers(3, 8))
def test_the_vectorised_twin_is_the_same(ky, kx, sy, sx, py, px, height, width):
    rng = np.random.default_rng(0)
    picture, kernel = rng.normal(size=(height, width)), rng.normal(size=(ky, kx))
    slow = c.correlate(picture, kernel, (sy, sx), (py, px))
    fast = c.correlate_fast(picture, kernel, (sy, sx), (py, px))
    np.testing.assert_allclose(fast, slow, atol=1e-12)
    one = c.convolution(picture[None, :, :, None], kernel[:, :, None, None], np.zeros(1), (sy, sx), (py, px))
    np.testing.assert_allclose(one[0, :, :, 0], slow, atol=1e-12)


def test_it_is_scipys(rng):
    picture, kernel = rng.normal(size=(40, 30)), rng.normal(size=(5, 3))
    np.testing.assert_allclose(
        c.correlate_fast(picture, kernel), signal.correlate2d(picture, kernel, mode="valid")
    )
    # Octave's conv2 turns the kernel round and gives the full size
    full = c.correlate(picture, kernel[::-1, ::-1], padding=(4, 2))
    np.testing.assert_allclose(full, signal.convolve2d(picture, kernel, mode="full"))


@settings(max_examples=12, deadline=None)
@given(SMALL, SMALL, SMALL, SMALL, st.integers(3, 7), st.integers(3, 7), SMALL, SMALL)
def test_convolution_is_kerass(ky, kx, sy, sx, height, width, channels, filters):
    rng = np.random.default_rng(0)
    x, W = rng.normal(size=(2, height, width, channels)), rng.normal(size=(ky, kx, channels, filters))
    b = rng.normal(size=filters)
    layer = keras.layers.Conv2D(filters, (ky, kx), (sy, sx), dtype="float64")
    np.testing.assert_allclose(
        c.convolution(x, W, b, (sy, sx)), keras_layer(layer, x, W, b), rtol=1e-6, atol=1e-9
    )


@settings(max_examples=12, deadline=None)
@given(SMALL, SMALL, SMALL, SMALL, SMALL, SMALL, SMALL, SMALL)
def test_transposed_convolution_is_kerass(ky, kx, sy, sx, height, width, channels, filters):
    rng = np.random.default_rng(0)
    x, W = rng.normal(size=(2, height, width, channels)), rng.normal(size=(ky, kx, filters, channels))
    b = rng.normal(size=filters)
    layer = keras.layers.Conv2DTranspose(filters, (ky, kx), (sy, sx), dtype="float64")
    theirs = keras_layer(layer, x, W, b)
    ours = tc.transposed_convolution(x, W, b, (sy, sx))
    # where the stride is the larger one, Keras adds empty lines, which hold the bias
    np.testing.assert_allclose(ours, theirs[:, : ours.shape[1], : ours.shape[2]], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 1), ((1, 2), (2, 0)), (3, 0)])
def test_its_gradients_are_those_by_differences(rng, stride, padding):
    x, W, b = rng.normal(size=(2, 6, 5, 2)), rng.normal(size=(3, 2, 2, 3)), rng.normal(size=3)
    dy = rng.normal(size=c.convolution(x, W, b, stride, padding).shape)
    ours = c.convolution_backward(dy, x, W, stride, padding)
    values = [x, W, b]
    for place, found in enumerate(ours):

        def loss(value, place=place):
            arguments = [*values[:place], value, *values[place + 1 :]]
            return float(np.sum(dy * c.convolution(*arguments, stride, padding)))

        np.testing.assert_allclose(found, numerical_gradient(loss, values[place]), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 1), ((1, 2), (0, 1))])
def test_the_gradients_of_transposed_convolution_are_those_by_differences(rng, stride, padding):
    x, W, b = rng.normal(size=(2, 3, 4, 2)), rng.normal(size=(3, 3, 5, 2)), rng.normal(size=5)
    dy = rng.normal(size=tc.transposed_convolution(x, W, b, stride, padding).shape)
    values = [x, W, b]
    for place, found in enumerate(tc.transposed_convolution_backward(dy, x, W, stride, padding)):

        def loss(value, place=place):
            arguments = [*values[:place], value, *values[place + 1 :]]
            return float(np.sum(dy * tc.transposed_convolution(*arguments, stride, padding)))

        np.testing.assert_allclose(found, numerical_gradient(loss, values[place]), rtol=1e-6, atol=1e-7)


def test_flatten_and_back(rng):
    x = rng.normal(size=(2, 3, 4))
    np.testing.assert_array_equal(p.flatten_backward(p.flatten(x), x), x)
    with pytest.raises(ValueError, match=r"\(2, 5\) does not belong to an input \(2, 3, 4\)"):
        p.flatten_backward(np.zeros((2, 5)), x)


def test_the_fast_form_is_within_twenty_times_of_scipy(rng):
    """On a 512x512 picture; the best of several turns, as the machine may be busy."""
    picture, kernel = rng.normal(size=(512, 512)), rng.normal(size=(3, 3))

    def seconds(call):
        begun = time.perf_counter()
        call()
        return time.perf_counter() - begun

    ours = min(seconds(lambda: c.correlate_fast(picture, kernel)) for _ in range(7))
    theirs = min(seconds(lambda: signal.correlate2d(picture, kernel, mode="valid")) for _ in range(7))
    assert ours < 20 * theirs


def test_transposed_convolution_is_the_way_back(rng):
    """<convolution(x), y> = <x, transposed(y)>: what each does to shapes and numbers mirrors the other."""
    x, y, W = rng.normal(size=(2, 7, 7, 2)), rng.normal(size=(2, 3, 3, 4)), rng.normal(size=(3, 3, 2, 4))
    there = np.sum(c.convolution(x, W, np.zeros(4), 2) * y)
    back = np.sum(x * tc.transposed_convolution(y, W, np.zeros(2), 2))
    assert there == pytest.approx(back)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 3), st.integers(1, 3), st.integers(3, 8), st.integers(3, 8))
def test_pooling_is_kerass(size, stride, height, width):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, height, width, 3))
    maps = x.transpose(0, 3, 1, 2)
    for ours, theirs in (
        (p.max_pool(maps, size, stride), keras.layers.MaxPooling2D(size, stride, dtype="float64")),
        (p.average_pool(maps, size, stride), keras.layers.AveragePooling2D(size, stride, dtype="float64")),
    ):
        np.testing.assert_allclose(ours.transpose(0, 2, 3, 1), ops.convert_to_numpy(theirs(x)), rtol=1e-6)


@pytest.mark.parametrize("keep_edge", [False, True])
@pytest.mark.parametrize(("size", "stride"), [(2, 2), (3, 2), (2, 1)])
def test_the_gradients_of_pooling(rng, size, stride, keep_edge):
    x = rng.permutation(2 * 6 * 7).reshape(2, 6, 7) / 10
    dy = rng.normal(size=p.max_pool(x, size, stride, keep_edge).shape)
    found = p.max_pool_backward(dy, x, size, stride, keep_edge)
    expected = numerical_gradient(lambda value: np.sum(dy * p.max_pool(value, size, stride, keep_edge)), x)
    np.testing.assert_allclose(found, expected, atol=1e-6)
    if not keep_edge:
        found = p.average_pool_backward(dy, x, size, stride)
        expected = numerical_gradient(lambda value: np.sum(dy * p.average_pool(value, size, stride)), x)
        np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: c.output_size(5, 7), "a kernel of 7 does not fit into 5 with a padding of 0"),
        (lambda: c.output_size(5, 3, stride=0), "stride=0"),
        (lambda: c.output_size(5, 3, padding=-1), "padding=-1"),
        (lambda: c.correlate(np.ones((2, 2)), np.ones((3, 3))), "a kernel of 3 does not fit into 2"),
        (lambda: c.correlate(np.ones(4), np.ones((2, 2))), r"not \(4,\) and \(2, 2\)"),
        (
            lambda: c.convolution(np.ones((1, 4, 4, 3)), np.ones((2, 2, 1, 5)), np.ones(5)),
            r"x \(1, 4, 4, 3\), W \(2, 2, 1, 5\) and b \(5,\) do not fit",
        ),
        (
            lambda: tc.transposed_convolution(np.ones((1, 4, 4, 3)), np.ones((2, 2, 5, 1)), np.ones(5)),
            r"do not fit",
        ),
        (
            lambda: tc.transposed_convolution(np.ones((1, 2, 2, 1)), np.ones((3, 3, 1, 1)), np.ones(1), 1, 2),
            "padding=2, kernel=3: .* leaves something of 4",
        ),
        (
            lambda: c.convolution_backward(
                np.ones((1, 2, 2, 5)), np.ones((1, 4, 4, 3)), np.ones((2, 2, 3, 5))
            ),
            r"dy \(1, 2, 2, 5\) is not the gradient of what x \(1, 4, 4, 3\)",
        ),
        (lambda: p.max_pool(np.ones((2, 2)), 3), "does not fit"),
        (  # the forward pass kept the edge
            lambda: p.max_pool_backward(np.ones((3, 3)), np.ones((5, 5))),
            r"dy \(3, 3\) is not the gradient of outputs \(2, 2\)",
        ),
        (
            lambda: p.average_pool_backward(np.ones((1, 2)), np.ones((4, 4))),
            r"dy \(1, 2\) is not the gradient of outputs \(2, 2\)",
        ),
    ],
)
def test_what_does_not_fit_is_said_with_both_shapes(call, words):
    with pytest.raises(ValueError, match=words):
        call()

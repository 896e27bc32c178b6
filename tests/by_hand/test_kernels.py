"""by_hand.kernels: deck 2's filters and the usual ones (row 24)."""

import numpy as np
import pytest

from keras_course.by_hand import kernels
from keras_course.by_hand.convolution import correlate, correlate_fast

KERNELS = {name: kernel.weights for name, kernel in kernels.KERNELS.items()}


def test_the_slides_filters():
    shapes = [KERNELS[name].shape for name in kernels.SLIDES]
    assert shapes == [(1, 3), (3, 3), (5, 5)]
    for name in kernels.SLIDES:
        assert (KERNELS[name][:, 0] == 1).all() and (KERNELS[name][:, -1] == -1).all()
        assert (KERNELS[name][:, 1:-1] == 0).all()


def test_a_narrow_bell_between_two_pixels_is_no_sum_of_zeros():
    np.testing.assert_allclose(kernels.gaussian(2, 0.01), np.full((2, 2), 0.25))


def test_weights_add_up_to_0_or_1():
    """Differences alone, or the picture again: a flat picture shows which."""
    flat = np.full((8, 8), 0.5)
    for name, kernel in KERNELS.items():
        expected = 0.5 if name in ("sharpen", "emboss", "box blur", "Gaussian blur") else 0.0
        np.testing.assert_allclose(correlate_fast(flat, kernel), expected, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("name", KERNELS)
def test_the_fast_form_equals_the_clear_one(name):
    picture = np.random.default_rng(0).random((11, 13))
    np.testing.assert_allclose(
        correlate_fast(picture, KERNELS[name]), correlate(picture, KERNELS[name]), atol=1e-12
    )


@pytest.mark.parametrize("shape", [(1, 3), (3, 3), (2, 4)])
def test_conv2_is_scipys_convolution(shape):
    from scipy.signal import convolve2d

    rng = np.random.default_rng(0)
    picture, kernel = rng.random((6, 7)), rng.random(shape)
    np.testing.assert_allclose(kernels.conv2(picture, kernel), convolve2d(picture, kernel), atol=1e-12)


def test_sharpen_is_the_picture_minus_its_laplacian():
    picture = np.random.default_rng(0).random((9, 9))
    laplacian, sharp = (correlate(picture, KERNELS[name]) for name in ("Laplacian", "sharpen"))
    np.testing.assert_allclose(sharp, picture[1:-1, 1:-1] - laplacian, atol=1e-12)


@pytest.mark.parametrize("name", [*kernels.SLIDES, "Sobel, vertical edges"])
def test_only_vertical_edges_remain(name):
    vertical, horizontal = kernels.edge_energy(kernels.drawn_square(48), KERNELS[name])
    assert vertical > 50 and horizontal == 0
    slanted = [kernels.slanted_edge_energy(KERNELS[name], degrees) for degrees in (0, 45, 90)]
    assert slanted[0] > slanted[1] > 0.3 * slanted[0]  # slanted edges remain in part
    assert slanted[2] < 1e-9 * slanted[0]


def test_sobel_turned_responds_to_the_other_edges():
    square = kernels.drawn_square(48)
    one = kernels.edge_energy(square, KERNELS["Sobel, vertical edges"])
    other = kernels.edge_energy(square, KERNELS["Sobel, horizontal edges"])
    assert one == other[::-1]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: kernels.conv2(np.ones(3), np.ones((1, 1))), r"\(3,\) and \(1, 1\)"),
        (lambda: kernels.conv2(np.ones((3, 3)), np.ones(3)), r"\(3, 3\) and \(3,\)"),
        (lambda: kernels.grey(np.ones((3, 3))), r"\(height, width, 3\) is needed, not \(3, 3\)"),
        (lambda: kernels.gaussian(3, 0.0), "stddev=0.0 above 0"),
        (lambda: kernels.box(0), "size=0"),
        (lambda: kernels.drawn_square(15), "side=15"),
        (lambda: kernels.edge_energy(kernels.drawn_square(48), np.ones((2, 2))), r"\(2, 2\) with odd sides"),
        (lambda: kernels.edge_energy(kernels.drawn_square(16), np.ones((5, 5))), r"\(5, 5\).*\(16, 16\)"),
    ],
)
def test_bad_input_is_one_line(call, words):
    with pytest.raises(ValueError, match=words):
        call()

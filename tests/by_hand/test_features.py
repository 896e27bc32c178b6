"""by_hand.features: each measure is what it says, on pictures where it is known."""

import numpy as np
import pytest

from keras_course.by_hand import features
from keras_course.datasets import digits


def square(size=12, low=3, high=9):
    """A picture with a full square."""
    picture = np.zeros((1, size, size))
    picture[:, low:high, low:high] = 1
    return picture


def test_profiles_add_up_to_the_ink():
    picture = np.random.default_rng(0).random((5, 4, 6))
    profiles = features.ink_profiles(picture)
    assert profiles.shape == (5, 10)
    np.testing.assert_allclose(profiles[:, :4].mean(axis=1), picture.mean(axis=(1, 2)))
    np.testing.assert_allclose(profiles[:, 4:].mean(axis=1), picture.mean(axis=(1, 2)))
    np.testing.assert_allclose(profiles[2, 4 + 3], picture[2, :, 3].mean())


def test_symmetry_of_a_letter_and_of_nothing():
    letter = np.array([[[1, 0, 1], [1, 1, 1], [0, 1, 0]]], dtype=float)  # a Y: left as right, not up as down
    left_right, up_down = features.symmetry(letter)[0]
    assert left_right == 1 and up_down == pytest.approx(3 / 6)
    assert features.symmetry(np.zeros((1, 3, 3))).tolist() == [[1, 1]]


def test_holes_of_many_pictures_at_once():
    ring = square()
    ring[:, 5:7, 5:7] = 0
    two = ring.copy()
    two[:, 7, 7] = 0  # touches the first hole at a corner only: a hole of its own
    bay = ring.copy()
    bay[:, 5, 5:] = 0  # a canal from the hole to the edge
    nothing, full = np.zeros((1, 12, 12)), np.ones((1, 12, 12))
    assert features.holes(np.concatenate([square(), ring, two, bay, nothing, full])).tolist() == [
        0,
        1,
        2,
        0,
        0,
        0,
    ]


def test_holes_tell_real_zeros_from_ones():
    data = digits.load("digits")
    found = features.holes(data.x_train / 255)
    assert (found[data.y_train == 0] == 1).mean() > 0.7  # many rings of the embedded digits have a gap
    assert (found[data.y_train == 1] == 0).mean() > 0.95
    assert found[data.y_train == 8].mean() > 1


@pytest.mark.parametrize(("flip", "slant"), [(False, 1), (True, 0)])
def test_slant_knows_where_a_stroke_falls(flip, slant):
    stroke = np.eye(6)[None, :, ::-1] if flip else np.eye(6)[None]
    assert features.shape_features(stroke)[0, 4] == pytest.approx(slant)
    assert features.shape_features(square())[0, 4] == pytest.approx(0.5)


def test_the_gradient_is_the_difference_of_the_neighbours():
    picture = np.random.default_rng(1).random((2, 5, 5))
    across, down = features.gradients(picture)
    np.testing.assert_allclose(across[:, 2, 2], picture[:, 2, 3] - picture[:, 2, 1])
    np.testing.assert_allclose(down[:, 2, 2], picture[:, 3, 2] - picture[:, 1, 2])
    np.testing.assert_allclose(down[:, 0, 2], picture[:, 1, 2])  # paper above the picture


@pytest.mark.parametrize("degrees", [10, 30, 70, 90, 110, 150])
def test_the_histogram_points_along_the_gradient(degrees):
    angle = np.deg2rad(degrees)
    y, x = np.mgrid[:14, :14]
    ramp = (x * np.cos(angle) + y * np.sin(angle)) / 40 + 0.5  # no edge but one slope everywhere
    inner = features.orientation_histograms(ramp[None], cell=2)[0, 3, 3]
    assert inner.argmax() == degrees // 20
    assert inner.sum() == pytest.approx(4 * 2 / 40)  # each of 4 pixels votes with its gradient's length


def test_binary_pictures_of_unsigned_integers_have_the_same_gradients():
    """255 would stand where -1 belongs: unsigned differences wrap around."""
    picture = square().astype("uint8")
    for found, expected in zip(features.gradients(picture), features.gradients(square()), strict=True):
        np.testing.assert_array_equal(found, expected)


def test_from_ink_to_paper_is_the_same_edge():
    picture = square(14, 4, 10)
    inside = features.orientation_histograms(picture, cell=2)[:, 1:-1, 1:-1]
    negative = features.orientation_histograms(1 - picture, cell=2)[:, 1:-1, 1:-1]
    np.testing.assert_allclose(inside, negative, atol=1e-12)


def test_blocks_have_length_one_and_faint_is_as_strong():
    picture = digits.load("digits").x_train[:20] / 255
    described = features.oriented_gradients(picture)
    assert described.shape == (20, 324)
    lengths = np.linalg.norm(described.reshape(20, 9, 36), axis=2)
    assert lengths.max() <= 1 and (np.isclose(lengths, 1, atol=1e-3) | (lengths == 0)).mean() > 0.9
    np.testing.assert_allclose(features.oriented_gradients(picture / 2), described, atol=1e-3)


def test_every_number_is_from_0_to_1():
    picture = digits.load("digits").x_train[:50] / 255
    for make in (features.ink_profiles, features.shape_features, features.oriented_gradients):
        described = make(picture)
        assert np.isfinite(described).all() and described.min() >= 0 and described.max() <= 1


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: features.ink_profiles(np.zeros((28, 28))), r"\(n, height, width\), not \(28, 28\)"),
        (lambda: features.holes(np.zeros((0, 28, 28))), r"not \(0, 28, 28\)"),
        (lambda: features.symmetry(np.full((1, 2, 2), 255)), "goes from 255 to 255: divide by 255"),
        (lambda: features.gradients(np.full((1, 2, 2), np.nan)), "goes from nan"),
        (
            lambda: features.oriented_gradients(np.zeros((1, 28, 28)), cell=5),
            "5x5 do not fill pictures of 28x28",
        ),
        (lambda: features.oriented_gradients(np.zeros((1, 28, 28)), cell=28), r"not \(1, 1, 1, 9\)"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()

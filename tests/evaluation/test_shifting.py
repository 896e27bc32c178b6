"""evaluation.shifting: every pixel is where it belongs, and nothing comes round the other side."""

import numpy as np
import pytest

from keras_course.errors import UserError
from keras_course.evaluation import fraction_lost, overlap, shifted

PICTURES = np.arange(1, 25, dtype=np.uint8).reshape(2, 3, 4)


@pytest.mark.parametrize(
    ("direction", "expected"),
    [
        ("left", [[3, 4, 0, 0], [7, 8, 0, 0], [11, 12, 0, 0]]),
        ("right", [[0, 0, 1, 2], [0, 0, 5, 6], [0, 0, 9, 10]]),
        ("up", [[9, 10, 11, 12], [0, 0, 0, 0], [0, 0, 0, 0]]),
        ("down", [[0, 0, 0, 0], [0, 0, 0, 0], [1, 2, 3, 4]]),
    ],
)
def test_two_pixels_each_way(direction, expected):
    before = PICTURES.copy()
    moved = shifted(PICTURES, 2, direction)
    assert moved.dtype == np.uint8 and moved[0].tolist() == expected
    np.testing.assert_array_equal(shifted(PICTURES[..., None], 2, direction)[..., 0], moved)
    np.testing.assert_array_equal(PICTURES, before)


@pytest.mark.parametrize("direction", ["left", "right", "up", "down"])
def test_pixel_by_pixel_and_to_the_end(direction):
    np.testing.assert_array_equal(shifted(PICTURES, 0, direction), PICTURES)
    twice = shifted(shifted(PICTURES, 1, direction), 1, direction)
    np.testing.assert_array_equal(shifted(PICTURES, 2, direction), twice)
    for pixels in (4, 5, 100):
        assert not shifted(PICTURES, pixels, direction).any()


@pytest.mark.parametrize("direction", ["left", "right", "up", "down"])
def test_the_overlap_is_what_shifted_moves(direction):
    for pixels in range(6):
        before, after = overlap((3, 4), pixels, direction)
        moved = shifted(PICTURES, pixels, direction)
        np.testing.assert_array_equal(moved[:, *after], PICTURES[:, *before])
        assert moved.sum() == PICTURES[:, *before].sum()


def test_the_fraction_of_ink_that_leaves():
    pictures = np.array([[[1, 2, 3, 4]], [[0, 0, 0, 9]], [[0, 0, 0, 0]]], np.uint8)
    assert fraction_lost(pictures, 2, "left").tolist() == pytest.approx([0.3, 0, 0])
    assert fraction_lost(pictures, 1, "right").tolist() == pytest.approx([0.4, 1, 0])
    assert fraction_lost(np.full((1, 28, 28), 255, np.uint8), 7, "up").tolist() == [0.25]  # no overflow


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((PICTURES, 1, "west"), "direction='west' must be one of left, right, up, down"),
        ((PICTURES, -1), "pixels=-1 must be 0 or more"),
        ((PICTURES[0], 1), r"\(n, height, width\).*not \(3, 4\)"),
    ],
)
def test_bad_input(arguments, words):
    with pytest.raises(UserError, match=words):
        shifted(*arguments)

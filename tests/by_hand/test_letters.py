"""by_hand.letters: letters that are changed, and votes for many at once, set or learnt (row 23)."""

import numpy as np
import pytest

from keras_course.by_hand import letters
from keras_course.by_hand import x_and_o as xo


def rng():
    return np.random.default_rng(0)


def test_many_stacks_are_each_the_stack():
    pictures, _ = letters.draw_letters(20, 12, 1, rng())
    expected = np.stack([xo.stack(picture) for picture in pictures])
    np.testing.assert_allclose(letters.stacks(pictures), expected, atol=1e-12)


def test_votes_by_hand_agree_with_those_of_one_picture():
    pictures, _ = letters.draw_letters(40, 16, 1, rng())
    sums = [xo.votes(picture) for picture in pictures]
    expected = [one["X"] > one["O"] for one in sums]
    assert letters.classify(letters.stacks(pictures), letters.votes_by_hand()).tolist() == expected


def test_half_are_x_and_the_given_number_of_pixels_is_flipped():
    pictures, labels = letters.draw_letters(50, 7, 0, rng())
    assert labels.sum() == 25
    for picture, label in zip(pictures, labels, strict=True):
        assert (picture != (xo.X if label else xo.O)).sum() == 7
    assert not np.array_equal(pictures[0], pictures[2])


def test_shifted_letters_keep_their_ink():
    pictures, labels = letters.draw_letters(60, 0, 1, rng())
    for picture, label in zip(pictures, labels, strict=True):
        assert (picture > 0).sum() == ((xo.X if label else xo.O) > 0).sum()
    assert len({picture.tobytes() for picture in pictures}) > 10


def test_shifted_loses_what_leaves():
    assert np.array_equal(letters.shifted(letters.shifted(xo.X, 1, -1), -1, 1), xo.X)  # the rim is paper
    assert (letters.shifted(xo.X, 0, 9) == -1).all() and (letters.shifted(xo.X, -12, 0) == -1).all()
    assert (letters.shifted(xo.X, 2, 0) > 0).sum() < (xo.X > 0).sum()


def test_a_quarter_turn_leaves_both_letters_as_they_are():
    for letter in (xo.X, xo.O):
        assert np.array_equal(letters.rotated(letter, 90), letter)
        assert np.array_equal(letters.rotated(letter, 0), letter)
    plus = letters.rotated(xo.X, 45) > 0
    assert plus[4].all() and plus[:, 4].all() and plus.sum() == 17


def test_thicker_has_more_ink_and_all_of_the_old():
    thick = letters.thicker(xo.O)
    assert (thick[xo.O > 0] == 1).all() and (thick > 0).sum() > (xo.O > 0).sum()


def test_the_bent_x_holds_the_slides_rows():
    """Deck 4, "Computers are literal"."""
    assert letters.BENT_X[2:6].tolist() == [
        [-1, 1, -1, -1, -1, 1, -1, -1, -1],
        [-1, -1, 1, 1, -1, 1, -1, -1, -1],
        [-1, -1, -1, -1, 1, -1, -1, -1, -1],
        [-1, -1, -1, 1, -1, 1, 1, -1, -1],
    ]


def test_learnt_votes_are_better_on_shifted_and_noisy_letters():
    pictures, labels = letters.draw_letters(1000, 8, 1, np.random.default_rng(1))
    learnt = letters.learn_votes(letters.stacks(pictures), labels)
    pictures, labels = letters.draw_letters(1000, 8, 1, np.random.default_rng(2))  # others
    found = letters.stacks(pictures)

    def accuracy(is_x):
        return np.mean(is_x == (labels == 1))

    assert accuracy(letters.classify(found, learnt)) > 0.95
    assert accuracy(letters.classify(found, letters.votes_by_hand())) < 0.9
    assert accuracy(letters.classify_literally(pictures)) < 0.85


def test_pixel_by_pixel_is_best_where_nothing_moves():
    pictures, labels = letters.draw_letters(400, 24, 0, rng())
    literal = np.mean(letters.classify_literally(pictures) == (labels == 1))
    convnet = np.mean(letters.classify(letters.stacks(pictures), letters.votes_by_hand()) == (labels == 1))
    assert literal > 0.95 > 0.9 > convnet


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: letters.noisy(xo.X, 82, rng()), r"82 pixels .* \(9, 9\)"),
        (lambda: letters.draw_letters(3, 0, 0, rng()), "count=3"),
        (lambda: letters.stacks(np.ones((2, 8, 8))), r"\(n, 9, 9\) are needed, not \(2, 8, 8\)"),
        (lambda: letters.learn_votes(np.ones((4, 3, 4, 4)), np.ones(3)), r"\(4, 3, 4, 4\) and labels \(3,\)"),
        (lambda: letters.learn_votes(np.ones((2, 3, 4, 4)), np.array([1, -1])), "labels .* of 0 and 1"),
    ],
)
def test_bad_input_is_one_line(call, words):
    with pytest.raises(ValueError, match=words):
        call()

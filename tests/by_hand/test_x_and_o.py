"""by_hand.x_and_o: deck 4's steps, and letters that nobody has drawn before (rows 22 and 23)."""

import numpy as np
import pytest

from keras_course.by_hand import x_and_o as xo

LETTERS = {"X": xo.X, "O": xo.O}


def winner(picture):
    votes = xo.votes(picture)
    return max(votes, key=votes.get)


def test_a_feature_matches_perfectly_where_it_is():
    """Deck 4: (1 + 1 + ... + 1) / 9 = 1."""
    maps = {name: xo.filtered(xo.X, feature) for name, feature in xo.FEATURES.items()}
    assert {name: found.max() for name, found in maps.items()} == dict.fromkeys(xo.FEATURES, 1.0)
    # the falling stroke lies on one diagonal, the rising one on the other, the crossing in the middle
    along = [7 / 9, 1, 1, 5 / 9, 1, 1, 7 / 9]
    assert [maps["falling stroke"][i, i] for i in range(7)] == pytest.approx(along)
    assert [maps["rising stroke"][i, 6 - i] for i in range(7)] == pytest.approx(along)
    assert np.argwhere(maps["crossing"] == 1).tolist() == [[3, 3]]
    assert min(found.min() for found in maps.values()) >= -1


def test_the_stack_shrinks_and_has_nothing_negative():
    found = xo.stack(xo.X)
    assert found.shape == (3, 4, 4) and found.min() >= 0 and found.max() == 1


@pytest.mark.parametrize("letter", LETTERS)
def test_letters_that_are_moved_or_smudged_are_still_known(letter):
    """Computers are literal; matching pieces is not."""
    for down in (-1, 0, 1):
        for across in (-1, 0, 1):
            moved = np.roll(LETTERS[letter], (down, across), axis=(0, 1))  # its rim is paper
            assert winner(moved) == letter
    rng = np.random.default_rng(0)
    for _ in range(100):
        smudged = LETTERS[letter].copy()
        smudged.ravel()[rng.choice(81, 8, replace=False)] *= -1
        assert winner(smudged) == letter


def test_bad_input_is_one_line():
    with pytest.raises(ValueError, match=r"a patch \(2, 2\) and a feature \(3, 3\)"):
        xo.match(np.ones((2, 2)), xo.FEATURES["crossing"])
    with pytest.raises(ValueError, match=r"9x9 pixels is needed, not \(8, 8\)"):
        xo.votes(np.ones((8, 8)))

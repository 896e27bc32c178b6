"""Deck 4's small letters, from texts and pictures."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from keras_course.datasets.letters import read_letter


def test_a_letter_drawn_with_signs(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("\n".join("." * i + "#" + "." * (8 - i) for i in range(9)))
    assert np.array_equal(read_letter(path), 2 * np.eye(9) - 1)


def test_a_letter_in_a_picture_is_centred_and_thin(tmp_path):
    """Dark on light, large, off-centre; the network then knows it."""
    from keras_course.by_hand import x_and_o as xo

    for letter in ("X", "O"):
        picture = Image.new("L", (300, 260), 230)
        pen = ImageDraw.Draw(picture)
        if letter == "X":
            pen.line((40, 40, 150, 160), fill=20, width=16)
            pen.line((40, 160, 150, 40), fill=20, width=16)
        else:
            pen.ellipse((50, 40, 160, 160), outline=20, width=14)
        picture.save(tmp_path / "letter.png")
        found = read_letter(tmp_path / "letter.png")
        assert found.shape == (9, 9) and set(np.unique(found)) == {-1, 1}
        votes = xo.votes(found)
        assert max(votes, key=votes.get) == letter


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"#.#\n", "9 lines of 9 signs are needed, not 1 of 3 to 3"),
        (b"", "not 0 of no signs"),
        (b"abc", "'a' is not a pixel"),
        (b"\xff\xfe\x00", "not a text file"),
        (b"#" * 20_000, "20,000 bytes are too many for a letter"),
    ],
)
def test_a_text_that_is_no_letter(content, words, tmp_path):
    (tmp_path / "letter.txt").write_bytes(content)
    with pytest.raises(ValueError, match=words):
        read_letter(tmp_path / "letter.txt")

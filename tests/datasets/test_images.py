"""Any picture in its own shape, and deck 4's small letters."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image, ImageDraw

from keras_course.datasets.picture_files import read_letter, read_picture, scikit_learn_photo


def test_the_photo_is_found_without_importing_scikit_learn():
    code = (
        "import sys; from keras_course.datasets.picture_files import *;"
        "print(read_picture(scikit_learn_photo(), 640).shape, 'sklearn' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "(427, 640, 3) False\n"


def test_a_photo_that_is_not_there():
    with pytest.raises(ValueError, match=r"nothing\.jpg is not installed here"):
        scikit_learn_photo("nothing.jpg")


@pytest.mark.parametrize("mode", ["RGB", "L", "1", "P", "RGBA", "CMYK", "I;16"])
def test_every_mode_becomes_colour_of_its_own_shape(mode, tmp_path):
    path = tmp_path / ("picture.tif" if mode == "CMYK" else "picture.png")
    Image.new(mode, (30, 20)).save(path)
    picture = read_picture(path, 100)
    assert picture.shape == (20, 30, 3) and picture.dtype == np.uint8


def test_larger_pictures_are_reduced_and_keep_their_shape(tmp_path):
    Image.new("RGB", (400, 100), (10, 200, 30)).save(tmp_path / "a.png")
    picture = read_picture(tmp_path / "a.png", 80)
    assert picture.shape == (20, 80, 3)
    assert (picture == (10, 200, 30)).all()


def test_what_is_no_picture_is_one_line(tmp_path):
    (tmp_path / "text.png").write_text("hello")
    (tmp_path / "empty.png").touch()
    (tmp_path / "cut.jpg").write_bytes(scikit_learn_photo().read_bytes()[:20_000])
    Image.new("1", (12_000, 12_000)).save(tmp_path / "huge.png")
    for name, words in {
        "text.png": "not a picture",
        "empty.png": "an empty file",
        "cut.jpg": "broken or cut off",
        "huge.png": "more than .* pixels",
    }.items():
        with pytest.raises(ValueError, match=f"{name}: .*{words}"):
            read_picture(tmp_path / name, 100)
    with pytest.raises(FileNotFoundError):
        read_picture(tmp_path / "missing.png", 100)
    with pytest.raises(ValueError, match="at least 1"):
        read_picture(tmp_path / "text.png", 0)


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
        (b"abc", "'a' is no pixel"),
        (b"\xff\xfe\x00", "not a text"),
        (b"#" * 20_000, "20,000 bytes are no letter"),
    ],
)
def test_a_text_that_is_no_letter(content, words, tmp_path):
    (tmp_path / "letter.txt").write_bytes(content)
    with pytest.raises(ValueError, match=words):
        read_letter(tmp_path / "letter.txt")

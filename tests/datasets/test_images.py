"""Any picture in its own shape."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from keras_course.datasets.images import read_grey, read_picture, scikit_learn_photo


def test_the_photo_is_found_without_importing_scikit_learn():
    code = (
        "import sys; from keras_course.datasets.images import *;"
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


def test_a_grey_picture_is_only_resized(tmp_path):
    picture = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
    Image.fromarray(picture).save(tmp_path / "a.png")
    np.testing.assert_array_equal(read_grey(tmp_path / "a.png", 28, 28), picture)
    Image.fromarray(picture.repeat(4, axis=0).repeat(4, axis=1)).save(tmp_path / "large.png")
    np.testing.assert_array_equal(read_grey(tmp_path / "large.png", 28, 28), picture)

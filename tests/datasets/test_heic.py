"""An iPhone's photos: read with pillow-heif, and one helpful line without."""

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from keras_course.datasets.handwriting import read_digit
from keras_course.datasets.images import read_picture
from keras_course.datasets.photo_files import read_photo
from keras_course.errors import UserError

PICTURES = Path(__file__).parents[1] / "pictures"
READERS = {
    "read_digit": read_digit,
    "read_picture": lambda path: read_picture(path, 100),
    "read_photo": lambda path: read_photo(path, 32),
}


@pytest.mark.parametrize("reader", READERS)
def test_without_pillow_heif_a_line_says_what_to_do(tmp_path, monkeypatch, reader):
    path = tmp_path / "IMG_0001.jpg"  # whatever its name
    path.write_bytes(b"\0\0\0\x18ftypheic" + bytes(100))
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(
        UserError, match=r"a HEIC photo, .* install .*pillow-heif.* or convert it to JPEG"
    ) as raised:
        READERS[reader](path)
    assert str(raised.value).count(str(path)) == 1


def test_with_it_the_photo_is_read(tmp_path):
    heif = pytest.importorskip("pillow_heif")
    picture = Image.open(PICTURES / "seven.png").convert("RGB")
    heif.from_pillow(picture).save(tmp_path / "seven.HEIC", quality=95)
    difference = read_digit(tmp_path / "seven.HEIC").astype(int) - read_digit(PICTURES / "seven.png")
    assert np.abs(difference).mean() < 3
    assert READERS["read_picture"](tmp_path / "seven.HEIC").ndim == 3
    assert READERS["read_photo"](tmp_path / "seven.HEIC").shape == (32, 32, 3)

import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from keras_course.datasets.handwriting import centre, read_digit

PICTURES = Path(__file__).parents[1] / "pictures"
STROKE = [(70, 80), (170, 75), (130, 140), (110, 220)]  # a seven


def drawn(size=(280, 280), paper=255, ink=0, width=16, shift=(0, 0), scale=1.0):
    picture = Image.new("L", size, paper)
    points = [(scale * x + shift[0], scale * y + shift[1]) for x, y in STROKE]
    ImageDraw.Draw(picture).line(points, fill=ink, width=round(width * scale), joint="curve")
    return picture


@pytest.fixture
def read(tmp_path):
    def save_and_read(picture, name="digit.png", **options):
        picture.save(tmp_path / name, **options)
        return read_digit(tmp_path / name)

    return save_and_read


def apart(first, second):
    """Mean difference of two pictures, in grey levels; the place is rounded to pixels, so one pixel is free."""
    shifts = [(row, column) for row in (-1, 0, 1) for column in (-1, 0, 1)]
    return min(np.abs(np.roll(first, shift, (0, 1)).astype(int) - second).mean() for shift in shifts)


def test_form(read):
    digit = read(drawn())
    assert (digit.shape, digit.dtype, digit.max()) == ((28, 28), np.uint8, 255)
    rows, columns = np.flatnonzero(digit.any(axis=1)), np.flatnonzero(digit.any(axis=0))
    assert np.ptp(rows) == 19
    assert np.ptp(columns) < 19
    for axis in (0, 1):  # row and column 14, to half a pixel, as in all of MNIST
        assert abs(digit.sum(axis=axis) @ np.arange(28) / digit.sum() - 14) <= 0.51


@pytest.mark.parametrize(
    "picture",
    [
        drawn(paper=0, ink=255),
        drawn(paper=200, ink=90),
        drawn(shift=(60, 40)),
        drawn(shift=(-55, -60)),
        drawn(scale=0.4),
        drawn(size=(90, 120), scale=0.4),
        drawn(size=(1500, 1100), scale=4),
        drawn(size=(700, 280)),
        drawn().crop((60, 66, 182, 232)),
    ],
    ids=["light on dark", "pale", "right", "left", "small", "small picture", "large", "wide", "tight"],
)
def test_size_place_and_polarity_make_no_difference(read, picture):
    assert apart(read(picture), read(drawn())) < 8


def transparent(ink):
    picture = Image.new("RGBA", (280, 280), (0, 0, 0, 0))
    picture.paste(Image.new("RGBA", picture.size, (ink, ink, ink, 255)), mask=drawn(paper=0, ink=255))
    return picture


def palette_with_transparency():
    picture = drawn().convert("P")
    picture.info["transparency"] = picture.getpixel((0, 0))
    return picture


def sixteen_bit():
    return Image.fromarray(np.asarray(drawn(paper=200, ink=20)).astype(np.uint16) * 200)


@pytest.mark.parametrize(
    ("picture", "name"),
    [
        (drawn().convert("RGB"), "a.png"),
        (drawn().convert("1"), "a.png"),
        (drawn().convert("P"), "a.png"),
        (drawn().convert("LA"), "a.png"),
        (palette_with_transparency(), "a.png"),
        (transparent(0), "a.png"),
        (transparent(255), "a.png"),
        (sixteen_bit(), "a.png"),
        (Image.fromarray(np.asarray(drawn(), np.float32) / 255), "a.tiff"),
        (Image.fromarray(np.asarray(drawn(), np.int32)), "a.tiff"),
        (drawn().convert("CMYK"), "a.jpg"),
        (drawn().convert("RGB"), "a.webp"),
        (drawn(), "a.gif"),
        (drawn(), "a.bmp"),
    ],
    ids=lambda value: getattr(value, "mode", value),
)
def test_modes_and_formats(read, picture, name):
    assert apart(read(picture, name), read(drawn())) < 4


def test_coloured_ink(read):
    red = Image.merge("RGB", [Image.new("L", (280, 280), 235), drawn(), drawn()])
    assert apart(read(red), read(drawn())) < 4


def test_a_turned_photo_is_read_upright(read, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise when shown
    digit = read(drawn().transpose(Image.Transpose.ROTATE_90), "turned.jpg", exif=exif, quality=95)
    assert apart(digit, read(drawn())) < 4


def test_uneven_light_grain_and_specks(read):
    random = np.random.default_rng(0)
    y, x = np.meshgrid(np.linspace(-1, 1, 280), np.linspace(-1, 1, 280), indexing="ij")
    picture = np.asarray(drawn(paper=190, ink=60), float) + 45 * x - 25 * y - 15 * x * x
    picture += random.normal(0, 7, picture.shape)
    picture[20:23, 250:253] = 50  # a speck of dust
    photo = Image.fromarray(picture.clip(0, 255).astype(np.uint8))
    assert apart(read(photo, "photo.jpg"), read(drawn())) < 6


def test_strokes_in_pieces_stay_together(read):
    picture = drawn()
    ImageDraw.Draw(picture).rectangle((0, 120, 280, 124), fill=255)
    assert apart(read(picture), read(drawn())) < 6


def test_a_picture_in_mnist_s_form_stays_as_it_is(read):
    digit = read(drawn())
    again = read(Image.fromarray(digit))
    assert apart(digit, again) < 1
    assert abs(digit.astype(int) - again).max() < 32
    assert np.ptp(np.flatnonzero(again.any(axis=1))) == 19


@pytest.mark.parametrize(("shape", "scaled"), [((200, 10), (20, 1)), ((3, 6), (10, 20)), ((1, 1), (20, 20))])
def test_centre_scales_the_longer_side_to_twenty(shape, scaled):
    digit = centre(np.pad(np.full(shape, 0.3), 5))
    filled = np.flatnonzero((digit > 127).any(axis=1)).size, np.flatnonzero((digit > 127).any(axis=0)).size
    assert filled == scaled


@pytest.mark.parametrize("picture", sorted(PICTURES.glob("*.png")), ids=lambda path: path.stem)
def test_our_own_pictures_are_read(picture):
    digit = read_digit(picture)
    assert digit.max() == 255
    assert 0.04 < (digit > 0).mean() < 0.35


def noise(level, grain):
    return Image.fromarray(
        np.random.default_rng(1).normal(level, grain, (200, 200)).clip(0, 255).astype(np.uint8)
    )


@pytest.mark.parametrize(
    "picture",
    [
        drawn(scale=0.02),
        Image.new("L", (100, 100), 255),
        Image.new("RGB", (100, 100)),
        Image.new("RGBA", (100, 100), (0, 0, 0, 0)),
        Image.new("L", (28, 28)),
        Image.linear_gradient("L"),
        drawn(paper=255, ink=249),
        noise(128, 5),
        noise(200, 15),
    ],
    ids=["dust", "white", "black", "transparent", "28x28", "gradient", "too faint", "noise", "more noise"],
)
def test_blank(read, picture):
    with pytest.raises(ValueError, match=r"digit\.png: no digit found: the picture looks blank"):
        read(picture)


@pytest.mark.parametrize(
    ("size", "words"),
    [((1000, 20), "too long"), ((20, 1000), "too long"), ((5, 5), "too small"), ((1, 1), "too small")],
)
def test_odd_sizes(read, size, words):
    with pytest.raises(ValueError, match=words):
        read(Image.new("L", size, 255))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"a letter, not a picture\n" * 20, "not a picture"),
        (b"PK\x03\x04" + bytes(500), "not a picture"),
        (b"\x89PNG\r\n\x1a\n", "not a picture"),
    ],
)
def test_not_a_picture(tmp_path, content, words):
    path = tmp_path / "letter.png"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=rf"letter\.png: .*{words}") as error:
        read_digit(path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.gif", "a.webp", "a.tiff", "a.bmp"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_cut_off(tmp_path, name, share):
    path = tmp_path / name
    noise(128, 50).save(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(ValueError) as error:
        read_digit(path)
    assert str(error.value).startswith(f"{path}: ")
    assert "\n" not in str(error.value)


def test_missing_file_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.png: there is no such file"):
        read_digit(tmp_path / "none.png")
    with pytest.raises(IsADirectoryError, match="a folder"):
        read_digit(tmp_path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_permission_denied(tmp_path):
    drawn().save(tmp_path / "mine.png")
    (tmp_path / "mine.png").chmod(0)
    with pytest.raises(PermissionError, match=r"mine\.png"):
        read_digit(tmp_path / "mine.png")


@pytest.mark.parametrize("side", [10_000, 30_000])
def test_a_small_file_of_a_huge_picture_is_not_unpacked(tmp_path, side):
    def chunk(kind, content):
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    data = zlib.compress(bytes(10_000))
    path = tmp_path / "bomb.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )
    with pytest.raises(ValueError, match=r"bomb\.png: the picture has more than .* pixels"):
        read_digit(path)


@pytest.mark.realdata
def test_redrawn_test_digits_are_read_as_well_as_the_originals(real_data, tmp_path):
    from sklearn.neighbors import KNeighborsClassifier

    from keras_course.datasets.npz import read_npz

    data = read_npz(real_data / "mnist.npz")

    def rows(pictures):
        return np.reshape(pictures, (len(pictures), -1)) / 255

    model = KNeighborsClassifier(3)
    model.fit(rows(data["x_train"][:5000]), data["y_train"][:5000])
    originals, labels, read = data["x_test"][:100], data["y_test"][:100], []
    unchanged = []
    random = np.random.default_rng(0)
    for original in originals:
        side = int(random.integers(110, 230))
        digit = 255 - np.asarray(
            Image.fromarray(original).resize((side, side), Image.Resampling.BICUBIC), float
        )
        page = np.full((280, 280), 255.0)
        top, left = random.integers(0, 280 - side, 2)
        page[top : top + side, left : left + side] = digit
        page = 60 + page * 0.6 + random.normal(0, 5, page.shape) + np.linspace(-20, 20, 280)
        Image.fromarray(page.clip(0, 255).astype(np.uint8)).save(tmp_path / "digit.png")
        read.append(read_digit(tmp_path / "digit.png"))
        Image.fromarray(original).save(tmp_path / "digit.png")
        unchanged.append(np.abs(read_digit(tmp_path / "digit.png").astype(int) - original).mean() < 1)
    assert np.mean(unchanged) >= 0.95  # the others have moved by a pixel
    assert model.score(rows(read), labels) >= model.score(rows(originals), labels) - 0.03

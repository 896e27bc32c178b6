"""Photos: every kind of bad file, splits that stay, a cache that is whole or not there."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from keras_course.datasets import photo_cache, photo_files, photos
from keras_course.errors import UserError

ROOT = Path(__file__).parents[2]


def picture(seed, size=(40, 30)):
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1] // 10, size[0] // 10, 3), dtype=np.uint8)
    return Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC)


def fill(folder, count, first=0, ending=".png"):
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        picture(first + number).save(folder / f"{number:03}{ending}")


@pytest.fixture
def folder(tmp_path):
    """Two classes directly in a folder, 20 photos each."""
    fill(tmp_path / "pets/cats", 20)
    fill(tmp_path / "pets/dogs", 20, first=100)
    return tmp_path / "pets"


def load(folder, tmp_path, **arguments):
    return photos.load(str(folder), tmp_path / "data", **{"image_size": 16, **arguments})


def test_a_folder_is_split_in_three_every_class_in_proportion(folder, tmp_path):
    data = load(folder, tmp_path)
    assert (data.name, data.embedded, data.labels) == ("pets", False, ("cats", "dogs"))
    assert [len(y) for y in (data.y_train, data.y_validation, data.y_test)] == [28, 6, 6]
    for y in (data.y_train, data.y_validation, data.y_test):
        assert np.bincount(y).tolist() == [len(y) // 2] * 2
    assert data.x_train.shape == (28, 16, 16, 3) and data.x_train.dtype == np.uint8
    assert isinstance(data.x_train, np.memmap) and not data.x_train.flags.writeable
    assert not data.skipped and not data.duplicates
    other = load(folder, tmp_path, seed=9)
    assert other.files_test == data.files_test
    for file, pixels in zip(data.files_test, data.x_test, strict=True):
        np.testing.assert_array_equal(photos.read_photo(folder / file, 16), pixels)


@pytest.mark.parametrize("names", [("train", "validation", "test"), ("Train", "val", "test")])
def test_splits_by_folder(tmp_path, names):
    for count, name in zip((9, 4, 3), names, strict=True):
        for number, label in enumerate(("ants", "bees", "moths")):
            fill(tmp_path / "p" / name / label, count, first=100 * number, ending=".jpg")
    data = load(tmp_path / "p", tmp_path)
    assert [len(y) for y in (data.y_train, data.y_validation, data.y_test)] == [27, 12, 9]
    assert data.labels == ("ants", "bees", "moths")


def test_a_missing_test_split_is_half_of_validation(tmp_path):
    for label in ("a", "b"):
        fill(tmp_path / "p/train" / label, 5)
        fill(tmp_path / "p/validation" / label, 6)
    data = load(tmp_path / "p", tmp_path)
    assert [len(y) for y in (data.y_train, data.y_validation, data.y_test)] == [10, 6, 6]


def test_content_not_place_makes_the_checksum(folder, tmp_path):
    data = load(folder, tmp_path)
    shutil.copytree(folder, tmp_path / "elsewhere")
    assert load(tmp_path / "elsewhere", tmp_path).sha256 == data.sha256
    picture(999).save(folder / "cats/000.png")
    assert load(folder, tmp_path).sha256 != data.sha256


def test_bad_files_are_skipped_and_listed_with_the_reason(folder, tmp_path, monkeypatch, capfd):
    cats = folder / "cats"
    whole = (cats / "001.png").read_bytes()
    (cats / "truncated.png").write_bytes(whole[: len(whole) // 2])
    (cats / "empty.jpg").touch()
    (cats / "text.jpg").write_text("not a picture")
    (cats / "notes.txt").write_text("ignored without a word")
    Image.new("RGB", (1, 1)).save(cats / "dot.png")
    Image.new("RGB", (2000, 10)).save(cats / "line.png")
    Image.new("L", (4000, 3000)).save(cats / "bomb.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 5_000_000)
    (cats / "gone.png").symlink_to(tmp_path / "nowhere.png")
    data = load(folder, tmp_path)
    reasons = dict(data.skipped)
    expected = {
        "cats/truncated.png": "not read as a picture",
        "cats/empty.jpg": "an empty file",
        "cats/text.jpg": "not a picture",
        "cats/dot.png": "1x1 is too small",
        "cats/line.png": "2000x10 is too narrow",
        "cats/bomb.png": "too many pixels",
        "cats/gone.png": "vanished",
    }
    assert reasons.keys() == expected.keys()
    for file, words in expected.items():
        assert words in reasons[file], reasons[file]
    assert sum(map(len, (data.y_train, data.y_validation, data.y_test))) == 40
    err = capfd.readouterr().err.splitlines()
    assert any(line.startswith("skipped 7 files, the first cats/") for line in err)
    assert any(line.startswith("decoded 47 photos once") for line in err)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_skipped(folder, tmp_path):
    (folder / "cats/000.png").chmod(0)
    assert load(folder, tmp_path).skipped == (("cats/000.png", "Permission denied"),)


def coloured(mode):
    """An orange picture in another mode, and the colour that it should have."""
    base = Image.new("RGB", (40, 40), (250, 140, 20))
    if mode == "RGBA":
        base.putalpha(Image.new("L", (40, 40), 0))
        return base, (255, 255, 255)  # transparent: white
    if mode == "I;16":
        return Image.fromarray(np.full((40, 40), 65535, np.uint16)), (255, 255, 255)
    return base.convert(mode), np.asarray(base.convert(mode).convert("RGB")).reshape(-1, 3).mean(axis=0)


@pytest.mark.parametrize("mode", ["RGB", "L", "1", "P", "CMYK", "RGBA", "I;16"])
def test_every_mode_becomes_rgb(tmp_path, mode):
    image, expected = coloured(mode)
    path = tmp_path / ("photo.tif" if mode == "CMYK" else "photo.png")
    image.save(path)
    pixels = photos.read_photo(path, 8)
    assert pixels.shape == (8, 8, 3)
    assert np.abs(pixels.reshape(-1, 3).mean(axis=0) - expected).max() < 5


def test_exif_turns_the_photo(tmp_path):
    pixels = np.zeros((40, 80, 3), np.uint8)
    pixels[:, :40] = 255  # white on the left
    exif = Image.Exif()
    exif[0x0112] = 6  # taken with the camera turned: shown turned clockwise
    Image.fromarray(pixels).save(tmp_path / "photo.jpg", exif=exif, quality=95)
    turned = photos.read_photo(tmp_path / "photo.jpg", 16)
    assert turned[:6].mean() > 250 and turned[10:].mean() < 5  # white on top


def test_a_large_jpeg_is_squashed_smoothly(tmp_path):
    picture(3, (1600, 900)).save(tmp_path / "photo.jpg", quality=95)
    expected = np.asarray(picture(3, (1600, 900)).resize((24, 24), Image.Resampling.BOX)).astype(int)
    assert np.abs(photos.read_photo(tmp_path / "photo.jpg", 24) - expected).mean() < 8


@pytest.mark.parametrize("content", [b"", b"text", None])
def test_one_line_names_a_photo_that_cannot_be_read(tmp_path, content):
    path = tmp_path / "photo.jpg"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises((ValueError, OSError), match=r"photo\.jpg") as caught:
        photos.read_photo(path, 16)
    assert "\n" not in str(caught.value)


def test_the_second_start_decodes_nothing(folder, tmp_path, monkeypatch):
    first = load(folder, tmp_path)
    monkeypatch.setattr(photo_cache, "decode", lambda *_: pytest.fail("decoded again"))
    second = load(folder, tmp_path)
    np.testing.assert_array_equal(first.x_train, second.x_train)
    assert second.sha256 == first.sha256


def cache_of(tmp_path):
    (path,) = (tmp_path / "data/cache").glob("photos_*")
    return path


@pytest.mark.parametrize("damage", ["version", "short", "no index", "broken index"])
def test_a_cache_of_another_version_or_damaged_is_built_anew(folder, tmp_path, damage):
    before = np.array(load(folder, tmp_path).x_train)
    path = cache_of(tmp_path)
    index = json.loads((path / "index.json").read_text())
    if damage == "version":
        (path / "index.json").write_text(json.dumps({**index, "version": 0}))
    elif damage == "short":
        os.truncate(path / "train.bin", 1000)
    elif damage == "no index":
        (path / "index.json").unlink()
    else:
        (path / "index.json").write_text("{")
    np.testing.assert_array_equal(load(folder, tmp_path).x_train, before)
    assert json.loads((cache_of(tmp_path) / "index.json").read_text()) == index


BUILD = """
import sys, time
from keras_course.datasets import photo_cache, photos
slow = photo_cache.decode
def decode(*arguments):
    time.sleep(0.3)
    print("decoding", flush=True)
    return slow(*arguments)
photo_cache.decode = decode
photos.load(sys.argv[1], sys.argv[2], image_size=16)
"""


def test_a_killed_build_leaves_nothing_that_looks_whole(folder, tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", BUILD, str(folder), str(tmp_path / "data")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        assert any("decoding" in line for line in process.stdout)
        process.send_signal(signal.SIGKILL)
    left, lock = sorted((tmp_path / "data/cache").iterdir(), key=lambda path: path.name.startswith("."))
    assert left.suffix == ".part" and lock.suffix == ".lock"
    assert len(load(folder, tmp_path, image_size=24).x_train) == 28  # another cache: its build sweeps too
    assert [path.suffix for path in (tmp_path / "data/cache").iterdir()] == [""]
    assert len(load(folder, tmp_path).x_train) == 28


def test_a_folder_that_changes_during_the_build(folder, tmp_path, monkeypatch):
    original = photo_cache.decode

    def decode(path, size):
        (folder / "dogs/007.png").unlink(missing_ok=True)
        return original(path, size)

    monkeypatch.setattr(photo_cache, "decode", decode)
    assert load(folder, tmp_path).skipped in ((("dogs/007.png", "it has vanished"),), ())


def test_the_same_photo_in_two_classes_or_splits_is_reported(folder, tmp_path, capfd):
    shutil.copy(folder / "cats/003.png", folder / "dogs/twin.png")
    shutil.copy(folder / "cats/004.png", folder / "cats/again.png")
    data = load(folder, tmp_path)
    assert {"cats/003.png", "dogs/twin.png"} in map(set, data.duplicates)
    assert "are in several splits or classes" in capfd.readouterr().err


def test_limit_is_balanced_and_seeded(folder, tmp_path):
    first, same, other = (load(folder, tmp_path, limit=8, seed=seed) for seed in (1, 1, 2))
    assert np.bincount(first.y_train).tolist() == [4, 4] and first.limited == 8
    np.testing.assert_array_equal(first.x_train, same.x_train)
    assert not np.array_equal(first.x_train, other.x_train)
    assert load(folder, tmp_path, limit=500).limited is None


def test_a_file_that_is_no_folder(tmp_path):
    (tmp_path / "photo.jpg").touch()
    with pytest.raises(
        NotADirectoryError, match=r"photo\.jpg: a file, where a folder or a \.zip of photos is wanted"
    ):
        load(tmp_path / "photo.jpg", tmp_path)


def one_class(folder):
    shutil.rmtree(folder / "dogs")


def empty_class(folder):
    (folder / "birds").mkdir()


def other_classes(folder):
    for part in ("train", "test"):
        shutil.copytree(folder / "cats", folder / part / "cats")
        shutil.copytree(folder / "dogs", folder / part / ("dogs" if part == "train" else "wolves"))


def no_train(folder):
    for label in ("cats", "dogs"):
        shutil.move(folder / label, folder / "test" / label)


def unreadable_class(folder):
    for path in (folder / "dogs").iterdir():
        path.write_bytes(b"")


def few(folder):
    for path in sorted((folder / "dogs").iterdir())[2:]:
        path.unlink()


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (one_class, "there is only 'cats'"),
        (empty_class, "birds: no pictures in this class folder"),
        (other_classes, "test and train have different classes: dogs, wolves"),
        (no_train, "a folder for test, but none for training"),
        (unreadable_class, "no photo of dogs for train that can be read"),
        (few, "give at least three of every class"),
        (shutil.rmtree, "no dataset"),
    ],
)
def test_a_folder_that_will_not_do_is_named_in_one_line(folder, tmp_path, damage, words):
    damage(folder)
    with pytest.raises((ValueError, OSError), match=words) as caught:
        load(folder, tmp_path)
    assert "pets" in str(caught.value) and "\n" not in str(caught.value)
    assert not list((tmp_path / "data").glob("cache/*"))


@pytest.mark.parametrize(
    ("arguments", "words"), [({"limit": 0}, "limit"), ({"image_size": 4}, "image_size=4")]
)
def test_arguments_out_of_range(folder, tmp_path, arguments, words):
    with pytest.raises(ValueError, match=words):
        load(folder, tmp_path, **arguments)


def zipped(folder, path, prefix=""):
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*.png")):
            archive.write(file, prefix + file.relative_to(folder).as_posix())


def test_a_zip_by_path(folder, tmp_path):
    zipped(folder, tmp_path / "pets.zip", "inner/")
    assert load(tmp_path / "pets.zip", tmp_path).sha256 == load(folder, tmp_path).sha256


@pytest.mark.parametrize(
    "name", ["../climbs.png", "/absolute.png", "a/../../climbs.png", "..\\climbs.png", "link.png"]
)
def test_a_zip_that_climbs_out_is_refused(folder, tmp_path, name):
    zipped(folder, tmp_path / "pets.zip")
    with zipfile.ZipFile(tmp_path / "pets.zip", "a") as archive:
        member = zipfile.ZipInfo(name)
        if name == "link.png":
            member.external_attr = 0o120777 << 16
        archive.writestr(member, b"/etc/passwd")
    with pytest.raises(ValueError, match="leads out of its folder"):
        load(tmp_path / "pets.zip", tmp_path)
    assert not (tmp_path / "climbs.png").exists()
    assert not list((tmp_path / "data/cache").glob("*"))


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({".": b"x"}, "a file in it has no name"),
        ({"": b"x"}, "a file in it has no name"),
        ({"cats/": b"", "dogs/": b""}, "no pictures in this class folder"),
        ({"pets/": b""}, "at least two classes is needed; there is none"),
        ({"pets/cats/": b"", "pets/dogs/": b""}, "no pictures in this class folder"),
        ({"train/": b""}, "at least two classes is needed; there is none"),
        ({}, "at least two classes is needed; there is none"),
        ({"a/b.png": b"", "a": b"x"}, "a"),
        ({"C:/a.png": b""}, "leads out of its folder"),
    ],
)
def test_a_zip_without_photos_is_one_line(tmp_path, members, words):
    with zipfile.ZipFile(tmp_path / "pets.zip", "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    with pytest.raises((UserError, OSError), match=words) as caught:
        load(tmp_path / "pets.zip", tmp_path)
    assert "pets" in str(caught.value) and "\n" not in str(caught.value)


def test_a_folder_of_its_own_in_a_zip_makes_no_difference(folder, tmp_path):
    zipped(folder, tmp_path / "pets.zip", "./")
    with zipfile.ZipFile(tmp_path / "pets.zip", "a") as archive:
        archive.writestr("./", b"")
    assert load(tmp_path / "pets.zip", tmp_path).sha256 == load(folder, tmp_path).sha256


@pytest.mark.parametrize("place", ["start", "middle", "end", "names", "all"])
def test_a_broken_zip_is_one_line(folder, tmp_path, place):
    zipped(folder, tmp_path / "pets.zip")
    content = bytearray((tmp_path / "pets.zip").read_bytes())
    first = {"start": 0, "middle": len(content) // 2, "end": len(content) - 30, "names": len(content) - 900}
    begin = first.get(place, 0)
    content[begin : begin + (200 if place != "all" else len(content))] = b"\xa5" * 200
    (tmp_path / "pets.zip").write_bytes(content)
    with pytest.raises(UserError, match=r"pets\.zip: not a whole zip file"):
        load(tmp_path / "pets.zip", tmp_path)
    assert not list((tmp_path / "data").glob("cache/*"))


def test_another_zip_of_the_same_name_and_size_is_unzipped_anew(folder, tmp_path):
    zipped(folder, tmp_path / "pets.zip")
    before = load(tmp_path / "pets.zip", tmp_path)
    twin = (folder / "cats/000.png").read_bytes()
    (folder / "cats/000.png").write_bytes(twin[:-1] + bytes([twin[-1] ^ 1]))
    size = (tmp_path / "pets.zip").stat().st_size
    zipped(folder, tmp_path / "pets.zip")
    assert (tmp_path / "pets.zip").stat().st_size == size
    assert load(tmp_path / "pets.zip", tmp_path).sha256 != before.sha256


@pytest.fixture
def google(server, tmp_path, monkeypatch):
    """A server with a zip like Google's, and its Source."""
    for part, count in (("train", 6), ("validation", 6)):
        for label in ("cats", "dogs"):
            fill(tmp_path / "google" / part / label, count)
    zipped(tmp_path / "google", tmp_path / "google.zip", "cats_and_dogs_filtered/")
    server.body = (tmp_path / "google.zip").read_bytes()

    def source(kind, size=None):
        changed = {"url": server.url + kind, "size": size or len(server.body)}
        monkeypatch.setattr(
            photos, "CATS_DOGS", photos.CATS_DOGS.__class__(**{**vars(photos.CATS_DOGS), **changed})
        )

    return source


@pytest.mark.parametrize("dataset", ["auto", "cats_dogs"])
def test_download(google, tmp_path, dataset):
    google("good")
    data = photos.load(dataset, tmp_path / "data", image_size=16)
    assert data.name == "cats_dogs" and "Kaggle" in data.terms
    assert [len(y) for y in (data.y_train, data.y_validation, data.y_test)] == [12, 6, 6]
    google("missing")
    assert photos.load(dataset, tmp_path / "data", image_size=16).sha256 == data.sha256  # from the folder


@pytest.mark.parametrize("place", ["cats_dogs", "cats_and_dogs_filtered", "cats_dogs/cats_dogs"])
@pytest.mark.parametrize("parts", [("",), ("train", "validation"), ("train", "validation", "test")])
def test_cats_and_dogs_that_lie_in_data_dir_are_used_and_said(tmp_path, capfd, place, parts):
    for part in parts:
        for number, label in enumerate(("cats", "dogs")):
            fill(tmp_path / "data" / place / part / label, 10, first=50 * number)
    (tmp_path / "data/cats_dogs").mkdir(exist_ok=True)  # an empty one is not in the way
    data = photos.load("auto", tmp_path / "data", image_size=16)
    assert data.name == "cats_dogs" and not data.embedded
    counts = [len(y) for y in (data.y_train, data.y_validation, data.y_test)]
    assert sum(counts) == 20 * len(parts)
    said = capfd.readouterr().out.splitlines()
    assert said == [
        f"photos of {tmp_path / 'data' / place}: {counts[0]} to train on, {counts[1]} for validation, "
        f"{counts[2]} to test (classes cats, dogs)"
    ]


def test_cats_and_dogs_of_the_zip_in_data_dir_are_used_and_said(google, tmp_path, capfd):
    google("missing")
    (tmp_path / "data").mkdir()
    shutil.copy(tmp_path / "google.zip", tmp_path / "data/cats_and_dogs_filtered.zip")
    assert photos.load("auto", tmp_path / "data", image_size=16).name == "cats_dogs"
    said = (
        f"photos of {tmp_path / 'data/cats_and_dogs_filtered'}: 12 to train on, 6 for validation, 6 to test"
    )
    assert said in capfd.readouterr().out


def test_one_folder_too_many_makes_no_difference(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "outer/my_photos")
    assert load(tmp_path / "outer", tmp_path).sha256 == load(folder, tmp_path).sha256


def test_pictures_without_class_folders_are_told_where_to_go(tmp_path):
    fill(tmp_path / "my_photos", 3)
    with pytest.raises(
        UserError, match=r"there is none, and 3 pictures without a class: put .* my_photos/cats"
    ):
        load(tmp_path / "my_photos", tmp_path)


def test_heic_is_named_with_what_to_do(folder, tmp_path, monkeypatch, capfd):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)  # not installed
    (folder / "cats/IMG_1.HEIC").write_bytes(b"\0\0\0\x18ftypheic")
    ((name, reason),) = load(folder, tmp_path).skipped
    assert name == "cats/IMG_1.HEIC"
    assert reason.startswith("a HEIC photo")
    assert "pillow-heif" in reason
    assert f"skipped 1 file cats/IMG_1.HEIC: {reason}" in capfd.readouterr().err


@pytest.mark.parametrize("kind", ["missing", "truncated"])
def test_no_download(google, tmp_path, monkeypatch, capfd, kind):
    google(kind)
    monkeypatch.setattr(photos, "DRAWN", {"train": 2, "validation": 1, "test": 1})
    data = photos.load("auto", tmp_path / "data", image_size=16)
    assert data.embedded and data.name == "drawn"
    assert capfd.readouterr().err.count("warning: no cats and dogs: ") == 1
    with pytest.raises(OSError, match=r"no cats and dogs: .* elsewhere and put it there"):
        photos.load("cats_dogs", tmp_path / "data", image_size=16)
    assert not (tmp_path / "data/cats_and_dogs_filtered.zip").exists()


def test_a_wrong_zip_is_named_and_left(tmp_path):
    (tmp_path / "data").mkdir()
    path = tmp_path / "data/cats_and_dogs_filtered.zip"
    path.write_bytes(b"not a zip")
    with pytest.raises(ValueError, match=r"not a whole zip file .*; move it away"):
        photos.load("auto", tmp_path / "data", image_size=16)
    assert path.read_bytes() == b"not a zip"


def test_nothing_heavy_is_imported():
    code = "import sys; from keras_course.datasets import photos; print({'keras', 'tensorflow'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_entries_ignore_hidden_files_and_folders(folder):
    (folder / "cats/.hidden.png").write_bytes(b"")
    fill(folder / ".cache", 2)
    fill(folder / "cats/deeper", 2, first=500)
    listed = photo_files.entries(folder)
    assert {one.label for one in listed} == {"cats", "dogs"}
    assert len(listed) == 42  # photos in folders inside a class belong to it


@pytest.mark.realdata
def test_the_real_photos(real_data, tmp_path):
    data = photos.load(str(real_data / "cats_dogs"), tmp_path, image_size=150)
    assert [len(y) for y in (data.y_train, data.y_validation, data.y_test)] == [2000, 1000, 1000]
    assert not data.skipped and not data.duplicates
    begun = time.perf_counter()
    again = photos.load(str(real_data / "cats_dogs"), tmp_path, image_size=150)
    assert time.perf_counter() - begun < 5
    assert again.sha256 == data.sha256

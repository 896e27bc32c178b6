"""Photos that look alike: the same scene in whatever size, file or direction, and no strangers."""

import io

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from keras_course.datasets import drawn_animals, near_duplicates, photos


def scene(seed, size=150):
    """A made-up photo: blurred noise."""
    cells = np.random.default_rng(seed).integers(0, 256, (12, 12, 3), dtype=np.uint8)
    return Image.fromarray(cells).resize((size, size), Image.Resampling.BICUBIC)


def saved(photo, quality):
    file = io.BytesIO()
    photo.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("RGB")


CHANGES = {
    "JPEG": lambda photo: saved(photo, 30),
    "smaller": lambda photo: photo.resize((50, 40)),
    "mirrored": lambda photo: photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "brighter": lambda photo: ImageEnhance.Brightness(photo).enhance(1.2),
    "grey": lambda photo: photo.convert("L").convert("RGB"),
    "cut": lambda photo: photo.crop((3, 3, 147, 147)),
    "mirrored JPEG": lambda photo: saved(photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT), 50),
}


def signatures(pictures):
    return np.stack([near_duplicates.signature(np.asarray(picture)) for picture in pictures])


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_copy_looks_like_its_original_and_like_nothing_else(change):
    known = [scene(seed) for seed in range(300)]
    copies = [CHANGES[change](known[place]) for place in range(20)]
    found = near_duplicates.pairs(signatures([*known, *copies]), [0] * 300 + [2] * 20)
    assert found == [(300 + place, place) for place in range(20)]


def test_strangers_and_flat_pictures_are_not_alike():
    strangers = [scene(seed) for seed in range(600)]
    assert near_duplicates.pairs(signatures(strangers), [0] * 300 + [1] * 300) == []
    flat = [Image.new("RGB", (50, 50), (shade, shade, shade)) for shade in (0, 90, 90, 255)]
    assert near_duplicates.pairs(signatures(flat), [0, 0, 1, 2]) == []
    drawn = [drawn_animals.draw(drawn_animals.LABELS[number % 2], number, 60) for number in range(100)]
    assert near_duplicates.pairs(signatures(drawn), [0] * 50 + [1] * 50) == []


def test_only_pairs_of_different_splits_count_and_blocks_change_nothing(monkeypatch):
    pictures = [scene(seed) for seed in (1, 2, 3, 1, 2, 3, 3)]
    splits = [0, 0, 1, 0, 1, 2, 2]
    expected = [(4, 1), (5, 2), (6, 2)]
    assert near_duplicates.pairs(signatures(pictures), splits) == expected
    monkeypatch.setattr(near_duplicates, "ROWS", 2)
    assert near_duplicates.pairs(signatures(pictures), splits) == expected


def test_a_folder_tells_its_pairs(tmp_path, capfd):
    for split in ("train", "validation", "test"):
        for label in ("cats", "dogs"):
            folder = tmp_path / "mine" / split / label
            folder.mkdir(parents=True)
            for number in range(2):
                scene(sum(f"{split}{label}{number}".encode())).save(folder / f"{number}.jpg")
    CHANGES["mirrored JPEG"](Image.open(tmp_path / "mine/train/dogs/1.jpg")).save(
        tmp_path / "mine/test/dogs/twin.png"
    )
    first = photos.load(str(tmp_path / "mine"), tmp_path / "data", image_size=32)
    said = capfd.readouterr().err
    assert first.near_duplicates == (("test/dogs/twin.png", "train/dogs/1.jpg"),)
    assert "note: 1 photo looks like one of another split: test/dogs/twin.png ~ train/dogs/1.jpg" in said
    again = photos.load(str(tmp_path / "mine"), tmp_path / "data", image_size=32)  # from the cache
    assert again.near_duplicates == first.near_duplicates and again.duplicates == ()
    assert "note: 1 photo looks" in capfd.readouterr().err


@pytest.mark.realdata
def test_the_two_shots_of_one_scene_are_the_only_pair(real_data, tmp_path):
    data = photos.load(str(real_data / "cats_dogs"), tmp_path, image_size=64)
    assert data.near_duplicates == (("test/cats/cat.4575.jpg", "validation/cats/cat.4126.jpg"),)

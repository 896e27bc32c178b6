"""Photos as files: which there are, the split and class of each, and how one is read."""

import warnings
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from keras_course.datasets import heic
from keras_course.datasets.archives import folders
from keras_course.datasets.splits import stratified_split
from keras_course.errors import UserError

EXTENSIONS = frozenset(
    [
        ".avif",
        ".bmp",
        ".gif",
        ".heic",
        ".heif",
        ".jpeg",
        ".jpg",
        ".jfif",
        ".png",
        ".ppm",
        ".tif",
        ".tiff",
        ".webp",
    ]
)
# The splits, and the names that their folders may have.
SPLITS = {
    "train": ("train", "training"),
    "validation": ("validation", "val", "valid"),
    "test": ("test", "testing"),
}
SMALLEST = 8  # pixels of the shorter side
LONGEST = 20  # how many times the shorter side the longer one may be
SPLIT_SEED = 0


class Entry(NamedTuple):
    """One photo's file, and its place in the dataset."""

    split: str
    """``train``, ``validation`` or ``test``."""
    label: str
    """Its class: the name of its folder."""
    file: str
    """Its path relative to the dataset's folder, with slashes."""


def entries(folder: Path) -> list[Entry]:
    """List the photos in a folder of class folders, each with its split and class.

    The class folders are in ``train``, ``validation`` and ``test``, or directly in the folder. A missing split is
    taken from another, stratified by class and always the same: test from validation (half of it), or else from train
    (15 % of all photos there); validation from train (as many).

    Args:
        folder: the dataset's folder.

    Returns:
        The photos, split by split.

    Raises:
        OSError: the folder does not exist or cannot be read.
        UserError: there are fewer than two classes, a class is empty, or the splits' classes differ.
    """
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder}: {_no_folder(folder)}")
    found = {}
    for split, names in SPLITS.items():
        existing = [path for path in folders(folder) if path.name.lower() in names]
        if existing:
            found[split] = _classes(folder, existing[0], split)
    if "train" not in found:
        if found:
            raise UserError(f"{folder}: there is a folder for {', '.join(found)}, but none for training")
        found["train"] = _classes(folder, folder, "train")
    labels = {split: {one.label for one in listed} for split, listed in found.items()}
    for split, classes in labels.items():
        if classes != labels["train"]:
            different = ", ".join(sorted(classes ^ labels["train"]))
            raise UserError(f"{folder}: {split} and train have different classes: {different}")
    if "test" not in found and "validation" in found:
        found["validation"], found["test"] = _split(folder, found["validation"], 0.5, "test")
    everything = len(found["train"])
    for split in ("test", "validation"):
        if split not in found:
            found["train"], found[split] = _split(
                folder, found["train"], 0.15 * everything / len(found["train"]), split
            )
    return [one for split in SPLITS for one in found[split]]


def counted(listed: list[Entry]) -> str:
    """How many photos there are, for a line: ``2,000 to train on, 500 for validation, ... (classes cats, dogs)``."""
    count = {split: sum(one.split == split for one in listed) for split in SPLITS}
    labels = sorted({one.label for one in listed})
    named = ", ".join(labels[:5]) + (f" and {len(labels) - 5} more" if len(labels) > 5 else "")
    return (
        f"{count['train']:,} to train on, {count['validation']:,} for validation, {count['test']:,} to test "
        f"(classes {named})"
    )


def innermost(folder: Path) -> Path:
    """The folder itself; or the one inside ``photos/photos/cats``, where unzipping has made one too many."""
    if not folder.is_dir():
        return folder
    inside = folders(folder)
    while len(inside) == 1 and inside[0].name.lower() not in SPLITS["train"]:
        deeper = folders(inside[0])
        if not deeper or _pictures(inside[0], deep=False):
            break
        folder, inside = inside[0], deeper
    return folder


def _no_folder(folder: Path) -> str:
    return (
        "a file, where a folder or a .zip of photos is wanted"
        if folder.exists()
        else "there is no such folder"
    )


def _pictures(folder: Path, *, deep: bool = True) -> list[Path]:
    """The pictures in a folder, and in those inside it, sorted, without hidden ones."""
    paths = folder.rglob("*") if deep else folder.iterdir()
    return sorted(p for p in paths if p.suffix.lower() in EXTENSIONS and not p.name.startswith("."))


def _classes(root: Path, folder: Path, split: str) -> list[Entry]:
    listed = []
    for place in folders(folder):
        files = _pictures(place)
        if not files:
            raise UserError(f"{place}: no pictures in this class folder; fill it or remove it")
        listed += [Entry(split, place.name, path.relative_to(root).as_posix()) for path in files]
    names = sorted({one.label for one in listed})
    if len(names) < 2:
        have = f"only {names[0]!r}" if names else "none"
        loose = len(_pictures(folder, deep=False))
        why = f", and {loose} pictures without a class" if loose else ""
        raise UserError(
            f"{folder}: a folder for each of at least two classes is needed; there is {have}{why}: put the pictures of "
            f"each class into a folder of its name, as {folder.name}/cats and {folder.name}/dogs, and give that"
        )
    return listed


def _split(folder: Path, listed: list[Entry], fraction: float, split: str) -> tuple[list[Entry], list[Entry]]:
    labels = sorted({one.label for one in listed})
    classes = np.array([labels.index(one.label) for one in listed])
    if min(np.bincount(classes)) < 3:
        raise UserError(
            f"{folder}: too few photos to set some aside for {split}: give at least three of every class"
        )
    count = max(len(labels), round(fraction * len(listed)))
    kept, aside = stratified_split(classes, count, SPLIT_SEED)
    return [listed[i] for i in sorted(kept)], [listed[i]._replace(split=split) for i in sorted(aside)]


def read_photo(path: Any, image_size: int) -> np.ndarray:
    """Read a photo in any format that Pillow reads, upright, in colour, resized to a square.

    It is squashed, not cropped, as by the slides' ``target_size``. Grey, CMYK and 16-bit photos become RGB;
    transparent pixels are laid on white.

    Args:
        path: the file.
        image_size: side of the square, in pixels.

    Returns:
        ``(image_size, image_size, 3)`` uint8.

    Raises:
        UserError: it is not a picture, cut off, too small, too narrow or too large; one line that names it.
        OSError: it does not exist or cannot be opened.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of palettes and metadata that make no difference to the pixels
        return decode(Path(path), image_size)


def decode(path: Path, image_size: int) -> np.ndarray:
    """:func:`read_photo`, for threads: the caller has silenced Pillow's warnings, which threads cannot."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    heic.prepare(path)
    with path.open("rb") as file:
        try:
            with Image.open(file) as photo:
                _check_size(photo.width, photo.height, Image.MAX_IMAGE_PIXELS)
                photo.draft("RGB", (2 * image_size, 2 * image_size))  # JPEG: decoded no larger than needed
                upright = rgb(ImageOps.exif_transpose(photo))
                return np.asarray(upright.resize((image_size, image_size), Image.Resampling.BILINEAR))
        except Image.DecompressionBombError:
            raise UserError(f"{path}: not read, it has too many pixels") from None
        except _SizeError as error:
            raise UserError(f"{path}: not read, {error}") from None
        except Exception as error:  # every format breaks in its own way
            reason = (
                str(error).replace(str(path), "it").splitlines()[0] if str(error) else type(error).__name__
            )
            if isinstance(error, UnidentifiedImageError):
                reason = "not a picture" if path.stat().st_size else "an empty file"
            raise UserError(f"{path}: not read as a picture ({reason})") from None


class _SizeError(Exception):
    """The picture's size shows that it is not a photo."""


def _check_size(width: int, height: int, limit: int | None) -> None:
    if limit and width * height > limit:
        raise _SizeError(f"{width}x{height} are too many pixels")
    if min(width, height) < SMALLEST:
        raise _SizeError(f"{width}x{height} is too small for a photo")
    if max(width, height) > LONGEST * min(width, height):
        raise _SizeError(f"{width}x{height} is too narrow for a photo")


def rgb(photo: Any) -> Any:
    """Convert a Pillow image of any mode to red, green and blue; transparent pixels become white."""
    from PIL import Image

    if photo.mode.startswith("I;16") or photo.mode in ("I", "F"):
        values = np.asarray(photo, dtype=np.float64)
        return Image.fromarray((values / max(values.max(), 1) * 255).astype(np.uint8)).convert("RGB")
    if photo.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in photo.info:
        photo = photo.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", photo.size, "white"), photo).convert("RGB")
    return photo.convert("RGB")

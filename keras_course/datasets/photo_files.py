"""Photos as files: which there are, which part and class each belongs to, and how one is read."""

import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import numpy as np

from keras_course.datasets.arrays import split_off

EXTENSIONS = frozenset(
    [".avif", ".bmp", ".gif", ".jpeg", ".jpg", ".jfif", ".png", ".ppm", ".tif", ".tiff", ".webp"]
)
PARTS = {
    "train": ("train", "training"),
    "validation": ("validation", "val", "valid"),
    "test": ("test", "testing"),
}
SMALLEST, LONGEST = 8, 20  # pixels of the shorter side; times that the longer side may be the shorter
SPLIT_SEED = 0
UNZIPPED = 20 * 2**30  # bytes that a zip may grow to


class Entry(NamedTuple):
    """One file: its place in the data set."""

    part: str
    """``train``, ``validation`` or ``test``."""
    label: str
    """Its class: the name of its folder."""
    file: str
    """Its path from the data set's folder, with slashes."""


def entries(folder: Path) -> list[Entry]:
    """List the pictures of a folder of class folders, each with its part.

    The class folders lie in ``train``, ``validation`` and ``test``, or directly in the folder. Parts that are not
    there are cut off, every class in proportion and always the same: test from validation (half), else from train
    (15 %); validation from train (15 %).

    Raises:
        OSError: the folder is not there or cannot be read.
        ValueError: there are no two classes, or a class is empty, or the parts have other classes than train.
    """
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder}: there is no such folder")
    found = {}
    for part, names in PARTS.items():
        there = [path for path in _folders(folder) if path.name.lower() in names]
        if there:
            found[part] = _classes(folder, there[0], part)
    if "train" not in found:
        if found:
            raise ValueError(f"{folder}: there is a folder for {', '.join(found)}, but none for training")
        found["train"] = _classes(folder, folder, "train")
    labels = {part: {one.label for one in listed} for part, listed in found.items()}
    for part, classes in labels.items():
        if classes != labels["train"]:
            different = ", ".join(sorted(classes ^ labels["train"]))
            raise ValueError(f"{folder}: {part} and train have different classes: {different}")
    if "test" not in found and "validation" in found:
        found["validation"], found["test"] = _cut(folder, found["validation"], 0.5, "test")
    everything = len(found["train"])
    for part in ("test", "validation"):
        if part not in found:
            found["train"], found[part] = _cut(
                folder, found["train"], 0.15 * everything / len(found["train"]), part
            )
    return [one for part in PARTS for one in found[part]]


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir() and path.name[0] not in "._")


def _classes(root: Path, folder: Path, part: str) -> list[Entry]:
    listed = []
    for place in _folders(folder):
        files = sorted(path for path in place.rglob("*") if path.suffix.lower() in EXTENSIONS)
        files = [path for path in files if not path.name.startswith(".")]
        if not files:
            raise ValueError(f"{place}: no pictures in this class folder; fill it or take it away")
        listed += [Entry(part, place.name, path.relative_to(root).as_posix()) for path in files]
    names = sorted({one.label for one in listed})
    if len(names) < 2:
        have = f"only {names[0]!r}" if names else "none"
        raise ValueError(f"{folder}: a folder for each of at least two classes is wanted; there is {have}")
    return listed


def _cut(folder: Path, listed: list[Entry], share: float, part: str) -> tuple[list[Entry], list[Entry]]:
    labels = sorted({one.label for one in listed})
    classes = np.array([labels.index(one.label) for one in listed])
    if min(np.bincount(classes)) < 3:
        raise ValueError(
            f"{folder}: too few photos to cut off a part for {part}: give at least three of every class"
        )
    count = max(len(labels), round(share * len(listed)))
    kept, cut = split_off(classes, count, SPLIT_SEED)
    return [listed[i] for i in sorted(kept)], [listed[i]._replace(part=part) for i in sorted(cut)]


def read_photo(path: Any, image_size: int) -> np.ndarray:
    """Read a photo in any format that Pillow knows, upright, in colour, squashed into a square.

    Squashed, not cut, as the slides' ``target_size`` does; grey, CMYK and 16-bit pictures become RGB, and what is
    transparent lies on white.

    Args:
        path: the file.
        image_size: side of the square, in pixels.

    Returns:
        ``(image_size, image_size, 3)`` uint8.

    Raises:
        ValueError: it is no picture, truncated, too small, too narrow or too large; one line that names it.
        OSError: it is not there or cannot be opened.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of palettes and metadata that make no difference to the pixels
        return decode(Path(path), image_size)


def decode(path: Path, image_size: int) -> np.ndarray:
    """:func:`read_photo`, for threads: the caller has silenced Pillow's warnings, which threads cannot."""
    from PIL import Image, ImageOps

    with path.open("rb") as file:
        try:
            with Image.open(file) as photo:
                _check_size(photo.width, photo.height, Image.MAX_IMAGE_PIXELS)
                photo.draft("RGB", (2 * image_size, 2 * image_size))  # JPEG: decoded no larger than needed
                upright = rgb(ImageOps.exif_transpose(photo))
                return np.asarray(upright.resize((image_size, image_size), Image.Resampling.BILINEAR))
        except Image.DecompressionBombError:
            raise ValueError(f"{path}: not read, it has too many pixels") from None
        except _SizeError as error:
            raise ValueError(f"{path}: not read, {error}") from None
        except Exception as error:  # every format breaks in its own way
            reason = (
                str(error).replace(str(path), "it").splitlines()[0] if str(error) else type(error).__name__
            )
            if isinstance(error, Image.UnidentifiedImageError):
                reason = "not a picture" if path.stat().st_size else "an empty file"
            raise ValueError(f"{path}: not read as a picture ({reason})") from None


class _SizeError(Exception):
    """A picture whose size says that it is no photo."""


def _check_size(width: int, height: int, limit: int | None) -> None:
    if limit and width * height > limit:
        raise _SizeError(f"{width}x{height} are too many pixels")
    if min(width, height) < SMALLEST:
        raise _SizeError(f"{width}x{height} is too small for a photo")
    if max(width, height) > LONGEST * min(width, height):
        raise _SizeError(f"{width}x{height} is too narrow for a photo")


def rgb(photo: Any) -> Any:
    """A Pillow picture of any mode in red, green and blue; what is transparent becomes white."""
    from PIL import Image

    if photo.mode.startswith("I;16") or photo.mode in ("I", "F"):
        values = np.asarray(photo, dtype=np.float64)
        return Image.fromarray((values / max(values.max(), 1) * 255).astype(np.uint8)).convert("RGB")
    if photo.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in photo.info:
        photo = photo.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", photo.size, "white"), photo).convert("RGB")
    return photo.convert("RGB")


def unzip(path: Path, folder: Path) -> None:
    """Unzip into a folder that must be empty.

    Raises:
        ValueError: it is no zip or broken, a name in it climbs out of the folder or is a link, or it grows too large.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                _check_member(path, member)
            if sum(member.file_size for member in archive.infolist()) > UNZIPPED:
                raise ValueError(f"{path}: not unzipped, it would grow beyond {UNZIPPED / 2**30:.0f} GiB")
            archive.extractall(folder)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise ValueError(f"{path}: not a whole zip file ({error})") from None


def _check_member(path: Path, member: zipfile.ZipInfo) -> None:
    name = PurePosixPath(member.filename.replace("\\", "/"))
    is_link = (member.external_attr >> 16) & 0o170000 == 0o120000
    if name.is_absolute() or ".." in name.parts or ":" in name.parts[0] or is_link:
        raise ValueError(f"{path}: not unzipped, {member.filename!r} in it leads out of its folder")


def inner_folder(folder: Path) -> Path:
    """The folder with the class folders: this one, or the one inside that it consists of."""
    inside = _folders(folder)
    while len(inside) == 1 and inside[0].name.lower() not in PARTS["train"]:
        folder, inside = inside[0], _folders(inside[0])
    return folder


def hashed(folder: Path, listed: list[Entry]) -> Iterator[str]:
    """The sha256 of each file's bytes; ``""`` for one that cannot be read."""
    import hashlib
    from concurrent.futures import ThreadPoolExecutor

    def one(entry: Entry) -> str:
        try:
            return hashlib.sha256((folder / entry.file).read_bytes()).hexdigest()
        except OSError:
            return ""

    with ThreadPoolExecutor() as pool:
        yield from pool.map(one, listed)

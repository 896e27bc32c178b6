"""Photos in class folders: cats and dogs, or your own; decoded once, then mapped into memory.

Data: the cats and dogs of Google's course, a selection of Kaggle's "Dogs vs. Cats" (2013). Embedded: heads drawn by
the code (see ``drawn_animals``).
"""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from keras_course.datasets import drawn_animals, photo_cache, photo_files
from keras_course.datasets.arrays import limited_to
from keras_course.datasets.dataset import Dataset
from keras_course.datasets.download import Source, fetch
from keras_course.datasets.photo_files import PARTS, read_photo

__all__ = ["CATS_DOGS", "Photos", "load", "read_photo"]

DRAWN = {"train": 300, "validation": 100, "test": 100}  # of each class


@dataclass(frozen=True, kw_only=True)
class Photos(Dataset):
    """Photos with class labels, in three parts."""

    name: str
    """``cats_dogs``, ``drawn`` (the embedded ones), or the name of the given folder."""
    sha256: str
    """Of all photos' bytes with their parts and classes, wherever they lie."""
    embedded: bool
    """True for the drawn ones."""
    terms: str
    """Whose the data are, and under which terms."""
    labels: tuple[str, ...]
    """The classes' names: those of the folders."""
    x_train: np.ndarray
    """(n, size, size, 3) uint8, 0 to 255; mapped from disk."""
    y_train: np.ndarray
    """(n,) uint8, or uint16 for more than 256 classes."""
    x_validation: np.ndarray
    y_validation: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    files_test: tuple[str, ...]
    """The test photos' names, from the folder."""
    skipped: tuple[tuple[str, str], ...]
    """Files that could not be read, each with the reason."""
    duplicates: tuple[tuple[str, ...], ...]
    """Groups of files with the same bytes that lie in different parts or classes."""
    limited: int | None
    """Training examples that ``limit`` left; None: all of them."""


def load(
    dataset: str = "auto",
    data_dir: str | os.PathLike[str] = "data",
    *,
    image_size: int = 150,
    seed: int = 0,
    limit: int | None = None,
) -> Photos:
    """Load photos as squares of pixels. Each is decoded once; the second start takes seconds.

    The pixels lie in ``data_dir/cache``, known by the photos' content: changed photos are decoded anew.

    Args:
        dataset: ``auto`` (cats and dogs, else the drawn ones with a line on stderr), ``cats_dogs`` (or an error),
            ``drawn``, or the path of a folder (or a zip of one) with a folder of photos a class, directly or in
            ``train``, ``validation`` and ``test``. Parts that are not there are cut off, always the same way.
        data_dir: where downloads and the cache live.
        image_size: side of the squares, in pixels.
        seed: of the choice that ``limit`` makes.
        limit: train on that many photos only, balanced over classes.

    Raises:
        ValueError: for a folder that does not hold what it should, and a broken zip.
        OSError: for what cannot be read or written, and for ``cats_dogs`` without a network.
    """
    if limit is not None and limit < 1:
        raise ValueError(f"limit must be at least 1, not {limit}")
    if not 8 <= image_size <= 1024:
        raise ValueError(f"image_size={image_size}: give 8 to 1024 pixels")
    data_dir = Path(data_dir)
    name, folder = _find(str(dataset), data_dir)
    if folder is None:
        return _drawn(image_size, seed, limit)
    listed = photo_files.entries(folder)
    hashes = list(photo_files.hashed(folder, listed))
    index = photo_cache.open_or_build(data_dir / "cache", folder, listed, hashes, image_size)
    _report(index)
    x = {part: photo_cache.mapped(index, part) for part in PARTS}
    kind = np.uint8 if len(index["labels"]) <= 256 else np.uint16
    y = {part: np.array(index["classes"][part], dtype=kind) for part in PARTS}
    x["train"], y["train"], limited = _limit(x["train"], y["train"], seed, limit)
    return Photos(
        name=name,
        sha256=index["sha256"],
        embedded=False,
        terms=CATS_DOGS.terms if name == "cats_dogs" else "those of the given folder",
        labels=tuple(index["labels"]),
        **_parts(x, y),
        files_test=tuple(index["files"]["test"]),
        skipped=tuple((file, reason) for file, reason in index["skipped"]),
        duplicates=tuple(tuple(group) for group in index["duplicates"]),
        limited=limited,
    )


def _parts(x: dict[str, np.ndarray], y: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {f"x_{part}": x[part] for part in PARTS} | {f"y_{part}": y[part] for part in PARTS}


def _limit(
    x: np.ndarray, y: np.ndarray, seed: int, limit: int | None
) -> tuple[np.ndarray, np.ndarray, int | None]:
    if limit is None or limit >= len(y):
        return x, y, None
    order = np.random.default_rng(seed).permutation(len(y))
    rows = order[limited_to(y[order], limit)]
    return np.asarray(x[rows]), y[rows], limit


def _report(index: dict) -> None:
    """Say what is not as it should be, one line each."""
    if index["skipped"]:
        file, reason = index["skipped"][0]
        print(f"skipped {len(index['skipped'])} files, the first {file}: {reason}", file=sys.stderr)
    if index["duplicates"]:
        first, second, *_ = index["duplicates"][0]
        print(
            f"WARNING: {len(index['duplicates'])} photos lie in several parts or classes, the first as {first} "
            f"and {second}: results may look better than they are",
            file=sys.stderr,
        )


def _check_zip(path: Path) -> None:
    """Raise ValueError if the file is not Google's zip."""
    import zipfile

    if not zipfile.is_zipfile(path):
        raise ValueError(f"{path}: not a whole zip file; move it away and it is downloaded anew")
    names = zipfile.ZipFile(path).namelist()
    if not any("train/cats/" in name for name in names):
        raise ValueError(f"{path}: no train/cats in it; move it away and it is downloaded anew")


CATS_DOGS = Source(
    name="cats_dogs",
    url="https://storage.googleapis.com/mledu-datasets/cats_and_dogs_filtered.zip",
    path="cats_and_dogs_filtered.zip",
    sha256=None,  # Google publishes none; the zip's own checksums are tested when it is unzipped
    size=68_606_236,
    terms="Kaggle's rules for Dogs vs. Cats (Microsoft Research, Petfinder); no open licence is stated",
    check=_check_zip,
)


def _find(dataset: str, data_dir: Path) -> tuple[str, Path | None]:
    """The name and folder of a dataset given by name or path; no folder for the drawn ones."""
    if dataset == "drawn":
        return "drawn", None
    if dataset in ("auto", "cats_dogs"):
        folder = data_dir / "cats_and_dogs_filtered"
        if folder.is_dir():
            return "cats_dogs", folder
        archive = data_dir / CATS_DOGS.path
        if not archive.exists():
            try:
                fetch(CATS_DOGS.url, archive, sha256=CATS_DOGS.sha256, size=CATS_DOGS.size)
            except (OSError, ValueError) as error:
                return _without(dataset, data_dir, str(error))
        _check_zip(archive)
        return "cats_dogs", _unzipped(archive, folder)
    path = Path(dataset).expanduser()
    if path.suffix.lower() == ".zip" and path.is_file():
        folder = data_dir / "cache" / f"unzipped_{path.stem}_{path.stat().st_size}"
        return path.stem, photo_files.inner_folder(_unzipped(path, folder))
    if not path.exists():
        raise ValueError(
            f"no dataset {dataset!r}: give auto, cats_dogs, drawn or the path of a folder of photos"
        )
    return path.resolve().name, path


def _without(dataset: str, data_dir: Path, reason: str) -> tuple[str, None]:
    """The drawn ones, with one loud line; an error for one who insists on photos."""
    reason = reason if reason.endswith((".", "?")) else f"{reason}."
    if dataset != "auto":
        raise OSError(
            f"no cats and dogs: {data_dir / CATS_DOGS.path} is not there, and {reason} Get {CATS_DOGS.url} elsewhere "
            f"and put it there, or give a folder of photos, or use the drawn ones (--dataset drawn)"
        )
    print(
        f"WARNING: NO CATS AND DOGS: {reason} Using drawn ones instead: results are not those of photos.",
        file=sys.stderr,
    )
    return "drawn", None


def _unzipped(archive: Path, folder: Path) -> Path:
    """The folder that the zip becomes; it is there only when all of it is."""
    if folder.is_dir():
        return folder
    part = folder.with_name(f"{folder.name}.{os.getpid()}.part")
    try:
        part.mkdir(parents=True)
        photo_files.unzip(archive, part)
        photo_files.inner_folder(part).rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder


def _drawn(image_size: int, seed: int, limit: int | None) -> Photos:
    import hashlib

    x, y, first = {}, {}, 0
    for part, count in DRAWN.items():
        classes = np.arange(2 * count) % 2
        x[part] = np.stack(
            [
                drawn_animals.draw(drawn_animals.LABELS[one], first + i, image_size)
                for i, one in enumerate(classes)
            ]
        )
        y[part] = classes.astype(np.uint8)
        first += len(classes)
    digest = hashlib.sha256(b"".join(x[part].tobytes() for part in PARTS)).hexdigest()
    x["train"], y["train"], limited = _limit(x["train"], y["train"], seed, limit)
    return Photos(
        name="drawn",
        sha256=digest,
        embedded=True,
        terms="drawn by this project, Apache 2.0",
        labels=drawn_animals.LABELS,
        **_parts(x, y),
        files_test=tuple(f"test_{number}" for number in range(len(y["test"]))),
        skipped=(),
        duplicates=(),
        limited=limited,
    )

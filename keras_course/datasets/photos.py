"""Photos in class folders: cats and dogs, or your own; decoded once, then mapped into memory.

Data: the cats and dogs of Google's course, a selection of Kaggle's "Dogs vs. Cats" (2013). Embedded: heads drawn by
the code (see ``drawn_animals``).
"""

import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from keras_course import folders
from keras_course.datasets import archives, drawn_animals, notices, photo_cache, photo_files
from keras_course.datasets.dataset import LabelledDataset, check_integer
from keras_course.datasets.download import Source, fetch, is_there
from keras_course.datasets.paths import check_folder, given_path
from keras_course.datasets.photo_files import SPLITS, read_photo
from keras_course.datasets.splits import balanced_subset
from keras_course.errors import UserError

__all__ = ["CATS_DOGS", "Photos", "load", "read_photo"]

MOST_NAMED = 3  # pairs of photos that look alike
DRAWN = {"train": 300, "validation": 100, "test": 100}  # of each class


@dataclass(frozen=True, kw_only=True)
class Photos(LabelledDataset):
    """Photos, (n, size, size, 3) uint8 from 0 to 255 and mapped from disk, with their labels, in three splits.

    The labels are (n,) uint8, or uint16 for more than 256 classes; the classes are named after the folders.
    ``name`` is ``cats_dogs``, ``drawn`` (the embedded ones) or the name of the given folder; ``sha256`` is that of all
    photos' bytes with their splits and classes, wherever they are stored.
    """

    files_test: tuple[str, ...]
    """The test photos' paths relative to the folder."""
    skipped: tuple[tuple[str, str], ...]
    """Files that could not be read, each with the reason."""
    duplicates: tuple[tuple[str, ...], ...]
    """Groups of files with the same bytes in different splits or classes."""
    near_duplicates: tuple[tuple[str, str], ...] = ()
    """Pairs of files in different splits that look alike, as found by :mod:`keras_course.datasets.near_duplicates`."""


def load(
    dataset: str = "auto",
    data_dir: str | os.PathLike[str] | None = None,
    *,
    image_size: int = 150,
    seed: int = 0,
    limit: int | None = None,
) -> Photos:
    """Load photos as squares of pixels. Each is decoded once; from the second time on, loading takes seconds.

    The pixels are kept in ``data_dir/cache`` under a checksum of the photos: changed photos are decoded anew.

    Args:
        dataset: ``auto`` (cats and dogs, or else the drawn ones with a warning on stderr), ``cats_dogs`` (or an
            error), ``drawn``, or the path of a folder, or a zip of one, with one folder of photos for each class,
            directly or in ``train``, ``validation`` and ``test``. Missing splits are made, always in the same way.
            Cats and dogs are those of ``data_dir/cats_dogs``, ``data_dir/cats_and_dogs_filtered`` or the zip of that
            name there, whichever is found first, or else downloaded. One line on stdout says which photos are used.
        data_dir: the folder for downloads and the cache; default: ``folders.data_dir()``.
        image_size: side of the squares, in pixels, 8 to 1024.
        seed: determines the choice that ``limit`` makes.
        limit: train on this many photos only, balanced over classes.

    Returns:
        The three splits; those from files are mapped into memory.

    Raises:
        UserError: there is no such dataset, a folder or zip does not hold what it should, or a number is out of range.
        OSError: something cannot be read or written, or ``cats_dogs`` can be neither found nor downloaded.
    """
    check_integer("image_size", image_size, 8, 1024)
    check_integer("seed", seed, 0)
    if limit is not None:
        check_integer("limit", limit, 1)
    data_dir = Path(data_dir or folders.data_dir())
    name, folder = _find(str(dataset), data_dir)
    if folder is None:
        return _drawn(image_size, seed, limit)
    listed = photo_files.entries(folder)
    print(f"photos of {folder}: {photo_files.counted(listed)}", flush=True)
    hashes = list(photo_cache.hashed(folder, listed))
    index = photo_cache.open_or_build(data_dir / "cache", folder, listed, hashes, image_size)
    _report(index)
    x = {split: photo_cache.mapped(index, split) for split in SPLITS}
    kind = np.uint8 if len(index["labels"]) <= 256 else np.uint16
    y = {split: np.array(index["classes"][split], dtype=kind) for split in SPLITS}
    x["train"], y["train"], limited = _limit(x["train"], y["train"], seed, limit)
    return Photos(
        name=name,
        sha256=index["sha256"],
        embedded=False,
        terms=CATS_DOGS.terms if name == "cats_dogs" else "those of the given folder",
        labels=tuple(index["labels"]),
        **_arrays(x, y),
        files_test=tuple(index["files"]["test"]),
        skipped=tuple((file, reason) for file, reason in index["skipped"]),
        duplicates=tuple(tuple(group) for group in index["duplicates"]),
        near_duplicates=tuple((one, other) for one, other in index["near_duplicates"]),
        limited=limited,
    )


def _arrays(x: dict[str, np.ndarray], y: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {f"x_{split}": x[split] for split in SPLITS} | {f"y_{split}": y[split] for split in SPLITS}


def _limit(
    x: np.ndarray, y: np.ndarray, seed: int, limit: int | None
) -> tuple[np.ndarray, np.ndarray, int | None]:
    if limit is None or limit >= len(y):
        return x, y, None
    order = np.random.default_rng(seed).permutation(len(y))
    rows = order[balanced_subset(y[order], limit)]
    return np.asarray(x[rows]), y[rows], limit


def _report(index: dict[str, Any]) -> None:
    """Report unreadable photos, duplicates, and photos that look alike, one line each."""
    if index["skipped"]:
        file, reason = index["skipped"][0]
        count = len(index["skipped"])
        files = "1 file" if count == 1 else f"{count} files, the first"
        print(f"skipped {files} {file}: {reason}", file=sys.stderr)
    if index["duplicates"]:
        first, second, *_ = index["duplicates"][0]
        print(
            f"WARNING: {len(index['duplicates'])} photos are in several splits or classes, the first as {first} "
            f"and {second}: results may look better than they are",
            file=sys.stderr,
        )
    if near := index["near_duplicates"]:
        several = len(near) > 1
        named = ", ".join(f"{one} ~ {other}" for one, other in near[:MOST_NAMED])
        more = f" and {len(near) - MOST_NAMED} more" if len(near) > MOST_NAMED else ""
        print(
            f"note: {len(near)} {'photos look' if several else 'photo looks'} like {'photos' if several else 'one'} of "
            f"another split: {named}{more}",
            file=sys.stderr,
        )


def _check_zip(path: Path) -> None:
    """Raise UserError if the file is not Google's zip."""
    try:
        names = [member.filename for member in archives.members(path)]
    except UserError as error:
        raise UserError(f"{error}; move it away and it is downloaded anew") from None
    if not any("train/cats/" in name for name in names):
        raise UserError(f"{path}: no train/cats in it; move it away and it is downloaded anew")


CATS_DOGS = Source(
    name="cats_dogs",
    url="https://storage.googleapis.com/mledu-datasets/cats_and_dogs_filtered.zip",
    path="cats_and_dogs_filtered.zip",
    sha256=None,  # Google publishes none; the zip's own checksums are checked when it is unzipped
    size=68_606_236,
    terms="Kaggle's rules for Dogs vs. Cats (Microsoft Research, Petfinder); no open licence is stated",
    check=_check_zip,
)


def _find(dataset: str, data_dir: Path) -> tuple[str, Path | None]:
    """The name and folder of a dataset that is given by name or by path; no folder for the drawn ones."""
    if dataset == "drawn":
        return "drawn", None
    check_folder(data_dir)
    if dataset in ("auto", "cats_dogs"):
        unzipped = data_dir / "cats_and_dogs_filtered"
        for folder in (data_dir / "cats_dogs", unzipped):
            if folder.is_dir() and archives.folders(folder):
                return "cats_dogs", photo_files.innermost(folder)
        archive = data_dir / CATS_DOGS.path
        if not is_there(archive):
            try:
                fetch(CATS_DOGS.url, archive, sha256=CATS_DOGS.sha256, size=CATS_DOGS.size, replace=False)
            except (OSError, UserError) as error:
                return _without(dataset, data_dir, str(error))
        _check_zip(archive)
        return "cats_dogs", archives.unzipped(archive, unzipped)
    path = given_path(dataset)
    if path.suffix.lower() == ".zip" and path.is_file():
        folder = data_dir / "cache" / f"unzipped_{path.stem}_{archives.fingerprint(path)}"
        return path.stem, archives.inner_folder(archives.unzipped(path, folder))
    if not path.exists():
        raise UserError(
            f"no dataset {dataset!r}, and no folder of that name: give auto, cats_dogs, drawn or the path of a folder "
            f"of photos"
        )
    return path.resolve().name, photo_files.innermost(path)


def _without(dataset: str, data_dir: Path, reason: str) -> tuple[str, None]:
    """The drawn ones, with a loud warning; an error if ``dataset`` insists on photos."""
    reason = reason if reason.endswith((".", "?")) else f"{reason}."
    if dataset != "auto":
        raise OSError(
            f"no cats and dogs: {data_dir / CATS_DOGS.path} does not exist, and {reason} Get {CATS_DOGS.url} elsewhere "
            f"and put it there, or give a folder of photos, or use the drawn ones (dataset='drawn')"
        )
    notices.fallback("cats and dogs", reason, "drawn ones", CATS_DOGS.name)
    return "drawn", None


def _drawn(image_size: int, seed: int, limit: int | None) -> Photos:
    x, y, first = {}, {}, 0
    for split, count in DRAWN.items():
        classes = np.arange(2 * count) % 2
        x[split] = np.stack(
            [
                drawn_animals.draw(drawn_animals.LABELS[one], first + i, image_size)
                for i, one in enumerate(classes)
            ]
        )
        y[split] = classes.astype(np.uint8)
        first += len(classes)
    digest = hashlib.sha256(b"".join(x[split].tobytes() for split in SPLITS)).hexdigest()
    x["train"], y["train"], limited = _limit(x["train"], y["train"], seed, limit)
    return Photos(
        name="drawn",
        sha256=digest,
        embedded=True,
        terms="drawn by this project, Apache 2.0",
        labels=drawn_animals.LABELS,
        **_arrays(x, y),
        files_test=tuple(f"test_{number}" for number in range(len(y["test"]))),
        skipped=(),
        duplicates=(),
        near_duplicates=(),
        limited=limited,
    )

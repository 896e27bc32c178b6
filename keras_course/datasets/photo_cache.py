"""Photos decoded once: kept on disk as pixels of the size that is trained on, and mapped into memory from there."""

import contextlib
import hashlib
import json
import shutil
import sys
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from keras_course.datasets import near_duplicates
from keras_course.datasets.cache import building
from keras_course.datasets.photo_files import SPLITS, Entry, decode
from keras_course.errors import UserError

VERSION = 2  # of the cache's format; a cache of another version is built anew
CHUNK = 256  # photos decoded ahead


def open_or_build(
    cache: Path, folder: Path, listed: list[Entry], hashes: list[str], image_size: int
) -> dict[str, Any]:
    """Return the index of the cache of these photos, building the cache unless it is complete and of this version.

    Of several processes at once, one builds it and the others wait.

    Args:
        cache: the folder of all caches.
        folder: the photos' folder.
        listed: its files.
        hashes: the sha256 of each, ``""`` where it could not be read.
        image_size: side of the squares, in pixels.

    Returns:
        What :func:`build` wrote, and the cache's ``path``.

    Raises:
        OSError: the cache cannot be written.
        UserError: a class has no photo left that can be read.
    """
    key = hashlib.sha256(json.dumps([VERSION, image_size, sorted(zip(listed, hashes, strict=True))]).encode())
    path = cache / f"photos_{key.hexdigest()[:16]}"
    index = _read(path)
    if index is None:
        with building(path) as place:
            index = _read(path)  # another process may have built it
            if index is None:
                place.mkdir()
                build(place, folder, listed, hashes, image_size)
                shutil.rmtree(path, ignore_errors=True)  # a damaged one
                place.rename(path)
                index = _read(path)
    if index is None:
        raise OSError(f"{path}: the cache has vanished while it was written")
    return {**index, "path": path}


def mapped(index: dict[str, Any], split: str) -> np.ndarray:
    """One split's photos, ``(n, size, size, 3)`` uint8, mapped into memory, read-only."""
    size = index["image_size"]
    shape = (len(index["files"][split]), size, size, 3)
    return np.memmap(index["path"] / f"{split}.bin", np.uint8, "r", shape=shape)


def build(place: Path, folder: Path, listed: list[Entry], hashes: list[str], image_size: int) -> None:
    """Decode all photos into a folder: one file of pixels for each split, and index.json last."""
    labels = sorted({one.label for one in listed})
    files: dict[str, list[str]] = {split: [] for split in SPLITS}
    classes: dict[str, list[int]] = {split: [] for split in SPLITS}
    skipped, content, kept, signatures = [], [], [], []
    with contextlib.ExitStack() as stack:
        outputs = {split: stack.enter_context((place / f"{split}.bin").open("wb")) for split in SPLITS}
        for (entry, digest), photo in zip(
            zip(listed, hashes, strict=True), _decoded(folder, listed, image_size), strict=True
        ):
            if isinstance(photo, str):
                skipped.append([entry.file, photo])
                continue
            outputs[entry.split].write(photo.tobytes())
            files[entry.split].append(entry.file)
            classes[entry.split].append(labels.index(entry.label))
            content.append(f"{entry.split} {entry.label} {digest}")
            kept.append((entry, digest))
            signatures.append(near_duplicates.signature(photo))
    for split in SPLITS:
        missing = [label for number, label in enumerate(labels) if number not in classes[split]]
        if missing:
            raise UserError(f"{folder}: no photo of {', '.join(missing)} for {split} that can be read")
    index = {
        "version": VERSION,
        "image_size": image_size,
        "labels": labels,
        "files": files,
        "classes": classes,
        "skipped": skipped,
        "duplicates": _duplicates(listed, hashes),
        "near_duplicates": _near_duplicates(kept, np.array(signatures)),
        "sha256": hashlib.sha256("\n".join(sorted(content)).encode()).hexdigest(),
    }
    (place / "index.json").write_text(json.dumps(index), encoding="utf-8")


def hashed(folder: Path, listed: list[Entry]) -> Iterator[str]:
    """The sha256 of each file's bytes, in order; ``""`` for one that cannot be read."""

    def one(entry: Entry) -> str:
        try:
            return hashlib.sha256((folder / entry.file).read_bytes()).hexdigest()
        except OSError:
            return ""

    with ThreadPoolExecutor() as pool:
        yield from pool.map(one, listed)


def _decoded(folder: Path, listed: list[Entry], image_size: int) -> Iterator[np.ndarray | str]:
    """Each photo's pixels, or the reason why it is skipped, in the order of the list."""

    def one(entry: Entry) -> np.ndarray | str:
        try:
            return decode(folder / entry.file, image_size)
        except FileNotFoundError:
            return "it has vanished"
        except OSError as error:
            return error.strerror or str(error)
        except UserError as error:
            return str(error).removeprefix(f"{folder / entry.file}: ")

    begun, terminal = time.monotonic(), sys.stderr.isatty()
    with warnings.catch_warnings(), ThreadPoolExecutor() as pool:
        warnings.simplefilter("ignore")  # here and not in the threads, which share the filters
        for first in range(0, len(listed), CHUNK):
            if terminal:
                done = first / len(listed)
                bar = "#" * int(30 * done)
                print(f"\r\033[Kdecoding photos [{bar:30}] {done:4.0%}", end="", file=sys.stderr, flush=True)
            yield from pool.map(one, listed[first : first + CHUNK])
    start = "\r\033[K" if terminal else ""
    print(f"{start}decoded {len(listed):,} photos once, in {time.monotonic() - begun:.1f} s", file=sys.stderr)


def _duplicates(listed: list[Entry], hashes: list[str]) -> list[list[str]]:
    """Groups of files with the same bytes in different splits or classes."""
    groups: dict[str, list[Entry]] = {}
    for entry, digest in zip(listed, hashes, strict=True):
        if digest:
            groups.setdefault(digest, []).append(entry)
    return [
        [one.file for one in group]
        for group in groups.values()
        if len({(one.split, one.label) for one in group}) > 1
    ]


def _near_duplicates(kept: list[tuple[Entry, str]], signatures: np.ndarray) -> list[list[str]]:
    """Pairs of files that look alike, the one of the later split first; without those of the same bytes."""
    order = list(SPLITS)
    found = near_duplicates.pairs(signatures, [order.index(entry.split) for entry, _ in kept])
    return [[kept[a][0].file, kept[b][0].file] for a, b in found if kept[a][1] != kept[b][1]]


def _read(path: Path) -> dict[str, Any] | None:
    """The index of a cache that is complete and of this version; None for any other."""
    try:
        index = json.loads((path / "index.json").read_text(encoding="utf-8"))
        pixels = index["image_size"] ** 2 * 3
        whole = index["version"] == VERSION and all(
            (path / f"{split}.bin").stat().st_size == pixels * len(index["files"][split]) for split in SPLITS
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return index if whole else None

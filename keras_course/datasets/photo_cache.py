"""Photos decoded once: kept on disk as they are trained on, and mapped into memory from there."""

import contextlib
import hashlib
import json
import os
import shutil
import sys
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from keras_course.datasets.photo_files import PARTS, Entry, decode

VERSION = 1  # of what the cache holds; another one is built anew
CHUNK = 256  # photos that are decoded ahead


def open_or_build(
    cache: Path, folder: Path, listed: list[Entry], hashes: list[str], image_size: int
) -> dict[str, Any]:
    """Return the index of the cache of these photos, which is built if it is not there, whole and of this version.

    Args:
        cache: where caches lie.
        folder: the photos' folder.
        listed: its files.
        hashes: the sha256 of each, ``""`` where it could not be read.
        image_size: side of the squares, in pixels.

    Returns:
        ``path`` of the cache, and what :func:`build` wrote.

    Raises:
        OSError: the cache cannot be written.
        ValueError: a class has no photo left that can be read.
    """
    key = hashlib.sha256(json.dumps([VERSION, image_size, sorted(zip(listed, hashes, strict=True))]).encode())
    path = cache / f"photos_{key.hexdigest()[:16]}"
    index = _read(path)
    if index is None:
        cache.mkdir(parents=True, exist_ok=True)
        _sweep(cache)
        part = cache / f"{path.name}.{os.getpid()}.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        try:
            build(part, folder, listed, hashes, image_size)
            shutil.rmtree(path, ignore_errors=True)
            with contextlib.suppress(OSError):  # another process may have been quicker
                part.rename(path)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        index = _read(path)
        if index is None:
            raise OSError(f"{path}: the cache has vanished while it was written")
    return {**index, "path": path}


def mapped(index: dict[str, Any], part: str) -> np.ndarray:
    """One part's photos, ``(n, size, size, 3)`` uint8, mapped into memory and not to be written."""
    size = index["image_size"]
    shape = (len(index["files"][part]), size, size, 3)
    return np.memmap(index["path"] / f"{part}.bin", np.uint8, "r", shape=shape)


def build(part: Path, folder: Path, listed: list[Entry], hashes: list[str], image_size: int) -> None:
    """Decode all photos into ``part``: a file of pixels a part of the data, and index.json last."""
    labels = sorted({one.label for one in listed})
    files: dict[str, list[str]] = {name: [] for name in PARTS}
    classes: dict[str, list[int]] = {name: [] for name in PARTS}
    skipped, content = [], []
    with contextlib.ExitStack() as stack:
        outputs = {name: stack.enter_context((part / f"{name}.bin").open("wb")) for name in PARTS}
        for (entry, digest), photo in zip(
            zip(listed, hashes, strict=True), _decoded(folder, listed, image_size), strict=True
        ):
            if isinstance(photo, str):
                skipped.append([entry.file, photo])
                continue
            outputs[entry.part].write(photo.tobytes())
            files[entry.part].append(entry.file)
            classes[entry.part].append(labels.index(entry.label))
            content.append(f"{entry.part} {entry.label} {digest}")
    for name in PARTS:
        missing = [label for number, label in enumerate(labels) if number not in classes[name]]
        if missing:
            raise ValueError(f"{folder}: no photo of {', '.join(missing)} for {name} that can be read")
    index = {
        "version": VERSION,
        "image_size": image_size,
        "labels": labels,
        "files": files,
        "classes": classes,
        "skipped": skipped,
        "duplicates": _duplicates(listed, hashes),
        "sha256": hashlib.sha256("\n".join(sorted(content)).encode()).hexdigest(),
    }
    (part / "index.json").write_text(json.dumps(index), encoding="utf-8")


def _decoded(folder: Path, listed: list[Entry], image_size: int) -> Iterator[np.ndarray | str]:
    """Each photo's pixels, or the reason why it is skipped, in the order of the list."""

    def one(entry: Entry) -> np.ndarray | str:
        try:
            return decode(folder / entry.file, image_size)
        except FileNotFoundError:
            return "it has vanished"
        except OSError as error:
            return error.strerror or str(error)
        except ValueError as error:
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
    """Groups of files with the same bytes that lie in different parts or classes."""
    groups: dict[str, list[Entry]] = {}
    for entry, digest in zip(listed, hashes, strict=True):
        if digest:
            groups.setdefault(digest, []).append(entry)
    return [
        [one.file for one in group]
        for group in groups.values()
        if len({(one.part, one.label) for one in group}) > 1
    ]


def _read(path: Path) -> dict[str, Any] | None:
    """The index of a cache that is whole and of this version."""
    try:
        index = json.loads((path / "index.json").read_text(encoding="utf-8"))
        pixels = index["image_size"] ** 2 * 3
        whole = index["version"] == VERSION and all(
            (path / f"{part}.bin").stat().st_size == pixels * len(index["files"][part]) for part in PARTS
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return index if whole else None


def _sweep(cache: Path) -> None:
    """Take away what killed builds have left: nothing has been written there for ten minutes."""
    for part in cache.glob("photos_*.part"):
        with contextlib.suppress(OSError):
            newest = max(path.stat().st_mtime for path in (part, *part.iterdir()))
            if time.time() - newest > 600:
                shutil.rmtree(part, ignore_errors=True)

"""Labelled pictures as NumPy arrays: read from an .npz file and checked, split and thinned by class."""

import zipfile
from pathlib import Path

import numpy as np

KEYS = ("x_train", "y_train", "x_test", "y_test")
SIZE = 28


def read_npz(path: Path) -> dict[str, np.ndarray]:
    """Read Keras' four arrays from an .npz file.

    Args:
        path: the file; pictures (n, 28, 28) or (n, 28, 28, 1), whole numbers from 0 to 255 or floats from 0 to 1
            or 255; labels (n,), integers from 0.

    Returns:
        Pictures (n, 28, 28) uint8 and labels (n,) uint8, by key.

    Raises:
        OSError: the file is missing or cannot be read.
        ValueError: it is broken or holds something else; the message names the file and the array.
    """
    raw = _raw_arrays(path)
    try:
        for part in ("train", "test"):
            _check_pictures(raw, f"x_{part}")
            _check_labels(raw, f"y_{part}")
            count, labels = len(raw[f"x_{part}"]), len(raw[f"y_{part}"])
            if count != labels:
                raise ValueError(f"x_{part} has {count:,} pictures and y_{part} {labels:,} labels")
        _check_classes(raw["y_train"], raw["y_test"])
        scale = _scale(raw)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    pictures = {key: _to_uint8(raw[key], scale) for key in ("x_train", "x_test")}
    return {**pictures, **{key: raw[key].astype(np.uint8) for key in ("y_train", "y_test")}}


def split_off(labels: np.ndarray, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Set some examples aside, of every class in proportion.

    Args:
        labels: (n,) integers from 0.
        count: how many to set aside.
        seed: of the order and the choice.

    Returns:
        The indices of the others and of those set aside, both shuffled. Every class keeps an example.

    Raises:
        ValueError: there are too few examples.
    """
    generator = np.random.default_rng(seed)
    order = generator.permutation(len(labels))
    counts = np.bincount(labels)
    exact = counts * count / len(labels)
    shares = np.minimum(exact.astype(int), np.maximum(counts - 1, 0))
    for label in np.argsort(shares - exact, kind="stable"):  # largest remainder first
        if shares.sum() < count and shares[label] < counts[label] - 1:
            shares[label] += 1
    if shares.sum() == 0:
        raise ValueError(f"{len(labels)} training examples are too few to set some aside for validation")
    aside = _rank_in_class(labels[order]) < shares[labels[order]]
    # Shuffled again: the first of each class went aside, so what is left begins with the classes that are full.
    return generator.permutation(order[~aside]), generator.permutation(order[aside])


def limited_to(labels: np.ndarray, limit: int) -> np.ndarray:
    """The positions, in order, of the first examples of every class in equal numbers, as far as there are any.

    Args:
        labels: (n,) integers from 0, shuffled.
        limit: how many in all.
    """
    return np.sort(np.argsort(_rank_in_class(labels), kind="stable")[:limit])


def _rank_in_class(labels: np.ndarray) -> np.ndarray:
    """(n,) how many examples of the same class stand before each one."""
    ranks = np.empty(len(labels), int)
    for label in np.unique(labels):
        places = np.flatnonzero(labels == label)
        ranks[places] = np.arange(len(places))
    return ranks


def _raw_arrays(path: Path) -> dict[str, np.ndarray]:
    if path.is_dir():
        raise IsADirectoryError(f"{path}: a folder, where an .npz file is wanted")
    if not path.exists():
        raise FileNotFoundError(f"{path}: there is no such file")
    with path.open("rb") as file:  # an unreadable file is an OSError here, with its name
        if not zipfile.is_zipfile(file):
            raise ValueError(f"{path}: not an .npz file, or cut off")
        file.seek(0)
        try:
            with np.load(file, allow_pickle=False) as archive:
                missing = [key for key in KEYS if key not in archive]
                arrays = {} if missing else {key: np.asarray(archive[key]) for key in KEYS}
                there = ", ".join(archive.files) or "nothing"
        except Exception as error:  # zip, zlib and NumPy each break in their own way
            raise ValueError(f"{path}: a broken .npz file ({error})") from None
    if missing:
        raise ValueError(f"{path}: no array {', '.join(missing)} in it; it holds {there}")
    return arrays


def _check_pictures(arrays: dict[str, np.ndarray], key: str) -> None:
    pictures = arrays[key]
    if pictures.shape[1:] not in ((SIZE, SIZE), (SIZE, SIZE, 1)):
        raise ValueError(f"{key} must be (n, 28, 28) or (n, 28, 28, 1), but is {pictures.shape}")
    if len(pictures) == 0:
        raise ValueError(f"{key} is empty")
    if pictures.dtype.kind not in "buif":
        raise ValueError(f"{key} must hold numbers, but holds {pictures.dtype}")
    smallest, largest = float(pictures.min()), float(pictures.max())
    if not (np.isfinite(smallest) and np.isfinite(largest)):
        raise ValueError(f"{key} holds NaN or infinity")
    if smallest < 0 or largest > 255:
        raise ValueError(
            f"{key} must go from 0 to 255, or from 0.0 to 1.0, but goes from {smallest:g} to {largest:g}"
        )


def _check_labels(arrays: dict[str, np.ndarray], key: str) -> None:
    labels = arrays[key]
    if labels.ndim != 1:
        hint = "; for one-hot labels, store their argmax(axis=1)" if labels.ndim == 2 else ""
        raise ValueError(f"{key} must be (n,), one integer an example, but is {labels.shape}{hint}")
    if labels.dtype.kind not in "ui":
        raise ValueError(f"{key} must hold integers, but holds {labels.dtype}")
    if len(labels) and not 0 <= int(labels.min()) <= int(labels.max()) <= 255:
        raise ValueError(
            f"{key} must hold labels from 0 (to 255 at most), but goes from {labels.min()} to {labels.max()}"
        )


def _check_classes(train: np.ndarray, test: np.ndarray) -> None:
    if train.min() == train.max():
        raise ValueError(f"y_train holds one class only ({train[0]}); two at least are wanted")
    if test.max() > train.max():
        raise ValueError(f"y_test has the label {test.max()}, but y_train goes to {train.max()} only")


def _scale(arrays: dict[str, np.ndarray]) -> int:
    """255 for pictures from 0 to 1, else 1; the training and test pictures together."""
    largest = {key: float(arrays[key].max()) for key in ("x_train", "x_test")}
    for key, value in largest.items():
        if value == 0:
            raise ValueError(f"{key} is 0 everywhere: there is nothing in the pictures")
    small = {key: value <= 1 for key, value in largest.items()}
    if small["x_train"] != small["x_test"]:
        raise ValueError(
            f"x_train goes to {largest['x_train']:g} and x_test to {largest['x_test']:g}: scale both alike"
        )
    return 255 if small["x_train"] else 1


def _to_uint8(pictures: np.ndarray, scale: int) -> np.ndarray:
    """(n, 28, 28) or (n, 28, 28, 1) -> (n, 28, 28), whole numbers from 0 to 255."""
    pictures = pictures.reshape(-1, SIZE, SIZE)
    if pictures.dtype == np.uint8 and scale == 1:
        return pictures
    return np.rint(pictures.astype(np.float64) * scale).astype(np.uint8)

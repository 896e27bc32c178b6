"""Labelled pictures in an .npz file, as Keras stores MNIST: read and checked, array by array."""

import zipfile
from pathlib import Path

import numpy as np

from keras_course.errors import UserError

KEYS = ("x_train", "y_train", "x_test", "y_test")
SIZE = 28


def read_npz(path: Path) -> dict[str, np.ndarray]:
    """Read Keras' four arrays from an .npz file.

    Args:
        path: the file. Pictures are (n, 28, 28) or (n, 28, 28, 1), integers from 0 to 255 or floats from 0 to 1 or
            to 255; labels are (n,), integers from 0.

    Returns:
        The four arrays by key: pictures (n, 28, 28) uint8, 0 to 255, and labels (n,) uint8.

    Raises:
        OSError: the file is missing or cannot be read.
        UserError: it is broken or holds something else; the message names the file and the array.
    """
    raw = _raw_arrays(path)
    try:
        for split in ("train", "test"):
            _check_pictures(raw, f"x_{split}")
            _check_labels(raw, f"y_{split}")
            count, labels = len(raw[f"x_{split}"]), len(raw[f"y_{split}"])
            if count != labels:
                raise UserError(f"x_{split} has {count:,} pictures and y_{split} {labels:,} labels")
        _check_classes(raw["y_train"], raw["y_test"])
        scale = _scale(raw)
    except UserError as error:
        raise UserError(f"{path}: {error}") from None
    pictures = {key: _to_uint8(raw[key], scale) for key in ("x_train", "x_test")}
    return {**pictures, **{key: raw[key].astype(np.uint8) for key in ("y_train", "y_test")}}


def read_labels(path: Path) -> tuple[str, ...]:
    """Read the names of the classes from the array ``labels`` of an .npz file; ``()`` where there is none.

    Raises:
        UserError: it does not hold texts.
    """
    with np.load(path, allow_pickle=False) as archive:
        if "labels" not in archive.files:
            return ()
        try:
            labels = archive["labels"]
        except ValueError:  # objects
            labels = np.empty(0)
    if labels.ndim != 1 or labels.dtype.kind not in "US":
        raise UserError(
            f"{path}: labels must be (n,), a text for each class, such as np.array(['shirt', 'bag'])"
        )
    return tuple(label.decode() if isinstance(label, bytes) else str(label) for label in labels.tolist())


def _raw_arrays(path: Path) -> dict[str, np.ndarray]:
    if path.is_dir():
        raise IsADirectoryError(f"{path}: a folder, where an .npz file is wanted")
    if not path.exists():
        raise FileNotFoundError(f"{path}: there is no such file")
    with path.open("rb") as file:  # an unreadable file is an OSError here, with its name
        if not zipfile.is_zipfile(file):
            raise UserError(f"{path}: not an .npz file, or cut off")
        file.seek(0)
        try:
            with np.load(file, allow_pickle=False) as archive:
                missing = [key for key in KEYS if key not in archive]
                arrays = {} if missing else {key: np.asarray(archive[key]) for key in KEYS}
                there = ", ".join(archive.files) or "nothing"
        except Exception as error:  # zip, zlib and NumPy each break in their own way
            raise UserError(f"{path}: a broken .npz file ({error})") from None
    if missing:
        raise UserError(f"{path}: no array {', '.join(missing)} in it; it holds {there}")
    return arrays


def _check_pictures(arrays: dict[str, np.ndarray], key: str) -> None:
    pictures = arrays[key]
    if pictures.shape[1:] not in ((SIZE, SIZE), (SIZE, SIZE, 1)):
        raise UserError(f"{key} must be (n, 28, 28) or (n, 28, 28, 1), but is {pictures.shape}")
    if len(pictures) == 0:
        raise UserError(f"{key} is empty")
    if pictures.dtype.kind not in "buif":
        raise UserError(f"{key} must hold numbers, but holds {pictures.dtype}")
    smallest, largest = float(pictures.min()), float(pictures.max())
    if not (np.isfinite(smallest) and np.isfinite(largest)):
        raise UserError(f"{key} holds NaN or infinity")
    if smallest < 0 or largest > 255:
        raise UserError(
            f"{key} must go from 0 to 255, or from 0.0 to 1.0, but goes from {smallest:g} to {largest:g}"
        )


def _check_labels(arrays: dict[str, np.ndarray], key: str) -> None:
    labels = arrays[key]
    if labels.ndim != 1:
        hint = "; for one-hot labels, store their argmax(axis=1)" if labels.ndim == 2 else ""
        raise UserError(f"{key} must be (n,), one integer an example, but is {labels.shape}{hint}")
    if labels.dtype.kind not in "ui":
        raise UserError(f"{key} must hold integers, but holds {labels.dtype}")
    if len(labels) and not 0 <= int(labels.min()) <= int(labels.max()) <= 255:
        raise UserError(
            f"{key} must hold labels from 0 (to 255 at most), but goes from {labels.min()} to {labels.max()}"
        )


def _check_classes(train: np.ndarray, test: np.ndarray) -> None:
    if train.min() == train.max():
        raise UserError(f"y_train holds one class only ({train[0]}); at least two are needed")
    if test.max() > train.max():
        raise UserError(f"y_test has the label {test.max()}, but y_train goes to {train.max()} only")


def _scale(arrays: dict[str, np.ndarray]) -> int:
    """The factor that brings the pictures to 0 to 255: 255 for pictures from 0 to 1, else 1; one for both arrays."""
    largest = {key: float(arrays[key].max()) for key in ("x_train", "x_test")}
    for key, value in largest.items():
        if value == 0:
            raise UserError(f"{key} is 0 everywhere: the pictures are blank")
    small = {key: value <= 1 for key, value in largest.items()}
    if small["x_train"] != small["x_test"]:
        raise UserError(
            f"x_train goes to {largest['x_train']:g} and x_test to {largest['x_test']:g}: scale both alike"
        )
    return 255 if small["x_train"] else 1


def _to_uint8(pictures: np.ndarray, scale: int) -> np.ndarray:
    """(n, 28, 28) or (n, 28, 28, 1) -> (n, 28, 28), integers from 0 to 255."""
    pictures = pictures.reshape(-1, SIZE, SIZE)
    if pictures.dtype == np.uint8 and scale == 1:
        return pictures
    return np.rint(pictures.astype(np.float64) * scale).astype(np.uint8)

"""apps.filters' inputs: the checks of its settings, the picture, and the piece of it that is printed."""

import hashlib
from pathlib import Path

import numpy as np

from keras_course.datasets.dataset import Dataset
from keras_course.datasets.images import read_picture, scikit_learn_photo
from keras_course.errors import UserError

from . import Config

PHOTOS = {
    "china.jpg": "CC BY 2.0, danielbuechele (flickr), shipped with scikit-learn",
    "flower.jpg": "Creative Commons BY 2.0 (see scikit-learn's datasets/images/README.txt)",
}
LARGEST_KERNEL = 5  # pixels
LARGEST_PIECE = 20  # numbers in a printed line


def check(config: Config) -> None:
    """Refuse settings that cannot work with any picture.

    Raises:
        UserError: names the flag.
    """
    if config.size < 1:
        raise UserError(f"--size {config.size}: give the pixels of the longer side, {LARGEST_KERNEL} or more")


def found(image: str) -> Path:
    """The file of that name, else scikit-learn's photo of that name.

    Raises:
        OSError: there is neither.
        UserError: scikit-learn's photos are not installed.
    """
    path = Path(image)
    if image and path.exists():
        return path
    if image in PHOTOS:
        return scikit_learn_photo(image)
    raise FileNotFoundError(
        f"{image or repr('')}: there is no such file; omit it for scikit-learn's photo of a temple"
    )


def read(config: Config, path: Path) -> tuple[np.ndarray, tuple[int, int, int, int]]:
    """The picture, (height, width, 3) uint8, and the piece of it to print: row, column, height, width.

    Raises:
        OSError: the file cannot be read.
        UserError: it is not a picture, or smaller than a kernel, or the piece is not inside it.
    """
    picture = read_picture(path, config.size)
    height, width = picture.shape[:2]
    if min(height, width) < LARGEST_KERNEL:
        raise UserError(
            f"{path}: {height}x{width} pixels (height x width, --size {config.size}) are less than the largest kernel "
            f"needs, {LARGEST_KERNEL}x{LARGEST_KERNEL}; give a larger picture or --size"
        )
    side = min(12, height, width)
    row, column, side = config.crop or ((height - side) // 2, (width - side) // 2, side)
    inside = 0 <= row <= height - side and 0 <= column <= width - side
    if not 1 <= side <= LARGEST_PIECE or not inside:
        raise UserError(
            f"--crop {row} {column} {side}: give row, column and side of a piece (1 to {LARGEST_PIECE} pixels) inside "
            f"{height} rows and {width} columns"
        )
    return picture, (row, column, side, side)


def facts(config: Config, path: Path) -> Dataset:
    """Name, content and terms of the picture file."""
    shipped = path != Path(config.image)
    terms = PHOTOS[path.name] if shipped else "those of the given file"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Dataset(name=path.name, sha256=digest, terms=terms)

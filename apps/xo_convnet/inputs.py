"""apps.xo_convnet's inputs: the checks of its settings, and the picture that goes through the steps."""

import hashlib
from pathlib import Path

import numpy as np

from keras_course.by_hand import x_and_o
from keras_course.datasets.dataset import Dataset
from keras_course.datasets.letters import read_letter
from keras_course.errors import UserError

from . import Config

MOST_LETTERS = 20_000  # they take about a minute and a gigabyte


def drawn(picture: np.ndarray) -> Dataset:
    """What the run records of the picture that goes through the steps."""
    digest = hashlib.sha256(picture.tobytes()).hexdigest()
    return Dataset(name="x_and_o", sha256=digest, terms="drawn by the course")


def check(config: Config) -> None:
    """Refuse settings that cannot work, before anything is written.

    Raises:
        UserError: names the flag.
    """
    if not 0 <= config.noise <= 81:
        raise UserError(f"--noise {config.noise}: a picture has 81 pixels; give 0 to 81")
    if not 0 <= config.shift <= 8:
        raise UserError(f"--shift {config.shift}: a picture is 9 pixels wide; give 0 to 8")
    if not 2 <= config.letters <= MOST_LETTERS or config.letters % 2:
        raise UserError(
            f"--letters {config.letters}: give an even number from 2 to {MOST_LETTERS}, half X and half O"
        )


def chosen(name: str) -> np.ndarray:
    """The course's X or O, or a letter from a file; (9, 9) of +1 and -1.

    Raises:
        OSError: there is no such file, or it may not be read.
        UserError: the file is neither a text of nine lines nor a picture.
    """
    known = {"X": x_and_o.X, "O": x_and_o.O}
    if name.upper() in known:
        return known[name.upper()]
    if not Path(name).is_file():
        raise FileNotFoundError(f"--picture {name}: there is no such file; give X, O or a file")
    return read_letter(Path(name))

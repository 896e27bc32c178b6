"""What every dataset tells about itself, and the check of the numbers that choose from it. Imports nothing heavy."""

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from keras_course.errors import UserError

if TYPE_CHECKING:
    import numpy as np

LARGEST = 2**32 - 1  # the largest seed that NumPy, Keras and TensorFlow all take


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """The base of all datasets: what a run records about its data, so that runs are compared by content."""

    name: str
    """Its name: of a known dataset, or of the given file or folder."""
    sha256: str
    """Checksum of the content, the same wherever the data are stored."""
    terms: str
    """The licence or terms of use, and whose the data are."""
    embedded: bool = False
    """True for data that need no network and stand in for the real ones."""
    limited: int | None = None
    """How many training examples are left after ``limit``; None: all of them."""

    def facts(self) -> dict[str, Any]:
        """The five fields above as a dictionary, for JSON."""
        return {
            "name": self.name,
            "sha256": self.sha256,
            "embedded": self.embedded,
            "limited": self.limited,
            "terms": self.terms,
        }


@dataclass(frozen=True, kw_only=True)
class LabelledDataset(Dataset):
    """Examples with class labels, in three splits: the base of what a classifier is trained on."""

    labels: tuple[str, ...]
    """The names of the classes."""
    x_train: "np.ndarray"
    """(n, ...) the examples."""
    y_train: "np.ndarray"
    """(n,) the numbers of their classes, from 0."""
    x_validation: "np.ndarray"
    y_validation: "np.ndarray"
    x_test: "np.ndarray"
    y_test: "np.ndarray"


def check_integer(argument: str, value: int, least: int, most: int = LARGEST) -> None:
    """Raise UserError, naming the argument, unless the value is an integer from ``least`` to ``most``."""
    try:
        number = operator.index(value)
    except TypeError:
        raise UserError(f"{argument}={value!r} must be an integer") from None
    if number < least:
        raise UserError(f"{argument}={number} must be at least {least}")
    if number > most:
        raise UserError(f"{argument}={number} must be at most {most}")

"""Handwritten digits: MNIST, any file like it, or the 1,797 real digits that come with scikit-learn.

Data: LeCun, Cortes, "The MNIST database of handwritten digits" (CC BY-SA 3.0). Embedded: Alpaydin, Kaynak,
"Optical recognition of handwritten digits", UCI Machine Learning Repository, 1998 (CC BY 4.0), as scikit-learn
has it: 8x8 pixels, scaled here to 28x28.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from keras_course import folders
from keras_course.datasets import notices
from keras_course.datasets.dataset import LabelledDataset, check_integer
from keras_course.datasets.download import Source, fetch, is_there
from keras_course.datasets.npz import KEYS, read_labels, read_npz
from keras_course.datasets.paths import check_folder, given_path
from keras_course.datasets.splits import balanced_subset, stratified_split
from keras_course.errors import UserError

# sha256 of MNIST's four arrays (see content_sha256), whatever container they come in.
MNIST_CONTENT = "e5ea4841dd6fde90b155843179ce5756a4864227194eec7fb09d7cfc4cf702a5"
EMBEDDED_TEST = 360  # of scikit-learn's 1,797 digits


@dataclass(frozen=True, kw_only=True)
class Digits(LabelledDataset):
    """Pictures of digits, (n, 28, 28) uint8 from 0 to 255, with their labels, (n,) uint8, in three splits.

    ``name`` is ``mnist``, ``digits`` (the embedded ones) or the name of the given file; ``sha256`` is that of the
    arrays before they are split, the same for every container that holds the same arrays. Of pictures of something else
    the labels tell.
    """

    @property
    def kind(self) -> str:
        """What a run's card calls such a picture: ``digit``, or ``picture`` where a class is not named by a digit.

        A file of a digit is looked for ink and centred as MNIST was; any other picture is taken as it is.
        """
        return (
            "digit" if all(len(label) == 1 and label in "0123456789" for label in self.labels) else "picture"
        )


def load(
    dataset: str = "auto",
    data_dir: str | os.PathLike[str] | None = None,
    *,
    seed: int = 0,
    limit: int | None = None,
    labels: Sequence[str] = (),
) -> Digits:
    """Load digits, and set a validation split aside from the training split.

    MNIST is read from ``data_dir/mnist.npz``, or downloaded there; a file that exists is never changed.

    Args:
        dataset: ``auto`` (MNIST, or else the embedded digits with a warning on stderr), ``mnist`` (or an error),
            ``digits`` (the embedded ones), or the path of an .npz file with the arrays x_train, y_train, x_test
            and y_test: pictures (n, 28, 28), integer labels (n,) from 0.
        data_dir: the folder for downloads; default: ``folders.data_dir()``.
        seed: determines the order of the training examples and the validation split; the test split is always the
            same.
        limit: train on this many examples only: the first after the shuffle, balanced over classes.
        labels: the names of the classes of an .npz file; default: its array ``labels``, else "class 0" and so on.

    Returns:
        The three splits. Validation has 1/12 of the training examples (5,000 of MNIST's 60,000), or 1/5 but at most
        300 if that is more, stratified by class.

    Raises:
        UserError: there is no such dataset, a file does not hold what it should, or a number is out of range.
        OSError: a file cannot be read, or ``mnist`` can be neither read nor downloaded.
    """
    check_integer("seed", seed, 0)
    if limit is not None:
        check_integer("limit", limit, 1)
    name, arrays = _find(str(dataset), Path(data_dir or folders.data_dir()))
    names = _labels(name, str(dataset), labels, int(arrays["y_train"].max()) + 1)
    x, y = arrays["x_train"], arrays["y_train"]
    training, validation = stratified_split(y, _validation_size(len(y)), seed)
    limited = None
    if limit is not None and limit < len(training):
        training, limited = training[balanced_subset(y[training], limit)], limit
    return Digits(
        name=name,
        sha256=content_sha256(arrays),
        embedded=name == "digits",
        terms=TERMS.get(name, "those of the given file"),
        labels=names,
        x_train=x[training],
        y_train=y[training],
        x_validation=x[validation],
        y_validation=y[validation],
        x_test=arrays["x_test"],
        y_test=arrays["y_test"],
        limited=limited,
    )


def _labels(name: str, dataset: str, given: Sequence[str], count: int) -> tuple[str, ...]:
    """The names of the classes: of digits their digits, of any other pictures what is given, else their numbers."""
    if name in TERMS:  # the two known ones
        digits = tuple(str(digit) for digit in range(count))
        if given and tuple(given) != digits:
            raise UserError(f"labels name the classes of an .npz file; those of {name} are its digits")
        return digits
    found = tuple(given) or read_labels(given_path(dataset)) or tuple(f"class {i}" for i in range(count))
    if len(found) != count:
        raise UserError(f"{len(found)} labels are given ({', '.join(found)}), and {name} has {count} classes")
    if len(set(found)) != count:
        raise UserError(f"a label is given twice: {', '.join(found)}")
    return found


def content_sha256(arrays: dict[str, np.ndarray]) -> str:
    """The checksum of the four arrays' names, types, shapes and bytes, whatever file they came from."""
    digest = hashlib.sha256()
    for key in KEYS:
        array = np.ascontiguousarray(arrays[key])
        digest.update(f"{key} {array.dtype.str} {array.shape}\n".encode())
        digest.update(array.data)
    return digest.hexdigest()


def read_mnist(path: Path) -> dict[str, np.ndarray]:
    """Read a file that must hold MNIST's arrays, compressed or not, in any order.

    Returns:
        The four arrays, as :func:`~keras_course.datasets.npz.read_npz`.

    Raises:
        OSError: it cannot be read.
        UserError: it is broken, or holds something else.
    """
    try:
        arrays = read_npz(path)
    except UserError as error:
        raise UserError(f"{error}; move it away and MNIST is downloaded anew") from None
    if content_sha256(arrays) != MNIST_CONTENT:
        raise UserError(
            f"{path}: not MNIST, its arrays differ from the original's; move it away and MNIST is downloaded "
            f"anew, or give the file's own path as the dataset"
        )
    return arrays


MNIST = Source(
    name="mnist",
    url="https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
    path="mnist.npz",
    sha256="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
    size=11_490_434,
    terms="CC BY-SA 3.0, copyright Yann LeCun and Corinna Cortes",
    check=read_mnist,
)

TERMS = {"mnist": MNIST.terms, "digits": "CC BY 4.0, E. Alpaydin and C. Kaynak"}


def _find(dataset: str, data_dir: Path) -> tuple[str, dict[str, np.ndarray]]:
    """The name and the four arrays of a dataset that is given by name or by path."""
    if dataset == "digits":
        return "digits", embedded()
    if dataset in ("auto", "mnist"):
        try:
            return "mnist", read_mnist(_mnist_file(data_dir))
        except _NoMnistError as error:
            if dataset == "mnist":
                raise
            notices.fallback("MNIST", error.reason, "the embedded digits", MNIST.name)
            return "digits", embedded()
    path = given_path(dataset)
    if not (dataset.lower().endswith(".npz") or path.exists()):
        raise UserError(
            f"no dataset {dataset!r}, and no file of that name: give auto, mnist, digits or the path of an .npz file"
        )
    arrays = read_npz(path)
    if content_sha256(arrays) == MNIST_CONTENT:
        return "mnist", arrays
    # The two known names stand for their content: results are compared by name.
    return path.name if path.stem in ("mnist", "digits") else path.stem, arrays


class _NoMnistError(OSError):
    """There is no MNIST file, and it cannot be downloaded."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"no MNIST: {path} does not exist, and {reason} Get {MNIST.url} elsewhere and put it there, "
            f"or use the embedded digits (dataset='digits')"
        )
        self.reason = reason


def _mnist_file(data_dir: Path) -> Path:
    """The path of MNIST's file, which is downloaded unless it exists."""
    check_folder(data_dir)
    path = data_dir / MNIST.path
    if not is_there(path):
        try:
            fetch(MNIST.url, path, sha256=MNIST.sha256, size=MNIST.size, replace=False)
        except (OSError, UserError) as error:
            text = str(error)
            raise _NoMnistError(path, text if text.endswith((".", "?")) else f"{text}.") from None
    return path


def _validation_size(count: int) -> int:
    return max(1, round(count / 12), min(count // 5, 300))


def embedded() -> dict[str, np.ndarray]:
    """scikit-learn's 1,797 digits in the form of MNIST's: 28x28, with a test split of 360 that is always the same.

    8x8 (0 to 16) -> 40x40 smooth -> 20x20 box, centred by mass -> 28x28 uint8

    Returns:
        The four arrays, as :func:`~keras_course.datasets.npz.read_npz`.
    """
    from PIL import Image
    from sklearn.datasets import load_digits

    from keras_course.datasets.handwriting import centre

    small = load_digits()
    pictures = []
    for picture in small.images.astype(np.float32):
        smooth = Image.fromarray(picture).resize((40, 40), Image.Resampling.BICUBIC)
        # The lowest of the 16 levels become paper and the highest full ink: as much ink as MNIST has.
        pictures.append(centre(((np.asarray(smooth) - 5) / 8).clip(0, 1)))
    x, y = np.stack(pictures), small.target.astype(np.uint8)
    training, test = stratified_split(y, EMBEDDED_TEST, 0)
    return {"x_train": x[training], "y_train": y[training], "x_test": x[test], "y_test": y[test]}

"""Raw inputs, as a person names them, brought into the form that a model takes: a card's kind says how."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from keras_course.errors import UserError

MINUS = "\u2212"  # stands for the hyphen of -Title on a command line, where a hyphen begins a flag


def read(source: Any, card: Mapping[str, Any]) -> list[np.ndarray]:
    """The examples in one input: one for a picture or an array, any number for a file of points.

    An array is taken as the model was trained; a file is brought into that form.

    Args:
        source: a file's path, a point as text, or an array.
        card: the run's, of the kind ``digit``, ``picture``, ``photo`` or ``point``.

    Raises:
        UserError, OSError: it cannot be read; one line that names it.
    """
    if isinstance(source, np.ndarray):
        return [source]
    shape = card.get("input", {}).get("shape")
    match card["kind"]:
        case "digit":
            from keras_course.datasets.handwriting import read_digit

            return [read_digit(source)]
        case "picture":
            from keras_course.datasets.images import read_grey

            return [read_grey(Path(source), shape[0], shape[1])]
        case "photo":
            from keras_course.datasets.photos import read_photo

            return [read_photo(source, image_size=shape[0])]
    return _points(source)


def tastes(titles: Any) -> tuple[list[str], list[str]]:
    """What is liked and what is not, from ``+Title`` and ``-Title`` (or with a minus sign).

    Raises:
        UserError: a word begins with neither.
    """
    likes: list[str] = []
    dislikes: list[str] = []
    for word in titles:
        sign, title = (word[:1], word[1:].strip()) if isinstance(word, str) else ("", "")
        if sign not in ("+", "-", MINUS) or not title:
            raise UserError(
                f"{word!r}: write +Title for a film that you like, -Title for one that you do not"
            )
        (likes if sign == "+" else dislikes).append(title)
    return likes, dislikes


def _points(source: str | os.PathLike[str]) -> list[np.ndarray]:
    """The points in ``"0.5, -1"``, or in a file with one of these a line."""
    text = os.fspath(source)
    lines = Path(text).read_text(encoding="utf-8").splitlines() if Path(text).is_file() else [text]
    points = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            point = np.array([float(word) for word in line.replace(",", " ").split()], dtype="float32")
            if not np.isfinite(point).all():
                raise ValueError
            points.append(point)
        except ValueError:
            if number == 1 and len(lines) > 1:  # a head
                continue
            raise UserError(f"{text}: {line.strip()!r} is no point: write numbers, such as 0.5, -1") from None
    return points

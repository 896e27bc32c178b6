"""Where arrays and the signs between them stand on a board, in inches, and how large their letters are."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

import numpy as np

from keras_course.plots.style import HEADING, SMALL, TEXT, inches

CELL, SIDE = 0.58, 2.7  # inches: the largest cell with a number, the longest side of an array without numbers
HEIGHT = 5.9  # inches: a wide figure that fits the screen
LINE = 0.19  # inches: a line of letters


class Sizes(NamedTuple):
    """Lengths in inches."""

    arrays: list[list[tuple[float, float]]]
    """By row and column an array's width and height."""
    columns: list[float]
    gaps: list[float]
    """Before each column, for its signs."""
    rows: list[float]
    label: float
    width: float
    """Of everything."""


def fit(
    panels: list[list[tuple[str, np.ndarray]]], signs: Mapping[str, str], plain: Collection[str], labels: list[str],
    room: float, height: float,
) -> Sizes:  # fmt: skip
    """The largest cells with which everything fits; they become flat before they become narrow."""
    sizes = None
    for shrink in np.arange(1.0, 0.1, -0.02):
        for flat in (1.0, 0.85, 0.7, 0.55):
            sizes = _sizes(panels, signs, plain, labels, float(shrink), flat)
            if sizes.width <= room and sum(sizes.rows) <= height:
                return sizes
            if sizes.width > room or shrink > 0.8:
                break
    assert sizes is not None
    return sizes


def _sizes(
    panels: list[list[tuple[str, np.ndarray]]], signs: Mapping[str, str], plain: Collection[str], labels: list[str],
    shrink: float, flat: float,
) -> Sizes:  # fmt: skip
    def size(name: str, array: np.ndarray) -> tuple[float, float]:
        height, width = array.shape
        if not array.size:
            return 0.0, 0.0
        if name in plain:
            cell = shrink * min(SIDE / max(height, width), CELL)
            return cell * width, cell * height
        return shrink * CELL * width, max(0.2, shrink * CELL * flat) * height

    arrays = [[size(name, array) for name, array in row] for row in panels]
    columns, gaps = [], []
    for i in range(len(panels[0])):
        column = [
            (row[i][0], lengths[i][0]) for row, lengths in zip(panels, arrays, strict=True) if i < len(row)
        ]
        columns.append(max(max(wide, inches(name, HEADING)) for name, wide in column))
        texts = [signs.get(name, "") for name, _ in column]
        gaps.append(
            max(inches(text, sign_letters(text)) + 0.24 if text else 0.22 * (i > 0) for text in texts)
        )
    heights = [
        max(high for _, high in lengths) + max(len(name.split("\n")) for name, _ in row) * LINE + 0.2
        for row, lengths in zip(panels, arrays, strict=True)
    ]
    label = max(inches(text, TEXT) + 0.15 if text else 0.0 for text in labels)
    return Sizes(arrays, columns, gaps, heights, label, label + sum(columns) + sum(gaps))


def sign_letters(sign: str) -> float:
    """Points for a sign: large for "x" and "=", as text for words."""
    return 18 if len(sign) <= 2 else 12


def letters_in(array: np.ndarray, cell: float) -> float:
    """The points with which an array's numbers fill cells of that width; 0 where that is not readable."""
    longest = max(inches(short(float(value)), 10) for value in np.ravel(array)) / 10
    points = 0.9 * cell / longest
    return points if points >= SMALL else 0.0


def short(value: float) -> str:
    """A number as text for a cell: whole numbers as they are, others with two decimals and no leading zero."""
    if value == round(value):
        return str(round(value))
    return f"{value:.2f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.2f}"

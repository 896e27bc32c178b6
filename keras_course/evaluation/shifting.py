"""Pictures shifted by whole pixels, in NumPy: what leaves the frame is lost, what enters it is black.

Slide: deck 2, "shift to the left"
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from keras_course.errors import UserError

DIRECTIONS = {"left": (0, -1), "right": (0, 1), "up": (-1, 0), "down": (1, 0)}
"""By name: steps down, and steps to the right."""
Window = tuple[slice, slice]


def shifted(pictures: ArrayLike, pixels: int, direction: str = "left") -> np.ndarray:
    """Shift pictures, or maps; zeros enter at the edge that they leave.

    >>> shifted([[[1, 2, 3], [4, 5, 6]]], 1, "left").tolist()
    [[[2, 3, 0], [5, 6, 0]]]

    Args:
        pictures: (n, height, width) or (n, height, width, channels).
        pixels: 0 or more; by the side of a picture or more, nothing is left of it.
        direction: left, right, up or down.

    Returns:
        New arrays of the same shape and type.

    Raises:
        UserError: another shape or direction, or ``pixels`` is below 0.
    """
    pictures = np.asarray(pictures)
    if pictures.ndim not in (3, 4):
        raise UserError(
            f"pictures must be (n, height, width) or have channels after that, not {pictures.shape}"
        )
    before, after = overlap(pictures.shape[1:3], pixels, direction)
    result = np.zeros_like(pictures)
    result[:, *after] = pictures[:, *before]
    return result


def overlap(shape: Sequence[int], pixels: int, direction: str) -> tuple[Window, Window]:
    """What of a picture stays in the frame when it is shifted: its rows and columns before, and those after.

    >>> overlap((2, 5), 1, "left")
    ((slice(0, 2, None), slice(1, 5, None)), (slice(0, 2, None), slice(0, 4, None)))

    Args:
        shape: height and width of the picture.
        pixels: 0 or more.
        direction: left, right, up or down.

    Raises:
        UserError: another direction, or ``pixels`` is below 0.
    """
    if direction not in DIRECTIONS:
        raise UserError(f"direction={direction!r} must be one of {', '.join(DIRECTIONS)}")
    if pixels < 0:
        raise UserError(f"pixels={pixels} must be 0 or more: the direction says which way")
    down, right = DIRECTIONS[direction]
    rows, columns = _stays(shape[0], down * pixels), _stays(shape[1], right * pixels)
    return (rows[0], columns[0]), (rows[1], columns[1])


def _stays(length: int, steps: int) -> tuple[slice, slice]:
    """Along one axis: where that which stays lies before and after."""
    if steps < 0:
        after, before = _stays(length, -steps)
        return before, after
    steps = min(steps, length)
    return slice(0, length - steps), slice(steps, length)


def fraction_lost(pictures: ArrayLike, pixels: int, direction: str = "left") -> np.ndarray:
    """Of each picture the fraction of its ink (the sum of its pixels) that a shift moves out of the frame.

    >>> fraction_lost([[[10, 20, 70]]], 1, "left").tolist()
    [0.1]

    Args:
        pictures: (n, height, width), 0 is paper; a picture without ink loses none.
        pixels: 0 or more.
        direction: left, right, up or down.

    Returns:
        (n,) from 0 to 1.

    Raises:
        UserError: as :func:`shifted`.
    """
    pictures = np.asarray(pictures)
    left = shifted(pictures, pixels, direction).sum(axis=(1, 2), dtype=float)
    ink = pictures.sum(axis=(1, 2), dtype=float)
    lost: np.ndarray = np.where(ink > 0, (ink - left) / np.maximum(ink, 1e-12), 0.0)
    return lost

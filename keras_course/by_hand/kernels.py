"""The usual small kernels, and what each does to a picture.

Laid on the picture as they are written, as the decks and Keras do it (cross-correlation); :func:`conv2` turns them
round first, as Octave does.

Slide: deck 2, "Filters"
"""

from typing import NamedTuple

import numpy as np

from keras_course.by_hand.convolution import correlate_fast

Array = np.ndarray


class Kernel(NamedTuple):
    """The numbers, and what they do."""

    weights: Array
    does: str


def box(size: int) -> Array:
    """The mean of ``size`` x ``size`` pixels.

    >>> box(2)
    array([[0.25, 0.25],
           [0.25, 0.25]])

    Raises:
        ValueError: a size below 1.
    """
    if size < 1:
        raise ValueError(f"size={size}: at least 1 is needed")
    return np.full((size, size), 1 / size**2)


def gaussian(size: int, sd: float) -> Array:
    """A mean in which near pixels count more: weights along the bell curve, which add up to 1.

    >>> gaussian(3, 1.0).round(2)
    array([[0.08, 0.12, 0.08],
           [0.12, 0.2 , 0.12],
           [0.08, 0.12, 0.08]])

    Args:
        size: side of the kernel, in pixels.
        sd: standard deviation of the bell, in pixels.

    Raises:
        ValueError: a size below 1, or a deviation that is not above 0.
    """
    if size < 1 or not sd > 0:
        raise ValueError(f"size={size} must be at least 1, and sd={sd} above 0")
    away = np.arange(size) - (size - 1) / 2
    bell = np.exp(-(away**2) / (2 * sd**2))
    weights = np.outer(bell, bell)
    return weights / weights.sum()


# Weights that add up to 0 answer to differences alone; weights that add up to 1 keep the brightness.
KERNELS = {
    "vertical edges 1x3": Kernel(np.array([[1.0, 0.0, -1.0]]), "left neighbour minus right neighbour"),
    "vertical edges 3x3": Kernel(np.array([[1.0, 0.0, -1.0]] * 3), "the same, added up over three rows"),
    "vertical edges 5x5": Kernel(
        np.array([[1.0, 0.0, 0.0, 0.0, -1.0]] * 5), "pixels four apart, over five rows"
    ),
    "Sobel, vertical edges": Kernel(
        np.array([[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]]), "the middle row counts twice"
    ),
    "Sobel, horizontal edges": Kernel(
        np.array([[1.0, 2.0, 1.0], [0.0, 0.0, 0.0], [-1.0, -2.0, -1.0]]), "the row above minus the row below"
    ),
    "Laplacian": Kernel(
        np.array([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]]),
        "bends: four neighbours minus the pixel",
    ),
    "outline": Kernel(
        np.array([[-1.0, -1.0, -1.0], [-1.0, 8.0, -1.0], [-1.0, -1.0, -1.0]]),
        "what differs from its eight neighbours",
    ),
    "sharpen": Kernel(
        np.array([[0.0, -1.0, 0.0], [-1.0, 5.0, -1.0], [0.0, -1.0, 0.0]]), "the picture minus its Laplacian"
    ),
    "emboss": Kernel(
        np.array([[-2.0, -1.0, 0.0], [-1.0, 1.0, 1.0], [0.0, 1.0, 2.0]]), "as if lit from one corner"
    ),
    "box blur": Kernel(box(5), "the mean of 25 pixels"),
    "Gaussian blur": Kernel(gaussian(5, 1.0), "a mean in which near pixels count more"),
}
SLIDES = ("vertical edges 1x3", "vertical edges 3x3", "vertical edges 5x5")  # deck 2's filters 1, 2 and 3


def conv2(picture: Array, kernel: Array) -> Array:
    """Octave's ``conv2``: the kernel is turned round by 180 degrees, and every place counts where it touches.

    >>> conv2(np.array([[1, 2, 3]]), np.array([[1, 0, -1]]))
    array([[ 1,  2,  2, -2, -3]])
    >>> correlate_fast(np.array([[1, 2, 3]]), np.array([[1, 0, -1]]))
    array([[-2]])

    Args:
        picture: (height, width).
        kernel: (kernel height, kernel width).

    Returns:
        (height + kernel height - 1, width + kernel width - 1).

    Raises:
        ValueError: other shapes.
    """
    if picture.ndim != 2 or kernel.ndim != 2:
        raise ValueError(
            f"a picture (height, width) and a kernel (height, width) are needed, not {picture.shape} and {kernel.shape}"
        )
    height, width = kernel.shape
    return correlate_fast(picture, kernel[::-1, ::-1], padding=(height - 1, width - 1))


def grey(picture: Array) -> Array:
    """How bright a colour looks: green counts most, blue least (Octave's ``rgb2gray`` has these weights too).

    >>> grey(np.array([[[255, 255, 255], [0, 255, 0]]])).round(1)
    array([[255. , 149.7]])

    Args:
        picture: (height, width, 3): red, green, blue.

    Returns:
        (height, width).

    Raises:
        ValueError: another shape.
    """
    if picture.ndim != 3 or picture.shape[2] != 3:
        raise ValueError(f"a picture (height, width, 3) is needed, not {picture.shape}")
    return picture @ np.array([0.299, 0.587, 0.114])


def drawn_square(side: int) -> Array:
    """A white square on black: two vertical edges, two horizontal ones of the same length; ``(side, side)``.

    Raises:
        ValueError: a side below 16 pixels.
    """
    if side < 16:
        raise ValueError(f"side={side}: at least 16 pixels are needed")
    picture = np.zeros((side, side))
    picture[side // 4 : -(side // 4), side // 4 : -(side // 4)] = 1
    return picture


def drawn_edge(side: int, degrees: float) -> Array:
    """Black meets white along a straight line through the middle, softly: the step is one pixel wide.

    Args:
        side: of the picture, in pixels.
        degrees: how far the edge leans: 0 is vertical, 90 horizontal.

    Returns:
        (side, side), from 0 to 1.
    """
    away = np.arange(side) - (side - 1) / 2
    angle = np.deg2rad(degrees)
    across = away[None, :] * np.cos(angle) + away[:, None] * np.sin(angle)  # distance from the line
    return np.clip(across + 0.5, 0, 1)


def edge_energy(picture: Array, kernel: Array) -> tuple[float, float]:
    """How strongly a kernel answers to a square's vertical and to its horizontal edges: sums of squares.

    Corners are left out: they are both.

    >>> edge_energy(drawn_square(32), KERNELS["vertical edges 3x3"].weights)
    (360.0, 0.0)

    Args:
        picture: as :func:`drawn_square` makes it.
        kernel: (kernel height, kernel width).

    Raises:
        ValueError: a kernel with an even side, which has no middle, or one that reaches from edge to edge.
    """
    height, width = kernel.shape
    side = len(picture)
    inside = slice(side // 4 + max(kernel.shape), side - side // 4 - max(kernel.shape))
    if height % 2 == 0 or width % 2 == 0 or inside.start >= inside.stop:
        raise ValueError(f"a kernel {kernel.shape} with odd sides is needed, small for {picture.shape}")
    squares = correlate_fast(picture, kernel, padding=(height // 2, width // 2)) ** 2
    return float(squares[inside].sum()), float(squares[:, inside].sum())


def leaning_energy(kernel: Array, degrees: float) -> float:
    """How strongly a kernel answers to an edge that leans: the sum of squares in a disc around its middle.

    >>> leaning_energy(KERNELS["vertical edges 1x3"].weights, 90) < 1e-9
    True

    Args:
        kernel: (kernel height, kernel width), at most 9x9, with odd sides.
        degrees: 0 is a vertical edge, 90 a horizontal one.
    """
    height, width = kernel.shape
    answer = correlate_fast(drawn_edge(41, degrees), kernel)
    y, x = np.ogrid[: answer.shape[0], : answer.shape[1]]
    disc = (y - (41 - height) / 2) ** 2 + (x - (41 - width) / 2) ** 2 <= 15**2  # every edge is as long in it
    return float((answer[disc] ** 2).sum())

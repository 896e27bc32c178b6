"""Common small kernels, and what each does to a picture.

They are applied as they are written, as in the decks and in Keras (cross-correlation); :func:`conv2` rotates the kernel
first, as Octave does.

Slide: deck 2, "Filters"
"""

from typing import NamedTuple

import numpy as np

from keras_course.by_hand.convolution import correlate_fast

Array = np.ndarray


class Kernel(NamedTuple):
    """A kernel's weights, and what they compute."""

    weights: Array
    description: str


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


def gaussian(size: int, stddev: float) -> Array:
    """A weighted mean in which near pixels count more: normal weights, which add up to 1.

    >>> gaussian(3, 1.0).round(2)
    array([[0.08, 0.12, 0.08],
           [0.12, 0.2 , 0.12],
           [0.08, 0.12, 0.08]])

    Args:
        size: height and width of the kernel, in pixels.
        stddev: standard deviation, in pixels.

    Raises:
        ValueError: a size below 1, or a standard deviation that is not above 0.
    """
    if size < 1 or not stddev > 0:
        raise ValueError(f"size={size} must be at least 1, and stddev={stddev} above 0")
    away = np.arange(size) - (size - 1) / 2
    bell = np.exp((np.min(away**2) - away**2) / (2 * stddev**2))  # the largest is 1: no sum of zeros
    weights = np.outer(bell, bell)
    return weights / weights.sum()


# Weights that add up to 0 respond to differences only; weights that add up to 1 preserve the brightness.
KERNELS = {
    "vertical edges 1x3": Kernel(np.array([[1.0, 0.0, -1.0]]), "left neighbour minus right neighbour"),
    "vertical edges 3x3": Kernel(np.array([[1.0, 0.0, -1.0]] * 3), "the same, summed over three rows"),
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
        "curvature: four neighbours minus the pixel",
    ),
    "outline": Kernel(
        np.array([[-1.0, -1.0, -1.0], [-1.0, 8.0, -1.0], [-1.0, -1.0, -1.0]]),
        "how much a pixel differs from its neighbours",
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
    """Octave's ``conv2``: the kernel is rotated by 180 degrees, and applied wherever it touches the picture.

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
        ValueError: arrays that are not two-dimensional.
    """
    if picture.ndim != 2 or kernel.ndim != 2:
        raise ValueError(
            f"a picture (height, width) and a kernel (height, width) are needed, not {picture.shape} and {kernel.shape}"
        )
    height, width = kernel.shape
    return correlate_fast(picture, kernel[::-1, ::-1], padding=(height - 1, width - 1))


def grey(picture: Array) -> Array:
    """The brightness of a colour picture: green counts most, blue least (Octave's ``rgb2gray`` has the same weights).

    >>> grey(np.array([[[255, 255, 255], [0, 255, 0]]])).round(1)
    array([[255. , 149.7]])

    Args:
        picture: (height, width, 3), red, green and blue.

    Returns:
        (height, width), in the units of the picture.

    Raises:
        ValueError: a picture of another shape.
    """
    if picture.ndim != 3 or picture.shape[2] != 3:
        raise ValueError(f"a picture (height, width, 3) is needed, not {picture.shape}")
    return picture @ np.array([0.299, 0.587, 0.114])


def drawn_square(side: int) -> Array:
    """A white square on black: two vertical and two horizontal edges, all of the same length.

    Args:
        side: of the picture, in pixels; that of the square is about half of it.

    Returns:
        (side, side), 0 and 1.

    Raises:
        ValueError: a side below 16 pixels.
    """
    if side < 16:
        raise ValueError(f"side={side}: at least 16 pixels are needed")
    picture = np.zeros((side, side))
    picture[side // 4 : -(side // 4), side // 4 : -(side // 4)] = 1
    return picture


def drawn_edge(side: int, degrees: float) -> Array:
    """A straight edge from black to white through the centre, anti-aliased: the transition is one pixel wide.

    Args:
        side: of the picture, in pixels.
        degrees: orientation of the edge: 0 is vertical, 90 horizontal.

    Returns:
        (side, side), from 0 to 1.
    """
    away = np.arange(side) - (side - 1) / 2
    angle = np.deg2rad(degrees)
    across = away[None, :] * np.cos(angle) + away[:, None] * np.sin(angle)  # distance from the line
    return np.clip(across + 0.5, 0, 1)


def edge_energy(picture: Array, kernel: Array) -> tuple[float, float]:
    """How strongly a kernel responds to a square's vertical and to its horizontal edges.

    Corners, which belong to both, are excluded.

    >>> edge_energy(drawn_square(32), KERNELS["vertical edges 3x3"].weights)
    (360.0, 0.0)

    Args:
        picture: from :func:`drawn_square`.
        kernel: (kernel height, kernel width).

    Returns:
        The sums of the squared responses at the vertical and at the horizontal edges.

    Raises:
        ValueError: a kernel with an even side, which has no centre, or one too large for the picture.
    """
    height, width = kernel.shape
    side = len(picture)
    inside = slice(side // 4 + max(kernel.shape), side - side // 4 - max(kernel.shape))
    if height % 2 == 0 or width % 2 == 0 or inside.start >= inside.stop:
        raise ValueError(f"a kernel {kernel.shape} with odd sides is needed, small for {picture.shape}")
    squares = correlate_fast(picture, kernel, padding=(height // 2, width // 2)) ** 2
    return float(squares[inside].sum()), float(squares[:, inside].sum())


def slanted_edge_energy(kernel: Array, degrees: float) -> float:
    """How strongly a kernel responds to a slanted edge: the sum of the squared responses in a disc around its centre.

    >>> slanted_edge_energy(KERNELS["vertical edges 1x3"].weights, 90) < 1e-9
    True

    Args:
        kernel: (kernel height, kernel width), at most 9x9, with odd sides.
        degrees: orientation of the edge: 0 is vertical, 90 horizontal.
    """
    height, width = kernel.shape
    response = correlate_fast(drawn_edge(41, degrees), kernel)
    y, x = np.ogrid[: response.shape[0], : response.shape[1]]
    disc = (y - (41 - height) / 2) ** 2 + (
        x - (41 - width) / 2
    ) ** 2 <= 15**2  # edges of all angles are as long in it
    return float((response[disc] ** 2).sum())

"""Hand-made features of digits: what one measured in a picture before networks learned their own features.

Every function takes pictures ``(n, height, width)`` whose pixels go from 0, paper, to 1, ink.

Slide: deck 1, "Traditional Machine Learning"; deck 2, "No More Feature Engineering"
"""

import numpy as np

Array = np.ndarray


def ink_profiles(pictures: Array) -> Array:
    """The mean ink of each row, then of each column.

    >>> ink_profiles(np.array([[[1.0, 1.0], [0.0, 0.0]]])).tolist()
    [[1.0, 0.0, 0.5, 0.5]]

    Args:
        pictures: (n, height, width), 0 to 1.

    Returns:
        (n, height + width).

    Raises:
        ValueError: no pictures, or values outside 0 to 1. (The same holds for every function of pictures here.)
    """
    _check(pictures)
    return np.concatenate([pictures.mean(axis=2), pictures.mean(axis=1)], axis=1)


def symmetry(pictures: Array) -> Array:
    """The fraction of the ink that coincides with its mirror image: left to right, and top to bottom.

    >>> symmetry(np.array([[[1.0, 1.0], [0.0, 0.0]]])).tolist()
    [[1.0, 0.0]]

    Args:
        pictures: (n, height, width), 0 to 1.

    Returns:
        (n, 2), from 0 to 1; a picture without ink counts as symmetric, 1.
    """
    _check(pictures)
    ink = pictures.sum(axis=(1, 2))
    fractions = []
    for mirrored in (pictures[:, :, ::-1], pictures[:, ::-1]):
        common = np.minimum(pictures, mirrored).sum(axis=(1, 2))
        fractions.append(np.divide(common, ink, out=np.ones(len(ink)), where=ink > 0))
    return np.stack(fractions, axis=1)


def holes(pictures: Array, ink: float = 0.3) -> Array:
    """The number of areas of paper enclosed by ink: none in a 1, one in a 0, two in an 8.

    A flood fill from the corner reaches all paper outside the holes; then the holes are filled one by one, and counted.

    >>> eight = np.array([[[1, 1, 1], [1, 0, 1], [1, 1, 1], [1, 0, 1], [1, 1, 1]]])
    >>> holes(eight), holes(1 - eight)
    (array([2]), array([0]))

    Args:
        pictures: (n, height, width), 0 to 1.
        ink: the value from which a pixel counts as ink; low enough for faint pixels to close a ring.

    Returns:
        (n,) counts.
    """
    _check(pictures)
    paper = np.pad(pictures < ink, ((0, 0), (1, 1), (1, 1)), constant_values=True)
    corner = np.zeros_like(paper)
    corner[:, 0, 0] = True
    dry = paper & ~_flooded(paper, corner)
    count = np.zeros(len(pictures), int)
    while (left := np.flatnonzero(dry.any(axis=(1, 2)))).size:
        count[left] += 1
        first = np.zeros_like(dry[left])  # in each picture, one pixel of a hole
        first.reshape(len(left), -1)[np.arange(len(left)), dry[left].reshape(len(left), -1).argmax(1)] = True
        dry[left] &= ~_flooded(dry[left], first)
    return count


def _flooded(paper: Array, start: Array) -> Array:
    """All paper that can be reached from ``start`` in steps up, down, left and right; ``(n, height, width)``."""
    reached = start
    while True:
        around = np.pad(reached, ((0, 0), (1, 1), (1, 1)))
        beside = around[:, 1:-1, :-2] | around[:, 1:-1, 2:]
        above = around[:, :-2, 1:-1] | around[:, 2:, 1:-1]
        grown = paper & (reached | beside | above)
        if (grown == reached).all():
            return grown
        reached = grown


def shape_features(pictures: Array) -> Array:
    """Five features of the whole digit: fraction of ink, two symmetries, holes (none, one, two or more), slant.

    The slant is the correlation of row and column over the ink, mapped from -1 ... 1 to 0 ... 1: it is 1 for a stroke
    that falls to the right, and 0.5 for an upright one.

    >>> shape_features(np.eye(4)[None]).round(2).tolist()
    [[0.25, 0.0, 0.0, 0.0, 1.0]]

    Args:
        pictures: (n, height, width), 0 to 1.

    Returns:
        (n, 5), each from 0 to 1.
    """
    ink = pictures.mean(axis=(1, 2))
    some_holes = np.minimum(holes(pictures), 2) / 2
    return np.column_stack([ink, symmetry(pictures), some_holes, (1 + _slant(pictures)) / 2])


def _slant(pictures: Array) -> Array:
    """``(n,)`` correlations of row and column, weighted by the ink; 0 without ink."""
    total = np.maximum(pictures.sum(axis=(1, 2)), 1e-12)
    rows = (
        np.arange(pictures.shape[1]) - (pictures.sum(axis=2) @ np.arange(pictures.shape[1]) / total)[:, None]
    )
    columns = (
        np.arange(pictures.shape[2]) - (pictures.sum(axis=1) @ np.arange(pictures.shape[2]) / total)[:, None]
    )
    together = np.einsum("nij,ni,nj->n", pictures, rows, columns)
    apart = np.einsum("nij,ni->n", pictures, rows**2) * np.einsum("nij,nj->n", pictures, columns**2)
    return np.divide(together, np.sqrt(apart), out=np.zeros(len(pictures)), where=apart > 1e-12)


def gradients(pictures: Array) -> tuple[Array, Array]:
    """The gradient of the ink to the right, and downwards: the filter ``-1 0 1``, with paper around the picture.

    >>> across, down = gradients(np.array([[[0.0, 0.0, 1.0]]]))
    >>> across.tolist(), down.tolist()
    ([[[0.0, 1.0, 0.0]]], [[[0.0, 0.0, 0.0]]])

    Args:
        pictures: (n, height, width), 0 to 1.

    Returns:
        Two arrays of the pictures' shape, from -1 to 1.
    """
    _check(pictures)
    # result_type: unsigned pixels have no negative differences
    around = np.pad(pictures.astype(np.result_type(pictures, 0.5)), ((0, 0), (1, 1), (1, 1)))
    return around[:, 1:-1, 2:] - around[:, 1:-1, :-2], around[:, 2:, 1:-1] - around[:, :-2, 1:-1]


def orientation_histograms(pictures: Array, cell: int = 7, bins: int = 9) -> Array:
    """The directions of edges: a histogram of the gradient's direction for every cell of the picture.

    Each pixel is weighted by the length of its gradient, which is divided between the two bins nearest to its
    direction. Directions go from 0 to 180 degrees: from paper to ink and from ink to paper count as the same edge. The
    centre of bin 0 is at half a bin.

    >>> edge = np.zeros((1, 6, 6))
    >>> edge[:, :, 3:] = 1  # upright: its gradient points to the right, 0 degrees, between the last and the first bin
    >>> orientation_histograms(edge, cell=2, bins=2)[0, 1, 1].tolist()
    [2.0, 2.0]

    Paper: Dalal, Triggs, "Histograms of Oriented Gradients for Human Detection", 2005, where each pixel also counts in
    the neighbouring cells

    Args:
        pictures: (n, height, width), 0 to 1.
        cell: height and width of a cell, in pixels.
        bins: number of directions.

    Returns:
        (n, height / cell, width / cell, bins).

    Raises:
        ValueError: cells that do not divide the picture evenly, or fewer than 2 bins.
    """
    across, down = gradients(pictures)
    count, height, width = pictures.shape
    if cell < 1 or height % cell or width % cell or bins < 2:
        raise ValueError(
            f"cells of {cell}x{cell} do not fill pictures of {height}x{width}, or {bins} bins are less than 2"
        )
    length = np.hypot(across, down)
    place = np.arctan2(down, across) % np.pi / (np.pi / bins) - 0.5  # -0.5 ... bins - 0.5
    lower = np.floor(place).astype(int)
    votes = np.zeros((count, height, width, bins), length.dtype)
    for number, fraction in ((lower, lower + 1 - place), (lower + 1, place - lower)):
        votes += (number[..., None] % bins == np.arange(bins)) * (length * fraction)[..., None]
    # h x w x bins -> cells down x cell x cells across x cell x bins
    return votes.reshape(count, height // cell, cell, width // cell, cell, bins).sum(axis=(2, 4))


def normalized_blocks(histograms: Array, clip: float = 0.2) -> Array:
    """Each block of 2x2 neighbouring cells, scaled to length 1, so that a faint digit gives the same features.

    Numbers are clipped at ``clip`` and the block is scaled again, so that no single strong edge dominates.

    >>> normalized_blocks(np.ones((1, 2, 2, 1))).round(3).tolist()
    [[[[0.5, 0.5, 0.5, 0.5]]]]

    Args:
        histograms: (n, cells down, cells across, bins), from :func:`orientation_histograms`.
        clip: the upper limit, before the second scaling.

    Returns:
        (n, cells down - 1, cells across - 1, 4 * bins).

    Raises:
        ValueError: fewer than 2x2 cells.
    """
    if histograms.ndim != 4 or min(histograms.shape[1:3]) < 2:
        raise ValueError(f"blocks need (n, 2 cells or more, 2 cells or more, bins), not {histograms.shape}")
    corners = [histograms[:, :-1, :-1], histograms[:, :-1, 1:], histograms[:, 1:, :-1], histograms[:, 1:, 1:]]
    blocks = np.concatenate(corners, axis=-1)
    # 1e-6: blocks without any edge stay 0
    blocks = blocks / np.sqrt((blocks**2).sum(axis=-1, keepdims=True) + 1e-6)
    blocks = np.minimum(blocks, clip)
    return blocks / np.sqrt((blocks**2).sum(axis=-1, keepdims=True) + 1e-6)


def oriented_gradients(pictures: Array, cell: int = 7, bins: int = 9) -> Array:
    """Histograms of oriented gradients (HOG), all blocks in a row: 28x28 -> 4x4 cells -> 3x3 blocks of 36 -> 324.

    >>> oriented_gradients(np.zeros((1, 28, 28))).shape
    (1, 324)

    Args:
        pictures: (n, height, width), 0 to 1.
        cell: height and width of a cell, in pixels.
        bins: number of directions.

    Returns:
        (n, blocks * 4 * bins), each from 0 to 1.
    """
    return normalized_blocks(orientation_histograms(pictures, cell, bins)).reshape(len(pictures), -1)


def _check(pictures: Array) -> None:
    if np.ndim(pictures) != 3 or not np.size(pictures):
        raise ValueError(f"pictures must be (n, height, width), not {np.shape(pictures)}")
    if not (np.min(pictures) >= 0 and np.max(pictures) <= 1):  # NaN fails too
        raise ValueError(
            f"ink must go from 0 to 1, but goes from {np.min(pictures):g} to {np.max(pictures):g}: divide by 255?"
        )

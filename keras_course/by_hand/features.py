"""Hand-made features: what somebody thought of measuring in a digit, before networks found out by themselves.

Every function takes pictures ``(n, height, width)`` with ink from 0 (paper) to 1.

Slide: deck 1, "Traditional Machine Learning"; deck 2, "No More Feature Engineering"
"""

import numpy as np

Array = np.ndarray


def ink_profiles(pictures: Array) -> Array:
    """How much ink lies in each row, then in each column, as a share of its pixels.

    >>> ink_profiles(np.array([[[1.0, 1.0], [0.0, 0.0]]])).tolist()
    [[1.0, 0.0, 0.5, 0.5]]

    Args:
        pictures: (n, height, width), 0 to 1.

    Returns:
        (n, height + width).

    Raises:
        ValueError: no pictures, or values outside 0 to 1. (So do all functions here.)
    """
    _check(pictures)
    return np.concatenate([pictures.mean(axis=2), pictures.mean(axis=1)], axis=1)


def symmetry(pictures: Array) -> Array:
    """Share of the ink that lies on its own mirror image: left to right, and top to bottom.

    >>> symmetry(np.array([[[1.0, 1.0], [0.0, 0.0]]])).tolist()
    [[1.0, 0.0]]

    Args:
        pictures: (n, height, width), 0 to 1.

    Returns:
        (n, 2), 0 to 1; a picture without ink is as symmetric as can be.
    """
    _check(pictures)
    ink = pictures.sum(axis=(1, 2))
    shares = []
    for mirrored in (pictures[:, :, ::-1], pictures[:, ::-1]):
        common = np.minimum(pictures, mirrored).sum(axis=(1, 2))
        shares.append(np.divide(common, ink, out=np.ones(len(ink)), where=ink > 0))
    return np.stack(shares, axis=1)


def holes(pictures: Array, ink: float = 0.3) -> Array:
    """How many pieces of paper the ink encloses: a 1 has none, a 0 has one, an 8 has two.

    Water poured in at the edge reaches all paper but the holes; then each hole is filled, one after the other.

    >>> eight = np.array([[[1, 1, 1], [1, 0, 1], [1, 1, 1], [1, 0, 1], [1, 1, 1]]])
    >>> holes(eight), holes(1 - eight)
    (array([2]), array([0]))

    Args:
        pictures: (n, height, width), 0 to 1.
        ink: from where on a pixel is ink; a faint one closes a ring as well.

    Returns:
        (n,) counts.
    """
    _check(pictures)
    paper = np.pad(pictures < ink, ((0, 0), (1, 1), (1, 1)), constant_values=True)
    corner = np.zeros_like(paper)
    corner[:, 0, 0] = True
    dry = paper & ~_flooded(paper, corner)
    count = np.zeros(len(pictures), int)
    while (there := np.flatnonzero(dry.any(axis=(1, 2)))).size:
        count[there] += 1
        first = np.zeros_like(dry[there])
        first.reshape(len(there), -1)[np.arange(len(there)), dry[there].reshape(len(there), -1).argmax(1)] = (
            True
        )
        dry[there] &= ~_flooded(dry[there], first)
    return count


def _flooded(paper: Array, start: Array) -> Array:
    """All paper that is reached from ``start`` by steps up, down, left and right; all ``(n, height, width)``."""
    reached = start
    while True:
        around = np.pad(reached, ((0, 0), (1, 1), (1, 1)))
        beside = around[:, 1:-1, :-2] | around[:, 1:-1, 2:]
        above = around[:, :-2, 1:-1] | around[:, 2:, 1:-1]
        grown = paper & (reached | beside | above)
        if (grown == reached).all():
            return grown
        reached = grown


def shape_numbers(pictures: Array) -> Array:
    """Five numbers of the whole digit: share of ink, two symmetries, holes (none, one, two or more), slant.

    The slant is the correlation of row and column over the ink, brought from -1 ... 1 to 0 ... 1: a stroke that falls
    to the right has 1, an upright one 0.5.

    >>> shape_numbers(np.eye(4)[None]).round(2).tolist()
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
    """``(n,)`` correlations of row and column, weighted with the ink; 0 where there is none."""
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
    """How fast the ink grows to the right, and downwards: the filter ``-1 0 1``, with paper around the picture.

    >>> across, down = gradients(np.array([[[0.0, 0.0, 1.0]]]))
    >>> across.tolist(), down.tolist()
    ([[[0.0, 1.0, 0.0]]], [[[0.0, 0.0, 0.0]]])

    Args:
        pictures: (n, height, width), 0 to 1.

    Returns:
        Two arrays of the pictures' shape, -1 to 1.
    """
    _check(pictures)
    around = np.pad(pictures, ((0, 0), (1, 1), (1, 1)))
    return around[:, 1:-1, 2:] - around[:, 1:-1, :-2], around[:, 2:, 1:-1] - around[:, :-2, 1:-1]


def orientation_histograms(pictures: Array, cell: int = 7, bins: int = 9) -> Array:
    """Which way do the edges run? A histogram of the gradient's direction for every cell of the picture.

    Each pixel votes with the length of its gradient, for the two bins next to its direction. Directions go from 0 to
    180 degrees: from paper to ink or from ink to paper is the same edge. Bin 0 has its middle at half a bin.

    >>> edge = np.zeros((1, 6, 6))
    >>> edge[:, :, 3:] = 1  # upright: its gradient points to the right, 0 degrees, between the last and the first bin
    >>> orientation_histograms(edge, cell=2, bins=2)[0, 1, 1].tolist()
    [2.0, 2.0]

    Paper: Dalal, Triggs, "Histograms of Oriented Gradients for Human Detection", 2005; there each pixel votes in the
    neighbouring cells too

    Args:
        pictures: (n, height, width), 0 to 1.
        cell: side of a cell in pixels.
        bins: directions told apart.

    Returns:
        (n, height / cell, width / cell, bins).

    Raises:
        ValueError: cells that do not fill the picture.
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
    for number, share in ((lower, lower + 1 - place), (lower + 1, place - lower)):
        votes += (number[..., None] % bins == np.arange(bins)) * (length * share)[..., None]
    # h x w x bins -> cells down x cell x cells across x cell x bins
    return votes.reshape(count, height // cell, cell, width // cell, cell, bins).sum(axis=(2, 4))


def normalized_blocks(histograms: Array, clip: float = 0.2) -> Array:
    """Each 2x2 neighbouring cells together, brought to length 1, so that a faint digit looks like a strong one.

    What exceeds ``clip`` is cut, and the length made 1 again: no single strong edge rules the rest.

    >>> normalized_blocks(np.ones((1, 2, 2, 1))).round(3).tolist()
    [[[[0.5, 0.5, 0.5, 0.5]]]]

    Args:
        histograms: (n, cells down, cells across, bins), as :func:`orientation_histograms` gives them.
        clip: the largest number before the second normalisation.

    Returns:
        (n, cells down - 1, cells across - 1, 4 * bins).

    Raises:
        ValueError: less than 2x2 cells.
    """
    if histograms.ndim != 4 or min(histograms.shape[1:3]) < 2:
        raise ValueError(f"blocks need (n, 2 cells or more, 2 cells or more, bins), not {histograms.shape}")
    corners = [histograms[:, :-1, :-1], histograms[:, :-1, 1:], histograms[:, 1:, :-1], histograms[:, 1:, 1:]]
    blocks = np.concatenate(corners, axis=-1)
    # the small number keeps blocks without an edge at 0
    blocks = blocks / np.sqrt((blocks**2).sum(axis=-1, keepdims=True) + 1e-6)
    blocks = np.minimum(blocks, clip)
    return blocks / np.sqrt((blocks**2).sum(axis=-1, keepdims=True) + 1e-6)


def oriented_gradients(pictures: Array, cell: int = 7, bins: int = 9) -> Array:
    """The histograms of oriented gradients, all blocks in a row: 28x28 -> 4x4 cells -> 3x3 blocks of 36 -> 324.

    >>> oriented_gradients(np.zeros((1, 28, 28))).shape
    (1, 324)

    Args:
        pictures: (n, height, width), 0 to 1.
        cell: side of a cell in pixels.
        bins: directions told apart.

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

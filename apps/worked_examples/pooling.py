"""Pooling, flattening, and the dense layer after them (rows 5, 6, 13, 14).

Slide: deck 1, "Fully Connected Layer" `pooling`, "Pooling layer" `pooling`; deck 3, "Max Pooling" `pooling`,
    "Flattening" `pooling`; deck 5, "Max Pool" `pooling`
"""

from typing import TYPE_CHECKING

import numpy as np

from keras_course.by_hand.convolution import correlate
from keras_course.by_hand.pooling import flatten, max_pool

from .board import Compared, Row, Say, beside
from .convolution import DETECTORS, FACE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

QUARTERS = np.array([[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]])
FEATURE_MAP = correlate(FACE, DETECTORS[0])


def dense(say: Say) -> Compared:
    """Row 5: a dense layer on a picture stretched to a vector."""
    rng = np.random.default_rng(0)
    image, W = rng.random((1, 32, 32, 3)), rng.random((10, 3072))
    stretched = flatten(image)
    by_loop = sum(W[0, i] * stretched[0, i] for i in range(3072))
    logits = W @ stretched[0]
    say(
        f"32 x 32 x 3 = {32 * 32 * 3} numbers in a row; W has a row of {32 * 32 * 3} weights for each of 10 classes"
    )
    say(
        f"one score is one dot product: {by_loop:.6f} by a loop over 3,072 products, {logits[0]:.6f} by the matrix"
    )
    return Compared(
        {"stretched": 3072, "scores": 10, "first score": by_loop},
        {"stretched": stretched.shape[1], "scores": len(logits), "first score": logits[0]},
        by_formula=("scores", "first score"),
    )


def largest(say: Say) -> Compared:
    """Row 6: max pooling, window by window."""
    for row, column in np.ndindex(2, 2):
        window = QUARTERS[2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
        say(beside(window, f"the largest is {window.max()}"))
    return Compared([[6, 8], [3, 4]], max_pool(QUARTERS))


def edge_kept(say: Say) -> Compared:
    """Row 13: max pooling with smaller windows at the edge."""
    pooled = max_pool(FEATURE_MAP, keep_edge=True)
    say("windows of 2x2, stride 2; at the right and lower edge the windows are smaller")
    say(beside(FEATURE_MAP, "->", pooled))
    say(f"without the edge, as most networks do it: {max_pool(FEATURE_MAP).tolist()}")
    return Compared(
        [[1, 1, 0], [4, 2, 1], [0, 2, 1]], pooled, note="the map is the right one, not the misprint of row 12"
    )


def flattening(say: Say) -> Compared:
    """Row 14: a map as one vector."""
    pooled = max_pool(FEATURE_MAP, keep_edge=True)
    row = flatten(pooled[None])[0]
    say(beside(pooled, "->", row))
    return Compared([1, 1, 0, 4, 2, 1, 0, 2, 1], row)


def windows(size: int) -> list[tuple[int, int, int, int]]:
    """The 2x2 windows of a square map: row, column, height and width, smaller at the right and lower edge."""
    starts = range(0, size, 2)
    return [(row, column, min(2, size - row), min(2, size - column)) for row in starts for column in starts]


def draw_pooled() -> "Figure":
    """Row 13: each window's largest value, in the window's colour."""
    from keras_course import plots

    pooled = max_pool(FEATURE_MAP, keep_edge=True)
    smaller = sum(height * width < 4 for _, _, height, width in windows(5))
    return plots.number_grids(
        {"feature map": FEATURE_MAP, "largest of each window": pooled},
        boxes={"feature map": windows(5), "largest of each window": [(i, j, 1, 1) for i in range(3) for j in range(3)]},
        signs={"largest of each window": "→"}, limit=4,
        title="Each 2x2 window leaves its largest value: 5x5 becomes 3x3",
        summary=f"the edge is kept: {smaller} of {len(windows(5))} windows, at the right and below, are smaller",
    )  # fmt: skip


def draw_flat() -> "Figure":
    """Row 14: the rows of the pooled map, one after the other."""
    from keras_course import plots

    pooled = max_pool(FEATURE_MAP, keep_edge=True)
    vector = flatten(pooled[None])
    return plots.number_grids(
        {"pooled map: 3x3": pooled, f"flattened: {vector.size} numbers": vector},
        boxes={
            "pooled map: 3x3": [(row, 0, 1, 3) for row in range(3)],
            f"flattened: {vector.size} numbers": [(0, 3 * row, 1, 3) for row in range(3)],
        },
        signs={f"flattened: {vector.size} numbers": "→"}, limit=4,
        title="Flattening: row after row; every number is kept, what was above what is lost",
    )  # fmt: skip


def draw_largest() -> "Figure":
    """Row 6: the picture and its pooled map."""
    from keras_course import plots

    return plots.number_grids(
        {"picture": QUARTERS, "largest of each 2x2": max_pool(QUARTERS)},
        boxes={"picture": windows(4), "largest of each 2x2": [(i, j, 1, 1) for i in range(2) for j in range(2)]},
        signs={"largest of each 2x2": "→"}, limit=float(QUARTERS.max()),
        title="Max pooling, 2x2, stride 2: each window leaves its largest value",
        summary=f"{QUARTERS.size} numbers become {max_pool(QUARTERS).size}",
    )  # fmt: skip


def draw_dense() -> "Figure":
    """Row 5: the order in which a picture's pixels are stretched."""
    from keras_course import plots

    rng = np.random.default_rng(0)
    image = rng.integers(0, 10, (2, 2, 3))
    stretched = f"stretched: {image.size} numbers"
    figure = plots.number_grids(
        {"red": image[..., 0], "green": image[..., 1], "blue": image[..., 2], stretched: flatten(image[None])},
        boxes={
            **{name: [(i // 2, i % 2, 1, 1) for i in range(4)] for name in ("red", "green", "blue")},
            stretched: [(0, 3 * i, 1, 3) for i in range(4)],
        },
        signs={stretched: "→"}, limit=9,
        title="A picture in three colours is stretched pixel by pixel: red, green, blue, then the next pixel",
        summary=f"2 x 2 x 3 = {image.size} numbers here, 32 x 32 x 3 = {32 * 32 * 3:,} on the slide",
    )  # fmt: skip
    figure.axes[3].set_xticks(range(12), list("rgb" * 4), fontsize=10)
    return figure


ROWS = (
    Row(5, "a dense layer on a stretched picture", 'deck 1, "Fully Connected Layer"', dense, draw_dense),
    Row(6, "the largest of each window", 'deck 1, "Pooling layer"', largest, draw_largest),
    Row(13, "pooling with the edge kept", 'deck 3, "Max Pooling"', edge_kept, draw_pooled),
    Row(14, "flattening", 'deck 3, "Flattening"', flattening, draw_flat),
)

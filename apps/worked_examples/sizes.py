"""The sizes of a convolution's output: rows 3, 4 and 31 of ``convolution``."""

from typing import TYPE_CHECKING

import numpy as np

from keras_course.by_hand.convolution import (
    convolution,
    correlate,
    count_parameters,
    output_size,
)
from keras_course.by_hand.transposed_convolution import transposed_convolution

from .board import Compared, Say, beside

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SMALL, BRUSH = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 1.0], [1.0, 2.0]])


def layer_size(say: Say) -> Compared:
    """Row 3: the size of a convolution's output with one filter and with six."""
    rng = np.random.default_rng(0)
    image = rng.random((1, 32, 32, 3))
    one = convolution(image, rng.random((5, 5, 3, 1)), np.zeros(1))
    six = convolution(image, rng.random((5, 5, 3, 6)), np.zeros(6))
    say("places of a window of 5 in 32 pixels: (32 - 5) / 1 + 1 = 28, down and across")
    say("each filter spans all 3 channels and gives one map; six filters give six")
    return Compared(
        {"one filter": [28, 28, 1], "six filters": [28, 28, 6]},
        {"one filter": one.shape[1:], "six filters": six.shape[1:]},
        by_formula=("one filter",),
    )


def layer_parameters(say: Say) -> Compared:
    """Row 4: output size and number of parameters of ten filters."""
    rng = np.random.default_rng(0)
    W, b = rng.random((5, 5, 3, 10)), np.zeros(10)
    volume = convolution(rng.random((1, 32, 32, 3)), W, b, padding=2).shape[1:]
    say("size: (32 + 2 x 2 - 5) / 1 + 1 = 32")
    say("weights of a filter: 5 x 5 x 3 = 75, and one bias: 76; ten filters: 760")
    counted = count_parameters((5, 5), channels=3, filters=10)
    say(f"counted in the layer's own arrays: {W.size} + {b.size} = {W.size + b.size}")
    return Compared(
        {"output": [32, 32, 10], "a filter": 76, "all": 760},
        {"output": volume, "a filter": counted // 10, "all": W.size + b.size},
    )


def paint(stride: int = 1) -> np.ndarray:
    """The transposed convolution of the small array, (height, width)."""
    x, W = SMALL.reshape(1, 2, 2, 1), BRUSH.reshape(2, 2, 1, 1)
    return transposed_convolution(x, W, np.zeros(1), stride)[0, :, :, 0]


def strides_and_transposed(say: Say) -> Compared:
    """Row 31: output sizes with stride and padding, and a transposed convolution."""
    rng = np.random.default_rng(0)
    sizes = {}
    for stride, pad in ((1, 0), (1, 1), (2, 0), (2, 1)):
        shape = correlate(rng.random((5, 5)), np.ones((3, 3)), stride, pad).shape
        sizes[f"stride {stride}, padding {pad}"] = shape[0]
        say(
            f"5x5 picture, 3x3 kernel, stride {stride}, padding {pad}: (5 - 3 + 2 x {pad}) / {stride} + 1 = {shape[0]}"
        )
    painted = paint()
    say("transposed: each number paints the kernel, times that number, and where two overlap they are added")
    say(beside(SMALL, "x", BRUSH, "->", painted))
    by_formula = np.zeros((3, 3))
    for row, column in np.ndindex(2, 2):
        by_formula[row : row + 2, column : column + 2] += SMALL[row, column] * BRUSH
    # What makes it a transpose: <correlate(x), y> = <x, transposed(y)> for any x and y.
    x = rng.random((3, 3))
    inner = float(np.sum(correlate(x, BRUSH) * SMALL)), float(np.sum(x * painted))
    say(f"it is convolution's transpose: <conv(x), y> = {inner[0]:.6f}, <x, transposed(y)> = {inner[1]:.6f}")
    return Compared(
        {
            "stride 1, padding 0": 3,
            "stride 1, padding 1": 5,
            "stride 2, padding 0": 2,
            "stride 2, padding 1": 3,
            "transposed": by_formula,
            "product": inner[0],
        },
        {**sizes, "transposed": painted, "product": inner[1]},
        by_formula=True,
        note="the slides show pictures only; 'deconvolution' undoes the shape, not the values",
    )


def draw_size() -> "Figure":
    """Row 3: one filter gives one map, six give six."""
    from keras_course.plots.maps import volumes

    side = output_size(32, 5)
    lines = []
    signs: dict[str, str] = {}
    for count, words in ((1, "one filter"), (6, "six filters")):
        filters, maps = (
            f"{words}, each 5 x 5 x 3",
            f"{count} map{'s' * (count > 1)}: {side} x {side} x {count}",
        )
        lines.append({"picture: 32 x 32 x 3": (32, 32, 3), filters: (5, 5, count), maps: (side, side, count)})
        signs |= {filters: "slides over, with", maps: "gives"}
    return volumes(
        lines, signs=signs, title=f"Each filter gives one map; a window of 5 pixels has {side} places in 32",
        summary=f"(32 - 5) / 1 + 1 = {side}, down and across",
    )  # fmt: skip


def draw_parameters() -> "Figure":
    """Row 4: padding keeps the size, and each of the ten filters has 76 parameters."""
    from keras_course.plots.maps import volumes

    side, each = output_size(32, 5, padding=2), count_parameters((5, 5), channels=3, filters=1)
    total = count_parameters((5, 5), channels=3, filters=10)
    filters, maps = "ten filters, each 5 x 5 x 3 + 1 bias", f"10 maps: {side} x {side} x 10"
    return volumes(
        [{"picture: 32 x 32 x 3, padded to 36 x 36": (36, 36, 3), filters: (5, 5, 10), maps: (side, side, 10)}],
        signs={filters: "slide over", maps: "give"},
        title=f"Padding 2 keeps the map {side} pixels wide; ten filters have 10 x {each} = {total} parameters",
        summary=f"size: (32 + 2 x 2 - 5) / 1 + 1 = {side}; parameters of a filter: 5 x 5 x 3 + 1 = {each}",
    )  # fmt: skip


def draw_transposed() -> "Figure":
    """Row 31: a transposed convolution with stride 1 and 2."""
    from keras_course import plots

    cells = [(row, column) for row in range(2) for column in range(2)]
    corner = paint()[1, 1]
    return plots.number_grids(
        {"input": SMALL, "kernel": BRUSH, "stride 1": paint(), "stride 2": paint(stride=2)},
        limit=float(paint().max()),
        boxes={
            "input": [(row, column, 1, 1) for row, column in cells],
            "stride 2": [(2 * row, 2 * column, 2, 2) for row, column in cells],
        },
        signs={"kernel": "×", "stride 1": "="},
        title="Transposed convolution: each number paints the kernel, times that number, onto a larger picture",
        summary=f"stride 1: paintings overlap and are added ({corner:g} in the middle); stride 2: side by side",
    )  # fmt: skip

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


def draw_sizes() -> "Figure":
    """Rows 3 and 4: how padding and stride change a layer's size."""
    from keras_course import plots

    sizes = {
        f"window {kernel}": {
            f"padding {pad}, stride {stride}": float(output_size(32, kernel, stride, pad))
            for pad in (0, 1, 2)
            for stride in (1, 2)
        }
        for kernel in (3, 5)
    }
    return plots.bars(
        sizes, label="pixels across the map", title="A picture 32 pixels wide: how wide is the map?",
        summary="(32 - window + 2 x padding) / stride + 1",
    )  # fmt: skip


def draw_transposed() -> "Figure":
    """Row 31: a transposed convolution with stride 1 and 2."""
    from keras_course import plots

    return plots.number_grids(
        {"input": SMALL, "kernel": BRUSH, "stride 1": paint(), "stride 2": paint(stride=2)},
        title="Transposed convolution: each number paints the kernel onto a larger picture",
        summary="where two overlap they are added; the stride is the distance between them",
    )

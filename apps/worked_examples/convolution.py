"""Convolution: a window slides, multiplies and adds up (rows 1 to 4, 12, 31, 32)."""

from typing import Any

import numpy as np

from apps.worked_examples.board import Compared, Row, Say, beside
from keras_course.by_hand.convolution import (
    convolution,
    correlate,
    count_parameters,
    output_size,
)
from keras_course.by_hand.transposed_convolution import transposed_convolution

PICTURE = np.array([[2, 4, 9, 1, 4], [2, 1, 4, 4, 6], [1, 1, 2, 9, 2], [7, 3, 5, 1, 3], [2, 3, 4, 8, 5]])
KERNEL = np.array([[1, 2, 3], [-4, 7, 4], [2, -5, 1]])
# Deck 3's 7x7 picture and its two feature detectors.
FACE = np.array(
    [
        [0, 0, 0, 0, 0, 0, 0],
        [0, 1, 0, 0, 0, 1, 0],
        [0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 1, 0, 0, 0],
        [0, 1, 0, 0, 0, 1, 0],
        [0, 0, 1, 1, 1, 0, 0],
        [0, 0, 0, 0, 0, 0, 0],
    ]
)
DETECTORS = (np.array([[0, 0, 1], [1, 0, 0], [0, 1, 1]]), np.array([[0, 1, 0], [0, 0, 0], [1, 1, 1]]))
# Deck 2's 8x8 picture and its filter.
BITS = np.array(
    [
        [1, 0, 1, 0, 0, 1, 0, 1],
        [0, 1, 0, 0, 1, 0, 1, 0],
        [0, 0, 1, 0, 0, 1, 0, 1],
        [1, 0, 1, 0, 0, 1, 0, 0],
        [0, 0, 0, 0, 1, 0, 1, 0],
        [0, 0, 1, 0, 0, 1, 1, 1],
        [0, 0, 0, 0, 0, 0, 1, 0],
        [0, 0, 1, 0, 0, 1, 0, 1],
    ]
)
FILTER = np.array([[-1, 0, 1], [-2, 1, 2], [-3, 0, 3]])


def show_place(say: Say, picture: np.ndarray, kernel: np.ndarray, row: int, column: int) -> float:
    """Write one place's arithmetic: the patch, the kernel, the products, their sum."""
    patch = picture[row : row + kernel.shape[0], column : column + kernel.shape[1]]
    products = patch * kernel
    say(f"at row {row}, column {column}: what lies on each other is multiplied, and all is added up")
    say(beside(patch, "x", kernel, "=", products, f"sum {products.sum():g}"))
    return float(products.sum())


def kernel_feature(say: Say) -> Compared:
    """Row 1."""
    show_place(say, PICTURE, KERNEL, 0, 0)
    show_place(say, PICTURE, KERNEL, 0, 1)
    computed = correlate(PICTURE, KERNEL)
    say("and so at all 9 places:\n" + beside(computed))
    return Compared([[51, 66, 20], [31, 49, 101], [15, 53, -2]], computed)


def padding(say: Say) -> Compared:
    """Row 2."""
    padded = np.pad(PICTURE, 1)
    say("a ring of zeros around the picture, and the window finds as many places as there are pixels")
    show_place(say, padded, KERNEL, 0, 0)
    computed = correlate(PICTURE, KERNEL, padding=1)
    say(
        f"size: ({PICTURE.shape[0]} - 3 + 2 x 1) / 1 + 1 = {output_size(5, 3, padding=1)}\n"
        + beside(computed)
    )
    slide = [
        [21, 59, 37, -19, 2],
        [30, 51, 66, 20, 43],
        [-14, 31, 49, 101, -19],
        [59, 15, 53, -2, 21],
        [49, 57, 64, 76, 10],
    ]
    return Compared(slide, computed)


def layer_size(say: Say) -> Compared:
    """Row 3."""
    rng = np.random.default_rng(0)
    image = rng.random((1, 32, 32, 3))
    one = convolution(image, rng.random((5, 5, 3, 1)), np.zeros(1))
    six = convolution(image, rng.random((5, 5, 3, 6)), np.zeros(6))
    say("places of a window of 5 in 32 pixels: (32 - 5) / 1 + 1 = 28, down and across")
    say("each filter reaches through all 3 channels and gives one map; six filters give six")
    return Compared(
        {"one filter": [28, 28, 1], "six filters": [28, 28, 6]},
        {"one filter": one.shape[1:], "six filters": six.shape[1:]},
    )


def layer_parameters(say: Say) -> Compared:
    """Row 4."""
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


def feature_maps(say: Say) -> Compared:
    """Row 12."""
    show_place(say, FACE, DETECTORS[0], 2, 2)
    maps = [correlate(FACE, detector) for detector in DETECTORS]
    say("both detectors at all 25 places:\n" + beside(maps[0], "  ", maps[1]))
    printed = [
        [[0, 1, 0, 0, 0], [0, 1, 1, 1, 0], [1, 0, 1, 2, 1], [1, 4, 2, 1, 0], [0, 0, 1, 2, 1]],
        [[0, 0, 0, 0, 0], [1, 1, 1, 1, 1], [1, 1, 0, 1, 1], [1, 2, 4, 2, 1], [1, 0, 0, 0, 1]],
    ]
    return Compared(
        printed,
        maps,
        errs="map 1, row 3 is printed 1 0 1 2 1; its middle value is 0, as the sum above shows",
        note="deck 3 calls ConvNets translation-invariant; convolution is equivariant: the map moves with the picture",
    )


def strides_and_transposed(say: Say) -> Compared:
    """Row 31."""
    rng = np.random.default_rng(0)
    sizes = {}
    for stride, pad in ((1, 0), (1, 1), (2, 0), (2, 1)):
        shape = correlate(rng.random((5, 5)), KERNEL, stride, pad).shape
        sizes[f"stride {stride}, padding {pad}"] = shape[0]
        say(
            f"5x5 picture, 3x3 kernel, stride {stride}, padding {pad}: (5 - 3 + 2 x {pad}) / {stride} + 1 = {shape[0]}"
        )
    small, kernel = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 1.0], [1.0, 2.0]])
    painted = transposed_convolution(small.reshape(1, 2, 2, 1), kernel.reshape(2, 2, 1, 1), np.zeros(1))[
        0, :, :, 0
    ]
    say("transposed: each number paints the kernel, multiplied by itself, and what overlaps is added")
    say(beside(small, "x", kernel, "->", painted))
    by_formula = np.zeros((3, 3))
    for row, column in np.ndindex(2, 2):
        by_formula[row : row + 2, column : column + 2] += small[row, column] * kernel
    # What makes it a transpose: <correlate(x), y> = <x, transposed(y)> for any x and y.
    x = rng.random((3, 3))
    inner = float(np.sum(correlate(x, kernel) * small)), float(np.sum(x * painted))
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
        note="the slides show pictures only; 'deconvolution' undoes the shape, not the values",
    )


def learnt_filter(say: Say) -> Compared:
    """Row 32."""
    values = {
        f"({row},{column})": show_place(say, BITS, FILTER, row, column)
        for row, column in ((0, 1), (2, 1), (5, 5))
    }
    shapes = {
        "stride 1": correlate(BITS, FILTER).shape,
        "stride 2": correlate(BITS, FILTER, stride=2).shape,
        "strides (1,2)": correlate(BITS, FILTER, stride=(1, 2)).shape,
    }
    say(f"the stride decides the size: {shapes}")
    return Compared(
        {
            "(0,1)": -2,
            "(2,1)": 1,
            "(5,5)": 1,
            "stride 1": [6, 6],
            "stride 2": [3, 3],
            "strides (1,2)": [6, 3],
        },
        {**values, **shapes},
        note="the overlay's '7' on the slide is a 1, as in the picture under it",
    )


def _grids(title: str, summary: str = "", **arrays: np.ndarray) -> Any:
    from keras_course import plots

    named = {name.replace("_", " "): array for name, array in arrays.items()}
    return plots.number_grids(named, title=title, summary=summary)


def draw_kernel(pad: int = 0) -> Any:
    """Rows 1 and 2: the picture, the kernel, the map."""
    return _grids(
        f"A 3x3 kernel slides over a 5x5 picture, padding {pad}",
        "at each place: multiply what lies on each other, add up",
        picture=np.pad(PICTURE, pad),
        kernel=KERNEL,
        feature_map=correlate(PICTURE, KERNEL, padding=pad),
    )


def draw_sizes() -> Any:
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


def draw_face() -> Any:
    """Row 12."""
    return _grids(
        "Deck 3's picture, two feature detectors, and where each finds its feature",
        picture=FACE,
        detector_1=DETECTORS[0],
        feature_map_1=correlate(FACE, DETECTORS[0]),
        detector_2=DETECTORS[1],
        feature_map_2=correlate(FACE, DETECTORS[1]),
    )


def draw_transposed() -> Any:
    """Row 31."""
    small, kernel = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 1.0], [1.0, 2.0]])
    x, W = small.reshape(1, 2, 2, 1), kernel.reshape(2, 2, 1, 1)
    return _grids(
        "Transposed convolution: each number paints the kernel onto a larger picture",
        "what overlaps is added; the stride says how far apart the paintings lie",
        input=small,
        kernel=kernel,
        stride_1=transposed_convolution(x, W, np.zeros(1))[0, :, :, 0],
        stride_2=transposed_convolution(x, W, np.zeros(1), stride=2)[0, :, :, 0],
    )


def draw_bits() -> Any:
    """Row 32."""
    return _grids(
        "Deck 2's picture and filter: the stride decides the size of the map",
        picture=BITS,
        filter=FILTER,
        stride_1=correlate(BITS, FILTER),
        stride_2=correlate(BITS, FILTER, stride=2),
        strides_1_down_2_across=correlate(BITS, FILTER, stride=(1, 2)),
    )


ROWS = (
    Row(
        1,
        "a kernel slides over a picture",
        'deck 1, "Image Filter / Kernel Feature"',
        kernel_feature,
        draw_kernel,
    ),
    Row(2, "the same with padding", 'deck 1, "Convolutional layer"', padding, lambda: draw_kernel(pad=1)),
    Row(3, "the size of a convolution's maps", 'deck 1, "Convolution Layer"', layer_size, draw_sizes),
    Row(4, "a convolution's size and parameters", 'deck 1, "Examples time"', layer_parameters, draw_sizes),
    Row(12, "feature detectors and feature maps", 'deck 3, "Step1-Convolution"', feature_maps, draw_face),
    Row(
        31,
        "padding, strides, transposed",
        'deck 5, "Deconvolution / Convolution Transposed"',
        strides_and_transposed,
        draw_transposed,
    ),
    Row(
        32,
        "filters that are learnt",
        'deck 2, "Learning features from data: Convolutions"',
        learnt_filter,
        draw_bits,
    ),
)

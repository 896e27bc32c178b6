"""Convolution: a window slides, multiplies and adds up (rows 1 to 4, 12, 31, 32).

Slide: deck 1, "Image Filter / Kernel Feature" `convolution`, "Convolutional layer" `convolution`,
    "Convolution Layer" `convolution`, "Examples time" `convolution`;
    deck 2, "Learning features from data: Convolutions" `convolution`; deck 3, "Step1-Convolution" `convolution`;
    deck 5, "Convolution" `convolution`, "Convolution with Padding" `convolution`,
    "Convolution with Padding + Strides" `convolution`, "Deconvolution / Convolution Transposed" `convolution`
"""

from typing import TYPE_CHECKING

import numpy as np

from keras_course.by_hand.convolution import correlate, output_size

from .board import Compared, Row, Say, beside
from .sizes import (
    draw_parameters,
    draw_size,
    draw_transposed,
    layer_parameters,
    layer_size,
    strides_and_transposed,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PICTURE = np.array([[2, 4, 9, 1, 4], [2, 1, 4, 4, 6], [1, 1, 2, 9, 2], [7, 3, 5, 1, 3], [2, 3, 4, 8, 5]])
KERNEL = np.array([[1, 2, 3], [-4, 7, 4], [2, -5, 1]])
# Deck 3's 7x7 picture and its two feature detectors
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
    """Say the arithmetic at one place: patch, kernel, products and their sum, which is returned."""
    patch = picture[row : row + kernel.shape[0], column : column + kernel.shape[1]]
    products = patch * kernel
    say(f"at row {row}, column {column}: multiply patch and kernel element by element, add up")
    say(beside(patch, "x", kernel, "=", products, f"sum {products.sum():g}"))
    return float(products.sum())


def kernel_feature(say: Say) -> Compared:
    """Row 1: a 3x3 kernel at every place of a 5x5 picture."""
    show_place(say, PICTURE, KERNEL, 0, 0)
    show_place(say, PICTURE, KERNEL, 0, 1)
    computed = correlate(PICTURE, KERNEL)
    say("the same at all 9 places:\n" + beside(computed))
    return Compared([[51, 66, 20], [31, 49, 101], [15, 53, -2]], computed)


def padding(say: Say) -> Compared:
    """Row 2: the same, on the picture padded with zeros."""
    padded = np.pad(PICTURE, 1)
    say("with a border of zeros around the picture, the window has as many places as the picture has pixels")
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


def feature_maps(say: Say) -> Compared:
    """Row 12: deck 3's two feature detectors on its 7x7 picture."""
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


def learnt_filter(say: Say) -> Compared:
    """Row 32: deck 2's filter at three places, and the map's size with three strides."""
    values = {
        f"({row},{column})": show_place(say, BITS, FILTER, row, column)
        for row, column in ((0, 1), (2, 1), (5, 5))
    }
    shapes = {
        "stride 1": correlate(BITS, FILTER).shape,
        "stride 2": correlate(BITS, FILTER, stride=2).shape,
        "strides (1,2)": correlate(BITS, FILTER, stride=(1, 2)).shape,
    }
    say(f"the stride determines the size: {shapes}")
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
        by_formula=True,
        note="the slide has picture and filter, and its result as a picture; "
        "the overlay's '7' on the slide is a 1, as in the picture under it",
    )


def draw_kernel(pad: int = 0) -> "Figure":
    """Rows 1 and 2: the first window, times the kernel, added up to the first number of the map."""
    from keras_course import plots

    picture, found = np.pad(PICTURE, pad), correlate(PICTURE, KERNEL, padding=pad)
    name = "picture" if pad == 0 else "picture in a border of zeros"
    size = " x ".join(map(str, found.shape))
    edge = (
        "as many places as the 5 x 5 picture has pixels"
        if pad
        else "the window fits in fewer places than pixels"
    )
    return plots.number_grids(
        {
            name: picture, "window": picture[:3, :3], "kernel": KERNEL, "products": picture[:3, :3] * KERNEL,
            f"feature map: {size}": found,
        },
        columns=5,
        boxes={name: (0, 0, 3, 3), f"feature map: {size}": (0, 0, 1, 1)},
        signs={
            "kernel": "×", "products": "=", f"feature map: {size}": f"add up:\n{found[0, 0]}",
        },
        title=f"Nine products add up to {found[0, 0]}, the map's first number; then the window moves on",
        summary=f"padding {pad}: {edge}",
    )  # fmt: skip


def draw_face() -> "Figure":
    """Row 12: each detector at the place where it responds most, and its map."""
    from keras_course.plots.cells import number_rows

    rows: dict[str, dict[str, np.ndarray]] = {}
    boxes: dict[str, tuple[int, int, int, int]] = {}
    signs: dict[str, str] = {}
    best = []
    for number, detector in enumerate(DETECTORS, start=1):
        found = correlate(FACE, detector)
        row, column = np.unravel_index(int(found.argmax()), found.shape)
        face, name, products, answer = (
            f"{what} {number}" for what in ("picture, window", "detector", "products", "feature map")
        )
        rows[str(number)] = {
            face: FACE,
            name: detector,
            products: FACE[row : row + 3, column : column + 3] * detector,
            answer: found,
        }
        boxes |= {face: (int(row), int(column), 3, 3), answer: (int(row), int(column), 1, 1)}
        signs |= {name: "×", products: "=", answer: f"add up:\n{found.max()}"}
        best.append(f"{found.max()}")
    return number_rows(
        rows, boxes=boxes, signs=signs, labelled=False,
        title=f"Each map is largest ({' and '.join(best)}) where the picture holds the detector's pattern",
        summary=f"the middle of map 1 is {correlate(FACE, DETECTORS[0])[2, 2]}; the slide prints 1 there",
    )  # fmt: skip


def draw_bits() -> "Figure":
    """Row 32: the picture, the filter, the map with each stride."""
    from keras_course import plots

    maps = {
        "stride 1": correlate(BITS, FILTER), "stride 2": correlate(BITS, FILTER, stride=2),
        "1 down,\n2 across": correlate(BITS, FILTER, stride=(1, 2)),
    }  # fmt: skip
    sizes = ", ".join("x".join(map(str, found.shape)) for found in maps.values())
    first = int(maps["stride 1"][0, 1])
    return plots.number_grids(
        {"picture": BITS, "filter": FILTER, **maps}, columns=5,
        boxes={"picture": (0, 1, 3, 3), "stride 1": (0, 1, 1, 1)}, signs={"filter": "×", "stride 1": "="},
        title=f"The larger the stride, the smaller the map: {sizes}",
        summary=f"framed: at row 0, column 1 the products add up to {first}",
    )  # fmt: skip


ROWS = (
    Row(
        1,
        "a kernel slides over a picture",
        'deck 1, "Image Filter / Kernel Feature"',
        kernel_feature,
        draw_kernel,
    ),
    Row(2, "the same with padding", 'deck 1, "Convolutional layer"', padding, lambda: draw_kernel(pad=1)),
    Row(3, "the size of a convolution's maps", 'deck 1, "Convolution Layer"', layer_size, draw_size),
    Row(
        4, "a convolution's size and parameters", 'deck 1, "Examples time"', layer_parameters, draw_parameters
    ),
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

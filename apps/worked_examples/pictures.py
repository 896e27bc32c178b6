"""Pictures: which edges filters leave, and what a computer sees (rows 24, 38).

Slide: deck 2, "Filters" `pictures`; deck 3, "How Does Computer See an image??" `pictures`
"""

from typing import TYPE_CHECKING

import numpy as np

from keras_course.by_hand import kernels
from keras_course.by_hand.convolution import correlate
from keras_course.datasets.images import read_picture, scikit_learn_photo

from .board import Compared, Row, Say, beside

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def vertical_edges(say: Say) -> Compared:
    """Row 24: deck 2's filters on the edges of a square, and Octave's conv2."""
    left = {}
    say(
        "a white square on black: how strongly does each filter respond to its vertical and its horizontal edges?"
    )
    for name in kernels.SLIDES:
        vertical, horizontal = kernels.edge_energy(kernels.drawn_square(40), kernels.KERNELS[name].weights)
        say(f"{name}: vertical {vertical:g}, horizontal {horizontal:g}")
        left[name] = "vertical only" if vertical > 0 and horizontal == 0 else "others too"
    picture, kernel = (
        np.array([[1, 2, 4], [1, 2, 4], [1, 2, 4]]),
        kernels.KERNELS["vertical edges 1x3"].weights,
    )
    theirs, ours = kernels.conv2(picture, kernel), correlate(picture, kernel)
    say("the slide's code calls Octave's conv2, which flips the kernel and returns the full size:")
    say(beside(picture, "with", kernel, ": conv2", theirs, "the decks' way", ours))
    return Compared(
        {**dict.fromkeys(kernels.SLIDES, "vertical only"), "conv2 is the decks' convolution": True},
        {**left, "conv2 is the decks' convolution": np.array_equal(theirs, ours)},
        errs="Octave's conv2 flips the kernel and returns the full size; the decks' convolution is cross-correlation. "
        "GREY in its code should be GRAY",
        note="on a real photo: python -m apps.filters",
    )


def a_crop(say: Say) -> Compared:
    """Row 38: a piece of a photo as numbers."""
    picture = read_picture(scikit_learn_photo(), longest=320)
    crop = picture[60:66, 150:160]
    say(
        f"a photo is {picture.shape[0]} x {picture.shape[1]} x 3 numbers from 0 to 255; 6 x 10 pixels of it, in grey:"
    )
    say(beside(kernels.grey(crop).round(), decimals=0))
    for name, channel in zip(("red", "green", "blue"), range(3), strict=True):
        say(f"{name}\n" + beside(crop[..., channel]))
    return Compared(
        {"numbers a pixel": 3, "smallest and largest possible": [0, 255]},
        {
            "numbers a pixel": picture.shape[2],
            "smallest and largest possible": [np.iinfo(picture.dtype).min, np.iinfo(picture.dtype).max],
        },
        by_formula=("smallest and largest possible",),
        note="the slide's picture and numbers do not belong together; these do (scikit-learn's china.jpg)",
    )


def draw_edges() -> "Figure":
    """Row 24: a square under each of deck 2's filters, and the filters below."""
    from keras_course.plots.cells import number_rows

    square = kernels.drawn_square(40)
    results, weights = {"a square (red: light)": square}, {}
    for name in kernels.SLIDES:
        kernel = kernels.KERNELS[name].weights
        found = correlate(square, kernel)
        results[f"{name}: {found.min():g} to {found.max():g}"] = found / np.abs(found).max()
        weights[f"{kernel.shape[0]}x{kernel.shape[1]}"] = kernel
    horizontal = sum(kernels.edge_energy(square, kernels.KERNELS[name].weights)[1] for name in kernels.SLIDES)
    return number_rows(
        {"results": results, "kernels": {"the filters:": np.zeros((0, 0)), **weights}},
        plain=list(results), limit=1, bar="as a fraction of the largest", labelled=False,
        title="Only the vertical sides remain: "
        f"the response to horizontal edges is {horizontal:g} with each of the {len(kernels.SLIDES)} filters",
        summary="blue: dark to the left, light to the right; red: the other way round",
    )  # fmt: skip


def draw_crop() -> "Figure":
    """Row 38: the photo, the piece, and the piece in grey, red, green and blue."""
    from keras_course.plots.photos import computer_sees

    picture = read_picture(scikit_learn_photo(), longest=320)
    crop = picture[60:66, 150:160]
    planes = {"grey": kernels.grey(crop).round().astype(int)}
    planes |= {name: crop[..., i].astype(int) for i, name in enumerate(("red", "green", "blue"))}
    return computer_sees(
        picture, (60, 150, 6, 10), planes, credit="photo: danielbuechele, CC BY 2.0 (scikit-learn)",
        title=f"A computer sees numbers: here {crop.size} of the photo's {picture.size:,}",
    )  # fmt: skip


ROWS = (
    Row(24, "filters for vertical edges", 'deck 2, "Filters"', vertical_edges, draw_edges),
    Row(38, "what a computer sees", 'deck 3, "How Does Computer See an image??"', a_crop, draw_crop),
)

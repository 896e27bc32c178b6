"""What apps.filters prints and draws."""

from typing import TYPE_CHECKING

import numpy as np

from keras_course.by_hand.convolution import correlate
from keras_course.by_hand.kernels import KERNELS, SLIDES, conv2, grey
from keras_course.plots.kernels import edge_responses, filtered_pictures
from keras_course.plots.photos import computer_sees

from .measures import DEGREES, EDGE_KERNELS, ROUNDS, filtered_square

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = np.ndarray
Box = tuple[int, int, int, int]  # row, column, height, width


def print_numbers(name: str, picture: Array, box: Box) -> dict[str, Array]:
    """Print a piece of the picture as the computer has it; return its planes: grey, red, green, blue.

    Args:
        name: the picture's.
        picture: (height, width, 3) uint8.
        box: the piece.
    """
    row, column, height, width = box
    rgb = picture[row : row + height, column : column + width]
    planes = {"grey": np.rint(grey(rgb)).astype(int)}
    planes |= {colour: rgb[..., i].astype(int) for i, colour in enumerate(("red", "green", "blue"))}
    print(
        f"{name}: {picture.shape[0]} x {picture.shape[1]} x 3 = {picture.size:,} numbers. "
        f"A piece of {height} x {width} from row {row}, column {column}:"
    )
    for colour, plane in planes.items():
        print(f"\n  {colour}")
        for line in plane:
            print("    " + " ".join(f"{value:3}" for value in line))
    print("  (grey = 0.299 red + 0.587 green + 0.114 blue)")
    return planes


def print_table(table: dict[str, dict[str, float]], shape: tuple[int, ...]) -> None:
    """Print a line for each kernel: the range of its result, times and the difference, what it does."""
    with_keras = "keras_ms" in next(iter(table.values()))
    print(f"\nEvery kernel on the grey picture ({shape[0]} x {shape[1]}, 0 to 1); fastest of {ROUNDS} rounds")
    head = f"  {'kernel':24} {'lowest':>7} {'highest':>7} {'by hand':>9}"
    print(head + (f" {'Conv2D':>9} {'difference':>11}" if with_keras else "") + "  what it does")
    for name, row in table.items():
        line = f"  {name:24} {row['lowest']:7.2f} {row['highest']:7.2f} {row['by_hand_ms']:6.1f} ms"
        if with_keras:
            line += f" {row['keras_ms']:6.1f} ms {row['largest_difference']:11.1e}"
        print(f"{line}  {KERNELS[name].description}")
    if with_keras:
        largest = max(row["largest_difference"] for row in table.values())
        print(f"  largest difference between by hand (float64) and Conv2D (float32): {largest:.1e}")


def print_edges(edges: dict[str, dict[str, float]], responses: dict[str, list[float]]) -> None:
    """Print how much of which edges each kernel leaves."""
    print('\nDeck 2 asks: "Can we get only vertical lines out of this picture?" Measured on a drawn square')
    print(f"  {'sum of squares on':24} {'vertical':>9} {'horizontal':>11}   vertical fraction")
    for name, row in edges.items():
        print(f"  {name:24} {row['vertical']:9.1f} {row['horizontal']:11.1f}   {row['vertical_share']:.1%}")
    print("  and the response to an edge at an angle, as a fraction of the strongest:")
    print(f"  {'degrees from vertical':24} " + " ".join(f"{angle:5}" for angle in DEGREES))
    for name, fractions in responses.items():
        print(f"  {name:24} " + " ".join(f"{fraction:5.2f}" for fraction in fractions))
    print(f"  {angle_sentence(responses)}")


def angle_sentence(responses: dict[str, list[float]]) -> str:
    """How much deck 2's filters leave of a horizontal edge and of one at 45 degrees, in one sentence."""
    horizontal = max(responses[name][DEGREES.index(90)] for name in SLIDES)
    diagonal = [responses[name][DEGREES.index(45)] for name in SLIDES]
    return (
        f"Deck 2's filters leave {horizontal:.0%} of a horizontal edge, "
        f"and {min(diagonal):.0%} to {max(diagonal):.0%} of one at 45 degrees"
    )


def print_conv2() -> dict[str, list[list[float]]]:
    """Print what the slide's Octave lines give on a small picture, and what the decks mean; return the arrays."""
    picture = np.array([[0, 0, 1, 1], [0, 0, 1, 1], [0, 0, 1, 1]])
    kernel = KERNELS[SLIDES[1]].weights.astype(int)
    found = {
        "cross-correlation, as the decks and Conv2D do it": correlate(picture, kernel),
        "Octave's conv2(picture, kernel): turned round, full size": conv2(picture, kernel),
        'conv2(picture, kernel, "valid"): turned round': correlate(picture, kernel[::-1, ::-1]),
    }
    print(
        "\nThe slide's Octave code calls conv2, which flips the kernel (turns it round) and returns the full size."
    )
    print("(Its second line names GRAY and its fourth GREY, which does not exist: write GRAY in both.)")
    for name, array in {"picture": picture, "filter 2": kernel, **found}.items():
        print(f"  {name}")
        for line in array:
            print("    " + " ".join(f"{value:2}" for value in line))
    decks, full, flipped = found.values()
    same = "changes only the sign" if np.array_equal(flipped, -decks) else "changes more than the sign"
    print(
        f"  Flipping this kernel {same}. The full size is {full.shape[0]}x{full.shape[1]} instead of "
        f"{decks.shape[0]}x{decks.shape[1]}: there the kernel also responds to the border of the picture."
    )
    return {name: array.tolist() for name, array in found.items()}


def numbers_figure(name: str, picture: Array, box: Box, planes: dict[str, Array]) -> "Figure":
    """Draw the picture, the piece, and the piece as numbers."""
    return computer_sees(
        picture,
        box,
        planes,
        title=f"A computer sees {picture.size:,} numbers in {name}, and here a piece of them",
    )


def filters_figures(name: str, brightness: Array, filtered: dict[str, Array]) -> "dict[str, Figure]":
    """Draw every kernel with its result, by the figure's name: the kernels for edges, and the others."""
    edges, found = EDGE_KERNELS, {}
    for figure, kernels, what in (
        ("filters", edges, "edges appear, plain areas vanish"),
        (
            "filters_other",
            tuple(kernel for kernel in KERNELS if kernel not in edges),
            "outlines, relief and blur",
        ),
    ):
        found[figure] = filtered_pictures(
            brightness if kernels == edges else None,
            {kernel: KERNELS[kernel].weights for kernel in kernels},
            {kernel: filtered[kernel] for kernel in kernels},
            {kernel: KERNELS[kernel].description for kernel in kernels},
            title=f"{len(kernels)} of {len(KERNELS)} kernels on {name}: {what}",
        )
    return found


def edges_figure(responses: dict[str, list[float]]) -> "Figure":
    """Draw a square under deck 2's filters, and their response to an edge at every angle."""
    square, filtered = filtered_square()
    return edge_responses(
        square, filtered, DEGREES, {name: responses[name] for name in SLIDES}, title=angle_sentence(responses)
    )

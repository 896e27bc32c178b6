"""apps.filters: what it computes, and prints."""

import functools
import time
from collections.abc import Callable, Sequence

import numpy as np

from keras_course.by_hand.convolution import correlate, correlate_fast
from keras_course.by_hand.kernels import (
    KERNELS,
    SLIDES,
    conv2,
    drawn_square,
    edge_energy,
    grey,
    slanted_edge_energy,
)

Array = np.ndarray
ROUNDS = 3  # the fastest counts: whatever else runs can only slow one down


def print_numbers(name: str, picture: Array, box: tuple[int, int, int, int]) -> dict[str, Array]:
    """Print a piece of the picture as the computer has it; return its planes: grey, red, green, blue.

    Args:
        name: the picture's.
        picture: (height, width, 3) uint8.
        box: row, column, height, width.
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


def filter_all(picture: Array, *, with_keras: bool) -> tuple[dict[str, Array], dict[str, dict[str, float]]]:
    """Filter with every kernel, by hand and with Keras; results by name, and times and differences.

    Args:
        picture: (height, width), 0 to 1.
        with_keras: also use Conv2D.
    """
    filtered, table = {}, {}
    for name, kernel in KERNELS.items():
        filtered[name], seconds = timed(functools.partial(correlate_fast, picture, kernel.weights))
        row = {
            "lowest": float(filtered[name].min()),
            "highest": float(filtered[name].max()),
            "by_hand_ms": 1000 * seconds,
        }
        if with_keras:
            by_keras, seconds = conv2d(picture, kernel.weights)
            row |= {
                "keras_ms": 1000 * seconds,
                "largest_difference": float(np.abs(by_keras - filtered[name]).max()),
            }
        table[name] = row
    return filtered, table


def conv2d(picture: Array, kernel: Array) -> tuple[Array, float]:
    """The same by Keras: a convolutional layer with one filter, whose weights are set; result and seconds."""
    import keras

    layer = keras.layers.Conv2D(1, kernel.shape, padding="valid", use_bias=False)
    batch = keras.ops.convert_to_tensor(picture[None, :, :, None], dtype="float32")  # (1, height, width, 1)
    layer.build(batch.shape)
    layer.set_weights([kernel[:, :, None, None]])  # (kernel height, kernel width, channels, filters)
    result, seconds = timed(lambda: keras.ops.convert_to_numpy(layer(batch)))
    return result[0, :, :, 0], seconds


def timed(work: Callable[[], Array]) -> tuple[Array, float]:
    """The result, and the seconds of the fastest of a few rounds."""
    seconds = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - begun)
    return result, min(seconds)


def print_table(table: dict[str, dict[str, float]], shape: tuple[int, ...]) -> None:
    """Print a line a kernel."""
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


def measure_edges(
    degrees: Sequence[float],
) -> tuple[Array, dict[str, Array], dict[str, list[float]], dict[str, dict[str, float]]]:
    """What remains of vertical, horizontal and leaning edges under deck 2's filters and Sobel's two.

    Returns:
        The drawn square; it filtered, by deck 2's filters; by kernel its answers to leaning edges, as shares of that to
        a vertical one (to a horizontal one for a kernel that is blind to vertical ones); and the sums of squares.
    """
    square = drawn_square(48)
    answers = {
        name: correlate_fast(
            square, KERNELS[name].weights, padding=tuple(side // 2 for side in KERNELS[name].weights.shape)
        )
        for name in SLIDES
    }
    energies, edges = {}, {}
    for name in (*SLIDES, "Sobel, vertical edges", "Sobel, horizontal edges"):
        kernel = KERNELS[name].weights
        vertical, horizontal = edge_energy(square, kernel)
        edges[name] = {
            "vertical": vertical,
            "horizontal": horizontal,
            "vertical_share": vertical / (vertical + horizontal),
        }
        leaning = [slanted_edge_energy(kernel, angle) for angle in degrees]
        energies[name] = [answer / max(leaning) for answer in leaning]
    return square, answers, energies, edges


def print_edges(
    edges: dict[str, dict[str, float]], degrees: Sequence[float], energies: dict[str, list[float]]
) -> None:
    """Print how much is left of which edges."""
    print('\nDeck 2 asks: "Can we get only vertical lines out of this picture?" Measured on a drawn square')
    print(f"  {'sum of squares on':24} {'vertical':>9} {'horizontal':>11}   vertical's share")
    for name, row in edges.items():
        print(f"  {name:24} {row['vertical']:9.1f} {row['horizontal']:11.1f}   {row['vertical_share']:.1%}")
    print("  and on an edge that leans, as a share of the strongest answer:")
    print(f"  {'degrees from vertical':24} " + " ".join(f"{angle:5}" for angle in degrees))
    for name, shares in energies.items():
        print(f"  {name:24} " + " ".join(f"{share:5.2f}" for share in shares))
    print(f"  {leaning_sentence(degrees, energies)}")


def leaning_sentence(degrees: Sequence[float], energies: dict[str, list[float]]) -> str:
    """What deck 2's filters leave of a horizontal edge and of one at 45 degrees, in one sentence."""
    horizontal = max(energies[name][degrees.index(90)] for name in SLIDES)
    slanted = [energies[name][degrees.index(45)] for name in SLIDES]
    return (
        f"Deck 2's filters leave {horizontal:.0%} of a horizontal edge, "
        f"and {min(slanted):.0%} to {max(slanted):.0%} of one at 45 degrees"
    )


def print_conv2() -> dict[str, list[list[float]]]:
    """The slide's Octave lines, on a small picture: what they give, and what the decks mean."""
    picture = np.array([[0, 0, 1, 1], [0, 0, 1, 1], [0, 0, 1, 1]])
    kernel = KERNELS[SLIDES[1]].weights.astype(int)
    found = {
        "cross-correlation, as the decks and Conv2D do it": correlate(picture, kernel),
        "Octave's conv2(picture, kernel): turned round, full size": conv2(picture, kernel),
        'conv2(picture, kernel, "valid"): turned round': correlate(picture, kernel[::-1, ::-1]),
    }
    print("\nThe slide's Octave code calls conv2, which turns the kernel round and returns the full size.")
    print("(Its second line names GRAY and its fourth GREY, which does not exist: write GRAY in both.)")
    for name, array in {"picture": picture, "filter 2": kernel, **found}.items():
        print(f"  {name}")
        for line in array:
            print("    " + " ".join(f"{value:2}" for value in line))
    decks, full, turned = found.values()
    same = "changes the sign alone" if np.array_equal(turned, -decks) else "changes more than the sign"
    print(
        f"  Turning this kernel round {same}. The full size is {full.shape[0]}x{full.shape[1]} instead of "
        f"{decks.shape[0]}x{decks.shape[1]}: at its rim the picture's own border answers."
    )
    return {name: array.tolist() for name, array in found.items()}

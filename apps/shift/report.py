"""What apps.shift prints: accuracies with their intervals, what equivariance is, measured, and a conclusion."""

import textwrap
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from keras_course.evaluation import accuracy_interval, significantly_better
from keras_course.evaluation.shifting import fraction_lost
from keras_course.experiment import results

from .training import FLATTEN, GLOBAL

Rows = list[dict[str, Any]]
WHERE = {"left": "to the left", "right": "to the right", "up": "up", "down": "down"}
MARGIN = 4  # pixels: MNIST's digits fill at most 20 of the 28
EXACT = 1e-5  # a relative difference below this is float32's rounding


def rows(predicted: Mapping[str, np.ndarray], shifts: Sequence[int], labels: np.ndarray) -> Rows:
    """A row for each network and shift: accuracy with its 95 % interval, and the fraction of unchanged answers.

    Args:
        predicted: for each network (shifts, n): the class that it gives every test digit, in place first.
        shifts: in pixels.
        labels: (n,).
    """
    table = []
    for name, answers in predicted.items():
        for pixels, now in zip(shifts, answers, strict=True):
            correct = int((now == labels).sum())
            low, high = accuracy_interval(correct, len(labels))
            table.append(
                {
                    "network": name,
                    "shift": pixels,
                    "accuracy": correct / len(labels),
                    "low": low,
                    "high": high,
                    "unchanged": float((now == answers[0]).mean()),
                }
            )
    return table


def ink(pictures: np.ndarray, shifts: Sequence[int], direction: str) -> Rows:
    """For each shift how much ink leaves the frame, on average, and the fraction of the digits that lose some."""
    table = []
    for pixels in shifts:
        lost = fraction_lost(pictures, pixels, direction)
        table.append(
            {"shift": pixels, "ink_lost": float(lost.mean()), "digits_cut": float((lost > 0).mean())}
        )
    return table


def of(table: Rows, network: str, value: str = "accuracy") -> list[Any]:
    """One value of a network's rows, shift by shift."""
    return [row[value] for row in table if row["network"] == network]


def print_accuracies(table: Rows, lost: Rows, direction: str, examples: int) -> None:
    """Print accuracies with their intervals, a line for each shift, and what of the digits has left the frame."""
    names = list(dict.fromkeys(row["network"] for row in table))
    print(f"\naccuracy on {examples:,} test digits shifted {WHERE[direction]} (95 % interval)")
    print(f"{'shift':>5}  " + "  ".join(f"{name:>24}" for name in names) + f"  {'ink lost':>9} {'cut':>6}")
    for i, row in enumerate(lost):
        cells = []
        for name in names:
            accuracy, low, high = (of(table, name, value)[i] for value in ("accuracy", "low", "high"))
            cells.append(f"{accuracy:.1%} ({100 * low:.1f} to {100 * high:.1f})".rjust(24))
        print(
            f"{row['shift']:3} px  {'  '.join(cells)}  {row['ink_lost']:9.1%} {row['digits_cut']:6.1%}",
            flush=True,
        )
    print(
        f"(MNIST's digits have a margin of about {MARGIN} px; beyond it they leave the frame, and no network can read "
        "what is not\nthere. ink lost: on average; cut: digits that lose any. None of the networks saw a shifted digit "
        "in training.)"
    )
    print("\nanswers that are the same as for the digit in place, right or wrong")
    for i, row in enumerate(lost):
        unchanged = (f"{of(table, name, 'unchanged')[i]:24.1%}" for name in names)
        print(f"{row['shift']:3} px  {'  '.join(unchanged)}")


def print_equivariance(maps: Rows, vectors: Rows, digits: int) -> None:
    """Print what equivariance is and what it is not, with what was measured on so many validation digits."""
    shifts = list(dict.fromkeys(row["shift"] for row in maps))
    print(
        "\nEquivariant is not invariant\n"
        "  Convolution is equivariant: if the picture moves, its maps move with it. Invariant would be an answer that "
        "does not\n  change, and convolution is not that. Flatten gives each place of a map weights of its own, so to "
        "the dense layers a\n  moved map is another input. The mean over a map (global pooling) does not depend on the "
        "place: nearly invariant.\n  Nearly, since padding marks the edges, and pooling looks at every second place "
        "only, then at every fourth: maps\n  move exactly by multiples of the stride (Azulay and Weiss 2019; Zhang "
        "2019)."
    )
    print(
        f"\n  Measured on {digits} validation digits: difference between the moved maps and the maps of the moved digit"
        f'\n  (in "{GLOBAL}", as a fraction of the maps; 0: they moved exactly)'
    )
    print(f"  {'layer':12} {'stride':>6}  shift {' '.join(f'{pixels:>3} px' for pixels in shifts)}")
    for key, where in (("inside", "without the edges"), ("whole", "with the edges")):
        for i, name in enumerate(dict.fromkeys(row["layer"] for row in maps)):
            mine = [row for row in maps if row["layer"] == name]
            values = " ".join("   -  " if row[key] is None else f"{row[key]:6.3f}" for row in mine)
            print(
                f"  {name:12} {mine[0]['stride']:4} px  {'':5} {values}  {where if i == 0 else ''}".rstrip()
            )
    print(textwrap.fill(said_of_maps(maps), 116, initial_indent="  ", subsequent_indent="  "))
    print("\n  How far the vector goes that the dense layers get (1: as far as another digit's)")
    for name in dict.fromkeys(row["network"] for row in vectors):
        values = " ".join(f"{distance:6.3f}" for distance in of(vectors, name, "distance"))
        print(f"  {name:28} {values}")


def said_of_maps(maps: Rows) -> str:
    """Whether the maps moved exactly where they should, and by how much they miss elsewhere."""
    inside = [row for row in maps if row["inside"] is not None]
    exact = [row["inside"] for row in inside if row["shift"] % row["stride"] == 0]
    others = [row["inside"] for row in inside if row["shift"] % row["stride"]]
    said = []
    if exact:
        worst = max(exact)
        word = "exactly" if worst < EXACT else "not exactly"
        said.append(
            f"Without the edges, maps move {word} by multiples of the stride (largest difference {worst:.2g})"
        )
    if others:
        least, most = f"{min(others):.2f}", f"{max(others):.2f}"
        said.append(f"by other shifts they miss by {most if least == most else f'{least} to {most}'}")
    edges = [row["whole"] for row in maps if row["shift"] % row["stride"] == 0]
    if edges:
        said.append(f"with the edges, multiples of the stride too miss by up to {max(edges):.2f}")
    return "; ".join(said) + "." if said else "No layer has a place that can be compared."


def spoken(shifts: Sequence[int]) -> int:
    """The index of the shift that is spoken of: that nearest to MNIST's margin, but not 0."""
    return min(range(1, len(shifts)), key=lambda i: abs(shifts[i] - MARGIN))


def conclusion(
    predicted: Mapping[str, np.ndarray], shifts: Sequence[int], labels: np.ndarray, direction: str
) -> str:
    """What the numbers support, and no more; networks are compared by a paired z-test on the same digits.

    Args:
        predicted: for each network (shifts, n): the class that it gives every test digit, in place first.
        shifts: in pixels, 0 first.
        labels: (n,).
        direction: left, right, up or down.
    """
    correct = {name: answers == labels for name, answers in predicted.items()}
    at = spoken(shifts)
    ranked = sorted(correct, key=lambda name: -correct[name][at].mean())
    shown = "; ".join(
        f"{name}: {right[at].mean():.1%} ({right[0].mean():.1%} in place)"
        for name, right in ((name, correct[name]) for name in ranked)
    )
    said = [
        f"Of {len(labels):,} test digits shifted by {shifts[at]} px {WHERE[direction]} are read: {shown}."
    ]
    ties = [
        f"{one} and {other}"
        for one, other in pairwise(ranked)
        if not significantly_better(correct[one][at], correct[other][at])
    ]
    said.append(
        f"Not significantly different: {'; '.join(ties)}."
        if ties
        else "Each is significantly better than the next."
    )
    lasted = []
    for name, right in correct.items():
        accuracy = right.mean(axis=1)
        first = next(
            (shift for shift, now in zip(shifts, accuracy, strict=True) if now < 0.9 * accuracy[0]), None
        )
        lasted.append(f"{name} {'at no shift measured' if first is None else f'at {first} px'}")
    said.append(f"A tenth of its accuracy in place is first lost by: {'; '.join(lasted)}.")
    if significantly_better(correct[FLATTEN][0], correct[GLOBAL][0]):
        said.append(
            "In place it is the other way round: flatten reads significantly more digits than global pooling."
        )
    said.append(results.ONE_SEED)
    return " ".join(said)

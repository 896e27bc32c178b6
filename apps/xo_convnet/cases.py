"""apps.xo_convnet's trickier cases: letters that are changed, and which letter the network takes them for."""

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_course.by_hand import letters
from keras_course.by_hand.x_and_o import O, X, votes

from .steps import heading, say, winner

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = np.ndarray
SHOWN = 12  # pictures in the figure


def changed(shift: int, noise: int, seed: int) -> list[tuple[str, str, Array]]:
    """Pictures that differ from those which set the network's weights: what was done, the true letter, the picture."""
    rng = np.random.default_rng([seed, 0])
    found = []
    for letter, picture in {"X": X, "O": O}.items():
        found += [
            ("as drawn", letter, picture),
            (f"moved by {shift}", letter, letters.shifted(picture, shift, shift)),
            ("thicker", letter, letters.thicker(picture)),
            ("turned 15°", letter, letters.rotated(picture, 15)),
            ("turned 45°", letter, letters.rotated(picture, 45)),
            (f"{noise} pixels flipped", letter, letters.noisy(picture, noise, rng)),
            ("ink and paper swapped", letter, -picture),
        ]
    found.insert(len(found) // 2, ("deck 4's bent X", "X", letters.BENT_X))
    return [*found, ("blank paper", "neither", -np.ones(X.shape))]


def print_changed(pictures: list[tuple[str, str, Array]]) -> list[dict[str, Any]]:
    """Print which letter the network takes each for, a line each; return the table."""
    heading("Trickier cases")
    table = []
    for what, letter, picture in pictures:
        sums = votes(picture)
        row = {"picture": what, "is": letter, "says": winner(sums), **sums}
        verdict = "" if row["says"] == letter else "   <- wrong" if letter in sums else "   <- it is neither"
        print(f"  {letter:8} {what:22} X {sums['X']:.2f}  O {sums['O']:.2f}   says {row['says']}{verdict}")
        table.append(row)
    known = [row for row in table if row["is"] in ("X", "O")]
    right = sum(row["is"] == row["says"] for row in known)
    wrong = ", ".join(f"{row['is']} {row['picture']}" for row in known if row["is"] != row["says"])
    say(f"{right} of {len(known)} letters right; wrong: {wrong or 'none'}.")
    return table


def changed_figure(pictures: list[tuple[str, str, Array]], table: list[dict[str, Any]]) -> "Figure":
    """Draw the changed pictures with their votes: twelve, mistakes before others."""
    from keras_course.plots.cells import number_rows

    known = [row for row in table if row["is"] in ("X", "O")]
    right = sum(row["is"] == row["says"] for row in known)
    order = sorted(
        range(len(table)),
        key=lambda i: (table[i]["is"] == table[i]["says"], table[i]["picture"] == "as drawn"),
    )
    shown = sorted(order[:SHOWN])
    panels = {}
    for i in shown:
        row = table[i]
        mark = "" if row["says"] == row["is"] else " (wrong)"
        said = row["says"] if row["is"] in ("X", "O") else f"{row['says']}, is neither"
        panels[f"{row['is']}: {row['picture']}\nX {row['X']:.2f}, O {row['O']:.2f}\nsays {said}{mark}"] = (
            pictures[i][2]
        )
    names = list(panels)
    return number_rows(
        {
            str(first): {name: panels[name] for name in names[first : first + 6]}
            for first in range(0, len(names), 6)
        },
        plain=names,
        limit=1,
        labelled=False,
        title=f"Trickier cases: {right} of {len(known)} letters right",
        summary=f"{len(shown)} of the {len(table)} pictures, mistakes before others; red: ink, blue: paper",
    )

"""apps.xo_convnet's trickier cases: letters that are changed, and what the network says of them."""

from typing import Any

import numpy as np

from apps.xo_convnet.steps import heading, say, winner
from keras_course.by_hand import letters
from keras_course.by_hand.x_and_o import O, X, votes

Array = np.ndarray


def changed(shift: int, noise: int, seed: int) -> list[tuple[str, str, Array]]:
    """Pictures that the network's weights were not read from: what was done, the true letter, the picture."""
    rng = np.random.default_rng([seed, 0])
    found = []
    for letter, picture in {"X": X, "O": O}.items():
        found += [
            ("as drawn", letter, picture),
            (f"moved by {shift}", letter, letters.shifted(picture, shift, shift)),
            ("thicker", letter, letters.thicker(picture)),
            ("turned 15°", letter, letters.rotated(picture, 15)),
            ("turned 45°", letter, letters.rotated(picture, 45)),
            (f"{noise} pixels spoilt", letter, letters.noisy(picture, noise, rng)),
            ("ink and paper swapped", letter, -picture),
        ]
    found.insert(len(found) // 2, ("deck 4's bent X", "X", letters.BENT_X))
    return [*found, ("blank paper", "neither", -np.ones(X.shape))]


def print_changed(pictures: list[tuple[str, str, Array]]) -> list[dict[str, Any]]:
    """What the network says of them, one line each; the table."""
    heading("Trickier cases")
    table = []
    for what, letter, picture in pictures:
        sums = votes(picture)
        row = {"picture": what, "is": letter, "says": winner(sums), **sums}
        verdict = "" if row["says"] == letter else "   <- wrong" if letter in sums else "   <- it is none"
        print(f"  {letter:8} {what:22} X {sums['X']:.2f}  O {sums['O']:.2f}   says {row['says']}{verdict}")
        table.append(row)
    known = [row for row in table if row["is"] in ("X", "O")]
    right = sum(row["is"] == row["says"] for row in known)
    wrong = ", ".join(f"{row['is']} {row['picture']}" for row in known if row["is"] != row["says"])
    say(f"{right} of {len(known)} letters right; wrong: {wrong or 'none'}.")
    return table


def changed_figure(pictures: list[tuple[str, str, Array]], table: list[dict[str, Any]]) -> Any:
    """The changed pictures with their votes."""
    from keras_course import plots

    texts = [
        f"{row['is']}: {row['picture']}\nX {row['X']:.2f}, O {row['O']:.2f}\n"
        f"says {row['says']}{'' if row['says'] == row['is'] else ' (wrong)'}"
        for row in table
    ]
    # paper white, ink black; a grey rim, so that white paper ends somewhere
    drawn = [np.pad((1 - picture) / 2, 1, constant_values=0.75) for _, _, picture in pictures]
    letters_shown = [row for row in table if row["is"] in ("X", "O")]
    right = sum(row["is"] == row["says"] for row in letters_shown)
    return plots.pictures(
        drawn,
        texts,
        columns=8,
        title="Trickier cases: what the votes say of the two letters, changed",
        summary=f"{right} of {len(letters_shown)} letters right",
    )

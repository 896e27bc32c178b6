"""X or O? Deck 4's small ConvNet, every number by hand (rows 22, 23).

Slide: deck 4, "Filtering: The math behind the match" `letters`, "Rectified Linear Units (ReLUs)" `letters`
"""

from typing import TYPE_CHECKING

import numpy as np

from keras_course.by_hand import x_and_o
from keras_course.by_hand.activations import relu
from keras_course.by_hand.pooling import max_pool

from .board import Compared, Row, Say, beside, number

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def matching(say: Say) -> Compared:
    """Row 22: a feature on two patches of the X: multiply, add, divide."""
    feature = x_and_o.FEATURES["falling stroke"]
    computed = {}
    for name, (row, column) in {"where the stroke is": (1, 1), "in the middle of the X": (3, 3)}.items():
        patch = x_and_o.X[row : row + 3, column : column + 3]
        products = patch * feature
        say(f"{name}: ink is 1, paper -1; multiply, add, divide by 9")
        say(
            beside(
                patch,
                "x",
                feature,
                "=",
                products,
                f"sum {products.sum():g}, divided by 9: {products.sum() / 9:.2f}",
            )
        )
        computed[name] = x_and_o.match(patch, feature)
    return Compared(
        {"where the stroke is": 1, "in the middle of the X": 5 / 9}, computed,
        by_formula=("in the middle of the X",),
        note="the slide prints the perfect match, nine ones divided by 9; the other applies its rule at another place",
    )  # fmt: skip


def whole_network(say: Say) -> Compared:
    """Row 23: X and O through every layer, to the votes."""
    for name, feature in x_and_o.FEATURES.items():
        found = x_and_o.filtered(x_and_o.X, feature)
        say(f"{name}: filtered, negative values set to 0, the largest of each 2x2")
        say(beside(feature, " ", found, "->", max_pool(relu(found), keep_edge=True)))
    votes = {"X": x_and_o.votes(x_and_o.X), "O": x_and_o.votes(x_and_o.O)}
    for letter, vote in votes.items():
        say(
            f"the stack of three 4x4 maps votes on the {letter}: "
            + ", ".join(f"{to} {number(v)}" for to, v in vote.items())
        )
    crossing = x_and_o.filtered(x_and_o.X, x_and_o.FEATURES["crossing"])
    shifted = np.roll(x_and_o.X, 1, axis=1)
    say(
        "the X moved right by a pixel: "
        + ", ".join(f"{to} {number(v)}" for to, v in x_and_o.votes(shifted).items())
    )
    return Compared(
        {"the X is": "X", "the O is": "O", "a map keeps its size in ReLU": True, "the stack": [3, 4, 4]},
        {
            "the X is": max(votes["X"], key=lambda letter: votes["X"][letter]),
            "the O is": max(votes["O"], key=lambda letter: votes["O"][letter]),
            "a map keeps its size in ReLU": relu(crossing).shape == crossing.shape,
            "the stack": x_and_o.stack(x_and_o.X).shape,
        },
        by_formula=True,
        note="the slides show it as pictures; changed letters, and where it fails: python -m apps.xo_convnet",
    )  # fmt: skip


def draw_matching() -> "Figure":
    """Row 22: a feature on two patches of the X."""
    from keras_course.plots.cells import number_rows

    feature = x_and_o.FEATURES["falling stroke"]
    rows: dict[str, dict[str, np.ndarray]] = {}
    boxes, found = {}, []
    signs: dict[str, str] = {}
    for place, (row, column) in {"on the stroke": (1, 1), "in the middle": (3, 3)}.items():
        patch = x_and_o.X[row : row + 3, column : column + 3]
        names = [f"the X, framed {place}", f"patch {place}", "feature: falling stroke", f"products {place}"]
        if rows:
            names[2] += " "  # two names of one array
        rows[place] = dict(zip(names, (x_and_o.X, patch, feature, patch * feature), strict=True))
        boxes[names[0]] = (row, column, 3, 3)
        signs |= {names[2]: "×", names[3]: "="}
        found.append(f"{place} {(patch * feature).sum():g} / 9 = {x_and_o.match(patch, feature):.2f}")
    return number_rows(
        rows, boxes=boxes, signs=signs, plain=list(boxes), limit=1, labelled=False,
        title=f"Where the feature lies, the match is 1: {', '.join(found)}",
        summary="multiply, add up, divide by 9; red: ink (1), blue: paper (-1)",
    )  # fmt: skip


def draw_network() -> "Figure":
    """Row 23: every feature's map after every layer."""
    from ..xo_convnet.steps import layers_figure

    return layers_figure(x_and_o.X)


ROWS = (
    Row(
        22,
        "the math behind the match",
        'deck 4, "Filtering: The math behind the match"',
        matching,
        draw_matching,
    ),
    Row(
        23,
        "X or O: filter, ReLU, pool, stack, vote",
        'deck 4, "Rectified Linear Units (ReLUs)"',
        whole_network,
        draw_network,
    ),
)

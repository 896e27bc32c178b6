"""Is it an X or an O? Deck 4's ConvNet, small enough to follow every number.

Pixels are +1, ink, or -1, paper, in pictures and features alike. A feature slides over the picture; a perfect match
gives 1. Negative values become 0, each 2x2 window keeps its strongest match, and what remains votes for X or O.

Slide: deck 4, "Filtering: The math behind the match", "Pooling: Shrinking the image stack",
    "Rectified Linear Units (ReLUs)"
Source: Rohrer, "How Convolutional Neural Networks work", 2016, whose example it is
"""

import numpy as np

from keras_course.by_hand.activations import relu
from keras_course.by_hand.convolution import correlate
from keras_course.by_hand.pooling import max_pool

Array = np.ndarray


def drawn(lines: str) -> Array:
    """A picture from text: ``#`` is ink, +1; any other character is paper, -1.

    >>> drawn("#. .#").tolist()
    [[1.0, -1.0], [-1.0, 1.0]]

    Args:
        lines: rows of equal length, separated by white space.

    Returns:
        (rows, length of a row).
    """
    return np.array([[1.0 if sign == "#" else -1.0 for sign in line] for line in lines.split()])


X = drawn(
    """
    .........
    .#.....#.
    ..#...#..
    ...#.#...
    ....#....
    ...#.#...
    ..#...#..
    .#.....#.
    .........
    """
)
O = drawn(  # noqa: E741
    """
    .........
    ...###...
    ..#...#..
    .#.....#.
    .#.....#.
    .#.....#.
    ..#...#..
    ...###...
    .........
    """
)
FEATURES = {
    "falling stroke": drawn("#.. .#. ..#"),
    "crossing": drawn("#.# .#. #.#"),
    "rising stroke": drawn("..# .#. #.."),
}


def match(patch: Array, feature: Array) -> float:
    """Multiply pixel by pixel, sum, and divide by the number of pixels: 1 is a perfect match, -1 the exact opposite.

    >>> match(X[3:6, 3:6], FEATURES["crossing"])
    1.0
    >>> round(match(X[3:6, 3:6], FEATURES["falling stroke"]), 2)
    0.56

    Raises:
        ValueError: the shapes differ.
    """
    if patch.shape != feature.shape:
        raise ValueError(f"a patch {patch.shape} and a feature {feature.shape} must have the same shape")
    return float(np.sum(patch * feature) / feature.size)


def filtered(picture: Array, feature: Array) -> Array:
    """The match at every position: a map of where the feature occurs.

    >>> filtered(X, FEATURES["falling stroke"]).shape, float(filtered(X, FEATURES["falling stroke"]).max())
    ((7, 7), 1.0)
    """
    return correlate(picture, feature) / feature.size


def stack(picture: Array) -> Array:
    """One layer of each kind: filter with every feature, ReLU, 2x2 max pooling.

    Args:
        picture: (9, 9) of +1 and -1.

    Returns:
        (3, 4, 4), a map for each feature.
    """
    maps = np.stack([filtered(picture, feature) for feature in FEATURES.values()])
    return max_pool(relu(maps), keep_edge=True)


def voting_weights() -> dict[str, Array]:
    """How much each position of the stack counts for each letter: by how much it is larger for it than for the other.

    A network learns these weights; here they come from one X and one O.

    Returns:
        For each letter (3, 4, 4) weights, which add up to 1.
    """
    x, o = stack(X), stack(O)
    weights = {"X": np.maximum(x - o, 0), "O": np.maximum(o - x, 0)}
    return {letter: weight / weight.sum() for letter, weight in weights.items()}


def votes(picture: Array) -> dict[str, float]:
    """The weighted sum of the stack for each letter; the larger one wins.

    >>> {letter: round(vote, 2) for letter, vote in votes(X).items()}
    {'X': 0.74, 'O': 0.33}
    >>> {letter: round(vote, 2) for letter, vote in votes(O).items()}
    {'X': 0.25, 'O': 1.0}

    Args:
        picture: (9, 9) of +1 and -1.

    Raises:
        ValueError: a picture of another size.
    """
    if picture.shape != X.shape:
        raise ValueError(f"a picture of 9x9 pixels is needed, not {picture.shape}")
    found = stack(picture)
    return {letter: float(np.sum(weight * found)) for letter, weight in voting_weights().items()}

"""Is it an X or an O? Deck 4's ConvNet, small enough to follow every number.

Pictures and features are +1 (ink) and -1 (paper). A feature slides over the picture; where it matches, the answer is 1.
What is negative becomes 0, each neighbourhood keeps its strongest match, and the matches that are left vote.

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
    """A picture from text: ``#`` is ink, +1; everything else paper, -1.

    >>> drawn("#. .#").tolist()
    [[1.0, -1.0], [-1.0, 1.0]]

    Args:
        lines: of equal length, with spaces between them.
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
    """Multiply pixel by pixel, add up, divide by the number of pixels: 1 is a perfect match, -1 the opposite.

    >>> match(X[3:6, 3:6], FEATURES["crossing"])
    1.0
    >>> round(match(X[3:6, 3:6], FEATURES["falling stroke"]), 2)
    0.56

    Raises:
        ValueError: other shapes.
    """
    if patch.shape != feature.shape:
        raise ValueError(f"a patch {patch.shape} and a feature {feature.shape} cannot be laid on each other")
    return float(np.sum(patch * feature) / feature.size)


def filtered(picture: Array, feature: Array) -> Array:
    """The match at every place: a map of where the feature occurs.

    >>> filtered(X, FEATURES["falling stroke"]).shape, float(filtered(X, FEATURES["falling stroke"]).max())
    ((7, 7), 1.0)
    """
    return correlate(picture, feature) / feature.size


def stack(picture: Array) -> Array:
    """One layer of each kind: filter, cut off what is negative, keep the strongest of each 2x2; ``(3, 4, 4)``."""
    maps = np.stack([filtered(picture, feature) for feature in FEATURES.values()])
    return max_pool(relu(maps), keep_edge=True)


def voting_weights() -> dict[str, Array]:
    """Which places of the stack speak for which letter: those that are stronger for it than for the other.

    A network learns these weights; here they are read from one X and one O.

    Returns:
        For each letter (3, 4, 4) weights, which add up to 1.
    """
    x, o = stack(X), stack(O)
    weights = {"X": np.maximum(x - o, 0), "O": np.maximum(o - x, 0)}
    return {letter: weight / weight.sum() for letter, weight in weights.items()}


def votes(picture: Array) -> dict[str, float]:
    """How much of what speaks for each letter is there; the larger number wins.

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

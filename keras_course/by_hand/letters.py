"""Deck 4's letters, changed: moved, thicker, turned, spoilt; and votes for many of them at once, set or learnt.

Slide: deck 4, "Computers are literal", "Learning"
"""

from typing import NamedTuple

import numpy as np

from keras_course.by_hand.activations import relu, sigmoid
from keras_course.by_hand.convolution import convolution
from keras_course.by_hand.losses import binary_cross_entropy_gradient
from keras_course.by_hand.optimizers import adam, minimize
from keras_course.by_hand.pooling import max_pool
from keras_course.by_hand.x_and_o import FEATURES, O, X, drawn, voting_weights

Array = np.ndarray

# Deck 4 shows an X that is no perfect one. Its third to sixth row are the slide's; the others, which the slide's text
# has lost, go on where those end.
BENT_X = drawn(
    """
    .........
    .#....#..
    .#...#...
    ..##.#...
    ....#....
    ...#.##..
    ...#...#.
    ..#......
    .........
    """
)


def shifted(picture: Array, down: int, across: int) -> Array:
    """Moved by whole pixels; what leaves the picture is lost, what comes in is paper, -1.

    >>> shifted(drawn("#. .."), 1, 1).tolist()
    [[-1.0, -1.0], [-1.0, 1.0]]
    """
    height, width = picture.shape
    padded = np.pad(picture, ((abs(down),) * 2, (abs(across),) * 2), constant_values=-1.0)
    top, left = abs(down) - down, abs(across) - across
    return padded[top : top + height, left : left + width]


def thicker(picture: Array) -> Array:
    """Ink on each pixel of ink, and on its right and lower neighbour.

    >>> thicker(drawn("#.. ... ...")).tolist()
    [[1.0, 1.0, -1.0], [1.0, -1.0, -1.0], [-1.0, -1.0, -1.0]]
    """
    return np.maximum.reduce([picture, shifted(picture, 1, 0), shifted(picture, 0, 1)])


def rotated(picture: Array, degrees: float) -> Array:
    """Turned against the clock about its middle.

    Each pixel of ink goes to the nearest new place, and each new place takes the nearest old pixel: either alone
    would leave more gaps. A stroke of one pixel may still break.

    >>> rotated(drawn("#.. ... ..."), 90).tolist()
    [[-1.0, -1.0, -1.0], [-1.0, -1.0, -1.0], [1.0, -1.0, -1.0]]

    Args:
        picture: (height, width).
        degrees: by how much.
    """
    places = np.argwhere(np.ones(picture.shape, bool))  # (pixels, 2): every row and column
    turned = np.full(picture.shape, -1.0)
    for place, there in zip(places, _turned(places, degrees, picture.shape), strict=True):
        if _inside(there, picture.shape) and picture[tuple(place)] > 0:
            turned[tuple(there)] = 1.0
    for place, origin in zip(places, _turned(places, -degrees, picture.shape), strict=True):
        if _inside(origin, picture.shape) and picture[tuple(origin)] > 0:
            turned[tuple(place)] = 1.0
    return turned


def _turned(places: Array, degrees: float, shape: tuple[int, ...]) -> Array:
    """Where rows and columns (n, 2) lie after a turn against the clock about the middle, rounded."""
    middle = (np.array(shape) - 1) / 2
    y, x = (places - middle).T
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    return np.rint(np.stack([y * cos - x * sin, x * cos + y * sin], axis=1) + middle).astype(int)


def _inside(place: Array, shape: tuple[int, ...]) -> bool:
    return bool((place >= 0).all() and (place < np.array(shape)).all())


def noisy(picture: Array, pixels: int, rng: np.random.Generator) -> Array:
    """With so many pixels, drawn at random, turned from ink to paper or from paper to ink.

    Raises:
        ValueError: more pixels than there are, or fewer than none.
    """
    if not 0 <= pixels <= picture.size:
        raise ValueError(
            f"{pixels} pixels cannot be spoilt in a picture {picture.shape}: 0 to {picture.size}"
        )
    spoilt = picture.copy()
    spoilt.ravel()[rng.choice(picture.size, pixels, replace=False)] *= -1
    return spoilt


def draw_letters(count: int, pixels: int, shift: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Half X, half O, each moved by up to ``shift`` pixels and spoilt.

    Args:
        count: how many, an even number.
        pixels: that are spoilt in each.
        shift: the farthest that one is moved, down and across.
        rng: draws places and pixels.

    Returns:
        (count, 9, 9) pictures, and (count,) labels: 1 for X, 0 for O.

    Raises:
        ValueError: a count that is odd or below 2, or pixels that there are not.
    """
    if count < 2 or count % 2:
        raise ValueError(f"count={count}: an even number from 2 is needed, half X and half O")
    labels = np.arange(count) % 2 == 0
    pictures = [
        noisy(shifted(X if label else O, *rng.integers(-shift, shift + 1, 2).tolist()), pixels, rng)
        for label in labels
    ]
    return np.stack(pictures), labels.astype(float)


def stacks(pictures: Array) -> Array:
    """:func:`x_and_o.stack` of many pictures at once: a convolutional layer, ReLU, max pooling.

    (n, 9, 9) -> (n, 7, 7, 3) -> (n, 3, 4, 4)

    Raises:
        ValueError: pictures of another size.
    """
    if pictures.ndim != 3 or pictures.shape[1:] != X.shape:
        raise ValueError(f"pictures (n, 9, 9) are needed, not {pictures.shape}")
    features = np.stack(list(FEATURES.values()), axis=-1)[:, :, None, :]  # (3, 3, 1, 3)
    maps = convolution(pictures[..., None], features / 9, np.zeros(len(FEATURES)))
    return max_pool(relu(maps.transpose(0, 3, 1, 2)), keep_edge=True)


class Votes(NamedTuple):
    """A fully connected layer with one output: above 0 it says X, below 0 it says O."""

    weights: Array  # (3, 4, 4)
    bias: float


def set_votes() -> Votes:
    """The votes set by hand: those for X minus those for O."""
    weights = voting_weights()
    return Votes(weights["X"] - weights["O"], 0.0)


def learn_votes(found: Array, labels: Array, steps: int = 300) -> Votes:
    """Votes found by gradient descent (Adam, from zeros): a logistic layer on the stacks.

    Slide: deck 4, "Learning": features and voting weights come from back-propagation (here the votes alone do)

    Args:
        found: (n, 3, 4, 4), as :func:`stacks` gives them.
        labels: (n,) 1 for X, 0 for O.
        steps: how many, each on all examples.

    Raises:
        ValueError: as many labels as examples are needed.
    """
    if labels.shape != found.shape[:1]:
        raise ValueError(f"stacks {found.shape} and labels {labels.shape} do not fit")
    inputs = np.column_stack([found.reshape(len(found), -1), np.ones(len(found))])  # the last is the bias

    def gradient(w: Array) -> Array:
        p = sigmoid(inputs @ w).clip(1e-9, 1 - 1e-9)
        return inputs.T @ (binary_cross_entropy_gradient(labels, p) * p * (1 - p))

    w = minimize(adam(0.1), gradient, np.zeros(inputs.shape[1]), steps)[-1]
    return Votes(w[:-1].reshape(found.shape[1:]), float(w[-1]))


def says_x(found: Array, votes: Votes) -> Array:
    """Which of the stacks (n, 3, 4, 4) the votes take for an X: (n,) of True and False."""
    return np.tensordot(found, votes.weights, axes=3) + votes.bias > 0


def literal_says_x(pictures: Array) -> Array:
    """What a literal computer says: the letter that shares more pixels, each at its place; (n,) of True and False."""
    return np.tensordot(pictures, X - O, axes=2) > 0

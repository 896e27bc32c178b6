"""Deck 4's letters, distorted: shifted, thicker, rotated, noisy; and votes for many of them, set by hand or learned.

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

# Deck 4's imperfect X. Its third to sixth rows are the slide's; the others, which are missing in the slide's text,
# continue them.
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
    """The picture shifted by whole pixels; pixels that leave it are lost, those that enter are paper, -1.

    >>> shifted(drawn("#. .."), 1, 1).tolist()
    [[-1.0, -1.0], [-1.0, 1.0]]

    Args:
        picture: (height, width).
        down: rows; negative is up.
        across: columns; negative is to the left.
    """
    height, width = picture.shape
    padded = np.pad(picture, ((abs(down),) * 2, (abs(across),) * 2), constant_values=-1.0)
    top, left = abs(down) - down, abs(across) - across
    return padded[top : top + height, left : left + width]


def thicker(picture: Array) -> Array:
    """The picture with thicker strokes: the right and lower neighbours of ink become ink too.

    >>> thicker(drawn("#.. ... ...")).tolist()
    [[1.0, 1.0, -1.0], [1.0, -1.0, -1.0], [-1.0, -1.0, -1.0]]
    """
    return np.maximum.reduce([picture, shifted(picture, 1, 0), shifted(picture, 0, 1)])


def rotated(picture: Array, degrees: float) -> Array:
    """The picture rotated anticlockwise about its centre.

    Each pixel of ink goes to the nearest new position, and each new position takes the nearest old pixel: either alone
    would leave more gaps. A stroke one pixel wide may still break.

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
    """Rows and columns (n, 2) after an anticlockwise rotation about the centre, rounded."""
    middle = (np.array(shape) - 1) / 2
    y, x = (places - middle).T
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    return np.rint(np.stack([y * cos - x * sin, x * cos + y * sin], axis=1) + middle).astype(int)


def _inside(place: Array, shape: tuple[int, ...]) -> bool:
    return bool((place >= 0).all() and (place < np.array(shape)).all())


def noisy(picture: Array, pixels: int, rng: np.random.Generator) -> Array:
    """The picture with some pixels, chosen at random, flipped from ink to paper or from paper to ink.

    Args:
        picture: (height, width) of +1 and -1.
        pixels: how many to flip.
        rng: chooses them.

    Raises:
        ValueError: more pixels than the picture has, or a negative number.
    """
    if not 0 <= pixels <= picture.size:
        raise ValueError(
            f"{pixels} pixels cannot be flipped in a picture {picture.shape}: 0 to {picture.size}"
        )
    flipped = picture.copy()
    flipped.ravel()[rng.choice(picture.size, pixels, replace=False)] *= -1
    return flipped


def draw_letters(count: int, pixels: int, shift: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Distorted letters, half X and half O: each is shifted at random, and some of its pixels are flipped.

    Args:
        count: how many, an even number.
        pixels: how many are flipped in each letter.
        shift: the largest shift, in pixels, up or down and left or right.
        rng: draws shifts and pixels.

    Returns:
        (count, 9, 9) pictures, and (count,) labels: 1 for X, 0 for O.

    Raises:
        ValueError: a count that is odd or below 2, or more pixels than a picture has.
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
    """:func:`x_and_o.stack` for many pictures at once: a convolutional layer, ReLU, max pooling.

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
    """A dense layer with one output: above 0 it votes for X, below 0 for O."""

    weights: Array
    """(3, 4, 4)."""
    bias: float


def votes_by_hand() -> Votes:
    """The weights set by hand: :func:`x_and_o.voting_weights` for X minus those for O."""
    weights = voting_weights()
    return Votes(weights["X"] - weights["O"], 0.0)


def learn_votes(found: Array, labels: Array, steps: int = 300) -> Votes:
    """Learn the weights by gradient descent (Adam, from zeros): logistic regression on the stacks.

    Slide: deck 4, "Learning": features and voting weights come from back-propagation (here only the weights do)

    Args:
        found: (n, 3, 4, 4), from :func:`stacks`.
        labels: (n,) 1 for X, 0 for O.
        steps: how many, each on all examples.

    Raises:
        ValueError: the numbers of stacks and labels differ, or labels other than 0 and 1.
    """
    if labels.shape != found.shape[:1] or not np.isin(labels, (0, 1)).all():
        raise ValueError(f"stacks {found.shape} and labels {labels.shape} of 0 and 1 do not fit")
    inputs = np.column_stack([found.reshape(len(found), -1), np.ones(len(found))])  # the last is the bias

    def gradient(w: Array) -> Array:
        p = sigmoid(inputs @ w).clip(1e-9, 1 - 1e-9)
        return inputs.T @ (binary_cross_entropy_gradient(labels, p) * p * (1 - p))

    w = minimize(adam(0.1), gradient, np.zeros(inputs.shape[1]), steps)[-1]
    return Votes(w[:-1].reshape(found.shape[1:]), float(w[-1]))


def classify(found: Array, votes: Votes) -> Array:
    """Classify stacks by their votes.

    Args:
        found: (n, 3, 4, 4), from :func:`stacks`.
        votes: the layer's weights.

    Returns:
        (n,), True for X.
    """
    return np.tensordot(found, votes.weights, axes=3) + votes.bias > 0


def classify_literally(pictures: Array) -> Array:
    """Classify pictures pixel by pixel, as a literal computer does: by the letter that agrees in more pixels.

    Args:
        pictures: (n, 9, 9).

    Returns:
        (n,), True for X.
    """
    return np.tensordot(pictures, X - O, axes=2) > 0

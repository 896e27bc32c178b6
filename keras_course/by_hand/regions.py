"""Splitting points in the plane: by a line, by two lines combined, by a network; and which loss one can descend on.

A line is three numbers, ``(w1, w2, b)``: class 1 is where ``w1 x1 + w2 x2 + b`` is 0 or more.

Slide: deck 4, "Goal: Split Data", "Gradient descent", "Error function", "Combining Regions", "Deep Neural Network"
"""

import itertools
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

from keras_course.by_hand import activations
from keras_course.by_hand.activations import sigmoid, threshold, threshold_gradient
from keras_course.by_hand.initializers import glorot_uniform
from keras_course.by_hand.networks import Layers, backward, forward
from keras_course.by_hand.neuron import neuron
from keras_course.by_hand.optimizers import Optimizer

Array = np.ndarray

# "At least one" and "not both": two lines whose common region is that of XOR.
XOR_LINES = (np.array([12.0, 12.0, -6.0]), np.array([-12.0, -12.0, 18.0]))
BOTH = np.array([12.0, 12.0, -18.0])  # a third neuron, which computes "the first and the second"


def scores(line: Array, x: Array) -> Array:
    """``w . x + b``: positive on class 1's side of the line, and larger farther away from it.

    Args:
        line: (3,): two weights and the bias.
        x: (n, 2).

    Returns:
        (n,).

    Raises:
        ValueError: shapes other than these.
    """
    if line.shape != (3,) or x.ndim != 2 or x.shape[1] != 2:
        raise ValueError(f"a line (3,) and points (n, 2) are needed, not {line.shape} and {x.shape}")
    return x @ line[:2] + line[2]


def errors(line: Array, x: Array, y: Array) -> int:
    """The number of misclassified points: a whole number, which a small change of the line leaves as it is.

    Slide: deck 4, "Goal: Split Data", "Gradient descent" (a discrete function)

    >>> x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 1])  # or
    >>> [errors(np.array([1.0, w2, -0.5]), x, y) for w2 in (0.0, 0.1, 0.4, 0.6)]
    [1, 1, 1, 0]

    Args:
        line: (3,).
        x: (n, 2).
        y: (n,) classes, 0 or 1.

    Raises:
        ValueError: shapes other than these. (The same holds for every function of points and classes here.)
    """
    z = scores(line, x)
    _check(z, y)
    return int(np.sum(threshold(z) != y))


def errors_gradient(line: Array, x: Array, y: Array) -> Array:
    """The gradient of the number of errors, by the chain rule: 0, as the threshold's derivative is 0.

    The number of errors is ``sum((t - y)**2)``, with ``t`` the threshold's output.

    >>> x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 1])
    >>> bool((errors_gradient(np.array([1.0, 0.0, -0.5]), x, y) == 0).all())  # although there is an error
    True

    Returns:
        (3,).
    """
    z = scores(line, x)
    _check(z, y)
    return _with_respect_to_line(2 * (threshold(z) - y) * threshold_gradient(z), x)


def log_loss(z: Array, y: Array) -> float:
    """The mean of ``-log`` of the true class's probability, computed from scores: ``log(1 + exp(z)) - y z``.

    It equals ``losses.binary_cross_entropy(y, sigmoid(z))``, and stays finite where the sigmoid is rounded to 0 or 1.

    Slide: deck 4, "Error function": 4.8 for the four points together

    >>> p, y = np.array([0.6, 0.2, 0.1, 0.7]), np.ones(4)  # probabilities of the true classes
    >>> round(4 * log_loss(np.log(p / (1 - p)), y), 1)
    4.8

    Args:
        z: (n,) scores.
        y: (n,) classes, 0 or 1.

    Raises:
        ValueError: the shapes differ, or classes outside 0 to 1.
    """
    _check(z, y)
    return float(np.mean(np.logaddexp(0, z) - y * z))


def log_loss_gradient(line: Array, x: Array, y: Array) -> Array:
    """``mean((p - y) x)``: every point contributes, in proportion to the error of its probability.

    >>> from keras_course.by_hand.optimizers import minimize, sgd
    >>> x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 1])
    >>> start = np.array([1.0, 0.0, -0.5])
    >>> down_the_loss = minimize(sgd(1.0), lambda line: log_loss_gradient(line, x, y), start, 100)
    >>> down_the_count = minimize(sgd(1.0), lambda line: errors_gradient(line, x, y), start, 100)
    >>> errors(start, x, y), errors(down_the_loss[-1], x, y), errors(down_the_count[-1], x, y)
    (1, 0, 1)

    Returns:
        (3,).
    """
    z = scores(line, x)
    _check(z, y)
    return _with_respect_to_line((sigmoid(z) - y) / len(y), x)


def _with_respect_to_line(dz: Array, x: Array) -> Array:
    return np.append(dz @ x, dz.sum())


def _check(z: Array, y: Array) -> None:
    if z.shape != y.shape:
        raise ValueError(f"scores {z.shape} and classes {y.shape} must have the same shape")
    if not ((y >= 0) & (y <= 1)).all():
        raise ValueError("classes must be 0 and 1")


def combine(x: Array, lines: Sequence[Array], third: Array) -> Array:
    """Two neurons, each a line with a probability for every point, and a third that combines their probabilities.

    Slide: deck 4, "Combining Regions", "Neural Network": 7 * 0.7 + 5 * 0.8 - 6, and its sigmoid .948

    >>> lines = [np.array([0, 0, np.log(0.7 / 0.3)]), np.array([0, 0, np.log(0.8 / 0.2)])]  # .7 and .8 everywhere
    >>> combine(np.zeros((1, 2)), lines, np.array([7.0, 5.0, -6.0])).round(3)
    array([0.948])

    Two lines set by hand solve XOR, which one line cannot:

    >>> corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> combine(corners, XOR_LINES, BOTH).round(2)
    array([0., 1., 1., 0.])

    Args:
        x: (n, 2).
        lines: two of (3,).
        third: (3,): a weight for each line, and the bias.

    Returns:
        (n,) probabilities of class 1.
    """
    probabilities = np.stack([sigmoid(scores(line, x)) for line in lines], axis=1)  # (n, 2)
    return neuron(probabilities, third[:2], float(third[2]))


def initialize(sizes: Sequence[int], rng: np.random.Generator) -> Layers:
    """A network's initial weights, as in Keras: Glorot's uniform ones, and biases of 0.

    Args:
        sizes: the number of inputs, the units of each hidden layer, and 1.
        rng: draws the weights.
    """
    return [(glorot_uniform(shape, rng), np.zeros(shape[1])) for shape in itertools.pairwise(sizes)]


def probability(x: Array, layers: Layers, activation: str = "relu") -> Array:
    """A network's probability of class 1. With a single layer, the network is one neuron.

    Args:
        x: (n, inputs).
        layers: the weights; the last layer has one unit.
        activation: that of the hidden layers; relu, sigmoid or tanh.

    Returns:
        (n,).
    """
    return sigmoid(forward(x, layers, activations.get(activation)[0])[0][:, 0])


class Training(NamedTuple):
    """The result of :func:`train`."""

    layers: Layers
    """The weights after the last epoch."""
    losses: list[float]
    """The log-loss before each epoch's step."""
    recorded: dict[int, Layers]
    """The weights after each epoch that was to be recorded; 0 is the start."""


def train(
    layers: Layers,
    x: Array,
    y: Array,
    epochs: int,
    optimizer: Optimizer,
    activation: str = "relu",
    record: Collection[int] = (),
) -> Training:
    """Train a network to separate two classes, with one step per epoch, on all points at once.

    Slide: deck 4, "Gradient descent", "Deep Neural Network"

    >>> from keras_course.by_hand.optimizers import adam
    >>> x, y = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])  # xor
    >>> begin = initialize((2, 8, 1), np.random.default_rng(0))
    >>> trained = train(begin, x, y, 300, adam(0.05), "tanh", record=(0, 300))
    >>> probability(x, trained.layers, "tanh").round().tolist(), sorted(trained.recorded)
    ([0.0, 1.0, 1.0, 0.0], [0, 300])

    Args:
        layers: initial weights, from :func:`initialize`.
        x: (n, inputs).
        y: (n,) classes, 0 or 1.
        epochs: number of steps.
        optimizer: from ``by_hand.optimizers``; each array of weights has a state of its own.
        activation: that of the hidden layers; relu, sigmoid or tanh.
        record: the epochs after which the weights are kept; 0 is the start.

    Raises:
        ValueError: shapes that do not fit, or an unknown activation.
    """
    function, derivative = activations.get(activation)
    states = [[optimizer.init(array) for array in layer] for layer in layers]
    losses: list[float] = []
    recorded = {0: layers} if 0 in record else {}
    for epoch in range(1, epochs + 1):
        z, cache = forward(x, layers, function)
        losses.append(log_loss(z[:, 0], y))
        dz = (sigmoid(z) - y[:, None]) / len(y)  # (n, 1)
        _, gradients = backward(dz, cache, layers, derivative)
        stepped = [
            [optimizer.update(*arrays) for arrays in zip(*layer, strict=True)]
            for layer in zip(gradients, states, layers, strict=True)
        ]
        layers = [(W, b) for (W, _), (b, _) in stepped]
        states = [[state for _, state in layer] for layer in stepped]
        if epoch in record:
            recorded[epoch] = layers
    return Training(layers, losses, recorded)

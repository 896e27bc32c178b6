"""A ConvNet from scratch: convolution, ReLU, pooling, flatten, dense, softmax; forward, backward, and trained.

    28x28x1 -> convolution 5x5, stride 2 -> 12x12x8 -> ReLU -> max pooling 2x2 -> 6x6x8 -> flatten -> 288 -> dense -> 10

Slide: deck 2, "Agenda" (hands on: a convolutional network from scratch); deck 5, "Convolutional Neural Network"
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from keras_course.by_hand.activations import relu, relu_gradient, softmax
from keras_course.by_hand.convolution import convolution, convolution_backward
from keras_course.by_hand.initializers import glorot_uniform
from keras_course.by_hand.optimizers import Optimizer, adam, batches
from keras_course.by_hand.pooling import flatten, max_pool, max_pool_backward

Array = np.ndarray
STRIDE = 2


class Parameters(NamedTuple):
    """All that is learnt."""

    kernel: Array
    """(5, 5, channels, filters)."""
    kernel_bias: Array
    """(filters,)."""
    W: Array
    """(numbers after flattening, classes)."""
    b: Array
    """(classes,)."""


class Kept(NamedTuple):
    """What the way back needs of the way there."""

    x: Array
    z: Array
    """(n, 12, 12, filters): the convolution's answer."""
    pooled: Array
    """(n, 6, 6, filters): after ReLU and pooling."""


def start(
    rng: np.random.Generator, size: int = 28, channels: int = 1, filters: int = 8, classes: int = 10
) -> Parameters:
    """Glorot's uniform weights, and biases of 0.

    >>> [value.shape for value in start(np.random.default_rng(0))]
    [(5, 5, 1, 8), (8,), (288, 10), (10,)]

    Raises:
        ValueError: a picture too small for the layers, or no filter.
    """
    if size < 7 or min(channels, filters, classes) < 1:
        raise ValueError(
            f"size={size}, channels={channels}, filters={filters}, classes={classes}: at least 7, 1, 1 and 1 are needed"
        )
    side = ((size - 5) // STRIDE + 1) // 2
    return Parameters(
        glorot_uniform((5, 5, channels, filters), rng),
        np.zeros(filters),
        glorot_uniform((side * side * filters, classes), rng),
        np.zeros(classes),
    )


def forward(x: Array, parameters: Parameters) -> tuple[Array, Kept]:
    """The scores, before the softmax.

    Args:
        x: (n, 28, 28, channels), 0 to 1.
        parameters: the network.

    Returns:
        (n, classes), and what :func:`backward` needs.

    Raises:
        ValueError: shapes that do not fit.
    """
    z = convolution(x, parameters.kernel, parameters.kernel_bias, stride=STRIDE)
    pooled = max_pool(relu(z).transpose(0, 3, 1, 2))  # (n, filters, 6, 6)
    pooled = pooled.transpose(0, 2, 3, 1)
    return flatten(pooled) @ parameters.W + parameters.b, Kept(x, z, pooled)


def backward(dscores: Array, kept: Kept, parameters: Parameters) -> Parameters:
    """The loss's gradient by every parameter, layer by layer from the end.

    Args:
        dscores: (n, classes): the loss's gradient by the scores.
        kept: from :func:`forward`.
        parameters: the network.
    """
    dpooled = (dscores @ parameters.W.T).reshape(kept.pooled.shape).transpose(0, 3, 1, 2)
    drelu = max_pool_backward(dpooled, relu(kept.z).transpose(0, 3, 1, 2)).transpose(0, 2, 3, 1)
    dz = drelu * relu_gradient(kept.z)
    _, dkernel, dkernel_bias = convolution_backward(dz, kept.x, parameters.kernel, stride=STRIDE)
    return Parameters(dkernel, dkernel_bias, flatten(kept.pooled).T @ dscores, dscores.sum(axis=0))


def loss_and_gradient(x: Array, y: Array, parameters: Parameters) -> tuple[float, Parameters]:
    """Cross entropy of a batch, and its gradient; through the softmax that is ``(p - y) / n``.

    Args:
        x: (n, 28, 28, channels), 0 to 1.
        y: (n, classes), one-hot.
        parameters: the network.
    """
    scores, kept = forward(x, parameters)
    above = scores - scores.max(axis=1, keepdims=True)
    log_p = above - np.log(np.exp(above).sum(axis=1, keepdims=True))  # finite where p itself is rounded to 0
    gradient = backward((np.exp(log_p) - y) / len(y), kept, parameters)
    return float(-np.mean(np.sum(y * log_p, axis=1))), gradient


def train(
    x: Array,
    y: Array,
    parameters: Parameters,
    *,
    epochs: int = 15,
    batch_size: int = 32,
    optimizer: Optimizer | None = None,
    rng: np.random.Generator,
) -> Iterator[tuple[Parameters, float]]:
    """Train, and give after every epoch the parameters and the epoch's mean loss.

    Args:
        x: (n, 28, 28, channels), 0 to 1.
        y: (n, classes), one-hot.
        parameters: to start from.
        epochs: passes over the examples.
        batch_size: examples an update.
        optimizer: of ``by_hand.optimizers``; Adam with a learning rate of 0.003 if None.
        rng: shuffles the examples.
    """
    optimizer = optimizer or adam(0.003)
    states: list[Any] = [optimizer.init(value) for value in parameters]
    for _ in range(epochs):
        losses = []
        for rows in batches(len(x), batch_size, rng):
            loss, gradient = loss_and_gradient(x[rows], y[rows], parameters)
            steps = [
                optimizer.update(*three) for three in zip(gradient, states, parameters, strict=True)
            ]  # (new value, new state) of each
            parameters, states = Parameters(*(value for value, _ in steps)), [state for _, state in steps]
            losses.append(loss)
        yield parameters, float(np.mean(losses))


def predict(x: Array, parameters: Parameters, batch_size: int = 256) -> Array:
    """Probabilities, (n, classes)."""
    return np.concatenate([softmax(forward(x[rows], parameters)[0]) for rows in batches(len(x), batch_size)])

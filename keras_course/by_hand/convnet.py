"""A ConvNet from scratch: convolution, ReLU, max pooling, flatten, dense, softmax; forward, backward and training.

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
    """The network's trainable arrays, in the order of Keras."""

    kernel: Array
    """(5, 5, channels, filters)."""
    kernel_bias: Array
    """(filters,)."""
    W: Array
    """(features after flattening, classes)."""
    b: Array
    """(classes,)."""


class Cache(NamedTuple):
    """What the backward pass needs of the forward pass."""

    x: Array
    """(n, 28, 28, channels), the input."""
    z: Array
    """(n, 12, 12, filters), the convolution's output, before the ReLU."""
    pooled: Array
    """(n, 6, 6, filters), after ReLU and pooling."""


def initialize(
    rng: np.random.Generator, size: int = 28, channels: int = 1, filters: int = 8, classes: int = 10
) -> Parameters:
    """Initial parameters: Glorot's uniform weights, and biases of 0.

    >>> [value.shape for value in initialize(np.random.default_rng(0))]
    [(5, 5, 1, 8), (8,), (288, 10), (10,)]

    Args:
        rng: draws the weights.
        size: height and width of the pictures; at least 7.
        channels: of the pictures.
        filters: of the convolution.
        classes: to tell apart.

    Raises:
        ValueError: a picture too small for the layers, or a number below 1.
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


def forward(x: Array, parameters: Parameters) -> tuple[Array, Cache]:
    """The forward pass: the logits, and a cache for :func:`backward`.

    Args:
        x: (n, 28, 28, channels), from 0 to 1.
        parameters: the network.

    Returns:
        The logits, (n, classes), and the cache.

    Raises:
        ValueError: shapes that do not fit.
    """
    z = convolution(x, parameters.kernel, parameters.kernel_bias, stride=STRIDE)
    pooled = max_pool(relu(z).transpose(0, 3, 1, 2))  # (n, filters, 6, 6)
    pooled = pooled.transpose(0, 2, 3, 1)
    return flatten(pooled) @ parameters.W + parameters.b, Cache(x, z, pooled)


def backward(dlogits: Array, cache: Cache, parameters: Parameters) -> Parameters:
    """The backward pass: the gradient of the loss with respect to every parameter.

    Args:
        dlogits: (n, classes), the gradient with respect to the logits.
        cache: from :func:`forward`.
        parameters: the network.
    """
    dpooled = (dlogits @ parameters.W.T).reshape(cache.pooled.shape).transpose(0, 3, 1, 2)
    drelu = max_pool_backward(dpooled, relu(cache.z).transpose(0, 3, 1, 2)).transpose(0, 2, 3, 1)
    dz = drelu * relu_gradient(cache.z)
    _, dkernel, dkernel_bias = convolution_backward(dz, cache.x, parameters.kernel, stride=STRIDE)
    return Parameters(dkernel, dkernel_bias, flatten(cache.pooled).T @ dlogits, dlogits.sum(axis=0))


def loss_and_gradient(x: Array, y: Array, parameters: Parameters) -> tuple[float, Parameters]:
    """The mean cross entropy of a batch, and its gradient; with respect to the logits, that is ``(p - y) / n``.

    Args:
        x: (n, 28, 28, channels), from 0 to 1.
        y: (n, classes), one-hot.
        parameters: the network.

    Raises:
        ValueError: shapes that do not fit.
    """
    logits, cache = forward(x, parameters)
    if y.shape != logits.shape:
        raise ValueError(f"targets {y.shape} must be one-hot, one row for each example: {logits.shape}")
    above = logits - logits.max(axis=1, keepdims=True)
    log_p = above - np.log(np.exp(above).sum(axis=1, keepdims=True))  # finite even where p is rounded to 0
    gradient = backward((np.exp(log_p) - y) / len(y), cache, parameters)
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
    """Train the network; yields the parameters and the mean loss after every epoch.

    Args:
        x: (n, 28, 28, channels), from 0 to 1.
        y: (n, classes), one-hot.
        parameters: initial ones.
        epochs: passes over the examples.
        batch_size: examples per update.
        optimizer: from ``by_hand.optimizers``; None for Adam with a learning rate of 0.003.
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
            ]  # a new value and a new state for each parameter
            parameters, states = Parameters(*(value for value, _ in steps)), [state for _, state in steps]
            losses.append(loss)
        yield parameters, float(np.mean(losses))


def predict(x: Array, parameters: Parameters, batch_size: int = 256) -> Array:
    """The predicted probabilities, computed in batches.

    Args:
        x: (n, 28, 28, channels), from 0 to 1.
        parameters: the network.
        batch_size: examples at a time; limits the memory needed.

    Returns:
        (n, classes).
    """
    return np.concatenate([softmax(forward(x[rows], parameters)[0]) for rows in batches(len(x), batch_size)])

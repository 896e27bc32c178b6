"""Activations by hand, each with its derivative: what lets a network bend.

Every function works on arrays of any shape; ``NAME_gradient(z)`` is the derivative at ``z``, of the same shape.

Slide: deck 1, "Activation function", "Maxout"; deck 3, "Activation Function", "Threshold Function",
    "Sigmoid"; deck 5, "Choices" (PReLU, Swish)
"""

import numpy as np

Array = np.ndarray


def threshold(z: Array) -> Array:
    """1 from 0 on, else 0: the perceptron's answer. Its derivative is 0: nothing can be learnt through it.

    >>> threshold(np.array([-1.0, 0.0, 2.0]))
    array([0., 1., 1.])
    """
    return np.where(z >= 0, 1.0, 0.0)


def threshold_gradient(z: Array) -> Array:
    """Zero (at 0 itself there is none)."""
    return np.zeros_like(z, dtype=float)


def sigmoid(z: Array) -> Array:
    """``1 / (1 + exp(-z))``: any number to a probability.

    Slide: deck 4, "Neural Network": 2.9 becomes .948

    >>> round(float(sigmoid(np.array(7 * 0.7 + 5 * 0.8 - 6))), 3)
    0.948

    Written so that ``exp`` never meets a large positive number.
    """
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + small), small / (1 + small))


def sigmoid_gradient(z: Array) -> Array:
    """``s (1 - s)``: at most 0.25, and almost 0 far out, where learning stops."""
    s = sigmoid(z)
    return s * (1 - s)


def tanh(z: Array) -> Array:
    """``(exp(z) - exp(-z)) / (exp(z) + exp(-z))``: a sigmoid from -1 to 1."""
    return 2 * sigmoid(2 * np.asarray(z)) - 1


def tanh_gradient(z: Array) -> Array:
    """``1 - tanh(z)**2``."""
    return 1 - tanh(z) ** 2


def relu(z: Array) -> Array:
    """``max(0, z)``: cheap, and its derivative does not fade.

    >>> relu(np.array([-2.0, 3.0]))
    array([0., 3.])
    """
    return np.maximum(0, z)


def relu_gradient(z: Array) -> Array:
    """1 above 0, else 0 (at 0 itself Keras takes 0 too)."""
    return np.where(z > 0, 1.0, 0.0)


def leaky_relu(z: Array, slope: float | Array = 0.1) -> Array:
    """``max(slope z, z)``: below zero a little gets through.

    >>> leaky_relu(np.array([-2.0, 3.0]))
    array([-0.2,  3. ])

    Args:
        z: any shape.
        slope: below zero; between 0 and 1.
    """
    return np.where(z > 0, z, slope * z)


def leaky_relu_gradient(z: Array, slope: float | Array = 0.1) -> Array:
    """1 above 0, else the slope."""
    return np.where(z > 0, 1.0, slope)


def prelu(z: Array, slopes: Array) -> Array:
    """A leaky ReLU whose slope below zero is learnt, one a unit.

    Paper: He et al., "Delving Deep into Rectifiers", 2015

    Args:
        z: (n, units).
        slopes: (units,).
    """
    return leaky_relu(z, slopes)


def prelu_gradients(z: Array, slopes: Array) -> tuple[Array, Array]:
    """The derivative by ``z``, and that by the slopes: ``z`` itself where it is below zero; both ``(n, units)``."""
    return leaky_relu_gradient(z, slopes), np.minimum(z, 0)


def elu(z: Array, alpha: float = 1.0) -> Array:
    """``z`` above 0, ``alpha (exp(z) - 1)`` below: smooth, and never under ``-alpha``.

    Paper: Clevert et al., "Fast and Accurate Deep Network Learning by Exponential Linear Units", 2016
    """
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))


def elu_gradient(z: Array, alpha: float = 1.0) -> Array:
    """1 above 0, ``alpha exp(z)`` below."""
    return np.where(z > 0, 1.0, alpha * np.exp(np.minimum(z, 0)))


def swish(z: Array, beta: float = 1.0) -> Array:
    """``z sigmoid(beta z)``: a ReLU with a soft corner, and a dip below zero.

    Paper: Ramachandran et al., "Searching for Activation Functions", 2017
    """
    return z * sigmoid(beta * z)


def swish_gradient(z: Array, beta: float = 1.0) -> Array:
    """``s + beta z s (1 - s)``, with ``s = sigmoid(beta z)``."""
    s = sigmoid(beta * z)
    return s + beta * z * s * (1 - s)


def maxout(x: Array, W: Array, b: Array) -> Array:
    """The largest of several linear answers: ``max(w1.x + b1, w2.x + b2)``.

    Paper: Goodfellow et al., "Maxout Networks", 2013

    >>> maxout(np.array([[1.0, 2.0]]), np.array([[[1.0, 0.0]], [[0.0, 1.0]]]), np.zeros((1, 2)))
    array([[2.]])

    Args:
        x: (n, inputs).
        W: (inputs, units, pieces).
        b: (units, pieces).

    Returns:
        (n, units).
    """
    return (np.tensordot(x, W, axes=1) + b).max(axis=-1)


def maxout_gradients(dy: Array, x: Array, W: Array, b: Array) -> tuple[Array, Array, Array]:
    """Only the winning piece has made the answer: it alone learns.

    Args:
        dy: (n, units): the loss's gradient by the outputs.
        x: (n, inputs).
        W: (inputs, units, pieces).
        b: (units, pieces).

    Returns:
        The gradients by ``x``, ``W`` and ``b``.
    """
    answers = np.tensordot(x, W, axes=1) + b  # (n, units, pieces)
    won = np.arange(b.shape[1]) == answers.argmax(axis=-1)[..., None]
    dz = dy[..., None] * won
    return np.tensordot(dz, W, axes=([1, 2], [1, 2])), np.tensordot(x, dz, axes=(0, 0)), dz.sum(axis=0)


def softmax(z: Array) -> Array:
    """``exp(z) / sum(exp(z))`` along the last axis: scores to probabilities that add up to 1.

    >>> softmax(np.array([1.0, 1.0, 1000.0]))
    array([0., 0., 1.])

    The largest score is taken off first: the result is the same, and ``exp`` meets no large number.
    """
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_gradient(z: Array) -> Array:
    """How each probability moves with each score: ``p_i (1 - p_i)`` on the diagonal, ``-p_i p_j`` beside it.

    Args:
        z: (..., k) scores.

    Returns:
        (..., k, k): by row the probability, by column the score.
    """
    p = softmax(z)
    return p[..., :, None] * (np.eye(p.shape[-1]) - p[..., None, :])

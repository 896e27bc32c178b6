"""Activation functions, each with its derivative: they make a network more than one linear map.

Every function works element by element on arrays of any shape, unless it says otherwise. ``NAME_gradient(z)`` is the
derivative at the input ``z`` (the pre-activation), not at the output, and has the shape of ``z``.

Slide: deck 1, "Activation function", "Sigmoid", "tanh", "ReLU", "Leaky ReLU", "Maxout", "ELU";
    deck 3, "Activation Function", "Threshold Function", "Sigmoid", "tanh", "ReLU"; deck 4, "Activation function";
    deck 5, "Choices" (PReLU, Swish)
"""

from collections.abc import Callable

import numpy as np

Array = np.ndarray
Function = Callable[[Array], Array]


def threshold(z: Array) -> Array:
    """1 where ``z`` is at least 0, else 0: the perceptron's activation.

    >>> threshold(np.array([-1.0, 0.0, 2.0]))
    array([0., 1., 1.])
    """
    return np.where(z >= 0, 1.0, 0.0)


def threshold_gradient(z: Array) -> Array:
    """0 everywhere, so that gradient descent learns nothing through a threshold (at 0 itself it is undefined)."""
    return np.zeros_like(z, dtype=float)


def sigmoid(z: Array) -> Array:
    """``1 / (1 + exp(-z))``: maps any number to a probability.

    Slide: deck 4, "Neural Network": 2.9 becomes .948

    >>> round(float(sigmoid(np.array(7 * 0.7 + 5 * 0.8 - 6))), 3)
    0.948

    It is computed from ``exp(-|z|)``, which cannot overflow.
    """
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + small), small / (1 + small))


def sigmoid_gradient(z: Array) -> Array:
    """``s (1 - s)`` with ``s = sigmoid(z)``: at most 0.25, and close to 0 for large ``|z|``, where learning stalls.

    >>> sigmoid_gradient(np.array([-10.0, 0.0, 10.0])).round(4)
    array([0.  , 0.25, 0.  ])
    """
    s = sigmoid(z)
    return s * (1 - s)


def tanh(z: Array) -> Array:
    """``(exp(z) - exp(-z)) / (exp(z) + exp(-z))``: a sigmoid stretched to the range from -1 to 1."""
    return 2 * sigmoid(2 * np.asarray(z)) - 1


def tanh_gradient(z: Array) -> Array:
    """``1 - tanh(z)**2``."""
    return 1 - tanh(z) ** 2


def relu(z: Array) -> Array:
    """``max(0, z)``: cheap to compute, and its derivative does not vanish for large ``z``.

    >>> relu(np.array([-2.0, 3.0]))
    array([0., 3.])
    """
    return np.maximum(0, z)


def relu_gradient(z: Array) -> Array:
    """1 where ``z`` is above 0, else 0 (at 0 itself, Keras too uses 0)."""
    return np.where(z > 0, 1.0, 0.0)


def leaky_relu(z: Array, negative_slope: float | Array = 0.1) -> Array:
    """``z`` above 0, ``negative_slope * z`` below: negative inputs keep a small gradient.

    >>> leaky_relu(np.array([-2.0, 3.0]))
    array([-0.2,  3. ])

    Args:
        z: any shape.
        negative_slope: the derivative below 0, usually between 0 and 1.
    """
    return np.where(z > 0, z, negative_slope * z)


def leaky_relu_gradient(z: Array, negative_slope: float | Array = 0.1) -> Array:
    """1 where ``z`` is above 0, else ``negative_slope``."""
    return np.where(z > 0, 1.0, negative_slope)


def prelu(z: Array, alpha: Array) -> Array:
    """A leaky ReLU whose negative slope is learned, one for each unit.

    Paper: He et al., "Delving Deep into Rectifiers", 2015

    Args:
        z: (n, units).
        alpha: (units,) negative slopes.
    """
    return leaky_relu(z, alpha)


def prelu_gradients(z: Array, alpha: Array) -> tuple[Array, Array]:
    """The derivatives of :func:`prelu` with respect to ``z`` and to ``alpha``.

    Args:
        z: (n, units).
        alpha: (units,).

    Returns:
        Two arrays (n, units). To get the gradient of ``alpha``, multiply the second by that of the output, and sum over
        the examples.
    """
    return leaky_relu_gradient(z, alpha), np.minimum(z, 0)


def elu(z: Array, alpha: float = 1.0) -> Array:
    """``z`` above 0, ``alpha (exp(z) - 1)`` below: never less than ``-alpha``, and smooth at 0 for ``alpha=1``.

    Paper: Clevert et al., "Fast and Accurate Deep Network Learning by Exponential Linear Units", 2016
    """
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))


def elu_gradient(z: Array, alpha: float = 1.0) -> Array:
    """1 where ``z`` is above 0, else ``alpha exp(z)``."""
    return np.where(z > 0, 1.0, alpha * np.exp(np.minimum(z, 0)))


def swish(z: Array, beta: float = 1.0) -> Array:
    """``z sigmoid(beta z)``: a smooth ReLU that dips slightly below 0 (Keras: ``silu``, for ``beta=1``).

    Paper: Ramachandran et al., "Searching for Activation Functions", 2017
    """
    return z * sigmoid(beta * z)


def swish_gradient(z: Array, beta: float = 1.0) -> Array:
    """``s + beta z s (1 - s)`` with ``s = sigmoid(beta z)``."""
    s = sigmoid(beta * z)
    return s + beta * z * s * (1 - s)


def maxout(x: Array, W: Array, b: Array) -> Array:
    """The largest of several linear functions of the input: ``max(w1 . x + b1, w2 . x + b2, ...)``.

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
    """The gradients of the loss through :func:`maxout`: only the largest piece receives any.

    Args:
        dy: (n, units), the gradient with respect to the outputs.
        x: (n, inputs).
        W: (inputs, units, pieces).
        b: (units, pieces).

    Returns:
        The gradients with respect to ``x``, ``W`` and ``b``.
    """
    z = np.tensordot(x, W, axes=1) + b  # (n, units, pieces)
    largest = np.arange(b.shape[1]) == z.argmax(axis=-1)[..., None]
    dz = dy[..., None] * largest
    return np.tensordot(dz, W, axes=([1, 2], [1, 2])), np.tensordot(x, dz, axes=(0, 0)), dz.sum(axis=0)


def softmax(z: Array) -> Array:
    """``exp(z) / sum(exp(z))`` along the last axis: turns logits into probabilities that add up to 1.

    >>> softmax(np.array([1.0, 1.0, 1000.0]))
    array([0., 0., 1.])

    The largest logit is subtracted first; that leaves the result unchanged and keeps ``exp`` from overflowing.
    """
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_jacobian(z: Array) -> Array:
    """The derivative of each probability with respect to each logit: ``p_i (1 - p_i)`` if i = j, else ``-p_i p_j``.

    Args:
        z: (..., k) logits.

    Returns:
        (..., k, k): a row for each probability, a column for each logit.
    """
    p = softmax(z)
    return p[..., :, None] * (np.eye(p.shape[-1]) - p[..., None, :])


ACTIVATIONS: dict[str, tuple[Function, Function]] = {
    "relu": (relu, relu_gradient),
    "sigmoid": (sigmoid, sigmoid_gradient),
    "tanh": (tanh, tanh_gradient),
}


def get(name: str) -> tuple[Function, Function]:
    """Look up an activation function and its derivative by name.

    >>> activation, derivative = get("tanh")
    >>> float(activation(np.array(0.0))), float(derivative(np.array(0.0)))
    (0.0, 1.0)

    Args:
        name: relu, sigmoid or tanh.

    Raises:
        ValueError: an unknown name.
    """
    if name not in ACTIVATIONS:
        raise ValueError(
            f"activation={name!r} is not available by hand: choose one of {', '.join(ACTIVATIONS)}"
        )
    return ACTIVATIONS[name]

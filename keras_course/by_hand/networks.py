"""Dense networks: the forward pass, and the backward pass by the chain rule.

A network is a list of layers, each a pair ``(W, b)``. An activation function follows every layer but the last, whose
outputs are the logits.

Slide: deck 1, "Linear score function", "2-layer Neural Network"; deck 2, "Training Neural Networks";
    deck 3, "Muti-layer Perceptron"; deck 5, "Neural networks and backpropagation", "Summary"
"""

from typing import NamedTuple

import numpy as np

from keras_course.by_hand.activations import Function, relu, relu_gradient

Array = np.ndarray
Layers = list[tuple[Array, Array]]


def linear_score(x: Array, W: Array) -> Array:
    """``f = W x``: a score for each class, from a single matrix.

    >>> linear_score(np.array([1.0, 2.0]), np.array([[1.0, 1.0], [0.0, -1.0]]))
    array([ 3., -2.])

    Args:
        x: (inputs,).
        W: (classes, inputs), as on the slide; Keras stores the transpose.

    Returns:
        (classes,).
    """
    return W @ x


def two_layers(x: Array, W1: Array, W2: Array) -> Array:
    """``f = W2 max(0, W1 x)``: the slide's two-layer network, without biases."""
    return W2 @ relu(W1 @ x)


def three_layers(x: Array, W1: Array, W2: Array, W3: Array) -> Array:
    """``f = W3 max(0, W2 max(0, W1 x))``: the slide's three-layer network, without biases."""
    return W3 @ relu(W2 @ relu(W1 @ x))


def chain(x: float, weights: list[float], activation: Function | None = None) -> float:
    """Neurons in a row. Without an activation function they are one neuron, whose weight is the product of all.

    Slide: deck 3, "Linear Function", "Non-Linear Function"

    >>> from keras_course.by_hand.activations import sigmoid
    >>> chain(2.0, [0.5, 4.0, 3.0]) == 2.0 * (0.5 * 4.0 * 3.0)
    True
    >>> chain(2.0, [0.5, 4.0, 3.0], sigmoid) == 2.0 * (0.5 * 4.0 * 3.0)
    False

    Args:
        x: the input.
        weights: one for each neuron.
        activation: applied after each neuron; None for none.
    """
    for weight in weights:
        x = x * weight
        if activation is not None:
            x = float(activation(np.array(x)))
    return x


class LayerCache(NamedTuple):
    """What the backward pass needs to know of one layer's forward pass."""

    x: Array
    """(n, inputs), the layer's input."""
    z: Array
    """(n, units), ``x W + b``: the pre-activation."""


def forward(x: Array, layers: Layers, activation: Function = relu) -> tuple[Array, list[LayerCache]]:
    """The forward pass: the logits, and a cache for :func:`backward`.

    Slide: deck 5, "Forward Pass", "Compute Error"

    Args:
        x: (n, inputs).
        layers: pairs of W (inputs, units) and b (units,).
        activation: applied after every layer but the last.

    Returns:
        The logits, (n, units of the last layer), and a cache for each layer.

    Raises:
        ValueError: shapes that do not fit.
    """
    cache = []
    for number, (W, b) in enumerate(layers, start=1):
        if x.ndim != 2 or W.ndim != 2 or x.shape[1] != W.shape[0] or b.shape != W.shape[1:]:
            raise ValueError(f"layer {number}: input {x.shape}, W {W.shape} and b {b.shape} do not fit")
        z = x @ W + b
        cache.append(LayerCache(x, z))
        x = activation(z) if number < len(layers) else z
    return x, cache


def backward(
    dlogits: Array, cache: list[LayerCache], layers: Layers, derivative: Function = relu_gradient
) -> tuple[Array, Layers]:
    """The backward pass: the gradients of the loss with respect to the input and to every weight.

    Each layer takes ``dz``, the gradient with respect to its pre-activation::

        dW = x^T dz        db = sum of dz over the examples        dx = dz W^T

    and hands ``dx * derivative(z)`` to the layer before, whose pre-activation is ``z``.

    Slide: deck 5, "Back Propagation", "Derivative Chain Rule", "Update Weights"

    >>> from keras_course.by_hand.activations import sigmoid, sigmoid_gradient
    >>> layers = [(np.array([[2.0]]), np.zeros(1)), (np.array([[3.0]]), np.zeros(1))]
    >>> logits, cache = forward(np.array([[0.0]]), layers, sigmoid)  # 3 sigmoid(2 x)
    >>> backward(np.ones((1, 1)), cache, layers, sigmoid_gradient)[0]  # 3 * 0.25 * 2
    array([[1.5]])

    Args:
        dlogits: (n, units of the last layer), the gradient with respect to the logits.
        cache: from :func:`forward`.
        layers: as in :func:`forward`.
        derivative: the activation's derivative, as a function of the *pre-activation* ``z``, as everywhere in
            ``by_hand.activations``.

    Returns:
        The gradient with respect to the network's input, and for each layer those with respect to W and b.

    Raises:
        ValueError: gradients or a cache of another network or another batch.
    """
    if len(cache) != len(layers) or not cache or dlogits.shape != cache[-1].z.shape:
        raise ValueError(
            f"gradients {dlogits.shape} and a cache of {len(cache)} layers do not belong to {len(layers)} layers: "
            "both must come from the same forward pass"
        )
    gradients: Layers = []
    dz = dlogits
    for number in reversed(range(len(layers))):
        x, (W, _) = cache[number].x, layers[number]
        gradients.append((x.T @ dz, dz.sum(axis=0)))
        dx = dz @ W.T
        if number > 0:
            dz = dx * derivative(cache[number - 1].z)
    return dx, gradients[::-1]

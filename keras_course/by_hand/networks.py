"""Dense networks by hand: forward, and backward by the chain rule.

A network is a list of layers, each a pair ``(W, b)``, with ReLU between them and the last layer's plain scores at the
end.

Slide: deck 1, "Linear score function", "2-layer Neural Network"; deck 2, "Training Neural Networks";
    deck 3, "Muti-layer Perceptron"; deck 5, "Neural networks and backpropagation", "Summary"
"""

from collections.abc import Callable

import numpy as np

from keras_course.by_hand.activations import relu, relu_gradient

Array = np.ndarray
Layers = list[tuple[Array, Array]]
Bend = Callable[[Array], Array]


def linear_score(x: Array, W: Array) -> Array:
    """``f = W x``: a score for each class, by one matrix.

    >>> linear_score(np.array([1.0, 2.0]), np.array([[1.0, 1.0], [0.0, -1.0]]))
    array([ 3., -2.])

    Args:
        x: (inputs,).
        W: (classes, inputs), as on the slide; Keras has it the other way round.
    """
    return W @ x


def two_layers(x: Array, W1: Array, W2: Array) -> Array:
    """``f = W2 max(0, W1 x)``."""
    return W2 @ relu(W1 @ x)


def three_layers(x: Array, W1: Array, W2: Array, W3: Array) -> Array:
    """``f = W3 max(0, W2 max(0, W1 x))``."""
    return W3 @ relu(W2 @ relu(W1 @ x))


def chain(x: float, weights: list[float], bend: bool = False) -> float:
    """Neurons in a row. Without anything that bends, they are one neuron with the product of the weights.

    Slide: deck 3, "Linear Function", "Non-Linear Function"

    >>> chain(2.0, [0.5, 4.0, 3.0]) == 2.0 * (0.5 * 4.0 * 3.0)
    True
    >>> chain(2.0, [0.5, 4.0, 3.0], bend=True) == 2.0 * (0.5 * 4.0 * 3.0)
    False

    Args:
        x: what goes in.
        weights: one a neuron.
        bend: put a sigmoid after each.
    """
    for weight in weights:
        x = x * weight
        if bend:
            x = float(1 / (1 + np.exp(-x)))
    return x


def forward(x: Array, layers: Layers, bend: Bend = relu) -> tuple[Array, list[Array]]:
    """The scores, and what each layer was given, which the way back needs.

    Slide: deck 5, "Forward Pass", "Compute Error"

    Args:
        x: (n, inputs).
        layers: pairs of W (inputs, units) and b (units,).
        bend: the activation after every layer but the last.

    Returns:
        (n, units of the last layer), and for each layer its input.

    Raises:
        ValueError: a layer's shapes do not fit what it is given.
    """
    inputs = []
    for number, (W, b) in enumerate(layers, start=1):
        if x.ndim != 2 or W.ndim != 2 or x.shape[1] != W.shape[0] or b.shape != W.shape[1:]:
            raise ValueError(f"layer {number}: input {x.shape}, W {W.shape} and b {b.shape} do not fit")
        inputs.append(x)
        z = x @ W + b
        x = bend(z) if number < len(layers) else z
    return x, inputs


def backward(
    dscores: Array, inputs: list[Array], layers: Layers, slope: Bend = relu_gradient
) -> tuple[Array, Layers]:
    """Hand the error back, layer by layer: what a weight has to answer for is its input times its unit's error.

    Slide: deck 5, "Back Propagation", "Derivative Chain Rule", "Update Weights"

    Args:
        dscores: (n, units of the last layer): the loss's gradient by the scores.
        inputs: as :func:`forward` gave them.
        layers: the network.
        slope: the activation's derivative, by what came *out* of it (a ReLU's is the same by what went in).

    Returns:
        The gradient by the network's input, and for each layer those by W and b.
    """
    gradients: Layers = []
    dz = dscores
    for x, (W, _) in zip(reversed(inputs), reversed(layers), strict=True):
        gradients.append((x.T @ dz, dz.sum(axis=0)))
        dx = dz @ W.T
        dz = dx * slope(x)  # x is the layer before, bent: where a ReLU has cut off, nothing passes
    return dx, gradients[::-1]

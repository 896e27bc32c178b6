"""One artificial neuron: a weighted sum, then an activation function. And the perceptron's learning rule.

Slide: deck 2, "Perceptron - Artificial Neuron"; deck 3, "Neural Network with Single Neuron";
    deck 4, "Neuron", "Neural Network"; deck 5, "Neuron", "Artificial Neural Network", "Artificial Neural Networks",
    "Artificial Neuron"
"""

import numpy as np

from keras_course.by_hand.activations import Function, sigmoid, threshold

Array = np.ndarray


def neuron(x: Array, w: Array, b: float = 0.0, activation: Function = sigmoid) -> Array:
    """``activation(w . x + b)``.

    Slide: deck 4, "Neural Network": 7 * 0.7 + 5 * 0.8 - 6 = 2.9, and its sigmoid .948

    >>> inputs, weights = np.array([0.7, 0.8]), np.array([7, 5])
    >>> round(float(neuron(inputs, weights, -6, activation=lambda z: z)), 3)
    2.9
    >>> round(float(neuron(inputs, weights, -6)), 3)
    0.948

    Args:
        x: (..., inputs).
        w: (inputs,).
        b: the bias.
        activation: applied to the weighted sum.

    Returns:
        (...).

    Raises:
        ValueError: the numbers of inputs and weights differ.
    """
    if x.shape[-1:] != w.shape:
        raise ValueError(f"inputs {x.shape} and weights {w.shape} do not fit")
    return activation(x @ w + b)


def train_perceptron(
    x: Array, y: Array, epochs: int = 100, learning_rate: float = 1.0
) -> tuple[Array, float, list[int]]:
    """Rosenblatt's rule: after each mistake, move the weights towards the example, or away from it.

    If a line separates the classes, the rule finds one after finitely many mistakes. If none does, as for XOR, it never
    settles.

    Paper: Rosenblatt, "The Perceptron", 1958

    >>> x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> w, b, mistakes = train_perceptron(x, np.array([0, 0, 0, 1]))  # and
    >>> mistakes[-1], neuron(x, w, b, threshold).tolist()
    (0, [0.0, 0.0, 0.0, 1.0])
    >>> _, _, mistakes = train_perceptron(x, np.array([0, 1, 1, 0]))  # xor
    >>> min(mistakes) > 0
    True

    Args:
        x: (n, inputs).
        y: (n,) classes, 0 or 1.
        epochs: at most this many passes over the examples; it stops after one without a mistake.
        learning_rate: the size of a step.

    Returns:
        The weights (inputs,), the bias, and the number of mistakes in each epoch.

    Raises:
        ValueError: shapes that do not fit, or classes other than 0 and 1.
    """
    if x.ndim != 2 or y.shape != x.shape[:1] or not np.isin(y, (0, 1)).all():
        raise ValueError(
            f"examples (n, inputs) and labels (n,) of 0 and 1 are needed, not {x.shape} and {y.shape}"
        )
    w, b, mistakes = np.zeros(x.shape[1]), 0.0, []
    for _ in range(epochs):
        wrong = 0
        for example, label in zip(x, y, strict=True):
            error = label - float(threshold(example @ w + b))  # 1, 0 or -1
            w = w + learning_rate * error * example
            b = b + learning_rate * error
            wrong += error != 0
        mistakes.append(int(wrong))
        if not wrong:
            break
    return w, b, mistakes


def plus_junction(a: Array, b: Array) -> Array:
    """Element by element addition.

    Slide: deck 3, "Plus Junction: Element by Element Addition"

    >>> print(plus_junction(np.array([3, 4, 5]), np.array([6, 7, 8])))
    [ 9 11 13]
    """
    return a + b


def times_junction(a: Array, b: Array) -> Array:
    """Element by element multiplication. If one factor is a gate from 0 to 1, it says how much of the other passes.

    Slide: deck 3, "Times Junction: Element by Element Multiplication", "Gating" (the figure prints the sums again)

    >>> print(times_junction(np.array([3, 4, 5]), np.array([6, 7, 8])))
    [18 28 40]
    >>> print(times_junction(np.array([0.8, 0.8, 0.8]), np.array([1.0, 0.5, 0.0])))
    [0.8 0.4 0. ]
    """
    return a * b


def xor(x: Array) -> Array:
    """XOR from three neurons whose weights are set by hand; one neuron cannot compute it.

    The first neuron computes "at least one", the second "not both", and the third "the first and the second".

    Slide: deck 4, "Combining Regions"

    >>> xor(np.array([[0, 0], [0, 1], [1, 0], [1, 1]])).tolist()
    [0.0, 1.0, 1.0, 0.0]

    Args:
        x: (n, 2).

    Returns:
        (n,) of 0 and 1.
    """
    at_least_one = neuron(x, np.array([1, 1]), -0.5, threshold)
    not_both = neuron(x, np.array([-1, -1]), 1.5, threshold)
    return neuron(np.stack([at_least_one, not_both], axis=-1), np.array([1, 1]), -1.5, threshold)

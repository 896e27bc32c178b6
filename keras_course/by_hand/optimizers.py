"""Gradient descent with batches of any size, and seven optimisers.

An optimiser is a pair of pure functions: ``init(w)`` returns its initial state; ``update(gradient, state, w)`` returns
the new weights and the new state. Each equals the Keras optimiser of that name, up to rounding.

Slide: deck 5, "Stochastic Gradient Descent with Momentum"; deck 3, "SGD Variants";
    deck 2, "Stochastic Gradient Descent"
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray


class Optimizer(NamedTuple):
    """An optimiser: a pair of functions."""

    init: Callable[[Array], Any]
    """Weights -> state."""
    update: Callable[[Array, Any, Array], tuple[Array, Any]]
    """Gradient, state, weights -> new weights, new state."""


def minimize(optimizer: Optimizer, gradient: Callable[[Array], Array], w: Array, steps: int) -> Array:
    """Run an optimiser for a number of steps, and return the whole path.

    >>> path = minimize(sgd(0.1), lambda w: 2 * w, np.array([1.0]), 2)  # of w**2
    >>> path.round(2).tolist()
    [[1.0], [0.8], [0.64]]

    Args:
        optimizer: such as ``sgd(0.1)``.
        gradient: the gradient of the loss, as a function of the weights.
        w: initial weights, any shape.
        steps: how many.

    Returns:
        (steps + 1, ...), the weights before each step and after the last.
    """
    state, path = optimizer.init(w), [w]
    for _ in range(steps):
        w, state = optimizer.update(gradient(w), state, w)
        path.append(w)
    return np.array(path)


def batches(examples: int, batch_size: int, rng: np.random.Generator | None = None) -> Iterator[Array]:
    """One epoch, that is, one pass over the training set: yields the row numbers of each batch.

    With all examples in one batch, this is (full-batch) gradient descent; with one example in each, stochastic gradient
    descent; with a few, mini-batch gradient descent, the usual choice.

    Slide: deck 2, "(Supervised) Learning", "Stochastic Gradient Descent"; deck 3, "Types of Gradient descents"

    >>> [rows.tolist() for rows in batches(5, 2)]
    [[0, 1], [2, 3], [4]]

    Args:
        examples: how many there are.
        batch_size: examples per batch; the last batch may be smaller.
        rng: shuffles the examples; None keeps their order.

    Raises:
        ValueError: ``batch_size`` is below 1.
    """
    if batch_size < 1:
        raise ValueError(f"batch_size={batch_size}: a batch has at least 1 example")
    order = np.arange(examples) if rng is None else rng.permutation(examples)
    for begin in range(0, examples, batch_size):
        yield order[begin : begin + batch_size]


def sgd(learning_rate: float = 0.01) -> Optimizer:
    """Gradient descent: ``w <- w - learning_rate g``.

    Slide: deck 3, "Simple Example": y = x w, squared error, w = 0.5, rate 0.1

    >>> w, step = np.array(0.5), sgd(0.1).update
    >>> for x, y in ((2, 4), (1, 2), (3, 6)):
    ...     w, _ = step(2 * (x * w - y) * x, (), w)
    ...     print(round(float(w), 3))
    1.7
    1.76
    2.192
    """
    return Optimizer(lambda w: (), lambda g, state, w: (w - learning_rate * g, state))


def momentum(learning_rate: float = 0.01, momentum: float = 0.9, nesterov: bool = False) -> Optimizer:
    """``v <- momentum v - learning_rate g``, ``w <- w + v``: the velocity builds up like that of a rolling ball.

    With ``nesterov=True`` the step looks ahead: ``w <- w + momentum v - learning_rate g``, with the new ``v``.

    Paper: Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013
    """

    def update(g: Array, v: Array, w: Array) -> tuple[Array, Array]:
        v = momentum * v - learning_rate * g
        return w + (momentum * v - learning_rate * g if nesterov else v), v

    return Optimizer(np.zeros_like, update)


def momentum_as_printed(learning_rate: float = 0.01, momentum: float = 0.9) -> Optimizer:
    """The loop on deck 3's slide, with a wrong sign in the velocity: it brakes where it should accelerate.

    ``v <- m v + eta g`` and ``w <- w + m v - eta g``: the first term opposes the previous steps. With
    ``v <- m v - eta g`` it is Nesterov's step, :func:`momentum` with ``nesterov=True``.

    Slide: deck 3, "Momentum"

    For a constant gradient its steps tend to ``(2 m - 1) / (1 - m) eta g``: with the slide's m = 0.1 they are shorter
    than without momentum, and with the usual 0.9 they go uphill.

    >>> for m in (0.1, 0.9):
    ...     for optimizer in (momentum_as_printed(1.0, m), momentum(1.0, m, nesterov=True)):
    ...         path = minimize(optimizer, lambda w: np.ones(1), np.zeros(1), 200)
    ...         print(m, float((path[-1] - path[-2])[0].round(2)))
    0.1 -0.89
    0.1 -1.11
    0.9 8.0
    0.9 -10.0
    """

    def update(g: Array, v: Array, w: Array) -> tuple[Array, Array]:
        v = momentum * v + learning_rate * g
        return w + momentum * v - learning_rate * g, v

    return Optimizer(np.zeros_like, update)


def adagrad(learning_rate: float = 0.001, start: float = 0.1, epsilon: float = 1e-7) -> Optimizer:
    """Divides each weight's step by the root of the sum of its squared gradients so far.

    Weights with large gradients take small steps; all steps shrink over time.

    Paper: Duchi et al., "Adaptive Subgradient Methods", 2011
    """

    def update(g: Array, sum_of_squares: Array, w: Array) -> tuple[Array, Array]:
        sum_of_squares = sum_of_squares + g**2
        return w - learning_rate * g / np.sqrt(sum_of_squares + epsilon), sum_of_squares

    # result_type: whole-number weights would round the start to 0
    return Optimizer(lambda w: np.full_like(w, start, dtype=np.result_type(w, start)), update)


def rmsprop(learning_rate: float = 0.001, rho: float = 0.9, epsilon: float = 1e-7) -> Optimizer:
    """Adagrad with a moving average of the squared gradients instead of their sum: old gradients are forgotten.

    Source: Hinton, "Neural Networks for Machine Learning", lecture 6, 2012
    """

    def update(g: Array, mean_square: Array, w: Array) -> tuple[Array, Array]:
        mean_square = rho * mean_square + (1 - rho) * g**2
        return w - learning_rate * g / np.sqrt(mean_square + epsilon), mean_square

    return Optimizer(np.zeros_like, update)


def adadelta(learning_rate: float = 0.001, rho: float = 0.95, epsilon: float = 1e-7) -> Optimizer:
    """RMSProp whose step is multiplied by the root mean square of recent steps, so that it has the weights' unit.

    Paper: Zeiler, "ADADELTA", 2012, where the learning rate is 1
    """

    def update(g: Array, state: tuple[Array, Array], w: Array) -> tuple[Array, tuple[Array, Array]]:
        gradients, moves = state
        gradients = rho * gradients + (1 - rho) * g**2
        move = -np.sqrt(moves + epsilon) / np.sqrt(gradients + epsilon) * g
        moves = rho * moves + (1 - rho) * move**2
        return w + learning_rate * move, (gradients, moves)

    return Optimizer(lambda w: (np.zeros_like(w), np.zeros_like(w)), update)


def adam(
    learning_rate: float = 0.001, beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-7
) -> Optimizer:
    """Adaptive *moment* estimation: momentum scaled as in RMSProp, both corrected for their start at 0.

    Paper: Kingma, Ba, "Adam: A Method for Stochastic Optimization", 2015
    """

    def update(g: Array, state: tuple[int, Array, Array], w: Array) -> tuple[Array, tuple[int, Array, Array]]:
        t, mean, mean_square = state
        t = t + 1
        mean = beta_1 * mean + (1 - beta_1) * g
        mean_square = beta_2 * mean_square + (1 - beta_2) * g**2
        rate = learning_rate * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        return w - rate * mean / (np.sqrt(mean_square) + epsilon), (t, mean, mean_square)

    return Optimizer(lambda w: (0, np.zeros_like(w), np.zeros_like(w)), update)

"""Networks with memory by hand: the plain recurrent cell, and the LSTM with its gates, step by step.

Slide: deck 3, "Recurrent neural network", "Long/Short Term Memory"
"""

from typing import NamedTuple

import numpy as np

from keras_course.by_hand.activations import sigmoid, tanh

Array = np.ndarray


def rnn_step(x: Array, h: Array, W: Array, U: Array, b: Array) -> Array:
    """``h <- tanh(x W + h U + b)``: what is new and what was, squashed together.

    Args:
        x: (n, inputs), of this step.
        h: (n, units), from the step before.
        W: (inputs, units).
        U: (units, units).
        b: (units,).

    Returns:
        (n, units).

    Raises:
        ValueError: shapes that do not fit.
    """
    _check(x, h, W, U, b, gates=1)
    return tanh(x @ W + h @ U + b)


def rnn(xs: Array, W: Array, U: Array, b: Array) -> Array:
    """The same cell at every step; ``(n, steps, inputs)`` to all its outputs, ``(n, steps, units)``."""
    h, outputs = np.zeros((len(xs), len(U))), []
    for step in range(xs.shape[1]):
        h = rnn_step(xs[:, step], h, W, U, b)
        outputs.append(h)
    return np.stack(outputs, axis=1)


class Step(NamedTuple):
    """What happens inside an LSTM in one step, each ``(n, units)``."""

    ignore: Array
    """The input gate: how much of each new possibility is let in (the slides' ignoring)."""
    forget: Array
    """The forget gate: how much of the memory is kept."""
    select: Array
    """The output gate: how much of the memory is said (the slides' selection)."""
    possibilities: Array
    """The candidates, from -1 to 1."""
    memory: Array
    """The cell's state: ``forget * memory before + ignore * possibilities``."""
    output: Array
    """``select * tanh(memory)``: the filtered possibilities."""


def lstm_step(x: Array, h: Array, memory: Array, W: Array, U: Array, b: Array) -> Step:
    """One step of an LSTM, with every gate by name.

    The blocks of W, U and b lie as in Keras: input gate, forget gate, candidates, output gate.

    Paper: Hochreiter, Schmidhuber, "Long Short-Term Memory", 1997; Gers et al., "Learning to Forget", 2000

    Args:
        x: (n, inputs), of this step.
        h: (n, units), the output of the step before.
        memory: (n, units), the cell's state from the step before.
        W: (inputs, 4 units).
        U: (units, 4 units).
        b: (4 units,).

    Raises:
        ValueError: shapes that do not fit.
    """
    _check(x, h, W, U, b, gates=4)
    for_input, for_forget, for_candidates, for_output = np.split(x @ W + h @ U + b, 4, axis=-1)
    ignore, forget, select = sigmoid(for_input), sigmoid(for_forget), sigmoid(for_output)
    possibilities = tanh(for_candidates)
    memory = forget * memory + ignore * possibilities
    return Step(ignore, forget, select, possibilities, memory, select * tanh(memory))


def lstm(xs: Array, W: Array, U: Array, b: Array) -> list[Step]:
    """The same cell at every step.

    Args:
        xs: (n, steps, inputs).
        W: (inputs, 4 units).
        U: (units, 4 units).
        b: (4 units,).

    Returns:
        Every step with its gates; the last one's ``output`` is what the layer says.
    """
    h = memory = np.zeros((len(xs), len(U)))
    steps = []
    for number in range(xs.shape[1]):
        steps.append(lstm_step(xs[:, number], h, memory, W, U, b))
        h, memory = steps[-1].output, steps[-1].memory
    return steps


def _check(x: Array, h: Array, W: Array, U: Array, b: Array, gates: int) -> None:
    units = U.shape[0]
    if (
        x.shape[-1] != W.shape[0]
        or h.shape[-1] != units
        or not W.shape[1] == U.shape[1] == len(b) == gates * units
    ):
        raise ValueError(
            f"x {x.shape}, h {h.shape}, W {W.shape}, U {U.shape} and b {b.shape} do not fit: (n, inputs), (n, units), "
            f"(inputs, {gates} x units), (units, {gates} x units), ({gates} x units,)"
        )

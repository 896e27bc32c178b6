"""Recurrent networks: the simple recurrent cell, and the LSTM with its three gates, step by step.

Slide: deck 3, "Recurrent neural network", "Long/Short Term Memory"
"""

from typing import NamedTuple

import numpy as np

from keras_course.by_hand.activations import sigmoid, tanh

Array = np.ndarray


def rnn_step(x: Array, h: Array, W: Array, U: Array, b: Array) -> Array:
    """One step of a simple recurrent cell: ``h <- tanh(x W + h U + b)``.

    Args:
        x: (n, inputs), the input of this step.
        h: (n, units), the output of the step before.
        W: (inputs, units).
        U: (units, units).
        b: (units,).

    Returns:
        (n, units), the output of this step.

    Raises:
        ValueError: shapes that do not fit.
    """
    _check(x, h, W, U, b, blocks=1)
    return tanh(x @ W + h @ U + b)


def rnn(xs: Array, W: Array, U: Array, b: Array) -> Array:
    """The simple recurrent cell over a whole sequence, starting from an output of 0.

    Args:
        xs: (n, steps, inputs).
        W: (inputs, units).
        U: (units, units).
        b: (units,).

    Returns:
        (n, steps, units), the outputs of all steps.
    """
    h, outputs = np.zeros((len(xs), len(U))), []
    for step in range(xs.shape[1]):
        h = rnn_step(xs[:, step], h, W, U, b)
        outputs.append(h)
    return np.stack(outputs, axis=1)


class Step(NamedTuple):
    """Everything an LSTM computes in one step, each ``(n, units)``. Gates go from 0, closed, to 1, open."""

    input_gate: Array
    """How much of each candidate enters the cell state (the slides' "ignoring")."""
    forget_gate: Array
    """How much of the cell state is kept (the slides' "forgetting")."""
    output_gate: Array
    """How much of the cell state is passed on (the slides' "selection")."""
    candidate: Array
    """New values for the cell state, from -1 to 1 (the slides' "possibilities")."""
    cell_state: Array
    """``forget_gate * (cell state of the step before) + input_gate * candidate``."""
    output: Array
    """``output_gate * tanh(cell_state)``."""


def lstm_step(x: Array, h: Array, cell_state: Array, W: Array, U: Array, b: Array) -> Step:
    """One step of an LSTM.

    W, U and b hold four blocks of columns, in the order of Keras: input gate, forget gate, candidate, output gate.

    Paper: Hochreiter, Schmidhuber, "Long Short-Term Memory", 1997; Gers et al., "Learning to Forget", 2000

    Args:
        x: (n, inputs), the input of this step.
        h: (n, units), the output of the step before.
        cell_state: (n, units), that of the step before.
        W: (inputs, 4 units).
        U: (units, 4 units).
        b: (4 units,).

    Raises:
        ValueError: shapes that do not fit.
    """
    _check(x, h, W, U, b, blocks=4)
    z_input, z_forget, z_candidate, z_output = np.split(x @ W + h @ U + b, 4, axis=-1)
    input_gate, forget_gate, output_gate = sigmoid(z_input), sigmoid(z_forget), sigmoid(z_output)
    candidate = tanh(z_candidate)
    cell_state = forget_gate * cell_state + input_gate * candidate
    return Step(input_gate, forget_gate, output_gate, candidate, cell_state, output_gate * tanh(cell_state))


def lstm(xs: Array, W: Array, U: Array, b: Array) -> list[Step]:
    """An LSTM over a whole sequence, starting from an output and a cell state of 0.

    Args:
        xs: (n, steps, inputs).
        W: (inputs, 4 units).
        U: (units, 4 units).
        b: (4 units,).

    Returns:
        All steps; the ``output`` of the last is what a Keras LSTM layer returns.
    """
    h = cell_state = np.zeros((len(xs), len(U)))
    steps = []
    for number in range(xs.shape[1]):
        steps.append(lstm_step(xs[:, number], h, cell_state, W, U, b))
        h, cell_state = steps[-1].output, steps[-1].cell_state
    return steps


def _check(x: Array, h: Array, W: Array, U: Array, b: Array, blocks: int) -> None:
    units = U.shape[0]
    if (
        x.shape[-1] != W.shape[0]
        or h.shape[-1] != units
        or not W.shape[1] == U.shape[1] == len(b) == blocks * units
    ):
        raise ValueError(
            f"x {x.shape}, h {h.shape}, W {W.shape}, U {U.shape} and b {b.shape} do not fit: (n, inputs), (n, units), "
            f"(inputs, {blocks} x units), (units, {blocks} x units), ({blocks} x units,)"
        )

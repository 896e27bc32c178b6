"""A faster LSTM on a CPU with TensorFlow: the same numbers, all time steps of a layer in one operation.

Keras' LSTM is a loop over time steps with some twenty small operations in each, and TensorFlow takes longer to start
them than to compute them. It also has one operation for a whole LSTM layer, with a gradient: ``BlockLSTM``. The layers
use it while ``training.fit`` trains; the model and its file remain plain Keras.

(``BlockLSTMV2`` has Keras' order of gates, but in TensorFlow 2.21 a wrong gradient: that of ``BlockLSTM``.)
"""

import contextlib
import functools
from collections.abc import Iterator
from typing import Any

import keras


@contextlib.contextmanager
def fast_lstm(model: keras.Model) -> Iterator[int]:
    """Let every LSTM of a model that ``BlockLSTM`` can replace use it within the ``with`` block.

    An LSTM is left as it is on another backend, on a GPU (where Keras uses cuDNN), in a precision other than float32,
    with activations other than the default ones, without biases, or with dropout of its own.

    Args:
        model: a built model.

    Yields:
        How many layers use it.
    """
    fast = [layer for layer in model._flatten_layers() if _can_replace(layer)]
    for layer in fast:
        layer.inner_loop = functools.partial(_inner_loop, layer, layer.inner_loop)
    try:
        yield len(fast)
    finally:
        for layer in fast:
            del layer.inner_loop


def _can_replace(layer: keras.layers.Layer) -> bool:
    if type(layer) is not keras.layers.LSTM or keras.backend.backend() != "tensorflow":
        return False
    import tensorflow as tf

    return (
        not tf.config.list_logical_devices("GPU")
        and layer.compute_dtype == "float32"
        and layer.activation is keras.activations.tanh
        and layer.recurrent_activation is keras.activations.sigmoid
        and layer.use_bias
        and not layer.dropout
        and not layer.recurrent_dropout
    )


def _inner_loop(
    layer: keras.layers.LSTM,
    usual: Any,
    sequences: Any,
    initial_state: Any,
    mask: Any,
    training: bool = False,
) -> Any:
    """Do what Keras' ``LSTM.inner_loop`` does, which is ``usual``, in one operation.

    Args:
        layer: the layer.
        usual: its own ``inner_loop``, for sequences with a mask.
        sequences: ``(n, steps, features)``.
        initial_state: hidden state and cell state, ``(n, units)`` each.
        mask: ``(n, steps)``, or None.
        training: whether in training.

    Returns:
        The last output ``(n, units)``, all outputs ``(n, steps, units)``, and the last hidden and cell state.
    """
    if mask is not None:
        return usual(sequences, initial_state, mask, training=training)
    import tensorflow as tf

    x = tf.transpose(sequences, (1, 0, 2))  # time first
    if layer.go_backwards:
        x = x[::-1]
    no_peephole = tf.zeros((layer.units,))
    outputs = tf.raw_ops.BlockLSTM(
        seq_len_max=tf.shape(x, out_type=tf.int64)[0],
        x=x,
        h_prev=initial_state[0],
        cs_prev=initial_state[1],
        w=_in_its_order(tf.concat([layer.cell.kernel, layer.cell.recurrent_kernel], axis=0)),
        b=_in_its_order(layer.cell.bias),
        wci=no_peephole,
        wcf=no_peephole,
        wco=no_peephole,
        forget_bias=0.0,  # Keras has it in the bias
        cell_clip=-1.0,  # none
        use_peephole=False,
    )
    last, last_cell_state = outputs.h[-1], outputs.cs[-1]
    return last, tf.transpose(outputs.h, (1, 0, 2)), [last, last_cell_state]


def _in_its_order(weights: Any) -> Any:
    """Reorder from Keras' input gate, forget gate, candidate, output gate; BlockLSTM has the candidate second."""
    import tensorflow as tf

    i, f, c, o = tf.split(weights, 4, axis=-1)
    return tf.concat([i, c, f, o], axis=-1)

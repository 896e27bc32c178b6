"""A faster LSTM on a CPU with TensorFlow: the same numbers, all time steps of a layer in one operation.

Keras' LSTM is a loop over time steps with some twenty small operations in each, and TensorFlow takes longer to start
them than to compute them. It also has one operation for a whole LSTM layer, with a gradient: ``BlockLSTM``. While
``training.fit`` trains, the layers use it; the model and its file stay plain Keras.

(``BlockLSTMV2`` has Keras' order of gates, and in TensorFlow 2.21 a wrong gradient: that of ``BlockLSTM``.)
"""

import contextlib
import functools
from collections.abc import Iterator
from typing import Any

import keras


@contextlib.contextmanager
def fast_lstm(model: keras.Model) -> Iterator[int]:
    """While this lasts, every LSTM of the model that ``BlockLSTM`` can stand for uses it; yields how many.

    An LSTM is left alone on another backend, on a GPU (which has a faster way of its own), in another precision than
    float32, with other activations than the usual ones, or with dropout within it.
    """
    fast = [layer for layer in model._flatten_layers() if _can_stand_for(layer)]
    for layer in fast:
        layer.inner_loop = functools.partial(_inner_loop, layer, layer.inner_loop)
    try:
        yield len(fast)
    finally:
        for layer in fast:
            del layer.inner_loop


def _can_stand_for(layer: keras.layers.Layer) -> bool:
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
    """Keras' ``LSTM.inner_loop``: ``(n, steps, features)`` to the last output, all outputs and the last state."""
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
        w=_its_order_of_gates(tf.concat([layer.cell.kernel, layer.cell.recurrent_kernel], axis=0)),
        b=_its_order_of_gates(layer.cell.bias),
        wci=no_peephole,
        wcf=no_peephole,
        wco=no_peephole,
        forget_bias=0.0,  # Keras has it in the bias
        cell_clip=-1.0,  # none
        use_peephole=False,
    )
    last, last_cell = outputs.h[-1], outputs.cs[-1]
    return last, tf.transpose(outputs.h, (1, 0, 2)), [last, last_cell]


def _its_order_of_gates(weights: Any) -> Any:
    """Keras has input, forget, cell, output; BlockLSTM has input, cell, forget, output."""
    import tensorflow as tf

    i, f, c, o = tf.split(weights, 4, axis=-1)
    return tf.concat([i, c, f, o], axis=-1)

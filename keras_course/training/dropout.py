"""Faster noise on a CPU with TensorFlow: random bits that XLA can draw as fast as the arithmetic around them.

XLA turns TensorFlow's own random numbers into slow code on a CPU: a training step of the slides' dense network took ten
times as long. Written as integer operations, a generator is fused with the dropout itself, and costs 3 % of the step.
The layers use it while ``training.fit`` runs their steps as one XLA program; the model and its file remain plain Keras.
So do the course's Boltzmann machines, whose samples need as many random numbers as they have units.

The generator is Threefry-2x32 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011), which is JAX's too,
with 13 rounds in place of 20: a unit's 32 bits are a function of its number in the layer, of
the layer's seed and of how many masks the layer has drawn. Seed and count are the layer's ``seed_generator``, whose
state is in the backup.
"""

import contextlib
import functools
from collections.abc import Iterator
from typing import Any

import keras

ROUNDS = 13
ROTATIONS = (13, 15, 26, 6, 17, 29, 16, 24)


@contextlib.contextmanager
def fast_dropout(model: keras.Model) -> Iterator[int]:
    """Let every layer of a model that can draw its noise as integer operations do so within the ``with`` block.

    Args:
        model: a built model.

    Yields:
        How many layers do.
    """
    fast = [layer for layer in model._flatten_layers() if can_replace(layer)]
    for layer in fast:
        if draws_uniform(layer):
            layer.uniform = functools.partial(_uniform, layer)
        else:
            layer.call = functools.partial(_call, layer)
    try:
        yield len(fast)
    finally:
        for layer in fast:
            if draws_uniform(layer):
                del layer.uniform
            else:
                del layer.call


def can_replace(layer: keras.layers.Layer) -> bool:
    """Return whether a layer is Keras' Dropout with a mask for every unit, or draws its noise by ``uniform``."""
    masks_units = type(layer) is keras.layers.Dropout and layer.noise_shape is None and 0 < layer.rate < 1
    return masks_units or draws_uniform(layer)


def draws_uniform(layer: keras.layers.Layer) -> bool:
    """Return whether a layer says that all its noise comes from its method ``uniform(shape)``: a Boltzmann machine."""
    return getattr(layer, "noise_is_uniform", False) is True


def _call(layer: keras.layers.Dropout, inputs: Any, training: bool = False) -> Any:
    return dropout(inputs, layer.rate, layer.seed_generator.next()) if training else inputs


def _uniform(layer: keras.layers.Layer, shape: Any) -> Any:
    return uniform(shape, layer.seed_generator.next())


def uniform(shape: Any, key: Any) -> Any:
    """Uniform random numbers, multiples of ``2**-24`` from 0 to below 1, as float32.

    Args:
        shape: of the result; a number or a tensor for each axis.
        key: two integers, which determine the numbers.
    """
    import tensorflow as tf

    size = tf.reduce_prod(shape)
    bits = tf.concat(threefry(tf.cast(key, "uint32"), tf.range((size + 1) // 2), 0), axis=0)[:size]
    upper = tf.cast(tf.bitwise.right_shift(bits, tf.constant(8, "uint32")), "int32")
    return tf.reshape(tf.cast(upper, "float32") * 2.0**-24, shape)


def dropout(inputs: Any, rate: float, key: Any) -> Any:
    """Set units to zero at random, and scale those that are kept.

    Args:
        inputs: a TensorFlow tensor of floats.
        rate: the fraction set to zero, between 0 and 1; it is rounded to a multiple of ``2**-32``.
        key: two integers, which determine the mask.
    """
    import tensorflow as tf

    drawn, _ = threefry(tf.cast(key, "uint32"), tf.range(tf.size(inputs)), 0)
    dropped = min(max(round(rate * 2**32), 1), 2**32 - 1)
    keep = tf.reshape(drawn, tf.shape(inputs)) >= tf.constant(dropped, "uint32")
    return tf.where(keep, inputs * (1 / (1 - dropped / 2**32)), tf.zeros((), inputs.dtype))


def threefry(key: Any, low: Any, high: Any) -> tuple[Any, Any]:
    """Return 64 random bits for every pair of counters, as two tensors of 32 bits: Threefry-2x32.

    Args:
        key: two integers, uint32.
        low: counters, integers of any shape.
        high: counters, likewise.
    """
    import tensorflow as tf

    keys = (key[0], key[1], key[0] ^ key[1] ^ tf.constant(0x1BD11BDA, "uint32"))
    x, y = tf.cast(low, "uint32") + keys[0], tf.cast(high, "uint32") + keys[1]
    for number in range(ROUNDS):
        x = x + y
        y = _rotate(y, ROTATIONS[number % 8]) ^ x
        if number % 4 == 3:
            group = number // 4 + 1
            x = x + keys[group % 3]
            y = y + keys[(group + 1) % 3] + tf.constant(group, "uint32")
    return x, y


def _rotate(word: Any, bits: int) -> Any:
    """Rotate 32 bits to the left."""
    import tensorflow as tf

    left = tf.bitwise.left_shift(word, tf.constant(bits, "uint32"))
    return left | tf.bitwise.right_shift(word, tf.constant(32 - bits, "uint32"))

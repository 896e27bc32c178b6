"""How many multiply-adds a layer takes for one example: one rule for each kind of layer.

Most rules say the same thing: the layer's weights are all used once at every place, so ``places * weights``. The places
of a convolution are those of its output, of a transposed one those of its input; of a recurrent layer they are its
steps.

What no rule knows is not counted as nothing: :func:`of_layer` returns None, and :mod:`~keras_course.evaluation.flops`
names the layer. A layer of your own tells by a method::

    def multiply_adds(self, input_shape, output_shape):  # without the batch; a list of shapes for several inputs
        return math.prod(output_shape) * input_shape[-1]

and a wrapper, whose layer is counted, by the attribute ``applications``: how often it applies it in inference.
"""

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import keras
from keras import layers

Shape = tuple[int, ...]
Rule = Callable[[Any, Sequence[Shape], Shape], int | None]

# Rooms of Keras' layers that multiply no weights with sums of inputs, and further such layers.
FREE_ROOMS = tuple(
    f"keras.src.layers.{room}."
    for room in (
        "activations",
        "merging",
        "normalization",
        "pooling",
        "preprocessing",
        "regularization",
        "reshaping",
    )
)
FREE = (layers.Embedding, layers.Identity, layers.InputLayer, layers.Masking)
NOT_FREE = (layers.MelSpectrogram, layers.STFTSpectrogram)

# Operations of keras.ops with products that have no rule here, beside linear algebra; all others go element by element.
OTHER_PRODUCTS = (
    *("Conv", "ConvTranspose", "DepthwiseConv", "SeparableConv", "DotProductAttention"),
    *("Dot", "Inner", "Kron", "Outer", "Tensordot", "Vdot", "Correlate", "CDist", "Logdet"),
    *("FFT", "FFT2", "IFFT2", "RFFT", "IRFFT", "STFT", "ISTFT"),
)


def of_layer(layer: Any, inputs: Sequence[Shape], output: Shape) -> int | None:
    """How many multiply-adds a layer, or an operation of ``keras.ops``, takes; None if no rule knows it.

    Args:
        layer: built.
        inputs: the shape of each input, without the batch.
        output: the shape of its (first) output, without the batch.
    """
    own = getattr(layer, "multiply_adds", None)
    if callable(own):
        return int(own(inputs[0] if len(inputs) == 1 else list(inputs), output))
    found: int | None = _rule(layer, inputs, output)
    if found is not None:
        return found
    if not isinstance(layer, keras.Layer):
        return _of_operation(layer, inputs, output)
    kinds = [f"{kind.__module__}." for kind in type(layer).__mro__]
    free = isinstance(layer, FREE) or any(kind.startswith(FREE_ROOMS) for kind in kinds)
    # Augmentation does nothing in inference.
    return 0 if getattr(layer, "augments", False) or (free and not isinstance(layer, NOT_FREE)) else None


@functools.singledispatch
def _rule(layer: Any, inputs: Sequence[Shape], output: Shape) -> int | None:
    """By the layer's class, or the nearest of its base classes that has a rule."""
    return None


def _for(*kinds: type) -> Callable[[Rule], Rule]:
    def register(rule: Rule) -> Rule:
        for kind in kinds:
            _rule.register(kind, rule)
        return rule

    return register


def _size(weights: Any) -> int:
    return int(math.prod(weights.shape))


def _places(shape: Shape, channels: int) -> int:
    """How many places maps have: their values, divided by their channels."""
    return math.prod(shape) // channels


@_for(layers.Dense)
def _dense(layer: Any, inputs: Sequence[Shape], output: Shape) -> int:
    return math.prod(output) * inputs[0][-1]


@_for(layers.EinsumDense)
def _einsum_dense(layer: Any, inputs: Sequence[Shape], output: Shape) -> int:
    given, kernel = layer.equation.split("->")[0].split(",")
    sizes = zip(kernel.strip(), layer.kernel.shape, strict=True)
    return math.prod(inputs[0]) * int(math.prod(size for letter, size in sizes if letter not in given))


@_for(layers.Conv1D, layers.Conv2D, layers.Conv3D)
def _convolution(layer: Any, inputs: Sequence[Shape], output: Shape) -> int:
    # In g groups the kernel has 1/g of the channels.
    return _places(output, layer.filters) * _size(layer.kernel)


@_for(layers.DepthwiseConv1D, layers.DepthwiseConv2D)
def _depthwise(layer: Any, inputs: Sequence[Shape], output: Shape) -> int:
    *_, channels, multiplier = layer.kernel.shape
    return _places(output, channels * multiplier) * _size(layer.kernel)


@_for(layers.SeparableConv1D, layers.SeparableConv2D)
def _separable(layer: Any, inputs: Sequence[Shape], output: Shape) -> int:
    return _places(output, layer.filters) * (_size(layer.depthwise_kernel) + _size(layer.pointwise_kernel))


@_for(layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose)
def _transposed(layer: Any, inputs: Sequence[Shape], output: Shape) -> int:
    *_, channels = layer.kernel.shape
    return _places(inputs[0], channels) * _size(layer.kernel)


@_for(layers.RNN)
def _recurrent(layer: Any, inputs: Sequence[Shape], output: Shape) -> int | None:
    """SimpleRNN, LSTM, GRU and RNN of such cells; a cell of your own needs ``kernel`` and ``recurrent_kernel``."""
    cells = getattr(layer.cell, "cells", [layer.cell])
    if not all(hasattr(cell, "kernel") and hasattr(cell, "recurrent_kernel") for cell in cells):
        return None
    return inputs[0][0] * sum(_size(cell.kernel) + _size(cell.recurrent_kernel) for cell in cells)


@_for(layers.ConvLSTM1D, layers.ConvLSTM2D, layers.ConvLSTM3D)
def _conv_lstm(layer: Any, inputs: Sequence[Shape], output: Shape) -> int:
    steps, cell = inputs[0][0], layer.cell
    places = _places(output, layer.filters)  # of all steps
    if not layer.return_sequences:
        places *= steps
    return places * (_size(cell.kernel) + _size(cell.recurrent_kernel))


@_for(layers.MultiHeadAttention, layers.GroupQueryAttention)
def _multi_head(layer: Any, inputs: Sequence[Shape], output: Shape) -> int:
    """Four projections, the scores of every query with every key, and the weighted sums of the values."""
    queries, values = (math.prod(shape[:-1]) for shape in inputs[:2])
    grouped = isinstance(layer, layers.GroupQueryAttention)
    heads: int = layer.num_query_heads if grouped else layer.num_heads
    both: int = 2 * layer.head_dim if grouped else layer.key_dim + layer.value_dim
    gate = getattr(layer, "_gate_dense", None)
    at_query = [layer._query_dense, layer._output_dense, *([gate] if gate is not None else [])]
    projections = queries * sum(_size(dense.kernel) for dense in at_query)
    projections += values * (_size(layer._key_dense.kernel) + _size(layer._value_dense.kernel))
    return projections + queries * values * heads * both


@_for(layers.Attention, layers.AdditiveAttention)
def _attention(layer: Any, inputs: Sequence[Shape], output: Shape) -> int:
    (*_, queries, depth), (*_, values, channels) = inputs[:2]
    return queries * values * (depth + channels)


@_for(layers.Dot)
def _dot(layer: Any, inputs: Sequence[Shape], output: Shape) -> int:
    axis = layer.axes if isinstance(layer.axes, int) else layer.axes[0]
    return math.prod(output) * inputs[0][axis - 1 if axis > 0 else axis]  # 0 is the batch


@_for(layers.ReversibleEmbedding)
def _reversible(layer: Any, inputs: Sequence[Shape], output: Shape) -> int:
    back = len(inputs[0]) == len(output)
    return math.prod(output) * inputs[0][-1] if back else 0


def _of_operation(operation: Any, inputs: Sequence[Shape], output: Shape) -> int | None:
    name = type(operation).__name__
    if name == "Matmul" and inputs[0]:
        return math.prod(output) * inputs[0][-1]
    if name == "Einsum" and len(inputs) == 2 and "." not in operation.subscripts:
        terms = operation.subscripts.replace(" ", "").split("->")[0].split(",")
        sizes: dict[str, int] = {}
        for letters, shape in zip(terms, inputs, strict=True):
            sizes |= zip(letters[len(letters) - len(shape) :], shape, strict=True)  # a shape lacks the batch
        return math.prod(sizes.values())
    linear_algebra = type(operation).__module__.endswith(".linalg")
    return None if linear_algebra or name in (*OTHER_PRODUCTS, "Matmul", "Einsum") else 0

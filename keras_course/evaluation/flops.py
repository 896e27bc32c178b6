"""Multiply-adds and parameters of any Keras model, layer by layer, and the least time that a forward pass can take.

A *multiply-add* is one multiplication with its addition, as the papers count: LeNet-5 has 0.4 million, AlexNet 0.7
billion (in one tower 1.1), ResNet-50 3.9 (stride in a block's first convolution, as He et al.; else 4.1), VGG-16 15.5.
It is two floating point operations: ``FLOPs = 2 * multiply-adds``; many papers say "FLOPs" and mean multiply-adds.

Counted are the products of weights and inputs: dense layers, convolutions, recurrent layers, attention. By convention
biases, activations, normalization, pooling, merging and scaling are 0: a few additions or comparisons a value. At a
picture's edge the products with padded zeros count, which XLA's cost analysis leaves out. It is one example's forward
pass in inference, when dropout and augmentation do nothing. A layer called twice takes its time twice; its parameters
count once, so that their sum is ``model.count_params()``.

Slide: deck 2, "CNN Architecture: A Common Pattern and its Influence"
"""

from collections.abc import Sequence
from typing import Any

import keras

from keras_course.errors import UserError
from keras_course.evaluation import walking
from keras_course.evaluation.walking import Row


def count(model: keras.Model, input_shape: Any = None) -> list[Row]:
    """Count a model layer by layer, in the order of computation.

    Args:
        model: built; Sequential or functional, with models, wrappers and shared layers in it. A subclassed model has
            one row, which is counted if the model has the method ``multiply_adds`` (see :mod:`.products`).
        input_shape: without the batch, for a model whose own leaves sizes open; of several inputs a list of shapes.

    Raises:
        UserError: the model is not built, or a size is open.

    Example:
        >>> model = keras.Sequential([keras.Input((32, 32, 1)), keras.layers.Conv2D(6, 5), keras.layers.Flatten()])
        >>> [(row.kind, row.parameters, row.multiply_adds) for row in count(model)]
        [('Conv2D', 156, 117600), ('Flatten', 0, 0)]
    """
    if not model.built:
        raise UserError(f"the model {model.name!r} is not built: start it with keras.Input, or call it once")
    return walking.rows(model, _inputs(model, input_shape))


def total(model: keras.Model, input_shape: Any = None) -> int:
    """Multiply-adds of one example's forward pass.

    Raises:
        UserError: as for :func:`count`, or the model has layers that no rule knows.
    """
    return sum(row.multiply_adds for row in _all_counted(model, input_shape))


def of_training(model: keras.Model, input_shape: Any = None) -> int:
    """Multiply-adds of training on one example: the forward pass, and two more products for the gradients.

    A layer's weights need one product as large as the forward pass's for their gradient, and the layers before it
    another for theirs. So it is three forward passes, less what is not needed: the gradient of what nothing that is
    trained comes before, and of weights that are frozen. (Of a recurrent layer all three count.)

    Raises:
        UserError: as for :func:`total`.

    Example:
        >>> dense = [keras.layers.Dense(512), keras.layers.Dense(10)]
        >>> of_training(keras.Sequential([keras.Input((784,)), *dense])) == 2 * 784 * 512 + 3 * 512 * 10
        True
    """
    return sum(row.training for row in _all_counted(model, input_shape))


def fastest_seconds(multiply_adds: float, peak_gflops: float) -> float:
    """The least time that so many multiply-adds can take: the lower bound of a forward pass.

    Args:
        multiply_adds: as :func:`total` gives them; for a batch, times its size.
        peak_gflops: the machine's highest speed, in 10**9 floating point operations a second, as
            ``experiment.machine.peak_gflops`` measures it.

    Raises:
        UserError: the peak is not above 0.

    Example:
        >>> fastest_seconds(15.5e9, peak_gflops=100)  # VGG-16 on a laptop
        0.31
    """
    if not peak_gflops > 0:
        raise UserError(f"peak_gflops={peak_gflops} must be above 0")
    return 2 * multiply_adds / (peak_gflops * 1e9)


def table(model: keras.Model, input_shape: Any = None) -> str:
    """The counts as text, a line a layer, and their sums; layers that are not counted are named below."""
    rows = count(model, input_shape)
    cells: list[tuple[str, ...]] = [("layer", "kind", "output shape", "parameters", "multiply-adds")]
    cells += [
        (
            row.name,
            row.kind,
            " x ".join(map(str, row.output_shape)),
            f"{row.parameters:,}",
            f"{row.multiply_adds:,}" if row.counted else "?",
        )
        for row in rows
    ]
    sums = (sum(row.parameters for row in rows), sum(row.multiply_adds for row in rows))
    cells.append(("total", "", "", *(f"{number:,}" for number in sums)))
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "  ".join(
            cell.ljust(width) if place < 3 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in cells
    ]
    missing = not_counted(rows)
    return "\n".join([*lines, *([f"not counted: {', '.join(missing)}"] if missing else [])])


def not_counted(rows: Sequence[Row]) -> list[str]:
    """The layers that no rule knows, each as ``name (Kind)``."""
    return [f"{row.name} ({row.kind})" for row in rows if not row.counted]


def _all_counted(model: keras.Model, input_shape: Any) -> list[Row]:
    rows = count(model, input_shape)
    if missing := not_counted(rows):
        raise UserError(
            f"the model {model.name!r} has layers that no rule counts: {', '.join(missing)}; give their classes a "
            "method multiply_adds(input_shape, output_shape), or sum up count(model) without them"
        )
    return rows


def _inputs(model: keras.Model, input_shape: Any) -> list[Any]:
    """Symbolic inputs of the given shapes, or of the model's own."""
    own = list(getattr(model, "inputs", None) or [])
    if input_shape is None:
        shapes = [tensor.shape[1:] for tensor in own]
    else:
        several = bool(input_shape) and not isinstance(input_shape[0], int)
        shapes = [tuple(shape) for shape in (input_shape if several else [input_shape])]
    if not shapes or any(size is None for shape in shapes for size in shape):
        said = f"leaves sizes open: {shapes}" if shapes else "does not tell its input's shape"
        raise UserError(f"the model {model.name!r} {said}; give input_shape, such as (224, 224, 3)")
    expected = [tensor.shape[1:] for tensor in own] or shapes
    fits = len(shapes) == len(expected) and all(
        len(shape) == len(wanted)
        and all(want in (None, size) for size, want in zip(shape, wanted, strict=True))
        for shape, wanted in zip(shapes, expected, strict=True)
    )
    if not fits:
        raise UserError(
            f"input_shape={input_shape} does not fit the model {model.name!r}, which takes {expected}"
        )
    types = [tensor.dtype for tensor in own] or ["float32"] * len(shapes)
    return [keras.KerasTensor((None, *shape), dtype) for shape, dtype in zip(shapes, types, strict=True)]

"""What a caller gives to ``fit``: its data as NumPy arrays, its numbers checked before anything is trained."""

import math
import numbers
from typing import Any

import keras
import numpy as np

from keras_course.errors import UserError

LARGEST = 2**31 - 1
"""The largest ``epochs`` and ``batch_size``: what fits the backends' 32-bit counters."""

NAMES = ("x", "y", "sample_weight")


def total_steps(examples: int, batch_size: int, epochs: int) -> int:
    """Return the number of weight updates of a whole training, each epoch's smaller last batch included.

    Args:
        examples: the size of the training set.
        batch_size: examples per step.
        epochs: passes over the training set.

    Raises:
        UserError: if one of them is not a whole number from 1 to 2**31 - 1.
    """
    check_counts(batch_size=batch_size, epochs=epochs)
    check_counts(examples=examples)
    return epochs * math.ceil(examples / batch_size)


def check_counts(**counts: int) -> None:
    """Check that every argument is a whole number from 1 to 2**31 - 1.

    Raises:
        UserError: if not.
    """
    given = " and ".join(f"{name}={value}" for name, value in counts.items())
    both = "both " if len(counts) == 2 else ""
    if not all(isinstance(value, numbers.Integral) for value in counts.values()):
        raise UserError(f"{given} must {both}be whole numbers")
    if min(counts.values()) < 1:
        raise UserError(f"{given} must {both}be at least 1")
    if max(counts.values()) > LARGEST:
        raise UserError(f"{given} must {both}be at most {LARGEST}")


def check_model(model: keras.Model) -> None:
    """Check that a model can be trained.

    Raises:
        UserError: if it is not compiled or not built, or its learning rate is negative or not finite.
    """
    if not model.compiled:
        raise UserError("the model is not compiled: call model.compile(...) before training.fit")
    if not model.built:
        raise UserError("the model has no weights yet: start it with keras.Input(shape), or call model.build")
    rate = float(keras.ops.convert_to_numpy(model.optimizer.learning_rate))
    if not (math.isfinite(rate) and rate >= 0):
        raise UserError(f"learning_rate={rate:g} must be a finite number, and not below 0")


def as_arrays(x: Any, y: Any = None, sample_weight: Any = None, of: str = "") -> tuple[Any, ...] | None:
    """Return the data as nests of NumPy arrays, or None for what Keras iterates over by itself.

    Args:
        x: an array, a tensor of any backend, a pandas frame, or a dictionary, list or tuple of them.
        y: the targets, likewise; None where the model's loss needs none.
        sample_weight: weights, likewise, or a list of numbers.
        of: what the data are for, put before the names in messages: ``"validation "``.

    Returns:
        ``(x,)``, ``(x, y)`` or ``(x, y, sample_weight)``, lists as tuples (as tf.data needs them), memory-mapped arrays
        as they are. None if a leaf is no dense array: a dataset, a generator, a sparse or ragged tensor.

    Raises:
        UserError: if the arrays differ in length or are empty, or Python numbers stand where an array should.
    """
    if _is_numbers(sample_weight):
        sample_weight = np.asarray(sample_weight)
    data: tuple[Any, ...] = (x, y, sample_weight)
    while len(data) > 1 and data[-1] is None:
        data = data[:-1]
    for name, nest in zip(NAMES, data, strict=False):
        if _is_numbers(nest):
            raise UserError(f"{of}{name} holds Python numbers or texts: give NumPy arrays, as np.array does")
    if not all(leaf is None or _is_dense(leaf) for leaf in keras.tree.flatten(data)):
        return None
    arrays: tuple[Any, ...] = keras.tree.lists_to_tuples(keras.tree.map_structure(_as_array, data))
    _check_lengths(arrays, of)
    return arrays


def examples_in(data: Any) -> int:
    """Return the number of examples in a nest of arrays: the length of the first."""
    return len(next(leaf for leaf in keras.tree.flatten(data) if leaf is not None))


def _is_numbers(nest: Any) -> bool:
    leaves = keras.tree.flatten(nest)
    return bool(leaves) and all(isinstance(leaf, numbers.Number | str | bytes) for leaf in leaves)


def _is_dense(leaf: Any) -> bool:
    return hasattr(leaf, "__array__") and hasattr(leaf, "shape")


def _as_array(leaf: Any) -> Any:
    return leaf if leaf is None or isinstance(leaf, np.ndarray) else keras.ops.convert_to_numpy(leaf)


def _check_lengths(data: tuple[Any, ...], of: str) -> None:
    lengths = {}
    for path, leaf in keras.tree.flatten_with_path(data):
        if leaf is not None:
            name = of + NAMES[path[0]] + "".join(f"[{key!r}]" for key in path[1:])
            if leaf.ndim == 0:
                raise UserError(f"{name} is a single number: it needs a first axis of examples")
            lengths[name] = len(leaf)
    if not lengths:
        raise UserError(f"{of}x holds no array")
    (first, examples), *others = lengths.items()
    for name, length in others:
        if length != examples:
            raise UserError(f"{first} has {examples} examples and {name} has {length}: give equally many")
    if examples == 0:
        raise UserError(f"{first} is empty: there is no example to use")

"""Checks of the builders' arguments: one clear line before Keras builds anything.

Each function returns nothing if the argument is usable, and raises :class:`keras_course.errors.UserError` otherwise.
"""

import difflib
import inspect
import itertools
import math
import numbers
from collections.abc import Iterable, Sequence
from typing import Any

import keras

from keras_course.errors import UserError

MOST_WEIGHTS = 2**32
"""A network with more weights is refused: 16 GiB in float32, before gradients and optimizer."""
LARGEST = 3.4e38
"""The largest number that float32 holds, rounded."""


def check_count(name: str, value: Any, at_least: int = 1) -> None:
    """Check a number of units, layers or classes: an int, ``at_least`` or more."""
    if not _is_count(value, at_least):
        raise UserError(f"{name}={value!r} must be a whole number, at least {at_least}")


def check_counts(name: str, values: Any, what: str, *, empty: bool = False) -> None:
    """Check the numbers of a sequence, one for each layer or stage: ints of at least 1.

    Args:
        name: of the argument.
        values: its value.
        what: is counted, such as ``"filter"``.
        empty: whether an empty sequence is usable.
    """
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise UserError(f"{name}={values!r} must be a sequence of whole numbers, such as ({values},)")
    values = tuple(values)
    if not values and not empty:
        raise UserError(f"{name}=() is empty: give at least one number")
    if not all(_is_count(value) for value in values):
        raise UserError(f"{name}={values} must hold whole numbers: at least one {what} each")


def check_shape(shape: Any, dimensions: Sequence[int] = (), *, example: str = "(28, 28)") -> None:
    """Check the shape of one input, without the batch.

    Args:
        shape: the value of ``input_shape``.
        dimensions: the numbers of axes that it may have; ``()`` allows any.
        example: of a usable shape, for the message.
    """
    if isinstance(shape, str) or not isinstance(shape, Iterable):
        raise UserError(f"input_shape={shape!r} must be a tuple, such as {example}")
    shape = tuple(shape)
    if not shape or (dimensions and len(shape) not in dimensions):
        raise UserError(f"input_shape={shape} has {len(shape)} axes: give a shape such as {example}")
    check_counts("input_shape", shape, "value")
    if math.prod(shape) > MOST_WEIGHTS:
        raise UserError(f"input_shape={shape}: one input of {math.prod(shape):,} values is too large")


def check_fraction(name: str, value: Any) -> None:
    """Check the fraction that a dropout layer sets to zero: from 0 to below 1."""
    if not _is_real(value) or not 0 <= value < 1:
        raise UserError(f"{name}={value!r} is not a fraction: give a number from 0 to below 1")


def check_positive(name: str, value: Any) -> None:
    """Check a number: finite, and above 0."""
    if not _is_real(value) or not 0 < value < LARGEST:
        raise UserError(f"{name}={value!r} must be a finite number above 0")


def check_not_negative(name: str, value: Any) -> None:
    """Check a number: finite, and 0 or above."""
    if not _is_real(value) or not 0 <= value < LARGEST:
        raise UserError(f"{name}={value!r} must be a finite number, 0 or above")


def check_activation(name: str, value: Any, *more: str) -> None:
    """Check an activation: a name that Keras knows or one of ``more``, a function, or None for linear."""
    if value is None or callable(value) or value in more:
        return
    try:
        keras.activations.get(value)
    except (ValueError, TypeError):
        functions = inspect.getmembers(keras.activations, inspect.isfunction)
        known = sorted({*more, *(key for key, _ in functions)} - {"get", "serialize", "deserialize"})
        nearest = difflib.get_close_matches(str(value), known, cutoff=0.5) or known
        raise UserError(
            f"{name}={value!r} is not a known activation; the nearest: {', '.join(nearest)}"
        ) from None


def check_classes(num_classes: Any, classifier_activation: Any) -> None:
    """Check the number of classes, None or at least 2, and the activation of the last layer."""
    if num_classes is None:
        return
    if num_classes == 1:
        raise UserError("num_classes=1: a classifier tells at least two classes apart")
    check_count("num_classes", num_classes, at_least=2)
    check_activation("classifier_activation", classifier_activation)


def check_size(weights: int) -> None:
    """Check the number of weights of a network before it is built: at most :data:`MOST_WEIGHTS`."""
    if weights > MOST_WEIGHTS:
        raise UserError(
            f"this network would have about {weights:,} weights ({weights * 4 / 2**30:,.0f} GiB); "
            f"at most {MOST_WEIGHTS:,} are built: make its layers smaller"
        )


def _is_count(value: Any, at_least: int = 1) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= at_least  # as strict as Keras


def _is_real(value: Any) -> bool:
    return isinstance(value, numbers.Real)


def check_levels(levels: Any) -> None:
    """Raise UserError unless these are quantile levels: numbers between 0 and 1 that rise."""
    try:
        steps = [after - before for before, after in itertools.pairwise([0.0, *levels, 1.0])]
        rising = len(levels) > 0 and all(step > 0 for step in steps)
    except (TypeError, ValueError):
        rising = False
    if not rising:
        raise UserError(
            f"levels={levels!r} must be numbers between 0 and 1 that rise, such as (0.1, 0.5, 0.9)"
        )

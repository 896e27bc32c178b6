"""Maxout: a dense layer whose activation is learned."""

import math
import numbers
from typing import Any

import keras
from keras import ops

from keras_course.errors import UserError


@keras.saving.register_keras_serializable(package="keras_course")
class Maxout(keras.layers.Layer):
    """The largest of several linear functions of the input: ``max(w1.x + b1, w2.x + b2, ...)``.

    ReLU is the special case ``max(w.x, 0)``; with more pieces a unit can learn any convex function.

    Slide: deck 1, "Maxout"
    Paper: Goodfellow et al., "Maxout Networks", 2013 (https://arxiv.org/abs/1302.4389)

    Shape: ``(batch, inputs) -> (batch, units)``

    Args:
        units: number of outputs.
        pieces: how many linear functions each unit takes the maximum of.
        kernel_initializer: for the kernel, ``(inputs, units * pieces)``.
        kernel_regularizer: of the kernel, added to the loss.
        kernel_constraint: applied to the kernel after every update; Goodfellow et al. limit each column's norm.

    Raises:
        UserError: if ``units`` or ``pieces`` is not a whole number of at least 1.

    Example:
        >>> layer = Maxout(10, pieces=3)
        >>> layer(keras.ops.ones((2, 4))).shape
        TensorShape([2, 10])
    """

    def __init__(
        self,
        units: int,
        pieces: int = 2,
        kernel_initializer: Any = "glorot_uniform",
        kernel_regularizer: Any = None,
        kernel_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not all(isinstance(number, numbers.Integral) and number >= 1 for number in (units, pieces)):
            raise UserError(f"units={units!r}, pieces={pieces!r} must be whole numbers of at least 1")
        self.units = units
        self.pieces = pieces
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)
        self.kernel_constraint = keras.constraints.get(kernel_constraint)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the kernel ``(inputs, units * pieces)`` and the bias ``(units * pieces,)``."""
        self.kernel = self.add_weight(
            name="kernel",
            shape=(input_shape[-1], self.units * self.pieces),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias = self.add_weight(name="bias", shape=(self.units * self.pieces,), initializer="zeros")

    def call(self, inputs: Any) -> Any:
        """Return ``(..., units)``: one matrix product for all pieces, then the maximum over them."""
        z = ops.matmul(inputs, self.kernel) + self.bias  # (..., units * pieces)
        # One slice for each piece is twice as fast on a CPU as a reshape and a maximum over an axis.
        largest = z[..., : self.units]
        for piece in range(1, self.pieces):
            largest = ops.maximum(largest, z[..., piece * self.units : (piece + 1) * self.units])
        return largest

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """``(..., inputs) -> (..., units)``."""
        return (*input_shape[:-1], self.units)

    def multiply_adds(self, input_shape: tuple[int, ...], output_shape: tuple[int, ...]) -> int:
        """For ``evaluation.flops``: every piece of every unit is a product with all inputs."""
        return math.prod(output_shape) * self.pieces * input_shape[-1]

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``, for saving."""
        return {
            **super().get_config(),
            "units": self.units,
            "pieces": self.pieces,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "kernel_regularizer": keras.regularizers.serialize(self.kernel_regularizer),
            "kernel_constraint": keras.constraints.serialize(self.kernel_constraint),
        }

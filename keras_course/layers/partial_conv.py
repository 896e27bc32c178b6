"""A convolution whose filters read some of the input's maps each."""

import math
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_course.errors import UserError


@keras.saving.register_keras_serializable(package="keras_course")
class PartialConv2D(keras.layers.Conv2D):
    """Conv2D with a table of connections: each filter reads only the input maps that the table names.

    Only the weights of existing connections are stored, trained and counted. ``kernel`` puts them into a whole kernel
    with zeros elsewhere, so that one ordinary convolution does for all filters.

    It keeps the number of connections down, and makes the filters learn different things.

    Paper: LeCun et al., "Gradient-Based Learning Applied to Document Recognition", 1998, table I

    Shape: as ``keras.layers.Conv2D``, channels last.

    Args:
        connections: for each filter, the numbers of the maps that it reads, from 0.
        kernel_size: height and width of the kernels, in pixels.
        kwargs: further arguments of ``keras.layers.Conv2D``.

    Raises:
        UserError: for a filter without a map or with one twice, and when built on an input without such a map.

    Example:
        >>> layer = PartialConv2D([(0, 1), (1, 2), (0, 1, 2)], 5)
        >>> layer(keras.ops.ones((1, 14, 14, 3))).shape, layer.count_params()  # 7 connections of 25 weights, 3 biases
        (TensorShape([1, 10, 10, 3]), 178)
    """

    def __init__(self, connections: Sequence[Sequence[int]], kernel_size: Any, **kwargs: Any) -> None:
        self.connections = tuple(tuple(maps) for maps in connections)
        if not self.connections or any(not maps or len(set(maps)) < len(maps) for maps in self.connections):
            raise UserError(
                f"connections={self.connections} must name at least one map for each filter, once"
            )
        super().__init__(len(self.connections), kernel_size, **kwargs)

    def build(self, input_shape: tuple[int, ...]) -> None:
        """Create the weights, ``(height, width, connections)``, and the bias, ``(filters,)``."""
        channels = input_shape[-1]
        pairs = [(channel, place) for place, maps in enumerate(self.connections) for channel in maps]
        if not all(0 <= channel < channels for channel, _ in pairs):
            raise UserError(
                f"connections={self.connections} name maps that an input of {channels} maps lacks"
            )
        places = np.array([channel * self.filters + place for channel, place in pairs])
        # For each pair of channel and filter the number of its connection; the last, a zero, where there is none.
        self._numbers = np.full(channels * self.filters, len(pairs))
        self._numbers[places] = np.arange(len(pairs))

        def start(shape: Any, dtype: Any = None) -> Any:  # as large as the weights of a whole kernel
            whole = self.kernel_initializer((*self.kernel_size, channels, self.filters), dtype=dtype)
            return ops.take(ops.reshape(whole, (*self.kernel_size, -1)), places, axis=-1)

        self._kernel = self.add_weight(
            name="kernel",
            shape=(*self.kernel_size, len(pairs)),
            initializer=start,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=(self.filters,),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
        self.built = True

    @property
    def kernel(self) -> Any:
        """The whole kernel, ``(height, width, channels, filters)``: 0 where there is no connection."""
        with_zero = ops.pad(self._kernel, [(0, 0), (0, 0), (0, 1)])
        return ops.reshape(ops.take(with_zero, self._numbers, axis=-1), (*self.kernel_size, -1, self.filters))

    def save_own_variables(self, store: Any) -> None:
        """Save the weights of the connections; Conv2D would save the whole kernel."""
        keras.layers.Layer.save_own_variables(self, store)

    def load_own_variables(self, store: Any) -> None:
        """Load what :meth:`save_own_variables` saved."""
        keras.layers.Layer.load_own_variables(self, store)

    def multiply_adds(self, input_shape: tuple[int, ...], output_shape: tuple[int, ...]) -> int:
        """For ``evaluation.flops``, as the paper counts: every connection's weights once at every place."""
        return int(math.prod(output_shape[:2]) * math.prod(self._kernel.shape))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``, for saving."""
        config = {**super().get_config(), "connections": self.connections}
        del config["filters"]
        return config

"""A convolution that normalises its kernels instead of its maps."""

import math
from typing import Any

import keras
from keras import ops

RELU_GAIN = math.sqrt(2 / (1 - 1 / math.pi))
"""Brings the variance of ``relu(x)`` back to 1, where x is standard normal."""


@keras.saving.register_keras_serializable(package="keras_course")
class StandardizedConv2D(keras.layers.Conv2D):
    """Conv2D whose kernels always have mean 0 and, over all their inputs together, variance 1 (weight standardisation).

    Each filter has a gain to learn, which its kernel is multiplied with. Values then keep their size from layer to
    layer without batch normalisation: no batch statistics, the same arithmetic in training and inference, and less
    time, because there are far fewer weights than values in maps.

    Papers: Qiao et al., "Micro-Batch Training with Batch-Channel Normalization and Weight Standardization", 2019
        (https://arxiv.org/abs/1903.10520); Brock et al., "Characterizing signal propagation to close the performance
        gap in unnormalized ResNets", 2021 (https://arxiv.org/abs/2101.08692)

    Shape: as ``keras.layers.Conv2D``.

    Args:
        filters: how many.
        kernel_size: height and width of the kernels, in pixels.
        initial_gain: of every filter; ``RELU_GAIN`` for inputs that come out of a ReLU.
        kwargs: further arguments of ``keras.layers.Conv2D``.
    """

    def __init__(self, filters: int, kernel_size: Any, initial_gain: float = 1.0, **kwargs: Any) -> None:
        super().__init__(filters, kernel_size, **kwargs)
        self.initial_gain = initial_gain

    def build(self, input_shape: Any) -> None:
        """Add the gains, ``(filters,)``."""
        super().build(input_shape)
        start = keras.initializers.Constant(self.initial_gain)
        self.gain = self.add_weight(shape=(self.filters,), initializer=start, name="gain")

    def convolution_op(self, inputs: Any, kernel: Any) -> Any:
        """The convolution, with the kernel standardised: ``(height, width, channels, filters)``."""
        weights = ops.cast(kernel, "float32")
        mean, variance = ops.moments(weights, axes=(0, 1, 2), keepdims=True)
        inputs_of_a_filter = math.prod(kernel.shape[:3])
        scale = ops.cast(self.gain, "float32") / ops.sqrt(variance * inputs_of_a_filter + 1e-4)
        return super().convolution_op(inputs, ops.cast((weights - mean) * scale, inputs.dtype))

    def save_own_variables(self, store: Any) -> None:
        """Save the gains too: Conv2D saves kernel and bias only."""
        super().save_own_variables(store)
        store["gain"] = self.gain

    def load_own_variables(self, store: Any) -> None:
        """Load what :meth:`save_own_variables` saved."""
        super().load_own_variables(store)
        self.gain.assign(store["gain"])

    def get_config(self) -> dict[str, Any]:
        """Everything ``__init__`` needs, so that the layer loads from a file."""
        return {**super().get_config(), "initial_gain": self.initial_gain}

"""Weight standardization: a convolution that normalizes its kernels instead of its maps."""

import math
from typing import Any

import keras
from keras import ops

RELU_GAIN = math.sqrt(2 / (1 - 1 / math.pi))
"""The gain with which ``relu(x)`` has variance 1 again, where x is standard normal."""


@keras.saving.register_keras_serializable(package="keras_course")
class StandardizedConv2D(keras.layers.Conv2D):
    """Conv2D with weight standardization: each filter's kernel has mean 0, and variance 1 over the sum of its inputs.

    Each kernel is multiplied by a gain, one a filter, which is trained. Activations then keep their variance from
    layer to layer without batch normalization: no batch statistics, the same arithmetic in training and inference, and
    less time, because there are far fewer weights than values in the maps.

    Papers: Qiao et al., "Micro-Batch Training with Batch-Channel Normalization and Weight Standardization", 2019
        (https://arxiv.org/abs/1903.10520); Brock et al., "Characterizing signal propagation to close the performance
        gap in unnormalized ResNets", 2021 (https://arxiv.org/abs/2101.08692)

    Shape: as ``keras.layers.Conv2D``.

    Args:
        filters: how many.
        kernel_size: height and width of the kernels, in pixels.
        initial_gain: of every filter; ``RELU_GAIN`` where the inputs are the outputs of a ReLU.
        kwargs: further arguments of ``keras.layers.Conv2D``.

    Example:
        >>> layer = StandardizedConv2D(8, 3, RELU_GAIN, padding="same")
        >>> layer(keras.ops.ones((1, 16, 16, 3))).shape
        TensorShape([1, 16, 16, 8])
    """

    def __init__(self, filters: int, kernel_size: Any, initial_gain: float = 1.0, **kwargs: Any) -> None:
        super().__init__(filters, kernel_size, **kwargs)
        self.initial_gain = initial_gain

    def build(self, input_shape: Any) -> None:
        """Create kernel and bias, and the gains, ``(filters,)``."""
        super().build(input_shape)
        start = keras.initializers.Constant(self.initial_gain)
        self.gain = self.add_weight(shape=(self.filters,), initializer=start, name="gain")

    def convolution_op(self, inputs: Any, kernel: Any) -> Any:
        """Standardize the kernel, ``(height, width, channels, filters)``, then convolve."""
        weights = ops.cast(kernel, "float32")
        mean, variance = ops.moments(weights, axes=(0, 1, 2), keepdims=True)
        fan_in = math.prod(kernel.shape[:3])
        scale = ops.cast(self.gain, "float32") / ops.sqrt(variance * fan_in + 1e-4)
        return super().convolution_op(inputs, ops.cast((weights - mean) * scale, inputs.dtype))

    def save_own_variables(self, store: Any) -> None:
        """Save the gains too; Conv2D saves only kernel and bias."""
        super().save_own_variables(store)
        store["gain"] = self.gain

    def load_own_variables(self, store: Any) -> None:
        """Load what :meth:`save_own_variables` saved."""
        super().load_own_variables(store)
        self.gain.assign(store["gain"])

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``, for saving."""
        return {**super().get_config(), "initial_gain": self.initial_gain}

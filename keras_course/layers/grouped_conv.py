"""A grouped convolution that is fast on a CPU too."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_course")
class GroupedConv2D(keras.layers.Conv2D):
    """``Conv2D(groups=...)``, as one convolution a group: the same weights, the same outputs.

    Each of the ``groups`` towers has its share of the filters, which read its share of the input's maps. On a CPU
    TensorFlow has no grouped convolution, and Keras has XLA compile one: a step of AlexNet's layers then took 4 to 10
    times as long as here (two busy cores).

    Shape: as ``keras.layers.Conv2D``, channels last.

    Example:
        >>> layer = GroupedConv2D(256, 5, padding="same", groups=2)
        >>> layer(keras.ops.ones((1, 27, 27, 96))).shape, layer.count_params()  # 25 * 48 * 256 + 256
        (TensorShape([1, 27, 27, 256]), 307456)
    """

    def convolution_op(self, inputs: Any, kernel: Any) -> Any:
        """Split input and kernel, ``(height, width, channels / groups, filters)``, convolve, concatenate."""
        convolve = super().convolution_op
        parts = zip(
            ops.split(inputs, self.groups, axis=-1), ops.split(kernel, self.groups, axis=-1), strict=True
        )
        return ops.concatenate([convolve(*part) for part in parts], axis=-1)

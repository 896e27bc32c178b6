"""Ask a network twice: about a photo, and about its mirror image."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_course")
class MirrorAverage(keras.layers.Wrapper):
    """In inference, the average of what a network says of each photo and of its mirror image; in training nothing new.

    A cat is a cat in the mirror: two looks at it make fewer mistakes than one, for twice the time.

    Source: Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural Networks", 2012, section 4.1

    Shape: that of the network, whose input is ``(batch, height, width, channels)``.

    Args:
        layer: the network, which gives probabilities.
    """

    def call(self, inputs: Any, training: bool = False) -> Any:
        """One look in training, two otherwise."""
        if training:
            return self.layer(inputs, training=True)
        both = ops.concatenate([inputs, ops.flip(inputs, axis=2)])
        first, second = ops.split(self.layer(both, training=False), 2)
        return (first + second) / 2

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The network's."""
        return self.layer.compute_output_shape(input_shape)

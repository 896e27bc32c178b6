"""Test-time augmentation: average a network's predictions for a photo and for its mirror image."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_course")
class HorizontalFlipAverage(keras.layers.Wrapper):
    """In inference, average a network's predictions for each photo and its mirror image; in training, change nothing.

    A cat is a cat in the mirror: the average of two predictions makes fewer mistakes than one, in twice the time.

    Paper: Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural Networks", 2012, section 4.1

    Shape: that of the network, whose input is ``(batch, height, width, channels)``.

    Args:
        layer: the network, which returns probabilities.

    Example:
        >>> from keras_course.models import modern
        >>> model = keras.Sequential([keras.Input((64, 64, 3)), HorizontalFlipAverage(modern((64, 64, 3)))])
        >>> model.output_shape
        (None, 1)
    """

    applications = 2
    """Of the network, in inference: for ``evaluation.flops``."""

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Predict once in training, twice otherwise."""
        if training:
            return self.layer(inputs, training=True)
        both = ops.concatenate([inputs, ops.flip(inputs, axis=2)])
        original, mirrored = ops.split(self.layer(both, training=False), 2)
        return (original + mirrored) / 2

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The network's."""
        shape: tuple[int | None, ...] = self.layer.compute_output_shape(input_shape)
        return shape

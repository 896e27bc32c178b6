"""Change brightness, contrast and saturation of each photo of a batch at random."""

from typing import Any

import keras
from keras import ops

from keras_course.errors import UserError


@keras.saving.register_keras_serializable(package="keras_course")
class RandomColor(keras.layers.Layer):
    """Change brightness, contrast and saturation of each photo at random, in training only.

    Saturation moves each pixel away from its own grey or towards it, contrast moves all pixels away from middle grey
    or towards it, brightness adds the same to all. Every photo and every call draws new amounts. In inference the
    layer does nothing, and ``saving.export`` omits it.

    Shape: ``(batch, height, width, channels) -> the same``, values 0 to 255, in floats.

    Args:
        amount: 0 to 1. Saturation and contrast are multiplied by ``1 - amount`` to ``1 + amount``; brightness changes
            by up to ``amount`` of the whole range.
        seed: of the random numbers; None takes one from Keras' own.

    Raises:
        UserError: for an amount outside 0 to 1.

    Example:
        >>> layer = RandomColor(0.3, seed=0)
        >>> layer(keras.ops.ones((2, 32, 32, 3)), training=True).shape
        TensorShape([2, 32, 32, 3])
    """

    augments = True

    def __init__(self, amount: float = 0.2, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not 0 <= amount <= 1:
            raise UserError(f"amount={amount} is out of range: give a number from 0 to 1")
        self.amount = amount
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Change the colors in training; otherwise only turn integers into floats."""
        x = ops.cast(inputs, self.compute_dtype)
        if not training:
            return x
        drawn = keras.random.uniform(
            (3, ops.shape(x)[0], 1, 1, 1), -self.amount, self.amount, x.dtype, self.seed_generator
        )
        saturation, contrast, brightness = drawn[0] + 1, drawn[1] + 1, drawn[2] * 255
        grey = ops.mean(x, axis=-1, keepdims=True)
        x = grey + (x - grey) * saturation
        x = 127.5 + (x - 127.5) * contrast + brightness
        return ops.clip(x, 0, 255)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The shape of the input."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``, for saving."""
        return {**super().get_config(), "amount": self.amount, "seed": self.seed}

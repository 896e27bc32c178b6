"""Change brightness, contrast and saturation of each photo of a batch at random."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_course")
class RandomColor(keras.layers.Layer):
    """Vary the light of each photo, in training only; every photo and every call draws anew.

    Saturation moves each pixel away from its grey or towards it, contrast moves all away from middle grey or towards
    it, brightness adds the same to all. In inference the layer does nothing, and ``saving.export`` leaves it out.

    Shape: ``(batch, height, width, channels) -> the same``, values 0 to 255, in floats.

    Args:
        amount: how far, 0 to 1: saturation and contrast are multiplied by ``1 - amount`` to ``1 + amount``, brightness
            moves by up to ``amount`` of the whole range.
        seed: of the random numbers; None takes one from Keras' own.

    Raises:
        ValueError: for an amount outside 0 to 1.
    """

    def __init__(self, amount: float = 0.2, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not 0 <= amount <= 1:
            raise ValueError(f"amount={amount} is out of range: give a number from 0 to 1")
        self.amount = amount
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Vary in training; otherwise only make floats of integers."""
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
        """Everything ``__init__`` needs, so that the layer loads from a file."""
        return {**super().get_config(), "amount": self.amount, "seed": self.seed}

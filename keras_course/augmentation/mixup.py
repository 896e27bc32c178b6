"""Learn from mixtures of two photos, between two labels."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_course")
class MixUp(keras.layers.Layer):
    """In training, lay another picture of the batch over each one; the loss then expects as much of either label.

    The picture itself keeps the larger share: its label stays the better answer, and accuracy keeps its meaning.
    A network that has seen 70 % of a cat under 30 % of a dog cannot learn its photos by heart, and what it says between
    two photos stays smooth. In inference the layer does nothing.

    Paper: Zhang et al., "mixup: Beyond Empirical Risk Minimization", 2018 (https://arxiv.org/abs/1710.09412)

    Shape: ``(batch, height, width, channels) -> the same``, in floats.

    Train with :class:`keras_course.losses.MixedLoss`, which takes the shares from this layer.

    Args:
        alpha: of the beta distribution that each picture's share is drawn from: 0.2 leaves most pictures almost alone,
            1 draws every share alike.
        seed: of the random numbers; None takes one from Keras' own.

    Raises:
        ValueError: for an alpha that is not above 0.
    """

    def __init__(self, alpha: float = 0.2, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if alpha <= 0:
            raise ValueError(f"alpha={alpha} must be above 0")
        self.alpha = alpha
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.shares: Any = None
        """Of the step under way: (batch,) how much of each picture is left, from 0.5; None where nothing was mixed."""

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Mix the batch with itself in reverse order."""
        x = ops.cast(inputs, self.compute_dtype)
        self.shares = None
        if not training:
            return x
        drawn = keras.random.beta(
            (ops.shape(x)[0],), self.alpha, self.alpha, "float32", seed=self.seed_generator
        )
        self.shares = ops.maximum(drawn, 1 - drawn)
        shares = ops.reshape(ops.cast(self.shares, x.dtype), (-1, 1, 1, 1))
        return shares * x + (1 - shares) * ops.flip(x, axis=0)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The shape of the input."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Everything ``__init__`` needs, so that the layer loads from a file."""
        return {**super().get_config(), "alpha": self.alpha, "seed": self.seed}

"""Local response normalization: a filter is damped where its neighbours speak loudly."""

from typing import Any

import keras
import numpy as np
from keras import ops

from keras_course.errors import UserError


@keras.saving.register_keras_serializable(package="keras_course")
class LocalResponseNormalization(keras.layers.Layer):
    """``x[i] / (bias + alpha * sum(x[j]**2))**beta``, the sum over the ``size`` channels around channel ``i``.

    At the first and last channels the sum has fewer terms. Unlike batch normalization it has nothing to train, and does
    the same in training and inference. With the paper's ``alpha`` the sum counts only where activations reach dozens,
    as they do for pixels of 0 to 255; for smaller ones this is a division by ``bias**beta``, 1.68.

    Paper: Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural Networks", 2012, section 3.3,
        where ``bias`` is called k and ``size`` n. PyTorch and Caffe divide ``alpha`` by ``size``.

    Shape: ``(batch, ..., channels) -> (batch, ..., channels)``

    Args:
        size: channels in the sum; an odd number, so that as many lie on each side.
        bias: of the sum.
        alpha: what the sum of squares is multiplied by.
        beta: the exponent.

    Raises:
        UserError: if ``size`` is not an odd whole number, ``bias`` is not above 0, or ``alpha`` or ``beta`` is below 0.

    Example:
        >>> y = LocalResponseNormalization(size=3, bias=1.0, alpha=1.0, beta=1.0)(keras.ops.array([[1.0, 2.0, 1.0]]))
        >>> [round(float(value), 3) for value in y[0]]  # 1 / (1 + 1 + 4), 2 / (1 + 1 + 4 + 1), 1 / (1 + 4 + 1)
        [0.167, 0.286, 0.167]
    """

    def __init__(
        self, size: int = 5, bias: float = 2.0, alpha: float = 1e-4, beta: float = 0.75, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        if not isinstance(size, int) or size < 1 or size % 2 == 0:
            raise UserError(f"size={size!r} must be an odd whole number, such as 5")
        if not bias > 0 or not min(alpha, beta) >= 0:
            raise UserError(f"bias={bias} must be above 0, alpha={alpha} and beta={beta} 0 or above")
        self.size = size
        self.bias = bias
        self.alpha = alpha
        self.beta = beta

    def call(self, inputs: Any) -> Any:
        """Sum by a matrix of neighbours: on a CPU far faster than slices, as exp and log are than a power."""
        x = ops.cast(inputs, "float32")  # squares leave the range of float16
        channels = np.arange(x.shape[-1])
        neighbours = np.abs(channels[:, None] - channels) <= self.size // 2  # (channels, channels)
        total = self.bias + self.alpha * ops.matmul(ops.square(x), ops.cast(neighbours, "float32"))
        return ops.cast(x * ops.exp(-self.beta * ops.log(total)), inputs.dtype)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """That of the input."""
        return input_shape

    def multiply_adds(self, input_shape: tuple[int, ...], output_shape: tuple[int, ...]) -> int:
        """For ``evaluation.flops``: no weights, as in every normalization."""
        return 0

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``, for saving."""
        settings = {"size": self.size, "bias": self.bias, "alpha": self.alpha, "beta": self.beta}
        return {**super().get_config(), **settings}

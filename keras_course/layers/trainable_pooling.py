"""Trainable pooling, or subsampling: average pooling with a coefficient and a bias for each map."""

from typing import Any

import keras


@keras.saving.register_keras_serializable(package="keras_course")
class TrainablePooling2D(keras.layers.AveragePooling2D):
    """``activation(coefficient * sum + bias)``, the sum over each window, with a coefficient and a bias for each map.

    Where the coefficient is small the activation is nearly linear, and the map is only blurred; where it is large, a
    unit says something like "or" or "and" of its window, as the bias will have it. It starts as average pooling.

    Paper: LeCun et al., "Gradient-Based Learning Applied to Document Recognition", 1998, section II.B, layer S2

    Shape: as ``keras.layers.AveragePooling2D``: ``(batch, height, width, maps) -> (batch, height/2, width/2, maps)``

    Args:
        pool_size: height and width of a window, in pixels.
        activation: any of Keras; None is linear.
        kwargs: further arguments of ``keras.layers.AveragePooling2D``.

    Example:
        >>> layer = TrainablePooling2D(2, activation="tanh")
        >>> layer(keras.ops.ones((1, 28, 28, 6))).shape, layer.count_params()
        (TensorShape([1, 14, 14, 6]), 12)
    """

    def __init__(self, pool_size: Any = 2, activation: Any = None, **kwargs: Any) -> None:
        super().__init__(pool_size, **kwargs)
        self.activation = keras.activations.get(activation)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create coefficients and biases, ``(maps,)`` each."""
        self.window = self.pool_size[0] * self.pool_size[1]
        start = keras.initializers.Constant(1 / self.window)
        self.coefficient = self.add_weight(name="coefficient", shape=(input_shape[-1],), initializer=start)
        self.bias = self.add_weight(name="bias", shape=(input_shape[-1],), initializer="zeros")

    def call(self, inputs: Any) -> Any:
        """The sum of a window is its average times the window's size."""
        average = super().call(inputs)
        return self.activation(average * (self.window * self.coefficient) + self.bias)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``, for saving."""
        return {**super().get_config(), "activation": keras.activations.serialize(self.activation)}

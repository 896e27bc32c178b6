"""Rotate, shift, shear, zoom and flip each photo of a batch at random, in one warp."""

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_course.augmentation.settings import Augmentation


@keras.saving.register_keras_serializable(package="keras_course")
class RandomAffine(keras.layers.Layer):
    """Rotate, shift, shear, zoom and flip each photo at random, in training only.

    Every photo gets a matrix of its own, and every call draws new ones. In inference the layer does nothing, and
    ``saving.export`` omits it.

    Shape: ``(batch, height, width, channels) -> the same``, values of any range (0 to 255 or 0 to 1), in floats; also
    ``(batch, height, width)``.

    Args:
        augmentation: how far photos are varied; a dictionary of its fields, as in a saved model, will do.
        seed: of the random numbers; None takes one from Keras' own.

    Raises:
        UserError: for a value of the augmentation that is out of range.

    Example:
        >>> layer = RandomAffine(Augmentation(rotation=10, horizontal_flip=False), seed=0)
        >>> layer(np.zeros((2, 32, 32, 3), "uint8"), training=True).shape
        TensorShape([2, 32, 32, 3])
    """

    augments = True

    def __init__(
        self,
        augmentation: Augmentation | dict[str, Any] | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if isinstance(augmentation, dict):
            augmentation = Augmentation(**augmentation)
        self.augmentation = augmentation or Augmentation()
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.supports_jit = True

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Warp in training; otherwise only turn integers into floats."""
        if not training:
            return ops.cast(inputs, self.compute_dtype)
        if len(inputs.shape) == 3:
            return self.call(inputs[..., None], training)[..., 0]
        count, height, width = ops.shape(inputs)[0], inputs.shape[1], inputs.shape[2]
        numbers = keras.random.uniform((7, count), -1.0, 1.0, dtype="float32", seed=self.seed_generator)
        matrices = affine_matrices(numbers, self.augmentation, height, width)
        return ops.cast(_fused(affine_warp)(inputs, matrices, self.augmentation.fill), self.compute_dtype)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The shape of the input."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``, for saving."""
        return {
            **super().get_config(),
            "augmentation": dataclasses.asdict(self.augmentation),
            "seed": self.seed,
        }


def affine_matrices(numbers: Any, augmentation: Augmentation, height: int, width: int) -> Any:
    """Turn random numbers into one matrix for each photo.

    The matrix maps each output pixel to the place in the photo that it is taken from: ``(x, y, 1) -> (x', y')``, in
    pixels from the photo's centre, x to the right and y down. It is ``rotation . shift . shear . zoom . flip``, in
    ImageDataGenerator's order.

    Args:
        numbers: ``(7, n)`` from -1 to 1: rotation, the two shifts, shear, the two zooms, flip (if below 0).
        augmentation: what -1 and 1 stand for.
        height: of the photos, in pixels.
        width: of the photos, in pixels.

    Returns:
        ``(n, 2, 3)`` float32.
    """
    turn, right, down, lean, wide, high, mirror = ops.unstack(ops.cast(numbers, "float32"), 7, axis=0)
    a = augmentation
    angle = turn * float(np.deg2rad(a.rotation))
    shear = lean * float(np.deg2rad(a.shear))
    zoom_x, zoom_y = 1 + a.zoom * wide, 1 + a.zoom * high
    if a.horizontal_flip:
        zoom_x = ops.where(mirror < 0, -zoom_x, zoom_x)
    shift_x, shift_y = right * (a.width_shift * width), down * (a.height_shift * height)
    cosine, sine = ops.cos(angle), ops.sin(angle)
    # rotation . shear = [[c, -s], [s, c]] . [[1, -sin k], [0, cos k]]
    lean_x = -cosine * ops.sin(shear) - sine * ops.cos(shear)
    lean_y = -sine * ops.sin(shear) + cosine * ops.cos(shear)
    rows = [
        [cosine * zoom_x, lean_x * zoom_y, cosine * shift_x - sine * shift_y],
        [sine * zoom_x, lean_y * zoom_y, sine * shift_x + cosine * shift_y],
    ]
    return ops.stack([ops.stack(row, axis=-1) for row in rows], axis=-2)


def affine_warp(images: Any, matrices: Any, fill: str = "nearest") -> Any:
    """Warp each photo: every output pixel is interpolated between the four pixels around the place it comes from.

    Args:
        images: ``(n, height, width, channels)``, integers or floats.
        matrices: ``(n, 2, 3)``, as from :func:`affine_matrices`.
        fill: what lies beyond the edge: ``"nearest"`` repeats the edge, ``"constant"`` is 0, ``"reflect"`` mirrors the
            photo.

    Returns:
        ``(n, height, width, channels)`` float32.
    """
    height, width, channels = images.shape[1:]
    across = ops.arange(width, dtype="float32") - (width - 1) / 2  # (width,)
    down = ops.reshape(ops.arange(height, dtype="float32") - (height - 1) / 2, (height, 1))
    m = ops.reshape(ops.cast(matrices, "float32"), (-1, 2, 3, 1, 1))
    x = m[:, 0, 0] * across + m[:, 0, 1] * down + (m[:, 0, 2] + (width - 1) / 2)  # (n, height, width)
    y = m[:, 1, 0] * across + m[:, 1, 1] * down + (m[:, 1, 2] + (height - 1) / 2)
    rounding = 1e-3  # pixels: a quarter turn must not lose the rim
    inside = (x >= -rounding) & (x <= width - 1 + rounding) & (y >= -rounding) & (y <= height - 1 + rounding)
    x, y = _onto(x, width, fill), _onto(y, height, fill)

    left, top = ops.minimum(ops.floor(x), max(width - 2, 0)), ops.minimum(ops.floor(y), max(height - 2, 0))
    right_weight, lower_weight = (x - left)[..., None], (y - top)[..., None]
    first = ops.reshape(ops.arange(ops.shape(images)[0], dtype="int32") * (height * width), (-1, 1, 1))
    corner = first + ops.cast(top, "int32") * width + ops.cast(left, "int32")  # (n, height, width)
    # Bytes stay bytes until they are fetched: fetching is what takes time.
    pixels = ops.reshape(images, (-1, channels))

    def fetch(offset: int) -> Any:
        return ops.cast(_rows(pixels, corner + offset), "float32")

    to_right, to_below = min(1, width - 1), width * min(1, height - 1)
    upper = fetch(0) * (1 - right_weight) + fetch(to_right) * right_weight
    lower = fetch(to_below) * (1 - right_weight) + fetch(to_below + to_right) * right_weight
    drawn = upper * (1 - lower_weight) + lower * lower_weight
    if fill == "constant":
        drawn = ops.where(inside[..., None], drawn, 0.0)
    return drawn


def _onto(place: Any, length: int, fill: str) -> Any:
    """Map places beyond the edge onto the photo."""
    if fill == "reflect":  # d c b a | a b c d | d c b a
        place = ops.mod(place + 0.5, 2 * length)
        place = ops.minimum(place, 2 * length - place) - 0.5
    return ops.clip(place, 0, length - 1)


def _rows(array: Any, places: Any) -> Any:
    """``array[places]``; JAX is told that every place is within the array, which halves its time."""
    if keras.backend.backend() == "jax":
        return array.at[places].get(mode="promise_in_bounds")
    return ops.take(array, places, axis=0)


@functools.cache
def _fused(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile the function into one XLA program, because TensorFlow compiles no training step on a CPU.

    JAX would run a single call of the layer op by op otherwise.
    """
    if keras.backend.backend() == "jax":
        import jax

        compiled: Callable[..., Any] = jax.jit(function, static_argnums=2)
        return compiled
    if keras.backend.backend() != "tensorflow":
        return function
    import tensorflow as tf

    compiled = tf.function(function, jit_compile=True)
    return compiled

"""The gradient of a function, and what a gradient is taken of: one value of a model's output for each picture."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np

from keras_course.errors import UserError


def gradient(function: Callable[[Any], Any], x: Any) -> Any:
    """The gradient of a scalar function at ``x``, by the backend's own differentiation.

    Args:
        function: takes a tensor and returns a scalar tensor; made of ``keras.ops``.
        x: a float tensor of the backend.

    Returns:
        A tensor with the shape of ``x``.

    Example:
        >>> from keras import ops
        >>> x = ops.convert_to_tensor([1.0, 2.0])
        >>> ops.convert_to_numpy(gradient(lambda x: ops.sum(x**2), x)).tolist()
        [2.0, 4.0]
    """
    name = keras.backend.backend()
    if name == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x)
        return tape.gradient(y, x)
    if name == "jax":
        import jax

        return jax.grad(function)(x)
    x = x.detach().requires_grad_(True)
    function(x).backward()
    return x.grad


def class_signs(classes: Sequence[int], outputs: int) -> np.ndarray:
    """What the logits are multiplied with, ``(n, outputs)``, so that their sum is each picture's logit of its class.

    One output is the logit of class 1; with the opposite sign it is that of class 0.
    """
    wanted = np.asarray(classes)
    if outputs == 1:
        return np.where(wanted == 1, 1.0, -1.0)[:, None].astype("float32")
    return np.asarray(np.eye(outputs, dtype="float32")[wanted])


def check_classes(model: keras.Model, classes: Sequence[int], pictures: int) -> None:
    """Raise UserError unless there is one of the model's classes for each picture."""
    if len(classes) != pictures:
        raise UserError(
            f"there are {pictures} pictures and {len(classes)} classes: give one class for each picture"
        )
    count = max(model.output_shape[-1], 2)
    if not all(0 <= one < count for one in classes):
        raise UserError(f"classes={list(classes)}: the classes of {model.name!r} are 0 to {count - 1}")

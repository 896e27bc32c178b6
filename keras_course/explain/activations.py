"""The outputs of a model's inner layers."""

from collections.abc import Sequence

import keras
import numpy as np
from keras import ops

from keras_course.errors import UserError


def layer_outputs(model: keras.Model, pictures: np.ndarray, names: Sequence[str]) -> dict[str, np.ndarray]:
    """The outputs of some layers: a convolution's feature maps, or a dense layer's activations.

    Args:
        model: a Sequential or functional model; the layers are its own, not those of a model inside it.
        pictures: ``(n, ...)``, as the model takes them.
        names: the layers' names.

    Returns:
        For each name an array, ``(n, ...)``.

    Raises:
        UserError: if the model has no such layer.

    Example:
        >>> from keras_course.models import convnet_sequential
        >>> maps = layer_outputs(convnet_sequential(), np.zeros((2, 28, 28, 1)), ["relu_1_1"])
        >>> maps["relu_1_1"].shape
        (2, 28, 28, 32)
    """
    layers = [find_layer(model, name) for name in names]
    watched = keras.Model(model.inputs[0], [layer.output for layer in layers])
    return dict(zip(names, outputs_of(watched, pictures), strict=True))


def outputs_of(model: keras.Model, pictures: np.ndarray, batch_size: int = 32) -> list[np.ndarray]:
    """Each output of the model for all pictures, without compiling a model that is used only once."""
    batches = []
    for first in range(0, len(pictures), batch_size):
        found = model(np.asarray(pictures[first : first + batch_size]), training=False)
        batches.append([ops.convert_to_numpy(one) for one in (found if isinstance(found, list) else [found])])
    if not batches:
        raise UserError("there is no picture to look at: give at least one")
    return [np.concatenate(outputs) for outputs in zip(*batches, strict=True)]


def find_layer(model: keras.Model, name: str) -> keras.layers.Layer:
    """The model's layer of that name.

    Raises:
        UserError: if there is none; the message lists the names.
    """
    for layer in model.layers:
        if layer.name == name:
            return layer
    names = ", ".join(layer.name for layer in model.layers)
    raise UserError(f"{model.name!r} has no layer {name!r}: it has {names}")

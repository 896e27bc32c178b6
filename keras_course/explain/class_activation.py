"""Grad-CAM: where in a picture a classifier sees a class."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_course.errors import UserError
from keras_course.explain.activations import find_layer, outputs_of
from keras_course.explain.copies import changed, linear
from keras_course.explain.gradients import check_classes, class_signs, gradient


def grad_cam(
    model: keras.Model, pictures: np.ndarray, classes: Sequence[int], layer: str | None = None
) -> np.ndarray:
    """Where in each picture the model sees a class.

    Each of the layer's maps is weighted by the derivative of the class's logit, averaged over the map. Their weighted
    sum, with negative values set to zero, is large where the picture speaks for the class. The logit is the output
    before the last layer's softmax or sigmoid, as in the paper.

    Paper: Selvaraju et al., "Grad-CAM", 2017 (https://arxiv.org/abs/1610.02391)

    Args:
        model: a Sequential or functional classifier; one output means two classes.
        pictures: ``(n, height, width, channels)``, as the model takes them.
        classes: for each picture, the class to look for.
        layer: a layer with maps; by default the last one whose maps are larger than 1x1.

    Returns:
        ``(n, map height, map width)``, each picture's largest value 1 (all zeros where nothing speaks for the class).

    Raises:
        UserError: if the model has no such layer, none with maps, or not these classes.

    Example:
        >>> from keras_course.models import convnet_sequential
        >>> grad_cam(convnet_sequential(), np.zeros((2, 28, 28, 1)), classes=[3, 8]).shape
        (2, 7, 7)
    """
    name = layer or last_layer_with_maps(model)
    check_classes(model, classes, len(pictures))
    maps_of = keras.Model(model.inputs[0], find_layer(model, name).output)
    maps = outputs_of(maps_of, pictures)[0].astype("float32")  # (n, h, w, filters)
    network, shifted = _with_shift(model, name)
    x = ops.convert_to_tensor(np.asarray(pictures), "float32")
    signs = ops.convert_to_tensor(class_signs(classes, model.output_shape[-1]))

    def total(shift: Any) -> Any:
        shifted.shift = shift
        return ops.sum(network(x, training=False) * signs)

    gradients = np.asarray(ops.convert_to_numpy(gradient(total, ops.zeros(maps.shape))))
    weights = gradients.mean(axis=(1, 2), keepdims=True)  # (n, 1, 1, filters)
    seen = np.maximum((weights * maps).sum(axis=-1), 0)
    highest = seen.max(axis=(1, 2), keepdims=True)
    found: np.ndarray = seen / np.where(highest > 0, highest, 1)
    return found


def last_layer_with_maps(model: keras.Model) -> str:
    """The name of the model's last layer with maps; of 1x1 values (C5 of LeNet-5) only if no others are there."""
    shapes = {layer.name: tuple(getattr(layer.output, "shape", ())) for layer in model.layers}
    with_maps = [name for name, shape in shapes.items() if len(shape) == 4]
    wider = [name for name in with_maps if shapes[name][1:3] != (1, 1)]
    if with_maps:
        return str((wider or with_maps)[-1])
    raise UserError(f"{model.name!r} has no layer with maps (height, width, filters)")


def _with_shift(model: keras.Model, name: str) -> "tuple[keras.Model, _Shifted]":
    """The model up to its logits, in which something can be added to a layer's maps: where it is 0, nothing changes."""
    last, shifted = model.layers[-1], _Shifted(name="shifted")

    def call(layer: Any, *inputs: Any, **named: Any) -> Any:
        maps = layer(*inputs, **named)
        return shifted(maps) if layer.name == name else maps

    graph = keras.Model(model.inputs[0], model.outputs[0])  # a Sequential model has one too
    return changed(graph, lambda layer: linear(layer) if layer is last else None, call), shifted


class _Shifted(keras.layers.Layer):
    """Adds a tensor that is given from outside."""

    shift: Any = 0.0

    def call(self, maps: Any) -> Any:
        """Add the shift."""
        return maps + self.shift

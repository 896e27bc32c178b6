"""Grad-CAM: where in a picture a classifier sees a class."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_course.errors import UserError
from keras_course.explain.activations import find_layer, outputs_of


def grad_cam(
    model: keras.Model, pictures: np.ndarray, classes: Sequence[int], layer: str | None = None
) -> np.ndarray:
    """Where in each picture the model sees a class.

    Each of the layer's maps is weighted by the derivative of the class's logit, averaged over the map. Their weighted
    sum, with negative values set to zero, is large where the picture speaks for the class. The logit is the output
    before softmax or sigmoid where the last layer is a ``Dense``, as in the paper; otherwise it is the output.

    Paper: Selvaraju et al., "Grad-CAM", 2017 (https://arxiv.org/abs/1610.02391)

    Args:
        model: a Sequential or functional classifier; one output means two classes.
        pictures: ``(n, height, width, channels)``, as the model takes them.
        classes: for each picture, the class to look for.
        layer: a layer with maps; by default the last one.

    Returns:
        ``(n, map height, map width)``, each picture's largest value 1 (all zeros where nothing speaks for the class).

    Raises:
        UserError: if the model has no such layer, none with maps, or not these classes.

    Example:
        >>> from keras_course.models import convnet_sequential
        >>> grad_cam(convnet_sequential(), np.zeros((2, 28, 28, 1)), classes=[3, 8]).shape
        (2, 7, 7)
    """
    name = layer or _last_layer_with_maps(model)
    _check_classes(model, classes, len(pictures))
    maps_of = keras.Model(model.inputs[0], find_layer(model, name).output)
    maps = ops.convert_to_tensor(outputs_of(maps_of, pictures)[0])  # (n, h, w, filters)
    rest = _from_layer(model, name)

    def total(maps: Any) -> Any:
        logits = rest(maps)  # (n, classes) or (n, 1)
        if logits.shape[-1] == 1:
            signs = ops.convert_to_tensor(np.where(np.asarray(classes) == 1, 1.0, -1.0), "float32")
            return ops.sum(logits[:, 0] * signs)
        return ops.sum(logits * ops.one_hot(np.asarray(classes), logits.shape[-1]))

    gradients = np.asarray(ops.convert_to_numpy(gradient(total, maps)))
    weights = gradients.mean(axis=(1, 2), keepdims=True)  # (n, 1, 1, filters)
    seen = np.maximum((weights * ops.convert_to_numpy(maps)).sum(axis=-1), 0)
    highest = seen.max(axis=(1, 2), keepdims=True)
    found: np.ndarray = seen / np.where(highest > 0, highest, 1)
    return found


def gradient(function: Callable[[Any], Any], x: Any) -> Any:
    """The gradient of a scalar function at ``x``, by the backend's own differentiation.

    Args:
        function: takes a tensor and returns a scalar tensor; made of ``keras.ops``.
        x: a float tensor of the backend.

    Returns:
        A tensor with the shape of ``x``.

    Example:
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


def _check_classes(model: keras.Model, classes: Sequence[int], pictures: int) -> None:
    if len(classes) != pictures:
        raise UserError(
            f"there are {pictures} pictures and {len(classes)} classes: give one class for each picture"
        )
    count = max(model.output_shape[-1], 2)
    if not all(0 <= one < count for one in classes):
        raise UserError(f"classes={list(classes)}: the classes of {model.name!r} are 0 to {count - 1}")


def _last_layer_with_maps(model: keras.Model) -> str:
    for layer in reversed(model.layers):
        if len(getattr(layer.output, "shape", ())) == 4:
            return str(layer.name)
    raise UserError(f"{model.name!r} has no layer with maps (height, width, filters)")


def _from_layer(model: keras.Model, name: str) -> keras.Model:
    """The layers of the model after a layer, up to the logits."""
    inputs = keras.Input(find_layer(model, name).output.shape[1:])
    index = [layer.name for layer in model.layers].index(name)
    x = inputs
    known = {id(find_layer(model, name).output): x}
    for layer in model.layers[index + 1 :]:
        last = layer is model.layers[-1] and isinstance(layer, keras.layers.Dense)
        call = _without_activation(layer) if last else layer
        if isinstance(model, keras.Sequential):  # a chain; its layers' tensors are not those of the graph
            x = call(x)
            continue
        needed = layer.input if isinstance(layer.input, list) else [layer.input]
        if any(id(tensor) not in known for tensor in needed):
            raise UserError(f"{layer.name!r} can be reached without {name!r}: choose a later layer")
        values = [known[id(tensor)] for tensor in needed]
        x = call(values if len(values) > 1 else values[0])
        known[id(layer.output)] = x
    return keras.Model(inputs, x)


def _without_activation(layer: keras.layers.Dense) -> keras.layers.Dense:
    twin = keras.layers.Dense.from_config({**layer.get_config(), "activation": None, "name": "logits"})
    twin.build(layer.input.shape)
    twin.set_weights(layer.get_weights())
    return twin

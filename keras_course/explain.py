"""What a ConvNet looks at: its feature maps, Grad-CAM, and the patches that excite a filter most.

Works on the models of this course and on those of ``keras.applications``, on every backend.
"""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops


def layer_outputs(model: keras.Model, pictures: np.ndarray, names: Sequence[str]) -> dict[str, np.ndarray]:
    """What the named layers give for some pictures.

    Args:
        model: a Sequential or functional model; the layers are its own, not those of a model inside it.
        pictures: as the model takes them, ``(n, ...)``.
        names: the layers' names.

    Returns:
        For each name an array, ``(n, ...)``.

    Raises:
        ValueError: the model has no such layer.
    """
    layers = [_layer(model, name) for name in names]
    watched = keras.Model(model.inputs[0], [layer.output for layer in layers])
    return dict(zip(names, _outputs(watched, pictures), strict=True))


def _outputs(model: keras.Model, pictures: np.ndarray, batch_size: int = 32) -> list[np.ndarray]:
    """The outputs for all pictures, without compiling anything for a model that is used this once."""
    batches = []
    for first in range(0, len(pictures), batch_size):
        found = model(np.asarray(pictures[first : first + batch_size]), training=False)
        batches.append([ops.convert_to_numpy(one) for one in (found if isinstance(found, list) else [found])])
    return [np.concatenate(parts) for parts in zip(*batches, strict=True)]


def grad_cam(
    model: keras.Model, pictures: np.ndarray, classes: Sequence[int], layer: str | None = None
) -> np.ndarray:
    """Where in each picture the model sees a class.

    Each of the layer's maps is weighted by how much the class's score rises with it, averaged over the map; their
    sum, cut off at zero, is large where the picture speaks for the class. The score is the output before softmax or
    sigmoid where that can be told from the last layer, as in the paper.

    Paper: Selvaraju et al., "Grad-CAM", 2017 (https://arxiv.org/abs/1610.02391)

    Args:
        model: a Sequential or functional classifier; one output means two classes.
        pictures: as the model takes them, ``(n, height, width, channels)``.
        classes: for each picture, the class to look for.
        layer: a layer with maps; default the last one.

    Returns:
        ``(n, map height, map width)``, each picture's largest value 1 (all zeros where nothing speaks for the class).

    Raises:
        ValueError: the model has no such layer, or none with maps.
    """
    name = layer or _last_with_maps(model)
    maps_of = keras.Model(model.inputs[0], _layer(model, name).output)
    maps = ops.convert_to_tensor(_outputs(maps_of, pictures)[0])  # (n, h, w, filters)
    rest = _from_layer(model, name)

    def score(maps: Any) -> Any:
        outputs = rest(maps)  # (n, classes) or (n, 1)
        if outputs.shape[-1] == 1:
            signs = ops.convert_to_tensor(np.where(np.asarray(classes) == 1, 1.0, -1.0), "float32")
            return ops.sum(outputs[:, 0] * signs)
        return ops.sum(outputs * ops.one_hot(np.asarray(classes), outputs.shape[-1]))

    slopes = np.asarray(ops.convert_to_numpy(gradient(score, maps)))
    weights = slopes.mean(axis=(1, 2), keepdims=True)  # (n, 1, 1, filters)
    seen = np.maximum((weights * ops.convert_to_numpy(maps)).sum(axis=-1), 0)
    highest = seen.max(axis=(1, 2), keepdims=True)
    return seen / np.where(highest > 0, highest, 1)


def gradient(function: Callable[[Any], Any], x: Any) -> Any:
    """The gradient of a scalar function at ``x``, by the backend's own differentiation."""
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


def exciting_patches(
    model: keras.Model,
    photos: np.ndarray,
    layer: str,
    filters: Sequence[int] | int,
    *,
    count: int = 9,
    batch_size: int = 32,
    shown: np.ndarray | None = None,
) -> dict[int, np.ndarray]:
    """The patches of photos that excite each filter most, one patch a photo at most.

    Slide: deck 1, "Visualizing Convolutional Networks"
    Paper: Zeiler, Fergus, "Visualizing and Understanding Convolutional Networks", 2013
        (https://arxiv.org/abs/1311.2901)

    Args:
        model: a Sequential or functional model.
        photos: as the model takes them, ``(n, height, width, channels)``.
        layer: the layer that the filters are in.
        filters: their numbers; or how many: those whose answers differ most from photo to photo.
        count: patches a filter.
        batch_size: photos at a time.
        shown: the same photos as they are to be seen, of the same size; default ``photos``.

    Returns:
        For each filter its patches, strongest first, ``(count, side, side, channels)``; what lies beyond a photo's
        edge is zero.

    Raises:
        ValueError: there is no such layer or filter, or the receptive field cannot be told.
    """
    output = _layer(model, layer).output
    chosen = list(range(output.shape[-1])) if isinstance(filters, int) else list(filters)
    if len(output.shape) != 4 or not all(0 <= index < output.shape[-1] for index in chosen):
        raise ValueError(f"layer {layer!r} gives {output.shape[1:]}: no filters {filters} there")
    side, step, start = receptive_field(model, layer)
    watched = keras.Model(model.inputs[0], output)
    answers, places = [], []
    for first in range(0, len(photos), batch_size):
        maps = _outputs(watched, photos[first : first + batch_size], batch_size)[0][..., chosen]
        flat = maps.reshape(len(maps), -1, len(chosen))  # (batch, h * w, filters)
        answers.append(flat.max(axis=1))
        places.append(np.stack(np.unravel_index(flat.argmax(axis=1), maps.shape[1:3]), axis=-1))
    strongest, where = np.concatenate(answers), np.concatenate(places)  # (n, filters), (n, filters, 2)
    columns = list(range(len(chosen)))
    if isinstance(filters, int):
        columns = sorted(np.argsort(-strongest.std(axis=0), kind="stable")[:filters].tolist())
    photos = photos if shown is None else shown
    patches = {}
    for column in columns:
        best = np.argsort(-strongest[:, column], kind="stable")[:count]
        cut = [_cut(photos[i], start + step * where[i, column], side) for i in best]
        patches[chosen[column]] = np.stack(cut)
    return patches


def receptive_field(model: keras.Model, layer: str) -> tuple[int, int, int]:
    """What one value of a layer sees of the input: side, step from one value to the next, and the first's start.

    All in pixels; the start is negative where padding lies before the edge. Where ways meet, as in a residual
    network, it is all that any of them sees.

    Raises:
        ValueError: a layer on the way is of an unknown kind.
    """
    seen = (1, 1, 0)
    known = {id(model.inputs[0]): seen}
    for one in model.layers:
        if not isinstance(model, keras.Sequential) and not isinstance(one, keras.layers.InputLayer):
            before = one.input if isinstance(one.input, list) else [one.input]
            seen = _together([known[id(tensor)] for tensor in before])
        seen = known[id(one.output)] = _seen_through(one, seen, layer)
        if one.name == layer:
            return seen
    raise ValueError(f"{model.name!r} has no layer {layer!r}")


def _seen_through(one: keras.layers.Layer, seen: tuple[int, int, int], layer: str) -> tuple[int, int, int]:
    """What the values after one layer see, given what those before it see."""
    side, step, start = seen
    if isinstance(one, _CONVOLUTIONS + _POOLINGS):
        kernel = (one.pool_size if isinstance(one, _POOLINGS) else one.kernel_size)[0]
        stride = one.strides[0]
        padding = 0
        if one.padding == "same":
            length = one.input.shape[1]
            padding = max((-(-length // stride) - 1) * stride + kernel - length, 0) // 2
        return side + (kernel - 1) * step, step * stride, start - padding * step
    if isinstance(one, keras.layers.ZeroPadding2D):
        return side, step, start - one.padding[0][0] * step
    if isinstance(one, _POINTWISE):
        return seen
    raise ValueError(f"the receptive field of {layer!r} cannot be told: {one.name!r} is on the way")


def _together(fields: list[tuple[int, int, int]]) -> tuple[int, int, int]:
    sides, steps, starts = zip(*fields, strict=True)
    first = min(starts)
    last = max(start + side for start, side in zip(starts, sides, strict=True))
    return last - first, max(steps), first


_CONVOLUTIONS = (keras.layers.Conv2D, keras.layers.DepthwiseConv2D, keras.layers.SeparableConv2D)
_POOLINGS = (keras.layers.MaxPooling2D, keras.layers.AveragePooling2D)
_POINTWISE = (
    keras.layers.InputLayer,
    keras.layers.ReLU,
    keras.layers.Activation,
    keras.layers.BatchNormalization,
    keras.layers.Dropout,
    keras.layers.Rescaling,
    keras.layers.Identity,
    keras.layers.Add,
    keras.layers.Concatenate,
)


def _cut(photo: np.ndarray, corner: np.ndarray, side: int) -> np.ndarray:
    patch = np.zeros((side, side, *photo.shape[2:]), photo.dtype)
    (top, left), (height, width) = corner, photo.shape[:2]
    rows = slice(max(top, 0), min(top + side, height))
    columns = slice(max(left, 0), min(left + side, width))
    patch[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left] = photo[
        rows, columns
    ]
    return patch


def _layer(model: keras.Model, name: str) -> keras.layers.Layer:
    for layer in model.layers:
        if layer.name == name:
            return layer
    raise ValueError(
        f"{model.name!r} has no layer {name!r}: it has {', '.join(layer.name for layer in model.layers)}"
    )


def _last_with_maps(model: keras.Model) -> str:
    for layer in reversed(model.layers):
        if len(getattr(layer.output, "shape", ())) == 4:
            return layer.name
    raise ValueError(f"{model.name!r} has no layer with maps (height, width, filters)")


def _from_layer(model: keras.Model, name: str) -> keras.Model:
    """The part of the model after a layer, up to the scores before softmax or sigmoid."""
    inputs = keras.Input(_layer(model, name).output.shape[1:])
    index = [layer.name for layer in model.layers].index(name)
    x = inputs
    known = {id(_layer(model, name).output): x}
    for layer in model.layers[index + 1 :]:
        last = layer is model.layers[-1] and isinstance(layer, keras.layers.Dense)
        call = _without_activation(layer) if last else layer
        if isinstance(model, keras.Sequential):  # one after the other; its tensors are not told apart
            x = call(x)
            continue
        needed = layer.input if isinstance(layer.input, list) else [layer.input]
        if any(id(tensor) not in known for tensor in needed):
            raise ValueError(f"a way around {name!r} leads to {layer.name!r}: choose a later layer")
        values = [known[id(tensor)] for tensor in needed]
        x = call(values if len(values) > 1 else values[0])
        known[id(layer.output)] = x
    return keras.Model(inputs, x)


def _without_activation(layer: keras.layers.Dense) -> Callable[[Any], Any]:
    twin = keras.layers.Dense.from_config({**layer.get_config(), "activation": None, "name": "scores"})
    twin.build(layer.input.shape)
    twin.set_weights(layer.get_weights())
    return twin

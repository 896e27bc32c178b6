"""The receptive field: which pixels of the input reach one value of a layer."""

import keras

from keras_course.errors import UserError

CONVOLUTIONS = (keras.layers.Conv2D, keras.layers.DepthwiseConv2D, keras.layers.SeparableConv2D)
POOLINGS = (keras.layers.MaxPooling2D, keras.layers.AveragePooling2D)
POINTWISE = (
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


def receptive_field(model: keras.Model, layer: str) -> tuple[int, int, int]:
    """The receptive field of one value of a layer: side, step from one value to the next, and start of the first.

    All in pixels; the start is negative where padding lies before the edge. Where branches meet, as in a residual
    network, it covers the receptive fields of all of them.

    Args:
        model: a Sequential or functional model.
        layer: the layer's name.

    Raises:
        UserError: if the model has no such layer, or a layer before it is of an unknown kind.

    Example:
        >>> from keras_course.models import convnet_sequential
        >>> receptive_field(convnet_sequential(), "convolution_2_1")
        (8, 2, -3)
    """
    field = (1, 1, 0)
    known = {id(model.inputs[0]): field}
    for one in model.layers:
        if not isinstance(model, keras.Sequential) and not isinstance(one, keras.layers.InputLayer):
            before = one.input if isinstance(one.input, list) else [one.input]
            field = _union([known[id(tensor)] for tensor in before])
        field = known[id(one.output)] = _after(one, field, layer)
        if one.name == layer:
            return field
    raise UserError(f"{model.name!r} has no layer {layer!r}")


def _after(one: keras.layers.Layer, field: tuple[int, int, int], layer: str) -> tuple[int, int, int]:
    """The receptive field after one layer, from the one before it; ``layer`` is the one asked for."""
    side, step, start = field
    if isinstance(one, CONVOLUTIONS + POOLINGS):
        kernel = (one.pool_size if isinstance(one, POOLINGS) else one.kernel_size)[0]
        stride = one.strides[0]
        padding = 0
        if one.padding == "same":
            length = one.input.shape[1]
            padding = max((-(-length // stride) - 1) * stride + kernel - length, 0) // 2
        return side + (kernel - 1) * step, step * stride, start - padding * step
    if isinstance(one, keras.layers.ZeroPadding2D):
        return side, step, start - one.padding[0][0] * step
    if isinstance(one, POINTWISE):
        return field
    raise UserError(f"the receptive field of {layer!r} is unknown: layer {one.name!r} comes before it")


def _union(fields: list[tuple[int, int, int]]) -> tuple[int, int, int]:
    sides, steps, starts = zip(*fields, strict=True)
    first = min(starts)
    last = max(start + side for start, side in zip(starts, sides, strict=True))
    return last - first, max(steps), first

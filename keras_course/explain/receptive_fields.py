"""The receptive field: which pixels of the input reach one value of a layer."""

from typing import Any, NamedTuple

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

Both = int | tuple[int, int]  # one number for height and width, or (height, width)


class Field(NamedTuple):
    """The receptive fields of a layer's values along one axis, in pixels."""

    side: int
    """From the first pixel that reaches a value to the last one."""
    step: int
    """From one value's field to the next one's."""
    start: int
    """Of the first value's field; negative where padding lies before the edge."""


def receptive_field(model: keras.Model, layer: str) -> tuple[Both, Both, Both]:
    """The receptive field of one value of a layer: side, step from one value to the next, and start of the first.

    All in pixels, each as a pair ``(height, width)`` where the two differ; the start is negative where padding lies
    before the edge. The side spans all pixels that reach the value: a dilated kernel skips some of them. Where branches
    meet, as in a residual network, it covers the receptive fields of all of them.

    Args:
        model: a Sequential or functional model.
        layer: the layer's name.

    Raises:
        UserError: if the model has no such layer, a layer before it is of an unknown kind, or its place depends on an
            input size that is not fixed.

    Example:
        >>> from keras_course.models import convnet_sequential
        >>> receptive_field(convnet_sequential(), "convolution_2_1")
        (8, 2, -3)
        >>> wide = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Conv2D(1, (3, 5), name="wide")])
        >>> receptive_field(wide, "wide")
        ((3, 5), 1, 0)
    """
    height, width = fields(model, layer)
    side, step, start = (h if h == w else (h, w) for h, w in zip(height, width, strict=True))
    return side, step, start


def fields(model: keras.Model, layer: str) -> tuple[Field, Field]:
    """The receptive fields along the height and along the width; arguments and errors of :func:`receptive_field`."""
    found = Field(1, 1, 0), Field(1, 1, 0)
    known = {id(model.inputs[0]): found}
    for one in model.layers:
        if not isinstance(model, keras.Sequential) and not isinstance(one, keras.layers.InputLayer):
            before = [known[id(tensor)] for tensor in keras.tree.flatten(one.input)]
            found = _union([height for height, _ in before]), _union([width for _, width in before])
        found = _after(one, found[0], 0, layer), _after(one, found[1], 1, layer)
        known[id(one.output)] = found
        if one.name == layer:
            return found
    raise UserError(f"{model.name!r} has no layer {layer!r}")


def _after(one: keras.layers.Layer, field: Field, axis: int, layer: str) -> Field:
    """The receptive field after one layer, from the one before it; ``layer`` is the one asked for."""
    side, step, start = field
    if isinstance(one, CONVOLUTIONS + POOLINGS):
        reach = _reach(one, axis)
        padding = 0
        if one.padding == "same":
            padding = _padding_before(one, reach, axis, layer)
        return Field(side + reach * step, step * one.strides[axis], start - padding * step)
    if isinstance(one, keras.layers.ZeroPadding2D):
        return Field(side, step, start - one.padding[axis][0] * step)
    if isinstance(one, POINTWISE) or _keeps_places(one):
        return field
    raise UserError(f"the receptive field of {layer!r} is unknown: layer {one.name!r} comes before it")


def _keeps_places(one: Any) -> bool:
    """Whether it only gives a grey picture its channel, ``(28, 28)`` to ``(28, 28, 1)``."""
    return isinstance(one, keras.layers.Reshape) and one.output.shape[1:] == (*one.input.shape[1:], 1)


def _reach(one: Any, axis: int) -> int:
    """From a window's first value to its last: a dilation d puts d - 1 values between two of a kernel's weights."""
    if isinstance(one, POOLINGS):
        return int(one.pool_size[axis]) - 1
    return int((one.kernel_size[axis] - 1) * one.dilation_rate[axis])


def _padding_before(one: Any, reach: int, axis: int, layer: str) -> int:
    """How many zeros ``padding="same"`` puts before the edge: the smaller half."""
    stride = one.strides[axis]
    if stride == 1:
        return reach // 2
    length = one.input.shape[axis + (2 if one.data_format == "channels_first" else 1)]
    if length is None:
        raise UserError(
            f"the receptive field of {layer!r} is unknown: what layer {one.name!r} pads depends on the input's size; "
            "give the model an input of fixed height and width"
        )
    return int(max((-(-length // stride) - 1) * stride + reach + 1 - length, 0) // 2)


def _union(fields: list[Field]) -> Field:
    sides, steps, starts = zip(*fields, strict=True)
    first = min(starts)
    last = max(start + side for start, side in zip(starts, sides, strict=True))
    return Field(last - first, max(steps), first)

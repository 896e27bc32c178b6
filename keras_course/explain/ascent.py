"""Activation maximization: a picture that excites a filter or a class most, found by gradient ascent on the pixels."""

import functools
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_course.errors import UserError
from keras_course.explain.activations import find_layer
from keras_course.explain.copies import changed, linear
from keras_course.explain.gradients import class_signs, gradient


def exciting_pictures(
    model: keras.Model,
    targets: Sequence[int],
    *,
    layer: str | None = None,
    steps: int = 100,
    step_size: float = 0.02,
    decay: float = 0.01,
    jitter: int = 4,
    blur: float = 0.5,
    bounds: tuple[float, float] = (0, 1),
    seed: int = 0,
) -> np.ndarray:
    """For each filter, unit or class a picture that excites it much, found by gradient ascent from faint noise.

    Without a regularizer the ascent ends in noise to which the network responds strongly, and in which nobody sees
    anything. Three of them keep the picture smooth: before each step it is shifted at random by up to ``jitter`` pixels
    (and back afterwards), after each step its contrast shrinks by the fraction ``decay`` (that is L2 decay towards
    grey), and after each fourth one it is blurred. What they like is seen too: such a picture shows what a filter
    responds to among smooth pictures, not what it was made for.

    Of a filter the mean over its map counts, before the layer's own activation: a ReLU that is off has no slope.

    Papers: Erhan et al., "Visualizing Higher-Layer Features of a Deep Network", 2009; Simonyan et al., 2013, for L2
        decay (https://arxiv.org/abs/1312.6034); Yosinski et al., 2015, for the blur (https://arxiv.org/abs/1506.06579);
        Mordvintsev et al., "Inceptionism", 2015, for the jitter

    Args:
        model: a Sequential or functional model.
        targets: classes, or the numbers of filters or units of ``layer``.
        layer: the layer that the filters are in; None: the targets are classes, and their logits rise.
        steps: of the ascent.
        step_size: root mean square of a step, as a fraction of the range of pixels.
        decay: the fraction of the contrast that each step takes away.
        jitter: largest random shift, in pixels.
        blur: standard deviation of the blur, in pixels; 0 for none.
        bounds: smallest and largest value of a pixel.
        seed: of the first noise and of the shifts.

    Returns:
        A picture for each target, ``(n, height, width, channels)``.

    Raises:
        UserError: if there is no such layer, filter or class, or a number is out of range.

    Example:
        >>> from keras_course.models import convnet_sequential
        >>> exciting_pictures(convnet_sequential((28, 28, 1)), [0, 1], layer="convolution_1_1", steps=2).shape
        (2, 28, 28, 1)
    """
    end = model.layers[-1] if layer is None else find_layer(model, layer)
    outputs = end.output.shape[-1]
    count = max(outputs, 2) if layer is None else outputs
    if not len(targets) or not all(0 <= one < count for one in targets):
        raise UserError(f"targets={list(targets)}: give numbers from 0 to {count - 1}: those of {end.name!r}")
    if steps < 1 or jitter < 0 or not (step_size > 0 and 0 <= decay < 1 and blur >= 0):
        raise UserError(
            f"steps={steps}, step_size={step_size}, decay={decay}, jitter={jitter}, blur={blur}: give at least one "
            "step of a size above 0, a decay from 0 to below 1, and no negative jitter or blur"
        )
    part = keras.Model(model.inputs[0], end.output)
    network = changed(part, lambda one: linear(one) if one.name == end.name else None)
    signs = (
        class_signs(targets, outputs) if layer is None else np.eye(outputs, dtype="float32")[list(targets)]
    )
    total = functools.partial(_total, network, ops.convert_to_tensor(signs))

    rng = np.random.default_rng(seed)
    low, high = bounds
    middle, span = (low + high) / 2, high - low
    shape = (len(targets), *model.input_shape[1:])
    x = middle + 0.05 * span * rng.standard_normal(shape).astype("float32")
    for step in range(steps):
        shift = tuple(rng.integers(-jitter, jitter + 1, 2).tolist())
        moved = ops.convert_to_tensor(np.roll(x, shift, axis=(1, 2)))
        slope = np.roll(ops.convert_to_numpy(gradient(total, moved)), (-shift[0], -shift[1]), axis=(1, 2))
        size = np.sqrt(np.mean(slope**2, axis=tuple(range(1, slope.ndim)), keepdims=True))
        x = x + step_size * span * slope / np.maximum(size, 1e-12)
        x = middle + (1 - decay) * (x - middle)
        if blur and step % 4 == 3 and step < steps - 1:
            x = _blurred(x, blur)
        x = x.clip(low, high)
    found: np.ndarray = x.astype("float32")
    return found


def _total(network: keras.Model, signs: Any, x: Any) -> Any:
    """The sum over the pictures of what each is to excite."""
    values = network(x, training=False)
    if len(values.shape) == 4:
        values = ops.mean(values, axis=(1, 2))  # (n, filters)
    return ops.sum(values * signs)


def _blurred(x: np.ndarray, sigma: float) -> np.ndarray:
    from scipy.ndimage import gaussian_filter

    blurred: np.ndarray = gaussian_filter(x, [0, sigma, sigma, *[0] * (x.ndim - 3)], mode="nearest")
    return blurred

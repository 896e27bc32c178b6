"""Occlusion: what the probability of a class becomes while a grey square hides a part of the picture."""

import keras
import numpy as np

from keras_course.errors import UserError
from keras_course.explain.gradients import check_classes


def occlusion_map(
    model: keras.Model,
    picture: np.ndarray,
    label: int,
    *,
    side: int,
    stride: int | None = None,
    grey: float | None = None,
    batch_size: int = 64,
) -> np.ndarray:
    """The probability of a class for each place of a grey square that slides over the picture.

    Where it is low, the network needed what the square hides. Unlike a gradient, this asks only what the network
    answers. What the square itself looks like to the network, it tells too: a grey square is no natural thing.

    Paper: Zeiler, Fergus, "Visualizing and Understanding Convolutional Networks", 2013, section 4.2
        (https://arxiv.org/abs/1311.2901)

    Args:
        model: a classifier that returns probabilities; one output is the probability of class 1.
        picture: ``(height, width)`` or ``(height, width, channels)``, as the model takes it.
        label: the class.
        side: of the square, in pixels.
        stride: from one place to the next, in pixels; default a half of ``side``.
        grey: the square's value; default the mean of the picture.
        batch_size: places at a time.

    Returns:
        ``(rows, columns)`` probabilities: the square's centre runs from half a stride after the top left edge to the
        bottom right one, so that each value stands for a part of the picture of ``stride x stride``.

    Raises:
        UserError: if the model has no such class, or side or stride are not from 1 to the picture's size.

    Example:
        >>> from keras_course.models import convnet_sequential
        >>> occlusion_map(convnet_sequential(), np.zeros((28, 28, 1)), 3, side=8).shape
        (7, 7)
    """
    check_classes(model, [label], 1)
    picture = np.asarray(picture, "float32")
    height, width = picture.shape[:2]
    stride = max(side // 2, 1) if stride is None else stride
    if not (1 <= side <= min(height, width) and 1 <= stride <= min(height, width)):
        raise UserError(f"side={side}, stride={stride}: give 1 to {min(height, width)} pixels")
    value = float(picture.mean()) if grey is None else grey
    rows, columns = -(-height // stride), -(-width // stride)
    found = []
    for first in range(0, rows * columns, batch_size):
        places = range(first, min(first + batch_size, rows * columns))
        hidden = np.repeat(picture[None], len(places), axis=0)
        for one, place in zip(hidden, places, strict=True):
            top, left = (stride * k + (stride - side) // 2 for k in divmod(place, columns))
            one[max(top, 0) : max(top + side, 0), max(left, 0) : max(left + side, 0)] = value
        found.append(keras.ops.convert_to_numpy(model(hidden, training=False)))
    outputs = np.concatenate(found)  # (places, classes) or (places, 1)
    if outputs.shape[1] == 1:
        outputs = np.concatenate([1 - outputs, outputs], axis=1)
    probabilities: np.ndarray = outputs[:, label].reshape(rows, columns)
    return probabilities

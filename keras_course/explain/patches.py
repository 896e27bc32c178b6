"""The patches of photos that activate the filters of a layer most."""

from collections.abc import Sequence

import keras
import numpy as np

from keras_course.errors import UserError
from keras_course.explain.activations import find_layer, outputs_of
from keras_course.explain.receptive_fields import fields


def maximally_activating_patches(
    model: keras.Model,
    photos: np.ndarray,
    layer: str,
    filters: Sequence[int] | int,
    *,
    count: int = 9,
    batch_size: int = 32,
    shown: np.ndarray | None = None,
) -> dict[int, np.ndarray]:
    """The patches that activate each filter most, at most one from each photo.

    Slide: deck 1, "Visualizing Convolutional Networks"
    Paper: Zeiler, Fergus, "Visualizing and Understanding Convolutional Networks", 2013
        (https://arxiv.org/abs/1311.2901)

    Args:
        model: a Sequential or functional model.
        photos: ``(n, height, width, channels)``, as the model takes them.
        layer: the layer that the filters are in.
        filters: which filters; or how many: those whose largest activation varies most from photo to photo.
        count: patches for each filter.
        batch_size: photos at a time.
        shown: the same photos in the form from which the patches are cut, of the same size; default ``photos``.

    Returns:
        For each filter its patches, the strongest first, ``(count, height, width, channels)``; what lies beyond a
        photo's edge is zero. There are fewer where fewer photos activate the filter (above 0), and none of a dead
        filter.

    Raises:
        UserError: if there is no such layer or filter, or the receptive field is unknown.

    Example:
        >>> from keras_course.models import convnet_sequential
        >>> photos = np.random.default_rng(0).random((5, 28, 28, 1), dtype="float32")
        >>> patches = maximally_activating_patches(convnet_sequential(), photos, "convolution_2_1", [7], count=3)
        >>> patches[7].shape
        (3, 8, 8, 1)
    """
    output = find_layer(model, layer).output
    chosen = list(range(output.shape[-1])) if isinstance(filters, int) else list(filters)
    if len(output.shape) != 4 or not all(0 <= index < output.shape[-1] for index in chosen):
        raise UserError(f"layer {layer!r} returns {output.shape[1:]}: it has no filters {filters}")
    if min(count, batch_size, len(chosen), filters if isinstance(filters, int) else 1) < 1:
        raise UserError(
            f"count={count}, batch_size={batch_size}, filters={filters}: give at least one of each"
        )
    size, step, start = (
        np.array(both) for both in zip(*fields(model, layer), strict=True)
    )  # (height, width)
    strongest, where = _maxima(keras.Model(model.inputs[0], output), photos, chosen, batch_size)
    columns = list(range(len(chosen)))
    if isinstance(filters, int):
        columns = sorted(np.argsort(-strongest.std(axis=0), kind="stable")[:filters].tolist())
    photos = photos if shown is None else shown
    patches = {}
    for column in columns:
        best = np.argsort(-strongest[:, column], kind="stable")[:count]
        best = best[strongest[best, column] > 0]
        cut = [_cut(photos[i], start + step * where[i, column], size) for i in best]
        none = np.zeros((0, *size, *photos.shape[3:]), photos.dtype)
        patches[chosen[column]] = np.stack(cut) if cut else none
    return patches


def _maxima(
    maps_of: keras.Model, photos: np.ndarray, filters: list[int], batch_size: int
) -> tuple[np.ndarray, np.ndarray]:
    """The largest activation of each filter in each photo, ``(n, filters)``, and its place, ``(n, filters, 2)``."""
    maxima, places = [], []
    for first in range(0, len(photos), batch_size):
        maps = outputs_of(maps_of, photos[first : first + batch_size], batch_size)[0][..., filters]
        flat = maps.reshape(len(maps), -1, len(filters))  # (batch, h * w, filters)
        maxima.append(flat.max(axis=1))
        places.append(np.stack(np.unravel_index(flat.argmax(axis=1), maps.shape[1:3]), axis=-1))
    if not maxima:
        raise UserError("there is no photo to cut patches from: give at least one")
    return np.concatenate(maxima), np.concatenate(places)


def _cut(photo: np.ndarray, corner: np.ndarray, size: np.ndarray) -> np.ndarray:
    """The patch of that height and width at a corner, zero beyond the photo's edge."""
    patch = np.zeros((*size, *photo.shape[2:]), photo.dtype)
    first = np.maximum(corner, 0)
    last = np.maximum(np.minimum(corner + size, photo.shape[:2]), first)
    (top, left), (bottom, right) = first - corner, last - corner
    patch[top:bottom, left:right] = photo[first[0] : last[0], first[1] : last[1]]
    return patch

"""The patches of photos that activate the filters of a layer most."""

from collections.abc import Sequence
from typing import NamedTuple

import keras
import numpy as np

from keras_course.errors import UserError
from keras_course.explain.activations import find_layer, outputs_of
from keras_course.explain.receptive_fields import fields


class Place(NamedTuple):
    """Where in which photo a filter is activated most."""

    photo: int
    """Its number."""
    top: int
    """Of the receptive field, in pixels; negative where it begins above the photo."""
    left: int
    height: int
    width: int
    activation: float


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
    places = strongest_places(model, photos, layer, filters, count=count, batch_size=batch_size)
    size = [length for length, _, _ in fields(model, layer)]
    photos = photos if shown is None else shown
    none = np.zeros((0, *size, *photos.shape[3:]), photos.dtype)
    return {
        index: np.stack([cut(photos[place.photo], place) for place in found]) if found else none
        for index, found in places.items()
    }


def strongest_places(
    model: keras.Model,
    photos: np.ndarray,
    layer: str,
    filters: Sequence[int] | int,
    *,
    count: int = 9,
    batch_size: int = 32,
    whole: bool = False,
) -> dict[int, list[Place]]:
    """Where the patches of :func:`maximally_activating_patches` are, whose arguments and errors it has.

    Args:
        model: a Sequential or functional model.
        photos: ``(n, height, width, channels)``, as the model takes them.
        layer: the layer that the filters are in.
        filters: which filters; or how many: those whose largest activation varies most from photo to photo.
        count: places for each filter.
        batch_size: photos at a time.
        whole: whether each place is a whole photo, where the receptive field is unknown or larger than that.

    Returns:
        For each filter its places, the strongest first.
    """
    output = find_layer(model, layer).output
    chosen = list(range(output.shape[-1])) if isinstance(filters, int) else list(filters)
    if len(output.shape) != 4 or not all(0 <= index < output.shape[-1] for index in chosen):
        raise UserError(f"layer {layer!r} returns {output.shape[1:]}: it has no filters {filters}")
    if min(count, batch_size, len(chosen), filters if isinstance(filters, int) else 1) < 1:
        raise UserError(
            f"count={count}, batch_size={batch_size}, filters={filters}: give at least one of each"
        )
    if whole:
        size, step, start = np.array(photos.shape[1:3]), np.zeros(2, int), np.zeros(2, int)
    else:
        size, step, start = (
            np.array(both) for both in zip(*fields(model, layer), strict=True)
        )  # (height, width)
    strongest, where = _maxima(keras.Model(model.inputs[0], output), photos, chosen, batch_size)
    columns = list(range(len(chosen)))
    if isinstance(filters, int):
        columns = sorted(np.argsort(-strongest.std(axis=0), kind="stable")[:filters].tolist())
    places: dict[int, list[Place]] = {}
    for column in columns:
        found = places[chosen[column]] = []
        for i in np.argsort(-strongest[:, column], kind="stable")[:count]:
            if strongest[i, column] > 0:
                top, left = (start + step * where[i, column]).tolist()
                found.append(
                    Place(int(i), top, left, int(size[0]), int(size[1]), float(strongest[i, column]))
                )
    return places


def cut(photo: np.ndarray, place: Place) -> np.ndarray:
    """The patch of a photo at a place, zero beyond the photo's edge.

    Args:
        photo: ``(height, width, ...)``: the photo, or anything of its size, such as its gradient.
        place: of :func:`strongest_places`.

    Returns:
        ``(place.height, place.width, ...)``.
    """
    corner, size = np.array([place.top, place.left]), np.array([place.height, place.width])
    patch = np.zeros((*size, *photo.shape[2:]), photo.dtype)
    first = np.maximum(corner, 0)
    last = np.maximum(np.minimum(corner + size, photo.shape[:2]), first)
    (top, left), (bottom, right) = first - corner, last - corner
    patch[top:bottom, left:right] = photo[first[0] : last[0], first[1] : last[1]]
    return patch


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

"""How exactly maps move with the picture, and how far the vector goes that the dense layers get."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_course import explain
from keras_course.evaluation.shifting import DIRECTIONS, overlap, shifted
from keras_course.explain.receptive_fields import Field, fields

if TYPE_CHECKING:
    import keras

DIGITS = 200  # on which it is measured


def maps(
    network: "keras.Model", pictures: np.ndarray, shifts: tuple[int, ...], direction: str
) -> list[dict[str, Any]]:
    """The difference between moved maps and the maps of moved pictures, of every ReLU and pooling layer.

    A shift that is no multiple of the layer's stride moves its maps by no whole number of values: then the nearer of
    the two whole numbers beside it counts.

    Args:
        network: a ConvNet of ``models.convnet``.
        pictures: (n, height, width), 0 to 1.
        shifts: pixels, each above 0.
        direction: left, right, up or down.

    Returns:
        A row for each layer and shift: ``layer``, ``stride``, ``shift``, and the differences as a fraction of the maps
        (root of the sums of squares; 0: equal): ``whole`` of all places that stay in the frame, ``inside`` of those
        among them whose receptive field does not reach over an edge, None where there is none.
    """
    names = [layer.name for layer in network.layers if layer.name.startswith(("relu", "pooling"))]
    still = explain.layer_outputs(network, pictures, names)
    axis = 0 if DIRECTIONS[direction][0] else 1
    rows = []
    for pixels in shifts:
        moved = explain.layer_outputs(network, shifted(pictures, pixels, direction), names)
        for name in names:
            field = fields(network, name)[axis]
            steps = {pixels // field.step, -(-pixels // field.step)}
            found = [
                _differences(
                    still[name], moved[name], step, direction, _inside(field, pictures.shape[1 + axis])
                )
                for step in steps
            ]
            inside = [difference for _, difference in found if difference is not None]
            rows.append(
                {
                    "layer": name,
                    "stride": field.step,
                    "shift": pixels,
                    "whole": min(whole for whole, _ in found),
                    "inside": min(inside, default=None),
                }
            )
    return sorted(rows, key=lambda row: names.index(row["layer"]))


def _inside(field: Field, length: int) -> slice:
    """The places of a map whose receptive fields lie within the picture's ``length`` pixels."""
    first = max(0, math.ceil(-field.start / field.step))
    last = (length - field.side - field.start) // field.step
    return slice(first, max(first, last + 1))


def _differences(
    still: np.ndarray, moved: np.ndarray, steps: int, direction: str, inside: slice
) -> tuple[float, float | None]:
    """Between maps moved by whole steps and the maps of the moved pictures: everywhere, and inside both frames."""
    before, after = overlap(still.shape[1:3], steps, direction)
    axis = 0 if DIRECTIONS[direction][0] else 1
    places = np.arange(still.shape[1 + axis])
    in_both = np.isin(places[before[axis]], places[inside]) & np.isin(places[after[axis]], places[inside])
    ours, theirs = still[:, *before], moved[:, *after]
    part = (slice(None),) * (1 + axis) + (in_both,)
    return _relative(ours, theirs), _relative(ours[part], theirs[part]) if in_both.any() else None


def _relative(ours: np.ndarray, theirs: np.ndarray) -> float:
    ours, theirs = ours.astype(float), theirs.astype(float)  # also from bfloat16
    return float(np.linalg.norm(ours - theirs) / max(float(np.linalg.norm(theirs)), 1e-12))


def vectors(
    networks: "dict[str, keras.Model]", pictures: np.ndarray, shifts: tuple[int, ...], direction: str
) -> list[dict[str, Any]]:
    """How far from its place a shift takes the vector that the first dense layer gets.

    Args:
        networks: by name.
        pictures: (n, height, width), 0 to 1.
        shifts: pixels, each above 0.
        direction: left, right, up or down.

    Returns:
        A row for each network and shift: ``network``, ``shift``, ``distance``: the mean distance between the vectors of
        a picture before and after, as a fraction of that between one picture and the next (1: as far as another digit).
    """
    rows = []
    for name, network in networks.items():
        layer = next(one.name for one in network.layers if one.name in ("flatten", "global_pooling"))
        still = explain.layer_outputs(network, pictures, [layer])[layer].astype(float)
        apart = np.linalg.norm(still - np.roll(still, 1, axis=0), axis=1).mean()
        for pixels in shifts:
            moved = explain.layer_outputs(network, shifted(pictures, pixels, direction), [layer])[layer]
            distance = np.linalg.norm(moved.astype(float) - still, axis=1).mean() / max(apart, 1e-12)
            rows.append({"network": name, "shift": pixels, "distance": float(distance)})
    return rows

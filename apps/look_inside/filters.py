"""What the filters of a layer respond to: patches, what in them spoke, and a picture made to excite the filter."""

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_course import explain
from keras_course.errors import UserError
from keras_course.plots.convolution import mosaic
from keras_course.plots.inside import gallery, signed

from . import Config
from .subjects import Pictures, Subject

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PATCHES = 4  # of each filter


def layers_of(config: Config, subject: Subject) -> list[str]:
    """The layers to look into: those that are asked for, or three.

    Raises:
        UserError: there is no such layer, or it has no maps.
    """
    from ..cats_dogs.figures import first_middle_last, layers_to_show

    with_maps = [layer.name for layer in subject.base.layers if len(getattr(layer.output, "shape", ())) == 4]
    unknown = [name for name in config.layers if name not in with_maps]
    if unknown:
        raise UserError(
            f"--layers {' '.join(unknown)}: {subject.base.name!r} has no such layer with maps, but "
            f"{', '.join(with_maps)}"
        )
    return list(dict.fromkeys(config.layers)) or first_middle_last(
        layers_to_show(subject.base, len(subject.base.layers))
    )


def look(config: Config, subject: Subject, pictures: Pictures, layer: str) -> "tuple[Figure, dict[str, Any]]":
    """Draw what a few filters of a layer respond to; return the figure, and what was measured."""
    network, photos = subject.base, subject.prepare_for_base(pictures.searched)
    side = _field(subject, layer)
    found = explain.strongest_places(
        network, photos, layer, min(config.filters, network.get_layer(layer).output.shape[-1]),
        count=PATCHES, whole=side is None,
    )  # fmt: skip
    alive = {index: places for index, places in found.items() if places}
    if not alive:
        raise UserError(
            f"no filter of layer {layer!r} is ever above 0 on these pictures: choose other --layers"
        )
    excited = explain.exciting_pictures(
        network,
        list(alive),
        layer=layer,
        steps=config.ascent_steps,
        bounds=subject.bounds,
        seed=config.run.seed,
    )
    columns = [f"the {PATCHES} strongest patches"]
    rules = _rules(subject, layer)
    columns += [{"deconvnet": "the deconvnet's picture", "guided": "guided back-propagation"}.get(rule, rule)
                for rule in rules]  # fmt: skip
    columns += ["a picture that excites the filter"]
    rows = {}
    for (index, places), picture in zip(alive.items(), subject.pixels(excited), strict=True):
        chosen = [place.photo for place in places]
        cells = [mosaic(_patches(subject, pictures.searched[chosen] / 255, places))]
        for rule in rules:
            slopes = explain.input_gradient(network, photos[chosen], [index] * len(places), rule, layer=layer)
            shown = [
                signed(explain.cut(one, place))
                for one, place in zip(subject.slopes(slopes), places, strict=True)
            ]
            cells.append(mosaic(_with_channels(np.stack(shown))))
        rows[f"filter {index}"] = [*cells, _with_channels(picture[None])[0]]
    kind = network.get_layer(layer).output.shape[-1]
    figure = gallery(
        rows, columns,
        title=f"{layer.replace('_', ' ')} of {subject.name}: what {len(rows)} of its {kind} filters respond to most, "
        + (f"in patches of {side}" if side else "in whole pictures"),
        summary=f"patches: {PATCHES} of {len(photos)} pictures ({pictures.data.name}), strongest at the top left; "
        "grey: a pixel without influence on the filter's value" + _without_switches(network, rules),
    )  # fmt: skip
    by_ascent, by_photo = (
        explain.layer_outputs(network, x, [layer])[layer].mean(axis=(1, 2))
        for x in (excited, photos[[places[0].photo for places in alive.values()]])
    )
    measured = {
        str(index): {
            "activations": [place.activation for place in places],
            "photos": [place.photo for place in places],
            "mean_of_map": {
                "excited": float(by_ascent[i, index]),
                "strongest_photo": float(by_photo[i, index]),
            },
        }
        for i, (index, places) in enumerate(alive.items())
    }
    return figure, {"receptive_field": side or "more than half of the picture", "filters": measured}


def _without_switches(network: Any, rules: list[Any]) -> str:
    """A line on what a deconvnet lacks in a network that does not pool by the maximum."""
    import keras

    if "deconvnet" not in rules or any(isinstance(one, keras.layers.MaxPooling2D) for one in network.layers):
        return ""
    return "\nno max pooling here: without its switches the deconvnet knows little of where in the picture something is"


def _rules(subject: Subject, layer: str) -> list[Any]:
    """The two rules; the plain gradient where other activations than ReLU come before the layer."""
    import keras

    from keras_course.explain.backpropagation import has_relu, is_linear

    part = keras.Model(subject.base.inputs[0], subject.base.get_layer(layer).output)
    return ["deconvnet", "guided"] if has_relu(part) or is_linear(part) else ["gradient"]


def _field(subject: Subject, layer: str) -> str | None:
    """The receptive field in words; None where it is unknown, or larger than half the picture."""
    try:
        side = np.broadcast_to(explain.receptive_field(subject.base, layer)[0], 2)
    except UserError:
        return None
    fits = np.all(2 * side <= subject.network.input_shape[1:3])
    return f"{side[0]}x{side[1]} pixels" if fits else None


def _patches(subject: Subject, photos: np.ndarray, places: list[Any]) -> np.ndarray:
    """The patches, (n, height, width, 3); grey beyond the photo's edge."""
    inside = np.ones(photos.shape[1:3])
    cut = [
        np.where(
            explain.cut(inside, place)[..., None] > 0, _with_channels(explain.cut(photo, place)[None])[0], 0.5
        )
        for photo, place in zip(photos, places, strict=True)
    ]
    return np.stack(cut)


def _with_channels(block: np.ndarray) -> np.ndarray:
    """Grey pictures as coloured ones, (n, height, width, 3)."""
    block = block[..., None] if block.ndim == 3 else block
    return np.repeat(block, 3, axis=-1) if block.shape[-1] == 1 else block

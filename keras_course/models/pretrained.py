"""``weights="pretrained"``: the weights of a trained run, for a model that was just built."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import keras

from keras_course.errors import UserError

Weights = str | os.PathLike[str] | None
"""``"pretrained"``, the path of a run's folder or of a ``.keras`` file, or None for new weights."""


def with_weights(model: keras.Model, weights: Weights, app: str, **settings: Any) -> keras.Model:
    """Return the model with the weights of a run; without any change where ``weights`` is None.

    Layers are matched by their names, and the last layers with each other. A model without its last layer takes the
    weights of the others.

    Args:
        model: as a builder has just made it.
        weights: ``"pretrained"``, a path, or None.
        app: whose pretrained run is meant.
        settings: the builder's arguments that the run must share, even where the shapes would fit.

    Raises:
        UserError: if there is no such run, or its network has other settings, which the message then names.
    """
    if weights is None:
        return model
    from keras_course import saving
    from keras_course.experiment import runs

    path = runs.pretrained(app).path if weights == "pretrained" else Path(weights)
    path = path / "model.keras" if path.is_dir() else path
    if not path.is_file():
        raise UserError(f"weights={os.fspath(weights)!r}: there is no such run or model.keras")
    network = _network(saving.load_model(path))
    theirs = _settings(path.parent, settings)
    pairs = [(layer, _counterpart(layer, model, network)) for layer in model.layers if layer.weights]
    differing = [layer.name for layer, other in pairs if _shapes(layer) != _shapes(other)]
    differing += [name for name in theirs if _plain(settings[name]) != _plain(theirs[name])]
    if not differing:  # weights that fit, in layers that compute something else
        differing = [layer.name for layer in model.layers[:-1] if _differs(layer, network)]
    if differing:
        theirs = {"input_shape": network.input_shape[1:], **theirs, "outputs": network.output_shape[-1]}
        have = ", ".join(f"{name}={_plain(value)!r}" for name, value in theirs.items())
        raise UserError(
            f"weights={os.fspath(weights)!r} do not fit ({', '.join(dict.fromkeys(differing))}): {path} has {have}"
        )
    for layer, other in pairs:
        layer.set_weights(other.get_weights())
    return model


def _network(model: keras.Model) -> keras.Model:
    """The builder's network in a saved model, which has preprocessing before it, and perhaps a wrapper around it."""
    for layer in reversed(model.layers):
        inner = layer.layer if isinstance(layer, keras.layers.Wrapper) else layer
        if isinstance(inner, keras.Model):
            return inner
    return model


def _settings(run: Path, names: Iterable[str]) -> dict[str, Any]:
    """The named settings, as far as the run's config.json and card.json hold them."""
    known: dict[str, Any] = {}
    for file in ("config.json", "card.json"):
        if (run / file).is_file():
            try:
                known |= json.loads((run / file).read_text(encoding="utf-8"))
            except (ValueError, TypeError):
                raise UserError(f"{run / file} is not readable JSON") from None
    return {name: known[name] for name in names if known.get(name) is not None}


def _counterpart(layer: Any, model: keras.Model, network: keras.Model) -> Any:
    if layer is model.layers[-1] and layer.name == "predictions":  # was called otherwise in older runs
        return network.layers[-1]
    return next((other for other in network.layers if other.name == layer.name), None)


def _differs(layer: Any, network: keras.Model) -> bool:
    """Whether a layer of the same name computes something else: another kind of pooling, another activation."""
    other = next((other for other in network.layers if other.name == layer.name), None)
    if other is None:
        return False
    activations = [getattr(each, "activation", None) for each in (layer, other)]
    return type(layer) is not type(other) or _plain(activations[0]) != _plain(activations[1])


def _shapes(layer: Any) -> list[tuple[int, ...]]:
    return [tuple(weight.shape) for weight in layer.weights] if layer is not None else []


def _plain(value: Any) -> Any:
    """A setting in a form that can be compared: JSON holds lists for tuples, and names for functions."""
    if isinstance(value, (list, tuple)):
        return tuple(value)
    return getattr(value, "__name__", value)

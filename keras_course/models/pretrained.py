"""``weights="pretrained"``: the weights of a trained run, put into a model that was just built."""

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import keras

from keras_course.errors import UserError

Weights = str | os.PathLike[str] | None
"""``"pretrained"``, the path of a run's folder or of a ``.keras`` file, or None for new weights."""


def pretrained_run(app: str) -> Path:
    """The folder of an app's committed run, ``models/APP/pretrained`` in the checkout.

    Raises:
        UserError: if there is none.
    """
    path = Path(__file__).parents[2] / "models" / app / "pretrained"
    if not path.is_dir():
        raise UserError(
            f"the pretrained run of {app} is not installed: train one, and give its folder as the weights"
        )
    return path


def with_weights(model: keras.Model, weights: Weights, app: str, **settings: Any) -> keras.Model:
    """Return the model with the weights of a run; without any change where ``weights`` is None.

    Layers are matched by their names, the last ones with each other. A model without its last layer takes the rest.

    Args:
        model: as a builder has just made it.
        weights: ``"pretrained"``, a path, or None.
        app: whose pretrained run is meant.
        settings: the builder's arguments that the run must share, even where the shapes would fit.

    Raises:
        UserError: if there is no such run, or the model is another one; the message tells the run's settings.
    """
    if weights is None:
        return model
    from keras_course import saving

    path = pretrained_run(app) if weights == "pretrained" else Path(weights)
    path = path / "model.keras" if path.is_dir() else path
    if not path.is_file():
        raise UserError(f"weights={os.fspath(weights)!r}: there is no such run or model.keras")
    network = _network(saving.load_model(path))
    theirs = _settings(path.parent, settings)
    pairs = [(layer, _counterpart(layer, model, network)) for layer in model.layers if layer.weights]
    differing = [layer.name for layer, other in pairs if _shapes(layer) != _shapes(other)]
    differing += [name for name in theirs if _plain(settings[name]) != _plain(theirs[name])]
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
    for layer in model.layers:
        inner = layer.layer if isinstance(layer, keras.layers.Wrapper) else layer
        if isinstance(inner, keras.Model):
            return inner
    return model


def _settings(run: Path, names: Iterable[str]) -> dict[str, Any]:
    """What the run's config.json and card.json tell of the named settings."""
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


def _shapes(layer: Any) -> list[tuple[int, ...]]:
    return [tuple(weight.shape) for weight in layer.weights] if layer is not None else []


def _plain(value: Any) -> Any:
    """A setting as it can be compared: JSON has lists for tuples, and names for functions."""
    return (
        tuple(value)
        if isinstance(value, Sequence) and not isinstance(value, str)
        else getattr(value, "__name__", value)
    )

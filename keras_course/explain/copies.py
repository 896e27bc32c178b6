"""Copies of a model in which some layers are others: with another derivative, without the last softmax, at random."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from keras_course.errors import UserError

Change = Callable[[keras.layers.Layer], keras.layers.Layer | None]


def changed(model: keras.Model, change: Change, call: Callable[..., Any] | None = None) -> keras.Model:
    """A copy of a model with the same weights, computed in float32, in which some layers are others.

    Args:
        model: a Sequential or functional model; models inside it are copied in the same way.
        change: takes a layer and returns another one with weights of the same shapes, or None to copy it as it is.
        call: of a functional model: calls a layer of the copy, ``call(layer, *inputs, **named)``, instead of Keras.
    """

    def copy(layer: Any) -> Any:
        if isinstance(layer, keras.Model):
            return changed(layer, change)
        return change(layer) or copied(layer)

    twin = keras.models.clone_model(model, clone_function=copy, call_function=call)
    twin.set_weights(model.get_weights())
    return twin


def copied(layer: keras.layers.Layer, **settings: Any) -> keras.layers.Layer:
    """A layer with the same settings but those given, in float32, with weights of its own."""
    config = {**layer.get_config(), **settings}
    if "dtype" in config:
        config["dtype"] = "float32"
    return type(layer).from_config(config)


def linear(layer: keras.layers.Layer) -> keras.layers.Layer:
    """A layer without its activation: of the last one, this gives the logits in place of probabilities."""
    if isinstance(layer, keras.layers.Softmax | keras.layers.ReLU):
        return keras.layers.Activation("linear", name=layer.name)
    twin = copied(layer)
    if hasattr(twin, "activation"):
        twin.activation = keras.activations.linear
    return twin


def randomized(model: keras.Model, down_to: str, *, seed: int = 0) -> keras.Model:
    """A copy whose layers from the output down to one of them have new initial weights; those before it are kept.

    Paper: Adebayo et al., "Sanity Checks for Saliency Maps", 2018 (https://arxiv.org/abs/1810.03292): its cascading
        randomization

    Args:
        model: a Sequential or functional model; a model inside it counts as one layer.
        down_to: the last layer, counted from the output, with new weights.
        seed: of the new weights.

    Raises:
        UserError: if no layer with weights has that name; the message lists the names.

    Example:
        >>> from keras_course.models import convnet_sequential
        >>> model = convnet_sequential()
        >>> twin = randomized(model, "full_connection")
        >>> [bool((twin.get_layer(name).get_weights()[0] == model.get_layer(name).get_weights()[0]).all())
        ...  for name in ("convolution_2_1", "full_connection")]
        [True, False]
    """
    names = [layer.name for layer in model.layers if layer.weights]
    if down_to not in names:
        raise UserError(f"{model.name!r} has no layer {down_to!r} with weights: it has {', '.join(names)}")
    seeds = np.random.default_rng(seed)

    def fresh(layer: Any) -> Any:
        if isinstance(layer, keras.Model):
            return keras.models.clone_model(layer, clone_function=fresh)
        drawn = {}
        for name, setting in layer.get_config().items():
            if isinstance(setting, dict) and "seed" in setting.get("config", {}):  # an initializer
                drawn[name] = {
                    **setting,
                    "config": {**setting["config"], "seed": int(seeds.integers(2**31))},
                }
        return copied(layer, **drawn)

    twin = keras.models.clone_model(model, clone_function=fresh)
    for name in names[: names.index(down_to)]:
        twin.get_layer(name).set_weights(model.get_layer(name).get_weights())
    return twin

"""What in a picture made a network's unit speak: its gradient, guided back-propagation and the deconvnet.

The three differ in one thing: what a ReLU lets pass on the way back.

    gradient     the slope where the ReLU's input was above 0
    deconvnet    the slope where the slope itself is above 0
    guided       the slope where both are
"""

import functools
from collections.abc import Callable, Sequence
from typing import Any, Literal, get_args

import keras
import numpy as np
from keras import ops

from keras_course.errors import UserError
from keras_course.explain.activations import find_layer
from keras_course.explain.copies import changed, copied, linear
from keras_course.explain.gradients import check_classes, class_signs, gradient

Rule = Literal["gradient", "deconvnet", "guided"]


def input_gradient(
    model: keras.Model,
    pictures: np.ndarray,
    targets: Sequence[int],
    rule: Rule = "gradient",
    *,
    layer: str | None = None,
    batch_size: int = 32,
) -> np.ndarray:
    """How a class's logit, or the strongest value of a filter, changes with each pixel, by one of three rules.

    Of a filter one value counts, the largest of its map in that picture; all others are set aside. Max pooling leads
    back to the place where the maximum was (the deconvnet's "switches").

    Papers: Simonyan et al., "Deep Inside Convolutional Networks", 2013 (https://arxiv.org/abs/1312.6034), ``gradient``;
        Zeiler, Fergus, "Visualizing and Understanding Convolutional Networks", 2013 (https://arxiv.org/abs/1311.2901),
        ``deconvnet``; Springenberg et al., "Striving for Simplicity", 2014 (https://arxiv.org/abs/1412.6806),
        ``guided``. The deconvnet's picture here differs from the paper's by a factor: it starts from 1, not from the
        activation.

    ``deconvnet`` and ``guided`` draw clean pictures, and these hardly depend on the weights above the layer (see
    ``explain.sanity``): they show what is in the picture more than what the network has learnt of it.

    Args:
        model: a Sequential or functional model.
        pictures: ``(n, height, width, channels)``, as the model takes them.
        targets: for each picture a class, or the number of a filter or unit of ``layer``.
        rule: what a ReLU lets pass on the way back.
        layer: the layer that the filters are in; None: the targets are classes.
        batch_size: pictures at a time.

    Returns:
        An array with the shape of ``pictures``.

    Raises:
        UserError: if there is no such layer, filter, class or rule, or the model has no ReLU that a rule could replace.

    Example:
        >>> from keras_course.models import convnet_sequential
        >>> pictures = np.ones((2, 28, 28, 1), "float32")
        >>> input_gradient(convnet_sequential((28, 28, 1)), pictures, [3, 8], "guided").shape
        (2, 28, 28, 1)
    """
    if rule not in get_args(Rule):
        raise UserError(f"rule={rule!r} is unknown: choose one of {', '.join(get_args(Rule))}")
    if layer is None:
        check_classes(model, targets, len(pictures))
        network = with_rule(model, rule, logits=True)
    else:
        _check_units(model, targets, len(pictures), layer)
        part = keras.Model(model.inputs[0], find_layer(model, layer).output, name=model.name)
        network = with_rule(part, rule)
    found = []
    for first in range(0, len(pictures), batch_size):
        x = ops.convert_to_tensor(np.asarray(pictures[first : first + batch_size]), "float32")
        some = targets[first : first + batch_size]
        values = ops.convert_to_numpy(network(x, training=False))
        chosen = ops.convert_to_tensor(
            class_signs(some, values.shape[-1]) if layer is None else _strongest(values, some)
        )
        total = functools.partial(_total, network, chosen)
        found.append(np.asarray(ops.convert_to_numpy(gradient(total, x))))
    if not found:
        raise UserError("there is no picture to look at: give at least one")
    return np.concatenate(found)


def with_rule(model: keras.Model, rule: Rule, *, logits: bool = False) -> keras.Model:
    """A copy of a model that computes the same, and in which each ReLU's derivative follows a rule.

    Args:
        model: a Sequential or functional model.
        rule: see above; ``gradient`` changes nothing.
        logits: whether the copy returns logits: without the last layer's activation.

    Raises:
        UserError: if the model has no ReLU, and the rule would replace some.
    """
    last = model.layers[-1]
    replaced = []

    def change(layer: Any) -> Any:
        if logits and layer is last:
            return linear(layer)
        relu = _relu_of(layer) if rule != "gradient" else None
        if relu is None:
            return None
        replaced.append(layer.name)
        if isinstance(layer, keras.layers.ReLU):
            return keras.layers.Activation(_rectifier(relu, rule), name=layer.name)
        twin: Any = copied(layer)
        twin.activation = _rectifier(relu, rule)
        return twin

    twin = changed(model, change)
    if rule != "gradient" and not replaced and not is_linear(model):
        raise UserError(f"{model.name!r} has no ReLU for rule={rule!r} to replace: use rule='gradient'")
    return twin


def _rectifier(relu: Callable[[Any], Any], rule: Rule) -> Callable[[Any], Any]:
    """A ReLU with another derivative: of the slope that comes back, the positive part, everywhere or where it is on."""

    @ops.custom_gradient
    def rectified(x: Any) -> Any:
        y = relu(x)

        def backward(*slopes: Any, upstream: Any = None) -> Any:
            slope = slopes[0] if upstream is None else upstream
            positive = ops.maximum(slope, 0)
            if rule == "deconvnet":
                return positive
            return positive * ops.cast(ops.logical_and(x > 0, ops.equal(x, y)), positive.dtype)

        return y, backward

    return lambda x: rectified(x)


def _relu_of(layer: Any) -> Callable[[Any], Any] | None:
    """The ReLU that a layer is or ends with; None where there is none. Those with a slope below 0 are none."""
    if isinstance(layer, keras.layers.ReLU):
        plain = not layer.negative_slope and not layer.threshold
        return functools.partial(keras.activations.relu, max_value=layer.max_value) if plain else None
    activation = getattr(layer, "activation", None)
    known = (keras.activations.relu, keras.activations.relu6)
    return next((one for one in known if one is activation), None)


def has_relu(model: keras.Model) -> bool:
    """Whether there is a ReLU that a rule could replace, in the model or in one inside it."""
    layers = [one for layer in model.layers for one in getattr(layer, "layers", [layer])]
    return any(_relu_of(layer) is not None for layer in layers)


def is_linear(model: keras.Model) -> bool:
    """Whether no layer has any other activation: then there is nothing to replace, and all rules agree."""
    return all(
        getattr(layer, "activation", keras.activations.linear) is keras.activations.linear
        for layer in model.layers
    )


def _total(network: keras.Model, chosen: Any, x: Any) -> Any:
    return ops.sum(network(x, training=False) * chosen)


def _strongest(values: np.ndarray, filters: Sequence[int]) -> np.ndarray:
    """1 at the largest value of each picture's filter, 0 elsewhere."""
    chosen = np.zeros(values.shape, "float32")
    for i, index in enumerate(filters):
        one = values[i, ..., index]  # (height, width), or one number
        chosen[i, ..., index] = np.arange(one.size).reshape(one.shape) == one.argmax()
    return chosen


def _check_units(model: keras.Model, targets: Sequence[int], pictures: int, layer: str) -> None:
    count = find_layer(model, layer).output.shape[-1]
    if len(targets) != pictures or not all(0 <= one < count for one in targets):
        raise UserError(
            f"targets={list(targets)}: give one for each of the {pictures} pictures, from 0 to {count - 1}: "
            f"those of layer {layer!r}"
        )

"""A walk through a Keras model, layer by layer, with symbolic tensors; ``flops`` sums up what it meets.

It follows the graph, so that a layer called twice is met twice; it goes into models within the model and into wrappers,
and runs nothing.
"""

import dataclasses
import functools
import inspect
import math
from typing import Any

import keras
from keras import layers

from keras_course.errors import UserError
from keras_course.evaluation import products
from keras_course.evaluation.products import Shape


@dataclasses.dataclass(frozen=True)
class Row:
    """What one layer takes, once called."""

    name: str
    """Of the layer; of one within a model or a wrapper ``outer/inner``."""
    kind: str
    """Its class."""
    output_shape: Shape
    """Without the batch; of the first output, where there are several."""
    parameters: int
    """0 where the layer has been called before."""
    multiply_adds: int
    """Of one example's forward pass."""
    training: int
    """Multiply-adds of one example's training step. See :func:`.flops.of_training`."""
    counted: bool = True
    """False for a layer that no rule knows: what it takes is missing."""


def rows(model: keras.Model, inputs: list[Any]) -> list[Row]:
    """A row for each call of a layer, in the order of computation.

    Args:
        model: built.
        inputs: its symbolic inputs.
    """
    walk = _Walk()
    if _is_graph(model):
        walk.run(model, inputs, "")
    else:
        walk.apply(model, *inputs)
    return walk.rows


def _is_graph(operation: Any) -> bool:
    """Whether it is a model whose layers can be walked."""
    own = hasattr(operation, "multiply_adds")
    return isinstance(operation, keras.Sequential | keras.Function) and not own


def _is_wrapper(layer: Any) -> bool:
    """Whether what it wraps is counted in its place."""
    return isinstance(layer, layers.Bidirectional | layers.Wrapper) and not hasattr(layer, "multiply_adds")


def _sizes(name: str, tensor: Any) -> Shape:
    """The shape of a tensor, of a symbolic one without the batch."""
    shape = tuple(tensor.shape[1:] if isinstance(tensor, keras.KerasTensor) else tensor.shape)
    if None in shape:
        raise UserError(f"the layer {name!r} has a size that is open, {shape}: it cannot be counted")
    return shape


class _Walk:
    """Walks through a model with symbolic tensors, a row for each layer on the way."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.seen: dict[int, Any] = {}  # by identity the weights that are counted
        self.trained: dict[int, Any] = {}  # by identity the tensors that trained weights have a part in

    def run(self, model: Any, inputs: Any, prefix: str) -> Any:
        """Apply a model's layers in its graph's order; return its symbolic outputs."""
        if isinstance(model, keras.Sequential):
            (x,) = keras.tree.flatten(inputs)
            for layer in model.layers:
                x = self.apply(layer, x, prefix=prefix)
            return x
        return model._run_through_graph(
            inputs, operation_fn=lambda operation: functools.partial(self.apply, operation, prefix=prefix)
        )

    def apply(self, layer: Any, *arguments: Any, prefix: str = "", **named: Any) -> Any:
        """Count one call of a layer, an operation, or a model within the model; return its symbolic outputs."""
        name = prefix + layer.name
        given = inspect.signature(layer.call).bind(*arguments, **named).arguments  # in the signature's order
        if _is_graph(layer):
            return self.run(layer, next(iter(given.values())), f"{name}/")
        inputs = [tensor for tensor in keras.tree.flatten(list(given.values())) if hasattr(tensor, "shape")]
        outputs = layer.compute_output_spec(*arguments, **named)
        flat = keras.tree.flatten(outputs)
        shapes, shape = [_sizes(name, tensor) for tensor in inputs], _sizes(name, flat[0])
        before = any(id(tensor) in self.trained for tensor in inputs)
        trains = bool(getattr(layer, "trainable_variables", ()))
        if _is_wrapper(layer):
            self._count_inside(layer, inputs[0], f"{name}/")
        found = 0 if _is_wrapper(layer) else products.of_layer(layer, shapes, shape)
        work, parameters = found or 0, self._parameters(layer)
        gradients = trains + (before or (trains and isinstance(layer, layers.RNN)))
        if parameters or not _is_wrapper(layer):  # a wrapper with weights of its own has a row, too
            kind, training = type(layer).__name__, work * (1 + gradients)
            self.rows.append(Row(name, kind, shape, parameters, work, training, counted=found is not None))
        if trains or before:
            self.trained |= {id(tensor): tensor for tensor in flat}
        return outputs

    def _count_inside(self, wrapper: Any, x: Any, prefix: str) -> None:
        """Count what a wrapper wraps as often as it is applied."""
        if isinstance(wrapper, layers.Bidirectional):
            self.apply(wrapper.forward_layer, x, prefix=prefix)
            self.apply(wrapper.backward_layer, x, prefix=prefix)
            return
        times = in_training = 1
        if isinstance(wrapper, layers.TimeDistributed):
            times = in_training = _sizes(wrapper.name, x)[0]
            step = keras.KerasTensor((None, *x.shape[2:]), x.dtype)
            self.trained |= {id(step): step} if id(x) in self.trained else {}
            x = step
        else:
            times = getattr(wrapper, "applications", 1)
        first = len(self.rows)
        self.apply(wrapper.layer, x, prefix=prefix)
        self.rows[first:] = [
            dataclasses.replace(
                row, multiply_adds=times * row.multiply_adds, training=in_training * row.training
            )
            for row in self.rows[first:]
        ]

    def _parameters(self, layer: Any) -> int:
        """The weights of a layer that no row has yet."""
        new = {id(weight): weight for weight in getattr(layer, "weights", ()) if id(weight) not in self.seen}
        self.seen |= new
        return sum(math.prod(weight.shape) for weight in new.values())

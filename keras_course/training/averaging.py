"""Averaged weights: an optimizer with ``use_ema=True`` keeps them, and ``fit`` then validates and saves them.

Near the end of a training the weights still wander around a minimum, step by step; their average lies nearer to its
middle. The optimizer updates the average after every step, ``average = m * average + (1 - m) * weights``, with ``m``
its ``ema_momentum``: 0.99 reaches back about 100 steps, 0.998 about 500.

Paper: Polyak and Juditsky, "Acceleration of Stochastic Approximation by Averaging", 1992; Tarvainen and Valpola, "Mean
    teachers are better role models", 2017 (https://arxiv.org/abs/1703.01780)
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np


def ema_options(momentum: float | None) -> dict[str, Any]:
    """An optimizer's arguments for an exponential moving average of the weights; none where there is no momentum.

    >>> ema_options(0.998)
    {'use_ema': True, 'ema_momentum': 0.998}
    >>> ema_options(None)
    {}

    Args:
        momentum: the fraction of the old average that a step keeps, 0 to 1; None for no average.
    """
    return {} if momentum is None else {"use_ema": True, "ema_momentum": momentum}


def keeps_average(model: keras.Model) -> bool:
    """Return whether a compiled model's optimizer averages the weights."""
    optimizer = getattr(model.optimizer, "inner_optimizer", model.optimizer)  # of mixed_float16's wrapper
    return bool(optimizer.use_ema)


@contextlib.contextmanager
def averaged(model: keras.Model) -> Iterator[None]:
    """The averaged weights in the model for as long as the block lasts, then its own again, to the last bit.

    (Keras' ``SwapEMAWeights`` swaps them by additions, which round, and so changes the training that it watches.)

    Args:
        model: compiled; with an optimizer that keeps no average, the weights stay what they are.
    """
    if not keeps_average(model):
        yield
        return
    own = _values(model)
    model.optimizer.finalize_variable_values(model.trainable_variables)
    _assign(model, _values(model))
    try:
        yield
    finally:
        _assign(model, own)


def _values(model: keras.Model) -> list[np.ndarray]:
    return [keras.ops.convert_to_numpy(variable).copy() for variable in model.trainable_variables]


def _assign(model: keras.Model, values: list[np.ndarray]) -> None:
    """Copies: on JAX Keras' average and weight would share one array, which the next step gives away."""
    for variable, value in zip(model.trainable_variables, values, strict=True):
        variable.assign(value)


class ValidateAveraged(keras.callbacks.Callback):
    """Validate the averaged weights, where the optimizer keeps any, while training goes on with the model's own."""

    def __init__(self) -> None:
        super().__init__()
        self.averages = contextlib.ExitStack()

    def on_test_begin(self, logs: Any = None) -> None:
        """Put the average in the model's place."""
        self.averages.enter_context(averaged(self.model))

    def on_test_end(self, logs: Any = None) -> None:
        """Take it out again."""
        self.averages.close()

    def on_train_end(self, logs: Any = None) -> None:
        """Keras has left the average in the model."""
        if keeps_average(self.model):
            _assign(self.model, _values(self.model))

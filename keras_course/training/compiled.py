"""Many training steps in one compiled call.

Plain ``fit`` goes back to Python after every batch; for a small network this costs more than the arithmetic.
Here the training set lies on the device, ``fit`` is fed with *row numbers*, 64 batches of them at a time, and
one compiled loop gathers each batch and calls Keras' own ``model.train_step``: the same steps on the same
examples, the last, smaller batch among them.
"""

import functools
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np

from keras_course.training.batches import epoch_order

BATCHES_A_CALL = 64


class RowNumbers(keras.utils.PyDataset):
    """The order of the training examples: item ``i`` is the next 64 batches of row numbers.

    It covers all epochs of one training: Keras may ask ahead, and an item must not depend on when it asks.

    Args:
        examples: how many there are.
        batch_size: examples a step.
        seed: of the order.
        epochs: first and last (exclusive).
        shuffle: if False, every epoch takes the examples as they lie.
    """

    def __init__(
        self, examples: int, batch_size: int, seed: int, epochs: range, shuffle: bool = True
    ) -> None:
        super().__init__()
        self.batch_size, self.epochs = batch_size, epochs
        batches = -(-examples // batch_size)
        self.calls_an_epoch = -(-batches // BATCHES_A_CALL)
        self.batches_a_call = -(-batches // self.calls_an_epoch)
        self.order = functools.lru_cache(maxsize=2)(lambda epoch: epoch_order(examples, seed, epoch, shuffle))

    def __len__(self) -> int:
        return len(self.epochs) * self.calls_an_epoch

    def __getitem__(self, index: int) -> tuple[np.ndarray]:
        """Return ``(batches_a_call, batch_size)`` row numbers, filled up with -1."""
        epoch, call = divmod(index, self.calls_an_epoch)
        size = self.batches_a_call * self.batch_size
        rows = self.order(self.epochs[epoch])[call * size : (call + 1) * size]
        rows = np.pad(rows, (0, size - len(rows)), constant_values=-1)
        return (rows.reshape(self.batches_a_call, self.batch_size),)


def train_function(model: keras.Model, data: tuple[Any, ...], xla: bool) -> Callable[..., Any]:
    """Return what to set as ``model.train_function`` while ``fit`` is fed with :class:`RowNumbers`.

    Args:
        model: built and compiled.
        data: ``(x, y)`` or ``(x, y, sample_weight)``, NumPy arrays.
        xla: compile the loop with XLA (TensorFlow; JAX always does).
    """
    if keras.backend.backend() == "jax":
        return _jax_train_function(model, data)
    return _tensorflow_train_function(model, data, xla)


def _full_and_rest(rows: np.ndarray) -> Iterator[tuple[np.ndarray, int]]:
    """Yield the full batches with their count, then the smaller last batch where there is one."""
    sizes = (rows >= 0).sum(axis=1)
    full = int((sizes == rows.shape[1]).sum())
    if full:
        yield np.maximum(rows, 0), full
    if full < len(rows) and sizes[full]:
        yield rows[full : full + 1, : sizes[full]], 1


def _tensorflow_train_function(model: keras.Model, data: tuple[Any, ...], xla: bool) -> Callable[..., Any]:
    import tensorflow as tf

    data = tuple(tf.convert_to_tensor(array) for array in data)

    @tf.function(jit_compile=xla)
    def steps(rows: Any, count: Any) -> Any:
        def one_step(i: Any) -> Any:
            model.train_step(tuple(tf.gather(array, rows[i]) for array in data))
            return i + 1

        tf.while_loop(lambda i: i < count, one_step, [tf.constant(0)])
        return model.get_metrics_result()

    def call(iterator: Any) -> Any:
        logs = None
        for rows, count in _full_and_rest(next(iterator)[0].numpy()):
            logs = steps(tf.constant(rows), tf.constant(count))
        return logs

    return call


def _jax_train_function(model: keras.Model, data: tuple[Any, ...]) -> Callable[..., Any]:
    import jax
    from jax import numpy as jnp

    data = tuple(jnp.asarray(array) for array in data)

    @functools.partial(jax.jit, donate_argnums=0)
    def steps(state: Any, rows: Any, count: Any, data: tuple[Any, ...]) -> Any:
        def one_step(i: Any, state: Any) -> Any:
            _, state = model.train_step(state, tuple(jnp.take(array, rows[i], axis=0) for array in data))
            return state

        return jax.lax.fori_loop(0, count, one_step, state)

    def call(state: Any, iterator: Any) -> Any:
        for rows, count in _full_and_rest(np.asarray(next(iterator)[0])):
            state = steps(state, jnp.asarray(rows), count, data)
        return _jax_logs(model, state), state

    return call


def _jax_logs(model: keras.Model, state: Any) -> dict[str, Any]:
    """The metrics' values from their variables, which JAX carries outside the model while it trains."""
    mapping = list(zip(model.metrics_variables, state[3], strict=True))
    with keras.StatelessScope(state_mapping=mapping):
        return model.get_metrics_result()

"""Many training steps in one compiled call.

Plain ``fit`` returns to Python after every batch; for a small network this costs more than the arithmetic. Here the
training set is kept on the device, ``fit`` is fed with *row numbers*, 64 batches of them at a time, and one compiled
loop gathers each batch and calls Keras' own ``model.train_step``: the same steps on the same examples, the last,
smaller batch included. Of a memory-mapped training set, ``fit`` is fed with the batches themselves, 16 MiB at a time,
which TensorFlow reads ahead in a thread.
"""

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np

from keras_course.training import dropout
from keras_course.training.arguments import examples_in
from keras_course.training.batches import epoch_order, is_text

BATCHES_A_CALL = 64
BYTES_A_CALL = 2**24
"""Of memory-mapped data; TensorFlow holds a few calls' batches at once."""


def can_serve(model: keras.Model, data: tuple[Any, ...]) -> bool:
    """Return whether the compiled loop can train a model on these data.

    It cannot with a distribution strategy, in eager mode, with a ``train_step`` of the model's own, or on texts; on JAX
    neither on memory-mapped arrays.

    Args:
        model: a compiled model.
        data: ``(x,)``, ``(x, y)`` or ``(x, y, sample_weight)``, nests of NumPy arrays.
    """
    if any(array is None or is_text(array) for array in keras.tree.flatten(data)):
        return False
    if type(model).train_step is not keras.Model.train_step:
        return False
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return not tf.distribute.has_strategy() and not model.run_eagerly
    if keras.backend.backend() != "jax" or keras.distribution.distribution() is not None:
        return False
    return not is_mapped(data)


def is_mapped(data: tuple[Any, ...]) -> bool:
    """Return whether an array of a nest is memory-mapped, and so must not be read whole."""
    return any(isinstance(array, np.memmap) for array in keras.tree.flatten(data))


def install(
    model: keras.Model,
    data: tuple[Any, ...],
    batch_size: int,
    seed: int,
    epochs: range,
    shuffle: bool,
    verbose: bool,
) -> "RowNumbers":
    """Put the compiled loop into a model as its ``train_function``.

    Args:
        model: built and compiled.
        data: ``(x, y)`` or ``(x, y, sample_weight)``, nests of NumPy arrays.
        batch_size: examples per step.
        seed: seed of the order.
        epochs: the epochs to cover: ``range(first, last + 1)``, from 0.
        shuffle: draw a new order for every epoch.
        verbose: print one line that says how many steps run in one call.

    Returns:
        What to give to ``fit`` as ``x``.
    """
    rows = RowNumbers(data, batch_size, seed, epochs, shuffle)
    batch = keras.tree.map_structure(lambda array: np.asarray(array[: rows.batch_size]), data[:2])
    model.evaluate(*batch, verbose=0)  # builds loss and metrics
    xla = keras.backend.backend() == "jax" or _xla_helps(model)
    model.train_function = train_function(model, data, xla)
    if verbose:
        how = "one XLA call" if xla else "one compiled call"
        print(f"speed: {rows.batches_a_call} steps in {how} ({keras.backend.backend()})")
    return rows


def _xla_helps(model: keras.Model) -> bool:
    """Return whether XLA makes TensorFlow faster: on a GPU yes, on a CPU not for convolution and random numbers.

    Measured on two cores: dense 1.9 times as fast, convolution 5 times and TensorFlow's random numbers 10 times slower;
    dropout and Boltzmann machines have random numbers of their own (``dropout``).
    """
    import tensorflow as tf

    if tf.config.list_logical_devices("GPU"):
        return True
    slow = (keras.layers.Conv1D, keras.layers.Conv2D, keras.layers.Conv2DTranspose, keras.layers.RNN)
    return not any(
        isinstance(layer, slow) or (getattr(layer, "seed_generator", None) and not dropout.can_replace(layer))
        for layer in model._flatten_layers()
    )


class RowNumbers(keras.utils.PyDataset):
    """The order of the training examples: item ``i`` is the next 64 batches of row numbers.

    Of memory-mapped data it is the batches of these rows too, and fewer of them. One object covers all epochs of a
    training: Keras may fetch items early, and an item must not depend on when it is fetched.

    Args:
        data: the training set, nests of NumPy arrays.
        batch_size: examples per step; not more than there are.
        seed: seed of the order.
        epochs: the epochs to cover: ``range(first, last + 1)``, from 0.
        shuffle: draw a new order for every epoch; if False, the examples keep theirs.
    """

    def __init__(
        self, data: tuple[Any, ...], batch_size: int, seed: int, epochs: range, shuffle: bool = True
    ) -> None:
        super().__init__()
        examples = examples_in(data)
        self.batch_size, self.epochs = min(batch_size, examples), epochs
        self.mapped = data if is_mapped(data) else None
        most = BATCHES_A_CALL
        if self.mapped:
            bytes_an_example = sum(array[:1].nbytes for array in keras.tree.flatten(data))
            most = min(most, max(1, BYTES_A_CALL // (bytes_an_example * self.batch_size)))
        batches = -(-examples // self.batch_size)
        self.calls_an_epoch = -(-batches // most)
        self.batches_a_call = -(-batches // self.calls_an_epoch)
        self.order = functools.lru_cache(maxsize=2)(lambda epoch: epoch_order(examples, seed, epoch, shuffle))

    def __len__(self) -> int:
        return len(self.epochs) * self.calls_an_epoch

    def __getitem__(self, index: int) -> tuple[Any]:
        """Return row numbers, ``(batches_a_call, batch_size)``, padded with -1; of mapped data also their batches."""
        epoch, call = divmod(index, self.calls_an_epoch)
        size = self.batches_a_call * self.batch_size
        rows = self.order(self.epochs[epoch])[call * size : (call + 1) * size]
        rows = np.pad(rows, (0, size - len(rows)), constant_values=-1)
        rows = rows.reshape(self.batches_a_call, self.batch_size)
        if self.mapped is None:
            return (rows,)
        return ((rows, keras.tree.map_structure(lambda array: np.asarray(array[rows]), self.mapped)),)


def train_function(model: keras.Model, data: tuple[Any, ...], xla: bool) -> Callable[..., Any]:
    """Return what to set as ``model.train_function`` while ``fit`` is fed with :class:`RowNumbers`.

    Args:
        model: built and compiled.
        data: ``(x, y)`` or ``(x, y, sample_weight)``, nests of NumPy arrays.
        xla: compile the loop with XLA (for TensorFlow; JAX always does).
    """
    if keras.backend.backend() == "jax":
        return _jax_train_function(model, data)
    return _tensorflow_train_function(model, data, xla)


def _full_and_rest(rows: np.ndarray) -> Iterator[tuple[tuple[slice, slice], int]]:
    """Yield where the full batches are, and their number; then the smaller last batch if there is one."""
    sizes = (rows >= 0).sum(axis=1)
    full = int((sizes == rows.shape[1]).sum())
    if full:
        yield (slice(None), slice(None)), full
    if full < len(rows) and sizes[full]:
        yield (slice(full, full + 1), slice(int(sizes[full]))), 1


def _tensorflow_train_function(model: keras.Model, data: tuple[Any, ...], xla: bool) -> Callable[..., Any]:
    import tensorflow as tf

    mapped = is_mapped(data)
    resident = () if mapped else keras.tree.map_structure(tf.convert_to_tensor, data)

    def steps(batches: Any, count: Any) -> Any:
        def one_step(i: Any) -> Any:
            batch = (
                keras.tree.map_structure(lambda array: array[i], batches)
                if mapped
                else keras.tree.map_structure(lambda array: tf.gather(array, batches[i]), resident)
            )
            model.train_step(batch)
            return i + 1

        on_cpu = not tf.config.list_logical_devices("GPU")
        with dropout.fast_dropout(model) if xla and on_cpu else contextlib.nullcontext():
            tf.while_loop(lambda i: i < count, one_step, [tf.constant(0)])
        return model.get_metrics_result()

    compiled_steps = tf.function(steps, jit_compile=xla)

    def call(iterator: Any) -> Any:
        logs = None
        item = next(iterator)[0]
        rows, batches = item if mapped else (item, tf.maximum(item, 0))
        for part, count in _full_and_rest(rows.numpy()):
            some = keras.tree.map_structure(lambda array, part=part: array[part], batches)
            logs = compiled_steps(some, tf.constant(count))
        return logs

    return call


def _jax_train_function(model: keras.Model, data: tuple[Any, ...]) -> Callable[..., Any]:
    import jax
    from jax import numpy as jnp

    data = keras.tree.map_structure(jnp.asarray, data)

    def steps(state: Any, rows: Any, count: Any, data: tuple[Any, ...]) -> Any:
        def one_step(i: Any, state: Any) -> Any:
            batch = keras.tree.map_structure(lambda array: jnp.take(array, rows[i], axis=0), data)
            return model.train_step(state, batch)[1]

        return jax.lax.fori_loop(0, count, one_step, state)

    compiled_steps = jax.jit(steps, donate_argnums=0)

    def call(state: Any, iterator: Any) -> Any:
        rows = np.asarray(next(iterator)[0])
        for part, count in _full_and_rest(rows):
            state = compiled_steps(state, jnp.asarray(np.maximum(rows[part], 0)), count, data)
        return _jax_logs(model, state), state

    return call


def _jax_logs(model: keras.Model, state: Any) -> dict[str, Any]:
    """Return the metrics' values from their variables, which JAX keeps outside the model during training."""
    mapping = list(zip(model.metrics_variables, state[3], strict=True))
    with keras.StatelessScope(state_mapping=mapping):
        return dict(model.get_metrics_result())

"""Training: Keras' ``fit`` with the course's callbacks and speed settings.

``fit(model, run, x, y, ...)`` takes Keras' arguments and returns Keras' ``History``. What it adds: the best
epoch is kept in the run's folder, a killed or interrupted run can go on, a loss that is no number stops it,
the steps run in a compiled loop where that is faster, and an LSTM in one operation.
"""

import math
import statistics
import time
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from keras_course.experiment.runs import Run
from keras_course.training import backup, compiled, recurrent
from keras_course.training.batches import Batches
from keras_course.training.progress import Progress


def fit(
    model: keras.Model,
    run: Run,
    x: Any,
    y: Any = None,
    *,
    batch_size: int = 32,
    epochs: int = 1,
    verbose: bool = True,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    validation_data: Any = None,
    validation_batch_size: int | None = None,
    shuffle: bool = True,
    sample_weight: Any = None,
    monitor: str | None = None,
    patience: int | None = None,
) -> keras.callbacks.History:
    """Train a compiled model as ``model.fit`` does, and keep its best epoch in ``run``.

    A run that has a backup goes on after its last whole epoch, and ends as if it had never stopped.

    Args:
        model: compiled, and built (it starts with a ``keras.Input``).
        run: where model.keras, history.csv and the backup go; its seed gives the examples' order.
        x: the examples: a NumPy array (trained in a compiled loop; a memory-mapped one is read batch by batch), or
            anything that ``model.fit`` takes.
        y: the targets, as many as ``x``.
        batch_size: examples a step; the last batch of an epoch may be smaller, none is dropped.
        epochs: passes over the training set, those before a resume counted in.
        verbose: print a line an epoch.
        callbacks: further Keras callbacks.
        validation_data: ``(x, y)``, judged after every epoch.
        validation_batch_size: default at least 500: without gradients, larger batches fit in memory.
        shuffle: a new order every epoch.
        sample_weight: a weight an example.
        monitor: the metric that chooses the best epoch; default ``val_accuracy`` where the model measures
            accuracy, else ``val_loss``.
        patience: stop after so many epochs without a better one; default never.

    Returns:
        Keras' History, over all epochs of the run.

    Raises:
        ValueError: if the learning rate is below 0, the loss is not finite in the first epoch, or the backup belongs to
            another model.
        KeyboardInterrupt: after Ctrl-C; the best model so far lies in the run.
    """
    total_steps(1, batch_size, epochs)  # both at least 1
    if (rate := float(keras.ops.convert_to_numpy(model.optimizer.learning_rate))) < 0:
        raise ValueError(f"learning_rate={rate:g} would climb the loss: give a number above 0")
    monitor = monitor or ("val_accuracy" if "accuracy" in _metric_names(model) else "val_loss")
    if validation_data is None:
        monitor = monitor.removeprefix("val_")
    larger = "accuracy" in monitor or "auc" in monitor
    arrays = isinstance(x, np.ndarray) and isinstance(y, np.ndarray)
    if arrays and len(x) != len(y):
        raise ValueError(f"x has {len(x)} examples and y has {len(y)}: they must be as many")

    model.optimizer.build(model.trainable_variables)
    saved = backup.restore(run, model)
    first = saved["epoch"] + 1 if saved else 0
    if saved and verbose:
        print(f"resuming after epoch {first} of {epochs}")
    watching = list(callbacks)
    if patience is not None:
        watching.append(
            keras.callbacks.EarlyStopping(monitor, patience=patience, mode="max" if larger else "min")
        )
    keep = backup.KeepBest(run, monitor, larger, watching, saved)
    all_callbacks = [keras.callbacks.TerminateOnNaN(), *watching, keep]
    if verbose:
        all_callbacks.append(Progress(monitor, larger, keep.best))

    arguments: dict[str, Any] = {
        "epochs": epochs,
        "initial_epoch": first,
        "callbacks": all_callbacks,
        "validation_data": validation_data,
        "validation_batch_size": validation_batch_size or max(batch_size, 500),
        "verbose": 0,
    }
    if isinstance(validation_data, tuple) and isinstance(validation_data[0], np.memmap):
        arguments["validation_data"] = Batches(validation_data, validation_batch_size or batch_size)
        del arguments["validation_batch_size"]
    data = (x, y) if sample_weight is None else (x, y, np.asarray(sample_weight))
    try:
        with recurrent.fast_lstm(model) as lstms:
            if lstms and verbose:
                print(f"speed: {lstms} LSTM in one operation each")
            if first >= epochs:  # killed after its last epoch
                history = keras.callbacks.History()
            elif arrays and not isinstance(x, np.memmap) and _can_compile(model):
                rows = compiled.RowNumbers(len(x), batch_size, run.seed, range(first, epochs), shuffle)
                _speed_up(model, data, rows, verbose)
                # shuffle=False: the rows are in order already, and Keras would shuffle the calls of different epochs
                history = model.fit(rows, steps_per_epoch=rows.calls_an_epoch, shuffle=False, **arguments)
            elif arrays:
                batches = Batches(data, batch_size, run.seed, range(first, epochs), shuffle)
                history = model.fit(
                    batches, steps_per_epoch=batches.batches_an_epoch, shuffle=False, **arguments
                )
            else:
                history = model.fit(x, y, sample_weight=sample_weight, **arguments)
    except KeyboardInterrupt:
        _say_interrupted(run, keep)
        raise
    finally:
        model.train_function = None  # plain fit works on the model again

    _stop_if_not_finite(history, keep)
    history.history = keep.history
    history.epoch = list(range(len(next(iter(keep.history.values()), []))))
    return history


def _metric_names(model: keras.Model) -> set[str]:
    metrics = model.get_compile_config().get("metrics") or []
    return {name if isinstance(name, str) else name.get("config", {}).get("name", "") for name in metrics}


def _can_compile(model: keras.Model) -> bool:
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return not tf.distribute.has_strategy() and not model.run_eagerly
    return keras.backend.backend() == "jax" and keras.distribution.distribution() is None


def _speed_up(model: keras.Model, data: tuple[Any, ...], rows: compiled.RowNumbers, verbose: bool) -> None:
    """Put the compiled loop into the model, and say so in one line."""
    x, y = data[0], data[1]
    model.evaluate(x[: rows.batch_size], y[: rows.batch_size], verbose=0)  # builds loss and metrics
    xla = keras.backend.backend() == "jax" or _xla_helps(model)
    model.train_function = compiled.train_function(model, data, xla)
    if verbose:
        how = "one XLA call" if xla else "one compiled call"
        print(f"speed: {rows.batches_a_call} steps in {how} ({keras.backend.backend()})")


def _xla_helps(model: keras.Model) -> bool:
    """Whether XLA makes TensorFlow faster: on a GPU yes; on a CPU not for convolution and random numbers.

    Measured on two cores: dense 1.9 times as fast, convolution 5 times and dropout 15 times slower.
    """
    import tensorflow as tf

    if tf.config.list_logical_devices("GPU"):
        return True
    slow = (keras.layers.Conv1D, keras.layers.Conv2D, keras.layers.Conv2DTranspose, keras.layers.RNN)
    all_layers = list(model._flatten_layers())
    return not any(isinstance(layer, slow) or getattr(layer, "seed_generator", None) for layer in all_layers)


def _say_interrupted(run: Run, keep: backup.KeepBest) -> None:
    if keep.best_epoch is None:
        print("\ninterrupted in the first epoch: nothing to keep yet", flush=True)
        return
    print(
        f"\ninterrupted: the best model so far (epoch {keep.best_epoch + 1}, {keep.monitor} {keep.best:.4f}) "
        f"is kept; --resume {run.path} goes on",
        flush=True,
    )


def _stop_if_not_finite(history: keras.callbacks.History, keep: backup.KeepBest) -> None:
    losses = history.history.get("loss", [])
    if not losses or math.isfinite(losses[-1]):
        return
    if keep.best_epoch is None:
        raise ValueError("the loss is no longer a number in the first epoch: lower --learning-rate")
    print(f"stopped: the loss is no longer a number; epoch {keep.best_epoch + 1} is kept as the best")


def total_steps(examples: int, batch_size: int, epochs: int) -> int:
    """Return how many updates of the weights a training takes, each epoch's smaller last batch counted.

    Raises:
        ValueError: if ``batch_size`` or ``epochs`` is below 1.
    """
    if epochs < 1 or batch_size < 1:
        raise ValueError(f"epochs={epochs} and batch_size={batch_size} must both be at least 1")
    return epochs * math.ceil(examples / batch_size)


def best_epoch(history: keras.callbacks.History, monitor: str = "val_accuracy") -> int:
    """Return the epoch (from 0) whose model was kept: the first with the best value of ``monitor``."""
    values = history.history[monitor]
    return values.index(max(values) if "accuracy" in monitor or "auc" in monitor else min(values))


class Stopwatch(keras.callbacks.Callback):
    """Seconds of every epoch's training part, validation and saving apart."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []
        self.total = 0.0

    def on_train_begin(self, logs: Any = None) -> None:
        """Start the training."""
        self.started = time.perf_counter()

    def on_train_end(self, logs: Any = None) -> None:
        """Count the whole training."""
        self.total = time.perf_counter() - self.started

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Start an epoch."""
        self.begun = time.perf_counter()
        self.seconds.append(0.0)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Count up to the last step."""
        self.seconds[-1] = time.perf_counter() - self.begun

    def samples_per_second(self, examples: int) -> float:
        """Return the median over the epochs; the first, which compiles, counts only where it is alone."""
        seconds = self.seconds[1:] or self.seconds
        return examples / statistics.median(seconds) if seconds else 0.0

"""``fit``: Keras' ``fit``, with the best epoch kept, an exact resume, and compiled loops."""

import sys
from collections.abc import Sequence
from typing import Any, get_args

import keras
import numpy as np

from keras_course.errors import UserError
from keras_course.experiment import cleanup, efficiency
from keras_course.experiment.runs import Run
from keras_course.training import arguments, averaging, backup, compiled, flows, recurrent
from keras_course.training.arguments import examples_in
from keras_course.training.batches import Batches
from keras_course.training.history import Mode, Stopwatch, default_monitor
from keras_course.training.progress import Progress


class DivergedError(UserError):
    """Training has diverged in the very first epoch, so that there is no model to keep."""


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
    mode: Mode = "auto",
    patience: int | None = None,
) -> keras.callbacks.History:
    """Train a compiled model as ``model.fit`` does, and keep its best epoch in ``run``.

    With an optimizer that averages the weights (Keras' ``use_ema=True``), the averages are validated and kept.
    A run that has a backup continues after its last complete epoch, and ends as if it had never been interrupted. If
    early stopping had ended it, it trains no more, unless ``patience`` is another now.

    Args:
        model: compiled, and built (it starts with a ``keras.Input``).
        run: where model.keras, history.csv and the backup are written; its seed orders the examples.
        x: the examples: an array, a tensor, or a dictionary, list or tuple of them; memory-mapped arrays are read batch
            by batch. A flow of ``ImageDataGenerator`` keeps its own batch size and ``shuffle``; its order and its
            variations are drawn from the run's seed. Anything else that ``model.fit`` accepts (a dataset, another
            generator) is passed on to it, with ``batch_size`` and ``shuffle``: Keras then decides what they mean, the
            order is not the run's, and a resumed run repeats it only if the object itself does.
        y: the targets, one per example; None for a model whose loss needs none.
        batch_size: examples per step; the last batch of an epoch may be smaller, none is dropped.
        epochs: passes over the training set, including those before a resume.
        verbose: print a line per epoch; in a log, a variant of a run of several prints none (``train_variants`` does).
        callbacks: further Keras callbacks. What a resumed run must give back to one of your own (numbers, or lists of
            them) it names in its attribute ``counters``.
        validation_data: ``(x, y)``, evaluated after every epoch.
        validation_batch_size: default ``batch_size``, but at least 500: without gradients, larger batches fit.
        shuffle: draw a new order for every epoch.
        sample_weight: a weight per example.
        monitor: the metric that chooses the best epoch; default ``val_accuracy`` if the model measures accuracy, else
            ``val_loss`` (without ``val_`` if there are no validation data).
        mode: whether the best value of ``monitor`` is its smallest or largest; by default Keras asks the metric.
        patience: stop after this many epochs without improvement; default never.

    Returns:
        Keras' History, over all epochs of the run. Its ``best_epoch`` is the epoch kept, from 0, and its ``monitor``
        the metric that chose it.

    Raises:
        UserError: if an argument cannot be used, Keras does not know the direction of ``monitor``, or the backup
            belongs to another model.
        DivergedError: if the loss is not finite, or beyond 1e18, in the first epoch. (Later, the training stops, and
            the best epoch is kept.)
        KeyboardInterrupt: after Ctrl-C; the best model so far is in the run.
    """
    _check(model, batch_size, epochs, validation_batch_size, mode, patience)
    data = arguments.as_arrays(x, y, sample_weight)
    validation = _validation(validation_data, batch_size, validation_batch_size)
    monitor = monitor or default_monitor(model)
    if validation_data is None:
        monitor = monitor.removeprefix("val_")

    model.optimizer.build(model.trainable_variables)
    saved = backup.restore(run, model)
    first = saved["epoch"] + 1 if saved else 0
    lines = verbose and (run.parent is None or sys.stdout.isatty())
    watching = list(callbacks)
    if patience is not None:
        watching.append(keras.callbacks.EarlyStopping(monitor, mode=mode, patience=patience))
    watch = next((one for one in watching if isinstance(one, Stopwatch)), Stopwatch())
    watching += [] if watch in watching else [watch]
    keep = backup.KeepBest(run, monitor, mode, watching, saved)
    if saved and verbose:
        stopped = ": stopped early, there is no more to train" if keep.stopped else ""
        print(f"resuming after epoch {first} of {epochs}{stopped}")
    all_callbacks = [
        keras.callbacks.TerminateOnNaN(),
        averaging.ValidateAveraged(),
        *watching,
        keep,
        *([Progress(keep)] if lines else []),
    ]
    history = keras.callbacks.History()
    history.set_model(model)
    try:
        with recurrent.fast_lstm(model) as lstms:
            if lstms and lines:
                print(f"speed: {lstms} LSTM in one operation each")
            if first < epochs and not keep.stopped:  # else it was killed after its last epoch
                if flows.is_flow(x):
                    flow = flows.Flow(x, run.seed, range(first, epochs))
                    fed = {"x": flow, "y": y, "steps_per_epoch": flow.batches_an_epoch, "shuffle": False}
                elif data is None:
                    fed = {
                        "x": x,
                        "y": y,
                        "sample_weight": sample_weight,
                        "batch_size": batch_size,
                        "shuffle": shuffle,
                    }
                else:
                    fed = _batched(model, run, data, batch_size, range(first, epochs), shuffle, lines)
                history = model.fit(
                    **fed,
                    **validation,
                    epochs=epochs,
                    initial_epoch=first,
                    callbacks=all_callbacks,
                    verbose=0,
                )
            else:
                keep.on_train_begin()  # the stopwatch still tells how long it took
    except KeyboardInterrupt as stop:
        _say_interrupted(run, keep)
        stop.args = stop.args or ("training was interrupted",)  # a program need not say it again
        raise
    finally:
        model.train_function = None  # plain fit works on the model again
    _check_outcome(keep)
    history.history = keep.history
    history.epoch = list(range(len(next(iter(keep.history.values())))))
    history.best_epoch, history.monitor = keep.best_epoch, keep.monitor
    examples = examples_in(data) if data is not None else x.n if flows.is_flow(x) else 0
    efficiency.note(run, model, watch.samples_per_second(examples))
    return history


def _check(
    model: keras.Model,
    batch_size: int,
    epochs: int,
    validation_batch_size: int | None,
    mode: Mode,
    patience: int | None,
) -> None:
    arguments.check_model(model)
    arguments.check_counts(epochs=epochs, batch_size=batch_size)
    if validation_batch_size is not None:
        arguments.check_counts(validation_batch_size=validation_batch_size)
    if patience is not None and patience < 0:
        raise UserError(f"patience={patience} must not be negative")
    if mode not in get_args(Mode):
        raise UserError(f"mode={mode!r} must be one of {', '.join(map(repr, get_args(Mode)))}")


def _validation(data: Any, batch_size: int, validation_batch_size: int | None) -> dict[str, Any]:
    """Return the arguments of ``model.fit`` for validation; memory-mapped arrays are read batch by batch."""
    if flows.is_flow(data):
        return {"validation_data": flows.Flow(data)}  # the same batches after every epoch
    if isinstance(data, tuple | list) and 1 <= len(data) <= 3:
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        arrays = arguments.as_arrays(x, y, sample_weight, of="validation ")
        if arrays and any(isinstance(array, np.memmap) for array in keras.tree.flatten(arrays)):
            return {"validation_data": Batches(arrays, validation_batch_size or batch_size)}
    return {"validation_data": data, "validation_batch_size": validation_batch_size or max(batch_size, 500)}


def _batched(
    model: keras.Model,
    run: Run,
    data: tuple[Any, ...],
    batch_size: int,
    epochs: range,
    shuffle: bool,
    verbose: bool,
) -> dict[str, Any]:
    """Return the arguments of ``model.fit`` that feed it the run's order: in compiled loops if possible."""
    if compiled.can_serve(model, data):
        rows = compiled.install(model, data, batch_size, run.seed, epochs, shuffle, verbose)
        fed = {"x": rows, "steps_per_epoch": rows.calls_an_epoch}
    else:
        batches = Batches(data, batch_size, run.seed, epochs, shuffle)
        fed = {"x": batches, "steps_per_epoch": batches.batches_an_epoch}
    # They are in order already, and Keras would shuffle the items of different epochs.
    return {**fed, "shuffle": False}


def _say_interrupted(run: Run, keep: backup.KeepBest) -> None:
    if keep.best_epoch is None:
        what = "interrupted in the first epoch: there is nothing to keep yet"
    else:
        best = f"epoch {keep.best_epoch + 1}, {keep.monitor} {keep.best:.4f}"
        what = f"interrupted: the best model so far ({best}) is kept"
    resume = "" if cleanup.will_go(run.resume_path) else f"; continue with --resume {run.resume_path}"
    print(f"\n{what}{resume}", flush=True)


def _check_outcome(keep: backup.KeepBest) -> None:
    if keep.diverged and keep.best_epoch is None:
        raise DivergedError(f"training has diverged: {keep.diverged} in the first epoch; lower learning_rate")
    if keep.best_epoch is None:
        raise UserError(f"{keep.monitor} was not a number in any epoch: monitor another metric")
    if keep.diverged:
        print(
            f"stopped: {keep.diverged}, training has diverged; epoch {keep.best_epoch + 1} is kept as the best; "
            "a lower learning rate would help"
        )

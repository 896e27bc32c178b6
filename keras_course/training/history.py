"""What a training tells afterwards: its best epoch, and how long it took."""

import math
import statistics
import time
from typing import Any, Literal

import keras

from keras_course.errors import UserError

Mode = Literal["auto", "min", "max"]


def default_monitor(model: keras.Model) -> str:
    """Return the metric that chooses the best epoch: accuracy if the model measures it, else the loss.

    Of a model with several outputs it is the loss: each output has an accuracy of its own.

    Args:
        model: a compiled model.

    Returns:
        ``"val_accuracy"`` or ``"val_loss"``.
    """
    metrics = keras.tree.flatten(model.get_compile_config().get("metrics"))
    one_output = len(getattr(model, "outputs", [None])) == 1  # a subclassed model does not tell
    return "val_accuracy" if one_output and "accuracy" in metrics else "val_loss"


def larger_is_better(model: keras.Model, monitor: str, mode: Mode = "auto") -> bool:
    """Return whether the best value of a metric is its largest, as Keras' own callbacks resolve it.

    Args:
        model: a compiled model whose metrics are built, as they are after the first step.
        monitor: the metric's name in the history.
        mode: ``"min"`` or ``"max"`` settles it; ``"auto"`` asks the metric.

    Raises:
        UserError: if Keras does not know the metric's direction.
    """
    asked = keras.callbacks.EarlyStopping(monitor, mode=mode)
    asked.set_model(model)
    try:
        asked._set_monitor_op()
    except ValueError:
        raise UserError(
            f"Keras does not know whether a larger {monitor!r} is better: give mode='max' or mode='min', "
            "or monitor another metric"
        ) from None
    return asked.monitor_op is keras.ops.greater


def best_epoch(history: keras.callbacks.History, monitor: str | None = None, mode: Mode = "auto") -> int:
    """Return the epoch (from 0) whose model was kept: the first with the best value of the monitored metric.

    Args:
        history: of ``training.fit``, which knows the epoch that it kept, or of Keras' ``fit``.
        monitor: the metric to choose by; default the one that ``training.fit`` kept by, else the first that there is of
            val_accuracy, val_loss, accuracy and loss.
        mode: whether the best value is the smallest or the largest; by default Keras asks the metric.

    Raises:
        UserError: if the history has no finite value of ``monitor``, or Keras does not know its direction.
    """
    kept_by = getattr(history, "monitor", None)  # Keras' own History has none
    if kept_by is not None and monitor in (None, kept_by):
        return int(history.best_epoch)
    values = history.history
    if monitor is None:
        names = ("val_accuracy", "val_loss", "accuracy", "loss")
        monitor = next((name for name in names if name in values), "loss")
    finite = [(value, epoch) for epoch, value in enumerate(values.get(monitor, [])) if math.isfinite(value)]
    if not finite:
        raise UserError(
            f"the history has no finite value of {monitor!r}; it has {', '.join(values) or 'nothing'}"
        )
    sign = -1 if larger_is_better(history.model, monitor, mode) else 1
    return min(finite, key=lambda pair: sign * pair[0])[1]


class Stopwatch(keras.callbacks.Callback):
    """Measure a training: the seconds of every epoch's steps, and of the whole.

    Attributes:
        seconds: for every epoch, the time of its training steps, without validation and saving.
        total: the time from the training's begin to the end of the last epoch, or its own, with everything.

    In a resumed run of :func:`fit` both go on from what they were after the last complete epoch.
    """

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []
        self.total = 0.0

    def on_train_begin(self, logs: Any = None) -> None:
        """Start the whole training's clock."""
        self.total, self.read_at = 0.0, time.perf_counter()

    def on_train_end(self, logs: Any = None) -> None:
        """Stop the whole training's clock."""
        self._read()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Read the whole training's clock: the backup keeps it."""
        self._read()

    def _read(self) -> None:
        now = time.perf_counter()
        self.total, self.read_at = self.total + now - self.read_at, now

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Start the epoch's clock."""
        self.epoch_begun = time.perf_counter()
        self.seconds.append(0.0)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Read the epoch's clock; the last step's reading stays."""
        self.seconds[-1] = time.perf_counter() - self.epoch_begun

    def samples_per_second(self, examples: int) -> float:
        """Return the training speed: the median over the epochs.

        The first epoch, which includes compilation, counts only where it is the only one.

        Args:
            examples: the size of the training set.
        """
        seconds = self.seconds[1:] or self.seconds
        return examples / statistics.median(seconds) if seconds else 0.0

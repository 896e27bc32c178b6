"""What a killed run needs to continue as if nothing had happened.

Keras' BackupAndRestore omits the state of dropout's random numbers, and writes two files one after the other, so that
a kill between them mixes two epochs. This is one file, replaced in one step.
"""

import json
import math
from pathlib import Path
from typing import Any

import keras
import numpy as np

from keras_course.errors import UserError
from keras_course.experiment.files import write_atomically
from keras_course.experiment.runs import Run
from keras_course.training import averaging
from keras_course.training.history import Mode, larger_is_better

Saved = dict[str, Any]

# What Keras' EarlyStopping and ReduceLROnPlateau, and our Stopwatch, must remember from epoch to epoch. What another
# callback must, it names in its own attribute ``counters``.
COUNTERS = ("wait", "best", "best_epoch", "cooldown_counter", "total", "seconds")

# A loss above this has diverged, though it is finite: what is computed from it, such as its square, is not.
LARGEST_LOSS = 1e18


def path_of(run: Run) -> Path:
    """Return the path of a run's backup."""
    return run.path / "backup" / "state.npz"


def write(run: Run, model: keras.Model, saved: Saved) -> None:
    """Write a run's backup: every variable of the model (the seed generators' state among them) and its optimizer.

    Args:
        run: the run.
        model: a compiled and built model.
        saved: JSON values to write with them: the epoch, the history, the best value, other callbacks' counters.

    Raises:
        OSError: if the file cannot be written; an earlier backup is then kept.
    """
    arrays: dict[str, Any] = {f"variable_{i}": np.asarray(value) for i, value in enumerate(_variables(model))}
    arrays["saved"] = np.frombuffer(json.dumps(saved).encode(), dtype=np.uint8)
    write_atomically(path_of(run), lambda path: np.savez(path, **arrays))


def restore(run: Run, model: keras.Model) -> Saved | None:
    """Load a run's backup into a model and its optimizer.

    Args:
        run: the run.
        model: a compiled and built model of the same architecture.

    Returns:
        The JSON values given to :func:`write`, or None if the run has no backup.

    Raises:
        UserError: if the backup belongs to another model, or cannot be read.
    """
    if not path_of(run).is_file():
        return None
    variables = _variables(model)
    try:
        with path_of(run).open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            saved: Saved = json.loads(file["saved"].tobytes())
            arrays = [file[f"variable_{i}"] for i in range(len(file.files) - 1)]
    except Exception as error:  # np.load raises many kinds for a broken file
        raise UserError(f"{path_of(run)} cannot be read ({error}): start a new run") from None
    if [array.shape for array in arrays] != [tuple(variable.shape) for variable in variables]:
        raise UserError(f"{path_of(run)} belongs to another model: start a new run")
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
    return saved


def _variables(model: keras.Model) -> list[Any]:
    return [*model.variables, *model.optimizer.variables]


class KeepBest(keras.callbacks.Callback):
    """After every epoch, save the model if it is the best so far, then the history and the backup.

    An epoch whose loss or validation loss has diverged, which is not finite or beyond 1e18, is not recorded, and ends
    the training.

    Args:
        run: where to write.
        monitor: the metric that chooses the best epoch.
        mode: whether its best value is the smallest or the largest; ``"auto"`` asks Keras.
        others: the callbacks whose counters go into the backup.
        saved: what :func:`restore` returned.

    Attributes:
        best: the best value so far.
        best_epoch: its epoch, from 0.
        history: for every metric its value after each epoch.
        diverged: in words what diverged in the epoch that ended the training, or ``""``.
        stopped: whether the backup is of an epoch after which a callback ended the training, as early stopping does;
            False where there are other callbacks now, or another patience.
    """

    def __init__(
        self,
        run: Run,
        monitor: str,
        mode: Mode,
        others: list[keras.callbacks.Callback],
        saved: Saved | None,
    ) -> None:
        super().__init__()
        self.run, self.monitor, self.mode, self.others = run, monitor, mode, others
        saved = saved or {}
        self.best: float | None = saved.get("best")
        self.best_epoch: int | None = saved.get("best_epoch")
        self.history: dict[str, list[float]] = saved.get("history", {})
        self.counters: list[dict[str, Any]] = saved.get("counters", [])
        self.patience = [getattr(callback, "patience", None) for callback in others]
        self.stopped = bool(saved.get("stopped")) and saved.get("patience") == self.patience
        self.larger_is_better: bool | None = None
        self.diverged = ""

    def on_train_begin(self, logs: Any = None) -> None:
        """Restore the other callbacks' counters, which they have just reset."""
        for callback, counters in zip(self.others, self.counters, strict=False):
            for name, value in counters.items():
                setattr(callback, name, value)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Find the metric's direction after the first step, which builds the metrics: an error must not come late."""
        if self.larger_is_better is None:
            self.larger_is_better = larger_is_better(self.model, self.monitor, self.mode)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Save what the epoch has achieved, or end the training if it has diverged."""
        logs = {name: float(value) for name, value in (logs or {}).items()}
        for name, words in (("loss", "the loss"), ("val_loss", "the validation loss")):
            value = logs.get(name, 0.0)
            if not abs(value) <= LARGEST_LOSS:  # nan is not, either
                huge = f" that float32 can square ({value:.3g})" if math.isfinite(value) else ""
                self.diverged = f"{words} is no longer a number{huge}"
                self.model.stop_training = True
                return
        if self.monitor not in logs:
            raise UserError(f"monitor={self.monitor!r} is not measured: choose one of {', '.join(logs)}")
        for name, value in logs.items():
            self.history.setdefault(name, []).append(value)
        if self._is_better(logs[self.monitor]):
            self.best, self.best_epoch = logs[self.monitor], epoch
            with averaging.averaged(self.model):
                write_atomically(self.run.model_path, self.model.save)
        self.run.write_history(self.history)
        write(self.run, self.model, self._saved(epoch))

    def _is_better(self, value: float) -> bool:
        if not math.isfinite(value):
            return False
        return self.best is None or (value > self.best if self.larger_is_better else value < self.best)

    def _saved(self, epoch: int) -> Saved:
        counters = [
            {
                name: _plain(getattr(callback, name))
                for name in (*COUNTERS, *getattr(callback, "counters", ()))
                if _is_numbers(callback, name)
            }
            for callback in self.others
        ]
        return {
            "epoch": epoch,
            "best": self.best,
            "best_epoch": self.best_epoch,
            "history": self.history,
            "counters": counters,
            "stopped": bool(self.model.stop_training),
            "patience": self.patience,
        }


def _is_numbers(callback: keras.callbacks.Callback, name: str) -> bool:
    value = getattr(callback, name, None)
    return all(
        isinstance(one, int | float | np.number) for one in (value if isinstance(value, list) else [value])
    )


def _plain(value: Any) -> float | list[float]:
    return [float(one) for one in value] if isinstance(value, list) else float(value)

"""What a killed run needs to go on as if nothing had happened.

Keras' BackupAndRestore leaves out the state of dropout's random numbers, and writes two files one after the
other, so that a kill between them mixes two epochs. This is one file, replaced in one step.
"""

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np

from keras_course.experiment.files import write_atomically
from keras_course.experiment.runs import Run

Saved = dict[str, Any]

# What Keras' EarlyStopping and ReduceLROnPlateau count.
COUNTERS = ("wait", "best", "best_epoch", "cooldown_counter")


def path_of(run: Run) -> Path:
    """Where a run's backup lies."""
    return run.path / "backup" / "state.npz"


def write(run: Run, model: keras.Model, saved: Saved) -> None:
    """Write every variable of the model (with the random seeds' state) and of the optimizer, and ``saved``.

    Args:
        run: the run.
        model: a compiled and built model.
        saved: JSON values: history, best value, patience.
    """
    arrays: dict[str, Any] = {f"variable_{i}": np.asarray(value) for i, value in enumerate(_variables(model))}
    arrays["saved"] = np.frombuffer(json.dumps(saved).encode(), dtype=np.uint8)
    write_atomically(path_of(run), lambda path: np.savez(path, **arrays))


def restore(run: Run, model: keras.Model) -> Saved | None:
    """Put a run's backup into the model and its optimizer; None where there is no backup.

    Raises:
        ValueError: if the backup belongs to another model, or cannot be read.
    """
    if not path_of(run).is_file():
        return None
    variables = _variables(model)
    try:
        with path_of(run).open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            saved = json.loads(file["saved"].tobytes())
            arrays = [file[f"variable_{i}"] for i in range(len(file.files) - 1)]
    except Exception as error:  # np.load raises many kinds for a broken file
        raise ValueError(f"{path_of(run)} cannot be read ({error}); start the run anew") from None
    if [array.shape for array in arrays] != [tuple(variable.shape) for variable in variables]:
        raise ValueError(f"{path_of(run)} belongs to another model; start the run anew")
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
    return saved


def _variables(model: keras.Model) -> list[Any]:
    return [*model.variables, *model.optimizer.variables]


class KeepBest(keras.callbacks.Callback):
    """After every epoch: the model if it is the best so far, the history, and the backup.

    Args:
        run: where to write.
        monitor: the metric that chooses the best epoch.
        larger_is_better: whether the best is its maximum.
        others: callbacks whose counters are kept.
        saved: what :func:`restore` gave.
    """

    def __init__(
        self,
        run: Run,
        monitor: str,
        larger_is_better: bool,
        others: list[keras.callbacks.Callback],
        saved: Saved | None,
    ) -> None:
        super().__init__()
        self.run, self.monitor, self.others = run, monitor, others
        self.sign = 1.0 if larger_is_better else -1.0
        saved = saved or {}
        self.best: float | None = saved.get("best")
        self.best_epoch: int | None = saved.get("best_epoch")
        self.history: dict[str, list[float]] = saved.get("history", {})
        self.counters: list[dict[str, Any]] = saved.get("counters", [])

    def on_train_begin(self, logs: Any = None) -> None:
        """Give the other callbacks their counters back, after they have reset them."""
        for callback, counters in zip(self.others, self.counters, strict=False):
            for name, value in counters.items():
                setattr(callback, name, value)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Write what the epoch brought; nothing if its loss is no number."""
        logs = {name: float(value) for name, value in (logs or {}).items()}
        if not np.isfinite(logs.get("loss", np.nan)):
            return
        for name, value in logs.items():
            self.history.setdefault(name, []).append(value)
        value = logs.get(self.monitor)
        if value is not None and (self.best is None or self.sign * value > self.sign * self.best):
            self.best, self.best_epoch = value, epoch
            write_atomically(self.run.model_path, self.model.save)
        self.run.write_history(self.history)
        counters = [
            {name: float(getattr(callback, name)) for name in COUNTERS if _is_number(callback, name)}
            for callback in self.others
        ]
        saved = {
            "epoch": epoch,
            "best": self.best,
            "best_epoch": self.best_epoch,
            "history": self.history,
            "counters": counters,
        }
        write(self.run, self.model, saved)


def _is_number(callback: keras.callbacks.Callback, name: str) -> bool:
    return isinstance(getattr(callback, name, None), int | float | np.number)

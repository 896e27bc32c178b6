"""One readable line an epoch; a moving line on a terminal only."""

import sys
import time
from typing import Any

import keras


class Progress(keras.callbacks.Callback):
    """Print a line an epoch: losses, metrics, seconds, and a star where validation was best so far.

    On a terminal the line of the running epoch moves; in a log at most about 25 lines are printed.

    Keras' own bar counts calls of the train function, and one such call is many steps here.

    Args:
        monitor: the metric that chooses the best epoch.
        larger_is_better: whether the best is its maximum.
        best: best value so far, for a run that goes on.
    """

    def __init__(self, monitor: str, larger_is_better: bool, best: float | None = None) -> None:
        super().__init__()
        self.monitor = monitor
        self.sign = 1.0 if larger_is_better else -1.0
        self.best = best
        self.terminal = sys.stdout.isatty()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Start the clock."""
        self.epoch, self.begun, self.shown = epoch, time.monotonic(), 0.0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Move the line, four times a second."""
        now = time.monotonic()
        if self.terminal and now - self.shown > 0.25:
            self.shown = now
            share = (batch + 1) / max(1, self.params.get("steps") or 1)
            print(f"\r\033[K{self._count()}  {share:4.0%}  {_line(logs)}", end="", flush=True)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Print the epoch's line."""
        logs = logs or {}
        value = logs.get(self.monitor)
        better = value is not None and (self.best is None or self.sign * value > self.sign * self.best)
        if better:
            self.best = value
        every = max(1, self.params["epochs"] // 25)
        if self.terminal or (epoch + 1) % every == 0 or epoch + 1 == self.params["epochs"]:
            start = "\r\033[K" if self.terminal else ""
            seconds = time.monotonic() - self.begun
            print(
                f"{start}{self._count()}  {_line(logs)}  {seconds:.1f} s{' *' if better else ''}", flush=True
            )

    def _count(self) -> str:
        total = self.params["epochs"]
        return f"epoch {self.epoch + 1:{len(str(total))}}/{total}"


def _line(logs: Any) -> str:
    return "  ".join(
        f"{name} {value:.4f}" for name, value in (logs or {}).items() if not name.endswith("learning_rate")
    )

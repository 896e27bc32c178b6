"""One readable line per epoch; on a terminal the current epoch's line moves."""

import sys
import time
from typing import Any

import keras

from keras_course.experiment import timing
from keras_course.training.backup import KeepBest

LONG = 30.0  # seconds of an epoch of which compiling is a small part


class Progress(keras.callbacks.Callback):
    """Print a line per epoch: loss, metrics, seconds, a star if the epoch is the best so far, and the time left.

    On a terminal the line of the current epoch is updated four times a second. In a log there are about 25 lines,
    however many epochs there are. Keras' own bar counts calls of the train function, each of which is many steps here.

    Args:
        keep: the callback that decides which epoch is the best; it must come before this one.
    """

    def __init__(self, keep: KeepBest) -> None:
        super().__init__()
        self.keep = keep
        self.terminal = sys.stdout.isatty()
        self.seconds: list[float] = []

    def on_train_begin(self, logs: Any = None) -> None:
        """Explain the star."""
        print(f"* the best epoch so far, by {self.keep.monitor}: the one that is kept", flush=True)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Start the epoch's clock."""
        self.epoch, self.begun, self.shown = epoch, time.monotonic(), 0.0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Update the line on a terminal."""
        now = time.monotonic()
        if self.terminal and now - self.shown > 0.25:
            self.shown = now
            fraction = (batch + 1) / max(1, self.params.get("steps") or 1)
            left = self._left((now - self.begun) / fraction, self.params["epochs"] - self.epoch - fraction)
            left = left if self.seconds or now - self.begun > 5 else ""  # too early to tell
            print(f"\r\033[K{self._count()}  {fraction:4.0%}  {_line(logs)}{left}", end="", flush=True)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Print the epoch's line."""
        seconds = time.monotonic() - self.begun
        self.seconds.append(seconds)
        every = max(1, self.params["epochs"] // 25)
        if self.terminal or (epoch + 1) % every == 0 or epoch + 1 == self.params["epochs"]:
            start = "\r\033[K" if self.terminal else ""
            star = " *" if self.keep.best_epoch == epoch else ""
            left = self._left(seconds, self.params["epochs"] - epoch - 1)
            print(f"{start}{self._count()}  {_line(logs)}  {seconds:.1f} s{star}{left}", flush=True)

    def _left(self, this_epoch: float, epochs: float) -> str:
        """The time that is left, if it is worth saying. The first epoch compiles: it counts alone if it is long."""
        known = self.seconds[1:] or [this_epoch]
        if len(self.seconds) < 2 and this_epoch < LONG:
            return ""
        said = timing.left(epochs * sum(known) / len(known))
        return f"  {said}" if said else ""

    def _count(self) -> str:
        total = self.params["epochs"]
        return f"epoch {self.epoch + 1:{len(str(total))}}/{total}"


def _line(logs: Any) -> str:
    return "  ".join(
        f"{name} {value:{'.4f' if abs(value) < 1e6 else '.4g'}}"
        for name, value in (logs or {}).items()
        if not name.endswith("learning_rate")
    )

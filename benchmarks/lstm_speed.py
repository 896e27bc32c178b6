"""Training speed of the tutorials' stacked LSTM: the course's fit, Keras' fit, and PyTorch, each plain and tuned.

Run:
    python -m benchmarks.lstm_speed
    python -m benchmarks.lstm_speed --dataset GOOGL.csv

Four LSTM layers of 50 units with dropout 0.2, windows of 60 days, batch 32, float32, Adam, on all cores. The opponents:

- ``plain_fit``: ``model.fit`` as in every tutorial;
- ``tuned_fit``: ``steps_per_execution=31``, a whole epoch, data as tensors; with ``--jit`` ``jit_compile=True`` as
  well, which makes it slower (TensorFlow's random numbers, and a loop over time steps);
- ``pytorch``: an eager loop with PyTorch's own stacked LSTM, batches by index from resident tensors;
- ``pytorch_compiled``: the same with ``torch.compile`` and ``Adam(fused=True)``.

The contestants take turns; a turn counts by the median of its epochs after the first, which compiles. Only training is
timed, without validation or saving. Writes ``benchmarks/results/NAME.json``; a ratio above 1 means that the course is
that many times as fast.
"""

import argparse
import importlib.util
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import files, turns
from keras_course.experiment import devices, runs

BATCH_SIZE, WINDOW, UNITS, LAYERS, DROPOUT = 32, 60, 50, 4, 0.2


def main(arguments: list[str] | None = None) -> None:
    """Time every contestant, print the ratios, write the file."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.lstm_speed", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--dataset", default="embedded", help="embedded, or the path of a CSV file")
    parser.add_argument("--rounds", type=int, default=12, help="turns of each contestant")
    parser.add_argument("--epochs", type=int, default=4, help="epochs a turn; the first is not counted")
    parser.add_argument("--jit", action="store_true", help="compile the tuned fit with XLA")
    parser.add_argument("--name", default="lstm_speed", help="of the results file")
    options = parser.parse_args(arguments)
    files.committed()
    devices.configure(seed=0)

    from keras_course.datasets import prices
    from keras_course.forecasting import sliding_windows

    found = prices.load(options.dataset)
    scaled = (found.close - found.close.min()) / np.ptp(found.close)
    days = np.arange(WINDOW, len(scaled))
    x = sliding_windows(scaled, days, WINDOW).astype("float32")[..., None]
    y = scaled[days].astype("float32")[:, None]
    contestants: dict[str, turns.Train] = {
        "course": partial(course_fit, x, y),
        "plain_fit": partial(keras_fit, x, y, {}),
        "tuned_fit": partial(keras_fit, x, y, {"steps_per_execution": 31, "jit_compile": options.jit}),
    }
    if importlib.util.find_spec("torch"):
        contestants["pytorch"] = pytorch(x, y, compiled=False)
        contestants["pytorch_compiled"] = pytorch(x, y, compiled=True)
    else:
        print("PyTorch is not installed: its loops are omitted (pip install torch)")

    later = turns.later(turns.take(contestants, options.rounds, options.epochs))
    spread = turns.spreads(later)
    result: dict[str, Any] = {
        "network": f"{LAYERS} LSTM of {UNITS}, dropout {DROPOUT}, window {WINDOW}, batch {BATCH_SIZE}",
        "dataset": found.name,
        "windows_an_epoch": len(x),
        "median_epoch_seconds": {name: round(values["median"], 3) for name, values in spread.items()},
        "epoch_seconds": turns.flat(later, 3),
        "epoch_seconds_by_turn": spread,
        "ratio_of_course_to": turns.ratios(spread),
        "ratio_of_minima": turns.ratios(spread, by="minimum"),
    }
    for name, ratio in result["ratio_of_course_to"].items():
        print(f"course / {name}: {ratio:.2f}x")
    print(files.save(options.name, result))


def network(**faster: Any) -> Any:
    """Return the network of the tutorials, compiled."""
    from keras_course.models import stock

    devices.configure(seed=0)
    model = stock.lstm_sequential((WINDOW, 1), units=(UNITS,) * LAYERS, dropout=DROPOUT)
    model.compile(optimizer="adam", loss="mean_squared_error", **faster)
    return model


def course_fit(x: np.ndarray, y: np.ndarray, epochs: int) -> list[float]:
    """Train by ``training.fit``, as the app does; return the seconds of every epoch."""
    from keras_course import training

    watch = training.Stopwatch()
    with tempfile.TemporaryDirectory() as folder:
        run = runs.Run(Path(folder), "lstm_speed")
        training.fit(
            network(), run, x, y, batch_size=BATCH_SIZE, epochs=epochs, callbacks=[watch], verbose=False
        )
    return watch.seconds


def keras_fit(x: np.ndarray, y: np.ndarray, faster: dict[str, Any], epochs: int) -> list[float]:
    """Train by ``model.fit``: as every tutorial does, or tuned, on tensors."""
    import keras

    model = network(**faster)
    inputs, targets = map(keras.ops.convert_to_tensor, (x, y)) if faster else (x, y)
    return turns.keras_fit(model, inputs, targets, BATCH_SIZE, epochs)


def pytorch(x: np.ndarray, y: np.ndarray, compiled: bool) -> turns.Train:
    """PyTorch's loop with its own stacked LSTM, which is compiled once, and trained on in every turn."""
    import torch
    from torch import nn

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.lstm = nn.LSTM(1, UNITS, LAYERS, batch_first=True, dropout=DROPOUT)
            self.dropout = nn.Dropout(DROPOUT)
            self.forecast = nn.Linear(UNITS, 1)

        def forward(self, windows: Any) -> Any:
            outputs, _ = self.lstm(windows)
            return self.forecast(self.dropout(outputs[:, -1]))

    torch.manual_seed(0)
    model = Network()

    def loss(windows: Any, targets: Any) -> Any:
        return nn.functional.mse_loss(model(windows), targets)

    step = turns.pytorch_step(model, loss, compiled)
    return partial(turns.pytorch_loop, step, torch.from_numpy(x), torch.from_numpy(y), BATCH_SIZE)


if __name__ == "__main__":
    main()

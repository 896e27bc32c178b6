"""Training speed of the tutorials' stacked LSTM: the course's fit, plain Keras fit, and a plain PyTorch loop.

Run:
    python -m benchmarks.lstm_speed
    python -m benchmarks.lstm_speed --dataset GOOGL.csv

Four LSTM layers of 50 units with dropout 0.2, windows of 60 days, batch 32, float32, Adam. The contestants take turns
of a few epochs within one run, so that a machine whose speed drifts treats them alike; the results are medians over the
epochs after the first of each turn, which compiles. Only training is timed, without validation or saving. Writes
``benchmarks/results/NAME.json``; a ratio above 1 means that the course is that many times as fast.
"""

import argparse
import importlib.util
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import files
from keras_course.experiment import devices, runs

BATCH_SIZE, WINDOW, UNITS, LAYERS, DROPOUT = 32, 60, 50, 4, 0.2


def main(arguments: list[str] | None = None) -> None:
    """Time every contestant, print the ratios, write the file."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.lstm_speed", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--dataset", default="embedded", help="embedded, or the path of a CSV file")
    parser.add_argument("--rounds", type=int, default=4, help="turns of each contestant")
    parser.add_argument("--epochs", type=int, default=4, help="epochs a turn; the first is not counted")
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
    contestants: dict[str, Callable[..., list[float]]] = {"course": course_fit, "plain_fit": plain_fit}
    if importlib.util.find_spec("torch"):
        contestants["pytorch"] = pytorch_loop
    else:
        print("PyTorch is not installed: its loop is omitted (pip install torch)")

    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for turn in range(options.rounds):
        for name, train in contestants.items():
            seconds[name] += train(x, y, options.epochs)[1:]
            print(f"turn {turn + 1}: {name} {seconds[name][-1]:.2f} s an epoch", flush=True)

    median = {name: statistics.median(times) for name, times in seconds.items()}
    result: dict[str, Any] = {
        "network": f"{LAYERS} LSTM of {UNITS}, dropout {DROPOUT}, window {WINDOW}, batch {BATCH_SIZE}",
        "dataset": found.name,
        "windows_an_epoch": len(x),
        "median_epoch_seconds": {name: round(value, 3) for name, value in median.items()},
        "epoch_seconds": {name: [round(value, 3) for value in times] for name, times in seconds.items()},
        "ratio_of_course_to": {
            name: round(value / median["course"], 3) for name, value in median.items() if name != "course"
        },
    }
    for name, ratio in result["ratio_of_course_to"].items():
        print(f"course / {name}: {ratio:.2f}x")
    print(files.save(options.name, result))


def compiled() -> Any:
    """Return the network of the tutorials, compiled."""
    from keras_course.models import stock

    devices.configure(seed=0)
    model = stock.lstm_sequential((WINDOW, 1), units=(UNITS,) * LAYERS, dropout=DROPOUT)
    model.compile(optimizer="adam", loss="mean_squared_error")
    return model


def course_fit(x: np.ndarray, y: np.ndarray, epochs: int) -> list[float]:
    """Train by ``training.fit``, as the app does; return the seconds of every epoch."""
    from keras_course import training

    watch = training.Stopwatch()
    with tempfile.TemporaryDirectory() as folder:
        run = runs.Run(Path(folder), "lstm_speed")
        training.fit(
            compiled(), run, x, y, batch_size=BATCH_SIZE, epochs=epochs, callbacks=[watch], verbose=False
        )
    return watch.seconds


def plain_fit(x: np.ndarray, y: np.ndarray, epochs: int) -> list[float]:
    """Train as every tutorial does: ``model.fit``."""
    from keras_course import training

    watch = training.Stopwatch()
    compiled().fit(x, y, batch_size=BATCH_SIZE, epochs=epochs, callbacks=[watch], verbose=0)
    return watch.seconds


def pytorch_loop(x: np.ndarray, y: np.ndarray, epochs: int) -> list[float]:
    """Train by PyTorch's plain loop with its own stacked LSTM."""
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
    inputs, targets = torch.from_numpy(x), torch.from_numpy(y)
    model = Network()
    optimizer = torch.optim.Adam(model.parameters())
    seconds = []
    for _ in range(epochs):
        begun = time.perf_counter()
        for rows in torch.randperm(len(inputs)).split(BATCH_SIZE):
            loss = nn.functional.mse_loss(model(inputs[rows]), targets[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        seconds.append(time.perf_counter() - begun)
    return seconds


if __name__ == "__main__":
    main()

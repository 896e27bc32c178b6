"""Training speed of the dense network: the course's fit, plain Keras fit, and a plain PyTorch loop.

Run:
    python -m benchmarks.dense_speed --data-dir data
    python -m benchmarks.dense_speed --data-dir data --dropout 0.3 --name dense_speed_dropout

One hidden layer of 512 units, batch 128, float32, Adam, MNIST. The contestants take turns of a few epochs within one
run, so that a machine whose speed drifts treats them alike; the results are medians over the epochs after the first of
each turn, which compiles. Only training is timed, without validation or saving. Writes
``benchmarks/results/NAME.json``.
"""

import argparse
import importlib.util
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import files
from keras_course.datasets.digits import Digits
from keras_course.experiment import devices, machine, runs

BATCH_SIZE = 128
HIDDEN = 512


def main(arguments: list[str] | None = None) -> None:
    """Time every contestant, print the ratios, write the file."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.dense_speed", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--data-dir", default="data")
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument("--rounds", type=int, default=4, help="turns of each contestant")
    parser.add_argument("--epochs", type=int, default=5, help="epochs a turn; the first is not counted")
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--name", default="dense_speed", help="of the results file")
    options = parser.parse_args(arguments)
    files.committed()
    devices.configure(seed=0)

    from keras_course.datasets import digits

    data = digits.load(options.dataset, options.data_dir)
    contestants = {"course": course_fit, "plain_fit": plain_fit}
    if importlib.util.find_spec("torch"):
        contestants["pytorch"] = pytorch_loop
    else:
        print("PyTorch is not installed: its loop is omitted (pip install torch)")

    peak = [machine.peak_gflops()]
    first: dict[str, list[float]] = {name: [] for name in contestants}
    later: dict[str, list[float]] = {name: [] for name in contestants}
    for turn in range(options.rounds):
        for name, train in contestants.items():
            seconds = train(data, options.dropout, options.epochs)
            first[name].append(seconds[0])
            later[name] += seconds[1:]
            rate = len(data.x_train) / statistics.median(seconds[1:])
            print(f"turn {turn + 1}: {name} {rate:,.0f} examples a second", flush=True)
    peak.append(machine.peak_gflops())

    result = summary(first, later, len(data.x_train), max(peak), options.dropout)
    for name, ratio in result["ratio_of_course_to"].items():
        print(f"course / {name}: {ratio:.2f}x")
    print(f"fraction of the matmul peak ({result['peak_gflops']:.0f} GFLOP/s): {result['share_of_peak']:.0%}")
    print(files.save(options.name, result))


def summary(
    first: dict[str, list[float]], later: dict[str, list[float]], examples: int, peak: float, dropout: float
) -> dict[str, Any]:
    """Return medians, ratios and the fraction of the machine's peak."""
    median = {name: statistics.median(times) for name, times in later.items()}
    rate = {name: round(examples / value) for name, value in median.items()}
    # Multiply and add: both layers forward, both kernels' gradients, and the hidden layer's gradient.
    flops = 2 * (784 * HIDDEN + HIDDEN * 10) * 2 + 2 * HIDDEN * 10
    return {
        "examples": examples,
        "batch_size": BATCH_SIZE,
        "hidden": HIDDEN,
        "dropout": dropout,
        "samples_per_second": rate,
        "first_epoch_seconds": {name: round(statistics.median(times), 2) for name, times in first.items()},
        "epoch_seconds": {name: [round(value, 4) for value in times] for name, times in later.items()},
        "ratio_of_course_to": {
            name: round(value / median["course"], 3) for name, value in median.items() if name != "course"
        },
        "peak_gflops": round(peak, 1),
        "share_of_peak": round(rate["course"] * flops / 1e9 / peak, 3),
    }


def course_fit(data: Digits, dropout: float, epochs: int) -> list[float]:
    """Train by ``training.fit``, as the app does; return the seconds of every epoch."""
    import keras

    from keras_course import models, training

    devices.configure(seed=0)
    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Rescaling(1 / 255),
            models.dense_sequential(hidden=(HIDDEN,), dropout=dropout),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    watch = training.Stopwatch()
    with tempfile.TemporaryDirectory() as folder:
        training.fit(
            model,
            runs.Run(Path(folder), "dense_speed"),
            data.x_train,
            data.y_train,
            batch_size=BATCH_SIZE,
            epochs=epochs,
            callbacks=[watch],
            verbose=False,
        )
    return watch.seconds


def plain_fit(data: Digits, dropout: float, epochs: int) -> list[float]:
    """Train as every tutorial does: pixels divided by 255, and ``model.fit``."""
    import keras
    from keras import layers

    from keras_course import training

    devices.configure(seed=0)
    x = data.x_train.reshape(-1, 784).astype("float32") / 255
    model = keras.Sequential([keras.Input((784,)), layers.Dense(HIDDEN, activation="relu")])
    if dropout:
        model.add(layers.Dropout(dropout))
    model.add(layers.Dense(10, activation="softmax"))
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    watch = training.Stopwatch()
    model.fit(x, data.y_train, batch_size=BATCH_SIZE, epochs=epochs, callbacks=[watch], verbose=0)
    return watch.seconds


def pytorch_loop(data: Digits, dropout: float, epochs: int) -> list[float]:
    """Train by PyTorch's plain loop: shuffled indices, batches sliced from a tensor, accuracy counted."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    x = torch.from_numpy(data.x_train.reshape(-1, 784)).float() / 255
    y = torch.from_numpy(data.y_train).long()
    layers = [nn.Linear(784, HIDDEN), nn.ReLU(), nn.Dropout(dropout), nn.Linear(HIDDEN, 10)]
    model = nn.Sequential(*[layer for layer in layers if dropout or not isinstance(layer, nn.Dropout)])
    optimizer = torch.optim.Adam(model.parameters())
    seconds = []
    for _ in range(epochs):
        begun = time.perf_counter()
        correct = 0
        for rows in torch.randperm(len(x)).split(BATCH_SIZE):
            logits = model(x[rows])
            loss = nn.functional.cross_entropy(logits, y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            correct += int((logits.argmax(dim=1) == y[rows]).sum())
        seconds.append(time.perf_counter() - begun)
    return seconds


if __name__ == "__main__":
    main()

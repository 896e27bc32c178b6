"""Training speed of the dense network: the course's fit, Keras' fit, and PyTorch, each plain and tuned.

Run:
    python -m benchmarks.dense_speed --data-dir data
    python -m benchmarks.dense_speed --data-dir data --dropout 0.3 --name dense_speed_dropout

One hidden layer of 512 units, batch 128, float32, Adam, MNIST, on all cores. The opponents:

- ``plain_fit``: ``model.fit`` as in every tutorial;
- ``tuned_fit``: ``steps_per_execution=43`` (430 steps an epoch) and ``jit_compile=True``, data as tensors; with dropout
  without ``jit_compile``, which then makes it ten times slower;
- ``pytorch``: an eager loop, batches by index from resident tensors;
- ``pytorch_compiled``: the same with ``torch.compile`` and ``Adam(fused=True)``. Both PyTorch's count the accuracy.

The contestants take turns; a turn counts by the median of its epochs after the first, which compiles. Only training is
timed, without validation or saving. Writes ``benchmarks/results/NAME.json``; a ratio above 1 means that the course is
that many times as fast.
"""

import argparse
import importlib.util
import statistics
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import files, turns
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
    parser.add_argument("--rounds", type=int, default=12, help="turns of each contestant")
    parser.add_argument("--epochs", type=int, default=4, help="epochs a turn; the first is not counted")
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--name", default="dense_speed", help="of the results file")
    options = parser.parse_args(arguments)
    files.committed()
    devices.configure(seed=0)

    from keras_course.datasets import digits

    data = digits.load(options.dataset, options.data_dir)
    contestants: dict[str, turns.Train] = {
        "course": partial(course_fit, data, options.dropout),
        "plain_fit": partial(keras_fit, data, options.dropout, False),
        "tuned_fit": partial(keras_fit, data, options.dropout, True),
    }
    if importlib.util.find_spec("torch"):
        contestants["pytorch"] = pytorch(data, options.dropout, compiled=False)
        contestants["pytorch_compiled"] = pytorch(data, options.dropout, compiled=True)
    else:
        print("PyTorch is not installed: its loops are omitted (pip install torch)")

    peak = [machine.peak_gflops()]
    seconds = turns.take(contestants, options.rounds, options.epochs)
    peak.append(machine.peak_gflops())

    result = summary(seconds, len(data.x_train), max(peak), options.dropout)
    for name, ratio in result["ratio_of_course_to"].items():
        print(f"course / {name}: {ratio:.2f}x")
    print(f"fraction of the matmul peak ({result['peak_gflops']:.0f} GFLOP/s): {result['share_of_peak']:.0%}")
    print(files.save(options.name, result))


def summary(
    seconds: dict[str, list[list[float]]], examples: int, peak: float, dropout: float
) -> dict[str, Any]:
    """Return medians, spreads, ratios and the fraction of the machine's peak."""
    later = turns.later(seconds)
    spread = turns.spreads(later)
    rate = {name: round(examples / values["median"]) for name, values in spread.items()}
    # Multiply and add: both layers forward, both kernels' gradients, and the hidden layer's gradient.
    flops = 2 * (784 * HIDDEN + HIDDEN * 10) * 2 + 2 * HIDDEN * 10
    return {
        "examples": examples,
        "batch_size": BATCH_SIZE,
        "hidden": HIDDEN,
        "dropout": dropout,
        "samples_per_second": rate,
        "first_epoch_seconds": {
            name: round(statistics.median(turn[0] for turn in found), 2) for name, found in seconds.items()
        },
        "epoch_seconds": turns.flat(later),
        "epoch_seconds_by_turn": spread,
        "ratio_of_course_to": turns.ratios(spread),
        "ratio_of_minima": turns.ratios(spread, by="minimum"),
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


def keras_fit(data: Digits, dropout: float, tuned: bool, epochs: int) -> list[float]:
    """Train by ``model.fit`` on pixels divided by 255, as in every tutorial, or tuned."""
    import keras
    from keras import layers

    devices.configure(seed=0)
    x: Any = data.x_train.reshape(-1, 784).astype("float32") / 255
    model = keras.Sequential([keras.Input((784,)), layers.Dense(HIDDEN, activation="relu")])
    if dropout:
        model.add(layers.Dropout(dropout))
    model.add(layers.Dense(10, activation="softmax"))
    faster = {"steps_per_execution": 43, "jit_compile": not dropout} if tuned else {}
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"], **faster)
    if tuned:
        x = keras.ops.convert_to_tensor(x)
    return turns.keras_fit(model, x, data.y_train, BATCH_SIZE, epochs)


def pytorch(data: Digits, dropout: float, compiled: bool) -> turns.Train:
    """PyTorch's loop on pixels divided by 255; the network is compiled once, and trained on in every turn."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    x = torch.from_numpy(data.x_train.reshape(-1, 784)).float() / 255
    y = torch.from_numpy(data.y_train).long()
    layers = [nn.Linear(784, HIDDEN), nn.ReLU(), nn.Dropout(dropout), nn.Linear(HIDDEN, 10)]
    model = nn.Sequential(*[layer for layer in layers if dropout or not isinstance(layer, nn.Dropout)])
    correct = torch.zeros((), dtype=torch.long)

    def loss(x: Any, y: Any) -> Any:
        logits = model(x)
        correct.add_((logits.detach().argmax(dim=1) == y).sum())
        return nn.functional.cross_entropy(logits, y)

    return partial(turns.pytorch_loop, turns.pytorch_step(model, loss, compiled), x, y, BATCH_SIZE)


if __name__ == "__main__":
    main()

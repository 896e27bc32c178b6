"""Training speed and likelihood of a Boltzmann machine: the course's against scikit-learn's BernoulliRBM.

Run:
    python -m benchmarks.rbm --data-dir data

784x256, batch 100, persistent chains, black and white digits, on all cores. The opponents:

- ``scikit_learn``: BernoulliRBM on float64, which digits are after ``pixels > 127`` and ``astype(float)``;
- ``scikit_learn_float32``: the same on float32, in which it computes as the course does.

The contestants take turns; a turn counts by the median of its epochs after the first. Likelihood: a machine of 784x16,
whose Z is added up exactly, trained by both for as many epochs with the same learning rate, all biases from 0, for
several seeds. (scikit-learn takes the digits always in the same order; the course draws a new one for every epoch.)
Writes ``benchmarks/results/rbm.json``; a ratio above 1 means that the course is that many times as fast.
"""

import argparse
import statistics
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import files, turns
from keras_course.evaluation import likelihood
from keras_course.experiment import devices, runs

BATCH_SIZE = 100
LEARNING_RATE = 0.05
HIDDEN, SMALL = 256, 16


def main(arguments: list[str] | None = None) -> None:
    """Time every contestant, compare likelihoods, print the ratios, write the file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rbm", description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", default="data")
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument("--digits", type=int, default=20_000, help="digits an epoch")
    parser.add_argument("--rounds", type=int, default=12, help="turns of each contestant")
    parser.add_argument("--epochs", type=int, default=4, help="epochs a turn; the first is not counted")
    parser.add_argument("--seeds", type=int, default=3, help="of the machines whose likelihood is compared")
    parser.add_argument("--name", default="rbm", help="of the results file")
    options = parser.parse_args(arguments)
    files.committed()
    devices.configure(seed=0)

    from keras_course.datasets import digits

    data = digits.load(options.dataset, options.data_dir, limit=options.digits)
    v, v_test = (
        (pictures.reshape(len(pictures), -1) > 127).astype("float32")
        for pictures in (data.x_train, data.x_test)
    )
    contestants: dict[str, turns.Train] = {
        "course": partial(course, v),
        "scikit_learn": partial(scikit_learn, v.astype("float64")),
        "scikit_learn_float32": partial(scikit_learn, v),
    }
    later = turns.later(turns.take(contestants, options.rounds, options.epochs))
    spread = turns.spreads(later)
    result: dict[str, Any] = {
        "digits_an_epoch": len(v),
        "batch_size": BATCH_SIZE,
        "hidden": HIDDEN,
        "samples_per_second": {name: round(len(v) / values["median"]) for name, values in spread.items()},
        "epoch_seconds": turns.flat(later),
        "epoch_seconds_by_turn": spread,
        "ratio_of_course_to": turns.ratios(spread),
        "exact_log_likelihood": likelihoods(v, v_test, options.seeds),
    }
    for name, ratio in result["ratio_of_course_to"].items():
        print(f"course / {name}: {ratio:.2f}x")
    for name, values in result["exact_log_likelihood"].items():
        print(f"{name}: {statistics.mean(values):.2f} nats a test digit, 784x{SMALL}, of {len(values)} seeds")
    print(files.save(options.name, result))


def course(v: np.ndarray, epochs: int) -> list[float]:
    """Train by ``training.fit``, as the app does; return the seconds of every epoch."""
    return _trained(v, HIDDEN, epochs, 0)[1]


def scikit_learn(v: np.ndarray, epochs: int) -> list[float]:
    """Train BernoulliRBM, an epoch a call of ``fit``; return the seconds of every epoch."""
    from sklearn.neural_network import BernoulliRBM

    model = BernoulliRBM(HIDDEN, learning_rate=LEARNING_RATE, batch_size=BATCH_SIZE, n_iter=1, random_state=0)
    seconds = []
    for _ in range(epochs):
        begun = time.perf_counter()
        model.fit(v)  # every call begins anew, and costs the same
        seconds.append(time.perf_counter() - begun)
    return seconds


def likelihoods(v: np.ndarray, v_test: np.ndarray, seeds: int, epochs: int = 10) -> dict[str, list[float]]:
    """The exact mean log-likelihood of the test digits for a small machine of each, for every seed."""
    from sklearn.neural_network import BernoulliRBM

    found: dict[str, list[float]] = {"course": [], "scikit_learn": []}
    for seed in range(seeds):
        theirs = BernoulliRBM(
            SMALL, learning_rate=LEARNING_RATE, batch_size=BATCH_SIZE, n_iter=epochs, random_state=seed
        ).fit(v)
        parts = (theirs.components_.T, theirs.intercept_visible_, theirs.intercept_hidden_)
        machines = {"course": _trained(v, SMALL, epochs, seed)[0], "scikit_learn": parts}
        for name, weights in machines.items():
            log_z = likelihood.log_partition(weights)
            found[name].append(round(likelihood.log_likelihood(v_test, weights, log_z), 3))
    return found


def _trained(v: np.ndarray, hidden: int, epochs: int, seed: int) -> tuple[list[np.ndarray], list[float]]:
    """The weights of a machine trained by the course, after the last epoch, and the seconds of every epoch."""
    import keras

    from keras_course import models, training

    devices.configure(seed=seed)
    model = models.binary_rbm(v.shape[1], hidden, persistent=BATCH_SIZE, seed=seed)
    model.compile(keras.optimizers.SGD(LEARNING_RATE))
    watch = training.Stopwatch()
    with tempfile.TemporaryDirectory() as folder:
        training.fit(
            model,
            runs.Run(Path(folder), "rbm"),
            v,
            batch_size=BATCH_SIZE,
            epochs=epochs,
            callbacks=[watch],
            verbose=False,
        )
    return model.get_weights()[:3], watch.seconds


if __name__ == "__main__":
    main()

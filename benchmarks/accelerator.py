"""How fast this machine's device trains four networks, in float32 and bfloat16, and which share of its peak that is.

Run:
    python -m benchmarks.accelerator                 on whatever device and backend Keras has: under 8 minutes
    python -m benchmarks.accelerator --small         small networks, as a CPU takes by default: about two minutes

Trained by the course's ``training.fit`` on random examples in memory: a dense network, the ConvNet for digits,
ResNet-50 on 224x224 pixels (the batch is halved until it fits), an LSTM. The peak is this device's own, measured in the
same run: the fastest product of two large matrices, and the fastest 3x3 convolution, in the same precision. A training
step counts as three forward passes, less the gradient of the first layer's input; one multiply-add is two operations.
Epochs after the first count, which compiles, by their median.

Writes ``benchmarks/results/accelerator_DEVICE.json``.
"""

import argparse
import dataclasses
import re
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import files
from keras_course.experiment import devices, runs

PRECISIONS = {"float32": "float32", "bfloat16": "mixed_bfloat16"}


@dataclasses.dataclass(frozen=True)
class Work:
    """A network and the examples that it is trained on."""

    build: Callable[[], Any]
    input_shape: tuple[int, ...]
    classes: int
    batch_size: int
    steps: int
    """An epoch's."""
    epochs: int = 4


def works(small: bool) -> dict[str, Work]:
    """The four networks; the small ones are for a CPU."""
    import keras
    from keras import layers

    from keras_course import models

    def lstm(units: int) -> Any:
        return keras.Sequential(
            [keras.Input((60, 8)), layers.LSTM(units), layers.Dense(10, "softmax", dtype="float32")]
        )

    if small:
        return {
            "dense": Work(lambda: models.dense_sequential((784,), 10, (512,)), (784,), 10, 128, 50),
            "convnet": Work(lambda: models.convnet_sequential(convolutions=2), (28, 28, 1), 10, 64, 8),
            "resnet50": Work(lambda: models.resnet50((64, 64, 3), 10, width=16), (64, 64, 3), 10, 8, 4, 3),
            "lstm": Work(lambda: lstm(32), (60, 8), 10, 64, 8),
        }
    return {
        "dense": Work(lambda: models.dense_sequential((784,), 10, (4096, 4096)), (784,), 10, 4096, 40),
        "convnet": Work(lambda: models.convnet_sequential(convolutions=2), (28, 28, 1), 10, 1024, 40),
        "resnet50": Work(lambda: models.resnet50(), (224, 224, 3), 1000, 512, 8),
        "lstm": Work(lambda: lstm(512), (60, 8), 10, 1024, 20),
    }


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Measure the peaks, train every network in both precisions, write the file; return the result."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.accelerator", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--small", action="store_true", help="small networks, as on a CPU by default")
    parser.add_argument("--networks", nargs="+", choices=("dense", "convnet", "resnet50", "lstm"))
    parser.add_argument("--seconds", type=float, default=2.0, help="for each of the four peaks")
    parser.add_argument("--name", help="of the results file; default: accelerator_DEVICE")
    options = parser.parse_args(arguments)
    files.committed()
    devices.configure(seed=0)
    import keras

    device = devices.device_name()
    chosen = works(small=options.small or device == "CPU")
    result: dict[str, Any] = {
        "device": device,
        "backend": devices.backend(),
        "small": options.small or device == "CPU",
    }
    before = keras.config.dtype_policy()
    try:
        for precision, policy in PRECISIONS.items():
            keras.config.set_dtype_policy(policy)
            found = {"matmul": matmul_peak(precision, options.seconds)}
            found["convolution"] = convolution_peak(precision, options.seconds)
            print(
                f"{precision}: peak {found['matmul']:,.0f} GFLOP/s (3x3 convolution {found['convolution']:,.0f})",
                flush=True,
            )
            rows = {}
            for name in options.networks or chosen:
                rows[name] = train(chosen[name], found["matmul"])
                print(
                    f"{precision} {name}: {rows[name]['samples_per_second']:,.0f} examples a second, "
                    f"{rows[name]['share_of_peak']:.0%} of the peak, batch {rows[name]['batch_size']}",
                    flush=True,
                )
            result[precision] = {
                "peak_gflops": {key: round(value, 1) for key, value in found.items()},
                **rows,
            }
    finally:
        keras.config.set_dtype_policy(before)
    short = re.sub(r"[^a-z0-9]+", "_", device.lower()).strip("_")
    print(files.save(options.name or f"accelerator_{short}", result))
    return result


def matmul_peak(precision: str, seconds: float) -> float:
    """The fastest product of two square matrices, in 10**9 operations a second."""
    import keras

    size = 2048 if devices.device_name() == "CPU" else 8192
    a = keras.random.normal((size, size), seed=0, dtype=precision)
    return fastest(lambda: keras.ops.matmul(a, a), 2 * size**3, seconds)


def convolution_peak(precision: str, seconds: float) -> float:
    """The fastest 3x3 convolution of 256 maps of 28x28, in 10**9 operations a second."""
    import keras

    batch = 8 if devices.device_name() == "CPU" else 256
    x = keras.random.normal((batch, 28, 28, 256), seed=0, dtype=precision)
    kernel = keras.random.normal((3, 3, 256, 256), seed=1, dtype=precision)
    operations = 2 * batch * 28 * 28 * 256 * 9 * 256
    return fastest(
        lambda: keras.ops.conv(x, kernel, padding="same", data_format="channels_last"), operations, seconds
    )


def fastest(compute: Callable[[], Any], operations: int, seconds: float) -> float:
    """The highest speed of a computation, in 10**9 operations a second, after one that compiles."""
    import keras

    def wait(value: Any) -> None:  # a GPU, and JAX, return before they have finished
        keras.ops.convert_to_numpy(keras.ops.ravel(value)[:1])

    wait(compute())
    repeats = 1 if devices.device_name() == "CPU" else 16
    best, end = 0.0, time.perf_counter() + seconds
    while best == 0.0 or time.perf_counter() < end:
        begun = time.perf_counter()
        for _ in range(repeats):
            value = compute()
        wait(value)
        best = max(best, repeats * operations / (time.perf_counter() - begun) / 1e9)
    return best


def train(work: Work, peak: float) -> dict[str, Any]:
    """Train a network, with half the batch until it fits; return its speed."""
    batch_size = work.batch_size
    while True:
        try:
            return trained(work, batch_size, peak)
        except Exception as error:  # each backend has a class of its own for it
            if batch_size == 1 or not re.search("(?i)resource.?exhausted|out of memory", repr(error)):
                raise
            batch_size //= 2


def trained(work: Work, batch_size: int, peak: float) -> dict[str, Any]:
    """Train a network with a batch size; return examples a second, the share of the peak and the memory."""
    import keras

    from keras_course import training
    from keras_course.evaluation import flops

    devices.configure(seed=0)
    keras.utils.clear_session()
    model = work.build()
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    rng = np.random.default_rng(0)
    x = rng.random((batch_size * work.steps, *work.input_shape), dtype="float32")
    y = rng.integers(0, work.classes, len(x)).astype("int32")
    watch = training.Stopwatch()
    with tempfile.TemporaryDirectory() as folder:
        training.fit(
            model,
            runs.Run(Path(folder), "accelerator"),
            x,
            y,
            batch_size=batch_size,
            epochs=work.epochs,
            callbacks=[watch],
            verbose=False,
        )
    rate = len(x) / statistics.median(watch.seconds[1:])
    return {
        "batch_size": batch_size,
        "parameters": model.count_params(),
        "samples_per_second": round(rate, 1),
        "epoch_seconds": [round(value, 4) for value in watch.seconds],
        "share_of_peak": round(2 * flops.of_training(model) * rate / 1e9 / peak, 4),
        "peak_memory_gib": memory(),
    }


def memory() -> float:
    """The most memory used so far, in GiB: of the device where the backend tells it, else of this process."""
    import keras

    used = None
    if keras.backend.backend() == "jax":
        import jax

        used = (jax.devices()[0].memory_stats() or {}).get("peak_bytes_in_use")
    elif keras.backend.backend() == "tensorflow" and devices.device_name() != "CPU":
        import tensorflow as tf

        used = tf.config.experimental.get_memory_info("GPU:0")["peak"]
    if used is None:
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return round(used / 2**30, 2)


if __name__ == "__main__":
    main()

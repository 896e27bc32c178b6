"""What the doctor checks. Each check's code runs in a process of its own."""

import dataclasses
import json
import math

from keras_course.experiment import devices


@dataclasses.dataclass(frozen=True)
class Check:
    """Something to try in a process of its own."""

    name: str
    code: (
        str  # Python, with `checks` imported and `device` given; the last line that it prints is the message
    )
    fix: str  # what to try if it fails in a way that is not known


ON_CPU = "see whether `python -m apps.doctor --device cpu` passes; if so, use --device cpu"
CHECKS = (
    Check("keras", "checks.look(device)", "python -m pip install -e .   (in a fresh environment)"),
    Check("dense", "checks.train('dense', device)", ON_CPU),
    Check("convolution", "checks.train('convolution', device)", ON_CPU),
    Check("lstm", "checks.train('lstm', device)", ON_CPU),
    Check("xla", "checks.train('xla', device)", "train without XLA: compile(..., jit_compile=False)"),
)


def look(device: str) -> None:
    """Import Keras and its backend; print the devices that they see, as JSON."""
    devices.configure(device=device)
    import keras

    backend, name = devices.backend(), devices.device_name()
    every = [name] if backend == "torch" else keras.distribution.list_devices()  # Keras' list has no PyTorch
    print(json.dumps({"backend": backend, "name": name, "devices": every}))


def train(kind: str, device: str) -> None:
    """Train a network of one kind for two steps; print the loss.

    Args:
        kind: ``dense``, ``convolution``, ``lstm``, or ``xla``: a dense one, compiled by XLA.
        device: ``auto``, ``cpu`` or ``gpu``.
    """
    devices.configure(device=device)
    import numpy as np
    from keras import Input, Sequential, layers

    if kind == "xla" and devices.backend() == "torch":
        print("PyTorch does not use XLA")
        return
    shape, hidden = {
        "dense": ((8,), [layers.Dense(8, activation="relu")]),
        "xla": ((8,), [layers.Dense(8, activation="relu")]),
        "convolution": ((8, 8, 1), [layers.Conv2D(4, 3), layers.MaxPooling2D(), layers.Flatten()]),
        "lstm": ((4, 1), [layers.LSTM(4)]),
    }[kind]
    model = Sequential([Input(shape), *hidden, layers.Dense(1)])
    model.compile("adam", "mse", jit_compile=True if kind == "xla" else "auto")
    loss = model.fit(np.ones((16, *shape)), np.ones((16, 1)), batch_size=8, verbose=0).history["loss"][0]
    if not math.isfinite(loss):
        raise RuntimeError(f"the loss is {loss} after two steps")
    print(f"loss {loss:.2f}")

"""Training speed of the ConvNets: the course's fit, Keras' fit plain and tuned, and fit through ImageDataGenerator.

Run:
    python -m benchmarks.convnet_speed --data-dir data       digits in data/mnist.npz, photos in data/cats_dogs

Digits: the slides' ConvNet, batch 128. Photos: the slides' network, 150x150, batch 32, without and with augmentation.
The course trains on photos as the app does, from the memory map of their cache (``photos_course``); ``photos_array`` is
the same from an array in memory. Keras' ``fit`` and the generator read from memory. The tuned ``fit`` has tensors and
``steps_per_execution=20``, without ``jit_compile``, which makes a convolution five times slower on a CPU.
The contestants take turns; a turn counts by the median of its epochs after the first, which compiles. Writes
``benchmarks/results/NAME.json``; a ratio above 1 means that the course is that many times as fast.
"""

import argparse
import dataclasses
import tempfile
import warnings
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import files, turns
from keras_course import folders
from keras_course.datasets.dataset import LabelledDataset
from keras_course.datasets.photos import Photos
from keras_course.experiment import devices, runs

# group: (the course's contestant, the one that it is compared with)
PAIRS = {
    "digits": ("digits_course", "digits_plain_fit"),
    "digits_tuned": ("digits_course", "digits_tuned_fit"),
    "photos": ("photos_course", "photos_plain_fit"),
    "photos_tuned": ("photos_course", "photos_tuned_fit"),
    "photos_array": ("photos_array", "photos_plain_fit"),
    "photos_augmented": ("photos_affine", "photos_generator"),
}

TUNED: dict[str, Any] = {"steps_per_execution": 20}


def main(arguments: list[str] | None = None) -> None:
    """Time every contestant, print the ratios, write the file."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.convnet_speed", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--data-dir", type=Path, default=folders.data_dir())
    parser.add_argument("--rounds", type=int, default=12, help="turns of each contestant")
    parser.add_argument("--epochs", type=int, default=3, help="epochs a turn; the first is not counted")
    parser.add_argument("--digits", type=int, default=12_000, help="digits per epoch")
    parser.add_argument("--photos", type=int, default=640, help="photos per epoch")
    parser.add_argument("--name", default="convnet_speed", help="of the results file")
    options = parser.parse_args(arguments)
    files.committed()
    devices.configure(seed=0)
    warnings.filterwarnings("ignore", message="Please import `affine_transform`", category=DeprecationWarning)

    from keras_course.datasets import digits, photos

    digit_data = digits.load("mnist", options.data_dir, limit=options.digits)
    photo_data = photos.load(str(options.data_dir / "cats_dogs"), files.ROOT / "data")
    photo_data = first(photo_data, options.photos)
    in_memory = dataclasses.replace(photo_data, x_train=np.array(photo_data.x_train))
    contestants: dict[str, turns.Train] = {
        "digits_course": lambda epochs: course(digit_network(), digit_data, 128, epochs),
        "digits_plain_fit": lambda epochs: keras_fit(digit_network(), digit_data, 128, epochs),
        "digits_tuned_fit": lambda epochs: keras_fit(digit_network(**TUNED), digit_data, 128, epochs),
        "photos_course": lambda epochs: course(photo_network(), photo_data, 32, epochs),
        "photos_array": lambda epochs: course(photo_network(), in_memory, 32, epochs),
        "photos_plain_fit": lambda epochs: keras_fit(photo_network(), in_memory, 32, epochs),
        "photos_tuned_fit": lambda epochs: keras_fit(photo_network(**TUNED), in_memory, 32, epochs),
        "photos_affine": lambda epochs: course(photo_network(affine=True), photo_data, 32, epochs),
        "photos_generator": partial(by_generator, in_memory),
    }
    later = turns.later(turns.take(contestants, options.rounds, options.epochs))
    spread = turns.spreads(later)
    median = {name: values["median"] for name, values in spread.items()}
    result: dict[str, Any] = {
        "digits_an_epoch": len(digit_data.x_train),
        "photos_an_epoch": len(photo_data.x_train),
        "photos_from": type(photo_data.x_train).__name__,
        "median_epoch_seconds": {name: round(value, 3) for name, value in median.items()},
        "epoch_seconds": turns.flat(later, 3),
        "epoch_seconds_by_turn": spread,
        "speedup": {group: round(median[other] / median[ours], 3) for group, (ours, other) in PAIRS.items()},
    }
    for group, (ours, other) in PAIRS.items():
        print(f"{ours} against {other}: {result['speedup'][group]:.2f}x")
    print(files.save(options.name, result))


def first(data: Photos, count: int) -> Photos:
    """So many photos, half of each class, still memory-mapped: a stretch of the map, whose classes lie one by one."""
    middle = int(np.searchsorted(data.y_train, 1))
    rows = slice(max(0, middle - count // 2), middle + count - count // 2)
    return dataclasses.replace(data, x_train=data.x_train[rows], y_train=data.y_train[rows])


def digit_network(**faster: Any) -> Any:
    """The slides' ConvNet for digits, compiled."""
    from keras_course import models

    classifier = models.convnet_sequential((28, 28))
    return compiled([], (28, 28), classifier, "sparse_categorical_crossentropy", **faster)


def photo_network(affine: bool = False, **faster: Any) -> Any:
    """The slides' network for photos, compiled."""
    from keras_course import models
    from keras_course.augmentation import RandomAffine

    augmentation = [RandomAffine()] if affine else []
    classifier = models.slides_sequential()
    return compiled(augmentation, (150, 150, 3), classifier, "binary_crossentropy", **faster)


def compiled(
    augmentation: list[Any], shape: tuple[int, ...], classifier: Any, loss: str, **faster: Any
) -> Any:
    """The compiled model, which takes raw pixels, as those of the apps do."""
    import keras

    model = keras.Sequential([keras.Input(shape), *augmentation, keras.layers.Rescaling(1 / 255), classifier])
    model.compile(optimizer="adam", loss=loss, metrics=["accuracy"], **faster)
    return model


def course(model: Any, data: LabelledDataset, batch_size: int, epochs: int, flow: Any = None) -> list[float]:
    """Train by ``training.fit``, on the data or what a generator makes of them; return the seconds of every epoch."""
    from keras_course import training

    watch = training.Stopwatch()
    examples = (data.x_train, data.y_train) if flow is None else (flow,)
    with tempfile.TemporaryDirectory() as folder:
        run = runs.Run(Path(folder), "convnet_speed")
        training.fit(
            model, run, *examples, batch_size=batch_size, epochs=epochs, callbacks=[watch], verbose=False
        )
    return watch.seconds


def by_generator(data: Photos, epochs: int) -> list[float]:
    """The same through ImageDataGenerator."""
    from keras_course.augmentation import Augmentation, image_data_generator

    generator = image_data_generator(Augmentation())
    return course(photo_network(), data, 32, epochs, generator.flow(data.x_train, data.y_train, 32))


def keras_fit(model: Any, data: LabelledDataset, batch_size: int, epochs: int) -> list[float]:
    """Train as every tutorial does: all in memory, and ``model.fit``; on tensors if the model's steps are tuned."""
    import keras

    x: Any = data.x_train
    if model.steps_per_execution > 1:
        x = keras.ops.convert_to_tensor(x)
    return turns.keras_fit(model, x, data.y_train, batch_size, epochs)


if __name__ == "__main__":
    main()

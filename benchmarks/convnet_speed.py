"""Training speed of the ConvNets: the course's fit, plain Keras fit, and fit through ImageDataGenerator.

Run:
    python -m benchmarks.convnet_speed --data-dir data       digits in data/mnist.npz, photos in data/cats_dogs

Digits: the slides' ConvNet, batch 128. Photos: the slides' network, 150x150, batch 32, without and with augmentation;
the generator reads from memory, as in the app. The contestants take turns within one run; the results are medians over
the epochs after the first of each turn, which compiles. Writes ``benchmarks/results/NAME.json``; a ratio above 1 means
that the course is that many times as fast.
"""

import argparse
import statistics
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import files
from keras_course import folders
from keras_course.datasets.dataset import LabelledDataset
from keras_course.experiment import devices, runs

# group: (the course's contestant, the one that it is compared with)
PAIRS = {
    "digits": ("digits_course", "digits_plain_fit"),
    "photos": ("photos_course", "photos_plain_fit"),
    "photos_augmented": ("photos_affine", "photos_generator"),
}


def main(arguments: list[str] | None = None) -> None:
    """Time every contestant, print the ratios, write the file."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.convnet_speed", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--data-dir", type=Path, default=folders.data_dir())
    parser.add_argument("--rounds", type=int, default=3, help="turns of each contestant")
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
    photo_data = photos.load(str(options.data_dir / "cats_dogs"), files.ROOT / "data", limit=options.photos)
    contestants: dict[str, Callable[[int], list[float]]] = {
        "digits_course": lambda epochs: course(digit_network(), digit_data, 128, epochs),
        "digits_plain_fit": lambda epochs: plain(digit_network(), digit_data, 128, epochs),
        "photos_course": lambda epochs: course(photo_network(), photo_data, 32, epochs),
        "photos_plain_fit": lambda epochs: plain(photo_network(), photo_data, 32, epochs),
        "photos_affine": lambda epochs: course(photo_network(affine=True), photo_data, 32, epochs),
        "photos_generator": lambda epochs: by_generator(photo_network(), photo_data, 32, epochs),
    }
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for turn in range(options.rounds):
        for name, train in contestants.items():
            devices.configure(seed=0)
            seconds[name] += train(options.epochs)[1:]
            print(f"turn {turn + 1}: {name} {seconds[name][-1]:.2f} s an epoch", flush=True)

    median = {name: statistics.median(times) for name, times in seconds.items()}
    result: dict[str, Any] = {
        "digits_an_epoch": len(digit_data.x_train),
        "photos_an_epoch": len(photo_data.x_train),
        "median_epoch_seconds": {name: round(value, 3) for name, value in median.items()},
        "epoch_seconds": {name: [round(value, 3) for value in times] for name, times in seconds.items()},
        "speedup": {group: round(median[other] / median[ours], 3) for group, (ours, other) in PAIRS.items()},
    }
    for group, (ours, other) in PAIRS.items():
        print(f"{ours} against {other}: {result['speedup'][group]:.2f}x")
    print(files.save(options.name, result))


def digit_network() -> Any:
    """The slides' ConvNet for digits, compiled."""
    from keras_course import models

    return compiled([], (28, 28), models.convnet_sequential((28, 28)), "sparse_categorical_crossentropy")


def photo_network(affine: bool = False) -> Any:
    """The slides' network for photos, compiled."""
    from keras_course import models
    from keras_course.augmentation import RandomAffine

    augmentation = [RandomAffine()] if affine else []
    return compiled(augmentation, (150, 150, 3), models.slides_sequential(), "binary_crossentropy")


def compiled(augmentation: list[Any], shape: tuple[int, ...], classifier: Any, loss: str) -> Any:
    """The compiled model, which takes raw pixels, as those of the apps do."""
    import keras

    model = keras.Sequential([keras.Input(shape), *augmentation, keras.layers.Rescaling(1 / 255), classifier])
    model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
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


def by_generator(model: Any, data: LabelledDataset, batch_size: int, epochs: int) -> list[float]:
    """The same through ImageDataGenerator."""
    from keras_course.augmentation import Augmentation, image_data_generator

    generator = image_data_generator(Augmentation())
    return course(model, data, batch_size, epochs, generator.flow(data.x_train, data.y_train, batch_size))


def plain(model: Any, data: LabelledDataset, batch_size: int, epochs: int) -> list[float]:
    """Train as every tutorial does: all in memory, and ``model.fit``."""
    from keras_course import training

    watch = training.Stopwatch()
    x = np.array(data.x_train)
    model.fit(x, data.y_train, batch_size=batch_size, epochs=epochs, callbacks=[watch], verbose=0)
    return watch.seconds


if __name__ == "__main__":
    main()

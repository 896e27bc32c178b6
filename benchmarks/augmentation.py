"""Images a second: ImageDataGenerator, Keras' layers in tf.data, and the course's RandomAffine.

Run:
    python -m benchmarks.augmentation --data-dir data          photos in data/cats_dogs (or cats_and_dogs_filtered)
    KERAS_BACKEND=jax python -m benchmarks.augmentation --data-dir data --name augmentation_jax

One process, real photos, 150x150, batches of 32, one recipe for all, and no network. Like with like is from memory:
``ratio_to_generator_from_memory`` and ``ratio_to_keras_layers`` compare RandomAffine with ImageDataGenerator and with
Keras' layers, all of which read the same decoded array. (Keras' layers have the help of tf.data's threads.) Rows of
their own:

- ``random_affine``: from the mapped cache, as the app does, and ``generator_from_folder``, which decodes every photo in
  every epoch, as on the slides: ``ratio_to_generator`` is their ratio;
- ``decoding``: reading, decoding and scaling alone, one thread, as ImageDataGenerator does it;
- ``batches``: taking the batches of bytes out of the array alone, and ``floats``: the same and turning them into
  floats, the least that any augmentation must do: ``share_of_floats`` is how near RandomAffine comes to it.

The contestants take turns within one run, so that a machine whose speed drifts treats them alike. Writes
``benchmarks/results/NAME.json``: medians over the turns, with minimum, maximum and interquartile range.
"""

import argparse
import dataclasses
import itertools
import statistics
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import files
from keras_course import folders
from keras_course.augmentation import Augmentation
from keras_course.datasets.photos import Photos
from keras_course.experiment import devices

SIZE, BATCH_SIZE = 150, 32
# The usual recipe for cats and dogs (Chollet, "Deep Learning with Python", 2017), with ImageDataGenerator's own fill.
AUGMENTATION = Augmentation(
    rotation=40, width_shift=0.2, height_shift=0.2, shear=10, zoom=0.2, fill="nearest"
)


def main(arguments: list[str] | None = None) -> None:
    """Time every contestant, print images a second, write the file."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.augmentation", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--data-dir", type=Path, default=folders.data_dir())
    parser.add_argument("--turns", type=int, default=12, help="turns of each contestant")
    parser.add_argument("--seconds", type=float, default=2.0, help="length of a turn")
    parser.add_argument("--name", default="augmentation", help="of the results file")
    options = parser.parse_args(arguments)
    files.committed()
    devices.configure(seed=0)
    warnings.filterwarnings("ignore", message="Please import `affine_transform`", category=DeprecationWarning)

    from keras_course.datasets import photos

    wanted = [options.data_dir / name for name in ("cats_dogs", "cats_and_dogs_filtered")]
    folder = next((path for path in wanted if path.is_dir()), None)
    if folder is None:
        parser.error(f"no photos: neither {wanted[0]} nor {wanted[1]} exists")
    cache = files.ROOT / "data"
    data = photos.load(str(folder), cache, image_size=SIZE)
    in_memory = dataclasses.replace(data, x_train=np.array(data.x_train))
    contestants: dict[str, Iterator[Any]] = {}
    if devices.backend() == "tensorflow":
        contestants["generator_from_folder"] = generator_from_folder(folder)
        contestants["generator_from_memory"] = generator_from_memory(in_memory)
        contestants["decoding"] = decoding(folder)
        contestants["keras_layers"] = keras_layers(in_memory)
    contestants["random_affine"] = random_affine(data)
    contestants["random_affine_from_memory"] = random_affine(in_memory)
    contestants["batches"] = batches_of(in_memory)
    contestants["floats"] = floats(in_memory)

    rates: dict[str, list[float]] = {name: [] for name in contestants}
    for batches in contestants.values():  # the first batches compile, and fill the disk's cache
        for _ in range(3):
            finish(next(batches))
    for turn in range(options.turns):
        for name, batches in contestants.items():
            time.sleep(1)  # tf.data reads ahead: let it fill its buffers before the next turn
            begun, images = time.perf_counter(), 0
            while time.perf_counter() - begun < options.seconds:
                images += finish(next(batches))
            rates[name].append(images / (time.perf_counter() - begun))
            print(f"turn {turn + 1}: {name} {rates[name][-1]:,.0f} images a second", flush=True)

    print(files.save(options.name, summary(rates)))


def summary(rates: dict[str, list[float]]) -> dict[str, Any]:
    """Medians, spreads and ratios of the images a second."""
    median = {name: statistics.median(values) for name, values in rates.items()}
    result: dict[str, Any] = {
        "images_per_second": {name: round(value, 1) for name, value in median.items()},
        "spread": {
            name: {
                "turns": len(values),
                "minimum": round(min(values), 1),
                "maximum": round(max(values), 1),
                "interquartile_range": round(float(np.subtract(*np.percentile(values, [75, 25]))), 1),
            }
            for name, values in rates.items()
        },
        "turns": {name: [round(value, 1) for value in values] for name, values in rates.items()},
        "image_size": SIZE,
        "batch_size": BATCH_SIZE,
    }
    for ours, other, key in (
        ("random_affine", "generator_from_folder", "ratio_to_generator"),
        ("random_affine_from_memory", "generator_from_memory", "ratio_to_generator_from_memory"),
        ("random_affine_from_memory", "keras_layers", "ratio_to_keras_layers"),
        ("random_affine_from_memory", "floats", "share_of_floats"),
    ):
        if other in median:
            result[key] = round(median[ours] / median[other], 2)
            print(f"{ours} / {other}: {result[key]}x")
    return result


def finish(batch: Any) -> int:
    """Wait until a batch is computed; return how many images it has."""
    import keras

    images = batch[0]
    np.asarray(keras.ops.convert_to_numpy(images[0, 0, 0, 0]))  # waits for what is computed asynchronously
    return len(images)


def generator_from_folder(folder: Path) -> Iterator[Any]:
    """ImageDataGenerator as on the slides: every photo is read and decoded in every epoch."""
    from keras_course.augmentation import image_data_generator

    generator = image_data_generator(AUGMENTATION)
    return iter(
        generator.flow_from_directory(
            folder / "train", target_size=(SIZE, SIZE), batch_size=BATCH_SIZE, class_mode="binary"
        )
    )


def generator_from_memory(data: Photos) -> Iterator[Any]:
    """ImageDataGenerator on decoded photos in memory."""
    from keras_course.augmentation import image_data_generator

    generator = image_data_generator(AUGMENTATION)
    return iter(generator.flow(np.array(data.x_train), data.y_train, batch_size=BATCH_SIZE))


def keras_layers(data: Photos) -> Iterator[Any]:
    """Keras' own random layers in a tf.data pipeline, from memory."""
    import keras
    import tensorflow as tf
    from keras import layers

    recipe = keras.Sequential(
        [
            layers.RandomFlip("horizontal"),
            layers.RandomRotation(40 / 360, fill_mode="nearest"),
            layers.RandomTranslation(0.2, 0.2, fill_mode="nearest"),
            layers.RandomZoom(0.2, 0.2, fill_mode="nearest"),
        ]
    )
    rows = tf.data.Dataset.from_tensor_slices((np.array(data.x_train), data.y_train))
    rows = rows.shuffle(len(data.y_train)).repeat().batch(BATCH_SIZE)
    return iter(
        rows.map(lambda x, y: (recipe(x, training=True), y), num_parallel_calls=tf.data.AUTOTUNE).prefetch(2)
    )


def random_affine(data: Photos) -> Iterator[Any]:
    """The course's RandomAffine, one warp per batch: on bytes from the mapped cache, or from memory."""
    from keras_course.augmentation import RandomAffine

    layer = RandomAffine(AUGMENTATION)
    step = compiled(lambda x: layer(x, training=True))
    return ((step(x), y) for x, y in batches_of(data))


def floats(data: Photos) -> Iterator[Any]:
    """The bytes of each batch as floats, by the same means."""
    import keras

    step = compiled(lambda x: keras.ops.cast(x, "float32"))
    return ((step(x), y) for x, y in batches_of(data))


def batches_of(data: Photos) -> Iterator[Any]:
    """Full batches of bytes in a random order; another size would be compiled again."""
    from keras_course.training import Batches

    batches = Batches((data.x_train, data.y_train), BATCH_SIZE, epochs=range(10_000), shuffle=True)
    return (batch for batch in map(batches.__getitem__, range(len(batches))) if len(batch[0]) == BATCH_SIZE)


def decoding(folder: Path) -> Iterator[Any]:
    """Photos read, decoded and scaled to the size, in one thread, by Keras' own ``load_img``."""
    import keras

    paths = sorted((folder / "train").glob("*/*.jpg"))
    for first in itertools.cycle(range(0, len(paths) - BATCH_SIZE + 1, BATCH_SIZE)):
        some = paths[first : first + BATCH_SIZE]
        pictures = [keras.utils.load_img(path, target_size=(SIZE, SIZE)) for path in some]
        yield np.stack([np.asarray(picture) for picture in pictures]), None


def compiled(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The function as part of a training step: a graph on TensorFlow, on JAX the function itself."""
    if devices.backend() == "tensorflow":
        import tensorflow as tf

        graph: Callable[[Any], Any] = tf.function(function)
        return graph
    return function


if __name__ == "__main__":
    main()

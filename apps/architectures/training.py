"""How apps.architectures loads its pictures, and trains one network on them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_course.datasets.dataset import LabelledDataset
from keras_course.experiment import card, variants
from keras_course.experiment.run import Run

from . import Config, networks

if TYPE_CHECKING:
    import keras

    from keras_course.datasets.digits import Digits
    from keras_course.datasets.photos import Photos

PHOTO_SIZE = 64


def load(config: Config) -> "Digits | Photos":
    """Load digits, an .npz file, or a folder of photos."""
    from keras_course.datasets import digits, photos

    arguments: dict[str, Any] = {"seed": config.run.seed, "limit": config.run.limit}
    if Path(config.dataset).is_dir() or config.dataset in ("cats_dogs", "drawn"):
        size = config.image_size or PHOTO_SIZE
        return photos.load(config.dataset, config.run.data_dir, image_size=size, **arguments)
    return digits.load(config.dataset, config.run.data_dir, labels=config.labels, **arguments)


def input_shape(config: Config, data: LabelledDataset) -> tuple[int, int, int]:
    """Height, width and channels of what the networks see."""
    height, width, channels = (*data.x_train.shape[1:], 1)[:3]
    if config.image_size:
        height = width = config.image_size
    return height, width, channels


def build(name: str, config: Config, data: LabelledDataset) -> "keras.Model":
    """Build a network behind its preprocessing: raw pixels, scaled to 0 to 1 and to the picture's size."""
    import keras

    from keras_course import augmentation

    given, wanted = data.x_train.shape[1:], input_shape(config, data)
    model = keras.Sequential([keras.Input(given)], name="architectures")
    if config.augment == "affine":
        model.add(augmentation.RandomAffine(augmentation.DIGITS, name="random_affine"))  # in training only
    model.add(keras.layers.Rescaling(1 / 255, name="to_0_1"))
    if len(given) == 2:
        model.add(keras.layers.Reshape((*given, 1), name="one_channel"))
    if given[:2] != wanted[:2]:
        model.add(keras.layers.Resizing(*wanted[:2], name="resized"))
    model.add(networks.build(name, wanted, len(data.labels), config.width, config.activation))
    return model


def train(run: Run, name: str, config: Config, data: "Digits | Photos") -> None:
    """Train one network and complete its run.

    Its ``arrays.npz`` holds for every validation example whether the best epoch's model is right, ``correct``.
    """
    import keras

    from keras_course import saving, training
    from keras_course.evaluation import classification, flops
    from keras_course.experiment import judging

    config.run.configure_devices()  # the same seed for every network
    model = build(name, config, data)
    steps = training.total_steps(len(data.x_train), config.batch_size, config.epochs)
    learning_rate = keras.optimizers.schedules.CosineDecay(config.learning_rate, steps)
    optimizer = keras.optimizers.Adam(
        learning_rate, weight_decay=config.weight_decay or None, **training.ema_options(config.ema_momentum)
    )
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    model.compile(
        optimizer=optimizer,
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    kind = getattr(data, "kind", "picture")
    card.write(run, model, data, kind=kind, returns="a probability for each label", labels=data.labels)
    watch = training.Stopwatch()
    history = training.fit(
        model,
        run,
        data.x_train,
        data.y_train,
        batch_size=config.batch_size,
        epochs=config.epochs,
        validation_data=(data.x_validation, data.y_validation),
        callbacks=[watch],
    )
    best = saving.best_model(run, model)
    metrics, _ = judging.evaluate(best, data)
    outputs = best.predict(data.x_validation, batch_size=500, verbose=0)
    predicted = classification.class_probabilities(outputs).argmax(axis=1)
    row = {
        "parameters": model.count_params(),
        "multiply_adds": flops.total(model),
        "seconds": watch.total,
        "samples_per_second": watch.samples_per_second(len(data.x_train)),
        "best_epoch": training.best_epoch(history) + 1,
        **metrics,
    }
    variants.complete(run, row, history.history, correct=np.asarray(predicted == data.y_validation))

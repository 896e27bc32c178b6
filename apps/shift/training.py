"""The three networks of apps.shift: how each is built and trained, and what it reads when the digits have moved."""

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_course import saving, training
from keras_course.datasets.digits import Digits
from keras_course.errors import UserError
from keras_course.evaluation.shifting import DIRECTIONS, shifted
from keras_course.experiment import card
from keras_course.experiment.run import Run
from keras_course.experiment.variants import complete

from . import Config

if TYPE_CHECKING:
    import keras

DENSE, FLATTEN, GLOBAL = "dense", "ConvNet, flatten", "ConvNet, global pooling"
NETWORKS: dict[str, dict[str, Any]] = {
    DENSE: {"network": "dense"},
    FLATTEN: {"network": "convnet", "global_pooling": False},
    GLOBAL: {"network": "convnet", "global_pooling": True},
}


def shifts(config: Config, data: Digits) -> tuple[int, ...]:
    """The shifts to measure, ascending, 0 first.

    Raises:
        UserError: there is none above 0, or one that leaves nothing of the picture.
    """
    found = tuple(sorted({0, *config.shifts}))
    down, _ = DIRECTIONS[config.direction]
    side = data.x_test.shape[1] if down else data.x_test.shape[2]
    if not 0 < found[-1] < side:
        raise UserError(
            f"shifts={config.shifts}: give some from 1 to {side - 1} pixels; of a picture of {side} pixels shifted by "
            f"{side}, nothing is left"
        )
    return found


def build(changed: dict[str, Any], config: Config, data: Digits) -> "keras.Sequential":
    """Build and compile one network, with the layer that scales the pixels in front."""
    import keras

    from keras_course.models import convnet, dense

    config.run.configure_devices()  # the same seed for each
    shape, classes = data.x_train.shape[1:], len(data.labels)
    if changed["network"] == "dense":
        classifier = dense.dense_sequential(shape, classes)
    else:
        classifier = convnet.convnet_sequential(
            shape, classes, convolutions=config.convolutions, global_pooling=changed["global_pooling"]
        )
    model = keras.Sequential(
        [keras.Input(shape), keras.layers.Rescaling(1 / 255, name="to_0_1"), classifier], name="shift"
    )
    model.compile(
        optimizer=keras.optimizers.Adam(config.learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def train(run: Run, changed: dict[str, Any], config: Config, data: Digits) -> None:
    """Train one network on digits in their place, and complete its run.

    Its ``arrays.npz`` holds what the best epoch's model reads, ``predicted``, and how sure it is, ``confidence``, of
    each test digit at each shift, both (shifts, n).
    """
    model = build(changed, config, data)
    card.write(run, model, data, kind=data.kind, returns="a probability for each label", labels=data.labels)
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
    ).history

    best = saving.best_model(run, model)
    known, _ = read(best, data.x_validation, config, data)
    validation = (known == data.y_validation).mean(axis=1)  # (shifts,)
    predicted, confidence = read(best, data.x_test, config, data)
    test = (predicted == data.y_test).mean(axis=1)
    row = {
        "parameters": model.count_params(),
        "best_epoch": int(np.argmax(history["val_accuracy"])) + 1,
        "best_validation_accuracy": max(history["val_accuracy"]),
        "shifted_validation_accuracy": float(validation[1:].mean()),
        "test_accuracy": float(test[0]),
        "test_accuracy_shifted": float(test[1:].mean()),
        "seconds": watch.total,
    }
    complete(run, row, history, predicted=predicted, confidence=confidence)


def read(
    model: "keras.Model", pictures: np.ndarray, config: Config, data: Digits
) -> tuple[np.ndarray, np.ndarray]:
    """The most probable class of each picture at each shift, and its probability: both (shifts, n)."""
    classes, confidence = [], []
    for pixels in shifts(config, data):
        moved = shifted(pictures, pixels, config.direction)
        probabilities = model.predict(moved, batch_size=500, verbose=0)
        classes.append(probabilities.argmax(axis=1))
        confidence.append(probabilities.max(axis=1))
    return np.stack(classes), np.stack(confidence)

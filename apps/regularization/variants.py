"""The variants of apps.regularization: three sizes of a network, four remedies against overfitting, more data."""

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_course.errors import UserError
from keras_course.experiment import card, variants
from keras_course.experiment.run import Run

from . import Config

if TYPE_CHECKING:
    import keras

REMEDIES = ("large, L1", "large, L2", "large, dropout", "large, L2 and dropout")
MORE_DATA = "large, more data"


def check(config: Config) -> None:
    """Refuse settings that no variant can be trained with.

    Raises:
        UserError: one line that names the setting.
    """
    from keras_course import training

    training.total_steps(1, config.batch_size, config.epochs)  # both at least 1
    if config.examples < 1:
        raise UserError(f"examples={config.examples} must be at least 1")
    if config.l1 < 0 or config.l2 < 0:
        raise UserError(f"l1={config.l1:g} and l2={config.l2:g} must be 0 or above")
    if not 0 <= config.dropout < 1:
        raise UserError(f"dropout={config.dropout:g} is not a fraction: give a number from 0 to below 1")
    if not 0 <= config.wrong_labels < 1:
        raise UserError(
            f"wrong_labels={config.wrong_labels:g} is not a fraction: give a number from 0 to below 1"
        )


def with_wrong_labels(labels: np.ndarray, num_classes: int, fraction: float, seed: int) -> np.ndarray:
    """Replace a fraction of the labels, drawn at random, by another class.

    Args:
        labels: (n,) integers from 0.
        num_classes: how many classes there are.
        fraction: of the labels, from 0 to 1.
        seed: of the draw.

    Returns:
        (n,) new labels.
    """
    rng = np.random.default_rng([seed, 1])
    changed = rng.permutation(len(labels))[: round(fraction * len(labels))]
    wrong = labels.copy()
    wrong[changed] = (labels[changed] + rng.integers(1, num_classes, len(changed))) % num_classes
    return wrong


def settings(config: Config, available: int) -> dict[str, dict[str, Any]]:
    """What each variant changes, by its name: arguments of the builder, and the number of training examples.

    Args:
        config: the settings.
        available: how many training examples there are; the few are at most a tenth of them.
    """
    few = max(1, min(config.examples, available // 10))
    large = {"hidden": (512, 512), "examples": few}
    return {
        "small": {"hidden": (4,), "examples": few},
        "medium": {"hidden": (32,), "examples": few},
        "large": large,
        "large, L1": {**large, "l1": config.l1},
        "large, L2": {**large, "l2": config.l2},
        "large, dropout": {**large, "dropout": config.dropout},
        "large, L2 and dropout": {**large, "l2": config.l2, "dropout": config.dropout},
        MORE_DATA: {**large, "examples": 10 * few},
    }


def build(input_shape: tuple[int, ...], num_classes: int, **arguments: Any) -> "keras.Model":
    """Build and compile one variant's model.

    Args:
        input_shape: of one picture, 0 to 255.
        num_classes: how many digits.
        **arguments: of the builder, ``models.dense.dense_sequential``.
    """
    import keras

    from keras_course.models import dense

    classifier = dense.dense_sequential(input_shape, num_classes, **arguments)
    model = keras.Sequential(
        [keras.Input(input_shape), keras.layers.Rescaling(1 / 255, name="to_0_1"), classifier],
        name="regularization",
    )
    # A regularizer is part of the loss, so the losses of two variants cannot be compared; their cross entropies can.
    cross_entropy = keras.metrics.SparseCategoricalCrossentropy(name="cross_entropy")
    model.compile(
        optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy", cross_entropy]
    )
    return model


def train(run: Run, changed: dict[str, Any], config: Config) -> None:
    """Train one variant and complete its run.

    Its ``arrays.npz`` holds the weights of its first layer, ``first_layer``, and for every validation digit whether
    the last epoch's model is right, ``correct``.
    """
    from keras_course import saving, training
    from keras_course.datasets import digits

    config.run.configure_devices()  # the same seed for every variant
    arguments = dict(changed)
    data = digits.load(
        config.dataset,
        config.run.data_dir,
        seed=config.run.seed,
        limit=arguments.pop("examples"),
        labels=config.labels,
    )
    y_train = with_wrong_labels(data.y_train, len(data.labels), config.wrong_labels, config.run.seed)
    model = build(data.x_train.shape[1:], len(data.labels), **arguments)
    card.write(run, model, data, kind=data.kind, returns="a probability for each label", labels=data.labels)
    history = training.fit(
        model,
        run,
        data.x_train,
        y_train,
        batch_size=config.batch_size,
        epochs=config.epochs,
        validation_data=(data.x_validation, data.y_validation),
    ).history

    # Overfitting shows in the last epoch's model. It is evaluated on the training digits once more: the history's own
    # figures were taken while dropout was on and the weights still moved.
    last = model.evaluate(data.x_train, y_train, verbose=0, return_dict=True)
    predicted = model.predict(data.x_validation, batch_size=500, verbose=0).argmax(axis=1)
    best_accuracy = max(history["val_accuracy"])
    best = saving.best_model(run, model)
    row = {
        "examples": len(data.x_train),
        "parameters": model.count_params(),
        "training_accuracy": last["accuracy"],
        "training_loss": last["cross_entropy"],
        "validation_accuracy": history["val_accuracy"][-1],
        "validation_loss": history["val_cross_entropy"][-1],
        "lowest_validation_loss": min(history["val_cross_entropy"]),
        "gap": last["accuracy"] - history["val_accuracy"][-1],
        "best_epoch": history["val_accuracy"].index(best_accuracy) + 1,
        "best_validation_accuracy": best_accuracy,
        "test_accuracy": best.evaluate(data.x_test, data.y_test, verbose=0, return_dict=True)["accuracy"],
    }
    variants.complete(
        run,
        row,
        history,
        first_layer=np.asarray(model.layers[-1].layers[1].get_weights()[0]),
        correct=predicted == data.y_validation,
    )

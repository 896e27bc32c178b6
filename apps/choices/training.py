"""One variant of apps.choices: build and compile its model, train it, note what its layers pass on."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_course import explain, training
from keras_course.datasets.digits import Digits
from keras_course.evaluation import dead_fraction, standard_deviation
from keras_course.experiment import card
from keras_course.experiment.run import Run
from keras_course.experiment.variants import complete

from . import Config, variants

if TYPE_CHECKING:
    import keras


def build(
    changed: dict[str, Any], config: Config, data: Digits
) -> tuple["keras.Sequential", "keras.Sequential"]:
    """Build one variant: its network, and the compiled model that scales the pixels and applies the network."""
    import keras

    from keras_course.models import dense

    config.run.configure_devices()  # the same seed, so the same initial weights wherever the shapes are the same
    hinge = changed.get("loss") == "hinge"  # which is computed from logits, not from probabilities
    classifier = dense.dense_sequential(
        data.x_train.shape[1:],
        len(data.labels),
        (config.units,) * changed.get("layers", config.layers),
        changed.get("activation", config.activation),
        classifier_activation=None if hinge else "softmax",
    )
    if "initializer" in changed:
        variants.initialize(classifier, changed["initializer"])
    model = keras.Sequential(
        [keras.Input(data.x_train.shape[1:]), keras.layers.Rescaling(1 / 255, name="to_0_1"), classifier],
        name="choices",
    )
    model.compile(
        optimizer=variants.optimizer(changed, config.optimizer),
        loss=variants.loss(changed.get("loss", "categorical_crossentropy")),
        metrics=["accuracy"],
    )
    return classifier, model


def train(run: Run, changed: dict[str, Any], config: Config, data: Digits) -> None:
    """Train one variant and complete its run.

    Its ``arrays.npz`` holds for every validation digit whether the last epoch's model is right, ``correct``.
    """
    classifier, model = build(changed, config, data)
    card.write(run, model, data, kind=data.kind, returns=returned(changed), labels=data.labels)
    before, _ = by_layer(classifier, data.x_validation)
    history = fit(model, run, config, data)
    after, dead = by_layer(classifier, data.x_validation)

    # The last epoch's model is evaluated on the training digits once more: the history's own figures were taken while
    # the weights moved.
    targets = one_hot(data.y_train, data)
    last = model.evaluate(data.x_train, targets, batch_size=500, verbose=0, return_dict=True)
    predicted = model.predict(data.x_validation, batch_size=500, verbose=0).argmax(axis=1)
    correct = predicted == data.y_validation
    curve = history.get("val_accuracy", [])
    row = {
        "learning_rate": float(model.optimizer.learning_rate),
        "parameters": model.count_params(),
        "training_accuracy": last["accuracy"],
        "validation_accuracy": float(correct.mean()),
        "loss": last["loss"] if math.isfinite(last["loss"]) else None,
        "epochs_to_reach": next((i for i, accuracy in enumerate(curve, 1) if accuracy >= config.reach), None),
        "finished_epochs": len(curve),
        "best_validation_accuracy": max(curve, default=0.0),
        "before": before,
        "after": after,
        "dead": dead,
    }
    complete(run, row, history, correct=correct)


def returned(changed: dict[str, Any]) -> str:
    """What a variant's model returns, for its card."""
    if changed.get("loss") == "hinge":
        return "a logit for each label: the largest is the prediction"
    return "a probability for each label"


def fit(model: "keras.Model", run: Run, config: Config, data: Digits) -> dict[str, list[float]]:
    """Train; return the curves, or ``{}`` if the loss is not finite in the first epoch: that is a result here."""
    try:
        history = training.fit(
            model,
            run,
            data.x_train,
            one_hot(data.y_train, data),
            batch_size=config.batch_size,
            epochs=config.epochs,
            validation_data=(data.x_validation, one_hot(data.y_validation, data)),
        )
    except training.DivergedError as error:
        print(f"stopped: {error}")
        return {}
    return dict(history.history)


def one_hot(labels: np.ndarray, data: Digits) -> np.ndarray:
    """``(n,)`` labels as ``(n, classes)``, the targets that every one of the losses takes."""
    targets: np.ndarray = np.eye(len(data.labels), dtype="float32")[labels]
    return targets


def by_layer(
    classifier: "keras.Model", pictures: np.ndarray, digits: int = 1000
) -> tuple[list[float | None], list[float]]:
    """For every hidden layer how much its activations vary across digits, and its fraction of dead units.

    Args:
        classifier: takes pictures from 0 to 1; its hidden layers are named ``hidden_1`` and so on, and the layers that
            follow them where the activation has weights ``prelu_1`` and so on.
        pictures: (n, 28, 28), 0 to 255.
        digits: how many of them are used.

    Returns:
        The standard deviations (None where one is not finite), and the fractions.
    """
    names = [layer.name for layer in classifier.layers]
    prefix = "prelu_" if "prelu_1" in names else "hidden_"
    names = [name for name in names if name.startswith(prefix)]
    activations = list(explain.layer_outputs(classifier, pictures[:digits] / 255, names).values())
    deviations = [standard_deviation(layer) for layer in activations]
    finite = [value if math.isfinite(value) else None for value in deviations]  # JSON has no NaN
    return finite, [dead_fraction(layer) for layer in activations]

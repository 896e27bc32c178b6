"""The contestants of apps.classic_learning: scikit-learn's classifiers and two networks, trained and judged alike."""

import math
import time
from typing import Any

import numpy as np

from keras_course.datasets.digits import Digits
from keras_course.datasets.splits import balanced_subset
from keras_course.experiment import card
from keras_course.experiment.run import Run
from keras_course.experiment.variants import complete

from . import Config
from .features import Split

NEIGHBOURS = 3
LEAST = 2  # digits of each class
DENSE = "dense network, pixels"
CONVNET = "ConvNet, pixels"
NETWORKS = {"dense": DENSE, "convnet": CONVNET}
EPOCH = 3000  # digits in an epoch at least: fewer are repeated, or the networks would take too few steps
Row = dict[str, Any]


def classifiers(seed: int) -> dict[str, Any]:
    """The classic classifiers, not trained yet, with settings that suit both pixels and features.

    Args:
        seed: of the random forest.
    """
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.svm import SVC

    return {
        "nearest neighbours": KNeighborsClassifier(NEIGHBOURS, weights="distance"),
        "logistic regression": LogisticRegression(max_iter=1000, tol=1e-3),
        "support vector machine": SVC(C=5),
        "random forest": RandomForestClassifier(200, random_state=seed),
    }


def accuracy_by_regression(inputs: Split, data: Digits, seed: int) -> float:
    """The validation accuracy of logistic regression with these features, (n, features) in every split."""
    classifier = classifiers(seed)["logistic regression"].fit(inputs["train"], data.y_train)
    return float((classifier.predict(inputs["validation"]) == data.y_validation).mean())


def train_classifier(
    classifier: Any, inputs: Split, data: Digits, cost: dict[str, float], examples: int | None = None
) -> tuple[Row, np.ndarray]:
    """Train and judge one of scikit-learn's classifiers.

    Args:
        classifier: not trained yet.
        inputs: (n, features) in every split.
        data: the digits.
        cost: seconds that measuring the features took, by split: they count. Empty for pixels.
        examples: train on the first of the digits only; None: on all.

    Returns:
        Its row of the table, and (n,): for every test digit whether the prediction is right.
    """
    x, y = inputs["train"], data.y_train
    if examples is not None:
        chosen = first(data, examples)
        x, y = x[chosen], y[chosen]
    begun = time.perf_counter()
    classifier.fit(x, y)
    training_seconds = time.perf_counter() - begun + cost.get("train", 0.0)
    validation = classifier.predict(inputs["validation"]) == data.y_validation
    begun = time.perf_counter()
    test = classifier.predict(inputs["test"]) == data.y_test
    prediction_seconds = time.perf_counter() - begun + cost.get("test", 0.0)
    stored = stored_values(classifier, x)
    return _row(validation, test, training_seconds, prediction_seconds, stored, bool(cost)), test


def first(data: Digits, count: int) -> np.ndarray:
    """The positions of the first ``count`` training digits, balanced over the classes."""
    return balanced_subset(data.y_train, count)


def sizes(config: Config, data: Digits) -> list[int]:
    """The numbers of training digits of the learning curve, ascending; the last is all of them.

    Those that are too few (see :data:`LEAST`), or almost all, are left out.
    """
    every, least = len(data.x_train), LEAST * len(data.labels)
    return [*sorted({size for size in config.curve if least <= size <= 0.7 * every}), every]


def network_variants(counts: list[int]) -> dict[str, dict[str, Any]]:
    """The networks' runs by name, each with what it changes: those on all digits first, then those on fewer."""
    variants: dict[str, dict[str, Any]] = {name: {"network": name} for name in NETWORKS}
    for count in counts[:-1]:
        for name in NETWORKS:
            variants[f"{name}, {count}"] = {"network": name, "examples": count}
    return variants


def train_network(run: Run, changed: dict[str, Any], config: Config, data: Digits) -> None:
    """Train and judge one of the networks, and complete its run.

    Fewer digits than :data:`EPOCH` are repeated within an epoch, so that every network takes steps enough to learn.

    Its ``arrays.npz`` holds for every test digit whether the prediction is right, ``correct``.
    """
    import keras

    from keras_course import saving, training
    from keras_course.models import convnet, dense

    config.run.configure_devices()
    chosen = first(data, changed.get("examples", len(data.x_train)))
    chosen = np.tile(chosen, max(1, EPOCH // len(chosen)))
    shape, classes = data.x_train.shape[1:], len(data.labels)
    name = changed["network"]
    build = dense.dense_sequential if name == "dense" else convnet.convnet_sequential
    network = build(shape, classes, dropout=0.3)
    model = keras.Sequential(
        [keras.Input(shape), keras.layers.Rescaling(1 / 255, name="to_0_1"), network], name=name
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    card.write(run, model, data, kind=data.kind, returns="a probability for each label", labels=data.labels)
    begun = time.perf_counter()
    history = training.fit(
        model,
        run,
        data.x_train[chosen],
        data.y_train[chosen],
        batch_size=config.batch_size,
        epochs=config.epochs,
        validation_data=(data.x_validation, data.y_validation),
    )
    training_seconds = time.perf_counter() - begun
    best = saving.best_model(run, model)
    correct = {}
    for split in ("validation", "test"):  # compiled on validation: the test's seconds are prediction alone
        begun = time.perf_counter()
        predicted = best.predict(getattr(data, f"x_{split}"), batch_size=500, verbose=0).argmax(axis=1)
        prediction_seconds = time.perf_counter() - begun
        correct[split] = predicted == getattr(data, f"y_{split}")
    weights = model.count_params()
    row = _row(correct["validation"], correct["test"], training_seconds, prediction_seconds, weights, False)
    complete(run, row, history.history, correct=correct["test"])


def stored_values(classifier: Any, trained_on: np.ndarray) -> int:
    """How many numbers a trained classifier must store to predict.

    Nearest neighbours store every training digit and its label; a support vector machine its support vectors and their
    weights; a tree four numbers for each node (input, threshold, two children) and the classes' fractions there.

    Args:
        classifier: one of scikit-learn's, trained.
        trained_on: (n, features).
    """
    if hasattr(classifier, "support_vectors_"):
        return int(classifier.support_vectors_.size + classifier.dual_coef_.size + classifier.intercept_.size)
    if hasattr(classifier, "coef_"):
        return int(classifier.coef_.size + classifier.intercept_.size)
    if hasattr(classifier, "estimators_"):
        return sum(4 * tree.tree_.node_count + tree.tree_.value.size for tree in classifier.estimators_)
    return int(trained_on.size + len(trained_on))


def _row(
    validation: np.ndarray,
    test: np.ndarray,
    training_seconds: float,
    prediction_seconds: float,
    stored: int,
    by_hand: bool,
) -> Row:
    return {
        "features": by_hand,
        "validation_accuracy": float(validation.mean()),
        "test_accuracy": float(test.mean()),
        "standard_error": math.sqrt(test.var() / len(test)),
        "training_seconds": training_seconds,
        "prediction_seconds": prediction_seconds,
        "numbers_kept": stored,
    }

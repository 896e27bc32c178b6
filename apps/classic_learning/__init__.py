"""Digits by classic machine learning, on raw pixels and on hand-made features, beside a dense network and a ConvNet.

Slide: deck 1, "Traditional Machine Learning"; deck 2, "No More Feature Engineering"

Group: digits, 5

Run:
    python -m apps.classic_learning
    python -m apps.classic_learning --dataset digits --epochs 3    small, without a network
    python -m apps.classic_learning --examples 0                   all training digits (the support vectors take long)

Try:
    --examples 500          who needs the fewest digits, and do hand-made features help more when there are few?
    --cell 4                finer cells for the edges: more numbers, and better ones?
    --features profiles     which features does a good classifier need, and which does it not forgive?
"""

import dataclasses
import math
import time
from typing import Annotated, Any, Literal

import tyro

from keras_course.experiment import command


@dataclasses.dataclass(frozen=True)
class Config:
    """Lay classic learning on pixels, on hand-made features, and networks side by side."""

    dataset: str = "auto"
    """auto (MNIST, else the embedded digits), mnist, digits, or the path of an .npz with Keras' four arrays."""
    examples: int = 10_000
    """Training digits, balanced over the classes, for all alike; 0: all there are."""
    epochs: int = 10
    """Passes over the training digits, for the two networks."""
    features: Literal["auto", "profiles", "shape", "gradients", "all"] = "auto"
    """Ink profiles, numbers of the whole shape, oriented gradients, or all of them; auto: the best on validation."""
    cell: int = 7
    """Side of a cell in pixels, for the oriented gradients; it must divide 28."""
    batch_size: int = 128
    """Examples a step of the networks."""
    run: Annotated[command.RunOptions, tyro.conf.OmitArgPrefixes] = command.RunOptions()


SETS = ("profiles", "shape", "gradients", "all")
NEIGHBOURS = 3
PARTS = ("train", "validation", "test")
Row = dict[str, Any]


def classifiers(seed: int) -> dict[str, Any]:
    """Return the classic classifiers, not yet trained, with settings that suit both pixels and features.

    Args:
        seed: of the forest.
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


def main(config: Config) -> dict[str, Any]:
    """Make the features, choose among them, train everybody, judge once, compare."""
    config.run.configure_devices()
    from apps.classic_learning import inputs as sees
    from apps.classic_learning import report as report
    from keras_course import training
    from keras_course.datasets import digits
    from keras_course.experiment import results, runs
    from keras_course.plots import features as plots

    training.total_steps(1, config.batch_size, config.epochs)  # both at least 1, before anything is written
    if config.examples < 0:
        raise ValueError(f"examples={config.examples}: give a number of training digits, or 0 for all")
    limits = [limit for limit in (config.examples or None, config.run.limit) if limit is not None]
    data = digits.load(
        config.dataset, config.run.data_dir, seed=config.run.seed, limit=min(limits, default=None)
    )
    needed = 2 * len(data.labels)
    if len(data.x_train) < needed:
        raise ValueError(
            f"{len(data.x_train)} training digits are too few: give --examples {needed} or more, two of each class"
        )
    pixels = {part: getattr(data, f"x_{part}").astype("float32") / 255 for part in PARTS}
    described, seconds = sees.describe(pixels, config.cell)
    parent = runs.start("classic_learning", config, data)

    choice = {name: judged_by_regression(described[name], data, config.run.seed) for name in SETS}
    chosen = max(choice, key=lambda name: choice[name]) if config.features == "auto" else config.features
    report.print_choice(choice, described, chosen)

    flat = {part: pictures.reshape(len(pictures), -1) for part, pictures in pixels.items()}
    table: dict[str, Row] = {}
    right: dict[str, Any] = {}
    for kind, inputs, cost in (("pixels", flat, {}), (chosen, described[chosen], seconds[chosen])):
        for name, classifier in classifiers(config.run.seed).items():
            label = f"{name}, {'pixels' if kind == 'pixels' else 'features'}"
            print(f"{label} ({inputs['train'].shape[1]} numbers a digit)", flush=True)
            table[label], right[label] = classic(classifier, inputs, data, cost)
    for name, label in (("dense", report.DENSE), ("convnet", report.CONVNET)):
        print(f"\n{label}", flush=True)
        table[label], right[label] = network(
            parent.variant(name, config, {"network": name}), name, config, data
        )

    report.print_table(table, len(data.x_train), len(data.y_test))
    sentence = report.conclusion(table, right)
    print(f"\n{sentence}\n")
    parent.save_figure("features", report.features_figure(pixels["validation"], config.cell))
    accuracies = {name: row["test_accuracy"] for name, row in table.items()}
    named = "embedded digits" if data.embedded else f"digits of {data.name}"
    title = f"Classic learning and networks, all trained on the same {len(data.x_train):,} {named}"
    parent.save_figure(
        "wrong_answers",
        plots.wrong_answers(accuracies, report.groups(table), len(data.y_test), title=title),
    )
    best = max(table, key=lambda name: table[name]["validation_accuracy"])
    metrics = {
        "contestants": table,
        "features": chosen,
        "features_validation_accuracy": choice,
        "conclusion": sentence,
        "best_contestant": best,
        "test_accuracy": table[best]["test_accuracy"],
    }
    return results.finish(parent, metrics, "test_accuracy")


def judged_by_regression(inputs: dict[str, Any], data: Any, seed: int) -> float:
    """Return the share of validation digits that logistic regression has right with these features."""
    classifier = classifiers(seed)["logistic regression"].fit(inputs["train"], data.y_train)
    return float((classifier.predict(inputs["validation"]) == data.y_validation).mean())


def classic(classifier: Any, inputs: dict[str, Any], data: Any, cost: dict[str, float]) -> tuple[Row, Any]:
    """Train and judge one classifier; return its row, and for every test digit whether it is right.

    Args:
        classifier: one of scikit-learn's.
        inputs: what it sees, by part, ``(n, numbers)``.
        data: the digits.
        cost: seconds that making the inputs took, by part; they count.
    """
    from apps.classic_learning.inputs import numbers_kept

    begun = time.perf_counter()
    classifier.fit(inputs["train"], data.y_train)
    training_seconds = time.perf_counter() - begun + cost.get("train", 0.0)
    validation = classifier.predict(inputs["validation"]) == data.y_validation
    begun = time.perf_counter()
    right = classifier.predict(inputs["test"]) == data.y_test
    prediction_seconds = time.perf_counter() - begun + cost.get("test", 0.0)
    kept = numbers_kept(classifier, inputs["train"])
    return _row(validation, right, training_seconds, prediction_seconds, kept, bool(cost)), right


def network(run: Any, name: str, config: Config, data: Any) -> tuple[Row, Any]:
    """Train and judge one of the networks; return its row, and for every test digit whether it is right."""
    import keras

    from keras_course import plots, saving, training
    from keras_course.experiment import results
    from keras_course.models import convnet, dense

    config.run.configure_devices()
    shape, classes = data.x_train.shape[1:], len(data.labels)
    build = dense.dense_sequential if name == "dense" else convnet.convnet_sequential
    model = keras.Sequential(
        [
            keras.Input(shape),
            keras.layers.Rescaling(1 / 255, name="to_0_1"),
            build(shape, classes, dropout=0.3),
        ],
        name=name,
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    card = {"kind": "digit", "returns": "a probability for each label", "labels": data.labels, "model": model}
    results.write_card(run, data, **card)
    begun = time.perf_counter()
    history = training.fit(
        model,
        run,
        data.x_train,
        data.y_train,
        batch_size=config.batch_size,
        epochs=config.epochs,
        validation_data=(data.x_validation, data.y_validation),
    )
    training_seconds = time.perf_counter() - begun
    best = saving.best_model(run, model)
    answers = {}
    for part in (
        "validation",
        "test",
    ):  # compiled on validation, so that the test's seconds are prediction alone
        begun = time.perf_counter()
        answers[part] = best.predict(getattr(data, f"x_{part}"), batch_size=500, verbose=0).argmax(axis=1)
        prediction_seconds = time.perf_counter() - begun
    right = answers["test"] == data.y_test
    validation = answers["validation"] == data.y_validation
    row = _row(validation, right, training_seconds, prediction_seconds, model.count_params(), False)
    results.write_card(run, data, **card, metrics=row)
    run.save_figure(
        "curves", plots.curves(history.history, title=name, best_epoch=training.best_epoch(history))
    )
    run.complete_with(row)
    return row, right


def _row(
    validation: Any, right: Any, training_seconds: float, prediction_seconds: float, kept: int, by_hand: bool
) -> Row:
    return {
        "features": by_hand,
        "validation_accuracy": float(validation.mean()),
        "test_accuracy": float(right.mean()),
        "standard_error": math.sqrt(right.var() / len(right)),
        "training_seconds": training_seconds,
        "prediction_seconds": prediction_seconds,
        "numbers_kept": kept,
    }

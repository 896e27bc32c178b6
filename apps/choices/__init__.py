"""The knobs, one at a time: the same digits and the same network, one choice changed.

Slide: deck 5, "Choices"; deck 5, "Learning Rate"; deck 5, "How many layers do I need?";
    deck 4, "Hyperparameters (knobs)"

Group: digits, 4

Run:
    python -m apps.choices --vary initializer
    python -m apps.choices --vary optimizer         or activation, loss, learning_rate, depth
    python -m apps.choices --vary depth --dataset digits --epochs 3     small, without a network

Try:
    --vary depth --activation sigmoid           how many layers deep does the signal still get through?
    --vary learning_rate --optimizer sgd        is the best rate of one optimizer that of another?
    --vary initializer --layers 1               does it matter where weights begin, if there is one layer only?
"""

import dataclasses
import math
from typing import Annotated, Any, Literal

import tyro

from keras_course.experiment import command


@dataclasses.dataclass(frozen=True)
class Config:
    """Change one choice of a dense network, and keep all others."""

    vary: Literal["initializer", "activation", "optimizer", "loss", "learning_rate", "depth"] = "initializer"
    """The choice that is changed."""
    dataset: str = "auto"
    """auto (MNIST, else the embedded digits), mnist, digits, or the path of an .npz with Keras' four arrays."""
    epochs: int = 10
    """Passes over the training set, for every variant."""
    examples: int = 10_000
    """Training digits, balanced over the classes; the same for every variant."""
    layers: int = 5
    """Hidden layers, where depth is not what is changed."""
    units: int = 64
    """Units of each hidden layer."""
    activation: str = "relu"
    """Activation of the hidden layers, where it is not what is changed."""
    optimizer: Literal["adam", "sgd", "rmsprop"] = "adam"
    """Optimizer, where it is not what is changed; at Keras' default rate."""
    batch_size: int = 64
    """Examples a step."""
    reach: float = 0.9
    """Share of right validation digits whose first epoch is noted."""
    run: Annotated[command.RunOptions, tyro.conf.OmitArgPrefixes] = command.RunOptions()


def main(config: Config) -> dict[str, Any]:
    """Train every variant, lay them side by side, say what the numbers say."""
    config.run.configure_devices()
    from apps.choices import report as report
    from apps.choices import variants as choices
    from keras_course import saving, training
    from keras_course.datasets import digits
    from keras_course.experiment import results, runs
    from keras_course.plots import variants as plots

    training.total_steps(1, config.batch_size, config.epochs)  # both at least 1, before anything is written
    if config.layers < 1 or not 0 < config.reach <= 1:
        raise ValueError(
            f"layers={config.layers} must be at least 1, and reach={config.reach} above 0 and up to 1"
        )
    limit = config.examples if config.run.limit is None else min(config.examples, config.run.limit)
    data = digits.load(config.dataset, config.run.data_dir, seed=config.run.seed, limit=max(limit, 1))
    if limit < len(data.labels):
        raise ValueError(
            f"{limit} training digits are too few: give --examples {len(data.labels)} or more, one of each class"
        )
    parent = runs.start("choices", config, data)
    table, histories, right, models = {}, {}, {}, {}
    for name, changed in choices.variants(config.vary).items():
        print(f"\n{name}: " + ", ".join(f"{key} {value}" for key, value in changed.items()))
        run = parent.variant(name.replace(" ", "_"), config, changed)
        table[name], histories[name], right[name], models[name] = train(run, changed, config, data)

    report.print_table(table, config)
    sentence = report.conclusion(config.vary, table, right, data.y_validation)
    print(f"\n{sentence}\n")
    named = "the embedded ones" if data.embedded else data.name
    what = f"{config.vary.replace('_', ' ')} varied, {len(data.x_train):,} digits ({named})"
    parent.save_figure("accuracy", plots.small_multiples(histories, title=f"Accuracy: {what}"))
    spreads = [{name: row[key] for name, row in table.items()} for key in ("before", "after", "dead")]
    parent.save_figure(
        "spread", plots.spread_by_layer(*spreads, title=f"What each hidden layer passes on: {what}")
    )
    # The best by validation speaks for the app; the test set is used for it alone, once.
    best = max(table, key=lambda name: table[name]["best_validation_accuracy"])
    judged, _ = results.judge_classifier(
        saving.best_model(runs.Run(parent.path / best.replace(" ", "_"), parent.app), models[best]),
        dataclasses.replace(
            data, y_test=one_hot(data.y_test, data), y_validation=one_hot(data.y_validation, data)
        ),
    )
    metrics = {"variants": table, "conclusion": sentence, "best_variant": best, **judged}
    return results.finish(parent, metrics, "test_accuracy")


def build(changed: dict[str, Any], config: Config, data: Any) -> tuple[Any, Any]:
    """Return one variant's network, and the compiled model that puts the pixels' scale in front of it."""
    import keras

    from apps.choices import variants as choices
    from keras_course.models import dense

    config.run.configure_devices()  # the same seed, so the same start weights wherever the shapes are the same
    hinge = changed.get("loss") == "hinge"  # which is about scores, not probabilities
    classifier = dense.dense_sequential(
        data.x_train.shape[1:],
        len(data.labels),
        (config.units,) * changed.get("layers", config.layers),
        changed.get("activation", config.activation),
        classifier_activation=None if hinge else "softmax",
    )
    if "initializer" in changed:
        choices.begin_with(classifier, changed["initializer"])
    model = keras.Sequential(
        [keras.Input(data.x_train.shape[1:]), keras.layers.Rescaling(1 / 255, name="to_0_1"), classifier],
        name="choices",
    )
    model.compile(
        optimizer=choices.optimizer(changed, config.optimizer),
        loss=choices.loss(changed.get("loss", "categorical_crossentropy")),
        metrics=["accuracy"],
    )
    return classifier, model


def train(
    run: Any, changed: dict[str, Any], config: Config, data: Any
) -> tuple[dict[str, Any], Any, Any, Any]:
    """Train one variant; return its row of the table, its curves, for every validation digit whether the last epoch's
    model is right, and that model.
    """
    from keras_course import plots
    from keras_course.experiment import results

    classifier, model = build(changed, config, data)
    hinge = changed.get("loss") == "hinge"
    card = {
        "kind": "digit",
        "returns": "a score for each label, the largest wins" if hinge else "a probability for each label",
        "labels": data.labels,
        "model": model,
    }
    results.write_card(run, data, **card)
    before, _ = activation_spread(classifier, data.x_validation)
    history = fit(model, run, config, data)
    after, dead = activation_spread(classifier, data.x_validation)

    # The last epoch's model, training digits judged anew: the history's figures were taken while the weights moved.
    last = model.evaluate(
        data.x_train, one_hot(data.y_train, data), batch_size=500, verbose=0, return_dict=True
    )
    right = model.predict(data.x_validation, batch_size=500, verbose=0).argmax(axis=1) == data.y_validation
    curve = history.get("val_accuracy", [])
    row = {
        "learning_rate": float(model.optimizer.learning_rate),
        "parameters": model.count_params(),
        "training_accuracy": last["accuracy"],
        "validation_accuracy": float(right.mean()),
        "loss": last["loss"] if math.isfinite(last["loss"]) else None,
        "epochs_to_reach": next(
            (epoch for epoch, share in enumerate(curve, 1) if share >= config.reach), None
        ),
        "finished_epochs": len(curve),
        "best_validation_accuracy": max(curve, default=0.0),
        "before": before,
        "after": after,
        "dead": dead,
    }
    results.write_card(run, data, **card, metrics=row)
    if curve:
        best = curve.index(max(curve))
        run.save_figure("curves", plots.curves(history, title=run.path.name, best_epoch=best))
    run.complete_with(row)
    return row, history, right, model


def fit(model: Any, run: Any, config: Config, data: Any) -> dict[str, list[float]]:
    """Train; return the curves, ``{}`` where the very first epoch ends without a number: that is a result here."""
    from keras_course import training

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
    except ValueError as error:
        if "no longer a number" not in str(error):
            raise
        print(f"stopped: {error}")
        return {}
    return history.history


def one_hot(labels: Any, data: Any) -> Any:
    """Return ``(n,)`` labels as ``(n, classes)``, as every one of the losses takes them."""
    import numpy as np

    return np.eye(len(data.labels), dtype="float32")[labels]


def activation_spread(classifier: Any, pictures: Any, digits: int = 1000) -> tuple[list[Any], list[float]]:
    """Return for every hidden layer how much its units differ from digit to digit, and the share that never does.

    Args:
        classifier: takes pictures from 0 to 1; its hidden layers are named ``hidden_1`` and so on, and the layers that
            follow them where the activation has weights ``prelu_1`` and so on.
        pictures: (n, 28, 28), 0 to 255.
        digits: how many of them are looked at.
    """
    from keras_course import explain
    from keras_course.evaluation import activations

    names = [layer.name for layer in classifier.layers]
    prefix = "prelu_" if "prelu_1" in names else "hidden_"
    names = [name for name in names if name.startswith(prefix)]
    answers = explain.layer_outputs(classifier, pictures[:digits] / 255, names).values()
    spreads = [activations.standard_deviation(layer) for layer in answers]
    finite = [spread if math.isfinite(spread) else None for spread in spreads]  # JSON has no NaN
    return finite, [activations.dead_fraction(layer) for layer in answers]

"""Overfitting made visible: the same few digits, several network sizes, each remedy in turn.

Slide: deck 3, "Overfitting"; deck 3, "Underfitting"; deck 3, "Prevent overfitting"; deck 3, "Regularization";
    deck 3, "Regularization Techniques"; deck 3, "Weight regularization"; deck 3, "Dropout"

Group: digits, 3

Run:
    python -m apps.regularization
    python -m apps.regularization --dataset digits --epochs 10 --examples 200      small, without a network

Try:
    --examples 10000    does overfitting go away by itself with more data?
    --l2 0.1            what is too much of a penalty: where does overfitting turn into underfitting?
    --dropout 0.8       and too much dropout?
"""

import dataclasses
import math
from typing import Annotated, Any

import tyro

from keras_course.experiment import command


@dataclasses.dataclass(frozen=True)
class Config:
    """Lay the slides' remedies against overfitting side by side."""

    dataset: str = "auto"
    """auto (MNIST, else the embedded digits), mnist, digits, or the path of an .npz with Keras' four arrays."""
    epochs: int = 60
    """Passes over the training set, for every variant."""
    examples: int = 1000
    """Training digits of every variant but the last, which has ten times as many."""
    l1: float = 0.0001
    """L1 penalty of the variants that have one."""
    l2: float = 0.001
    """L2 penalty of the variants that have one (the slide's 0.001)."""
    dropout: float = 0.5
    """Dropout of the variants that have it."""
    batch_size: int = 64
    """Examples a step."""
    run: Annotated[command.RunOptions, tyro.conf.OmitArgPrefixes] = command.RunOptions()


REMEDIES = ("large, L1", "large, L2", "large, dropout", "large, L2 and dropout")
MORE_DATA = "large, more data"


def variants(config: Config, available: int) -> dict[str, dict[str, Any]]:
    """Return what is varied, by the variant's name: the builder's arguments, and how many examples.

    Args:
        config: the settings.
        available: training examples that there are; few are at most a tenth of them.
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


def main(config: Config) -> dict[str, Any]:
    """Train every variant, compare training with validation, say what the numbers say."""
    config.run.configure_devices()
    from keras_course import plots
    from keras_course.datasets import digits
    from keras_course.experiment import results, runs

    everything = digits.load(
        config.dataset, config.run.data_dir, seed=config.run.seed, limit=config.run.limit
    )
    parent = runs.start("regularization", config, everything)
    table, histories, weights, right = {}, {}, {}, {}
    for name, arguments in variants(config, len(everything.x_train)).items():
        print(f"\n{name}: " + ", ".join(f"{key} {value}" for key, value in arguments.items()))
        run = parent.variant(name.replace(",", "").replace(" ", "_"), config, arguments)
        table[name], histories[name], weights[name], right[name] = train(run, arguments, config)

    print_table(table)
    sentence = conclusion(table, right)
    print(f"\n{sentence}\n")
    sizes = {name: histories[name] for name in ("small", "medium", "large", MORE_DATA)}
    remedies = {name: histories[name] for name in ("large", *REMEDIES)}
    parent.save_figure(
        "validation_loss",
        plots.side_by_side(
            {"network size, and more data": sizes, "the large network, and remedies": remedies},
            "cross_entropy",
            title=f"Eight ways to learn {table['large']['examples']:,} digits: loss on digits not trained on",
        ),
    )
    parent.save_figure(
        "weights", plots.weight_histograms(weights, title="Weights of the first layer after training")
    )
    # The best by validation speaks for the app; more data is no remedy when there are only so many digits.
    comparable = [name for name in table if name != MORE_DATA]
    best = max(comparable, key=lambda name: table[name]["best_validation_accuracy"])
    metrics = {
        "variants": table,
        "conclusion": sentence,
        "best_variant": best,
        "test_accuracy": table[best]["test_accuracy"],
        "gap_large": table["large"]["gap"],
    }
    return results.finish(parent, metrics, "test_accuracy")


def train(run: Any, arguments: dict[str, Any], config: Config) -> tuple[dict[str, Any], Any, Any, Any]:
    """Train one variant; return its row of the table, its curves, the weights of its first layer, and for every
    validation digit whether the last epoch's model is right.
    """
    import keras

    from keras_course import plots, saving, training
    from keras_course.datasets import digits
    from keras_course.experiment import results
    from keras_course.models import dense

    config.run.configure_devices()  # the same seed for every variant
    data = digits.load(config.dataset, config.run.data_dir, seed=config.run.seed, limit=arguments["examples"])
    knobs = {name: value for name, value in arguments.items() if name != "examples"}
    classifier = dense.dense_sequential(data.x_train.shape[1:], len(data.labels), **knobs)
    model = keras.Sequential(
        [
            keras.Input(data.x_train.shape[1:]),
            keras.layers.Rescaling(1 / 255, name="to_0_1"),
            classifier,
        ],
        name="regularization",
    )
    # A penalty is part of the loss, so the losses of two variants cannot be compared; their cross entropies can.
    cross_entropy = keras.metrics.SparseCategoricalCrossentropy(name="cross_entropy")
    model.compile(
        optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy", cross_entropy]
    )
    card = {"kind": "digit", "returns": "a probability for each label", "labels": data.labels, "model": model}
    results.write_card(run, data, **card)
    history = training.fit(
        model,
        run,
        data.x_train,
        data.y_train,
        batch_size=config.batch_size,
        epochs=config.epochs,
        validation_data=(data.x_validation, data.y_validation),
    )
    # Overfitting shows in the last epoch's model. Training digits are judged anew: the history's own figures
    # were taken while dropout was on and the weights still moved.
    last = model.evaluate(data.x_train, data.y_train, verbose=0, return_dict=True)
    right = model.predict(data.x_validation, batch_size=500, verbose=0).argmax(axis=1) == data.y_validation
    best = training.best_epoch(history)
    row = {
        "examples": len(data.x_train),
        "parameters": model.count_params(),
        "training_accuracy": last["accuracy"],
        "training_loss": last["cross_entropy"],
        "validation_accuracy": history.history["val_accuracy"][-1],
        "validation_loss": history.history["val_cross_entropy"][-1],
        "lowest_validation_loss": min(history.history["val_cross_entropy"]),
        "gap": last["accuracy"] - history.history["val_accuracy"][-1],
        "best_epoch": best + 1,
        "best_validation_accuracy": history.history["val_accuracy"][best],
    }
    judged = saving.best_model(run, model).evaluate(data.x_test, data.y_test, verbose=0, return_dict=True)
    row["test_accuracy"] = judged["accuracy"]
    results.write_card(run, data, **card, metrics=row)
    run.save_figure("curves", plots.curves(history.history, title=run.path.name, best_epoch=best))
    run.complete_with(row)
    return row, history.history, classifier.layers[1].get_weights()[0], right


def print_table(table: dict[str, dict[str, Any]]) -> None:
    """Print training against validation, a line a variant."""
    print(f"\n{'':41}{'right answers':>28}  {'validation loss':>15}  {'best epoch':>15}")
    heads = (
        "variant",
        "examples",
        "parameters",
        "training",
        "validation",
        "gap",
        "lowest",
        "last",
        "number",
        "test",
    )
    print("{:21} {:>8} {:>10}  {:>8} {:>10} {:>7}  {:>7} {:>7}  {:>7} {:>7}".format(*heads))
    for name, row in table.items():
        print(
            f"{name:21} {row['examples']:8,} {row['parameters']:10,}  {row['training_accuracy']:8.2%} "
            f"{row['validation_accuracy']:10.2%} {row['gap']:7.2%}  {row['lowest_validation_loss']:7.3f} "
            f"{row['validation_loss']:7.3f}  {row['best_epoch']:7} {row['test_accuracy']:7.2%}"
        )
    print("(right answers: the last epoch's model; the best epoch is the best on validation digits)")


def conclusion(table: dict[str, dict[str, Any]], right: dict[str, Any]) -> str:
    """Return what the numbers support, and no more: a difference within chance is called a tie.

    Chance is up to 2.5 standard errors.

    Args:
        table: a row a variant, as :func:`train` gives it.
        right: for every variant and validation digit, whether the network is right; shape ``(digits,)``.
    """
    from keras_course.evaluation.classification import significantly_better

    small, large = table["small"], table["large"]

    def share(name: str) -> str:
        return f"{right[name].mean():.1%}"

    said = []
    chance = 2.5 * math.sqrt(right["large"].var() / len(right["large"]))
    if large["training_accuracy"] - right["large"].mean() > chance:
        rise = large["validation_loss"] / large["lowest_validation_loss"] - 1
        said.append(
            f"The large network overfits: {large['training_accuracy']:.1%} of the training digits right, "
            f"{share('large')} of the others, and from its lowest point its loss on these rose by {rise:.0%}."
        )
    else:
        said.append("The large network does not overfit here.")
    if large["training_accuracy"] - small["training_accuracy"] > chance:
        said.append(
            f"The small one underfits: it gets only {small['training_accuracy']:.1%} of its training digits right."
        )
    best = max(REMEDIES, key=lambda name: right[name].mean())
    word = best.removeprefix("large, ")
    if significantly_better(right[best], right["large"]):
        said.append(f"The best remedy is {word}, with {share(best)} of the others right.")
    else:
        said.append(
            f"No penalty or dropout gets more of them right, beyond chance (best: {word}, {share(best)})."
        )
    calmest = min(REMEDIES, key=lambda name: table[name]["validation_loss"])
    if table[calmest]["validation_loss"] < large["validation_loss"]:
        said.append(
            f"The lowest loss at the end is that of {calmest.removeprefix('large, ')}: "
            f"{table[calmest]['validation_loss']:.2f} instead of {large['validation_loss']:.2f}."
        )
    if significantly_better(right[MORE_DATA], right[best]):
        said.append(f"Ten times the data does more than any of them: {share(MORE_DATA)}.")
    else:
        said.append(f"Ten times the data gives {share(MORE_DATA)}, no gain over that beyond chance.")
    return " ".join(said)

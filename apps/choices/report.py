"""What apps.choices prints and draws: the table, what each layer passes on, and a conclusion from the numbers."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_course.datasets.digits import Digits
from keras_course.evaluation import significantly_better
from keras_course.experiment import results
from keras_course.experiment.run import Run

from . import Config

Table = dict[str, dict[str, Any]]


def print_table(table: Table, config: Config) -> None:
    """Print a line for each variant, then two lines with its layers.

    Args:
        table: a row for each variant, its run's metrics.
        config: the app's settings.
    """
    line = "{:20} {:>10} {:>10}  {:>9} {:>10}  {:>10} {:>10}"
    print(f"\n{'':43}{'accuracy':>20}  {'epochs to':>10} {'':>10}")
    heads = ("rate", "parameters", "training", "validation", f"{config.reach:.0%}", "loss")
    print(line.format(config.vary.replace("_", " "), *heads))
    for name, row in table.items():
        diverged = row["finished_epochs"] < config.epochs or row["loss"] is None
        print(
            line.format(
                name,
                f"{row['learning_rate']:g}",
                f"{row['parameters']:,}",
                f"{row['training_accuracy']:.2%}",
                f"{row['validation_accuracy']:.2%}",
                row["epochs_to_reach"] or "never",
                "not finite" if diverged else f"{row['loss']:.4g}",
            )
        )
    print("(of the last epoch's models; loss: each variant's own, on training digits)")
    if config.vary == "optimizer":
        print("(each optimizer at Keras' default learning rate; none of them is tuned)")
    if config.vary == "loss":
        print("(values of different losses cannot be compared; accuracies can)")

    print(
        "\nstandard deviation of each hidden layer's activations across digits, first layer to last; dead units"
    )
    for name, row in table.items():
        print(f"{name:20} before  {_deviations(row['before'])}")
        print(f"{'':20} after   {_deviations(row['after'])}  dead {np.mean(row['dead']):.0%}")


def _deviations(values: Sequence[float | None]) -> str:
    return " ".join(f"{'none' if value is None else f'{value:.2g}':>7}" for value in values)


def conclusion(vary: str, table: Table, correct: dict[str, np.ndarray], labels: np.ndarray) -> str:
    """What the numbers support, and no more.

    Variants are compared by a paired z-test on the same digits. How they would rank with another seed, one run cannot
    tell.

    Args:
        vary: what was changed.
        table: a row for each variant.
        correct: for each variant (n,): for every validation digit, whether the last epoch's model is right.
        labels: (n,) the validation digits' labels.
    """
    ranked = sorted(table, key=lambda name: -correct[name].mean())
    best = ranked[0]
    constant = labels == np.bincount(labels).argmax()  # who has learnt nothing predicts one class for all
    chance = [name for name in ranked if not significantly_better(correct[name], constant)]
    if best in chance:
        return (
            "No variant learnt anything: none beats predicting the most frequent class for every digit "
            f"({constant.mean():.1%})."
        )

    def shown(names: Sequence[str]) -> str:
        return ", ".join(f"{name} ({correct[name].mean():.1%})" for name in names)

    others = [name for name in ranked[1:] if name not in chance]
    worse = [name for name in others if significantly_better(correct[best], correct[name])]
    ties = [name for name in others if name not in worse]
    said = [
        f"On {len(labels):,} validation digits, the highest accuracy at the end is that of {shown([best])}."
    ]
    if ties:
        said.append(f"Not significantly worse: {shown(ties)}.")
    if worse:
        said.append(f"Significantly worse: {shown(worse)}.")
    if chance:
        said.append(f"Learnt nothing, no better than predicting one class for every digit: {shown(chance)}.")
    reached = {name: row["epochs_to_reach"] for name, row in table.items() if row["epochs_to_reach"]}
    if reached and len(set(reached.values())) > 1:
        first = min(reached.values())
        fastest = [name for name, epoch in reached.items() if epoch == first]
        said.append(f"First to reach the mark, after epoch {first}: {', '.join(fastest)}.")
    if vary in ("initializer", "activation", "depth"):
        said += _signal(table)
    said.append(results.ONE_SEED)
    return " ".join(said)


def _signal(table: Table) -> list[str]:
    """Where the signal fades most and least from the first hidden layer to the last, before training."""
    kept = {
        name: row["before"][-1] / row["before"][0]
        for name, row in table.items()
        if len(row["before"]) > 1 and None not in row["before"] and row["before"][0] > 0
    }
    said = []
    if len(kept) > 1:
        least, most = min(kept, key=lambda name: kept[name]), max(kept, key=lambda name: kept[name])
        said.append(
            "Before training, the standard deviation of the last hidden layer's activations is "
            f"{kept[least]:.2g} of the first's with {least}, and {kept[most]:.2g} with {most}."
        )
    silent = [name for name, row in table.items() if row["before"][-1] == 0]
    if silent:
        said.append(
            f"With {', '.join(silent)} the last hidden layer has the same activations for all digits."
        )
    return said


def save_figures(parent: Run, trained: dict[str, Run], config: Config, data: Digits) -> None:
    """Draw how each variant learnt, and how much its layers' activations vary before and after training."""
    from keras_course.plots import variants as plots

    histories = {name: run.history() for name, run in trained.items()}
    rows = {name: run.metrics() for name, run in trained.items()}
    before, after, dead = (
        {name: row[key] for name, row in rows.items()} for key in ("before", "after", "dead")
    )
    named = "the embedded ones" if data.embedded else data.name
    what = f"{config.vary.replace('_', ' ')} varied, {len(data.x_train):,} digits ({named})"
    final = {name: history["val_accuracy"][-1] for name, history in histories.items() if history}
    best = max(final, key=lambda name: final[name], default=None)
    seen = (
        f"highest accuracy on validation digits at the end: {best}, {final[best]:.1%}"
        if best
        else "none learnt"
    )
    parent.save_figure("accuracy", plots.small_multiples(histories, title=f"{seen}\n{what}"))
    passed = {name: values[-1] / values[0] for name, values in before.items() if values[0]}
    seen = "what each hidden layer passes on"
    if passed:
        least = min(passed, key=lambda name: passed[name])
        seen = (
            f"before training the last hidden layer's deviation is {passed[least]:.2g} of the first's with {least}, "
            "the least of all"
        )
    parent.save_figure("spread", plots.deviation_by_layer(before, after, dead, title=f"{seen}\n{what}"))

"""What apps.regularization prints and draws: training against validation, and a conclusion from the numbers."""

import math
from typing import Any

import numpy as np

from keras_course.evaluation import significantly_better
from keras_course.experiment import results
from keras_course.experiment.run import Run

from .variants import MORE_DATA, REMEDIES

Table = dict[str, dict[str, Any]]


def print_table(table: Table, wrong_labels: float) -> None:
    """Print training against validation, a line for each variant.

    Args:
        table: a row for each variant.
        wrong_labels: fraction of the training labels that were replaced by wrong ones.
    """
    print(f"\n{'':41}{'accuracy':>28}  {'validation loss':>15}  {'best epoch':>15}")
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
    print("(accuracy: of the last epoch's model; best epoch: by validation accuracy, and its test accuracy)")
    if wrong_labels:
        print(
            f"({wrong_labels:.0%} of the training labels are wrong on purpose: who knows the digits agrees with "
            f"{1 - wrong_labels:.0%} of them, and who has\nlearnt all by heart with 100%; validation and test labels "
            "are right. --wrong-labels 0: none are wrong)"
        )


def conclusion(table: Table, correct: dict[str, np.ndarray], wrong_labels: float) -> str:
    """What the numbers support, and no more.

    Two networks on the same digits are compared by a paired z-test; overfitting and underfitting must exceed 2.5
    standard errors of the large network's validation accuracy.

    Args:
        table: a row for each variant.
        correct: for each variant (n,): for every validation digit, whether the last epoch's model is right.
        wrong_labels: fraction of the training labels that were replaced by wrong ones.
    """
    small, large = table["small"], table["large"]
    accuracy = {name: float(found.mean()) for name, found in correct.items()}
    chance = 2.5 * math.sqrt(correct["large"].var() / len(correct["large"]))
    said = []
    if large["training_accuracy"] - accuracy["large"] > chance:
        rise = f"{large['validation_loss'] / large['lowest_validation_loss'] - 1:.0%}"
        loss = "is still at its lowest value" if rise == "0%" else f"rose by {rise} from its lowest value"
        said.append(
            f"The large network overfits: its accuracy is {large['training_accuracy']:.1%} on training digits and "
            f"{accuracy['large']:.1%} on validation digits, and its validation loss {loss}."
        )
    else:
        said.append("The large network does not overfit here.")
    if large["training_accuracy"] - small["training_accuracy"] > chance:
        training = f"{small['training_accuracy']:.1%}"
        said.append(
            f"The small one cannot learn the labels by heart: its accuracy is {training} on training digits, "
            f"{accuracy['small']:.1%} on validation digits."
            if wrong_labels
            else f"The small one underfits: its accuracy is only {training} even on training digits."
        )
    said += _remedies(table, correct, wrong_labels)
    best = max(REMEDIES, key=lambda name: accuracy[name])
    if significantly_better(correct[MORE_DATA], correct[best]):
        said.append(f"Ten times the data does more than any of them: {accuracy[MORE_DATA]:.1%}.")
    else:
        said.append(f"Ten times the data gives {accuracy[MORE_DATA]:.1%}, no significant gain over that.")
    said.append(results.ONE_SEED)
    return " ".join(said)


def _remedies(table: Table, correct: dict[str, np.ndarray], wrong_labels: float) -> list[str]:
    """What the remedies do for the accuracy, the gap and the loss on validation digits."""
    accuracy = {name: float(found.mean()) for name, found in correct.items()}
    large, best = table["large"], max(REMEDIES, key=lambda name: accuracy[name])
    word = best.removeprefix("large, ")
    gaps = [100 * (table[name]["training_accuracy"] - accuracy[name]) for name in ("large", best)]
    if significantly_better(correct[best], correct["large"]):
        said = [
            f"The best remedy is {word}: validation accuracy {accuracy['large']:.1%} to {accuracy[best]:.1%}, and the "
            f"gap to training {gaps[0]:.1f} to {gaps[1]:.1f} points."
        ]
    else:
        said = [
            f"No remedy raises the validation accuracy significantly (best: {word}, {accuracy[best]:.1%})."
        ]
        if not wrong_labels:
            said.append(
                "All training labels are right: even learnt by heart they are good examples. See --wrong-labels 0.4."
            )
    lowest = min(REMEDIES, key=lambda name: table[name]["validation_loss"])
    if table[lowest]["validation_loss"] < large["validation_loss"]:
        said.append(
            f"The lowest validation loss at the end is that of {lowest.removeprefix('large, ')}: "
            f"{table[lowest]['validation_loss']:.2f} instead of {large['validation_loss']:.2f}."
        )
    return said


def save_figures(parent: Run, trained: dict[str, Run], wrong_labels: float) -> None:
    """Draw the validation losses side by side, and the weights of every first layer."""
    from keras_course import plots

    histories = {name: run.history() for name, run in trained.items()}
    sizes = {name: histories[name] for name in ("small", "medium", "large", MORE_DATA)}
    remedies = {name: histories[name] for name in ("large", *REMEDIES)}
    rows = {name: run.metrics() for name, run in trained.items()}
    lowest = min(REMEDIES, key=lambda name: rows[name]["validation_loss"])
    noise = f", {wrong_labels:.0%} of them labelled wrong" if wrong_labels else ""
    what = f"{rows['large']['examples']:,} training digits{noise}"
    parent.save_figure(
        "validation_loss",
        plots.side_by_side(
            {"network size, and more data": sizes, "the large network, and remedies": remedies},
            "cross_entropy",
            title=f"Loss on validation digits at the end: {rows['large']['validation_loss']:.2f} without a remedy, "
            f"{rows[lowest]['validation_loss']:.2f} with {lowest.removeprefix('large, ')}\n({what})",
        ),
    )
    weights = {name: run.read_arrays()["first_layer"] for name, run in trained.items()}
    smallest = min(weights, key=lambda name: float(weights[name].std()))
    title = f"Weights of the first layer after training: smallest with {smallest.removeprefix('large, ')} ({what})"
    figure = plots.weight_histograms(weights, title=title)
    parent.save_figure("weights", figure)

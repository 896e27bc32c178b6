"""What apps.regularization prints and draws: training against validation, and a conclusion from the numbers."""

import math
from typing import Any

import numpy as np

from keras_course.evaluation import significantly_better
from keras_course.experiment.run import Run

from .variants import MORE_DATA, REMEDIES

Table = dict[str, dict[str, Any]]


def print_table(table: Table) -> None:
    """Print training against validation, a line for each variant."""
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


def conclusion(table: Table, correct: dict[str, np.ndarray]) -> str:
    """What the numbers support, and no more.

    Two networks on the same digits are compared by a paired z-test; overfitting and underfitting must exceed 2.5
    standard errors of the large network's validation accuracy.

    Args:
        table: a row for each variant.
        correct: for each variant (n,): for every validation digit, whether the last epoch's model is right.
    """
    small, large = table["small"], table["large"]
    accuracy = {name: float(found.mean()) for name, found in correct.items()}
    chance = 2.5 * math.sqrt(correct["large"].var() / len(correct["large"]))
    said = []
    if large["training_accuracy"] - accuracy["large"] > chance:
        rise = large["validation_loss"] / large["lowest_validation_loss"] - 1
        said.append(
            f"The large network overfits: its accuracy is {large['training_accuracy']:.1%} on training digits and "
            f"{accuracy['large']:.1%} on validation digits, and its validation loss "
            + (
                f"rose by {rise:.0%} from its lowest value."
                if rise >= 0.005
                else "is still at its lowest value."
            )
        )
    else:
        said.append("The large network does not overfit here.")
    if large["training_accuracy"] - small["training_accuracy"] > chance:
        said.append(
            f"The small one underfits: its accuracy is only {small['training_accuracy']:.1%} even on training digits."
        )
    best = max(REMEDIES, key=lambda name: accuracy[name])
    word = best.removeprefix("large, ")
    if significantly_better(correct[best], correct["large"]):
        said.append(f"The best remedy is {word}, with a validation accuracy of {accuracy[best]:.1%}.")
    else:
        said.append(
            f"No remedy raises the validation accuracy significantly (best: {word}, {accuracy[best]:.1%})."
        )
    lowest = min(REMEDIES, key=lambda name: table[name]["validation_loss"])
    if table[lowest]["validation_loss"] < large["validation_loss"]:
        said.append(
            f"The lowest validation loss at the end is that of {lowest.removeprefix('large, ')}: "
            f"{table[lowest]['validation_loss']:.2f} instead of {large['validation_loss']:.2f}."
        )
    if significantly_better(correct[MORE_DATA], correct[best]):
        said.append(f"Ten times the data does more than any of them: {accuracy[MORE_DATA]:.1%}.")
    else:
        said.append(f"Ten times the data gives {accuracy[MORE_DATA]:.1%}, no significant gain over that.")
    return " ".join(said)


def save_figures(parent: Run, trained: dict[str, Run]) -> None:
    """Draw the validation losses side by side, and the weights of every first layer."""
    from keras_course import plots

    histories = {name: run.history() for name, run in trained.items()}
    sizes = {name: histories[name] for name in ("small", "medium", "large", MORE_DATA)}
    remedies = {name: histories[name] for name in ("large", *REMEDIES)}
    examples = trained["large"].metrics()["examples"]
    parent.save_figure(
        "validation_loss",
        plots.side_by_side(
            {"network size, and more data": sizes, "the large network, and remedies": remedies},
            "cross_entropy",
            title=f"Eight ways to learn {examples:,} digits: the loss on validation digits",
        ),
    )
    weights = {name: run.read_arrays()["first_layer"] for name, run in trained.items()}
    figure = plots.weight_histograms(weights, title="Weights of the first layer after training")
    parent.save_figure("weights", figure)

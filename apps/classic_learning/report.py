"""What apps.classic_learning prints and draws: the choice of features, the table, and a conclusion from the numbers."""

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_course.by_hand import features
from keras_course.datasets.digits import Digits
from keras_course.evaluation import significantly_better
from keras_course.experiment import results
from keras_course.experiment.run import Run

from .contestants import CONVNET, DENSE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Row = dict[str, Any]

WITHOUT = "classic, raw pixels"
BY_HAND = "classic, hand-made features"
NETWORKS = "network, raw pixels"


def print_choice(choice: dict[str, float], described: dict[str, dict[str, np.ndarray]], chosen: str) -> None:
    """Print the validation accuracy of logistic regression with each set of features."""
    print("\nhand-made features: validation accuracy of logistic regression")
    for name, accuracy in choice.items():
        count = described[name]["train"].shape[1]
        print(f"    {name:10} {count:6,} features  {accuracy:7.2%}{'  chosen' if name == chosen else ''}")
    print()


def print_table(table: dict[str, Row], training_digits: int, test_digits: int) -> None:
    """Print a line for each contestant."""
    print(f"\n{'':34}{'accuracy':>21} {'standard':>9}  {'seconds to':>21}  {'numbers':>11}")
    heads = ("contestant", "validation", "test", "error", "train", "predict", "stored")
    print("{:34}{:>12}{:>9} {:>9}  {:>10} {:>10}  {:>11}".format(*heads))
    for name, row in table.items():
        print(
            f"{name:34}{row['validation_accuracy']:12.2%}{row['test_accuracy']:9.2%} "
            f"{row['standard_error']:9.2%}  {row['training_seconds']:10.2f} {row['prediction_seconds']:10.2f}  "
            f"{row['numbers_kept']:11,}"
        )
    print(
        f"(trained on {training_digits:,} digits, judged on {test_digits:,} test digits; "
        "seconds include measuring the features)"
    )


def groups(table: dict[str, Row]) -> dict[str, str]:
    """Which of the three kinds every contestant is."""
    return {
        name: NETWORKS if name in (DENSE, CONVNET) else BY_HAND if row["features"] else WITHOUT
        for name, row in table.items()
    }


def conclusion(table: dict[str, Row], correct: dict[str, np.ndarray]) -> str:
    """What the numbers support, and no more: contestants are compared by a paired z-test on the same digits.

    The best of a kind is the best on validation digits; the accuracies are those on test digits.

    Args:
        table: a row for each contestant.
        correct: for each contestant (n,): for every test digit whether the prediction is right.
    """
    found: dict[str, list[str]] = {"help": [], "make no significant difference for": [], "hurt": []}
    for name in table:
        kind, _, inputs = name.rpartition(", ")
        if inputs != "features":
            continue
        pixels = f"{kind}, pixels"
        verdict = "make no significant difference for"
        if significantly_better(correct[name], correct[pixels]):
            verdict = "help"
        elif significantly_better(correct[pixels], correct[name]):
            verdict = "hurt"
        found[verdict].append(f"{kind} ({correct[pixels].mean():.2%} to {correct[name].mean():.2%})")
    said = [f"Hand-made features {verdict}: {', '.join(names)}." for verdict, names in found.items() if names]

    kinds = groups(table)
    best = {
        kind: max(
            (name for name in table if kinds[name] == kind),
            key=lambda name: table[name]["validation_accuracy"],
        )
        for kind in (WITHOUT, BY_HAND, NETWORKS)
    }
    by_hand, learnt = best[BY_HAND], best[NETWORKS]
    shown = {name: f"{name.rpartition(', ')[0]} ({correct[name].mean():.2%})" for name in best.values()}
    if significantly_better(correct[learnt], correct[by_hand]):
        verdict = "is significantly better than"
    elif significantly_better(correct[by_hand], correct[learnt]):
        verdict = "is significantly worse than"
    else:
        verdict = "does not differ significantly from"
    said.append(
        f"Without hand-made features, {shown[learnt]} {verdict} the best with them, {shown[by_hand]}; "
        f"the best classic one on pixels is {shown[best[WITHOUT]]}."
    )
    said.append(results.ONE_SEED)
    return " ".join(said)


def save_figures(parent: Run, table: dict[str, Row], pictures: np.ndarray, data: Digits, cell: int) -> None:
    """Draw what is measured in one digit, and the contestants' error rates.

    Args:
        parent: the app's run.
        table: a row for each contestant.
        pictures: (n, 28, 28), 0 to 1: one of them is drawn.
        data: the digits.
        cell: side of a cell, for the oriented gradients.
    """
    from keras_course.plots import features as plots

    parent.save_figure("features", features_figure(pictures, cell))
    accuracies = {name: row["test_accuracy"] for name, row in table.items()}
    named = "embedded digits" if data.embedded else f"digits of {data.name}"
    fewest = max(accuracies, key=lambda name: accuracies[name])
    title = f"Fewest errors: {fewest}. All trained on the same {len(data.x_train):,} {named}"
    figure = plots.error_rates(accuracies, groups(table), len(data.y_test), title=title)
    parent.save_figure("wrong_answers", figure)


def features_figure(pictures: np.ndarray, cell: int) -> "Figure":
    """One digit and what is measured in it: of the first hundred pictures the one with the most holes."""
    from keras_course.plots.features import hand_made_features

    most = int(features.holes(pictures[:100]).argmax())
    pictures = pictures[most : most + 1]
    profiles = features.ink_profiles(pictures)[0]
    names = ("ink", "symmetry left-right", "symmetry up-down", "holes / 2", "slant")
    return hand_made_features(
        pictures[0],
        (profiles[: pictures.shape[1]], profiles[pictures.shape[1] :]),
        features.orientation_histograms(pictures, cell)[0],
        dict(zip(names, map(float, features.shape_features(pictures)[0]), strict=True)),
        title="What can be measured in a digit by hand",
    )

"""The learning curve of apps.classic_learning: every contestant, trained on fewer digits."""

from typing import Any, NamedTuple

import numpy as np

from keras_course.datasets.digits import Digits
from keras_course.evaluation import significantly_better
from keras_course.experiment.run import Run

from . import contestants
from .features import Split
from .report import BY_HAND, NETWORKS, WITHOUT, groups


class Point(NamedTuple):
    """All contestants, trained on one number of digits."""

    examples: int
    """Training digits."""
    table: dict[str, contestants.Row]
    """A row for each contestant."""
    correct: dict[str, np.ndarray]
    """For each contestant (n,): for every test digit whether the prediction is right."""


def train_on(
    examples: int, inputs: dict[str, Split], data: Digits, networks: dict[str, Run], seed: int
) -> Point:
    """Train the classic contestants on the first digits, and take the networks' results from their runs.

    Args:
        examples: how many digits.
        inputs: pixels and features, (n, inputs) in every split.
        data: the digits.
        networks: the networks' runs by variant.
        seed: of the random forest.
    """
    print(f"all contestants, {examples:,} digits", flush=True)
    table, correct = {}, {}
    for kind, split in inputs.items():
        for name, classifier in contestants.classifiers(seed).items():
            label = f"{name}, {kind}"
            table[label], correct[label] = contestants.train_classifier(classifier, split, data, {}, examples)
            table[label]["features"] = kind == "features"
    for name, label in contestants.NETWORKS.items():
        run = networks[f"{name}, {examples}"]
        table[label], correct[label] = run.metrics(), run.read_arrays()["correct"]
    return Point(examples, table, correct)


def best_of(point: Point, kinds: tuple[str, ...]) -> str:
    """The contestant with the highest validation accuracy among these kinds."""
    kind_of = groups(point.table)
    names = [name for name in point.table if kind_of[name] in kinds]
    return max(names, key=lambda name: point.table[name]["validation_accuracy"])


def report(points: list[Point], data: Digits) -> dict[str, Any]:
    """Print the accuracies by the number of digits, and what follows from them; return both for the metrics."""
    print(
        f"\n{'test accuracy, by training digits':34}" + "".join(f"{point.examples:>9,}" for point in points)
    )
    for name in points[-1].table:
        print(f"{name:34}" + "".join(f"{point.table[name]['test_accuracy']:9.2%}" for point in points))
    said = conclusion(points)
    print(f"\n{said}\n")
    curve = {
        name: {f"{point.examples}": point.table[name]["test_accuracy"] for point in points}
        for name in points[-1].table
    }
    return {"learning_curve": curve, "learning_curve_conclusion": said}


def conclusion(points: list[Point]) -> str:
    """Where the networks lead and where they do not: the best of both sides, by validation, in a paired z-test."""
    leads: dict[str, list[int]] = {"network": [], "neither": [], "classic": []}
    for point in points:
        network, classic = best_of(point, (NETWORKS,)), best_of(point, (WITHOUT, BY_HAND))
        if significantly_better(point.correct[network], point.correct[classic]):
            leads["network"].append(point.examples)
        elif significantly_better(point.correct[classic], point.correct[network]):
            leads["classic"].append(point.examples)
        else:
            leads["neither"].append(point.examples)

    def at(sizes: list[int]) -> str:
        return ", ".join(f"{size:,}" for size in sizes)

    said = []
    if leads["classic"]:
        said.append(f"With {at(leads['classic'])} training digits the best classic contestant is ahead.")
    if leads["neither"]:
        said.append(
            f"With {at(leads['neither'])} the best network and the best classic one do not differ significantly."
        )
    if leads["network"]:
        said.append(f"With {at(leads['network'])} the best network is ahead.")
    if len(points) > 1:
        gains = [
            (point.examples, point.correct[best_of(point, (NETWORKS,))].mean()
             - point.correct[best_of(point, (WITHOUT, BY_HAND))].mean())
            for point in (points[0], points[-1])
        ]  # fmt: skip
        said.append(
            "The networks' lead over the best classic one goes from "
            + " to ".join(f"{100 * lead:+.1f} points ({count:,} digits)" for count, lead in gains)
            + ". The slide's claim is that deep learning gains more from more data."
        )
    return " ".join(said)


def save_figure(parent: Run, points: list[Point], data: Digits) -> None:
    """Draw the error rates by the number of digits, if there is more than one."""
    from keras_course.plots.data_size import errors_by_examples

    if len(points) < 2:
        return
    kinds = groups(points[-1].table)
    accuracies = {
        name: {point.examples: point.table[name]["test_accuracy"] for point in points} for name in kinds
    }
    best = {
        kind: {point.examples: point.table[best_of(point, (kind,))]["test_accuracy"] for point in points}
        for kind in (WITHOUT, BY_HAND, NETWORKS)
    }
    few, many = (best_of(point, (WITHOUT, BY_HAND, NETWORKS)) for point in (points[0], points[-1]))
    named = "embedded digits" if data.embedded else f"digits of {data.name}"
    title = f"Best with {points[0].examples:,} {named}: {few}\nBest with {points[-1].examples:,}: {many}"
    figure = errors_by_examples(accuracies, kinds, best, title=title)
    parent.save_figure("learning_curve", figure)

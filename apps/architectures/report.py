"""What apps.architectures prints and draws: what each network costs, and what it is worth."""

from typing import Any

import numpy as np

from keras_course.datasets.dataset import LabelledDataset
from keras_course.evaluation import accuracy_interval, significantly_better
from keras_course.experiment import efficiency, results
from keras_course.experiment.run import Run

from . import Config, networks, training

Table = dict[str, dict[str, Any]]


def interval(row: dict[str, Any], examples: int) -> tuple[float, float]:
    """The 95 % interval of a network's test accuracy, with so many test examples."""
    return accuracy_interval(round(row["test_accuracy"] * examples), examples)


def print_table(table: Table, examples: int) -> None:
    """Print a line for each network.

    Args:
        table: a row for each network.
        examples: of the test set.
    """
    from keras_course.evaluation import flops

    fastest = efficiency.peak("float32")
    print(
        f"\n{'network':14}{'parameters':>12}{'multiply-adds':>15}{'at least':>11}{'seconds':>9}{'of peak':>9}"
        f"{'validation':>12}{'test':>9}{'95 % interval':>19}"
    )
    for name, row in table.items():
        peak = f"{row['share_of_peak']:.0%}" if row.get("share_of_peak") else ""
        low, high = interval(row, examples)
        least = f"{flops.fastest_seconds(row['multiply_adds'], fastest) * 1e6:,.1f} us"
        print(
            f"{name:14}{row['parameters']:12,}{row['multiply_adds']:15,}{least:>11}{row['seconds']:9.1f}{peak:>9}"
            f"{row['validation_accuracy']:12.2%}{row['test_accuracy']:9.2%}{f'{low:.2%} to {high:.2%}':>19}"
        )
    print(
        "(multiply-adds: of one picture's forward pass; at least: the time that they take at the speed of this\n"
        f"machine's fastest matrix product, {fastest:.0f} GFLOP/s: no forward pass is faster; of peak: the share of\n"
        f"that speed which training reached; 95 % interval: what {examples:,} test examples leave open)"
    )


def conclusion(table: Table, best: str, correct: dict[str, np.ndarray]) -> str:
    """What the numbers support: the best by validation, the cheapest that is not surely worse, and no more.

    Two networks on the same examples are compared by a paired z-test.

    Args:
        table: a row for each network.
        best: the one with the highest validation accuracy.
        correct: for each network (n,): for every validation example, whether it is right.
    """
    if len(table) == 1:
        return f"{best}: {table[best]['validation_accuracy']:.2%} of the validation examples are right."
    cheapest_first = sorted(table, key=lambda name: table[name]["multiply_adds"])
    enough = next(
        name
        for name in cheapest_first
        if name == best or not significantly_better(correct[best], correct[name])
    )
    said = [f"The best on the validation examples is {best}, {table[best]['validation_accuracy']:.2%}."]
    if enough == best:
        said.append("Every network with fewer multiply-adds is significantly worse.")
    else:
        share = table[enough]["multiply_adds"] / table[best]["multiply_adds"]
        accuracy = table[enough]["validation_accuracy"]
        said.append(
            f"{enough} with {accuracy:.2%} is not significantly worse, and takes {share:.0%} of its multiply-adds."
        )
    said.append("Few epochs say how fast a network learns, not how good it can become.")
    said.append(results.ONE_SEED)
    return " ".join(said)


def save_figures(parent: Run, trained: dict[str, Run], config: Config, data: LabelledDataset) -> None:
    """Draw accuracy against multiply-adds, the curves, the growth over the years, and every network's maps."""
    from keras_course import plots
    from keras_course.evaluation import filter_counts, flops

    rows = {name: run.metrics() for name, run in trained.items()}
    examples = len(data.y_test)
    what = f"{data.name}, {len(data.x_train):,} training examples, {config.epochs} epochs, seed {config.run.seed}"
    parent.save_figure(
        "accuracy_against_multiply_adds",
        plots.accuracy_against_cost(
            {name: row["multiply_adds"] for name, row in rows.items()},
            {name: row["test_accuracy"] for name, row in rows.items()},
            {name: interval(row, examples) for name, row in rows.items()},
            title=what,
        ),
    )
    histories = {name: run.history() for name, run in trained.items()}
    if all(histories.values()):
        parent.save_figure("learning", plots.compare_curves(histories, "accuracy", title=what))
    counted = {name: networks.count(name) for name in rows}
    years = {name: networks.NETWORKS[name].year for name in rows}
    parent.save_figure(
        "growth",
        plots.growth(
            {name: (years[name], row["parameters"], row["multiply_adds"]) for name, row in counted.items()},
            others={grown.network: (grown.year, grown.parameters) for grown in filter_counts.GROWN},
            title="Parameters and multiply-adds over the years (the papers' networks and picture sizes;\n"
            "diamonds: the slide's networks)",
        ),
    )
    shape = training.input_shape(config, data)
    for name in rows:
        model = networks.build(name, shape, len(data.labels), config.width, config.activation)
        parent.save_figure(
            f"maps_{name}", plots.map_sizes(flops.count(model), title=f"{name}: {what.split(',')[0]}")
        )

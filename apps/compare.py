"""Compare finished runs: one table, and their curves in one figure.

Group: tools

Run:
    python -m apps.compare mnist_dense models/mnist_dense/2026-11-20_150300_seed0
    python -m apps.compare regularization                  a parent of several trainings: compares its variants
    python -m apps.compare RUN... --metric loss --output curves.png

Try:
    two seeds of one command    how much of a difference between two runs is luck?
    --metric loss               do the best loss and the best accuracy come at the same epoch?
    mnist_dense regularization  what is shared by experiments that print different numbers?
"""

import dataclasses
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import tyro

from keras_course.experiment import command, results, runs

# A column of their own, or (dataset, limit) part of one; the rest of the settings are shown where they differ.
NOT_SETTINGS = ("epochs", "dataset", "limit")


@dataclasses.dataclass(frozen=True)
class Config:
    """Lay runs side by side."""

    runs: Annotated[tyro.conf.Positional[tuple[str, ...]], tyro.conf.arg(metavar="RUN...")]
    """Each a run's folder, an app's name (its newest complete run, else the pretrained one), or APP/NAME."""
    metric: str | None = None
    """Which curve to draw, without val_; left out: accuracy where the runs have it, else what most of them have."""
    output: Path | None = None
    """The figure's file; left out: compare/compare.png in the models' folder."""
    models_dir: Path = Path("models")
    """Where runs are looked up."""


def main(config: Config) -> list[dict[str, str]]:
    """Print the table and save the figure; return the table's rows."""
    if not config.runs:
        raise ValueError("nothing to compare: name at least one run (an app's name, APP/NAME or a folder)")
    found, notes = collect(config.runs, config.models_dir)
    rows = table(found)
    print_table(rows)
    for note in notes:
        print(f"note: {note}")

    histories = {label: run.history() for label, run in found.items()}
    metric = config.metric or common_metric(histories)
    from keras_course import plots

    figure = plots.compare_curves(histories, metric, title=f"{metric.replace('_', ' ')} of {len(found)} runs")
    output = config.output or config.models_dir / "compare" / "compare.png"
    output = output if output.suffix else output.with_suffix(".png")
    runs.write_atomically(output, figure.savefig)
    print(f"figure: {output}")
    return rows


def collect(specs: Sequence[str], models_dir: Path) -> tuple[dict[str, runs.Run], list[str]]:
    """Find the runs by a short label, each once, variants in place of their parent; and what to say of them."""
    found: dict[str, runs.Run] = {}
    notes: list[str] = []
    prefixes = set()
    for spec in specs:
        named = runs.find(spec, models_dir)
        members = variants(named)
        prefix = f"{named.app}/{named.path.resolve().name}/" if members else f"{named.app}/"
        prefixes.add(prefix if members else "")
        if members and not named.complete:
            notes.append(f"{prefix[:-1]} is incomplete: some of its variants may be missing")
        for run in members or [named]:
            path = run.path.resolve()
            if any(path == other.path.resolve() for other in found.values()):
                notes.append(f"{prefix}{path.name} is named twice and shown once")
                continue
            label = prefix + path.name
            found[label if label not in found else str(run.path)] = run
    if len(prefixes) == 1:  # the variants of one parent: its name says nothing
        found = {label.removeprefix(next(iter(prefixes))): run for label, run in found.items()}
    unfinished = "is incomplete: without metrics.json there are no test results"
    return found, notes + [f"{label} {unfinished}" for label, run in found.items() if not run.complete]


def variants(run: runs.Run) -> list[runs.Run]:
    """The runs inside the folder of an app with several trainings, in the order of the parent's table."""
    inside = sorted(path.parent for path in run.path.glob("*/config.json"))
    order = ["".join(filter(str.isalnum, name)) for name in run.metrics().get("variants", {})]

    def place(path: Path) -> int:  # the folder of "large, L2" is large_L2
        name = "".join(filter(str.isalnum, path.name))
        return order.index(name) if name in order else len(order)

    return [runs.Run(path, run.app, run.seed) for path in sorted(inside, key=place)]


def table(found: Mapping[str, runs.Run]) -> list[dict[str, str]]:
    """A row a run, a cell for every column; a cell is blank where a run has no such thing."""
    configs = {label: run.config() for label, run in found.items()}
    metrics = {label: run.metrics() for label, run in found.items()}
    names = dict.fromkeys(name for config in configs.values() for name in config if name not in NOT_SETTINGS)
    # A setting differs among the runs that have it: another app's settings are no difference.
    different = [
        name
        for name in names
        if len({repr(config[name]) for config in configs.values() if name in config}) > 1
    ]
    tests = dict.fromkeys(
        name for values in metrics.values() for name, value in values.items()
        if name.startswith("test_") and _is_number(value)
    )  # fmt: skip
    rows = []
    for label, run in found.items():
        config, values, history = configs[label], metrics[label], run.history()
        epochs = max((len(curve) for curve in history.values()), default=0)
        planned = config.get("epochs", epochs)
        row = {"run": label}
        row |= {name: _setting(config[name]) if name in config else "" for name in different}
        row |= {
            "data": _data(run),
            "epochs": str(epochs) if epochs == planned else f"{epochs} of {planned}",
            "best validation": best_validation(history),
        }
        row |= {name: _number(values.get(name)) for name in tests}
        parameters, seconds = values.get("parameters", run.card().get("parameters")), values.get("seconds")
        row["parameters"] = f"{parameters:,}" if _is_number(parameters) else ""
        row["seconds"] = f"{seconds:.0f}" if _is_number(seconds) else ""
        rows.append(row)
    return rows


def best_validation(history: Mapping[str, Sequence[float]]) -> str:
    """The best accuracy on validation, else the lowest loss, and its epoch; blank where there is neither."""
    for metric, best in (("accuracy", max), ("loss", min)):
        curve = history.get(f"val_{metric}", ())
        pairs = [(value, epoch) for epoch, value in enumerate(curve, start=1) if math.isfinite(value)]
        if pairs:
            value, epoch = best(pairs, key=lambda pair: pair[0])  # of equal ones the first
            return f"{metric} {_number(value)} at epoch {epoch}"
    return ""


def common_metric(histories: Mapping[str, Mapping[str, Sequence[float]]]) -> str:
    """The metric that most of the runs have; among several accuracy, then the loss.

    Raises:
        ValueError: no run has a history.
    """
    from keras_course.plots.history import metric_names

    counts = Counter(name for history in histories.values() for name in metric_names(history))
    if not counts:
        raise ValueError("no curves to draw: none of these runs has a history.csv with an epoch in it")
    liked = {"accuracy": 2, "loss": 1}
    return max(counts, key=lambda name: (counts[name], liked.get(name, 0)))


def print_table(rows: Sequence[Mapping[str, str]]) -> None:
    """Print the columns, words to the left and numbers to the right; columns without any entry are left out."""
    for name in [name for name in rows[0] if not any(row[name] for row in rows)]:
        rows = [{key: cell for key, cell in row.items() if key != name} for row in rows]
    words = ("run", "data", "best validation")
    widths = {name: max(len(name), *(len(row[name]) for row in rows)) for name in rows[0]}
    for row in ({name: name for name in widths}, *rows):
        cells = [row[n].ljust(width) if n in words else row[n].rjust(width) for n, width in widths.items()]
        print("  ".join(cells).rstrip())


def _data(run: runs.Run) -> str:
    dataset = run.card().get("dataset") or run.read_json("environment").get("dataset") or {}
    stamp = results.stamp(dataset)
    return f"{dataset.get('name', '')} ({stamp})" if stamp else str(dataset.get("name", ""))


def _setting(value: Any) -> str:
    return " ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: Any) -> str:
    if not _is_number(value):
        return ""
    return f"{value:.4f}" if abs(value) < 1000 else f"{value:.6g}"


if __name__ == "__main__":
    command.run(main, Config)

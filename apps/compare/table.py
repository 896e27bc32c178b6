"""The table of runs: a row a run, with the settings that differ and the results."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from keras_course.experiment import results, runs

# Shown in a column of their own; every other setting has a column if it differs.
NOT_SETTINGS = ("epochs", "dataset", "limit")


def rows(found: Mapping[str, runs.Run]) -> list[dict[str, str]]:
    """A row for each run, by its label, with a cell for every column; a cell is blank where a run has no such thing."""
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
    return [
        {"run": label, **_cells(run, configs[label], metrics[label], different, list(tests))}
        for label, run in found.items()
    ]


def _cells(
    run: runs.Run,
    config: Mapping[str, Any],
    metrics: Mapping[str, Any],
    settings: Sequence[str],
    tests: Sequence[str],
) -> dict[str, str]:
    history = run.history()
    epochs = max((len(curve) for curve in history.values()), default=0)
    planned = config.get("epochs", epochs)
    parameters, seconds = metrics.get("parameters", run.card().get("parameters")), metrics.get("seconds")
    return {
        **{name: _setting(config[name]) if name in config else "" for name in settings},
        "data": _data(run),
        "epochs": str(epochs) if epochs == planned else f"{epochs} of {planned}",
        "best validation": best_validation(history),
        **{name: _number(metrics.get(name)) for name in tests},
        "parameters": f"{parameters:,}" if _is_number(parameters) else "",
        "seconds": f"{seconds:.0f}" if _is_number(seconds) else "",
    }


def best_validation(history: Mapping[str, Sequence[float]]) -> str:
    """The best validation accuracy, or without one the lowest validation loss, and its epoch; blank without either."""
    for metric, best in (("accuracy", max), ("loss", min)):
        curve = history.get(f"val_{metric}", ())
        pairs = [(value, epoch) for epoch, value in enumerate(curve, start=1) if math.isfinite(value)]
        if pairs:
            value, epoch = best(pairs, key=lambda pair: pair[0])  # the first of equal ones
            return f"{metric} {_number(value)} at epoch {epoch}"
    return ""


def show(rows: Sequence[Mapping[str, str]]) -> None:
    """Print the table, words aligned to the left and numbers to the right, without the columns that are all blank."""
    words = ("run", "data", "best validation")
    columns = [name for name in rows[0] if any(row[name] for row in rows)]
    widths = {name: max(len(name), *(len(row[name]) for row in rows)) for name in columns}
    for row in ({name: name for name in columns}, *rows):
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

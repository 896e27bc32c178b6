"""The table of runs: a row a run, with the settings that differ and the results."""

import csv
import math
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from keras_course.experiment import results, runs

# Shown in a column of their own; every other setting has a column if it differs.
NOT_SETTINGS = ("epochs", "dataset", "limit")
WIDE = 160  # characters, where there is no window


def rows(found: Mapping[str, runs.Run]) -> list[dict[str, str]]:
    """A row for each run, by its label, with a cell for every column; a cell is blank where a run has no such thing."""
    configs = {label: run.config() for label, run in found.items()}
    metrics = {label: run.metrics() for label, run in found.items()}
    settings = different(list(configs.values()))
    tests = dict.fromkeys(
        name for values in metrics.values() for name, value in values.items()
        if name.startswith("test_") and _is_number(value)
    )  # fmt: skip
    return [
        {"run": label, **_cells(run, configs[label], metrics[label], settings, list(tests))}
        for label, run in found.items()
    ]


def different(configs: Sequence[Mapping[str, Any]]) -> list[str]:
    """The settings that differ among the runs that have them: another app's settings are no difference."""
    names = dict.fromkeys(name for config in configs for name in config if name not in NOT_SETTINGS)
    return [name for name in names if len({repr(config[name]) for config in configs if name in config}) > 1]


def names(found: Mapping[str, runs.Run]) -> dict[str, str]:
    """What a figure calls each run, by its label: author, name and the settings that differ, else its label."""
    configs = {label: run.config() for label, run in found.items()}
    settings = [name for name in different(list(configs.values())) if name not in ("name", "author")]
    apps = len({run.app for run in found.values()}) > 1
    called: dict[str, str] = {}
    for label, run in found.items():
        config = configs[label]
        if run.parent is not None or (run.path.parent / "config.json").is_file():
            called[label] = label  # a variant has its own name
            continue
        parts = [run.app] if apps else []
        parts += [config[key] for key in ("author", "name") if config.get(key)]
        parts += [f"{name.replace('_', ' ')} {setting(config[name])}" for name in settings if name in config]
        called[label] = ", ".join(parts)
    twice = {name for name in called.values() if list(called.values()).count(name) > 1 or not name}
    return {label: f"{name} ({label})".strip() if name in twice else name for label, name in called.items()}


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
    flops, share = metrics.get("flops"), metrics.get("share_of_peak")
    return {
        **{name: setting(config[name]) if name in config else "" for name in settings},
        "data": data(run),
        "epochs": str(epochs) if epochs == planned else f"{epochs} of {planned}",
        "best validation": best_validation(history),
        **{name: number(metrics.get(name)) for name in tests},
        "parameters": f"{parameters:,}" if _is_number(parameters) else "",
        "seconds": f"{seconds:.0f}" if _is_number(seconds) else "",
        "flops": f"{flops:,}" if _is_number(flops) else "",
        "share of peak": f"{share:.0%}" if _is_number(share) else "",
    }


def best_validation(history: Mapping[str, Sequence[float]]) -> str:
    """The best validation accuracy, or without one the lowest validation loss, and its epoch; blank without either."""
    for metric, best in (("accuracy", max), ("loss", min)):
        curve = history.get(f"val_{metric}", ())
        pairs = [(value, epoch) for epoch, value in enumerate(curve, start=1) if math.isfinite(value)]
        if pairs:
            value, epoch = best(pairs, key=lambda pair: pair[0])  # the first of equal ones
            return f"{metric} {number(value)} at epoch {epoch}"
    return ""


def show(rows: Sequence[Mapping[str, str]]) -> None:
    """Print the table, words aligned to the left and numbers to the right, without the columns that are all blank.

    What is too wide for the window goes below, in blocks that begin with the first column again.
    """
    words = ("run", "data", "best validation", "author", "name")
    columns = [name for name in rows[0] if any(row[name] for row in rows)]
    widths = {name: max(len(name), *(len(row[name]) for row in rows)) for name in columns}
    for number, block in enumerate(_blocks(widths, shutil.get_terminal_size((WIDE, 24)).columns)):
        if number:
            print()
        for row in ({name: name for name in columns}, *rows):
            cells = [
                row[name].ljust(widths[name]) if name in words else row[name].rjust(widths[name])
                for name in block
            ]
            print("  ".join(cells).rstrip())


def _blocks(widths: Mapping[str, int], space: int) -> list[list[str]]:
    """The columns divided into blocks that fit, the first column in each."""
    first, *others = widths
    blocks, used = [[first]], widths[first]
    for name in others:
        if used + 2 + widths[name] > space and len(blocks[-1]) > 1:
            blocks.append([first])
            used = widths[first]
        blocks[-1].append(name)
        used += 2 + widths[name]
    return blocks


def write_csv(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Write all columns of the table into a CSV file."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    columns = [name for name in columns if any(row.get(name) for row in rows)]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="", extrasaction="ignore")
        writer.writeheader()
        for row in rows:  # numbers without their thousands' commas
            writer.writerow({**row, "parameters": row.get("parameters", "").replace(",", "")})


def dataset(run: runs.Run) -> dict[str, Any]:
    """The facts of the data that a run was trained on."""
    return run.card().get("dataset") or run.read_json("environment").get("dataset") or {}


def data(run: runs.Run) -> str:
    """The name of a run's data, and whether they are less than the full, real ones."""
    facts = dataset(run)
    stamp = results.stamp(facts)
    return f"{facts.get('name', '')} ({stamp})" if stamp else str(facts.get("name", ""))


def setting(value: Any) -> str:
    """A setting's value as it stands on the command line."""
    return " ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def number(value: Any) -> str:
    """A result to four places; blank if it is none."""
    if not _is_number(value):
        return ""
    return f"{value:.4f}" if abs(value) < 1000 else f"{value:.6g}"

"""Compare finished runs: one table, and their curves in one figure.

Group: tools

Run:
    python -m apps.compare mnist_dense models/mnist_dense/2026-11-20_150300_seed0
    python -m apps.compare regularization                  an app with several trainings: compares its variants
    python -m apps.compare RUN... --metric loss --output curves.png --csv table.csv
    python -m apps.compare --leaderboard ada/models bob/models    all complete runs in these folders, ranked

Try:
    two seeds of one command    how much of a difference between two runs is luck?
    --metric loss               do the best loss and the best accuracy come at the same epoch?
    mnist_dense regularization  what can be compared in experiments that report different numbers?
"""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import tyro

from keras_course import folders
from keras_course.errors import UserError
from keras_course.experiment import runs
from keras_course.experiment.files import write_atomically


@dataclasses.dataclass(frozen=True)
class Config:
    """Compare runs side by side."""

    runs: Annotated[tyro.conf.Positional[tuple[str, ...]], tyro.conf.arg(metavar="RUN...")] = ()
    """Each a run's folder, APP/NAME, or an app's name: its best run on real, full data, else the pretrained one."""
    metric: str | None = None
    """The curve to draw, without val_; by default the one that most of the runs have, preferably accuracy."""
    output: Path | None = None
    """The figure's file; by default compare/compare.png in the models' folder."""
    csv: Path | None = None
    """Write the table, with all its columns, into this file."""
    leaderboard: tuple[Path, ...] = ()
    """Rank all complete runs in these folders instead, such as each student's models; each experiment apart."""
    models_dir: Path = dataclasses.field(default_factory=folders.models_dir)
    """Where runs are looked up."""


def main(config: Config) -> list[dict[str, str]]:
    """Print the table and save the figure.

    Returns:
        The table's rows: a dictionary a run, the same columns in each.

    Raises:
        UserError: no run is named or there is no such run, none has the metric, or the figure's format is unknown.
        OSError: the figure cannot be written.
    """
    from keras_course import plots

    from . import leaderboard, table

    if config.leaderboard:
        if config.runs:
            raise UserError("give either runs to compare or --leaderboard FOLDER..., not both")
        ranked = list(leaderboard.show(leaderboard.find(config.leaderboard)))
        save_csv(config.csv, ranked)
        return ranked
    if not config.runs:
        raise UserError("nothing to compare: name at least one run (an app's name, APP/NAME or a folder)")
    output = figure_path(config.output or config.models_dir / "compare" / "compare.png")
    found, notes = collect(config.runs, config.models_dir)
    rows = table.rows(found)
    table.show(rows)
    data = list(dict.fromkeys(str(table.dataset(run).get("sha256")) for run in found.values()))
    if len(data) > 1:
        names = ", ".join(dict.fromkeys(table.data(run) for run in found.values()))
        notes.append(f"these runs are on different data ({names}): their results cannot be compared")
    for note in notes:
        print(f"note: {note}")
    complete = [leaderboard.Entry(run, label) for label, run in found.items() if run.complete]
    for group in leaderboard.groups(complete).values():
        leaderboard.tell_spread(group)
    save_csv(config.csv, rows)

    called = table.names(found)
    histories = {called[label]: run.history() for label, run in found.items()}
    metric = (config.metric or plots.common_metric(histories)).removeprefix("val_")
    figure = plots.compare_curves(histories, metric, title="on different data" if len(data) > 1 else "")
    write_atomically(output, figure.savefig)
    print(f"figure: {output}")
    return rows


def save_csv(path: Path | None, rows: list[dict[str, str]]) -> None:
    """Write the table's file, if one was asked for, and say where it is."""
    from . import table

    if path is not None:
        write_atomically(path, lambda temporary: table.write_csv(temporary, rows))
        print(f"table: {path}")


def collect(specs: Sequence[str], models_dir: Path) -> tuple[dict[str, runs.Run], list[str]]:
    """Find the runs, each once, and the variants in place of a run of several trainings.

    Args:
        specs: a path, an app's name, or APP/NAME for each run.
        models_dir: where apps and names are looked up.

    Returns:
        The runs, each by a short label, and notes on those that are incomplete or were named twice.
    """
    found: dict[str, runs.Run] = {}
    notes: list[str] = []
    prefixes = set()
    for spec in specs:
        named = runs.find(spec, models_dir)
        members = named.variants()
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
    if len(prefixes) == 1:  # the variants of one run: its name tells them nothing apart
        found = {label.removeprefix(next(iter(prefixes))): run for label, run in found.items()}
    unfinished = "is incomplete: without metrics.json there are no test results"
    return found, notes + [f"{label} {unfinished}" for label, run in found.items() if not run.complete]


def figure_path(path: Path) -> Path:
    """The path of a figure, which is a PNG if the path has no ending.

    Raises:
        UserError: matplotlib does not write such files, or the path is a folder.
    """
    from matplotlib.backend_bases import FigureCanvasBase

    if path.is_dir():
        raise UserError(f"{path} is a folder: give the figure a file name, such as {path / 'compare.png'}")
    path = path if path.suffix else path.with_suffix(".png")
    formats = FigureCanvasBase.get_supported_filetypes()
    if path.suffix[1:].lower() not in formats:
        raise UserError(
            f"{path}: no figure can be written as {path.suffix}; choose one of {', '.join(formats)}"
        )
    return path

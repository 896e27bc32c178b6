"""The leaderboard: all complete runs in many folders, those of one experiment on the same data ranked together."""

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from keras_course.errors import UserError
from keras_course.experiment import runs

from . import spread, table

# The metric that an experiment is about, the first that its runs have; True: higher is better.
HEADLINES = (
    ("test_accuracy", True),
    ("fresh_accuracy", True),
    ("accuracy_set_votes", True),
    ("rmse_ratio", False),
)


@dataclasses.dataclass(frozen=True)
class Entry:
    """A complete run, and whose it is."""

    run: runs.Run
    who: str
    """The author, else the folder that it was found in."""


def find(folders: Sequence[Path]) -> list[Entry]:
    """Every complete run in the folders, but variants and the course's own pretrained ones.

    Raises:
        UserError: there is no such folder.
    """
    entries: dict[Path, Entry] = {}
    for folder in folders:
        if not folder.is_dir():
            raise UserError(f"--leaderboard {folder}: there is no such folder")
        for path in sorted(folder.resolve().rglob("metrics.json")):
            place = path.parent
            variant = (place.parent / "config.json").is_file()
            if (
                place in entries
                or variant
                or place.name == "pretrained"
                or not (place / "config.json").is_file()
            ):
                continue
            run = runs.find(place)
            entries[place] = Entry(run, run.config().get("author") or _owner(folder.resolve()))
    return list(entries.values())


def _owner(folder: Path) -> str:
    """``ada`` for the folders ``ada`` and ``ada/models``."""
    return folder.parent.name if folder.name == "models" else folder.name


def groups(entries: Sequence[Entry]) -> dict[tuple[str, str], list[Entry]]:
    """The runs that can be ranked together: of the same app, on data with the same checksum; none without headline."""
    found: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        if headline([entry]) is not None:
            sha256 = str(table.dataset(entry.run).get("sha256", ""))
            found.setdefault((entry.run.app, sha256), []).append(entry)
    return dict(sorted(found.items(), key=lambda item: (item[0][0], -len(item[1]))))


def headline(entries: Sequence[Entry]) -> tuple[str, bool] | None:
    """The metric to rank by, and whether higher is better: the first that all of the runs have."""
    for name, higher in HEADLINES:
        values = [entry.run.metrics().get(name) for entry in entries]
        if all(isinstance(value, int | float) and math.isfinite(value) for value in values):
            return name, higher
    return None


def tell_spread(entries: Sequence[Entry]) -> None:
    """Print which runs of a group are within the seeds' spread of the best, each called as its ``who`` says."""
    found = headline(entries)
    if said := found and spread.sentence([(entry.who, entry.run) for entry in entries], *found):
        print(said)


def ranked(entries: Sequence[Entry]) -> list[dict[str, str]]:
    """A row for each run, the best first; runs with equal results share a rank, written as ``2=``."""
    found = headline(entries)
    assert found is not None
    name, higher = found
    value = {id(entry): entry.run.metrics()[name] for entry in entries}
    order = sorted(entries, key=lambda entry: -value[id(entry)] if higher else value[id(entry)])
    values = [value[id(entry)] for entry in order]
    configs = [entry.run.config() for entry in order]
    different = table.different([_without_people(config) for config in configs])
    rows = []
    for entry, config in zip(order, configs, strict=True):
        rank = values.index(value[id(entry)]) + 1
        rows.append({
            "rank": f"{rank}{'=' if values.count(value[id(entry)]) > 1 else ''}",
            name: table.number(value[id(entry)]),
            "author": entry.who,
            "name": str(config.get("name", "")),
            "best validation": table.best_validation(entry.run.history()),
            "limit": str(table.dataset(entry.run).get("limited") or ""),
            **{setting: table.setting(config[setting]) if setting in config else "" for setting in different},
            "run": entry.run.path.name,
        })  # fmt: skip
    return rows


def _without_people(config: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in config.items() if name not in ("author", "name", "limit")}


def show(entries: Sequence[Entry]) -> Iterator[dict[str, str]]:
    """Print a table for each experiment and its data; yield all rows, with app and data, for a file.

    Raises:
        UserError: there is nothing to rank.
    """
    together = groups(entries)
    if not together:
        raise UserError(
            f"nothing to rank: {len(entries)} complete runs, and none with {HEADLINES[0][0]} or the like"
        )
    apps = [app for app, _ in together]
    for (app, sha256), group in together.items():
        rows, name = ranked(group), (headline(group) or ("", True))[0]
        data = table.data(group[0].run)
        print(f"\n{app} on {data}: {len(rows)} run{'s' * (len(rows) > 1)} by {name}")
        if apps.count(app) > 1:
            print(
                f"(apart from other runs of {app}, which are on other data; sha256 of these: {sha256[:12]})"
            )
        table.show(rows)
        tell_spread([dataclasses.replace(entry, who=f"{entry.who} {entry.run.path.name}") for entry in group])
        yield from ({"app": app, "data": data, "sha256": sha256, **row} for row in rows)
    left_out = len(entries) - sum(map(len, together.values()))
    if left_out:
        print(f"\nnote: {left_out} runs have no result to rank by")
    print("\nThe best of many on one test set is partly lucky: two seeds of the same settings differ too.")

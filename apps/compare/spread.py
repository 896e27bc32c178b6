"""How much of a difference between runs may be chance: the spread of runs that differ in their seed alone."""

import json
import math
import statistics
from collections.abc import Sequence
from pathlib import Path

from keras_course.experiment import bands, files, runs

from . import table

Group = list[tuple[str, runs.Run]]  # with their labels
MOST_NAMED = 6


def sentence(found: Group, metric: str, higher: bool, folder: Path | None = None) -> str | None:
    """One line on which runs are beyond the seeds' spread of the best ones; None where there is nothing to compare.

    Runs with equal settings form a group, and the standard deviation is pooled from groups of several runs and from
    the bands of the same settings. The best group's mean is compared with each other's by Student's t, at 5 % for all
    pairs together (Bonferroni), as the best is chosen after looking.

    Args:
        found: runs of one app on the same data that have the metric, each with its label.
        metric: the name of the result.
        higher: whether a higher value is the better one.
        folder: of the bands; default those that come with the course.
    """
    groups = grouped(found)
    if len(found) < 2:
        return None
    means = [statistics.mean(_values(group, metric)) for group in groups]
    sd, freedom, source = pooled(groups, metric, folder or files.shipped("benchmarks", "results"))
    if not sd:
        return (
            f"spread: how much of a difference in {metric} is the seed's is not known here: repeat runs with another "
            "--seed and name them too"
        )
    found_by = f"standard deviation {sd:.4f}, from {source}"
    if len(groups) == 1:
        return f"spread: equal settings, so the difference is chance alone ({found_by})"
    order = sorted(range(len(groups)), key=lambda place: means[place], reverse=higher)
    best, *others = order
    pairs = len(groups) * (len(groups) - 1) // 2
    within: list[str] = []
    beyond: list[str] = []
    for place in others:
        off = means[place] - means[best]
        sizes = 1 / len(groups[best]) + 1 / len(groups[place])
        half = bands.quantile(freedom, pairs) * sd * math.sqrt(sizes)
        (within if abs(off) <= half else beyond).append(f"{_name(groups[place])} {off:+.4f} ± {half:.4f}")
    parts = [f"within the seeds' spread: {_listed(within)}"] if within else []
    parts += [f"beyond the seeds' spread: {_listed(beyond)}"] if beyond else []
    return f"spread: {metric} against {_name(groups[best])}: {'; '.join(parts)} ({found_by})"


def grouped(found: Group) -> list[Group]:
    """The runs with equal settings together; the seed makes no difference, and neither do names."""
    groups: dict[str, Group] = {}
    for label, run in found:
        environment = run.read_json("environment")
        key = {name: value for name, value in run.config().items() if name not in bands.NOT_COMPARED}
        key |= {name: environment.get(name) for name in ("backend", "device")}
        key["limited"] = table.dataset(run).get("limited")
        groups.setdefault(json.dumps(key, sort_keys=True), []).append((label, run))
    return list(groups.values())


def pooled(groups: Sequence[Group], metric: str, folder: Path | None) -> tuple[float, int, str]:
    """The standard deviation within groups and within their bands, its degrees of freedom, and where it is from."""
    squares, freedom, sources = 0.0, 0, []
    repeated = [_values(group, metric) for group in groups if len(group) > 1]
    for several in repeated:
        squares += statistics.variance(several) * (len(several) - 1)
        freedom += len(several) - 1
    if repeated:
        sources.append(f"{sum(map(len, repeated))} of these runs")
    for group in groups:
        run = group[0][1]
        facts = table.dataset(run)
        if facts.get("limited"):
            continue
        for name, band in bands.read(folder, run.app, metric):
            if band.get("sha256") == facts.get("sha256") and not bands.differences(band, run):
                count = len(band[metric]["values"])
                squares += band[metric]["sd"] ** 2 * (count - 1)
                freedom += count - 1
                sources.append(f"{count} seeds of {name}")
    return math.sqrt(squares / freedom) if freedom else 0.0, freedom, " and ".join(sources)


def _values(group: Group, metric: str) -> list[float]:
    return [run.metrics()[metric] for _, run in group]


def _name(group: Group) -> str:
    label = group[0][0]
    return label if len(group) == 1 else f"{label} and {len(group) - 1} more"


def _listed(words: Sequence[str]) -> str:
    more = f" and {len(words) - MOST_NAMED} more" if len(words) > MOST_NAMED else ""
    return ", ".join(words[:MOST_NAMED]) + more

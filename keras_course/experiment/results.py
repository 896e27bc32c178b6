"""The last two lines of an experiment: the result, compared with the same experiment over several seeds, and the run.

The band comes from ``benchmarks/results/NAME.json``, which ``python -m benchmarks.seeds`` writes: the mean and standard
deviation over several seeds.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from keras_course.experiment.files import shipped
from keras_course.experiment.run import Run

# What may differ between a run and the runs of a band without making it another experiment.
NOT_COMPARED = ("seed", "device", "dataset", "precision", "deterministic", "limit", "api", "labels")


def finish(run: Run, metrics: Mapping[str, Any], headline: str) -> dict[str, Any]:
    """Complete the run and print the two closing lines: the result against its band, and ``run: PATH``.

    Args:
        run: the run.
        metrics: all results.
        headline: the one that the app is about.

    Returns:
        The metrics.
    """
    run.complete_with(metrics)
    print(against_band(run, metrics, headline))
    print(f"run: {run.path}", flush=True)
    return dict(metrics)


def stamp(dataset: Mapping[str, Any]) -> str:
    """A few words for a result that does not come from the full, real data; ``""`` for one that does."""
    if dataset.get("embedded"):
        return "embedded stand-in data"
    if dataset.get("limited"):
        return f"trained on {dataset['limited']} examples only"
    return ""


def against_band(run: Run, metrics: Mapping[str, Any], headline: str, folder: Path | None = None) -> str:
    """One line: the headline metric, and whether it is within the band of the same experiment over several seeds.

    The band reaches two standard deviations to either side of the mean.

    Args:
        run: the run.
        metrics: its results.
        headline: the metric that the app is about.
        folder: of the bands; default those that come with the course, and none where there are none.
    """
    value = metrics[headline]
    line = f"{headline} {value:.4f}"
    dataset = run.read_json("environment").get("dataset", {})
    if stamp(dataset):
        return f"{line} ({stamp(dataset)}: not to be compared with published results)"
    folder = folder or shipped("benchmarks", "results")
    for path in sorted(folder.glob("*.json")) if folder else ():
        band = json.loads(path.read_text(encoding="utf-8"))
        if not _same_experiment(band, run, dataset, headline):
            continue
        mean, deviation, values = (band[headline][name] for name in ("mean", "sd", "values"))
        where = "within" if abs(value - mean) <= 2 * deviation else "above" if value > mean else "below"
        return f"{line}: {where} the band {mean:.4f} ± {2 * deviation:.4f} (2 sd of {len(values)} seeds, {path.stem})"
    return f"{line} (no band: these settings have not been measured over seeds)"


def _same_experiment(band: Mapping[str, Any], run: Run, dataset: Mapping[str, Any], headline: str) -> bool:
    if band.get("app") != run.app or headline not in band or band.get("dataset") != dataset.get("name"):
        return False
    before, now = band["settings"], run.config()
    return all(before.get(name) == now[name] for name in now if name not in NOT_COMPARED)

"""A run against its band: the results of the same experiment on the same data with several other seeds.

The bands are the files ``benchmarks/results/NAME.json`` that ``python -m benchmarks.seeds`` writes. A band should hold
95 % of new runs: it is the prediction interval of one further value from a normal distribution (Geisser, "Predictive
Inference", 1993), not an interval of the mean. Versions, processor and code are not compared: that they make no
difference is what a run inside its band supports.
"""

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from keras_course.experiment.run import Run

LEVEL = 0.95

# Settings that make no other experiment, and why.
NOT_COMPARED = {
    "seed": "the band is that of several",
    "dataset": "a file may lie anywhere: the data's sha256 is compared",
    "dates": "how a file is read: the data's sha256 is compared",
    "decimal": "likewise",
    "limit": "likewise, and a result on fewer examples is stamped",
    "labels": "words",
    "name": "words",
    "author": "words",
    "device": "what it came to is compared, the kind of device in environment.json",
    "api": "the same seed gives the same numbers to the last bit: tests/models/test_apis.py",
}
# What a run was computed with. That it makes no difference has not been measured, so it is compared.
CONDITIONS = ("precision", "deterministic", "backend", "device")


def prediction_half_width(sd: float, count: int) -> float:
    """Half the width of the interval that holds one new run in 95 % of cases: ``t(n - 1) sd sqrt(1 + 1 / n)``.

    Args:
        sd: standard deviation of the runs, with ``n - 1`` in its denominator.
        count: n, how many runs there are, at least 2.
    """
    return quantile(count - 1) * sd * math.sqrt(1 + 1 / count)


def mean_half_width(sd: float, count: int) -> float:
    """Half the width of the 95 % confidence interval of the mean of ``count`` runs: ``t(n - 1) sd / sqrt(n)``."""
    return quantile(count - 1) * sd / math.sqrt(count)


def quantile(freedom: int, tests: int = 1) -> float:
    """Student's t that 2.5 % of values exceed; of several tests together at most 2.5 % (Bonferroni).

    Args:
        freedom: degrees of freedom.
        tests: how many are made at once.
    """
    from scipy import special

    return float(special.stdtrit(freedom, 1 - (1 - LEVEL) / 2 / tests))


def read(folder: Path | None, app: str, headline: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The names and contents of an app's bands that have the metric; none where there is no folder."""
    for path in sorted(folder.glob("*.json")) if folder else ():
        band = json.loads(path.read_text(encoding="utf-8"))
        if band.get("app") == app and headline in band and "settings" in band:
            yield path.stem, band


def against(run: Run, value: float, headline: str, folder: Path | None) -> str:
    """A few words on where the value lies; ``""`` if nobody has measured this app on these data.

    Args:
        run: the run, on full, real data.
        value: its result.
        headline: the metric's name.
        folder: of the bands.
    """
    dataset = run.read_json("environment").get("dataset", {})
    nearest: tuple[str, dict[str, Any], dict[str, tuple[Any, Any]]] | None = None
    same_data, same_name = False, ""
    for name, band in read(folder, run.app, headline):
        other = differences(band, run)
        if band.get("sha256") != dataset.get("sha256"):
            same_name = name if band.get("dataset") == dataset.get("name") and not other else same_name
            continue
        same_data = True
        if not other:
            return _where(value, band[headline], name)
        if set(other) <= set(CONDITIONS) and (nearest is None or len(other) < len(nearest[2])):
            nearest = name, band, other
    if nearest:
        name, _, other = nearest
        ours = " ".join(f"{key}={now}" for key, (_, now) in other.items())
        theirs = " ".join(f"{key}={before}" for key, (before, _) in other.items())
        return f" (no band for {ours}: {name} was measured with {theirs})"
    if same_data:
        return (
            " (these settings have not been measured over several seeds, so there is nothing to compare with)"
        )
    if same_name:
        return (
            f" (no band for these data: {same_name} was measured on others of that name, with another sha256)"
        )
    return ""


def _where(value: float, spread: Mapping[str, Any], name: str) -> str:
    mean, count = spread["mean"], len(spread["values"])
    half = prediction_half_width(spread["sd"], count)
    where = "within" if abs(value - mean) <= half else "above" if value > mean else "below"
    return (
        f": {where} the band {mean:.4f} ± {half:.4f} (it should hold {LEVEL:.0%} of new runs; from {count} seeds, "
        f"{name})"
    )


def differences(band: Mapping[str, Any], run: Run) -> dict[str, tuple[Any, Any]]:
    """What makes the run another experiment than the band's runs: by its name, the value there and the value here.

    A setting that the band's file does not have is younger than the band: it was off there.
    """
    before, now = dict(band["settings"]), run.config()
    environment = run.read_json("environment")
    before |= {name: band.get(name) for name in ("backend", "device")}
    now |= {name: environment.get(name) for name in ("backend", "device")}
    compared = [name for name in now if name not in NOT_COMPARED or name == "device"]
    return {
        name: (before.get(name), now[name])
        for name in compared
        if before.get(name) != now[name]
        and (name in before or now[name] not in (None, False, 0, "", [], "none"))
    }

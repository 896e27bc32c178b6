"""The end of a run: its card, its metrics, and how the result stands against those measured before.

Bands come from ``benchmarks/results/NAME.json``, which ``python -m benchmarks.seeds`` writes: the same
experiment over several seeds, with mean and standard deviation.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from keras_course.experiment import runs

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results"

# What may differ between a run and the runs of a band without making it another experiment.
NOT_COMPARED = ("seed", "device", "dataset", "precision", "deterministic", "limit", "api")


def write_card(
    run: runs.Run,
    data: Any,
    *,
    kind: str,
    returns: str,
    labels: Sequence[str] = (),
    model: Any,
    metrics: Mapping[str, Any] | None = None,
    dtype: str = "uint8",
    range: Sequence[float] = (0, 255),
    **more: Any,
) -> None:
    """Write card.json: what a reload needs to know.

    Written before training too, so that an interrupted run's best model can be used.

    Args:
        run: where to write.
        data: the dataset (name, sha256, embedded, limited).
        kind: what an input is, for ``apps.predict``; ``"digit"`` or ``"photo"``: a picture; ``"prices"``: a CSV file.
        returns: what an output is, in words.
        labels: name of each output, as text.
        model: the model; its input shape is noted.
        metrics: the test's results, once there are any.
        dtype: of the input.
        range: of its values.
        more: what else a reload needs to know, by name.
    """
    card = {
        "app": run.app,
        "kind": kind,
        "input": {"shape": list(model.input_shape[1:]), "dtype": dtype, "range": list(range)},
        "returns": returns,
        "labels": list(labels),
        **more,
        "parameters": model.count_params(),
        "dataset": runs.dataset_facts(data),
        "metrics": dict(metrics or {}),
    }
    run.write_json("card", card)


def judge_classifier(model: Any, data: Any) -> tuple[dict[str, float], Any]:
    """Judge the best epoch's model on validation and test data; the test set is used this once.

    Args:
        model: compiled with the metric ``accuracy``.
        data: with ``x_test``, ``y_test``, ``x_validation``, ``y_validation``.

    Returns:
        The metrics, and the test's probabilities, ``(n, classes)``.
    """
    metrics: dict[str, float] = {}
    for part in ("test", "validation"):
        fed = _fed(getattr(data, f"x_{part}"), getattr(data, f"y_{part}"))
        judged = model.evaluate(**fed, verbose=0, return_dict=True)
        metrics |= {f"{part}_accuracy": judged["accuracy"], f"{part}_loss": judged["loss"]}
    return metrics, model.predict(**_fed(data.x_test), verbose=0)


def _fed(*arrays: Any) -> dict[str, Any]:
    """Arguments of ``evaluate`` and ``predict``; what is mapped from disk goes in small batches: it may not fit."""
    from numpy import memmap

    from keras_course.training import Batches

    if isinstance(arrays[0], memmap):
        return {"x": Batches(arrays, 32)}
    return {**dict(zip("xy", arrays, strict=False)), "batch_size": 500}


def finish(run: runs.Run, metrics: Mapping[str, Any], headline: str) -> dict[str, Any]:
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
    """Say in a few words that a result does not speak for the full, real data; ``""`` where it does."""
    if dataset.get("embedded"):
        return "embedded stand-in data"
    if dataset.get("limited"):
        return f"trained on {dataset['limited']} examples only"
    return ""


def against_band(run: runs.Run, metrics: Mapping[str, Any], headline: str, folder: Path = RESULTS) -> str:
    """Return one line: the headline result, and where it lies against the same experiment over seeds.

    Within the band means at most two standard deviations from the mean.
    """
    value = metrics[headline]
    line = f"{headline} {value:.4f}"
    dataset = run.read_json("environment").get("dataset", {})
    if stamp(dataset):
        return f"{line} ({stamp(dataset)}: not to be compared with published results)"
    for path in sorted(folder.glob("*.json")):
        band = json.loads(path.read_text(encoding="utf-8"))
        if not _same_experiment(band, run, dataset, headline):
            continue
        mean, deviation, values = (band[headline][name] for name in ("mean", "sd", "values"))
        where = "within" if abs(value - mean) <= 2 * deviation else "above" if value > mean else "below"
        return f"{line}: {where} the band {mean:.4f} ± {2 * deviation:.4f} (2 sd of {len(values)} seeds, {path.stem})"
    return f"{line} (no band: these settings have not been measured over seeds)"


def _same_experiment(
    band: Mapping[str, Any], run: runs.Run, dataset: Mapping[str, Any], headline: str
) -> bool:
    if band.get("app") != run.app or headline not in band or band.get("dataset") != dataset.get("name"):
        return False
    before, now = band["settings"], run.config()
    return all(before.get(name) == now[name] for name in now if name not in NOT_COMPARED)

"""Run an app with several seeds; write the metrics' means and standard deviations to ``benchmarks/results/NAME.json``.

Run:
    python -m benchmarks.seeds mnist_dense --name mnist_dense --seeds 5 --data-dir data
    python -m benchmarks.seeds mnist_dense --name dense_512 --seeds 5 --data-dir data -- --dropout 0.3 --epochs 40

Every seed is run in a process of its own, by the command that a user would type.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import files, tables
from keras_course.experiment import runs

PATHS = ("dataset", "weights")  # settings that may name a folder of this machine


def main(arguments: list[str] | None = None) -> None:
    """Parse the command line, run the seeds, write the file and README's table."""
    words = sys.argv[1:] if arguments is None else arguments
    split = words.index("--") if "--" in words else len(words)
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seeds", description=__doc__.splitlines()[0])
    parser.add_argument("app", help="the app's name, such as mnist_dense")
    parser.add_argument("--name", required=True, help="of the results file")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--data-dir", default="data")
    parser.add_argument("--metric", default="test_accuracy", help="the app's headline metric")
    parser.add_argument("--also", nargs="+", default=[], help="further metrics to report")
    options = parser.parse_args(words[:split])
    if options.seeds < 2:
        parser.error("at least two seeds are needed")
    files.committed()
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    flags = words[split + 1 :]
    result = measure(options.app, seeds, options.data_dir, options.metric, flags, options.also)
    print(f"{files.save(options.name, result)}: {options.metric} {result[options.metric]}")
    tables.main()


def measure(
    app: str, seeds: range, data_dir: str, metric: str, flags: list[str], also: Sequence[str] = ()
) -> dict[str, Any]:
    """Run the app once for each seed; return the results file's content."""
    outcomes = []
    with tempfile.TemporaryDirectory() as models_dir:
        for seed in seeds:
            command = [sys.executable, "-m", f"apps.{app}", *flags, "--seed", str(seed)]
            command += ["--data-dir", data_dir, "--models-dir", models_dir]
            done = subprocess.run(command, cwd=files.ROOT, capture_output=True, text=True)
            if done.returncode:
                sys.exit(f"seed {seed} failed: {done.stderr.strip().splitlines()[-1:]}")
            run = runs.Run(Path(done.stdout.splitlines()[-1].removeprefix("run: ")), app)
            outcomes.append((run.metrics(), run.config(), run.read_json("environment")))
            print(f"seed {seed}: {metric} {outcomes[-1][0][metric]:.4f}", flush=True)
    metrics, configs, environments = zip(*outcomes, strict=True)
    values = [row[metric] for row in metrics]
    seconds = [row["seconds"] for row in metrics if "seconds" in row]
    about = environments[0]
    if any(other["dataset"]["sha256"] != about["dataset"]["sha256"] for other in environments):
        sys.exit("the data have changed between two seeds")
    validation = [row["validation_accuracy"] for row in metrics if "validation_accuracy" in row]
    return {
        "app": app,
        "arguments": without_folders(flags),
        "dataset": about["dataset"]["name"],
        "sha256": about["dataset"]["sha256"],
        "embedded": about["dataset"]["embedded"],
        "metric": metric,
        metric: _spread(values),
        **{name: _spread([row[name] for row in metrics]) for name in also},
        "validation_accuracy": _spread(validation) if validation else None,
        "seconds": round(statistics.mean(seconds), 1) if seconds else None,
        "parameters": metrics[0].get("parameters"),
        "backend": about["backend"],
        "device": about["device"],
        "settings": without_places({name: value for name, value in configs[0].items() if name != "seed"}),
    }


def without_folders(flags: list[str]) -> list[str]:
    """The flags as they can be published, without folders: of a path only its last part."""
    return [
        Path(word).name if before.removeprefix("--").replace("-", "_") in PATHS else word
        for before, word in zip(["", *flags], flags, strict=False)
    ]


def without_places(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings as they can be published, without folders: of a path only its last part."""
    return {
        name: Path(value).name if name in PATHS and isinstance(value, str) else value
        for name, value in settings.items()
    }


def _spread(values: list[float]) -> dict[str, Any]:
    return {
        "values": [float(f"{value:.6g}") for value in values],
        "mean": float(f"{statistics.mean(values):.6g}"),
        "sd": float(f"{statistics.stdev(values):.4g}"),
    }


if __name__ == "__main__":
    main()

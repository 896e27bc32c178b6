"""Run an app with several seeds; write mean and spread to ``benchmarks/results/NAME.json``.

Run:
    python -m benchmarks.seeds mnist_dense --name mnist_dense --seeds 5 --data-dir data
    python -m benchmarks.seeds mnist_dense --name dense_512 --seeds 5 --data-dir data -- --dropout 0.3 --epochs 40
    python -m benchmarks.seeds --table               write README's results table from the files

Every seed is a process of its own, exactly what a user would start.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from keras_course import machine, runs

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
README = ROOT / "README.md"
PATHS = ("dataset", "weights")  # settings that may name a folder of this machine
MARKS = ("<!-- results -->\n", "<!-- /results -->")


def main(arguments: list[str] | None = None) -> None:
    """Parse the command line, run the seeds, write the file and README's table."""
    words = sys.argv[1:] if arguments is None else arguments
    split = words.index("--") if "--" in words else len(words)
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seeds", description=__doc__.splitlines()[0])
    parser.add_argument("app", nargs="?", help="an app of apps/")
    parser.add_argument("--name", help="of the results file")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--data-dir", default="data")
    parser.add_argument("--metric", default="test_accuracy", help="the app's headline metric")
    parser.add_argument("--also", nargs="+", default=[], help="further metrics to report")
    parser.add_argument("--table", action="store_true", help="only write README's table")
    options = parser.parse_args(words[:split])
    if not options.table:
        if not options.app or not options.name or options.seeds < 2:
            parser.error("name an app and --name, and at least two seeds")
        seeds = range(options.first_seed, options.first_seed + options.seeds)
        flags = words[split + 1 :]
        result = measure(options.app, seeds, options.data_dir, options.metric, flags, options.also)
        path = RESULTS / f"{options.name}.json"
        runs.write_atomically(path, lambda part: part.write_text(json.dumps(result, indent=2) + "\n"))
        print(f"{path.relative_to(ROOT)}: {options.metric} {result[options.metric]}")
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")


def measure(
    app: str, seeds: range, data_dir: str, metric: str, flags: list[str], also: Sequence[str] = ()
) -> dict[str, Any]:
    """Run the app once a seed; return the results file's content."""
    outcomes = []
    with tempfile.TemporaryDirectory() as models_dir:
        for seed in seeds:
            command = [sys.executable, "-m", f"apps.{app}", *flags, "--seed", str(seed)]
            command += ["--data-dir", data_dir, "--models-dir", models_dir]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
            if done.returncode:
                sys.exit(f"seed {seed} failed: {done.stderr.strip().splitlines()[-1:]}")
            run = runs.Run(Path(done.stdout.splitlines()[-1].removeprefix("run: ")), app)
            outcomes.append((run.metrics(), run.config(), run.read_json("environment")))
            print(f"seed {seed}: {metric} {outcomes[-1][0][metric]:.4f}", flush=True)
    metrics, configs, environments = zip(*outcomes, strict=True)
    values = [row[metric] for row in metrics]
    seconds = [row["seconds"] for row in metrics if "seconds" in row]
    validation = [row["validation_accuracy"] for row in metrics if "validation_accuracy" in row]
    return {
        "app": app,
        "arguments": without_folders(flags),
        "dataset": environments[0]["dataset"]["name"],
        "embedded": environments[0]["dataset"]["embedded"],
        "metric": metric,
        metric: _spread(values),
        **{name: _spread([row[name] for row in metrics]) for name in also},
        "validation_accuracy": _spread(validation) if validation else None,
        "seconds": round(statistics.mean(seconds), 1) if seconds else None,
        "parameters": metrics[0].get("parameters"),
        "machine": machine.summary(),
        "backend": environments[0]["backend"],
        "commit": environments[0]["commit"],
        "settings": without_places({name: value for name, value in configs[0].items() if name != "seed"}),
    }


def without_folders(flags: list[str]) -> list[str]:
    """The flags as they can be published: of a path only its last part."""
    return [
        Path(word).name if before.removeprefix("--").replace("-", "_") in PATHS else word
        for before, word in zip(["", *flags], flags, strict=False)
    ]


def without_places(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings as they can be published: of a path only its last part."""
    return {
        name: Path(value).name if name in PATHS and isinstance(value, str) else value
        for name, value in settings.items()
    }


def _spread(values: list[float]) -> dict[str, Any]:
    return {
        "values": [round(value, 5) for value in values],
        "mean": round(statistics.mean(values), 5),
        "sd": round(statistics.stdev(values), 5),
    }


def table(folder: Path = RESULTS) -> str:
    """Return the results table in Markdown: a row a file that ``measure`` wrote."""
    rows = ["| command | data | seeds | result | seconds a run | file |", "|---|---|---|---|---|---|"]
    for path in sorted(folder.glob("*.json")):
        result = json.loads(path.read_text(encoding="utf-8"))
        if "metric" not in result:
            continue
        spread = result[result["metric"]]
        flags = " ".join(["python -m", f"apps.{result['app']}", *result["arguments"]])
        rows.append(
            f"| `{flags}` | {result['dataset']} | {len(spread['values'])} | {_in_words(result['metric'], spread)} "
            f"| {result['seconds']} | `{path.name}` |"
        )
    return "\n".join(rows) + "\n"


def _in_words(metric: str, spread: dict[str, Any]) -> str:
    name, mean, sd = metric.replace("_", " "), spread["mean"], spread["sd"]
    return f"{name} {mean:.2%} ± {sd:.2%}" if "accuracy" in metric else f"{name} {mean:.5f} ± {sd:.5f}"


def with_table(text: str, folder: Path = RESULTS) -> str:
    """Return README's text with the table between its two marks."""
    begin, end = MARKS
    return re.sub(
        f"({re.escape(begin)}).*?({re.escape(end)})", lambda m: m[1] + table(folder) + m[2], text, flags=re.S
    )


if __name__ == "__main__":
    main()

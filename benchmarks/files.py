"""Where the results are written, and what each of their files says about its origin."""

import json
from pathlib import Path
from typing import Any

from keras_course.experiment import machine
from keras_course.experiment.files import write_atomically

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"


def save(name: str, result: dict[str, Any]) -> Path:
    """Write ``benchmarks/results/NAME.json`` with the machine, the environment and the commit; return its path."""
    about = {"machine": machine.summary(), "environment": machine.environment(), "commit": machine.commit()}
    path = RESULTS / f"{name}.json"
    write_atomically(path, lambda part: part.write_text(json.dumps(result | about, indent=2) + "\n"))
    return path


def read(path: Path) -> dict[str, Any]:
    """Read a file of results."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found

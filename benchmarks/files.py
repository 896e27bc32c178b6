"""Where the results are written, and what each of their files says about its origin."""

import functools
import json
from pathlib import Path
from typing import Any

from keras_course.experiment import machine
from keras_course.experiment.files import write_atomically

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"


@functools.cache
def committed() -> str:
    """The commit of the code as it is when this is first called: call it before measuring.

    A program stops here if its code is not committed, as nobody could look up later what was measured.
    """
    commit = machine.commit()
    if commit is None or commit.endswith("+changes"):
        raise SystemExit(
            "error: a results file names the commit that it was measured with, and this code "
            + ("is in no git checkout" if commit is None else "has uncommitted changes: commit them first")
        )
    return commit


def save(name: str, result: dict[str, Any]) -> Path:
    """Write ``benchmarks/results/NAME.json`` with the machine, the environment and the commit; return its path."""
    about = {"machine": machine.summary(), "environment": machine.environment() | {"commit": committed()}}
    path = RESULTS / f"{name}.json"
    write(path, result | about | {"commit": committed()})
    return path


def write(path: Path, content: dict[str, Any]) -> None:
    """Write a file of results."""
    write_atomically(path, lambda part: part.write_text(json.dumps(content, indent=2) + "\n"))


def read(path: Path) -> dict[str, Any]:
    """Read a file of results."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found

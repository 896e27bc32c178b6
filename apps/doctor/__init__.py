"""What Keras sees on this machine and whether it works: versions, processor, GPU, five small checks.

Each check is a process of its own, so that a crash or a hang becomes a red line with a fix to try.

Group: start here, 2

Run:
    python -m apps.doctor                       in under a minute
    python -m apps.doctor --device cpu          the same without the GPU: is it the GPU that fails?
    python -m apps.doctor --json                one JSON object, to send to whoever helps you
    KERAS_BACKEND=jax python -m apps.doctor     another backend

Try:
    --device gpu        does every check pass there, or is it only the convolution that fails (cuDNN)?
    KERAS_BACKEND=jax   is the first check faster? Most of its time goes into importing the backend.
    --seconds 5         what does a check look like that does not end in time?
"""

import dataclasses
import json
import os
import platform
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from keras_course.errors import UserError

from .checks import CHECKS, Check


@dataclasses.dataclass(frozen=True)
class Config:
    """See whether Keras works on this machine."""

    device: Literal["auto", "cpu", "gpu"] = "auto"
    """Where the checks compute."""
    seconds: float = 50.0
    """Time limit of all checks together; one alone gets half of it."""
    json: bool = False
    """Print one JSON object."""


def main(config: Config, checks: Sequence[Check] = CHECKS) -> dict[str, Any]:
    """Run the checks and print a line for each.

    Returns:
        What ``--json`` prints: versions, backend, machine, devices, and the checks' results.

    Raises:
        UserError: there is no time for the checks.
        SystemExit: with status 1, after all checks, if one fails.
    """
    if not config.seconds > 0:
        raise UserError(f"seconds={config.seconds:g} leaves no time for the checks: give a number above 0")
    from keras_course.experiment import machine

    from . import trials

    start = time.monotonic()
    gpus = machine.nvidia_gpus()
    report: dict[str, Any] = {
        "versions": {"python": platform.python_version(), **machine.versions()},
        "backend": os.environ.get("KERAS_BACKEND", "tensorflow"),
        "machine": machine.summary(),
        "devices": [],
        "checks": [],
    }

    def say(text: str) -> None:
        if not config.json:
            print(text, flush=True)

    say(", ".join(f"{name} {version}" for name, version in report["versions"].items()))
    say(report["machine"])
    for gpu in gpus:
        say(f"{gpu['name']}, {gpu['memory']}, driver {gpu['driver']}")
    for result in trials.results(checks, config.device, config.seconds):
        entries = [result]
        if result.seen:
            report |= {"backend": result.seen["backend"], "devices": result.seen["devices"]}
            entries += trials.gpu_in_use(config.device, gpus, result.seen)
        for entry in entries:
            report["checks"].append(entry.as_json())
            say(line(entry.as_json()))
    if config.json:
        print(json.dumps(report, indent=2))
    total, seconds = len(report["checks"]), time.monotonic() - start
    failed = [entry["name"] for entry in report["checks"] if not entry["ok"]]
    if failed:
        say(f"{len(failed)} of {total} failed ({', '.join(failed)}), {seconds:.0f} s")
        raise SystemExit(1)
    say(f"all {total} passed, {seconds:.0f} s")
    return report


def line(entry: Mapping[str, Any]) -> str:
    """A check's result as text, green or red on a terminal; a failure has a second line with the fix to try."""
    word, colour = ("ok  ", 32) if entry["ok"] else ("FAIL", 31)
    text = f"{word}  {entry['name']:<12}{entry['seconds']:5.1f} s  {entry['message']}".rstrip()
    if not entry["ok"]:
        text += f"\n      try: {entry['fix']}"
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        return f"\033[{colour}m{text}\033[0m"
    return text

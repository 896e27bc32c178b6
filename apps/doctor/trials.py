"""Checks in processes of their own: a time limit, the error in one line, and the fix to try."""

import concurrent.futures
import dataclasses
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from keras_course.experiment import devices

from .checks import Check

# What an error looks like, and the fix to try.
KNOWN = (
    (r"No module named '(jax|torch)", "python -m pip install {0}, or unset KERAS_BACKEND"),
    (r"No module named", "python -m pip install -e .   (in the environment of this Python)"),
    (r"sees no GPU|libcu|cudnn|DNN library|libdevice|ptxas|CUDA_ERROR", "{gpu}; or use --device cpu"),
    (
        r"SIGILL",
        "this processor is too old for the TensorFlow wheel: use KERAS_BACKEND=jax, or another machine",
    ),
    (r"SIGKILL|MemoryError|RESOURCE_EXHAUSTED|[Oo]ut of memory", "close other programs: the memory is full"),
)


@dataclasses.dataclass(frozen=True)
class Result:
    """How a check went."""

    name: str
    ok: bool
    seconds: float
    message: str
    fix: str = ""  # what to try, if it failed
    seen: Mapping[str, Any] | None = None  # backend and devices, if the check looks at them

    def as_json(self) -> dict[str, Any]:
        """What ``--json`` prints of it."""
        return {name: getattr(self, name) for name in ("name", "ok", "seconds", "message", "fix")}


def results(checks: Sequence[Check], device: str, seconds: float) -> Iterator[Result]:
    """Run the checks, two at a time, and give the results in the order of the checks.

    Args:
        checks: what to run.
        device: where they compute: ``auto``, ``cpu`` or ``gpu``.
        seconds: time limit of all of them; one alone gets half of it.
    """
    end = time.monotonic() + seconds

    def result(check: Check) -> Result:
        return attempt(check, device, min(seconds / 2, end - time.monotonic()))

    with concurrent.futures.ThreadPoolExecutor(2) as pool:  # more at a time would only slow each other down
        yield from pool.map(result, checks)


def attempt(check: Check, device: str, limit: float) -> Result:
    """Run one check in a process of its own, for at most ``limit`` seconds."""
    if limit <= 0:
        return Result(check.name, False, 0.0, "not tried: no time was left", "--seconds 120")
    start = time.monotonic()
    code = f"import sys; device = sys.argv[1]; from {__package__} import checks; {check.code}"
    # Files, not pipes: a process that outlives its killed parent would keep a pipe open.
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        try:
            status = subprocess.run(
                [sys.executable, "-c", code, device],
                cwd=Path(__file__).resolve().parents[2],
                env={"TF_CPP_MIN_LOG_LEVEL": "2", **os.environ},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                timeout=limit,
            ).returncode
        except subprocess.TimeoutExpired:
            fix = f"is the machine busy or slow? --seconds 120; else {check.fix}"
            return Result(check.name, False, _since(start), f"not finished after {limit:.3g} s", fix)
        out.seek(0)
        err.seek(0)
        printed, errors = out.read().strip().splitlines(), err.read()
    if status:
        message = what_failed(status, errors)
        return Result(check.name, False, _since(start), message, known_fix(message, errors) or check.fix)
    message = printed[-1] if printed else ""
    if not message.startswith("{"):
        return Result(check.name, True, _since(start), message)
    seen = json.loads(message)
    return Result(check.name, True, _since(start), f"{seen['backend']} computes on {seen['name']}", seen=seen)


def _since(start: float) -> float:
    return round(time.monotonic() - start, 1)


def what_failed(status: int, errors: str) -> str:
    """One line on a process that failed: the signal that ended it, or its exception.

    Args:
        status: its exit status; negative for a signal.
        errors: what it wrote to stderr.
    """
    lines = [line.strip() for line in errors.splitlines()]
    lines = [line for line in lines if line and not re.match(r"[IW]\d{4} |WARNING: All log messages", line)]
    if status < 0:
        last = f"; its last line: {lines[-1]}" if lines else ""
        return f"crashed with {signal.Signals(-status).name}{last}"[:300]
    exceptions = [line for line in lines if re.match(r"[\w.]*(Error|Exception|Interrupt)\b", line)]
    return (exceptions or lines or [f"ended with status {status}"])[-1][:300]


def known_fix(message: str, errors: str) -> str | None:
    """The fix to try for a known error; None for any other."""
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    gpu = devices.GPU_INSTALL.get(backend, devices.GPU_INSTALL["tensorflow"])
    for pattern, fix in KNOWN:
        found = re.search(pattern, message) or re.search(pattern, errors)
        if found:
            return fix.format(*found.groups(), gpu=gpu)
    return None


def gpu_in_use(device: str, gpus: Sequence[Mapping[str, str]], seen: Mapping[str, Any]) -> list[Result]:
    """Whether Keras uses the machine's GPU: one result, or none without a GPU or with ``device="cpu"``.

    Args:
        device: where the checks compute.
        gpus: those that the driver knows, as ``machine.nvidia_gpus`` lists them.
        seen: the ``backend`` and the ``name`` of the device that it computes on.
    """
    if not gpus or device == "cpu":
        return []
    if seen["name"] != "CPU":
        return [Result("gpu", True, 0.0, f"{seen['backend']} uses {seen['name']}")]
    fix = devices.GPU_INSTALL.get(seen["backend"], "")
    return [Result("gpu", False, 0.0, f"{seen['backend']} does not use the {gpus[0]['name']}", fix)]

"""What Keras sees here and whether it works: versions, processor, GPU, five small trials.

Every trial is a process of its own, so a crash or a hang becomes a red line with the fix to try.

Group: start here, 2

Run:
    python -m apps.doctor                       under a minute
    python -m apps.doctor --device cpu          the same without the GPU: is it the GPU that fails?
    python -m apps.doctor --json                one JSON object, to send to whoever helps you
    KERAS_BACKEND=jax python -m apps.doctor     another backend

Try:
    --device gpu        does every trial pass there, or is only the convolution unwell (cuDNN)?
    KERAS_BACKEND=jax   is the first trial faster? It is mostly the time that importing the backend takes.
    --seconds 5         what does a trial look like that does not end in time?
"""

import concurrent.futures
import dataclasses
import json
import math
import os
import platform
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from keras_course.experiment import command, devices, machine


@dataclasses.dataclass(frozen=True)
class Config:
    """See whether Keras works on this machine."""

    device: Literal["auto", "cpu", "gpu"] = "auto"
    """Where the trials compute."""
    seconds: float = 50.0
    """Time for all trials together; one alone gets half of it."""
    json: bool = False
    """Print one JSON object."""


@dataclasses.dataclass(frozen=True)
class Check:
    """Something to try in a process of its own."""

    name: str
    code: str  # Python, with `doctor` imported and `device` given; its last printed line is the message
    fix: str


ON_CPU = "see whether `python -m apps.doctor --device cpu` passes; if so, use --device cpu"
CHECKS = (
    Check("keras", "doctor.look(device)", "python -m pip install -e .   (in a fresh environment)"),
    Check("dense", "doctor.train('dense', device)", ON_CPU),
    Check("convolution", "doctor.train('convolution', device)", ON_CPU),
    Check("lstm", "doctor.train('lstm', device)", ON_CPU),
    Check("xla", "doctor.train('xla', device)", "train without XLA: compile(..., jit_compile=False)"),
)
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


def main(config: Config, checks: Sequence[Check] = CHECKS) -> dict[str, Any]:
    """Try everything, print a line for each trial; leave with status 1 if one fails."""
    start = time.monotonic()
    gpus = machine.nvidia_gpus()
    report: dict[str, Any] = {
        "versions": {"python": platform.python_version(), **machine.versions()},
        "backend": os.environ.get("KERAS_BACKEND", "tensorflow"),
        "machine": machine.summary(),
        "devices": [],
        "checks": [],
    }
    say = (lambda line: None) if config.json else (lambda line: print(line, flush=True))
    say(", ".join(f"{name} {version}" for name, version in report["versions"].items()))
    say(report["machine"])
    for gpu in gpus:
        say(f"{gpu['name']}, {gpu['memory']}, driver {gpu['driver']}")
    for result in _results(config, checks):
        seen = result.pop("seen", None)
        if seen:
            report |= {"backend": seen["backend"], "devices": seen["devices"]}
        for entry in [result, *_unused_gpu(config, gpus, seen)]:
            report["checks"].append(entry)
            say(_line(entry))
    failed = [entry["name"] for entry in report["checks"] if not entry["ok"]]
    if config.json:
        print(json.dumps(report, indent=2))
    seconds = time.monotonic() - start
    total = len(report["checks"])
    say(
        f"{len(failed)} of {total} failed ({', '.join(failed)}), {seconds:.0f} s"
        if failed
        else f"all {total} passed, {seconds:.0f} s"
    )
    if failed:
        raise SystemExit(1)
    return report


def look(device: str) -> None:
    """Import Keras and its backend; print what they see."""
    devices.configure(device=device)
    import keras

    backend, name = devices.backend(), devices.device_name()
    every = [name] if backend == "torch" else keras.distribution.list_devices()  # Keras' list has no PyTorch
    print(json.dumps({"backend": backend, "name": name, "devices": every}))


def train(kind: str, device: str) -> None:
    """Two training steps of a network of one kind; print the loss."""
    devices.configure(device=device)
    import numpy as np
    from keras import Input, Sequential, layers

    if kind == "xla" and devices.backend() == "torch":
        print("PyTorch does not use XLA")
        return
    shape, hidden = {
        "dense": ((8,), [layers.Dense(8, activation="relu")]),
        "xla": ((8,), [layers.Dense(8, activation="relu")]),
        "convolution": ((8, 8, 1), [layers.Conv2D(4, 3), layers.MaxPooling2D(), layers.Flatten()]),
        "lstm": ((4, 1), [layers.LSTM(4)]),
    }[kind]
    model = Sequential([Input(shape), *hidden, layers.Dense(1)])
    model.compile("adam", "mse", jit_compile=True if kind == "xla" else "auto")
    loss = model.fit(np.ones((16, *shape)), np.ones((16, 1)), batch_size=8, verbose=0).history["loss"][0]
    if not math.isfinite(loss):
        raise RuntimeError(f"the loss is {loss} after two steps")
    print(f"loss {loss:.2f}")


def _results(config: Config, checks: Sequence[Check]) -> Iterator[dict[str, Any]]:
    end = time.monotonic() + config.seconds

    def result(check: Check) -> dict[str, Any]:
        return _try(check, config.device, min(config.seconds / 2, end - time.monotonic()))

    with concurrent.futures.ThreadPoolExecutor(2) as pool:  # more at a time would only slow each other down
        yield from pool.map(result, checks)


def _try(check: Check, device: str, limit: float) -> dict[str, Any]:
    if limit <= 0:
        return _entry(check, 0.0, "not tried: the trials before it took all the time", "--seconds 120")
    start = time.monotonic()
    code = f"import sys; device = sys.argv[1]; from apps import doctor; {check.code}"
    # Files, not pipes: a process that outlives its killed parent would keep a pipe open.
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        try:
            status = subprocess.run(
                [sys.executable, "-c", code, device],
                cwd=Path(__file__).resolve().parents[1],
                env={"TF_CPP_MIN_LOG_LEVEL": "2", **os.environ},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                timeout=limit,
            ).returncode
        except subprocess.TimeoutExpired:
            fix = f"a busy or slow machine? --seconds 120; else {check.fix}"
            return _entry(check, time.monotonic() - start, f"no end after {limit:.3g} s", fix)
        out.seek(0)
        err.seek(0)
        printed, errors = out.read().strip().splitlines(), err.read()
    seconds = time.monotonic() - start
    if status:
        message = _what_failed(status, errors)
        return _entry(check, seconds, message, _fix(message, errors) or check.fix)
    entry = _entry(check, seconds, printed[-1] if printed else "", "", ok=True)
    if entry["message"].startswith("{"):
        entry["seen"] = json.loads(entry["message"])
        entry["message"] = f"{entry['seen']['backend']} computes on {entry['seen']['name']}"
    return entry


def _entry(check: Check, seconds: float, message: str, fix: str, ok: bool = False) -> dict[str, Any]:
    return {"name": check.name, "ok": ok, "seconds": round(seconds, 1), "message": message, "fix": fix}


def _what_failed(status: int, errors: str) -> str:
    lines = [line.strip() for line in errors.splitlines()]
    lines = [line for line in lines if line and not re.match(r"[IW]\d{4} |WARNING: All log messages", line)]
    if status < 0:
        last = f"; its last line: {lines[-1]}" if lines else ""
        return f"crashed with {signal.Signals(-status).name}{last}"[:300]
    exceptions = [line for line in lines if re.match(r"[\w.]*(Error|Exception|Interrupt)\b", line)]
    return (exceptions or lines or [f"ended with status {status}"])[-1][:300]


def _fix(message: str, errors: str) -> str | None:
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    gpu = devices.GPU_INSTALL.get(backend, devices.GPU_INSTALL["tensorflow"])
    for pattern, fix in KNOWN:
        found = re.search(pattern, message) or re.search(pattern, errors)
        if found:
            return fix.format(*found.groups(), gpu=gpu)
    return None


def _unused_gpu(
    config: Config, gpus: list[dict[str, str]], seen: dict[str, Any] | None
) -> list[dict[str, Any]]:
    if not gpus or not seen or config.device == "cpu":
        return []
    check = Check("gpu", "", devices.GPU_INSTALL.get(seen["backend"], ""))
    if seen["name"] != "CPU":
        return [_entry(check, 0.0, f"{seen['backend']} uses {seen['name']}", "", ok=True)]
    return [_entry(check, 0.0, f"{seen['backend']} does not use the {gpus[0]['name']}", check.fix)]


def _line(entry: dict[str, Any]) -> str:
    word, colour = ("ok  ", 32) if entry["ok"] else ("FAIL", 31)
    line = f"{word}  {entry['name']:<12}{entry['seconds']:5.1f} s  {entry['message']}".rstrip()
    if not entry["ok"]:
        line += f"\n      try: {entry['fix']}"
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        return f"\033[{colour}m{line}\033[0m"
    return line


if __name__ == "__main__":
    command.run(main, Config)

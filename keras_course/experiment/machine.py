"""What this machine is: code version, packages, processor, GPUs, and how fast it multiplies matrices.

Nothing here is a path or a host name, so all of it may be published with a result.
"""

import importlib.metadata
import os
import platform
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from keras_course import __version__
from keras_course.experiment import devices


def environment() -> dict[str, Any]:
    """What a result depends on besides its settings: code, versions, device."""
    return {
        "commit": commit(),
        "versions": versions(),
        "python": platform.python_version(),
        **_computed_with(),
        "threads": _cores(),
        "platform": f"{platform.system()} {platform.machine()}",
    }


def _computed_with() -> dict[str, str]:
    if "keras" not in sys.modules:  # an experiment in NumPy alone: do not import Keras for this
        return {"backend": "numpy", "device": "CPU", "precision": "float64"}
    import keras

    return {
        "backend": devices.backend(),
        "device": devices.device_name(),
        "precision": keras.config.dtype_policy().name,
    }


def versions() -> dict[str, str]:
    """The versions of the installed numerical packages, read without importing them."""
    found = {"keras_course": __version__}
    for package in ("tensorflow", "keras", "jax", "torch", "numpy"):
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def commit() -> str | None:
    """The commit of the checkout that holds this package, with "+changes" if its code differs; else None."""
    # An installed copy inside somebody else's checkout is not tracked there: that commit is not ours.
    if _output("git", "ls-files", "--error-unmatch", "__init__.py") is None:
        return None
    revision = _output("git", "rev-parse", "HEAD")
    changes = _output("git", "status", "--porcelain", "--", ":/*.py", ":/*.cfg")
    return revision + "+changes" if revision and changes else revision


def summary() -> str:
    """One line such as "Intel Xeon, 2 cores, 23 GiB, no GPU"."""
    parts = [_processor(), f"{_cores()} cores"]
    if hasattr(os, "sysconf"):  # not on Windows
        parts.append(f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB")
    return ", ".join(parts + ([gpu["name"] for gpu in nvidia_gpus()] or ["no GPU"]))


def nvidia_gpus() -> list[dict[str, str]]:
    """Name, driver and memory of each GPU that NVIDIA's driver lists, whether Keras can use it or not."""
    fields = ("name", "driver_version", "memory.total")
    lines = _output("nvidia-smi", f"--query-gpu={','.join(fields)}", "--format=csv,noheader") or ""
    rows = ([value.strip() for value in line.split(",")] for line in lines.splitlines())
    return [dict(zip(("name", "driver", "memory"), row, strict=True)) for row in rows if len(row) == 3]


def peak_gflops(seconds: float = 1.0, size: int | None = None, dtype: str = "float32") -> float:
    """The highest speed of a matrix product on this machine and backend, in 10**9 operations a second.

    Args:
        seconds: how long to measure, after one warm-up.
        size: of the matrices; default: 2048 on a CPU, 8192 elsewhere. Smaller ones are measured sooner.
        dtype: of the matrices.
    """
    import keras

    usual, products = (2048, 1) if devices.device_name() == "CPU" else (8192, 16)
    size = size or usual
    a = keras.random.normal((size, size), seed=0, dtype=dtype)
    best, end = 0.0, None
    while end is None or time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(products):
            product = keras.ops.matmul(a, a)
        keras.ops.convert_to_numpy(product[0, 0])  # wait: a GPU, and JAX, return before they have finished
        now = time.perf_counter()
        if end is None:
            end = now + seconds
        else:
            best = max(best, products * 2 * size**3 / (now - start) / 1e9)
    return best


def _cores() -> int:
    # Those that this process may use; each backend starts that many threads.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processor() -> str:
    name = platform.processor() or platform.machine()
    if sys.platform == "darwin":
        name = _output("sysctl", "-n", "machdep.cpu.brand_string") or name
    elif Path("/proc/cpuinfo").exists():
        found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
        name = found[1] if found else name
    return " ".join(re.sub(r"\((R|TM)\)|Processor|CPU|@.*", "", name).split())


def _output(*command: str) -> str | None:
    """What a command prints, run in the package's folder; None if there is no such command or it fails."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(
            command, cwd=Path(__file__).parent, env=clean, capture_output=True, text=True, timeout=5
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None

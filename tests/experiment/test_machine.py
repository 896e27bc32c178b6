"""What this machine is: versions, commit, processor, GPUs, speed."""

import json
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from keras_course.experiment import devices, machine

ROOT = Path(__file__).resolve().parents[2]


def test_environment_holds_what_a_result_depends_on_and_no_more() -> None:
    environment = machine.environment()
    assert set(environment) == {
        "commit",
        "versions",
        "python",
        "backend",
        "device",
        "precision",
        "threads",
        "platform",
    }
    assert environment["versions"]["keras"] == keras.__version__
    assert environment["versions"]["numpy"] == np.__version__
    assert environment["backend"] == keras.config.backend()
    assert environment["threads"] >= 1
    text = json.dumps(environment)
    assert str(ROOT) not in text
    assert str(Path.home()) not in text
    assert platform.node() not in text


def test_commit_of_a_checkout(tmp_path: Path) -> None:
    package = tmp_path / "keras_course"
    (package / "experiment").mkdir(parents=True)
    for name in (
        "__init__.py",
        "errors.py",
        "experiment/__init__.py",
        "experiment/devices.py",
        "experiment/machine.py",
    ):
        (package / name).write_bytes((ROOT / "keras_course" / name).read_bytes())
    code = "from keras_course.experiment import machine; print(machine.__file__); print(machine.commit())"

    def commit() -> str:
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert done.stdout.startswith(str(tmp_path))
        return done.stdout.splitlines()[-1]

    def git(*arguments: str) -> str:
        identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        return subprocess.run(
            ["git", *identity, *arguments], cwd=tmp_path, capture_output=True, text=True, check=True
        ).stdout.strip()

    assert commit() == "None"  # no checkout
    git("init", "--quiet")
    assert commit() == "None"  # somebody else's: the package is not tracked in it
    (tmp_path / ".gitignore").write_text("__pycache__\n")
    git("add", ".")
    git("commit", "--quiet", "--no-verify", "--message", "first")
    assert commit() == git("rev-parse", "HEAD")
    (tmp_path / "picture.png").touch()
    assert commit() == git("rev-parse", "HEAD")  # not code
    with (package / "__init__.py").open("a") as file:
        file.write("\n")
    assert commit() == git("rev-parse", "HEAD") + "+changes"


def test_machine_is_one_line_without_the_host_name() -> None:
    line = machine.summary()
    assert re.fullmatch(r".+, \d+ cores(, \d+ GiB)?, .+", line)
    assert "\n" not in line
    assert platform.node() not in line


def test_nvidia_smi_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\necho 'NVIDIA H200, 570.86.15, 143771 MiB'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert machine.nvidia_gpus() == [{"name": "NVIDIA H200", "driver": "570.86.15", "memory": "143771 MiB"}]
    assert machine.summary().endswith("NVIDIA H200")
    program.write_text("#!/bin/sh\necho 'NVIDIA-SMI has failed: no driver'\nexit 9\n")
    assert machine.nvidia_gpus() == []
    assert machine.summary().endswith("no GPU")


def test_peak_is_a_speed() -> None:
    devices.configure(device="cpu")
    assert machine.peak_gflops(0.05) > 0.1

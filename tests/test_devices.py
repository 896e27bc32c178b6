"""Seed, device, precision, and what this machine is: in this process, and in fresh ones."""

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

from keras_course import devices

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def float32_afterwards():
    yield
    keras.config.set_dtype_policy("float32")


def fresh(code: str, **environment: str) -> str:
    """What a new Python prints last; its environment is this one with the given changes."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def weights_and_noise() -> list[np.ndarray]:
    """What depends on the seed: weights, Keras' unseeded noise, NumPy's."""
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4)])
    noise = keras.ops.convert_to_numpy(keras.random.normal((5,)))
    return [model.get_weights()[0], noise, np.random.rand(5)]


def test_the_same_seed_gives_the_same_numbers_again_and_again() -> None:
    drawn = []
    for seed in (3, 3, 4):
        devices.configure(seed=seed, device="cpu")
        drawn.append(weights_and_noise())
    for first, again, other in zip(*drawn, strict=True):
        np.testing.assert_array_equal(first, again)
        assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"device": "tpu"}, "device='tpu' is unknown: choose one of auto, cpu, gpu"),
        ({"precision": "float16"}, "choose one of float32, mixed_bfloat16, mixed_float16"),
        ({"seed": -1}, "seed=-1 is out of range"),
        ({"seed": 2**32}, "is out of range"),
    ],
)
def test_unknown_values_name_the_choices(arguments: dict, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        devices.configure(**arguments)


@pytest.mark.parametrize("precision", devices.PRECISIONS)
def test_precision_is_the_policy_of_new_layers(precision: str, capsys: pytest.CaptureFixture[str]) -> None:
    devices.configure(precision=precision, device="cpu")
    assert keras.layers.Dense(1).dtype_policy.name == precision
    assert devices.environment()["precision"] == precision
    warning = capsys.readouterr().err
    assert warning.count("\n") == (precision == "mixed_float16")
    assert ("slow on a CPU" in warning) == (precision == "mixed_float16")


def test_cpu_computes_on_the_cpu() -> None:
    devices.configure(device="cpu")
    assert devices.device_name() == "CPU"


@pytest.mark.skipif(bool(devices.nvidia_gpus()), reason="this machine has a GPU")
def test_gpu_without_one_says_what_to_do() -> None:
    with pytest.raises(ValueError, match="sees no GPU") as caught:
        devices.configure(device="gpu")
    assert "pip install" in str(caught.value)
    assert "python -m apps.doctor" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.gpu
@pytest.mark.skipif(not devices.nvidia_gpus(), reason="needs a GPU")
def test_gpu_is_used_and_cannot_be_left_once_started() -> None:
    code = (
        "from keras_course import devices\n"
        "import keras\n"
        "devices.configure(device='gpu')\n"
        "name = devices.device_name()\n"
        "keras.ops.ones(3) + 1\n"
        "devices.configure(device='gpu')\n"
        "try:\n    devices.configure(device='cpu')\n    late = ''\n"
        "except ValueError as error:\n    late = str(error)\n"
        "import json; print(json.dumps([devices.backend(), name, late]))"
    )
    backend, name, late = json.loads(fresh(code))
    assert name != "CPU"
    assert backend != "tensorflow" or "already started" in late


@pytest.mark.tensorflow
@pytest.mark.parametrize(("device", "late"), [("auto", False), ("cpu", False), ("gpu", True)])
def test_tensorflow_that_has_started(monkeypatch: pytest.MonkeyPatch, device: str, late: bool) -> None:
    # TensorFlow refuses only where there is a GPU to hide or show; here a machine with one is played,
    # whose GPU was hidden before TensorFlow started.
    import tensorflow as tf

    def refuse(*arguments: object) -> None:
        raise RuntimeError("Visible devices cannot be modified after being initialized")

    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["a GPU"])
    monkeypatch.setattr(tf.config, "get_visible_devices", lambda kind: [])
    monkeypatch.setattr(tf.config, "set_visible_devices", refuse)
    if not late:
        devices.configure(device=device)
        return
    with pytest.raises(ValueError, match="already started in this process"):
        devices.configure(device=device)


@pytest.mark.tensorflow
def test_tensorflow_determinism_is_switched_on() -> None:
    code = (
        "from keras_course import devices\n"
        "devices.configure(deterministic=True)\n"
        "devices.configure(deterministic=True)\n"
        "from tensorflow.python.framework import config\n"
        "print(config.is_op_determinism_enabled())"
    )
    assert fresh(code, KERAS_BACKEND="tensorflow") == "True"


@pytest.mark.skipif("jax" not in devices.versions(), reason="needs JAX")
def test_jax_never_imports_tensorflow() -> None:
    code = (
        "import json, os, sys\n"
        "from keras_course import devices\n"
        "devices.configure(seed=1, deterministic=True)\n"
        "import keras\n"
        "first = keras.random.normal((3,)).tolist()\n"
        "devices.configure(seed=1, device='cpu', precision='mixed_bfloat16')\n"
        "again = keras.random.normal((3,)).tolist()\n"
        "devices.peak_gflops(0.01)\n"
        "print(json.dumps([devices.environment(), first == again, 'tensorflow' in sys.modules,\n"
        "                  '--xla_gpu_deterministic_ops=true' in os.environ['XLA_FLAGS']]))"
    )
    environment, same, tensorflow, flag = json.loads(fresh(code, KERAS_BACKEND="jax"))
    assert (same, tensorflow, flag) == (True, False, True)
    assert environment["backend"] == "jax"
    assert environment["device"] == "CPU"
    assert environment["precision"] == "mixed_bfloat16"


@pytest.mark.skipif("torch" not in devices.versions(), reason="needs PyTorch")
def test_torch_never_imports_tensorflow() -> None:
    code = (
        "import json, sys\n"
        "from keras_course import devices\n"
        "devices.configure(seed=1, device='cpu', deterministic=True)\n"
        "print(json.dumps([devices.environment()['device'], 'tensorflow' in sys.modules]))"
    )
    assert json.loads(fresh(code, KERAS_BACKEND="torch")) == ["CPU", False]


def test_a_backend_that_cannot_train_is_refused() -> None:
    code = (
        "from keras_course import devices\n"
        "try:\n    devices.configure()\nexcept ValueError as error:\n    print(error)"
    )
    assert "choose one of tensorflow, jax, torch" in fresh(code, KERAS_BACKEND="numpy")


def test_environment_holds_what_a_result_depends_on_and_no_more() -> None:
    environment = devices.environment()
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
    package.mkdir()
    for name in ("__init__.py", "devices.py"):
        (package / name).write_bytes((ROOT / "keras_course" / name).read_bytes())
    code = "from keras_course import devices; print(devices.__file__); print(devices.commit())"

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
    line = devices.machine()
    assert re.fullmatch(r".+, \d+ cores(, \d+ GiB)?, .+", line)
    assert "\n" not in line
    assert platform.node() not in line


def test_nvidia_smi_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\necho 'NVIDIA H200, 570.86.15, 143771 MiB'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert devices.nvidia_gpus() == [{"name": "NVIDIA H200", "driver": "570.86.15", "memory": "143771 MiB"}]
    assert devices.machine().endswith("NVIDIA H200")
    program.write_text("#!/bin/sh\necho 'NVIDIA-SMI has failed: no driver'\nexit 9\n")
    assert devices.nvidia_gpus() == []
    assert devices.machine().endswith("no GPU")


def test_peak_is_a_speed() -> None:
    devices.configure(device="cpu")
    assert devices.peak_gflops(0.05) > 0.1

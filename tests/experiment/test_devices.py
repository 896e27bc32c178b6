"""Seed, device, precision: in this process, and in fresh ones."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from keras_course.experiment import devices, machine

ROOT = Path(__file__).resolve().parents[2]


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
    assert machine.environment()["precision"] == precision
    warning = capsys.readouterr().err
    assert warning.count("\n") == (precision == "mixed_float16")
    assert ("slow on a CPU" in warning) == (precision == "mixed_float16")


def test_cpu_computes_on_the_cpu() -> None:
    devices.configure(device="cpu")
    assert devices.device_name() == "CPU"


@pytest.mark.skipif(bool(machine.nvidia_gpus()), reason="this machine has a GPU")
def test_gpu_without_one_says_what_to_do() -> None:
    with pytest.raises(ValueError, match="sees no GPU") as caught:
        devices.configure(device="gpu")
    assert "pip install" in str(caught.value)
    assert "python -m apps.doctor" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.gpu
@pytest.mark.skipif(not machine.nvidia_gpus(), reason="needs a GPU")
def test_gpu_is_used_and_cannot_be_left_once_started() -> None:
    code = (
        "from keras_course.experiment import devices\n"
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


@pytest.mark.slow
@pytest.mark.tensorflow
def test_tensorflow_determinism_is_switched_on() -> None:
    code = (
        "from keras_course.experiment import devices\n"
        "devices.configure(deterministic=True)\n"
        "devices.configure(deterministic=True)\n"
        "from tensorflow.python.framework import config\n"
        "print(config.is_op_determinism_enabled())"
    )
    assert fresh(code, KERAS_BACKEND="tensorflow") == "True"


@pytest.mark.slow
@pytest.mark.skipif("jax" not in machine.versions(), reason="needs JAX")
def test_jax_never_imports_tensorflow() -> None:
    code = (
        "import json, os, sys\n"
        "from keras_course.experiment import devices, machine\n"
        "devices.configure(seed=1, deterministic=True)\n"
        "import keras\n"
        "first = keras.random.normal((3,)).tolist()\n"
        "devices.configure(seed=1, device='cpu', precision='mixed_bfloat16')\n"
        "again = keras.random.normal((3,)).tolist()\n"
        "machine.peak_gflops(0.01)\n"
        "print(json.dumps([machine.environment(), first == again, 'tensorflow' in sys.modules,\n"
        "                  '--xla_gpu_deterministic_ops=true' in os.environ['XLA_FLAGS']]))"
    )
    environment, same, tensorflow, flag = json.loads(fresh(code, KERAS_BACKEND="jax"))
    assert (same, tensorflow, flag) == (True, False, True)
    assert environment["backend"] == "jax"
    assert environment["device"] == "CPU"
    assert environment["precision"] == "mixed_bfloat16"


@pytest.mark.slow
@pytest.mark.skipif("torch" not in machine.versions(), reason="needs PyTorch")
def test_torch_never_imports_tensorflow() -> None:
    code = (
        "import json, sys\n"
        "from keras_course.experiment import devices, machine\n"
        "devices.configure(seed=1, device='cpu', deterministic=True)\n"
        "print(json.dumps([machine.environment()['device'], 'tensorflow' in sys.modules]))"
    )
    assert json.loads(fresh(code, KERAS_BACKEND="torch")) == ["CPU", False]


@pytest.mark.skipif("jax" not in machine.versions(), reason="Keras' NumPy backend needs JAX")
def test_a_backend_that_cannot_train_is_refused() -> None:
    code = (
        "from keras_course.experiment import devices\n"
        "try:\n    devices.configure()\nexcept ValueError as error:\n    print(error)"
    )
    assert "choose one of tensorflow, jax, torch" in fresh(code, KERAS_BACKEND="numpy")


@pytest.mark.tensorflow
def test_tensorflow_does_not_complain_of_many_models_but_of_other_things(caplog) -> None:
    import tensorflow as tf

    devices.configure()
    devices.configure()
    logger = tf.get_logger()
    assert logger.filters.count(devices._is_no_retracing) == 1
    logger.propagate, before = True, logger.propagate
    try:
        logger.warning(
            "5 out of the last 10 calls to f triggered tf.function retracing. Tracing is expensive"
        )
        logger.warning("something else")
    finally:
        logger.propagate = before
    assert [record.getMessage() for record in caplog.records] == ["something else"]

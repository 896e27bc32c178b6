"""Where a model computes and how: seed, CPU or GPU, precision.

Every app calls :func:`configure` before it builds a model. Only the backend that Keras uses is imported, so
``KERAS_BACKEND=jax`` and ``torch`` never import TensorFlow.
"""

import contextlib
import logging
import os
import random
import re
import sys
import tempfile
from collections.abc import Iterator

from keras_course import folders
from keras_course.errors import UserError

DEVICES = ("auto", "cpu", "gpu")
PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16")
GPU_INSTALL = {
    "tensorflow": 'python -m pip install -e ".[gpu]"',
    "jax": 'python -m pip install "jax[cuda12]"',
    "torch": "the CUDA build of PyTorch from pytorch.org",
}
_torch_scope = contextlib.ExitStack()  # keeps Keras' device scope open


def configure(
    *, seed: int = 0, device: str = "auto", precision: str = "float32", deterministic: bool = False
) -> None:
    """Seed everything and choose device and precision; call it before a model is built.

    It may be called again in the same process. TensorFlow fixes its devices at its first computation: asking for
    another device after that is an error. Determinism, once switched on, stays on.

    Args:
        seed: from 0 to 2**32 - 1; for Python, NumPy, Keras and the backend.
        device: "auto" takes a GPU if there is one; "cpu" hides the GPUs; "gpu" insists on one.
        precision: Keras' dtype policy for the layers built from now on.
        deterministic: bit-equal results in every run on a GPU too (slower).

    Raises:
        UserError: a value is unknown, or this machine or process does not have the device.
    """
    _one_of("device", device, DEVICES)
    _one_of("precision", precision, PRECISIONS)
    if not 0 <= seed < 2**32:
        raise UserError(f"seed={seed} is out of range: give a whole number from 0 to {2**32 - 1}")
    with _quiet_start():
        import keras

        name = backend()
        if name == "tensorflow":
            import tensorflow as tf

            tf.config.list_physical_devices("GPU")
            tf.get_logger().addFilter(_is_no_retracing)
    _one_of("KERAS_BACKEND", name, tuple(GPU_INSTALL))
    _seed(seed, name)
    {"tensorflow": _tensorflow, "jax": _jax, "torch": _torch}[name](device, deterministic)
    keras.config.set_dtype_policy(precision)
    if precision == "mixed_float16" and device_name() == "CPU":
        print("warning: mixed_float16 is slow on a CPU, which has no such arithmetic", file=sys.stderr)


def _is_no_retracing(record: logging.LogRecord) -> bool:
    """Filter TensorFlow's warning: an app evaluates several models, each with a traced function of its own."""
    return "triggered tf.function retracing" not in record.getMessage()


@contextlib.contextmanager
def _quiet_start() -> Iterator[None]:
    """Hide what TensorFlow's C++ code prints while it starts; show what Python prints."""
    if "tensorflow" in sys.modules:
        yield
        return
    # Takes effect only after the start. Level 3 hides the C++ code's ERROR lines too: they tell of GPUs that are not
    # there and of graph rewrites that were given up ("remapper failed"); an error of ours to know is an exception.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.stderr.flush()
    terminal = sys.stdout.isatty()
    if terminal:  # it takes seconds
        print("starting Keras ...", end="", flush=True)
    shown = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            if terminal:
                print("\r\033[K", end="", flush=True)
            sys.stderr.flush()
            os.dup2(shown, 2)
            os.close(shown)
            held.seek(0)
            noise = re.compile(r"[IWE]\d{4} |WARNING: All log messages before absl|^$")
            lines = held.read().decode(errors="replace").splitlines()
            sys.stderr.writelines(f"{line}\n" for line in lines if not noise.match(line))


def _one_of(argument: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise UserError(f"{argument}={value!r} is unknown: choose one of {', '.join(choices)}")


def _seed(seed: int, name: str) -> None:
    import keras
    import numpy as np

    if name == "tensorflow":
        keras.utils.set_random_seed(seed)
        return
    # set_random_seed imports TensorFlow wherever it is installed; this does the same without it.
    # clear_session drops Keras' own generator, which is then made anew from Python's.
    keras.utils.clear_session()
    random.seed(seed)
    np.random.seed(seed)
    if name == "torch":
        import torch

        torch.manual_seed(seed)


def _tensorflow(device: str, deterministic: bool) -> None:
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    if device == "gpu" and not gpus:
        raise UserError(_no_gpu("tensorflow"))
    try:
        tf.config.set_visible_devices([] if device == "cpu" else gpus, "GPU")
        for gpu in gpus:  # else TensorFlow allocates the whole memory of the GPU at once
            tf.config.experimental.set_memory_growth(gpu, True)
    except RuntimeError:
        # Memory growth cannot be set once TensorFlow has started; only the wrong device is worth an error.
        if device != "auto" and bool(tf.config.get_visible_devices("GPU")) != (device == "gpu"):
            raise UserError(
                f"device={device} comes too late: TensorFlow has already started in this process, "
                "and its devices cannot change; start a new Python"
            ) from None
    if deterministic:
        tf.config.experimental.enable_op_determinism()


def _jax(device: str, deterministic: bool) -> None:
    import jax

    flag = "--xla_gpu_deterministic_ops=true"
    if deterministic and device != "cpu" and flag not in os.environ.get("XLA_FLAGS", ""):
        # XLA reads its flags once, when JAX first computes; on a CPU it is deterministic without one.
        os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {flag}".strip()
    if device == "cpu":
        jax.config.update("jax_platforms", "cpu")  # if JAX has not started yet, no GPU memory is allocated
        jax.config.update("jax_default_device", jax.devices("cpu")[0])
        return
    jax.config.update("jax_platforms", os.environ.get("JAX_PLATFORMS") or None)
    jax.config.update("jax_default_device", None)
    if device == "gpu":
        try:
            jax.config.update("jax_default_device", jax.devices("gpu")[0])
        except RuntimeError:
            raise UserError(_no_gpu("jax")) from None


def _torch(device: str, deterministic: bool) -> None:
    import keras
    import torch

    gpu = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else None
    if device == "gpu" and gpu is None:
        raise UserError(_no_gpu("torch"))
    _torch_scope.close()
    if device != "auto":  # by default Keras takes a GPU, if there is one
        _torch_scope.enter_context(keras.device("cpu" if device == "cpu" else gpu))
    if deterministic:
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
        torch.use_deterministic_algorithms(True)


def _no_gpu(name: str) -> str:
    return (
        f"device=gpu, but {name} sees no GPU in this process: install its GPU libraries "
        f"({GPU_INSTALL[name]}), check with `{folders.command('doctor')}`, or choose device=cpu"
    )


def backend() -> str:
    """Keras' backend: "tensorflow", "jax" or "torch"."""
    import keras

    return str(keras.config.backend())


def device_name() -> str:
    """The name of the GPU that models run on, or "CPU"."""
    name = backend()
    if name == "tensorflow":
        import tensorflow as tf

        gpus = tf.config.get_visible_devices("GPU")
        details = tf.config.experimental.get_device_details(gpus[0]) if gpus else {"device_name": "CPU"}
        return str(details.get("device_name", "GPU"))
    if name == "jax":
        import jax

        chosen = jax.config.jax_default_device or jax.devices()[0]
        return "CPU" if chosen.platform == "cpu" else str(chosen.device_kind)
    import keras
    import torch

    place = str(keras.ops.zeros(()).device)
    return str(torch.cuda.get_device_name(place)) if place.startswith("cuda") else place.upper()

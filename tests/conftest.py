"""What all tests share."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


class NoTensorFlow:
    """An import finder that makes `import tensorflow` fail."""

    def find_spec(self, name, path=None, target=None):
        """Refuse TensorFlow, leave everything else to the finders that follow."""
        if name == "tensorflow":
            raise ModuleNotFoundError("these tests run without TensorFlow", name=name)


def pytest_configure(config):
    """Quiet TensorFlow's start-up notes; on another backend, play a machine that has no TensorFlow.

    Keras imports it, where it is installed, whenever it saves a model or seeds, whatever the backend.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if os.environ.get("KERAS_BACKEND", "tensorflow") != "tensorflow":
        sys.meta_path.insert(0, NoTensorFlow())


def pytest_xdist_auto_num_workers(config):
    """Two processes for the whole suite; none beside this one for whoever names a file or a test."""
    return 2 if config.args_source is pytest.Config.ArgsSource.TESTPATHS else 0


def pytest_collection_modifyitems(items):
    """Skip what the backend or this machine does not have."""
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    for item in items:
        if "tensorflow" in item.keywords and backend != "tensorflow":
            item.add_marker(pytest.mark.skip(reason=f"needs TensorFlow; the backend is {backend}"))
        if "realdata" in item.keywords and not os.environ.get("KERAS_COURSE_REAL_DATA"):
            item.add_marker(
                pytest.mark.skip(reason="KERAS_COURSE_REAL_DATA does not name the real data's folder")
            )


@pytest.fixture
def real_data():
    """The folder of the real data files."""
    return Path(os.environ["KERAS_COURSE_REAL_DATA"])


@pytest.fixture
def program(tmp_path):
    """Run ``python -m MODULE ARGUMENTS...`` from the checkout, as a user does; return the finished process."""

    def run(module, *arguments, timeout=180, **environment):
        return subprocess.run(
            [sys.executable, "-m", module, *map(str, arguments)],
            cwd=ROOT,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    return run


@pytest.fixture
def started():
    """Start a Python that the test reads from and signals; it ends with the test, whatever happened."""
    processes = []

    def start(*arguments):
        # A test run in the background ignores Ctrl-C, and so would what it starts.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        process = subprocess.Popen(
            [sys.executable, "-u", *map(str, arguments)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        signal.signal(signal.SIGINT, before)
        processes.append(process)
        return process

    yield start
    for process in processes:
        with process:
            process.kill()

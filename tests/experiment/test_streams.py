"""Printing where the encoding lacks a character; a clean run leaves stderr empty; first words at once."""

import io
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from apps.quickstart import SMALL
from keras_course.experiment import streams

ROOT = Path(__file__).parents[2]
# Small enough for a test: only the printing matters.
TINY = {
    **SMALL,
    "mnist_dense": ["--dataset", "digits", "--epochs", "1", "--hidden", "8"],
    "cats_dogs": ["--dataset", "drawn", "--epochs", "1", "--image-size", "64", "--limit", "64"],
    "classic_learning": [*SMALL["classic_learning"], "--epochs", "1", "--limit", "200"],
    "choices": ["--dataset", "digits", "--epochs", "1", "--examples", "200", "--vary", "loss"],
    "regularization": ["--dataset", "digits", "--epochs", "1", "--examples", "50"],
    "stock_lstm": ["--dataset", "embedded", "--epochs", "1", "--units", "4"],
}


def run(*arguments, **environment):
    """Run ``python ARGUMENTS...`` without what the tests' own environment hides."""
    plain = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT, env={**plain, **environment}, capture_output=True, timeout=600,
    )  # fmt: skip


@pytest.fixture
def replaced(monkeypatch):
    """A stdout of a given encoding, and what is written to it."""

    def make(encoding):
        raw = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding, write_through=True))
        streams.make_printable()
        return raw

    return make


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "ascii", "latin-1", "cp932"])
def test_everything_can_be_printed(encoding, replaced):
    raw = replaced(encoding)
    print("┏━┳━┓ │ 3×3 → 0.5 ± 0.1 °C, σ², “so” … ≤ ✓ 東")
    assert b"\n" in raw.getvalue()


def test_the_nearest_in_ascii(replaced):
    raw = replaced("ascii")
    print("┏━┓│→ 3×3 ± ° ² é ✓ 東")
    assert raw.getvalue().decode().strip() == "+-+|-> 3x3 +-  deg ^2 e ok ?"


def test_utf8_is_left_as_it_is(replaced):
    raw = replaced("utf-8")
    print("┏→±")
    assert raw.getvalue().decode().strip() == "┏→±"


@pytest.mark.parametrize("arguments", [(), ("--slides",), ("mnist_dense",)])
def test_the_list_on_code_page_1252(arguments):
    done = run("-m", "apps", *arguments, PYTHONIOENCODING="cp1252")
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    "app",
    [pytest.param(app, marks=() if app == "xo_convnet" else pytest.mark.slow) for app in SMALL],
)
def test_every_experiment_on_code_page_1252_leaves_stderr_empty(app, tmp_path):
    """As ``> log.txt 2> err`` on Windows."""
    done = run("-m", f"apps.{app}", *TINY[app], "--models-dir", tmp_path, PYTHONIOENCODING="cp1252")
    assert (done.returncode, done.stderr.decode("cp1252")) == (0, "")
    assert "run: " in done.stdout.decode("cp1252").splitlines()[-1]


@pytest.mark.slow
@pytest.mark.tensorflow
def test_modern_network_and_its_predictions_leave_stderr_empty(tmp_path):
    """Where TensorFlow's graph rewriter gives up ("remapper failed")."""
    flags = ("--dataset", "drawn", "--model", "modern", "--epochs", 1, "--image-size", 64, "--limit", 32)
    trained = run("-m", "apps.cats_dogs", *flags, "--models-dir", tmp_path)
    assert (trained.returncode, trained.stderr.decode()) == (0, "")
    figure = next(tmp_path.glob("cats_dogs/*/figures/*.png"))
    predicted = run("-m", "apps.predict", figure.parents[1], figure)
    assert (predicted.returncode, predicted.stderr.decode()) == (0, "")


def test_first_words_come_before_keras(tmp_path):
    """Through a pipe, where nothing appears that is not flushed; the bound is loose for a busy machine."""
    begun = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "apps.mnist_dense", "--dataset", "digits", "--models-dir", str(tmp_path)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        first = process.stdout.readline()
        seconds = time.monotonic() - begun
        process.kill()
    assert first.startswith("runs go into ") and seconds < 4

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
def zero_weights(monkeypatch):
    """Weights that are only counted are not drawn: 140 million random numbers take seconds."""
    import keras

    monkeypatch.setattr(
        keras.initializers.VarianceScaling,
        "__call__",
        lambda self, shape, dtype=None: keras.ops.zeros(shape, dtype),
    )


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


def drawn_texts(figure):
    """The texts that a drawing of the figure really draws, without what is hidden, empty or out of an axis' view."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text

    found, draw = [], Text.draw

    def record(text, renderer, *arguments, **named):
        if text.get_visible() and text.get_text().strip():
            found.append(text)
        return draw(text, renderer, *arguments, **named)

    FigureCanvasAgg(figure)
    Text.draw = record
    try:
        figure.draw_without_rendering()
    finally:
        Text.draw = draw
    return list(dict.fromkeys(found))


@pytest.fixture
def figure_problems():
    """What keeps a figure from being read from the last row: ``assert not figure_problems(figure)``.

    It counts panels (axes that are not colour bars), and looks at every text that is drawn: its size, where the figure
    is shown 1600 pixels wide (a smaller figure is not enlarged), whether it leaves the figure, and whether it overlaps
    another text. Figures are saved with 150 pixels an inch, so that 1600 pixels are 10.7 inches.
    """

    def problems(figure, *, panels=12, points=9.0, pixels=1600):
        def named(text):
            return repr(text.get_text().replace("\n", " ")[:40])

        count = sum(axes.get_label() != "<colorbar>" for axes in figure.axes)
        found = [f"{count} panels, at most {panels}"] if count > panels else []
        shown = min(1.0, pixels / (150 * figure.get_figwidth()))
        texts = drawn_texts(figure)
        for text in texts:
            size = text.get_fontsize() * shown
            if size < points - 0.05:
                found.append(f"{named(text)} is {size:.1f} pt high at {pixels} px, at least {points:g}")
        room = figure.bbox.padded(1)  # a pixel of rounding
        boxes = [text.get_window_extent() for text in texts]
        for text, box in zip(texts, boxes, strict=True):
            if not (room.x0 <= box.x0 and box.x1 <= room.x1 and room.y0 <= box.y0 and box.y1 <= room.y1):
                found.append(f"{named(text)} leaves the figure")
        for i, (text, box) in enumerate(zip(texts, boxes, strict=True)):
            for other, beside in zip(texts[i + 1 :], boxes[i + 1 :], strict=True):
                across = min(box.x1, beside.x1) - max(box.x0, beside.x0)
                up = min(box.y1, beside.y1) - max(box.y0, beside.y0)
                if across > 2 and up > 0.25 * min(
                    box.height, beside.height
                ):  # boxes are larger than the letters
                    found.append(f"{named(text)} overlaps {named(other)}")
        return found

    return problems


@pytest.fixture
def saved_figures(monkeypatch):
    """By name the figures that a run saves during the test: ``for name, figure in saved_figures.items()``."""
    from keras_course.experiment import runs

    figures, save = {}, runs.Run.save_figure

    def record(run, name, figure):
        figures[name] = figure
        return save(run, name, figure)

    monkeypatch.setattr(runs.Run, "save_figure", record)
    return figures

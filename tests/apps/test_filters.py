"""apps.filters: by hand and by Conv2D, and a picture as numbers (rows 24 and 38)."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from apps import filters
from apps.filters import measures, report
from keras_course.by_hand.convolution import correlate
from keras_course.by_hand.kernels import KERNELS, grey
from keras_course.datasets.images import read_picture, scikit_learn_photo
from keras_course.errors import UserError
from keras_course.experiment import command, runs


def config(folder, image="china.jpg", **settings):
    settings = {"size": 60, "keras": False, **settings}
    return filters.Config(image=str(image), run=command.OutputOptions(models_dir=folder), **settings)


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    flags = ["--no-keras", "--size", "80", "--models-dir", str(folder)]
    program = subprocess.run([sys.executable, "-m", "apps.filters", *flags], capture_output=True, text=True)
    return program, runs.find("filters", folder)


@pytest.fixture
def without_figures(monkeypatch):
    """Omits what takes the time; the fixture above draws them all."""
    monkeypatch.setattr(runs.Run, "save_figure", lambda self, name, figure: self.path)


def test_the_photo_of_scikit_learn_is_the_default(done):
    program, run = done
    assert program.returncode == 0 and program.stderr == ""
    assert program.stdout.splitlines()[-1] == f"run: {run.path}"
    names = {path.name for path in (run.path / "figures").iterdir()}
    assert names == {"filters.png", "filters_other.png", "computer_sees.png", "edges.png"}
    environment = run.read_json("environment")
    assert environment["dataset"]["name"] == "china.jpg" and "CC BY 2.0" in environment["dataset"]["terms"]
    assert environment["backend"] == "numpy"  # Keras was not asked for


def test_the_piece_is_printed_as_it_is(done):
    program, run = done
    picture = read_picture(scikit_learn_photo(), 80)
    height, width = picture.shape[:2]
    assert (run.metrics()["height"], run.metrics()["width"]) == (height, width)
    top, left = (height - 12) // 2, (width - 12) // 2
    lines = program.stdout.splitlines()
    start = lines.index("  green") + 1
    printed = [[int(number) for number in line.split()] for line in lines[start : start + 12]]
    assert printed == picture[top : top + 12, left : left + 12, 1].tolist()


def test_only_vertical_edges_remain_and_slanted_ones_in_part(done):
    program, run = done
    metrics = run.metrics()
    assert metrics["vertical_share"] == 1
    assert metrics["edges"]["Sobel, horizontal edges"]["vertical_share"] == 0
    assert metrics["answer_to_leaning_edges"]["vertical edges 3x3"][-1] < 1e-9
    assert "leave 0% of a horizontal edge, and 4" in program.stdout


def test_conv2_turns_the_kernel_and_returns_the_full_size(done):
    decks, full, valid = done[1].metrics()["conv2"].values()
    assert decks == [[-3, -3]] and valid == [[3, 3]]
    assert np.shape(full) == (5, 6)
    assert "changes only the sign" in done[0].stdout


def test_keras_gives_the_same():
    picture = np.random.default_rng(0).random((20, 30))
    filtered, table = measures.filter_all(picture, with_keras=True)
    for name, kernel in KERNELS.items():
        np.testing.assert_allclose(filtered[name], correlate(picture, kernel.weights), atol=1e-12)
        np.testing.assert_allclose(measures.conv2d(picture, kernel.weights)[0], filtered[name], atol=1e-5)
        assert table[name]["largest_difference"] < 1e-5
        assert table[name]["by_hand_ms"] > 0 and table[name]["keras_ms"] > 0


def test_as_a_user_asks_for_both(tmp_path, capsys, without_figures):
    metrics = filters.main(config(tmp_path, keras=True))
    out = capsys.readouterr().out
    assert "largest difference between by hand (float64) and Conv2D (float32)" in out
    assert max(row["largest_difference"] for row in metrics["kernels"].values()) < 1e-5
    assert runs.find("filters", tmp_path).read_json("environment")["backend"] != "numpy"


@pytest.mark.parametrize("side", [6, 13])
def test_a_small_picture_of_ones_own(side, tmp_path, capsys, without_figures):
    Image.new("RGB", (side + 2, side), "teal").save(tmp_path / "mine.png")
    metrics = filters.main(config(tmp_path / "models", tmp_path / "mine.png", crop=(0, 1, 3)))
    assert (metrics["height"], metrics["width"]) == (side, side + 2)
    run = runs.find("filters", tmp_path / "models")
    assert run.config()["image"] == "mine.png"  # no path
    assert run.read_json("environment")["dataset"]["terms"] == "those of the given file"
    assert "128 128 128" in capsys.readouterr().out


def test_the_smallest_picture_can_be_drawn(tmp_path):
    Image.new("RGB", (5, 5), "teal").save(tmp_path / "mine.png")
    filters.main(config(tmp_path / "models", tmp_path / "mine.png"))
    assert (runs.find("filters", tmp_path / "models").path / "figures" / "filters.png").is_file()


@pytest.mark.parametrize(
    ("size", "settings", "words"),
    [
        ((1, 1), {}, r"1x1 pixels .* largest kernel needs, 5x5"),
        ((300, 4), {"size": 640}, "4x300 pixels"),
        ((50, 50), {"size": 3}, "3x3 pixels .*--size 3"),
        ((50, 50), {"crop": (45, 0, 10)}, "--crop 45 0 10: .* 50 rows and 50 columns"),
        ((50, 50), {"crop": (0, 0, 21)}, "1 to 20 pixels"),
        ((50, 50), {"crop": (-1, 0, 5)}, "--crop -1 0 5"),
        ((50, 50), {"crop": (0, 0, 0)}, "--crop 0 0 0"),
        ((50, 50), {"crop": (10**23, 0, 5)}, "is too large: give a number below"),
        ((50, 50), {"size": 0}, "--size 0"),
        ((50, 50), {"size": -5}, "--size -5: give the pixels"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(size, settings, words, tmp_path):
    Image.new("RGB", size).save(tmp_path / "picture.png")
    with pytest.raises(UserError, match=words):
        filters.main(config(tmp_path / "models", tmp_path / "picture.png", **settings))
    assert not (tmp_path / "models").exists()


def test_a_missing_file_and_a_file_that_is_no_picture(program, tmp_path):
    done = program("apps.filters", tmp_path / "gone.png", "--no-keras", "--models-dir", tmp_path)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert done.stderr.startswith("error: ") and "there is no such file" in done.stderr
    (tmp_path / "text.png").write_text("hello")
    done = program("apps.filters", tmp_path / "text.png", "--no-keras", "--models-dir", tmp_path)
    assert done.returncode == 2 and "not a picture; use PNG or JPEG" in done.stderr


def test_nothing_is_random_so_there_is_no_seed(program):
    done = program("apps.filters", "--seed", 1)
    assert done.returncode == 2 and "--seed" in done.stderr


def test_a_size_larger_than_any_picture_keeps_the_picture(tmp_path, capsys, without_figures):
    for name in ("mine.png", "mine.jpg"):
        Image.new("RGB", (12, 9), "teal").save(tmp_path / name)
        metrics = filters.main(config(tmp_path / "models", tmp_path / name, size=10**9))
        assert (metrics["height"], metrics["width"]) == (9, 12)
    capsys.readouterr()


@pytest.mark.parametrize("side", [6, (30, 60)])
def test_the_figures_can_be_read(side, figure_problems):
    shape = (side, side) if isinstance(side, int) else side
    picture = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    box = (0, 0, 5, 5)
    planes = {name: picture[:5, :5, 0].astype(int) for name in ("grey", "red", "green", "blue")}
    brightness = grey(picture) / 255
    filtered, _ = measures.filter_all(brightness, with_keras=False)
    figures = report.filters_figures("mine.png", brightness, filtered)
    assert list(figures) == ["filters", "filters_other"]
    figures["computer_sees"] = report.numbers_figure("mine.png", picture, box, planes)
    figures["edges"] = report.edges_figure(measures.responses_by_angle())
    assert {name: figure_problems(figure) for name, figure in figures.items()} == {
        name: [] for name in figures
    }

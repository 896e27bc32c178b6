"""apps.xo_convnet: every step, and an honest account of where it fails (rows 22 and 23)."""

import subprocess
import sys

import numpy as np
import pytest

from apps import xo_convnet
from apps.xo_convnet import accuracy, cases, inputs, steps
from keras_course.by_hand import x_and_o as xo
from keras_course.errors import UserError
from keras_course.experiment import command, runs


def config(folder, **settings):
    return xo_convnet.Config(**{"letters": 100, "run": command.HandOptions(models_dir=folder), **settings})


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    program = subprocess.run(
        [sys.executable, "-m", "apps.xo_convnet", "--letters", "100", "--models-dir", str(folder)],
        capture_output=True,
        text=True,
    )
    return program, runs.find("xo_convnet", folder)


@pytest.fixture
def without_figures(monkeypatch):
    """Omits what takes the time; the fixture above draws them all."""
    monkeypatch.setattr(runs.Run, "save_figure", lambda self, name, figure: self.path)


def test_every_step_is_printed_and_drawn(done):
    program, run = done
    assert program.returncode == 0 and program.stderr == ""
    assert "(1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1) / 9 = 9/9 = 1.00" in program.stdout
    steps = [line[3:] for line in program.stdout.splitlines() if line.startswith("== ")]
    assert [step.split(":")[0].split(",")[0] for step in steps] == [
        "Computers are literal",
        "Features match pieces of the image",
        "Filtering",
        "Convolution layer",
        "Normalization",
        "ReLU layer",
        "Pooling",
        "Stacking",
        "Trickier cases",
        "How robust is it? 100 drawn letters for every number of flipped pixels",
    ]
    assert program.stdout.splitlines()[-1] == f"run: {run.path}"
    names = {path.name for path in (run.path / "figures").iterdir()}
    assert names == {"match.png", "layers.png", "vote.png", "changed.png", "noise.png"}


def test_the_numbers_are_those_of_the_library(done):
    metrics = done[1].metrics()
    assert metrics["match"]["matches"]["row 3, column 3"] == 1
    assert metrics["votes"] == pytest.approx(xo.votes(xo.X)) and metrics["says"] == "X"
    assert metrics["pooling_and_relu_swapped"] == 0
    table = {(row["is"], row["picture"]): row for row in metrics["changed"]}
    assert table["X", "turned 45°"]["says"] == "O"  # it fails, and says so
    assert "<- wrong" in done[0].stdout
    for row in table.values():
        assert row["says"] == ("X" if row["X"] > row["O"] else "O")


def test_accuracy_falls_with_noise(done):
    curves = done[1].metrics()["accuracy_against_noise"]
    for lines in curves.values():
        for accuracies in lines.values():
            assert len(accuracies) == len(accuracy.LEVELS)
    still, moved = curves.values()
    assert still["ConvNet, votes set by hand"][0] == moved["ConvNet, votes set by hand"][0] == 1
    assert still["ConvNet, votes set by hand"][-1] < 0.7
    assert moved["pixel by pixel"][0] < 0.9


def test_no_keras_and_no_path_in_the_run(done, tmp_path):
    code = (
        "import sys; from pathlib import Path; from apps import xo_convnet;"
        "from keras_course.experiment import command;"
        f"run = command.HandOptions(models_dir=Path({str(tmp_path)!r}));"
        "xo_convnet.main(xo_convnet.Config(letters=2, run=run));"
        "print(sorted({'keras', 'tensorflow', 'matplotlib.pyplot'} & set(sys.modules)))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.splitlines()[-1] == "[]"
    assert done[1].read_json("environment")["backend"] == "numpy"


def test_a_drawn_letter_goes_through_the_steps(tmp_path, capsys, without_figures):
    path = tmp_path / "o.txt"
    path.write_text("\n".join("".join("#" if pixel > 0 else "." for pixel in row) for row in xo.O))
    metrics = xo_convnet.main(config(tmp_path, picture=str(path), letters=2))
    assert metrics["says"] == "O" and metrics["votes"]["O"] == pytest.approx(1)
    assert runs.find("xo_convnet", tmp_path).config()["picture"] == "o.txt"
    capsys.readouterr()


def test_blank_paper_has_nothing_to_normalise(tmp_path, capsys, without_figures):
    path = tmp_path / "blank.txt"
    path.write_text("\n".join(["." * 9] * 9))
    xo_convnet.main(config(tmp_path, picture=str(path), letters=2))
    assert capsys.readouterr().out.count("nothing to normalise") == 3


def test_the_same_seed_gives_the_same_numbers_and_another_does_not(tmp_path):
    one, same = (accuracy.judge(config(tmp_path)) for _ in range(2))
    other = accuracy.judge(config(tmp_path, run=command.HandOptions(seed=1)))
    assert one == same != other


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"noise": 82}, "--noise 82"),
        ({"shift": -1}, "--shift -1"),
        ({"letters": 5}, "--letters 5"),
        ({"letters": -2}, "--letters -2"),
        ({"letters": 10**23}, "is too large: give a number below"),
        ({"seed": -1}, "seed=-1 must be from 0"),
        ({"seed": 2**32}, "seed=4294967296"),
        ({"picture": ""}, "--picture : there is no such file"),
        ({"picture": "nowhere.txt"}, "nowhere.txt: there is no such file"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(settings, words, tmp_path):
    run = command.HandOptions(seed=settings.pop("seed", 0), models_dir=tmp_path)
    with pytest.raises((UserError, OSError), match=words):
        xo_convnet.main(xo_convnet.Config(**settings, run=run))
    assert not list(tmp_path.iterdir())


def test_the_letter_can_be_named():
    assert np.array_equal(inputs.chosen("o"), xo.O)


@pytest.mark.parametrize("picture", [xo.X, -np.ones((9, 9))], ids=["X", "blank"])
def test_the_steps_can_be_read(picture, figure_problems, capsys):
    figures = {
        "match": steps.match_figure(picture, steps.print_match(picture)),
        "layers": steps.layers_figure(picture),
        "vote": steps.vote_figure(picture),
    }
    assert {name: figure_problems(figure) for name, figure in figures.items()} == {
        name: [] for name in figures
    }


def test_the_changed_letters_and_the_accuracies_can_be_read(figure_problems, capsys):
    pictures = cases.changed(1, 8, 0)
    figure = cases.changed_figure(pictures, cases.print_changed(pictures))
    assert len(figure.axes) == 12 and figure_problems(figure) == []
    wrong = [axes.get_title() for axes in figure.axes if "(wrong)" in axes.get_title()]
    assert len(wrong) == capsys.readouterr().out.count("<-")
    accuracies = {
        way: [1.0] * len(accuracy.LEVELS) for way in ("pixel by pixel", "ConvNet, votes set by hand")
    }
    curves = {"letters in their place": accuracies, "letters moved by up to 1 px": accuracies}
    assert figure_problems(accuracy.noise_figure(xo_convnet.Config(), curves)) == []

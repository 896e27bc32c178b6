"""apps.worked_examples: every row of the slides, its number beside ours."""

import json
import statistics
import subprocess
import sys
import time

import numpy as np
import pytest

from apps import worked_examples
from apps.worked_examples import board, convolution, report
from apps.worked_examples.board import Compared, Row, agree
from keras_course.errors import UserError
from keras_course.experiment import course

ROWS = [*range(1, 26), *range(28, 37), 38]  # the others belong to the architectures
ERRING = {12, 15, 24, 29}


def results(capsys, *flags):
    worked_examples.main(worked_examples.Config(json=True, **dict.fromkeys(flags, True)))
    return json.loads(capsys.readouterr().out)


def test_every_row_is_there_and_differs_only_where_the_slide_errs(capsys):
    found = results(capsys)
    assert sorted(row["row"] for row in found) == ROWS
    for row in found:
        assert set(row) == {"row", "title", "slide", "computed", "equal", "note"}
        assert row["equal"] != (row["row"] in ERRING), row["title"]
        assert ("the slide errs" in row["note"]) == (row["row"] in ERRING)


def test_a_wrong_number_is_an_error_of_ours(capsys, monkeypatch):
    right = convolution.correlate
    monkeypatch.setattr(convolution, "correlate", lambda *given, **named: right(*given, **named) + 1)
    with pytest.raises(RuntimeError, match=r"rows \[1, 2"):
        worked_examples.main(worked_examples.Config(topic="convolution"))


@pytest.mark.parametrize(
    ("slide", "computed", "digits", "expected"),
    [
        ([1, 2], np.array([1.0, 2.0]), None, True),
        ([1, 2], np.array([1.0, 2.1]), None, False),
        ([1, 2], np.array([1.0, 2.0, 3.0]), None, False),
        (4.8, 4.78, 1, True),
        (4.8, 4.7, 1, False),
        ({"a": 1}, {"a": 1, "b": 2}, None, False),
        ({"a": "X", "b": [True]}, {"a": "X", "b": [True]}, None, True),
        ("saw", "said", None, False),
    ],
)
def test_what_counts_as_equal(slide, computed, digits, expected):
    assert agree(slide, computed, digits) is expected


def test_the_board_shows_every_step(capsys):
    worked_examples.main(worked_examples.Config(topic="learning"))
    printed = capsys.readouterr().out
    assert '9. one weight learns   (deck 3, "Simple Example")' in printed
    assert "(1, 2): 1.7 - 0.1 x 2 x 1 x (1 x 1.7 - 2) = 1.76" in printed
    assert "slide [1.7, 1.76, 2.192]" in printed
    assert "5 rows: 4 equal to the slides; the slides err in row 29, as said there" in printed


def test_every_row_is_found_by_its_slide():
    known = {place.slide for place in course.places()}
    for row in report.rows(worked_examples.TOPICS):
        (slide,) = course.slides(f"Slide: {row.slide}")
        assert slide in known, slide


@pytest.mark.parametrize("row", report.rows(worked_examples.TOPICS), ids=lambda row: f"row {row.number}")
def test_every_figure_can_be_read_from_the_last_row(row, figure_problems):
    figure = row.draw()
    assert figure_problems(figure) == []
    assert figure.get_suptitle() and figure.get_figheight() <= 6  # it fits the screen


def test_every_row_has_its_own_figure():
    draws = [row.draw for row in report.rows(worked_examples.TOPICS)]
    assert len(set(draws)) == len(draws)


def test_numbers_on_the_board():
    assert board.grid(np.array([[1, -20], [3, 4]])) == "1 -20\n3   4"
    assert [board.number(value) for value in (2.0, 0.948846, -3, -0.001)] == ["2", "0.95", "-3", "0"]
    assert board.beside(np.array([[1], [2]]), "x", np.array([[3], [4]])) == "1 x 3\n2   4"


def test_pictures_of_a_topic(tmp_path, capsys):
    worked_examples.main(worked_examples.Config(topic="pooling", figures=True, models_dir=tmp_path))
    assert capsys.readouterr().out.splitlines()[-1].startswith("run: ")
    (run,) = (tmp_path / "worked_examples").iterdir()
    assert sorted(path.name[:6] for path in (run / "figures").iterdir()) == [
        "row_05",
        "row_06",
        "row_13",
        "row_14",
    ]
    assert [row["row"] for row in json.loads((run / "metrics.json").read_text())["rows"]] == [5, 6, 13, 14]


@pytest.mark.slow
def test_every_row_has_a_picture(tmp_path, capsys):
    worked_examples.main(worked_examples.Config(figures=True, models_dir=tmp_path))
    assert len(list(tmp_path.glob("worked_examples/*/figures/*.png"))) == len(ROWS)


def test_an_unknown_topic_lists_the_topics(program):
    done = program("apps.worked_examples", "dreams")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "error: there is no topic 'dreams': choose one of " + ", ".join(worked_examples.TOPICS)
    ]


def test_an_unknown_topic_is_the_users_error_and_leaves_nothing(tmp_path):
    with pytest.raises(UserError, match="there is no topic ''"):
        worked_examples.main(worked_examples.Config(topic="", figures=True, models_dir=tmp_path))
    assert not list(tmp_path.iterdir())


def test_numpy_only_and_under_a_second():
    code = (
        "import sys, runpy; sys.argv = ['apps.worked_examples', '--json'];"
        "runpy.run_module('apps.worked_examples', run_name='__main__');"
        "heavy = {'keras', 'tensorflow', 'matplotlib', 'scipy', 'sklearn', 'pandas'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    seconds = []
    for _ in range(3):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        seconds.append(time.perf_counter() - begun)
    assert statistics.median(seconds) < 2  # alone it is under one; the machine of a test may be busy


def test_a_row_needs_no_note():
    row = Row(1, "t", 'deck 1, "T"', lambda say: Compared(1, 1), lambda: None)
    assert report.work(row) == (
        {"row": 1, "title": "t", "slide": 1, "computed": 1, "equal": True, "note": ""},
        [],
    )

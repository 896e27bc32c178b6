"""apps.worked_examples: every row of the slides, its number beside ours."""

import json
import os
import statistics
import subprocess
import sys

import numpy as np
import pytest

from apps import worked_examples
from apps.worked_examples import board, convolution, report
from apps.worked_examples.board import Compared, Row, agree
from keras_course.errors import UserError
from keras_course.experiment import course

ROWS = [*range(1, 26), *range(28, 37), 38]  # the others belong to the architectures
ERRING = {12, 15, 24, 29}
# Rows of which the slides have formulas, names or pictures, but no number.
BY_FORMULA = {7, 8, 10, 11, 17, 21, 23, 25, 28, 30, 31, 32, 33}


def results(capsys, *flags):
    worked_examples.main(worked_examples.Config(json=True, **dict.fromkeys(flags, True)))
    return json.loads(capsys.readouterr().out)


def test_every_row_is_there_and_differs_only_where_the_slide_errs(capsys):
    found = results(capsys)
    assert sorted(row["row"] for row in found) == ROWS
    for row in found:
        assert set(row) == {"row", "title", "slide", "source", "computed", "equal", "note"}
        assert row["equal"] != (row["row"] in ERRING), row["title"]
        assert ("the slide errs" in row["note"]) == (row["row"] in ERRING)


def test_what_is_on_no_slide_is_called_by_formula(capsys):
    found = results(capsys)
    assert {row["row"] for row in found if not report.has_own(row)} == BY_FORMULA
    sources = {row["row"]: row["source"] for row in found}
    assert (sources[1], sources[11]) == ("slide", "formula")
    assert sources[5] == {"stretched": "slide", "scores": "formula", "first score": "formula"}
    for row in found:  # every name is of the row
        assert row["source"].keys() == row["slide"].keys() if isinstance(row["slide"], dict) else True
    for row in report.rows(worked_examples.TOPICS):
        compared = row.work(lambda line: None)
        assert isinstance(compared.by_formula, bool) or set(compared.by_formula) <= compared.slide.keys()


@pytest.mark.parametrize(
    ("topic", "number"),
    [
        ("convolution", "24.6764"),
        ("pooling", "767.62"),
        ("learning", "1.86023"),
        ("probability", "0.0162148"),
    ],
)
def test_a_number_of_ours_is_not_called_the_slides(topic, number, capsys):
    worked_examples.main(worked_examples.Config(topic=topic))
    printed = capsys.readouterr().out
    assert f"by formula {number}" in printed
    assert f"slide {number}" not in printed


def test_only_the_slides_own_numbers_count_as_equal_to_the_slides(capsys):
    worked_examples.main(worked_examples.Config())
    assert capsys.readouterr().out.splitlines()[-1] == (
        "35 rows: 18 equal to the slides' own numbers, 13 equal by formula, where the slides print no number; "
        "the slides err in rows 12, 15, 24, 29, as said there"
    )


def test_the_cake_walk_is_that_of_the_optimizers(capsys):
    worked_examples.main(worked_examples.Config(topic="regions"))
    printed = capsys.readouterr().out
    assert "14 steps, the distance measured 57 times" in printed
    assert (
        "the gradient goes straight: 11 steps of length 1, as many gradients, 0.23 from the cake" in printed
    )


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
    assert (
        "5 rows: 1 equal to the slides' own numbers, 3 equal by formula, where the slides print no number; "
        "the slides err in row 29, as said there"
    ) in printed


def test_every_row_is_found_by_its_slide():
    places = course.places()
    for row in report.rows(worked_examples.TOPICS):
        (slide,) = course.slides(f"Slide: {row.slide}")
        topic = (
            row.work.__module__.rpartition(".")[2]
            .replace("sizes", "convolution")
            .replace("descent", "learning")
        )
        assert f"worked_examples {topic}" in course.programs(
            [place for place in places if place.slide == slide]
        )


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
        before = os.times()
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        after = os.times()  # the processor's time: the machine of a test may be busy
        seconds.append(
            after.children_user + after.children_system - before.children_user - before.children_system
        )
    assert statistics.median(seconds) < 1


def test_a_row_needs_no_note():
    row = Row(1, "t", 'deck 1, "T"', lambda say: Compared(1, 1), lambda: None)
    assert report.work(row) == (
        {"row": 1, "title": "t", "slide": 1, "source": "slide", "computed": 1, "equal": True, "note": ""},
        [],
    )

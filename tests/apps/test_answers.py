"""``--answers``: every question under an app's ``Try:`` has its answer, with a number."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from keras_course.errors import UserError
from keras_course.experiment import answers, course

ROOT = Path(__file__).resolve().parents[2]
# Written with the changes of these apps, and not here yet.


def docstring(name: str) -> str:
    return ast.get_docstring(ast.parse(course.app_files()[name].read_text(encoding="utf-8"))) or ""


APPS = [name for name in course.app_files() if course.tries(docstring(name))]


@pytest.mark.parametrize("name", APPS)
def test_every_question_has_an_answer(name: str) -> None:
    text = answers.path(name).read_text(encoding="utf-8")
    found = answers.parse(text)
    assert list(found) == [key for key, _ in course.tries(docstring(name))]
    for key, answer in found.items():
        assert len(answer) > 40, key
        assert any(character.isdigit() for character in answer), f"{key}: no number"
    assert max(map(len, text.splitlines())) <= 100


def test_every_file_belongs_to_an_app() -> None:
    assert {path.stem for path in (ROOT / "apps" / "answers").iterdir()} <= set(APPS)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("    --a 1     what?\n    --b       and?\n", [("--a 1", "what?"), ("--b", "and?")]),
        ("    --a 1     what?\n    --a long1 and?\n", [("--a 1", "what?"), ("--a long1", "and?")]),
        ("", []),
    ],
)
def test_try_lines(lines: str, expected: list[tuple[str, str]]) -> None:
    assert course.tries(f"A.\n\nTry:\n{lines}") == expected


def test_question_and_answer_stand_together(tmp_path: Path) -> None:
    (tmp_path / "apps" / "answers").mkdir(parents=True)
    (tmp_path / "apps" / "trial.py").write_text('"""A trial.\n\nTry:\n    --seed 1    other numbers?\n"""\n')
    (tmp_path / "apps" / "answers" / "trial.txt").write_text("--seed 1\n    Yes, by 0.3 %,\n    no more.\n")
    assert answers.show("trial", tmp_path) == (
        "trial: what there is to try, and what comes out\n\n--seed 1   other numbers?\n    Yes, by 0.3 %,\n    no more."
    )
    with pytest.raises(UserError, match="--answers: there are none for other"):
        answers.show("other", tmp_path)


def test_an_app_prints_them_and_its_help_says_so() -> None:
    def run(flag: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "apps.xo_convnet", flag],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    printed = run("--answers").splitlines()
    assert printed[0] == "xo_convnet: what there is to try, and what comes out"
    assert printed[2] == "--picture O   which features does an O have, and where?"
    assert "python -m apps.xo_convnet --answers" in run("--help")

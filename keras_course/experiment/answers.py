"""The answers to what a program's docstring asks under ``Try:``, hidden until ``--answers`` asks for them.

``apps/answers/NAME.txt`` has for each line under ``Try:``, in order, its left column, and under it, indented by four
spaces, the answer with the measured number and how it was measured.
"""

import ast
import re
import textwrap
from pathlib import Path

from keras_course.errors import UserError
from keras_course.experiment import course


def path(name: str, root: Path = course.ROOT) -> Path:
    """The file that holds a program's answers."""
    return course.apps_folder(root) / "answers" / f"{name}.txt"


def parse(text: str) -> dict[str, str]:
    """The answers by what is tried.

    >>> parse("--seed 1\\n    Other numbers.\\n    Not by much.\\n")
    {'--seed 1': 'Other numbers.\\nNot by much.'}
    """
    found = re.findall(r"^(\S.*)\n((?:[ \t]+\S.*\n|\n)*)", text.rstrip() + "\n", re.MULTILINE)
    return {key.strip(): textwrap.dedent(answer).strip() for key, answer in found}


def show(name: str, root: Path = course.ROOT) -> str:
    """A program's questions, each with its answer.

    Raises:
        UserError: there are none for this program.
    """
    if not path(name, root).is_file():
        raise UserError(f"--answers: there are none for {name}")
    answers = parse(path(name, root).read_text(encoding="utf-8"))
    docstring = ast.get_docstring(ast.parse(course.app_files(root)[name].read_text(encoding="utf-8"))) or ""
    questions = dict(course.tries(docstring))
    blocks = [f"{name}: what there is to try, and what comes out"]
    for key, answer in answers.items():
        blocks.append(f"{key}   {questions.get(key, '')}".rstrip() + "\n" + textwrap.indent(answer, "    "))
    return "\n\n".join(blocks)

"""An old Python and a missing package: one line, no traceback."""

import ast
import dataclasses
from pathlib import Path

import pytest

import apps
import keras_course
from keras_course.experiment import command

ROOT = Path(__file__).parents[2]


@dataclasses.dataclass(frozen=True)
class Config:
    """A trial."""

    size: int = 1


@pytest.mark.parametrize("file", ["apps/__init__.py", "keras_course/__init__.py"])
def test_an_old_python_can_read_the_check(file):
    ast.parse((ROOT / file).read_text(encoding="utf-8"), feature_version=(3, 7))


@pytest.mark.parametrize("version", [(3, 8, 1), (3, 9, 18, "final", 0), (3, 10)])
def test_an_old_python_is_told(version):
    wanted = f"Python 3.11 to 3.13 is needed; this is {version[0]}.{version[1]}"
    assert keras_course._old(version) == wanted


@pytest.mark.parametrize("version", [(3, 11), (3, 12, 4), (3, 13), (3, 14), (4, 0)])
def test_a_newer_one_is_not(version):
    assert keras_course._old(version) == ""


def test_an_app_refuses_in_one_line(capsys):
    with pytest.raises(SystemExit) as left:
        apps.refuse(apps.missing(("sys", "no_such_package")))
    assert left.value.code == 2
    assert capsys.readouterr().err == "error: no_such_package is not installed: python -m pip install -e .\n"
    apps.refuse(apps.missing(("sys",)))


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("keras", "keras is not installed: python -m pip install -e ."),
        ("sklearn", "scikit-learn is not installed: python -m pip install -e ."),
        ("jax", "jax is not installed: python -m pip install jax"),
    ],
)
def test_a_missing_package_is_one_line(name, line, capsys):
    def main(config):
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    with pytest.raises(SystemExit) as left:
        command.run(main, Config, [])
    assert (left.value.code, capsys.readouterr().err) == (2, f"error: {line}\n")


@pytest.mark.parametrize("name", ["keras_course.nowhere", "numpy.nowhere", "nowhere", None])
def test_a_missing_module_of_ours_shows_its_traceback(name):
    def main(config):
        raise ModuleNotFoundError("No module", name=name)

    with pytest.raises(ModuleNotFoundError):
        command.run(main, Config, [])

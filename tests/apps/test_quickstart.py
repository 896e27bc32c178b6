"""apps.quickstart: what a stranger types first."""

import ast
import re
import time
from pathlib import Path

import pytest

from apps import quickstart
from keras_course.errors import UserError
from keras_course.experiment import course

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.timed
def test_the_tour(program, tmp_path):
    begun = time.monotonic()
    done = program("apps.quickstart", "--models-dir", tmp_path)
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - begun < 60
    assert done.stdout.count("A mistake: ") == 3
    assert "Reloaded from" in done.stdout
    commands = [line.strip() for line in done.stdout.splitlines() if line.strip().startswith("python -m")]
    assert len(commands) == 3
    assert done.stdout.splitlines()[-1].startswith("run: ")


def test_all_runs_every_experiment_of_the_course_small():
    tools = {"compare", "doctor", "download", "predict", "quickstart"}  # the other apps are experiments
    apps = set(course.app_files(ROOT))
    assert apps >= tools
    assert set(quickstart.experiments()) == apps - tools
    assert set(quickstart.SMALL) == apps - tools


@pytest.mark.slow
def test_all_goes_on_after_a_failure_and_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(quickstart, "experiments", lambda: ["regularization", "mnist_dense"])
    monkeypatch.setattr(
        quickstart,
        "SMALL",
        {"regularization": ["--epochs", "0"], "mnist_dense": ["--dataset", "digits", "--epochs", "1"]},
    )
    with pytest.raises(UserError, match="1 of 2 experiments failed: regularization"):
        quickstart.main(quickstart.Config(all=True, models_dir=tmp_path))
    out = capsys.readouterr().out
    assert re.search(r"mnist_dense +ok", out) and re.search(r"regularization +FAILED", out)


def test_every_app_has_the_four_parts():
    """Docstring with its command, Config, main, and command.run at the end of what starts it."""
    for name, path in course.app_files(ROOT).items():
        tree = ast.parse(path.read_text())
        assert f"python -m apps.{name}" in ast.get_docstring(tree), name
        names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        assert {"Config", "main"} <= names, name
        started = path.with_name("__main__.py") if path.name == "__init__.py" else path
        assert ast.unparse(ast.parse(started.read_text()).body[-1]).endswith("command.run(main, Config)"), (
            name
        )


def test_no_file_of_the_apps_is_hidden():
    """What belongs to an app lies in its package under a plain name."""
    files = {path.name for path in (ROOT / "apps").rglob("*.py")}
    assert not [name for name in files if name.startswith("_") and name not in ("__init__.py", "__main__.py")]

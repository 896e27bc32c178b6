"""Models and data are found from any folder: in the checkout, or in the user's data folder."""

import subprocess
import sys
from pathlib import Path

import pytest

from keras_course import folders

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def no_home(monkeypatch):
    monkeypatch.delenv("KERAS_COURSE_HOME", raising=False)


def test_in_the_checkout_the_paths_are_short(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert folders.models_dir() == Path("models")
    assert folders.data_dir() == Path("data")
    assert folders.command("doctor") == "python -m apps.doctor"
    assert folders.command() == "python -m apps"


def test_elsewhere_they_lead_back_to_the_checkout(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert folders.models_dir() == ROOT / "models"
    assert folders.data_dir() == ROOT / "data"
    assert folders.command("doctor") == "keras-course doctor"
    assert folders.command() == "keras-course"


def test_a_variable_names_another_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_COURSE_HOME", str(tmp_path))
    assert folders.models_dir() == tmp_path / "models"


def test_without_a_checkout_it_is_the_users_data_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(folders, "checkout", lambda: None)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    if sys.platform.startswith("linux"):
        assert folders.models_dir() == tmp_path / "keras_course" / "models"
    assert folders.home().name == "keras_course"


def test_the_wheel_has_every_package():
    """setup.cfg lists the packages: those of apps/ have another name in the wheel."""
    from configparser import ConfigParser

    config = ConfigParser()
    config.read(ROOT / "setup.cfg")
    listed = config["options"]["packages"].split()
    library = {
        ".".join(path.parent.relative_to(ROOT).parts) for path in ROOT.glob("keras_course/**/__init__.py")
    }
    programs = {".".join(path.parent.relative_to(ROOT).parts) for path in ROOT.glob("apps/**/__init__.py")}
    assert listed == [*sorted(library), *sorted(f"keras_course_{name}" for name in programs)]


def test_apps_import_each_other_relatively():
    """In a wheel the package has another name."""
    import ast

    for path in ROOT.glob("apps/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not [name for name in names if name.split(".")[0] == "apps"], f"{path}:{node.lineno}"


def console(folder, *arguments):
    """``keras-course ARGUMENTS...``, as the installed command starts it, in a folder of one's own."""
    code = (
        "import importlib.util, sys; sys.path.insert(0, sys.argv.pop(1)); import apps; "
        "sys.modules['keras_course_apps'] = apps; "
        "name, path = 'keras_course_apps.__main__', apps.__path__[0] + '/__main__.py'; "
        "spec = importlib.util.spec_from_file_location(name, path); "
        "module = importlib.util.module_from_spec(spec); spec.loader.exec_module(module); "
        "sys.argv[0] = 'keras-course'; module.console()"
    )
    return subprocess.run(
        [sys.executable, "-c", code, str(ROOT), *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_console_command_runs_a_program_from_any_folder(tmp_path):
    listed = console(tmp_path)
    assert "keras-course NAME runs a program" in listed.stdout
    result = console(tmp_path, "worked_examples", "pooling")
    assert result.returncode == 0, result.stderr
    assert "pooling" in result.stdout.lower()
    wrong = console(tmp_path, "mnist_dens")
    assert wrong.returncode == 1
    assert "mnist_dense" in wrong.stderr
    assert list(tmp_path.iterdir()) == []

"""The suite itself: how it is run, and that no test depends on another."""

import ast
import configparser
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parents[1]


def test_one_test_runs_in_one_process(pytestconfig):
    """Whoever names a file sees what it prints, and may use a debugger; the whole suite runs in two processes."""
    ask = pytestconfig.pluginmanager.hook.pytest_xdist_auto_num_workers
    for source, workers in (("ARGS", 0), ("INVOCATION_DIR", 0), ("TESTPATHS", 2)):
        config = SimpleNamespace(args_source=pytest.Config.ArgsSource[source])
        assert ask(config=config) == workers


def test_no_test_file_shares_a_random_generator():
    """A generator at a file's top gives each test other numbers, depending on which ran before."""
    shared = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func).endswith(("default_rng", "Random", "RandomState"))
    ]
    assert not shared


def test_the_wheel_holds_every_pretrained_run():
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    shipped = setup["options.data_files"]
    for path in (ROOT / "models").glob("*/pretrained"):
        run = path.relative_to(ROOT).as_posix()
        assert shipped[f"share/keras_course/{run}"].strip() == f"{run}/*.*"


def test_the_map_of_the_package_names_every_room():
    import keras_course

    package = Path(keras_course.__file__).parent
    rooms = {
        path.stem for path in package.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    named = re.findall(r"^    (\w+) {2,}\S", keras_course.__doc__, flags=re.MULTILINE)
    assert sorted(named) == sorted(rooms - {"__init__"})


@pytest.mark.parametrize(
    "package", sorted(path.parent for path in (ROOT / "keras_course").glob("*/__init__.py"))
)
def test_every_room_says_what_is_in_it(package):
    """Each file of a room is named in its ``__init__``, in the docstring or by what it re-exports."""
    text = (package / "__init__.py").read_text(encoding="utf-8")
    files = {
        path.stem for path in package.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    missing = [name for name in sorted(files - {"__init__"}) if not re.search(rf"\b{name}\b", text)]
    assert not missing, package.name

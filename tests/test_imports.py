"""Imports flow one way, and importing the package costs nothing."""

import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "keras_course"

# room -> the rooms that it may import; a room may always import itself.
# Every room may import `errors` and `folders`, but by_hand, which is NumPy only.
MAY_IMPORT: dict[str, set[str]] = {
    "": set(),  # keras_course/__init__.py
    "errors": set(),
    "folders": set(),
    "by_hand": set(),
    "models": {"layers"},
    "augmentation": set(),
    "layers": {"augmentation"},
    "datasets": set(),
    "evaluation": set(),
    "explain": set(),
    "losses": set(),
    "plots": set(),
    "forecasting": {"datasets"},
    "recommenders": {"datasets"},
    "experiment": {"datasets"},  # datasets.dataset, what every dataset tells
    "training": {"experiment", "explain"},  # explain.gradient, for adversarial examples
    "saving": {"experiment"},
}
# ... and those that it may import inside functions only.
MAY_IMPORT_LATE: dict[str, set[str]] = {
    "models": {"saving", "experiment"},  # weights="pretrained"
    "experiment": {"training", "saving", "evaluation", "plots"},  # judging
    "saving": {"layers", "models", "datasets", "evaluation", "forecasting", "recommenders"},
}


class Import(NamedTuple):
    module: str  # dotted, absolute
    late: bool  # inside a function, or for types only
    line: int


def imports(source: str, module: str, is_package: bool = False) -> Iterator[Import]:
    """Every import in a file, relative ones made absolute, ``import_module("name")`` among them.

    ``from package import name`` gives ``package.name``, whether that is a module or not.
    """
    package = module.split(".") if is_package else module.split(".")[:-1]

    def visit(node: ast.AST, late: bool) -> Iterator[Import]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, late, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            stem = [*start, *(node.module.split(".") if node.module else [])]
            for alias in node.names:
                yield Import(".".join([*stem, alias.name]), late, node.lineno)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            for argument in node.args[:1]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield Import(argument.value, late, node.lineno)
        for_types = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        inside = late or for_types or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            yield from visit(child, inside)

    yield from visit(ast.parse(source), False)


def violations(source: str, module: str, is_package: bool = False) -> list[str]:
    """What a file of the package imports against the rules, one line each."""
    names = module.split(".")
    room = names[1] if len(names) > 1 else ""
    if room not in MAY_IMPORT:
        return [f"{module}: the room `{room}` has no rule yet: add it to MAY_IMPORT"]
    found = []
    for name, late, line in imports(source, module, is_package):
        top, *rest = name.split(".")
        where = f"{module}:{line} imports {name}"
        if top in ("apps", "benchmarks", "tests"):
            found.append(f"{where}: the library does not know what runs it")
        elif top == "tensorflow" and not late:
            found.append(f"{where}: TensorFlow is imported inside functions only")
        elif top == "keras_course":
            target = rest[0] if rest and not rest[0].startswith("__") else ""
            allowed = MAY_IMPORT[room] | (MAY_IMPORT_LATE.get(room, set()) if late else set())
            shared = {"errors", "folders"} if room != "by_hand" else set()
            if target not in allowed | shared | {room, ""}:
                found.append(f"{where}: `{room}` may import {sorted(allowed) or 'no sibling'}")
        elif room == "by_hand" and top != "numpy" and top not in sys.stdlib_module_names:
            found.append(f"{where}: by_hand is NumPy only")
    return found


def files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", files(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_flow_one_way(path: Path) -> None:
    names = list(path.relative_to(ROOT).with_suffix("").parts)
    is_package = names[-1] == "__init__"
    module = ".".join(names[:-1] if is_package else names)
    assert violations(path.read_text(encoding="utf-8"), module, is_package) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("keras_course.models.dense", "from keras_course import experiment"),
        ("keras_course.models.dense", "from keras_course import saving"),
        ("keras_course.models.dense", "from keras_course.datasets.digits import load"),
        ("keras_course.layers.maxout", "from ..models import dense"),
        ("keras_course.datasets.digits", "def f():\n    import keras_course.plots as plots"),
        ("keras_course.evaluation.ranking", "from ..experiment import runs"),
        (
            "keras_course.evaluation.ranking",
            "import importlib\nimportlib.import_module('keras_course.experiment.runs')",
        ),
        ("keras_course.experiment.runs", "from keras_course import training"),
        ("keras_course.experiment.judging", "from keras_course.evaluation import classification"),
        ("keras_course.training", "from keras_course import saving"),
        ("keras_course.training.backup", "if True:\n    from keras_course.saving import load"),
        ("keras_course.saving", "from keras_course import training"),
        ("keras_course.saving", "import keras_course.layers"),
        ("keras_course.saving", "class A:\n    from keras_course import models"),
        ("keras_course.experiment.command", "from keras_course import plots"),
        ("keras_course.plots", "from apps import choices"),
        ("keras_course.plots", "def f():\n    import benchmarks.seeds"),
        ("keras_course.by_hand.neuron", "import keras"),
        ("keras_course.by_hand.neuron", "from keras_course.errors import UserError"),
        ("keras_course.by_hand.neuron", "def f():\n    from scipy import signal"),
        ("keras_course.training", "import tensorflow as tf"),
        (
            "keras_course.training",
            "try:\n    from tensorflow import data\nexcept ImportError:\n    data = None",
        ),
        ("keras_course.registry", "import json"),
        ("keras_course", "from keras_course import experiment"),
    ],
)
def test_a_planted_violation_is_found(module: str, source: str) -> None:
    assert len(violations(source, module, module in ("keras_course", "keras_course.training"))) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        (
            "keras_course.models.dense",
            "import keras\nfrom keras_course.layers import Maxout\nfrom . import lenet",
        ),
        ("keras_course.experiment.runs", "from keras_course import __version__"),
        (
            "keras_course.training.backup",
            "from keras_course.experiment.runs import Run\nfrom . import compiled",
        ),
        ("keras_course.saving", "def load():\n    from keras_course.datasets.handwriting import read_digit"),
        ("keras_course.training", "def f():\n    import tensorflow as tf"),
        ("keras_course.by_hand.neuron", "import math\nimport numpy as np\nfrom .losses import mse"),
    ],
)
def test_what_the_design_allows_passes(module: str, source: str) -> None:
    assert violations(source, module) == []


def test_import_of_the_package_is_quick_and_light() -> None:
    code = (
        "import sys, time\n"
        "start = time.perf_counter()\n"
        "import keras_course\n"
        "print(time.perf_counter() - start)\n"
        "heavy = {'keras', 'numpy', 'tensorflow', 'jax', 'torch', 'tyro', 'matplotlib'} & set(sys.modules)\n"
        "print(sorted(heavy))\n"
    )
    seconds = []
    for _ in range(5):
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
        )
        time, heavy = done.stdout.splitlines()
        assert heavy == "[]"
        seconds.append(float(time))
    assert statistics.median(seconds) < 0.05

"""The experiments: ``python -m apps.NAME`` runs one, ``python -m apps`` lists them."""

# Syntax that an old Python can read, so that it can say what is wrong.
import sys
from importlib.util import find_spec


def refuse(problem: str) -> None:
    """Say in one line what keeps the course from running, if anything does, and leave with exit status 2."""
    if problem:
        sys.stderr.write("error: " + problem + "\n")
        sys.exit(2)


def missing(names: "tuple[str, ...]") -> str:
    """What to tell the user if one of these packages is not installed; else an empty text."""
    for name in names:
        if find_spec(name) is None:
            return name + " is not installed: python -m pip install -e ."
    return ""


try:
    import keras_course  # noqa: F401  # refuses an old Python
except ImportError as error:
    refuse(str(error))
refuse(missing(("keras", "numpy", "tyro")))

"""Where a program of the course looks for trained models and downloads, whatever folder it is started in.

In a checkout: in its own ``models/`` and ``data/``. Where the package was installed without one: in the user's data
folder (on Linux ``~/.local/share/keras_course``). The environment variable ``KERAS_COURSE_HOME`` names another folder
for both.
"""

import os
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]


def checkout() -> Path | None:
    """The checkout that this package is imported from; None where it was installed without one."""
    return _ROOT if (_ROOT / "setup.cfg").is_file() and (_ROOT / "apps").is_dir() else None


def home() -> Path:
    """The folder that holds ``models`` and ``data``; it need not exist yet."""
    if named := os.environ.get("KERAS_COURSE_HOME"):
        return Path(named).expanduser()
    if found := checkout():
        return found
    import platformdirs

    return platformdirs.user_data_path("keras_course", appauthor=False)


def models_dir() -> Path:
    """The folder that runs are written into and looked up in."""
    return _from_here(home() / "models")


def data_dir() -> Path:
    """The folder that holds downloads."""
    return _from_here(home() / "data")


def command(app: str = "") -> str:
    """What to type, in this folder, to start a program of the course.

    Args:
        app: the program's name; without one, the list of programs.

    Returns:
        ``python -m apps.NAME`` where the current folder is the checkout, else ``keras-course NAME``.
    """
    if checkout() == Path.cwd():
        return f"python -m apps.{app}" if app else "python -m apps"
    return f"keras-course {app}".rstrip()


def _from_here(path: Path) -> Path:
    """The path relative to the current folder, if it lies in there: shorter to read."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path

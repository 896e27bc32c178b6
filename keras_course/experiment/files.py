"""Files written whole or not at all, whatever kills the process; and files that come with the course."""

import contextlib
import importlib.metadata
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows, where a file that is open cannot be deleted anyway
    fcntl = None  # type: ignore[assignment]

PREFIX = ".part-"
_STARTED = time.time()


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` fill a temporary file beside ``path``, then move it there in one step.

    Args:
        path: the file to make or replace; its folder is created.
        write: called with the temporary path, which has the same suffix as ``path``.

    Raises:
        OSError: the disk is full or the folder cannot be written; ``path`` is then as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=PREFIX, suffix=path.suffix, dir=path.parent)
    temporary = Path(name)
    try:
        with _locked(handle):  # so that `sweep` in another process leaves it alone
            write(temporary)
            with temporary.open("rb") as file:
                os.fsync(file.fileno())
            temporary.chmod(0o644)  # mkstemp makes it private
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Delete the temporary files that killed processes have left in a folder and in the folders inside it.

    A file is deleted if it is older than this process and no living process is writing it.
    """
    for path in folder.rglob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < _STARTED and not _in_use(path):
                path.unlink()


@contextlib.contextmanager
def _locked(handle: int) -> Iterator[None]:
    """Hold the lock of an open file, and close it afterwards."""
    try:
        if fcntl is not None:
            with contextlib.suppress(OSError):  # a file system without locks
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            os.close(handle)
        yield
    finally:
        if fcntl is not None:
            os.close(handle)


def _in_use(path: Path) -> bool:
    if fcntl is None:
        return False
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def shipped(*parts: str) -> Path | None:
    """A file or folder that comes with the course, such as ``shipped("models", "mnist_dense", "pretrained")``.

    In a checkout it lies where it is committed; in an installed wheel among the data files, below
    ``share/keras_course``. None where it is in neither.
    """
    checkout = Path(__file__).resolve().parents[2].joinpath(*parts)
    if checkout.exists():
        return checkout
    wanted = "/".join(("share", "keras_course", *parts))
    try:
        listed = importlib.metadata.files("keras_course") or []
    except importlib.metadata.PackageNotFoundError:
        return None
    for file in listed:
        _, found, after = file.as_posix().partition(wanted)
        if found and after[:1] in ("", "/"):
            path = Path(str(file.locate())).resolve()
            return path.parents[after.count("/") - 1] if after else path
    return None

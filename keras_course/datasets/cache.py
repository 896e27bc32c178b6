"""Files and folders that are built once: one process builds, the others wait, and what a killed one left is removed."""

import contextlib
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from keras_course.datasets.paths import make_folder

PATIENCE = 2.0  # seconds to wait before saying so
# NAME.XXXXXXXX.part, where NAME is what is being built and X are mkdtemp's letters; once it was a process id.
PART = re.compile(r"(?P<name>.+)\.(?:[a-z0-9_]{8}|\d+)\.part")


@contextlib.contextmanager
def building(path: Path) -> Iterator[Path]:
    """Hold the lock on a file or folder while it is built, and name a place to build it.

    Another process may have built it while this one waited for the lock: look again once inside. When what you
    have built is whole, move it from the place to ``path``; whatever is left at the place is removed in the end.

    Args:
        path: the file or folder to build; the folder that it is in is made.

    Yields:
        The place: a path of the same name on the same disk, where nothing exists yet, in a folder of its own.

    Raises:
        OSError: the folder cannot be made or written.
    """
    make_folder(path.parent)
    sweep(path.parent)
    with _waited_for(path):
        for part, name in _parts(path.parent):
            if name == path.name:
                _remove(part)
        part = Path(tempfile.mkdtemp(prefix=f"{path.name}.", suffix=".part", dir=path.parent))
        try:
            yield part / path.name
        finally:
            _remove(part)


def sweep(folder: Path) -> None:
    """Remove the folders that killed builds have left in a folder: those of whatever nobody is building now."""
    for part, name in _parts(folder):
        if part.is_dir():  # a file of such a name may be a user's own
            with contextlib.suppress(OSError, Timeout), _locked(folder / name, 0):
                _remove(part)


@contextlib.contextmanager
def _waited_for(path: Path) -> Iterator[None]:
    """Hold the lock, however long that takes; say so if it does."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(_locked(path, PATIENCE))
        except Timeout:
            print(f"another process is building {path}: waiting for it", file=sys.stderr)
            stack.enter_context(_locked(path, -1))
        yield


@contextlib.contextmanager
def _locked(path: Path, timeout: float) -> Iterator[None]:
    """Hold the lock on a path; the operating system releases it when the process ends, however it ends."""
    lock = FileLock(path.with_name(f".{path.name}.lock"))
    lock.acquire(timeout)
    try:
        yield
    finally:
        # Before the release: whoever gets the lock on a deleted file sees that and takes a new one (filelock 3.21).
        with contextlib.suppress(OSError):
            Path(lock.lock_file).unlink(missing_ok=True)
        lock.release()


def _parts(folder: Path) -> Iterator[tuple[Path, str]]:
    """Each thing in a folder that is being built, or was when its process was killed, and its future name."""
    for path in sorted(folder.glob("*.part")):
        if match := PART.fullmatch(path.name):
            yield path, match["name"]


def _remove(part: Path) -> None:
    if part.is_dir() and not part.is_symlink():
        shutil.rmtree(part, ignore_errors=True)
    else:
        part.unlink(missing_ok=True)

"""A run that fails before it has a result leaves no folder behind."""

import contextlib
from pathlib import Path

from keras_course.experiment.files import PREFIX

# What a run's folder holds before the first epoch: written again by the next attempt.
BEFORE_RESULTS = ("config.json", "environment.json", "card.json", "skipped.json")
_made: list[Path] = []


def made(folder: Path) -> None:
    """Note the folder of a run that this process has started; a resumed run's folder is never noted."""
    _made.append(folder)


def forget() -> None:
    """Leave the folders noted so far alone."""
    _made.clear()


def has_results(folder: Path) -> bool:
    """Whether a run's folder, or a variant's in it, holds more than what is written before the first epoch."""
    files = (path for path in folder.rglob("*") if not path.is_dir())
    return any(path.name not in BEFORE_RESULTS and not path.name.startswith(PREFIX) for path in files)


def noted() -> list[Path]:
    """The folders noted so far that are there."""
    return [folder for folder in _made if folder.is_dir()]


def will_go(folder: Path) -> bool:
    """Whether a failure now would remove this folder."""
    return folder in _made and not has_results(folder)


def remove_failed() -> list[Path]:
    """Remove the noted folders without results, file by file; return those that are gone."""
    gone = []
    for folder in _made:
        if folder.is_dir() and will_go(folder):
            with contextlib.suppress(OSError):  # what cannot be deleted stays: no error on top of another
                for path in sorted(folder.rglob("*"), reverse=True):  # a folder after its files
                    path.rmdir() if path.is_dir() else path.unlink()
                folder.rmdir()
                gone.append(folder)
            with contextlib.suppress(OSError):
                folder.parent.rmdir()  # the app's folder, if it is empty
    forget()
    return gone

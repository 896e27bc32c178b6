"""Paths that a caller gives: where the data are, and where downloads are kept."""

from pathlib import Path

from keras_course.errors import UserError


def given_path(dataset: str) -> Path:
    """The path that ``dataset`` names, with ``~`` replaced by the home folder.

    Raises:
        UserError: there is no such user.
    """
    try:
        return Path(dataset).expanduser()
    except RuntimeError as error:
        raise UserError(f"dataset={dataset!r}: {error}") from None


def check_folder(folder: Path) -> None:
    """Raise NotADirectoryError if the folder for downloads, or one above it, is a file."""
    for path in (folder, *folder.parents):
        if path.exists():
            if not path.is_dir():
                raise NotADirectoryError(f"{path}: a file, where the folder for downloads is wanted")
            return


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, unless they exist.

    Raises:
        OSError: it cannot be made; the message names the folder and the reason.
    """
    check_folder(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise type(error)(f"{folder}: the folder cannot be made ({error.strerror or error})") from None

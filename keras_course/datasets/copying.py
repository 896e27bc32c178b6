"""Datasets copied from another folder, such as a USB stick that goes round the class."""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from keras_course.datasets.cache import building
from keras_course.errors import UserError

# What the data folder may hold, by the dataset's name.
LAYOUTS = {
    "mnist": ("mnist.npz",),
    "cats_dogs": ("cats_and_dogs_filtered.zip", "cats_and_dogs_filtered", "cats_dogs"),
    "movielens": ("ml-latest-small.zip", "ml-latest-small"),
    "prices": ("prices/*.csv", "prices/*.json", "*.csv"),
    "weights": ("weights/*.h5",),
}
HIDDEN = (".", "_")


def copy(source: Path, data_dir: Path, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Copy into the data folder what lies in another one; each copy is read again and its sha256 compared.

    A file that is already there is never changed.

    Args:
        source: the other folder.
        data_dir: the data folder.
        names: datasets, keys of :data:`LAYOUTS`.

    Yields:
        For each file or folder its path relative to the folder, and ``copied``, ``present`` (the same content) or
        ``differs, left as it is``.

    Raises:
        UserError: the folder does not exist, it is the data folder, there is nothing to copy, or a copy has gone wrong.
        OSError: something cannot be read or written.
    """
    if not source.is_dir():
        raise UserError(f"{source}: there is no such folder to copy from")
    if source.resolve() == data_dir.resolve():
        raise UserError(f"{source} is the data folder itself: nothing to copy")
    paths = [path for name in names for path in found(source, name)]
    if not paths:
        layouts = [layout for name in names for layout in LAYOUTS[name]]
        raise UserError(f"{source}: nothing to copy; looked for {', '.join(layouts)}")
    for path in paths:
        relative = path.relative_to(source)
        yield str(relative), _copy(path, data_dir / relative)


def found(folder: Path, name: str) -> list[Path]:
    """The files and folders of a dataset in a folder, in any of its :data:`LAYOUTS`."""
    paths = [path for layout in LAYOUTS[name] for path in sorted(folder.glob(layout))]
    return [path for path in paths if path.name[0] not in HIDDEN]


def _copy(path: Path, target: Path) -> str:
    if target.exists() or target.is_symlink():
        same = target.is_dir() == path.is_dir() and digest(target) == digest(path)
        return "present" if same else "differs, left as it is"
    with building(target) as place:
        if path.is_dir():
            shutil.copytree(path, place, ignore=shutil.ignore_patterns(".*", "_*", "Thumbs.db"))
        else:
            shutil.copyfile(path, place)
        if digest(place) != digest(path):
            raise UserError(f"{path}: the copy differs from it: a faulty disk or stick? Nothing was kept")
        place.replace(target)
    return "copied"


def digest(path: Path) -> str:
    """The sha256 of a file, or of a folder's files with their names."""
    if path.is_file():
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    whole = hashlib.sha256()
    for file_path in files(path):
        whole.update(f"{file_path.relative_to(path).as_posix()} {digest(file_path)}\n".encode())
    return whole.hexdigest()


def files(folder: Path) -> list[Path]:
    """All files in a folder and those below it, without hidden ones, sorted."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.name != "Thumbs.db"
        and not any(part[0] in HIDDEN for part in path.relative_to(folder).parts)
    )

"""Where ratings come from: MovieLens' download, a file or folder, or the toy."""

import hashlib
from pathlib import Path

import numpy as np

from keras_course.datasets import archives, notices, rating_files, rating_toy
from keras_course.datasets.download import Source, fetch, is_there
from keras_course.datasets.paths import check_folder, given_path
from keras_course.datasets.rating_files import Table
from keras_course.errors import UserError

# sha256 of MovieLens latest-small's ratings (see content_sha256), whatever files they come in.
LATEST_SMALL_CONTENT = "e1fff92f3649e92407ec7fc653fd7bf859b546babcf72d9ec8ad8db85b1fd1ea"
NAME = "ml-latest-small"
TOY = "toy"


def content_sha256(table: Table) -> str:
    """The checksum of all ratings in the order of users and items, whatever files they came from."""
    order = np.lexsort((table.item, table.user))
    digest = hashlib.sha256()
    for array in (table.user, table.item, table.rating, table.time):
        if array is not None:
            digest.update("\n".join(map(str, array[order].tolist())).encode())
    return digest.hexdigest()


def _check_zip(path: Path) -> None:
    """Raise UserError if the file is not GroupLens' zip."""
    try:
        names = [member.filename for member in archives.members(path)]
    except UserError as error:
        raise UserError(f"{error}; move it away and it is downloaded anew") from None
    if f"{NAME}/ratings.csv" not in names:
        raise UserError(f"{path}: no {NAME}/ratings.csv in it; move it away and it is downloaded anew")


MOVIELENS = Source(
    name="movielens",
    url=f"https://files.grouplens.org/datasets/movielens/{NAME}.zip",
    path=f"{NAME}.zip",
    sha256="696d65a3dfceac7c45750ad32df2c259311949efec81f0f144fdfb91ebc9e436",
    size=978_202,
    terms="GroupLens, University of Minnesota: research use, no commercial use without permission",
    check=_check_zip,
)


def find(dataset: str, data_dir: Path, scale: tuple[float, float] | None) -> tuple[str, Table]:
    """The name and the ratings of a dataset that is given by name or by path."""
    if dataset == "toy":
        return "toy", rating_toy.make()[0]
    check_folder(data_dir)
    if dataset in ("auto", "movielens"):
        return _movielens(dataset, data_dir)
    path = given_path(dataset)
    if not path.exists():
        raise UserError(
            f"no dataset {dataset!r}, and no file of that name: give auto, movielens, toy, the path of a CSV file, or "
            "a folder of MovieLens"
        )
    name = path.resolve().stem if path.is_file() else path.resolve().name
    if path.suffix.lower() == ".zip":
        folder = data_dir / "cache" / f"unzipped_{path.stem}_{archives.fingerprint(path)}"
        path = archives.inner_folder(archives.unzipped(path, folder))
    table = rating_files.read(path, scale)
    if content_sha256(table) == LATEST_SMALL_CONTENT:
        return NAME, table
    return f"{name} (given)" if name in (NAME, "toy") else name, table  # results are compared by name


def _movielens(dataset: str, data_dir: Path) -> tuple[str, Table]:
    folder, archive = data_dir / NAME, data_dir / MOVIELENS.path
    if not folder.is_dir():
        if not is_there(archive):
            try:
                fetch(MOVIELENS.url, archive, sha256=MOVIELENS.sha256, size=MOVIELENS.size, replace=False)
            except (OSError, UserError) as error:
                return _without(dataset, archive, str(error))
        _check_zip(archive)
        archives.unzipped(archive, folder)
    table = rating_files.read(folder)
    if content_sha256(table) != LATEST_SMALL_CONTENT:
        raise UserError(
            f"{folder}: not MovieLens latest-small of 2018, its ratings differ; move it away and it is downloaded "
            "anew, or give the folder's own path as the dataset"
        )
    return NAME, table


def _without(dataset: str, archive: Path, reason: str) -> tuple[str, Table]:
    """The toy, with a loud warning; an error if ``dataset`` insists on MovieLens."""
    reason = reason if reason.endswith((".", "?")) else f"{reason}."
    if dataset != "auto":
        raise OSError(
            f"no MovieLens: {archive} does not exist, and {reason} Get {MOVIELENS.url} elsewhere and put it there, or "
            "give a CSV file of ratings, or use the toy (dataset='toy')"
        )
    notices.fallback("MovieLens", reason, "a toy with planted tastes", MOVIELENS.name)
    return "toy", rating_toy.make()[0]

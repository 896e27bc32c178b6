"""Ratings as the world writes them: MovieLens' three layouts, and any CSV file of users, items and ratings."""

import csv
import io
import re
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from keras_course.datasets import rating_titles
from keras_course.datasets.rating_titles import Titles
from keras_course.errors import UserError

STARS = (1.0, 5.0)
HALF_STARS = (0.5, 5.0)
# A column's names; the first of them that a table has counts. Capitals and signs do not.
NAMES = {
    "user": ("user", "userid", "username", "member", "memberid"),
    "item": ("item", "itemid", "movie", "movieid", "film", "filmid", "title"),
    "rating": ("rating", "ratings", "stars", "score"),
    "time": ("timestamp", "time", "date", "datetime"),
}


class Table(NamedTuple):
    """What a file of ratings holds, as text and numbers, before users and items are numbered."""

    user: np.ndarray
    """(n,) text."""
    item: np.ndarray
    """(n,) text."""
    rating: np.ndarray
    """(n,) float64."""
    time: np.ndarray | None
    """(n,) int64, seconds since 1970."""
    titles: Titles
    """An item's title and genres, where the layout has them."""
    scale: tuple[float, float]
    """The lowest and the highest rating that can be given."""
    notes: tuple[str, ...]
    """What was noticed and done, a sentence each."""


def read(path: Path, scale: tuple[float, float] | None = None) -> Table:
    """Read ratings: a folder in one of MovieLens' layouts, a file of it, or a CSV file.

    ================  =====================================================================================
    ``u.data``        ml-100k: ``user item rating timestamp``, tabs; ``u.item`` beside it has the titles
    ``ratings.dat``   ml-1m: ``user::item::rating::timestamp``; ``movies.dat`` beside it
    ``ratings.csv``   ml-latest and ml-25m: a CSV file; ``movies.csv`` beside it
    any other         a CSV file with columns for user, item, rating and, if there is one, the time
    ================  =====================================================================================

    Args:
        path: the folder or file.
        scale: the lowest and the highest possible rating; default: the layout's, for CSV files 0.5 to 5.

    Raises:
        UserError: it holds no ratings, or something in it is none; one line that names the file and the line.
        OSError: it cannot be read.
    """
    file = _file_in(path) if path.is_dir() else path
    if file.name == "u.data":
        frame = _frame(file, "\t", names=True)
        return _checked(frame, file, scale or STARS, rating_titles.of_100k(file.with_name("u.item")))
    if file.suffix == ".dat":
        frame = _frame(file, "::", names=True)
        return _checked(frame, file, scale or STARS, rating_titles.of_1m(file.with_name("movies.dat")))
    return _checked(_with_names(_frame(file), file), file, scale or HALF_STARS, rating_titles.of_csv(file))


def _file_in(folder: Path) -> Path:
    for name in ("ratings.csv", "u.data", "ratings.dat"):
        if (folder / name).is_file():
            return folder / name
    raise UserError(
        f"{folder}: no ratings in this folder; looked for ratings.csv, u.data (ml-100k) and ratings.dat (ml-1m)"
    )


def _frame(path: Path, separator: str | None = None, *, names: bool = False) -> Any:
    """The file's cells as text, its line numbers as the index; with ``names`` there is no header to read."""
    import pandas as pd

    text = rating_titles.text_of(path)
    first = next((line for line in text.splitlines() if line.strip()), "")
    if not first:
        raise UserError(f"{path}: the file is empty: there are no ratings in it")
    if separator is None:
        separator = max(",;\t", key=first.count)
    quoting = csv.QUOTE_NONE if names else csv.QUOTE_MINIMAL
    if separator == "::":
        text, separator = text.replace("::", "\t"), "\t"
    try:
        frame = pd.read_csv(
            io.StringIO(text), sep=separator, header=None, dtype=str, keep_default_na=False,
            skip_blank_lines=False, skipinitialspace=True, quoting=quoting,
        ).fillna("")  # fmt: skip
    except ValueError as error:  # pandas' ParserError
        raise UserError(f"{path}: not a table of ratings ({' '.join(str(error).split())})") from None
    frame.index += 1
    frame = frame[(frame != "").any(axis=1)]
    if names:
        if frame.shape[1] < 3:
            raise UserError(f"{path}: {frame.shape[1]} columns; user, item, rating and timestamp are needed")
        frame = frame.iloc[:, :4]
        frame.columns = ["user", "item", "rating", "time"][: frame.shape[1]]
    return frame


def _with_names(frame: Any, path: Path) -> Any:
    """The table below its header, its columns called user, item, rating and, where there is one, time."""
    header = [str(cell).strip() for cell in frame.iloc[0]]
    plain = [re.sub(r"[^a-z]", "", name.lower()) for name in header]
    columns = {}
    for name, aliases in NAMES.items():
        found = next((alias for alias in aliases if alias in plain), None)
        if found is not None:
            columns[name] = frame.iloc[1:, plain.index(found)]
    lacking = [name for name in ("user", "item", "rating") if name not in columns]
    if lacking:
        shown = ", ".join(header)[:100]
        raise UserError(
            f"{path}: no column {' and no column '.join(lacking)} (found: {shown}): write a first line that names "
            "them, such as user,item,rating,timestamp"
        )
    if not len(frame) > 1:
        raise UserError(f"{path}: no ratings below the first line")
    return type(frame)(columns)


def _checked(frame: Any, path: Path, scale: tuple[float, float], titles: Titles) -> Table:
    """Check every cell; of a user's ratings of one item the last counts."""
    low, high = scale
    notes = []
    for name in frame.columns:
        frame[name] = frame[name].str.strip()
    blank = frame["rating"] == ""
    if blank.any():
        without = set(frame["user"][blank]) - set(frame["user"][~blank])
        notes.append(
            f"{blank.sum()} rows without a rating omitted"
            + (f", and {len(without)} users with no rating at all" if without else "")
        )
        frame = frame[~blank]
    if not len(frame):
        raise UserError(f"{path}: no row with a rating")
    for name in ("user", "item"):
        _refuse(frame[name] == "", frame, path, f"no {name} is named")
    ratings = _numbers(frame["rating"])
    _refuse(~np.isfinite(ratings), frame, path, "is not a rating, a number is wanted", "rating")
    words = f"is outside the scale of {low:g} to {high:g}; another scale can be given as (lowest, highest)"
    _refuse((ratings < low) | (ratings > high), frame, path, words, "rating")
    times = _times(frame, path) if "time" in frame.columns else None
    again = frame.duplicated(["user", "item"], keep="last").to_numpy()
    if again.any():
        notes.append(f"{again.sum()} ratings omitted, of items that their user has rated again further down")
    user, item = (frame[name].to_numpy(dtype=str)[~again] for name in ("user", "item"))
    for values, words in ((user, "user"), (item, "item")):
        if len(set(values)) < 2:
            raise UserError(f"{path}: ratings of one {words} only ({values[0]}); at least two are needed")
    return Table(
        user, item, ratings[~again], None if times is None else times[~again], titles, scale, tuple(notes)
    )


def _numbers(column: Any) -> np.ndarray:
    import pandas as pd

    numbers: np.ndarray = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    return numbers


def _times(frame: Any, path: Path) -> np.ndarray:
    """Seconds since 1970, from numbers of seconds or from dates such as 2018-09-24 14:30."""
    import pandas as pd

    seconds = _numbers(frame["time"]).copy()
    dated = ~np.isfinite(seconds)
    if dated.any():
        dates = pd.to_datetime(frame["time"][dated], errors="coerce", utc=True, format="ISO8601")
        unknown = np.zeros(len(frame), bool)
        unknown[dated] = dates.isna().to_numpy()
        _refuse(unknown, frame, path, "is no time: seconds since 1970 or 2018-09-24 14:30", "time")
        seconds[dated] = dates.to_numpy(dtype="datetime64[s]").astype(np.int64)
    return seconds.astype(np.int64)


def _refuse(wrong: Any, frame: Any, path: Path, words: str, column: str | None = None) -> None:
    """Raise a UserError that names the first line for which ``wrong`` is true."""
    wrong = np.asarray(wrong)
    if wrong.any():
        row = int(np.argmax(wrong))
        value = f"{frame[column].iloc[row]!r} " if column else ""
        raise UserError(f"{path}: line {frame.index[row]}: {value}{words}")

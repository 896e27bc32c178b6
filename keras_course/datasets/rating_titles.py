"""What items are called: titles and genres, in MovieLens' layouts."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

from keras_course.errors import UserError

Titles = dict[str, tuple[str, tuple[str, ...]]]
"""By an item's id its title and its genres."""
# The flags at the end of a line of ml-100k's u.item.
GENRES = (
    "unknown", "Action", "Adventure", "Animation", "Children", "Comedy", "Crime", "Documentary", "Drama", "Fantasy",
    "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western",
)  # fmt: skip


def text_of(path: Path) -> str:
    """The text of a file in UTF-8, or else in Latin-1, as MovieLens' older files are."""
    data = path.read_bytes()
    if b"\0" in data[:1000]:
        raise UserError(f"{path}: not a file of ratings, nor any text; save it as CSV in UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def of_csv(file: Path) -> Titles:
    """Of ``movies.csv`` beside a file called ``ratings.csv``; empty where there is none."""
    path = file.with_name("movies.csv")
    if file.name != "ratings.csv" or not path.is_file():
        return {}
    rows = csv.DictReader(io.StringIO(text_of(path), newline=""))
    if not {"movieId", "title"} <= set(rows.fieldnames or ()):
        raise UserError(f"{path}: no columns movieId and title")
    return {row["movieId"]: (row["title"], _genres(row.get("genres") or "")) for row in rows}


def of_1m(path: Path) -> Titles:
    """Of ml-1m's ``movies.dat``; empty where there is none."""
    return _lines(path, "::", lambda cells: (cells[1], _genres(cells[2] if len(cells) > 2 else "")))


def of_100k(path: Path) -> Titles:
    """Of ml-100k's ``u.item``; empty where there is none."""

    def of(cells: list[str]) -> tuple[str, tuple[str, ...]]:
        flags = cells[-len(GENRES) :] if len(cells) > len(GENRES) else []
        return cells[1], tuple(genre for genre, flag in zip(GENRES, flags, strict=False) if flag == "1")

    return _lines(path, "|", of)


def _lines(path: Path, separator: str, of: Callable[[list[str]], tuple[str, tuple[str, ...]]]) -> Titles:
    if not path.is_file():
        return {}
    titles: Titles = {}
    for number, line in enumerate(text_of(path).splitlines(), start=1):
        cells = line.split(separator)
        if not line.strip():
            continue
        if len(cells) < 2:
            raise UserError(
                f"{path}: line {number}: a number and a title separated by {separator} are wanted"
            )
        titles[cells[0]] = of(cells)
    return titles


def _genres(text: str) -> tuple[str, ...]:
    return tuple(genre for genre in text.split("|") if genre and not genre.startswith("("))

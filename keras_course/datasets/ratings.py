"""Who has rated which film how: MovieLens, your own CSV file, or a small world made by the code.

Data: Harper, Konstan, "The MovieLens Datasets: History and Context", 2015; GroupLens, for research, not for
commercial use. Embedded: planted tastes (see ``rating_toy``).
"""

import dataclasses
import os
import re
from pathlib import Path

import numpy as np

from keras_course import folders
from keras_course.datasets import rating_files, rating_sources
from keras_course.datasets.dataset import Dataset, check_integer
from keras_course.datasets.rating_sources import MOVIELENS, NAME, TOY
from keras_course.datasets.rating_titles import Titles
from keras_course.errors import UserError

LIKE = 2 / 3  # of the way from the lowest to the highest rating: 3.5 of 0.5 to 5, 4 of 1 to 5
Scale = tuple[float, float]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Ratings(Dataset):
    """Ratings of items by users, in the order of users and items, each pair at most once.

    ``name`` is ``ml-latest-small``, ``toy`` (the embedded ones) or the name of the given file or folder; ``sha256`` is
    that of all ratings, wherever they are stored.
    """

    users: np.ndarray
    """(users,) their ids, text."""
    items: np.ndarray
    """(items,) their ids, text."""
    titles: tuple[str, ...]
    """Of each item; its id where the file has no titles."""
    genres: tuple[tuple[str, ...], ...]
    """Of each item; empty where the file has none."""
    user: np.ndarray
    """(n,) int32: each rating's user, a place in ``users``."""
    item: np.ndarray
    """(n,) int32: each rating's item, a place in ``items``."""
    rating: np.ndarray
    """(n,) float32."""
    time: np.ndarray | None
    """(n,) int64, seconds since 1970; None where the file has no times."""
    scale: Scale
    """The lowest and the highest rating that can be given."""
    notes: tuple[str, ...] = ()
    """What was noticed and done while reading, a sentence each."""

    @property
    def shape(self) -> tuple[int, int]:
        """Users and items."""
        return len(self.users), len(self.items)

    @property
    def threshold(self) -> float:
        """The rating from which on a user likes an item: two thirds of the scale, 3.5 of 0.5 to 5."""
        low, high = self.scale
        return low + LIKE * (high - low)

    @property
    def liked(self) -> np.ndarray:
        """(n,) whether the rating says that the user likes the item."""
        return self.rating >= np.float32(self.threshold - 1e-6)

    def matrix(self, values: np.ndarray | None = None, missing: float = 0.0) -> np.ndarray:
        """Ratings, or other values of theirs, as a table of users and items.

        Args:
            values: (n,) default: the ratings.
            missing: the value of what is not rated.

        Returns:
            (users, items) float32.
        """
        table = np.full(self.shape, missing, np.float32)
        table[self.user, self.item] = self.rating if values is None else values
        return table

    @property
    def rated(self) -> np.ndarray:
        """(users, items) bool: whether there is a rating."""
        table = np.zeros(self.shape, bool)
        table[self.user, self.item] = True
        return table

    def part(self, chosen: np.ndarray) -> "Ratings":
        """Some of the ratings, of the same users and items.

        Args:
            chosen: (n,) bool.
        """
        time = None if self.time is None else self.time[chosen]
        kept = {name: getattr(self, name)[chosen] for name in ("user", "item", "rating")}
        return dataclasses.replace(self, **kept, time=time)


def load(
    dataset: str = "auto",
    data_dir: str | os.PathLike[str] | None = None,
    *,
    scale: Scale | None = None,
    seed: int = 0,
    limit: int | None = None,
) -> Ratings:
    """Load ratings and check them.

    Args:
        dataset: ``auto`` (MovieLens latest-small, or else the embedded toy with a warning on stderr), ``movielens``
            (or an error), ``toy``, or a path: a CSV file with columns for user, item, rating and perhaps time, or a
            folder, file or zip in MovieLens' layouts (see ``rating_files.read``).
        data_dir: the folder for downloads; default: ``folders.data_dir()``.
        scale: for a path, the lowest and the highest possible rating; default: MovieLens'.
        seed: determines the choice that ``limit`` makes.
        limit: take this many users only.

    Raises:
        UserError: there is no such dataset, a file does not hold what it should, or a number is out of range.
        OSError: something cannot be read, or ``movielens`` can be neither found nor downloaded.
    """
    check_integer("seed", seed, 0)
    if limit is not None:
        check_integer("limit", limit, 2)
    if scale is not None and not (np.isfinite(scale).all() and scale[0] < scale[1]):
        raise UserError(f"scale={scale}: give the lowest rating, then the highest")
    name, table = rating_sources.find(str(dataset), Path(data_dir or folders.data_dir()), scale)
    ratings = _ratings(name, table)
    return ratings if limit is None or limit >= ratings.shape[0] else _limited(ratings, seed, limit)


def _ratings(name: str, table: rating_files.Table) -> Ratings:
    users, user = _numbered(table.user)
    items, item = _numbered(table.item)
    order = np.lexsort((item, user))
    named = _named(items, table.titles)
    notes = list(table.notes)
    if unrated := len(set(table.titles) - set(items.tolist())):
        notes.append(f"{unrated} titles that nobody has rated are left out")
    return Ratings(
        name=name,
        sha256=rating_sources.content_sha256(table),
        terms={NAME: MOVIELENS.terms, TOY: "made up by this project, Apache 2.0"}.get(
            name, "those of the given file"
        ),
        embedded=name == TOY,
        users=users,
        items=items,
        titles=tuple(title for title, _ in named),
        genres=tuple(genres for _, genres in named),
        user=user[order].astype(np.int32),
        item=item[order].astype(np.int32),
        rating=table.rating[order].astype(np.float32),
        time=None if table.time is None else table.time[order],
        scale=table.scale,
        notes=tuple(notes),
    )


def _limited(ratings: Ratings, seed: int, limit: int) -> Ratings:
    """The ratings of some users, and the items that these have rated."""
    kept = np.sort(np.random.default_rng(seed).permutation(ratings.shape[0])[:limit])
    part = ratings.part(np.isin(ratings.user, kept))
    rated, item = np.unique(part.item, return_inverse=True)
    return dataclasses.replace(
        part,
        users=ratings.users[kept],
        items=ratings.items[rated],
        titles=tuple(ratings.titles[i] for i in rated),
        genres=tuple(ratings.genres[i] for i in rated),
        user=np.searchsorted(kept, part.user).astype(np.int32),
        item=item.astype(np.int32),
        limited=limit,
    )


def _numbered(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct ids in order (of number, where all are numbers), and each value's place among them.

    >>> ids, places = _numbered(np.array(["10", "9", "10"]))
    >>> ids.tolist(), places.tolist()
    (['9', '10'], [1, 0, 1])
    """
    ids, places = np.unique(values, return_inverse=True)
    if all(re.fullmatch(r"\d{1,15}", one) for one in ids):
        order = np.argsort(ids.astype(np.int64), kind="stable")
        ranks = np.empty_like(order)
        ranks[order] = np.arange(len(order))
        return ids[order], ranks[places]
    return ids, places


def _named(ids: np.ndarray, titles: Titles) -> list[tuple[str, tuple[str, ...]]]:
    """Title and genres of each item; an item without a title is called by its id."""
    return [titles.get(str(one), (str(one), ())) for one in ids]

"""What apps.movie_rbm says about its hidden units, and what it recommends to one user."""

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from keras_course import recommenders
from keras_course.datasets.rating_splits import Splits
from keras_course.datasets.ratings import Ratings
from keras_course.errors import UserError
from keras_course.recommenders import Recommendation, Recommender, find_title
from keras_course.recommenders.recommender import KNOWN

if TYPE_CHECKING:
    from . import Config

UNITS, FILMS = 6, 6  # hidden units shown, and films of each


class Factor(NamedTuple):
    """A hidden unit as a latent factor."""

    unit: int
    genre: str
    """The genre that its films have more often than others; empty where there is none."""
    titles: list[str]
    weights: list[float]

    @property
    def name(self) -> str:
        """Such as ``unit 7 (Fantasy)``."""
        return f"unit {self.unit}" + (f" ({self.genre})" if self.genre else "")


class Asked(NamedTuple):
    """For whom to recommend: a user of the data, or somebody who names titles."""

    user: int | None
    tastes: dict[int, bool]


@dataclasses.dataclass(frozen=True)
class Recommended:
    """One user on the way through the machine."""

    name: str
    visible: np.ndarray
    """(1, items)."""
    hidden: np.ndarray
    """(hidden,) the probabilities of the hidden units."""
    typical: np.ndarray
    """(hidden,) their means over all users."""
    found: list[Recommendation]
    by: str
    kernel: np.ndarray
    """(items, hidden) the weights that a like, or a rating, speaks through."""
    titles: tuple[str, ...]
    note: str = ""

    @property
    def whose(self) -> str:
        """Whose ratings they are."""
        return "your" if self.name == "you" else f"{self.name}'s"


def asked(config: "Config", parts: Splits) -> Asked:
    """For whom to recommend, with titles found and the user looked up.

    Raises:
        UserError: a title or the user is unknown, a title is liked and disliked, or both kinds of user are named.
    """
    known = parts.known
    if (config.like or config.dislike) and config.user is not None:
        raise UserError("give --user, or titles with --like and --dislike: not both")
    counts = np.bincount(known.item, minlength=known.shape[1])
    tastes: dict[int, bool] = {}
    for likes, titles in ((True, config.like), (False, config.dislike)):
        for title in titles:
            item = find_title(title, known.titles, counts)
            if tastes.setdefault(item, likes) != likes:
                raise UserError(f"{known.titles[item]} is both liked and disliked")
    if tastes:
        return Asked(None, tastes)
    return Asked(_user(config.user, known), {})


def _user(name: str | None, known: Ratings) -> int:
    if name is None:
        return 0
    places = np.flatnonzero(known.users == name)
    if not len(places):
        shown = ", ".join(known.users[:3])
        raise UserError(
            f"user={name}: no such user has rated anything; there are {len(known.users)}, such as {shown}"
        )
    return int(places[0])


def factors(recommender: Recommender, parts: Splits) -> list[Factor]:
    """The hidden units that differ most from user to user, each with the films of its largest weights."""
    kernel = recommender.kernel()
    spread = recommender.hidden(recommenders.visible_units(parts.known, recommender.task)).std(axis=0)
    often = np.flatnonzero(recommender.ratings >= KNOWN)
    if len(often) < FILMS:
        often = np.arange(len(recommender.titles))
    found = []
    for unit in np.argsort(-spread, kind="stable")[:UNITS]:
        best = often[np.argsort(-kernel[often, unit], kind="stable")[:FILMS]]
        genre = _genre(
            [parts.known.genres[item] for item in best], [parts.known.genres[item] for item in often]
        )
        titles = [parts.known.titles[item] for item in best]
        found.append(Factor(int(unit) + 1, genre, titles, [float(kernel[item, unit]) for item in best]))
    return found


def _genre(some: list[tuple[str, ...]], everything: list[tuple[str, ...]]) -> str:
    """The genre of at least half of some films that is most frequent there, compared with all films."""
    here, there = (Counter(genre for genres in films for genre in genres) for films in (some, everything))
    lifts = {
        genre: (count / len(some)) / (there[genre] / len(everything))
        for genre, count in here.items()
        if count >= len(some) / 2
    }
    best = max(lifts, key=lambda genre: lifts[genre], default="")
    return best if best and lifts[best] > 1.2 else ""


def recommend(recommender: Recommender, parts: Splits, wanted: Asked, count: int = 10) -> Recommended:
    """Recommend to one user: of the data by probability, to somebody new by the lift."""
    table = recommenders.visible_units(parts.known, recommender.task)
    if wanted.user is None:
        visible, by, name = recommender.visible_of(wanted.tastes), "lift", "you"
    else:
        visible, by = table[wanted.user : wanted.user + 1], "probability"
        name = f"user {parts.known.users[wanted.user]}"
    note = ""
    if False in wanted.tastes.values():
        if recommender.task == "rank":
            note = "to rank, a film that you do not like only counts as one that you have seen"
        elif recommender.model.levels == 1:
            note = (
                "one 0/1 unit a film: what you do not like adds as little to p(h | v) as what you have not rated "
                "(--visible softmax mends that)"
            )
    return Recommended(
        name=name,
        visible=visible,
        hidden=recommender.hidden(visible)[0],
        typical=recommender.hidden(table).mean(axis=0),
        found=recommender.recommend(visible, count, by="lift" if by == "lift" else "probability"),
        by=by,
        kernel=recommender.kernel(),
        titles=recommender.titles,
        note=note,
    )

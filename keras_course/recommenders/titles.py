"""An item by what somebody calls it: "star wars", "Godfather, the", "matrix 1999"."""

import difflib
import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from keras_course.errors import UserError

ARTICLES = ("the", "a", "an", "le", "la", "les", "l", "il", "el", "der", "die", "das")
CLOSE = 0.8  # similarity from which on a misspelling is understood


def find_title(wanted: str, titles: Sequence[str], popularity: np.ndarray | None = None) -> int:
    """The number of the item that is meant: capitals, accents, signs, articles and the year do not matter.

    In this order: the same title; a title that begins so or holds all the words; a misspelling of one. Of several that
    fit, the shortest kind of fit counts, and of these the most popular.

    >>> titles = ["Godfather, The (1972)", "Godfather: Part II, The (1974)", "Amélie (2001)"]
    >>> [find_title(name, titles) for name in ("the godfather", "godfather part ii", "Amelie", "godfathr")]
    [0, 1, 2, 0]

    Args:
        wanted: what somebody has typed.
        titles: of the items; a year in brackets at the end is taken off, unless it was typed.
        popularity: (items,) decides between titles that fit equally well.

    Raises:
        UserError: nothing fits; the message names the nearest titles.
    """
    key, year = _plain(wanted), _year(wanted)
    plain = [_plain(title) for title in titles]
    allowed = [i for i, title in enumerate(titles) if not year or _year(title) == year] or list(
        range(len(titles))
    )
    weight = np.zeros(len(titles)) if popularity is None else np.asarray(popularity, float)
    if key:
        words = key.split()
        for fits in (
            lambda name: name == key,
            lambda name: f"{name} ".startswith(f"{key} "),
            lambda name: f" {key} " in f" {name} ",
            lambda name: set(words) <= set(name.split()),
        ):
            found = [i for i in allowed if fits(plain[i])]
            if found:
                return max(found, key=lambda i: (weight[i], -len(plain[i]), -i))
        close = difflib.get_close_matches(key, [plain[i] for i in allowed], n=1, cutoff=CLOSE)
        if close:
            found = [i for i in allowed if plain[i] == close[0]]
            return max(found, key=lambda i: (weight[i], -i))
    raise UserError(f"no title like {wanted!r}; nearest: {', '.join(_nearest(key, titles, plain)) or 'none'}")


def _nearest(key: str, titles: Sequence[str], plain: Sequence[str], count: int = 3) -> list[str]:
    """The titles that are spelled most like it."""
    names = dict(zip(plain, titles, strict=True))
    return [names[near] for near in difflib.get_close_matches(key, list(names), n=count, cutoff=0.0)]


def _plain(title: str) -> str:
    """A title in small letters, without accents, signs, articles at either end, and without the year at its end."""
    text = re.sub(r"\(?\b(1[89]|20)\d\d\)?\s*$", "", title) or title
    text = unicodedata.normalize("NFKD", text.casefold())
    text = "".join(letter for letter in text if not unicodedata.combining(letter)).replace("&", " and ")
    text = re.sub(r"\([^)]*\)", " ", text) if re.sub(r"\([^)]*\)|\W", "", text) else text
    words = re.sub(r"[^\w]+|_", " ", text).split()
    while len(words) > 1 and words[0] in ARTICLES:
        words = words[1:]
    while len(words) > 1 and words[-1] in ARTICLES:
        words = words[:-1]
    return " ".join(words)


def _year(title: str) -> str:
    found = re.search(r"\b((?:1[89]|20)\d\d)\)?\s*$", title)
    alone = found is not None and not title[: found.start()].strip(" (")
    return found[1] if found and not alone else ""

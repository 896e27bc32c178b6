"""The index of the slides: their titles and terms, and the search in it.

``apps/slides.json`` has for every slide its deck, its title, the terms in its text, and where the deck says them its
numbers. ``keras_course.experiment.read_decks`` makes it.
"""

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

from keras_course.experiment.course import Place, Slide

FILE = "slides.json"
STOP_WORDS = frozenset([
    "about", "after", "all", "also", "and", "another", "any", "are", "because", "been", "being", "between",
    "both", "but", "can", "could", "does", "each", "either", "etc", "for", "from", "get", "given", "gives", "had",
    "has", "have", "here", "how", "however", "into", "its", "itself", "just", "let", "like", "made", "make",
    "many", "may", "more", "most", "much", "must", "new", "not", "now", "off", "one", "only", "other", "our",
    "out", "over", "own", "per", "same", "see", "should", "since", "some", "such", "take", "than", "that", "the",
    "their", "them", "then", "there", "these", "they", "thing", "this", "those", "through", "thus", "too", "two",
    "use", "used", "uses", "using", "very", "via", "want", "was", "way", "ways", "well", "were", "what", "when",
    "where", "which", "while", "who", "why", "will", "with", "within", "without", "would", "yet", "you", "your",
])  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Entry:
    """A slide of the index; those with one title are one entry."""

    slide: Slide
    terms: tuple[str, ...]
    numbers: tuple[int, ...] = ()
    planned: bool = False  # it names a system that the course is to have


@dataclasses.dataclass(frozen=True)
class Found:
    """A slide that a search found."""

    slide: Slide
    places: tuple[Place, ...]  # that name it; none if the course has not built it
    numbers: tuple[int, ...]
    planned: bool
    in_title: bool  # whether the words are in its title, not only in its text


def load(folder: Path) -> list[Entry]:
    """The index in a folder; empty where there is none."""
    path = folder / FILE
    if not path.is_file():
        return []
    return [
        Entry(
            Slide(item["deck"], item["title"]),
            tuple(item["terms"]),
            tuple(item.get("numbers", ())),
            item.get("planned", False),
        )
        for item in json.loads(path.read_text(encoding="utf-8"))
    ]


def search(query: str, places: Sequence[Place], index: Sequence[Entry]) -> list[Found]:
    """The slides with every word of the query in the title, then those with every word in the title or the text.

    Words may be the beginning of a term; case is ignored. What the course has built comes first.
    """
    wanted = query.casefold().split()
    wanted = [word for word in wanted if word not in STOP_WORDS] or wanted
    phrase = " ".join(query.casefold().split())
    named: dict[tuple[int, str], list[Place]] = {}
    for place in places:
        named.setdefault(identity(place.slide), []).append(place)
    entries = {identity(entry.slide): entry for entry in index}
    ranked = []
    for which in named.keys() | entries.keys():
        those, entry = named.get(which, []), entries.get(which) or Entry(Slide(*which), ())
        title = which[1]
        missing = [word for word in wanted if word not in title]
        if not all(any(term.startswith(word) for term in entry.terms) for word in missing):
            continue
        rank = 0 if title == phrase else 1 if phrase in title else 2 if not missing else 3
        slide = those[0].slide if those else entry.slide
        found = Found(slide, tuple(those), entry.numbers, entry.planned, in_title=rank < 3)
        ranked.append(((rank, not those, not entry.planned, slide), found))
    return [found for _, found in sorted(ranked, key=lambda pair: pair[0])]


def identity(slide: Slide) -> tuple[int, str]:
    """Deck and title; decks and docstrings write capitals differently."""
    return slide.deck, slide.title.casefold()

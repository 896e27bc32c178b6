"""The glossary: what a term of the programs' output means, and where to see it (``apps/glossary.toml``)."""

import dataclasses
import difflib
import tomllib
from collections.abc import Sequence
from pathlib import Path

FILE = "glossary.toml"


@dataclasses.dataclass(frozen=True)
class Word:
    """A term with its explanation."""

    term: str
    text: str
    also: tuple[str, ...] = ()  # other names
    see: tuple[str, ...] = ()  # programs that show it, with their flags
    slide: str = ""  # where the decks have it


def load(folder: Path) -> list[Word]:
    """The glossary in a folder, in alphabetical order; empty where there is none."""
    path = folder / FILE
    if not path.is_file():
        return []
    entries = tomllib.loads(path.read_text(encoding="utf-8"))
    return [
        Word(
            term, entry["text"], tuple(entry.get("also", ())), tuple(entry.get("see", ())), entry.get("slide", "")
        )
        for term, entry in entries.items()
    ]  # fmt: skip


def search(query: str, words: Sequence[Word]) -> list[Word]:
    """The words with this name; else those whose name holds every word of the query. Case and hyphens do not count."""
    wanted = _plain(query)
    same = [word for word in words if wanted in (_plain(name) for name in (word.term, *word.also))]
    parts = wanted.split()
    return same or [
        word
        for word in words
        if any(all(part in _plain(name) for part in parts) for name in (word.term, *word.also))
    ]


def nearest(query: str, words: Sequence[Word], count: int = 3) -> list[str]:
    """The names that are spelled most like the query."""
    names = {_plain(name): name for word in words for name in (word.term, *word.also)}
    return [names[near] for near in difflib.get_close_matches(_plain(query), names, n=count, cutoff=0.0)]


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("-", " ").replace("_", " ").split())

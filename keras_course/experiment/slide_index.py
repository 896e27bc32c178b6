"""The index of the slides: their titles and terms, and the search in it.

``apps/slides.json`` has for every slide its deck, its title, the terms in its text, sorted, and where the deck says them
its numbers. It is made once from the decks' text, one file a deck whose name begins with the deck's number:

    python -m keras_course.experiment.slide_index FOLDER_OF_THE_DECKS
"""

import dataclasses
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from keras_course.experiment import course
from keras_course.experiment.course import Place, Slide

FILE = "slides.json"
# Lines that look like a title and are none: labels in figures, questions and closing words.
LABELS = frozenset(
    "mark|mark saw|input image|a train|happy|sad|signal|what we see|e energy|v visible nodes|w weight|feature|image|"
    "it can also be written as|update matrix|update rule for the weights|feature map|filter / kernel|filter|"
    "convoluted image|output volume size: ?|number of parameters in this layer?|q&a|thank you|healthcare|automobile|"
    "banking, finance|surveillance|social media|entertainment|education|gaming|robotics|agriculture|e-commerce|cerebrum|"
    "impulses carried toward cell body|impulses carried away from cell body|neural network is predicting cat/dog image|"
    "prediction|1.|2.|3.|loss|loss/objective|step1|munch|scream|x|"
    "feature map / response map|cnn|ann|rnn|ummary|selfie|preview|are undirected models|credits|convnet|"
    "textbookhttp://www.deeplearningbook.org|a gentle introduction to deep learning|from tensorflow|course|"
    "two common regularization techniques—weight regularization and dropout".split("|")
)  # fmt: skip
# Titles that do not look like one.
TITLES = {
    1: ("tanh",),
    2: ("(Supervised) Learning", "shift to the left", "RestNet", "Image Classification", "Object Detection",
        "Image Segmentation"),
    3: ("tanh", "Types of Gradient descents", "Loss Functions"),
    4: ("Introduction to Deep Learning",),
    5: ("Art Lives Forever", "Machine Learning recap", "Geoff Hinton on Pooling"),
}  # fmt: skip
RENAMED = {(1, "preview"): "Visualizing Convolutional Networks", (3, "long short-term memory"): "Long/Short Term Memory"}
# Titles that stand below their slide's text.
BELOW = {(1, "stock / cryptocurrency price prediction"), (1, "image filter / kernel feature")}
STOP_WORDS = frozenset(
    "about after all also and another any are because been being between both but can could does each either etc for "
    "from get given gives had has have here how however into its itself just let like made make many may more most much "
    "must new not now off one only other our out over own per same see should since some such take than that the their "
    "them then there these they thing this those through thus too two use used uses using very via want was way ways "
    "well were what when where which while who why will with within without would yet you your".split()
)


@dataclasses.dataclass(frozen=True)
class Entry:
    """A slide of the index; those with one title are one entry."""

    slide: Slide
    terms: tuple[str, ...]
    numbers: tuple[int, ...] = ()


@dataclasses.dataclass(frozen=True)
class Found:
    """A slide that a search found."""

    slide: Slide
    places: tuple[Place, ...]  # that name it; none if the course has not built it
    numbers: tuple[int, ...]
    in_title: bool  # whether the words are in its title, not only in its text


def load(folder: Path) -> list[Entry]:
    """The index in a folder; empty where there is none."""
    path = folder / FILE
    if not path.is_file():
        return []
    return [
        Entry(Slide(item["deck"], item["title"]), tuple(item["terms"]), tuple(item.get("numbers", ())))
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
        named.setdefault(_key(place.slide), []).append(place)
    entries = {_key(entry.slide): entry for entry in index}
    ranked = []
    for key in named.keys() | entries.keys():
        those, entry = named.get(key, []), entries.get(key)
        title, terms = key[1], entry.terms if entry else ()
        missing = [word for word in wanted if word not in title]
        if any(not any(term.startswith(word) for term in terms) for word in missing):
            continue
        rank = 0 if title == phrase else 1 if phrase in title else 2 if not missing else 3
        slide = those[0].slide if those else entry.slide if entry else Slide(*key)
        found = Found(slide, tuple(those), entry.numbers if entry else (), rank < 3)
        ranked.append(((rank, not those, slide), found))
    return [found for _, found in sorted(ranked, key=lambda pair: pair[0])]


def make(decks: Path, places: Sequence[Place]) -> list[Entry]:
    """Read the decks' text: ``1-....txt`` is deck 1.

    Args:
        decks: the folder.
        places: docstrings that name slides: a line like one of their titles is a title.
    """
    slides: dict[tuple[int, str], Slide] = {}
    terms: dict[Slide, set[str]] = {}
    numbers: dict[Slide, set[int]] = {}
    for path in sorted(decks.glob("[0-9]-*.txt")):
        deck = int(path.name[0])
        known = {place.slide.title for place in places if place.slide.deck == deck} | {*TITLES.get(deck, ())}
        for number, titles, text in _sections(path.read_text(encoding="utf-8"), deck, known):
            for title in titles:
                slide = slides.setdefault((deck, title.casefold()), Slide(deck, title))
                terms.setdefault(slide, set()).update(_terms(text))
                numbers.setdefault(slide, set()).update([number] if number else [])
    return [Entry(slide, tuple(sorted(terms[slide])), tuple(sorted(numbers[slide]))) for slide in sorted(terms)]


def _sections(
    text: str, deck: int, known: set[str]
) -> Iterator[tuple[int | None, list[str], list[str]]]:
    """The slides of a deck: number, titles and lines."""
    numbered = re.split(r"^(\d+) of \d+$", text, flags=re.MULTILINE)
    if len(numbered) > 1:
        for number, part in zip(numbered[1::2], numbered[2::2], strict=True):
            lines = [line.strip() for line in part.split("\n") if line.strip()]
            titles = [title for line in lines if (title := _known_title(line, deck, known))]
            looks = [title for line in lines if (title := _title(line, deck, known, alone=True))]
            yield int(number), list(dict.fromkeys(titles or looks[:1])), lines
        return
    titles: list[str] = []
    lines: list[str] = []
    headings = bool(re.search("^#", text, re.MULTILINE))
    for paragraph in re.split(r"\n\s*\n", text):
        those = [line.strip() for line in paragraph.split("\n") if line.strip()]
        for line in those:
            alone = line.startswith("#") if headings else len(those) == 1
            title = _title(line, deck, known, alone)
            if title and (deck, title.casefold()) in BELOW:
                yield None, [title], lines
                titles, lines = [title], []
            elif title:
                yield None, titles, lines
                titles, lines = [title], []
            else:
                lines.append(line)
    yield None, titles, lines


def _known_title(line: str, deck: int, known: set[str]) -> str | None:
    """The known title that a line is, or that a heading is in capitals or small letters."""
    text = _plain(line).rstrip(" :")
    same = {title for title in known if title.casefold() == text.casefold()}
    exact = text if text in known else next(iter(same), None) if line.startswith("#") else None
    return RENAMED.get((deck, text.casefold())) or exact


def _title(line: str, deck: int, known: set[str], alone: bool) -> str | None:
    """The title in a line, if it is one.

    Args:
        alone: whether it stands alone, as titles do.
    """
    text = _plain(line)
    if found := _known_title(line, deck, known):
        return found
    looks = re.fullmatch(r"[A-Z][^|$\\<={}\t]*[a-zA-Z)?]", text) and len(text.split()) <= 9
    if not alone or not looks or text.casefold() in LABELS:
        return None
    return text.capitalize() if text.isupper() and " " in text else text


def _plain(line: str) -> str:
    """A line without the marks of a heading, of bold type and of a list."""
    return re.sub(r"[#*_]+|-+$", "", line).strip(" -")


def _terms(lines: Iterable[str]) -> set[str]:
    """The words of some lines, in lower case, without formulas and the commonest words."""
    text = re.sub(r"\${1,2}[^$]+\${1,2}|\\\w+|</?\w*>?", " ", " ".join(lines))
    words = {word.casefold().strip("-") for word in re.findall(r"[^\W\d_][\w-]{2,}", text)}
    return {word for word in words - STOP_WORDS if not re.fullmatch(r"\w\w?|\w_\w|c+", word)}


def _key(slide: Slide) -> tuple[int, str]:
    return slide.deck, slide.title.casefold()


def main(arguments: Sequence[str]) -> None:
    """Write ``apps/slides.json`` from the decks in a folder."""
    (folder,) = arguments
    entries = make(Path(folder), course.places())
    items: list[dict[str, Any]] = [
        {"deck": entry.slide.deck, "title": entry.slide.title}
        | ({"numbers": entry.numbers} if entry.numbers else {})
        | {"terms": entry.terms}
        for entry in entries
    ]
    path = course.apps_folder() / FILE
    text = ",\n".join(json.dumps(item, ensure_ascii=False) for item in items)
    path.write_text(f"[\n{text}\n]\n", encoding="utf-8")
    print(f"{path}: {len(entries)} slides, {sum(len(entry.terms) for entry in entries)} terms")


if __name__ == "__main__":
    main(sys.argv[1:])

"""Make the index of the slides from the decks' text, one file a deck, whose name begins with the deck's number.

    python -m keras_course.experiment.read_decks FOLDER

writes ``apps/slides.json``: titles and terms, not the text.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from keras_course.experiment import course
from keras_course.experiment.course import Place, Slide
from keras_course.experiment.slide_index import FILE, STOP_WORDS, Entry

# Lines that look like a title and are none: labels in figures, questions and closing words.
LABELS = frozenset([
    "mark", "mark saw", "input image", "a train", "happy", "sad", "signal", "what we see", "e energy",
    "v visible nodes", "w weight", "feature", "image", "it can also be written as", "update matrix",
    "update rule for the weights", "feature map", "filter / kernel", "filter", "convoluted image",
    "output volume size: ?", "number of parameters in this layer?", "q&a", "thank you", "healthcare",
    "automobile", "banking, finance", "surveillance", "social media", "entertainment", "education", "gaming",
    "robotics", "agriculture", "e-commerce", "cerebrum", "impulses carried toward cell body",
    "impulses carried away from cell body", "neural network is predicting cat/dog image", "prediction", "1.",
    "2.", "3.", "loss", "loss/objective", "step1", "munch", "scream", "x", "feature map / response map", "cnn",
    "ann", "rnn", "ummary", "selfie", "preview", "are undirected models", "credits", "convnet",
    "textbookhttp://www.deeplearningbook.org", "a gentle introduction to deep learning", "from tensorflow",
    "course", "quick guide", "any questions?",
    "two common regularization techniques—weight regularization and dropout",
])  # fmt: skip
# Titles that do not look like one.
TITLES = {
    1: ("tanh",),
    2: ("(Supervised) Learning", "shift to the left", "RestNet", "Image Classification", "Object Detection",
        "Image Segmentation"),
    3: ("tanh", "Types of Gradient descents", "Loss Functions"),
    4: ("Introduction to Deep Learning",),
    5: ("Art Lives Forever", "Machine Learning recap", "Geoff Hinton on Pooling"),
}  # fmt: skip
RENAMED = {
    (1, "preview"): "Visualizing Convolutional Networks",
    (3, "long short-term memory"): "Long/Short Term Memory",
}
# Titles that stand below their slide's text.
BELOW = {(1, "stock / cryptocurrency price prediction"), (1, "image filter / kernel feature")}
# What is named on the slides and still to be built.
PLANNED = {
    1: ("Detection", "Segmentation"),
    2: ("Computer vision tasks", "Image Classification", "Object Detection", "Image Segmentation"),
    4: ("Time steps Intensity in each frequency band",),
    5: ("Art Lives Forever", "Image Classification"),
}  # fmt: skip


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
    return [
        Entry(
            slide,
            tuple(sorted(terms[slide])),
            tuple(sorted(numbers[slide])),
            slide.title in PLANNED.get(slide.deck, ()),
        )
        for slide in sorted(terms)
    ]


def _sections(text: str, deck: int, known: set[str]) -> Iterator[tuple[int | None, list[str], list[str]]]:
    """The slides of a deck: number, titles and lines."""
    titles: list[str]
    lines: list[str]
    numbered = re.split(r"^(\d+) of \d+$", text, flags=re.MULTILINE)
    if len(numbered) > 1:
        for number, part in zip(numbered[1::2], numbered[2::2], strict=True):
            lines = [line.strip() for line in part.split("\n") if line.strip()]
            titles = [title for line in lines if (title := _known_title(line, deck, known))]
            looks = [title for line in lines if (title := _title(line, deck, known, alone=True))]
            yield int(number), list(dict.fromkeys(titles or looks[:1])), lines
        return
    titles, lines = [], []
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
    """The title in a line, if it is one: a known one, or a short line that stands alone, as titles do."""
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


def main(arguments: Sequence[str]) -> None:
    """Write ``apps/slides.json`` from the decks in a folder."""
    (folder,) = arguments
    entries = make(Path(folder), course.places())
    items: list[dict[str, Any]] = [
        {"deck": entry.slide.deck, "title": entry.slide.title}
        | ({"numbers": entry.numbers} if entry.numbers else {})
        | ({"planned": True} if entry.planned else {})
        | {"terms": entry.terms}
        for entry in entries
    ]
    path = course.apps_folder() / FILE
    text = ",\n".join(json.dumps(item, ensure_ascii=False) for item in items)
    path.write_text(f"[\n{text}\n]\n", encoding="utf-8")
    print(f"{path}: {len(entries)} slides, {sum(len(entry.terms) for entry in entries)} terms")


if __name__ == "__main__":
    main(sys.argv[1:])

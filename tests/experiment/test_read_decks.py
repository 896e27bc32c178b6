"""The index that is made of the decks' text."""

import re
from pathlib import Path

from keras_course.experiment import course, read_decks, slide_index
from keras_course.experiment.course import Place, Slide

HEADINGS = """# Agenda

What is to come

## **POOLING LAYERS**

The largest value of each window is kept, $x_1 + garbage$ and 3 formulas.

Data augmentation

Random shifts

## Agenda

once more
"""
NUMBERED = (
    "1 of 3\n\nWeights\n\n2 of 3\n\nInitial values\n\n  • Glorot\n\nChoices\n\n3 of 3\n\nWeights\n\nagain\n"
)


def make(folder: Path, *titles: Slide) -> dict[Slide, slide_index.Entry]:
    places = [Place(slide, "apps/x.py", 1, "") for slide in titles]
    return {entry.slide: entry for entry in read_decks.make(folder, places)}


def test_headings_and_known_titles_begin_slides(tmp_path: Path) -> None:
    (tmp_path / "2-computer-vision.txt").write_text(HEADINGS)
    found = make(tmp_path, Slide(2, "Data augmentation"))
    assert [slide.title for slide in found] == ["Agenda", "Data augmentation", "Pooling layers"]
    assert found[Slide(2, "Agenda")].terms == ("come", "once")
    assert found[Slide(2, "Pooling layers")].terms == ("formulas", "kept", "largest", "value", "window")


def test_numbers_where_the_deck_has_them(tmp_path: Path) -> None:
    (tmp_path / "5-blocks.txt").write_text(NUMBERED)
    found = make(tmp_path, Slide(5, "Choices"))
    assert found[Slide(5, "Weights")].numbers == (1, 3)
    assert found[Slide(5, "Choices")].numbers == (2,)
    assert "glorot" in found[Slide(5, "Choices")].terms


def test_the_committed_index_has_terms_and_no_text() -> None:
    index = slide_index.load(course.apps_folder())
    assert {entry.slide.deck for entry in index} == {1, 2, 3, 4, 5}
    assert len({slide_index.identity(entry.slide) for entry in index}) == len(index)
    for entry in index:
        assert list(entry.terms) == sorted(set(entry.terms))
        assert all(re.fullmatch(r"[^\W\d_][\w-]+", term) and term == term.casefold() for term in entry.terms)

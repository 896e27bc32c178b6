"""What can be run, and which slide it belongs to: read from docstrings with ``ast``, nothing is imported.

A docstring names its slides in lines such as ``Slide: deck 1, "Pooling layer"; deck 3, "Max Pooling"``, which
may go on in the next, indented line.
"""

import ast
import dataclasses
import difflib
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclasses.dataclass(frozen=True, order=True)
class Slide:
    """A slide, by deck number and title."""

    deck: int
    title: str

    def __str__(self) -> str:
        return f'deck {self.deck}, "{self.title}"'


@dataclasses.dataclass(frozen=True)
class App:
    """A program of the course."""

    name: str
    summary: str  # the docstring's first line
    slides: tuple[Slide, ...]


@dataclasses.dataclass(frozen=True)
class Place:
    """A docstring that names a slide."""

    slide: Slide
    file: str  # from the checkout's root
    line: int
    name: str  # of the function or class; "" for the file itself


def apps(root: Path = ROOT) -> list[App]:
    """Every program in ``apps/``; a file that cannot be read is listed with its error."""
    found = []
    for name, path in app_files(root).items():
        try:
            docstring = ast.get_docstring(_parse(path)) or ""
            found.append(App(name, docstring.partition("\n")[0], tuple(slides(docstring))))
        except (SyntaxError, ValueError) as error:
            found.append(App(name, f"(cannot be read: {error})", ()))
    return found


def app_files(root: Path = ROOT) -> dict[str, Path]:
    """The file that holds each app's docstring, by the app's name: ``apps/NAME.py`` or ``apps/NAME/__init__.py``."""
    single = {path.stem: path for path in (root / "apps").glob("[!_]*.py")}
    packages = {
        path.parent.name: path.with_name("__init__.py") for path in (root / "apps").glob("*/__main__.py")
    }
    return dict(sorted((single | packages).items()))


def slides(docstring: str) -> list[Slide]:
    """The slides that a docstring names, in its order.

    Raises:
        ValueError: for a ``Slide:`` line without a deck's number and a title in quotes.
    """
    found: list[Slide] = []
    # The line and those after it that are indented deeper.
    for match in re.finditer(r"^([ \t]*)Slide:(.*(?:\n\1[ \t]+\S.*)*)", docstring, re.MULTILINE):
        deck = None
        text = " ".join(match[2].split())
        before = len(found)
        for number, title in re.findall(r'\bdeck (\d+)|"([^"]+)"', text):
            if number:
                deck = int(number)
            elif deck is not None:
                found.append(Slide(deck, title))
        if len(found) == before:
            raise ValueError(f'no slide in the line `Slide: {text}`: write `Slide: deck 3, "Max Pooling"`')
    return found


def places(root: Path = ROOT) -> list[Place]:
    """Every docstring in ``apps/`` and ``keras_course/`` that names a slide, by deck and title."""
    found: list[Place] = []
    for path in [*(root / "apps").rglob("*.py"), *(root / "keras_course").rglob("*.py")]:
        if path.name.startswith("_") and path.name != "__init__.py":
            continue
        file = path.relative_to(root).as_posix()
        try:
            for node, docstring in documented(path):
                line, name = getattr(node, "lineno", 1), getattr(node, "name", "")
                found += [Place(slide, file, line, name) for slide in slides(docstring)]
        except (SyntaxError, ValueError):  # the list shows it; the other files can be searched
            continue
    return sorted(found, key=lambda place: (place.slide, place.file, place.line))


def documented(path: Path) -> Iterator[tuple[ast.AST, str]]:
    """The module, classes and functions of a file, each with its docstring."""
    for node in ast.walk(_parse(path)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node, ast.get_docstring(node) or ""


def search(query: str, everything: list[Place]) -> list[Place]:
    """The places whose slide's title contains every word of the query; case is ignored."""
    words = query.casefold().split()
    return [place for place in everything if all(word in place.slide.title.casefold() for word in words)]


def nearest(query: str, everything: list[Place], count: int = 3) -> list[Slide]:
    """The slides whose titles, or a word of them, are spelled most like the query."""

    def likeness(slide: Slide) -> float:
        title = slide.title.casefold()
        return max(
            difflib.SequenceMatcher(None, query.casefold(), text).ratio() for text in (title, *title.split())
        )

    return sorted(sorted({place.slide for place in everything}), key=likeness, reverse=True)[:count]


def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=path.name)

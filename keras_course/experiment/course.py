"""What can be run, in the order in which one learns, and which slides it belongs to.

Everything is read from docstrings with ``ast``; nothing is imported. A docstring names its slides in lines such as
``Slide: deck 1, "Pooling layer"; deck 3, "Max Pooling"``, which may go on in the next, indented line. Flags that show a
slide follow its title in backquotes: ``Slide: deck 3, "Dropout" `--dropout 0.5` ``. A line ``Group: digits`` in an
app's docstring puts the app into a group of the course; ``Group: digits, 2`` makes it the second there. Apps of a group
that have no number follow in alphabetical order.
"""

import ast
import dataclasses
import difflib
import re
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GROUPS = (
    "start here",
    "by hand",
    "digits",
    "photos",
    "prices",
    "films",
    "tools",
)  # in the order in which one learns
OTHERS = "others"  # the group of an app that names none of these


@dataclasses.dataclass(frozen=True, order=True)
class Slide:
    """A slide, by deck number and title."""

    deck: int
    title: str
    flags: tuple[str, ...] = dataclasses.field(default=(), compare=False)  # each of them shows it

    def __str__(self) -> str:
        return f'deck {self.deck}, "{self.title}"'


@dataclasses.dataclass(frozen=True)
class App:
    """A program of the course, as its docstring describes it."""

    name: str
    summary: str  # the docstring's first line
    slides: tuple[Slide, ...] = ()
    group: str = OTHERS
    number: int | None = None  # its place in the group
    commands: tuple[str, ...] = ()  # the lines under `Run:`


@dataclasses.dataclass(frozen=True)
class Place:
    """A docstring that names a slide."""

    slide: Slide
    file: str  # from the checkout's root
    line: int
    name: str  # of the function or class; "" for the file itself


def apps(root: Path = ROOT) -> list[App]:
    """Every program in ``apps/``, in the order of the course; one that cannot be read is listed with its error."""
    found = []
    for name, path in app_files(root).items():
        try:
            docstring = ast.get_docstring(_parse(path)) or ""
            found.append(
                App(
                    name,
                    docstring.partition("\n")[0],
                    tuple(slides(docstring)),
                    *group(docstring),
                    tuple(commands(docstring)),
                )
            )
        except (SyntaxError, ValueError) as error:
            found.append(App(name, f"(cannot be read: {error})"))
    order = (*GROUPS, OTHERS)
    return sorted(
        found, key=lambda app: (order.index(app.group), app.number is None, app.number or 0, app.name)
    )


def apps_folder(root: Path = ROOT) -> Path:
    """``apps/`` in a checkout; beside the installed library, ``keras_course_apps/``."""
    return root / "apps" if (root / "apps").is_dir() else root / "keras_course_apps"


def app_files(root: Path = ROOT) -> dict[str, Path]:
    """The file that holds each app's docstring, by the app's name: ``apps/NAME.py`` or ``apps/NAME/__init__.py``."""
    folder = apps_folder(root)
    single = {path.stem: path for path in folder.glob("[!_]*.py")}
    packages = {path.parent.name: path.with_name("__init__.py") for path in folder.glob("*/__main__.py")}
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
        for number, title, flags in re.findall(r'\bdeck (\d+)|"([^"]+)"((?: `[^`]+`)*)', text):
            if number:
                deck = int(number)
            elif deck is not None:
                found.append(Slide(deck, title, tuple(re.findall("`(.*?)`", flags))))
        if len(found) == before:
            raise ValueError(f'no slide in the line `Slide: {text}`: write `Slide: deck 3, "Max Pooling"`')
    return found


def group(docstring: str) -> tuple[str, int | None]:
    """The group that a docstring's ``Group:`` line names, and the app's number in it.

    Returns:
        ``("others", None)`` without such a line, or if the course has no such group.
    """
    found = re.search(r"^Group:[ \t]*(.*?)(?:,[ \t]*(\d+))?[ \t]*$", docstring, re.MULTILINE)
    if not found or found[1] not in GROUPS:
        return OTHERS, None
    return found[1], int(found[2]) if found[2] else None


def commands(docstring: str) -> list[str]:
    """The lines under a docstring's ``Run:``, without their indentation."""
    found = re.search(r"^Run:\n((?:[ \t]+\S.*\n?)+)", docstring, re.MULTILINE)
    return textwrap.dedent(found[1]).splitlines() if found else []


def tries(docstring: str) -> list[tuple[str, str]]:
    """The lines under a docstring's ``Try:``: what to try, and the question that it answers."""
    found = re.search(r"^Try:\n((?:[ \t]+\S.*\n?)+)", docstring, re.MULTILINE)
    lines = textwrap.dedent(found[1]).splitlines() if found else []
    # The questions stand in a column; a key may reach to it.
    column = max((gap.end() for line in lines if (gap := re.search(r"\S {2,}", line))), default=0)
    return [(line[:column].strip(), line[column:].strip()) for line in lines]


def places(root: Path = ROOT) -> list[Place]:
    """Every docstring in ``apps/`` and ``keras_course/`` that names a slide, by deck and title."""
    found: list[Place] = []
    for path in [*apps_folder(root).rglob("*.py"), *(root / "keras_course").rglob("*.py")]:
        if path.name.startswith("_") and path.name != "__init__.py":
            continue
        file = path.relative_to(root).as_posix()
        try:
            if "Slide:" not in path.read_text(encoding="utf-8"):  # parsing takes most of the time
                continue
            for node, docstring in documented(path):
                line, name = getattr(node, "lineno", 1), getattr(node, "name", "")
                found += [Place(slide, file, line, name) for slide in slides(docstring)]
        except (SyntaxError, ValueError):  # the list of apps shows it; the other files can still be searched
            continue
    return sorted(found, key=lambda place: (place.slide, place.file, place.line))


def documented(path: Path) -> Iterator[tuple[ast.AST, str]]:
    """The module, classes and functions of a file, each with its docstring."""
    nodes: list[ast.AST] = [_parse(path)]
    for node in nodes:  # grows: statements within statements; ast.walk would go through every expression too
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node, ast.get_docstring(node) or ""
        nodes += getattr(node, "body", [])


def programs(found: Sequence[Place]) -> list[str]:
    """What to run for a slide: ``mnist_dense --dropout 0.5``, or the program's name alone where no flags are told.

    Args:
        found: the places that name the slide.
    """
    flags: dict[str, dict[str, None]] = {}
    for place in found:
        folder, _, rest = place.file.partition("/")
        if folder in ("apps", "keras_course_apps"):
            name = rest.partition("/")[0].removesuffix(".py")
            flags.setdefault(name, {}).update(dict.fromkeys(place.slide.flags))
    return [f"{name} {flag}".strip() for name, those in flags.items() for flag in those or ("",)]


def search(query: str, everything: Sequence[Place]) -> list[Place]:
    """The places whose slide's title contains every word of the query; case is ignored."""
    words = query.casefold().split()
    return [place for place in everything if all(word in place.slide.title.casefold() for word in words)]


def nearest(query: str, everything: Sequence[Place], count: int = 3) -> list[Slide]:
    """The slides whose title, or a word of it, is spelled most like the query."""

    def likeness(slide: Slide) -> float:
        title = slide.title.casefold()
        return max(
            difflib.SequenceMatcher(None, query.casefold(), text).ratio() for text in (title, *title.split())
        )

    return sorted(sorted({place.slide for place in everything}), key=likeness, reverse=True)[:count]


def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=path.name)

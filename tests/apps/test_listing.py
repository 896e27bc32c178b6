"""``python -m apps``: the course, one of its programs, and the search for a slide."""

import importlib
import json
import os
import re
import shlex
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from apps.__main__ import main
from keras_course.experiment import course, glossary, parsing, slide_index
from keras_course.experiment.course import Slide

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "apps", *arguments], cwd=ROOT, capture_output=True, text=True
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small course: programs in three groups and in none, one private file, one broken file, one library file."""
    apps = tmp_path / "apps"
    apps.mkdir()
    (apps / "__init__.py").touch()
    (apps / "_private.py").write_text('"""Not a program.\n\nSlide: deck 1, "Max Pooling"\n"""\n')
    (apps / "pooling.py").write_text(
        '"""Pool pictures.\n\nSlide: deck 3, "Max\n    Pooling"\n\nGroup: by hand\n\n'
        "Run:\n    python -m apps.pooling\n    python -m apps.pooling --stride 2 \\\\\n        --quick   small\n\n"
        'Try:\n    --stride 3\n"""\nimport nowhere\n'
    )
    (apps / "first.py").write_text('"""Begin.\n\nGroup: digits, 1\n"""')
    (apps / "tenth.py").write_text('"""End.\n\nGroup: digits, 10\n"""')
    (apps / "second.py").write_text('"""Go on.\n\nGroup: digits, 2\n"""')
    (apps / "any_time.py").write_text('"""No number.\n\nGroup: digits\n"""')
    (apps / "lost.py").write_text('"""Where to?\n\nGroup: digitts\n"""')
    (apps / "plain.py").write_text('"""Without a slide."""\n')
    (apps / "broken.py").write_text("def (:\n")
    library = tmp_path / "keras_course" / "by_hand"
    library.mkdir(parents=True)
    (library / "convolution.py").write_text(
        '"""Convolution.\n\nSlide: deck 1, "Convolution"\n"""\n\n\n'
        "def max_pool():\n"
        '    """The largest.\n\n    Slide: deck 1, "Pooling layer"; deck 3, "Max Pooling"\n    """\n'
    )
    return tmp_path


@pytest.mark.parametrize(
    ("docstring", "expected"),
    [
        ('Slide: deck 3, "Max Pooling"', [Slide(3, "Max Pooling")]),
        ('A.\n\n    Slide: deck 1, "A b"; deck 3, "C"\n', [Slide(1, "A b"), Slide(3, "C")]),
        ('Slide: deck 1, "A";\n    deck 2, "B"\nText with "quotes".', [Slide(1, "A"), Slide(2, "B")]),
        ('Slide: deck 1, "A long\n    title"', [Slide(1, "A long title")]),
        ('Slide: deck 1, "A", "B"', [Slide(1, "A"), Slide(1, "B")]),
        ('Slide: deck 1, "A"\nSlide: deck 2, "B"', [Slide(1, "A"), Slide(2, "B")]),
        ('Slide: deck 1, "A"\n\n    deck 9, "not a slide"', [Slide(1, "A")]),
        ('Slide: deck 5, "Deck 2 again"', [Slide(5, "Deck 2 again")]),
        ("No slide here.", []),
        ('Slide: deck 1, "A" `--a 1`, "B"', [Slide(1, "A"), Slide(1, "B")]),
    ],
)
def test_slide_lines(docstring: str, expected: list[Slide]) -> None:
    assert course.slides(docstring) == expected


def test_flags_follow_a_title() -> None:
    line = 'Slide: deck 1, "A" `--a 1`, "B"; deck 2,\n    "C"\n    `--vary a` `--vary b` (text)'
    assert [slide.flags for slide in course.slides(line)] == [("--a 1",), (), ("--vary a", "--vary b")]


@pytest.mark.parametrize("line", ["Slide: Max Pooling", 'Slide: "Max Pooling"', "Slide: deck 3, Max Pooling"])
def test_a_line_without_deck_and_title_is_an_error(line: str) -> None:
    with pytest.raises(ValueError, match="write `Slide: deck 3"):
        course.slides(line)


def test_every_slide_line_of_the_course_can_be_read() -> None:
    for path in [*(ROOT / "apps").glob("*.py"), *(ROOT / "keras_course").rglob("*.py")]:
        for _, docstring in course.documented(path):
            course.slides(docstring)
    assert len(course.places()) > 0


@pytest.mark.parametrize(
    ("docstring", "expected"),
    [
        ("A.\n\nGroup: digits", ("digits", None)),
        ("A.\n\nGroup: start here, 2\n\nRun:", ("start here", 2)),
        ("A.\n\nGroup: digitts, 2", ("others", None)),
        ("A.\n\nGroup: digits, second", ("others", None)),
        ("A.\n\nGroup:", ("others", None)),
        ("A Group: digits", ("others", None)),
        ("No group.", ("others", None)),
    ],
)
def test_group_lines(docstring: str, expected: tuple[str, int | None]) -> None:
    assert course.group(docstring) == expected


def test_every_program_of_the_course_has_a_group() -> None:
    assert [app.name for app in course.apps() if app.group == course.OTHERS] == []


def test_the_list_is_a_course(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], checkout) == 0
    groups = capsys.readouterr().out.split("\n\n")[1:]
    listed = [[line.split()[0] for line in group.splitlines()[1:]] for group in groups]
    assert [group.partition("\n")[0] for group in groups] == ["by hand", "digits", "others"]
    assert listed == [["pooling"], ["first", "second", "tenth", "any_time"], ["broken", "lost", "plain"]]


def test_list_has_every_program_on_a_line(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], checkout) == 0
    printed = capsys.readouterr().out
    assert "pooling   Pool pictures.\n" in printed
    assert "deck 3" not in printed
    assert "plain     Without a slide." in printed
    assert "broken    (cannot be read" in printed
    assert "_private" not in printed


def test_slides_lists_every_program_with_its_slides(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--slides"], checkout) == 0
    lines = capsys.readouterr().out.splitlines()
    (at,) = [number for number, line in enumerate(lines) if "Pool pictures." in line]
    assert lines[at + 1].strip() == 'deck 3, "Max Pooling"'
    assert "  plain     Without a slide." in lines


def test_one_program_with_its_slides_and_commands(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pooling"], checkout) == 0
    assert capsys.readouterr().out.splitlines() == [
        "pooling  Pool pictures.",
        "",
        "Slides:",
        '  deck 3, "Max Pooling"',
        "",
        "Run:",
        "  python -m apps.pooling",
        "  python -m apps.pooling --stride 2 \\",
        "      --quick   small",
    ]
    assert main(["plain"], checkout) == 0
    assert capsys.readouterr().out == "plain  Without a slide.\n"


def test_an_unknown_program_proposes_the_nearest(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["poling"], checkout) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith('there is no program "poling"; the nearest: pooling, ')
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize("name", course.app_files())
def test_every_program_can_be_described(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name]) == 0
    assert f"python -m apps.{name}" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["max pooling"], ["MAX", "pool"], ["pooling", "max"]])
def test_slide_names_commands_and_files(
    checkout: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert main(["--slide", *words], checkout) == 0
    assert capsys.readouterr().out.splitlines() == [
        'deck 3, "Max Pooling"',
        "  run   python -m apps.pooling",
        "  read  apps/pooling.py:1",
        "  read  keras_course/by_hand/convolution.py:7  max_pool",
    ]


def test_a_part_of_several_titles_finds_them_all(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--slide", "pooling"], checkout) == 0
    printed = capsys.readouterr().out.splitlines()
    assert [line for line in printed if line.startswith("deck")] == [
        'deck 1, "Pooling layer"',
        'deck 3, "Max Pooling"',
    ]


def test_an_unknown_title_proposes_the_nearest(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--slide", "max", "poolling"], checkout) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines()[0] == (
        'no slide has "max poolling" in its title or its text; the nearest titles:'
    )
    assert printed.err.splitlines()[1] == '  deck 3, "Max Pooling"'


def test_flags_are_printed_instead_of_the_bare_program(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout / "apps" / "knobs.py").write_text(
        '"""Turn.\n\nSlide: deck 5, "Choices" `--vary a` `--vary b`\n"""'
    )
    (checkout / "apps" / "more").mkdir()
    (checkout / "apps" / "more" / "__init__.py").write_text('"""More.\n\nSlide: deck 5, "Choices"\n"""')
    (checkout / "apps" / "more" / "one.py").write_text('"""One.\n\nSlide: deck 5, "Choices" `one`\n"""')
    assert main(["--slide", "choices"], checkout) == 0
    printed = capsys.readouterr().out.splitlines()
    assert [line.split("apps.")[1] for line in printed if "  run " in line] == [
        "knobs --vary a",
        "knobs --vary b",
        "more one",
    ]


def test_words_in_the_text_come_after_titles_and_what_is_missing_is_said(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = [
        {"deck": 3, "title": "Max Pooling", "terms": ["maximum", "window"]},
        {"deck": 3, "title": "Rating films", "planned": True, "terms": ["pooling", "window"]},
        {"deck": 5, "title": "Windows", "numbers": [7, 8], "terms": []},
    ]
    (checkout / "apps" / "slides.json").write_text(json.dumps(entries))
    assert main(["--slide", "the", "window"], checkout) == 0
    assert capsys.readouterr().out.splitlines() == [
        'deck 5, "Windows"  (slide 7, 8): nothing to run',
        "",
        '"the window" in the text of:',
        'deck 3, "Max Pooling"',
        "  run   python -m apps.pooling",
        "  read  apps/pooling.py:1",
        "  read  keras_course/by_hand/convolution.py:7  max_pool",
        'deck 3, "Rating films": not built yet',
    ]
    assert main(["--slide", "max", "maxim"], checkout) == 0
    assert capsys.readouterr().out.splitlines()[1] == 'deck 3, "Max Pooling"'


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("learning rate", "choices --vary learning_rate"),
        ("functional API", "mnist_dense --api functional"),
        ("data augmentation", "cats_dogs --augment affine"),
        ("dropout", "mnist_dense --dropout 0.5"),
        ("max pooling", "worked_examples pooling"),
        ("googl", "stock_lstm"),  # a word of the slide's text
    ],
)
def test_a_slide_of_the_course(words: str, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--slide", words]) == 0
    assert f"  run   python -m apps.{command}\n" in capsys.readouterr().out


def test_every_slide_that_is_planned_is_missing() -> None:
    named = {slide_index.identity(place.slide) for place in course.places()}
    index = slide_index.load(ROOT / "apps")
    built = [entry.slide for entry in index if entry.planned and slide_index.identity(entry.slide) in named]
    assert built == [], "built meanwhile: take them out of PLANNED in keras_course/experiment/read_decks.py"
    missing = named - {slide_index.identity(entry.slide) for entry in index}
    assert missing == set(), "titles that are on no slide"


@pytest.mark.parametrize("query", ["pinball", "Pinball-Loss", "quantile loss"])
def test_a_word_is_explained(query: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--word", *query.split()]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("pinball loss  (pinball, quantile loss)\n  The loss of a quantile forecast")
    assert "  run   python -m apps.stock_lstm --target return\n" in printed
    assert max(map(len, printed.splitlines())) <= 110


def test_a_part_of_words_finds_them_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--word", "augment"]) == 0
    printed = capsys.readouterr().out
    assert "augmentation  (data augmentation)\n" in printed
    assert "\n\ntest-time augmentation  (" in printed


def test_an_unknown_word_proposes_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--word", "pinbal", "lose"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith('"pinbal lose" is not explained; the nearest: pinball loss, ')


def test_words_lists_every_word(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--words"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert "XLA  (jit_compile)" in printed
    assert len(printed) == len(glossary.load(ROOT / "apps"))


def test_the_glossary_is_in_order_and_names_slides_that_exist() -> None:
    words = glossary.load(ROOT / "apps")
    terms = [word.term.casefold() for word in words]
    assert terms == sorted(terms)
    names = [name.casefold() for word in words for name in (word.term, *word.also)]
    assert len(names) == len(set(names))
    titles = {slide_index.identity(entry.slide) for entry in slide_index.load(ROOT / "apps")}
    for word in words:
        assert 60 < len(word.text) < 400, word.term
        assert word.see, word.term
        if word.slide:
            (slide,) = course.slides(f"Slide: {word.slide}")
            assert slide_index.identity(slide) in titles, slide


@pytest.mark.parametrize(
    "word",
    ["band", "pinball loss", "EWMA", "dead unit", "XLA", "epoch", "validation", "logits", "calibration", "persistence",
     "ravine", "saddle point", "quantile", "skill", "stand-in data", "pretrained", "card", "Grad-CAM",
     "receptive field", "test-time augmentation", "mixup", "label smoothing", "weight decay", "HAR", "GARCH", "power",
     "Diebold-Mariano test", "Clark-West test"],
)  # fmt: skip
def test_the_glossary_has(word: str) -> None:
    assert [found.term for found in glossary.search(word, glossary.load(ROOT / "apps"))] == [word]


def commands_of_the_course() -> list[str]:
    """Every command that ``--slide``, a program's description and README print."""
    found = [f"python -m apps.{program}" for program in course.programs(course.places())]
    found += [f"python -m apps.{program}" for word in glossary.load(ROOT / "apps") for program in word.see]
    for app in course.apps():
        joined = "\n".join(app.commands).replace("\\\n", " ")
        found += [re.split(r"\s{2,}(?!-)", line.strip())[0] for line in joined.split("\n")]
    found += re.findall(r"`(python -m apps\..*?)`", (ROOT / "README.md").read_text(encoding="utf-8"))
    return sorted(
        {
            line
            for line in found
            if re.match(r"python -m apps\.\w", line) and "RUN" not in line and "NAME" not in line
        }
    )


@pytest.mark.parametrize("line", commands_of_the_course())
def test_every_printed_command_has_flags_that_exist(line: str) -> None:
    name, *arguments = shlex.split(line.removeprefix("python -m apps."))
    app = importlib.import_module(f"apps.{name}")
    given = [argument for argument in arguments if argument != "--answers"]
    parsing.parse(app.Config, given, prog=None)


def test_unknown_flag() -> None:
    for arguments in (("--slides-of", "x"), ("filters", "--slides")):
        done = run(*arguments)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments", [(), ("filters",), ("--slides",), ("--slide", "network"), ("--word", "XLA")]
)
def test_under_half_a_second(arguments: tuple[str, ...]) -> None:
    seconds = []
    for _ in range(3):
        before = os.times()
        done = run(*arguments)
        after = os.times()  # the processor's time: the machine of a test may be busy
        seconds.append(
            after.children_user + after.children_system - before.children_user - before.children_system
        )
        assert done.returncode == 0
        assert "apps." in done.stdout
    assert statistics.median(seconds) < 0.5


def test_imports_nothing_heavy() -> None:
    code = (
        "import sys; from apps.__main__ import main; main([]); main(['filters']); main(['--slides']);"
        "main(['--slide', 'network']); main(['--word', 'XLA']);"
        "print(sorted({'keras', 'numpy', 'tyro', 'matplotlib', 'tensorflow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_closed_pipe_is_no_traceback() -> None:
    done = subprocess.run(
        f"{sys.executable} -m apps | true", shell=True, cwd=ROOT, capture_output=True, text=True
    )
    assert done.stderr == ""

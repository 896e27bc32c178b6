"""The command line into a dataclass, by tyro; what cannot be parsed becomes one line that says what to write."""

import contextlib
import io
import itertools
import re
import sys
from collections.abc import Sequence
from typing import Any, TypeVar, get_type_hints

from keras_course.errors import UserError

ConfigType = TypeVar("ConfigType")
# By the types of flags, as help shows them: what to give, one or several.
TYPES = {"INT": ("a whole number", "whole numbers"), "FLOAT": ("a number", "numbers")}


def parse(
    config_type: type[ConfigType], arguments: Sequence[str], *, prog: str | None, **options: Any
) -> ConfigType:
    """Parse ``arguments`` into ``config_type``; ``--help`` prints and exits.

    Args:
        config_type: a dataclass; its fields' docstrings are the help.
        arguments: the words of the command line.
        prog: what was typed to start the program.
        **options: further ones of ``tyro.cli``.

    Raises:
        UserError: an argument cannot be parsed: what is wrong, and how it is written.
    """
    import tyro

    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            config: ConfigType = tyro.cli(
                config_type, args=_with_values(config_type, arguments), prog=prog, **options
            )
    except SystemExit as left:
        if left.code != 2:
            sys.stderr.write(said.getvalue())
            raise
    else:
        sys.stderr.write(said.getvalue())
        return config
    raise UserError(explained(said.getvalue(), arguments, f"{prog or 'with'} --help lists the flags"))


def _with_values(config_type: type, arguments: Sequence[str]) -> list[str]:
    """``--mirror`` and ``--no-mirror`` as ``--mirror True`` and ``--mirror False``, where None is a third value.

    Tyro makes such a pair of flags of a plain bool only.
    """
    hints = get_type_hints(config_type)
    flags = {f"--{name.replace('_', '-')}" for name, hint in hints.items() if hint == bool | None}
    words: list[str] = []
    if getattr(
        config_type, "titles_are_words", False
    ):  # -Title is no flag: the course has no short ones but -h
        arguments = [
            "\u2212" + word[1:] if re.match(r"-[^-]", word) and re.search(r"[^\W\d_]{2}", word) else word
            for word in arguments
        ]
    for word, following in itertools.pairwise([*arguments, "--"]):
        flag = word.replace("_", "-")
        if flag in flags and following.startswith("--"):
            words += [flag, "True"]
        elif (switched := flag.replace("--no-", "--", 1)) in flags - {flag}:
            words += [switched, "False"]
        else:
            words.append(word)
    return words


def explained(box: str, arguments: Sequence[str], hint: str) -> str:
    """What tyro's box of an error says, on one line, with the right way to write it where that can be told.

    Args:
        box: what tyro wrote: a title, the message, then sections separated by rules.
        arguments: the command line.
        hint: what lists the flags.
    """
    plain = re.sub(r"\x1b\[[0-9;]*m", "", box)
    lines = [line.strip().strip("│").strip() for line in plain.splitlines() if line.strip()[:1] not in "╭╰"]
    sections = [" ".join(part.split()) for part in re.split(r"\n[─-]{5,}\n", "\n".join(lines))]
    if "╭" not in plain:  # a terminal without such characters: the title is a section
        sections = sections[1:]
    message = sections[0] if sections else " ".join(plain.split())
    if message.startswith("Unrecognized options"):
        return f"{_unknown(message, ' '.join(sections[1:2]))}; {hint}"
    if wrong := re.match(r"Error parsing (\S+): (.*)", message):
        return _wrong_value(wrong[1], wrong[2], " ".join(sections[1:2]), arguments)
    if choice := re.match(r"invalid choice '(.*)' for argument '(\S+)'\. Expected one of \((.*)\)", message):
        value, flag, choices = choice.groups()
        spaced = f"{flag} {value}: write them with spaces between them: {flag} {value.replace(',', ' ')}"
        known = [word.strip(" '") for word in choices.split(",") if word.strip()]
        pieces = value.split(",")
        return spaced if len(pieces) > 1 and set(pieces) <= set(known) else (
            f"{flag} {value}: choose one of {', '.join(known)}"
        )  # fmt: skip
    if missing := re.match(r"Missing from .*?: (\S+) (.*)", message):
        return f"{missing[1]} is missing: {missing[2].removesuffix(' (required)')}; {hint}"
    return f"{message.rstrip('.')}; {hint}"


def _unknown(message: str, section: str) -> str:
    words = message.partition(":")[2].split(", ")
    flag = next((word.strip() for word in words if word.strip().startswith("-")), None)
    if flag is None:
        return f"{' '.join(words).strip()}: no flag stands before it that takes it"
    near = [] if not section.startswith("Perhaps") else re.findall(r"(?<![\w-])--[a-z][\w-]*", section)
    return f"there is no flag {flag}" + (f"; the nearest: {', '.join(dict.fromkeys(near))}" if near else "")


def _wrong_value(flag: str, reason: str, section: str, arguments: Sequence[str]) -> str:
    """A value that is not of the flag's type, or that a dataclass of ours refused."""
    if "=" in reason.split(" ")[0]:  # ours: it names the setting
        return reason
    given = _given(flag, arguments)
    text = " ".join(given)
    pieces = [piece for word in given for piece in re.split(r"[,;\[\]() ]+", word) if piece]
    metavar = section.partition(f"{flag} ")[2]
    several = metavar.startswith("[") or re.match(r"\{None\}\|\{\w+ ", metavar) is not None
    if several and pieces != given and all(map(_is_number, pieces)):
        return f"{flag} {text}: write the numbers with spaces between them: {flag} {' '.join(pieces)}"
    kind = next((kind for kind in TYPES if kind in metavar), None)
    if kind is None:
        return f"{flag} {text}: {reason}"
    if kind == "FLOAT" and _is_number(text.replace(",", ".", 1)):
        return f"{flag} {text}: give a number with a point: {flag} {text.replace(',', '.')}"
    if kind == "FLOAT" and text.endswith("%") and _is_number(text[:-1]):
        return f"{flag} {text}: give a fraction: {flag} {float(text[:-1]) / 100:g}"
    return f"{flag} {text}: give {TYPES[kind][several]}"


def _given(flag: str, arguments: Sequence[str]) -> list[str]:
    """The words that follow a flag, up to the next one."""
    for index, word in enumerate(arguments):
        name, equals, value = word.partition("=")
        if name.replace("_", "-") == flag.replace("_", "-"):
            if equals:
                return [value]
            rest = list(arguments[index + 1 :])
            end = next((i for i, one in enumerate(rest) if one.startswith("--")), len(rest))
            return rest[:end]
    return []


def _is_number(word: str) -> bool:
    return re.fullmatch(r"[+-]?\d+(\.\d+)?", word) is not None

"""List the programs in the order in which one learns, find what belongs to a slide, or explain a word.

Run:
    python -m apps                          every program, a line each
    python -m apps mnist_dense              one program: its slides, and the commands to try
    python -m apps --slides                 every program with its slides
    python -m apps --slide max pooling      the commands and files of the slides with these words, flags included
    python -m apps --word pinball           what a word means, and where to see it
    python -m apps --words                  the words that are explained
"""

import argparse
import difflib
import importlib
import itertools
import os
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

from keras_course import folders
from keras_course.experiment import course, glossary, slide_index

MOST_TEXTS = 8  # slides that are shown for words in their text


def main(arguments: Sequence[str] | None = None, root: Path = course.ROOT) -> int:
    """List, describe or search; return the exit status: 0, or 1 if there is no such program or slide."""
    parser = argparse.ArgumentParser(
        prog=folders.command(),
        description="List the course's programs in the order in which one learns, find what belongs to a slide, "
        "or explain a word.",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "name", nargs="?", metavar="NAME", help="describe one program: its slides and its commands"
    )
    what.add_argument("--slides", action="store_true", help="list every program with its slides")
    what.add_argument("--slide", nargs="+", metavar="WORD", help="find the slides with these words")
    what.add_argument("--word", nargs="+", metavar="WORD", help="explain a word that the programs print")
    what.add_argument("--words", action="store_true", help="list the words that are explained")
    options = parser.parse_args(arguments)
    if options.slide is not None:
        return _find(" ".join(options.slide), root)
    if options.word is not None:
        return _explain(" ".join(options.word), root)
    if options.words:
        for word in glossary.load(course.apps_folder(root)):
            print(word.term + (f"  ({', '.join(word.also)})" if word.also else ""))
        return 0
    if options.name is not None:
        return _describe(options.name, root)
    _list(root, with_slides=options.slides)
    return 0


def _list(root: Path, with_slides: bool) -> None:
    apps = course.apps(root)
    width = max((len(app.name) for app in apps), default=0)
    print(f"{folders.command('NAME')} runs a program; with --help it tells what it does, and its flags")
    for group, members in itertools.groupby(apps, key=lambda app: app.group):
        print(f"\n{group}")
        for app in members:
            print(f"  {app.name:<{width}}  {app.summary}")
            for slide in app.slides if with_slides else ():
                print(f"  {'':<{width}}    {slide}")


def _describe(name: str, root: Path) -> int:
    apps = {app.name: app for app in course.apps(root)}
    if name not in apps:
        near = difflib.get_close_matches(name, apps, n=3, cutoff=0.0)
        print(f'there is no program "{name}"; the nearest: {", ".join(near)}', file=sys.stderr)
        return 1
    app = apps[name]
    print(f"{app.name}  {app.summary}")
    for heading, lines in (("Slides", app.slides), ("Run", app.commands)):
        if lines:
            print(f"\n{heading}:")
        for line in lines:
            print(f"  {line}")
    return 0


def _find(query: str, root: Path) -> int:
    places, folder = course.places(root), course.apps_folder(root)
    found = slide_index.search(query, places, slide_index.load(folder))
    if not found:
        print(f'no slide has "{query}" in its title or its text; the nearest titles:', file=sys.stderr)
        for near in course.nearest(query, places):
            print(f"  {near}", file=sys.stderr)
        return 1
    titles = [slide for slide in found if slide.in_title]
    texts = [slide for slide in found if not slide.in_title]
    for slide in titles:
        _show(slide)
    if texts:
        print(f'{chr(10) if titles else ""}"{query}" in the text of:')
    for slide in texts[:MOST_TEXTS]:
        _show(slide)
    if len(texts) > MOST_TEXTS:
        print(f"and of {len(texts) - MOST_TEXTS} more: another word finds fewer")
    return 0


def _show(found: slide_index.Found) -> None:
    """Print a slide, what to run for it, and what to read."""
    numbers = f"  (slide {', '.join(map(str, found.numbers))})" if found.numbers else ""
    missing = "" if found.places else ": not built yet" if found.planned else ": nothing to run"
    print(f"{found.slide}{numbers}{missing}")
    for program in course.programs(found.places):
        print(f"  run   {folders.command(program)}")
    for place in found.places:
        print(f"  read  {place.file}:{place.line}  {place.name}".rstrip())


def _explain(query: str, root: Path) -> int:
    words = glossary.load(course.apps_folder(root))
    found = glossary.search(query, words)
    if not found:
        print(
            f'"{query}" is not explained; the nearest: {", ".join(glossary.nearest(query, words))}',
            file=sys.stderr,
        )
        return 1
    for number, word in enumerate(found):
        print(("\n" if number else "") + word.term + (f"  ({', '.join(word.also)})" if word.also else ""))
        print(textwrap.fill(word.text, 100, initial_indent="  ", subsequent_indent="  "))
        for program in word.see:
            print(f"  run   {folders.command(program)}")
        if word.slide:
            print(f"  slide {word.slide}")
    return 0


def console() -> None:
    """The command ``keras-course``: ``keras-course NAME ...`` runs a program, anything else lists and searches."""
    name, arguments = (sys.argv[1], sys.argv[2:]) if len(sys.argv) > 1 else ("", [])
    if name in course.app_files():
        from keras_course.experiment import command

        app = importlib.import_module(f".{name}", __package__)
        command.run(app.main, app.Config, arguments)
        return
    run()


def run() -> None:
    """Call :func:`main` as a program."""
    try:
        status = main()
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of our output has gone: `... | head -1`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    sys.exit(status)


if __name__ == "__main__":
    run()

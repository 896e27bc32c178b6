"""List the course's programs in the order in which one learns, or find what belongs to a slide.

Run:
    python -m apps                          every program, a line each
    python -m apps mnist_dense              one program: its slides, and the commands to try
    python -m apps --slides                 every program with its slides
    python -m apps --slide max pooling      the commands and files of the slides with these words in the title
"""

import argparse
import difflib
import importlib
import itertools
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from keras_course import folders
from keras_course.experiment import course, streams


def main(arguments: Sequence[str] | None = None, root: Path = course.ROOT) -> int:
    """List, describe or search; return the exit status: 0, or 1 if there is no such program or slide."""
    parser = argparse.ArgumentParser(
        prog=folders.command(),
        description="List the course's programs in the order in which one learns, or find what belongs to a slide.",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "name", nargs="?", metavar="NAME", help="describe one program: its slides and its commands"
    )
    what.add_argument("--slides", action="store_true", help="list every program with its slides")
    what.add_argument(
        "--slide", nargs="+", metavar="WORD", help="find the slides with these words in the title"
    )
    options = parser.parse_args(arguments)
    if options.slide is not None:
        return _find(" ".join(options.slide), root)
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
    everything = course.places(root)
    found = course.search(query, everything)
    if not found:
        print(f'no slide has "{query}" in its title; the nearest:', file=sys.stderr)
        for slide in course.nearest(query, everything):
            print(f"  {slide}", file=sys.stderr)
        return 1
    for slide in sorted({place.slide for place in found}):
        print(slide)
        here = [place for place in found if place.slide == slide]
        commands = {
            Path(place.file).with_suffix("").parts[1]: None
            for place in here
            if place.file.startswith(("apps/", "keras_course_apps/"))
        }
        for name in commands:
            print(f"  run   {folders.command(name)}")
        for place in here:
            print(f"  read  {place.file}:{place.line}  {place.name}".rstrip())
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
    streams.make_printable()
    try:
        status = main()
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of our output has gone: `... | head -1`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    sys.exit(status)


if __name__ == "__main__":
    run()

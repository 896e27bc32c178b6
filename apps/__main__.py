"""List the course's programs, or find what belongs to a slide.

Run:
    python -m apps                          every program, with its slides
    python -m apps --slide max pooling      the commands and files of the slides with these words in the title
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from keras_course.experiment import course


def main(arguments: Sequence[str] | None = None, root: Path = course.ROOT) -> int:
    """List or search; return the exit status: 0, or 1 if no slide has such a title."""
    parser = argparse.ArgumentParser(
        prog="python -m apps",
        description="List the course's programs, or find what belongs to a slide.",
    )
    parser.add_argument("--slide", nargs="+", metavar="WORD", help="words of a slide's title, in any case")
    options = parser.parse_args(arguments)
    if options.slide is None:
        _list(root)
        return 0
    return _find(" ".join(options.slide), root)


def _list(root: Path) -> None:
    apps = course.apps(root)
    width = max((len(app.name) for app in apps), default=0)
    print("python -m apps.NAME runs one, --help shows its flags; --slide WORDS finds a slide's commands\n")
    for app in apps:
        print(f"{app.name:<{width}}  {app.summary}")
        for slide in app.slides:
            print(f"{'':<{width}}    {slide}")


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
            if place.file.startswith("apps/")
        }
        for name in commands:
            print(f"  run   python -m apps.{name}")
        for place in here:
            print(f"  read  {place.file}:{place.line}  {place.name}".rstrip())
    return 0


if __name__ == "__main__":
    try:
        status = main()
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of our output has gone: `... | head -1`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    sys.exit(status)

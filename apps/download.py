"""Fill the data folder before class: download what is not there, check what is.

Group: start here, 3

Run:
    python -m apps.download                          everything
    python -m apps.download mnist --data-dir data    one of them
    python -m apps.download prices                   shares' prices up to today

A file that is there is read and judged by its content; it is never changed. One failure does not stop the others.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro

from keras_course.datasets import digits, photos, prices
from keras_course.experiment import command

SOURCES: tuple[Any, ...] = (digits.MNIST, photos.CATS_DOGS, prices.SHARES)


@dataclass(frozen=True)
class Config:
    """What to download, and where to."""

    names: Annotated[tyro.conf.Positional[tuple[str, ...]], tyro.conf.arg(metavar="[NAME...]")] = ("all",)
    """all, or names: mnist, cats_dogs, prices."""
    data_dir: Path = Path("data")
    """Where downloads live."""


def main(config: Config) -> dict[str, str]:
    """Download or check each source.

    Returns:
        ``downloaded`` or ``present`` for each name.

    Raises:
        ValueError: an unknown name, or some source failed; the others have been done.
    """
    sources = _chosen(config.names)
    for source in sources:
        print(f"{source.name:<12} {source.summary}")
    states, failed = {}, []
    for source in sources:
        try:
            states[source.name] = source.obtain(config.data_dir)
            print(f"{source.name}: {states[source.name]}: {config.data_dir / source.path}", flush=True)
        except (OSError, ValueError) as error:
            failed.append(source.name)
            print(f"{source.name}: {error}", file=sys.stderr, flush=True)
    if failed:
        raise ValueError(f"{len(failed)} of {len(sources)} not obtained: {', '.join(failed)}")
    return states


def _chosen(names: tuple[str, ...]) -> list[Any]:
    known = [source.name for source in SOURCES]
    unknown = [name for name in names if name not in [*known, "all"]]
    if unknown:
        raise ValueError(f"unknown: {', '.join(unknown)}; there is: all, {', '.join(known)}")
    return [source for source in SOURCES if "all" in names or not names or source.name in names]


if __name__ == "__main__":
    command.run(main, Config)

"""Fill the data folder before class: download what is missing, check what is there.

Group: start here, 3

Group: start here, 3

Run:
    python -m apps.download                          everything
    python -m apps.download mnist --data-dir data    one dataset
    python -m apps.download prices                   shares' prices up to today

A file that is already there is checked by its content and never changed. One failure does not stop the others.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Protocol

import tyro

from keras_course import folders
from keras_course.datasets import digits, photos, prices
from keras_course.errors import UserError
from keras_course.experiment import command


class Source(Protocol):
    """What can be downloaded; each loader has its own."""

    @property
    def name(self) -> str:
        """What the command line calls it."""

    @property
    def path(self) -> str:
        """Its file or folder in the data folder."""

    @property
    def terms(self) -> str:
        """Whose the data are, and under which terms."""

    @property
    def summary(self) -> str:
        """Size and terms, on one line."""

    def obtain(self, data_dir: Path) -> str:
        """Download what is missing and check what is there; return ``downloaded`` or ``present``."""


SOURCES: tuple[Source, ...] = (digits.MNIST, photos.CATS_DOGS, prices.SHARES)


@dataclass(frozen=True)
class Config:
    """Download datasets, or check those that are there."""

    names: Annotated[tyro.conf.Positional[tuple[str, ...]], tyro.conf.arg(metavar="[NAME...]")] = ("all",)
    """Any of mnist, cats_dogs and prices, or all."""
    data_dir: Path = field(default_factory=folders.data_dir)
    """Folder that holds downloads."""


def main(config: Config) -> dict[str, str]:
    """Download or check each dataset.

    Returns:
        ``downloaded`` or ``present`` for each name.

    Raises:
        UserError: a name is unknown, or a dataset could not be obtained; the others have been.
        OSError: the data folder cannot be made.
    """
    sources = chosen(config.names)
    make_folder(config.data_dir)
    for source in sources:
        print(f"{source.name:<12} {source.summary}")
    states, failed = {}, []
    for source in sources:
        try:
            states[source.name] = source.obtain(config.data_dir)
            print(f"{source.name}: {states[source.name]}: {config.data_dir / source.path}", flush=True)
        except (OSError, UserError) as error:
            failed.append(source.name)
            print(f"{source.name}: {error}", file=sys.stderr, flush=True)
    if failed:
        raise UserError(f"{len(failed)} of {len(sources)} not obtained: {', '.join(failed)}")
    return states


def chosen(names: Sequence[str]) -> list[Source]:
    """The sources of these names; all of them for ``all``, or without a name.

    Raises:
        UserError: a name is unknown.
    """
    known = [source.name for source in SOURCES]
    unknown = [name for name in names if name not in [*known, "all"]]
    if unknown:
        raise UserError(f"unknown: {', '.join(unknown)}; choose from all, {', '.join(known)}")
    return [source for source in SOURCES if "all" in names or not names or source.name in names]


def make_folder(path: Path) -> None:
    """Make the data folder, if it is not there.

    Raises:
        OSError: it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = "it is not a folder" if path.exists() else error.strerror
        raise OSError(f"cannot download into {path}: {reason}; choose another --data-dir") from None


if __name__ == "__main__":
    command.run(main, Config)

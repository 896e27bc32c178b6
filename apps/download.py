"""Fill the data folder before class: download what is missing, check what is there.

Group: start here, 3

Run:
    python -m apps.download                          everything
    python -m apps.download mnist --data-dir data    one dataset
    python -m apps.download prices                   shares' prices up to today
    python -m apps.download MobileNetV2              ImageNet weights, of any network of keras.applications
    python -m apps.download --from /media/stick      copy from a folder, without a network
    python -m apps.download --list                   what lies in the data folder

A file that is already there is checked by its content and never changed. One failure does not stop the others.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Protocol

import tyro

from keras_course import folders
from keras_course.datasets import copying, digits, photos, prices, rating_sources, weights
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


SOURCES: tuple[Source, ...] = (
    digits.MNIST,
    photos.CATS_DOGS,
    prices.SHARES,
    rating_sources.MOVIELENS,
    weights.Weights("MobileNetV2"),
)


@dataclass(frozen=True)
class Config:
    """Download datasets, or check those that are there."""

    names: Annotated[tyro.conf.Positional[tuple[str, ...]], tyro.conf.arg(metavar="[NAME...]")] = ("all",)
    """Any of mnist, cats_dogs, prices, movielens and the networks of keras.applications, or all."""
    data_dir: Path = field(default_factory=folders.data_dir)
    """Folder that holds downloads."""
    source: Annotated[Path | None, tyro.conf.arg(name="from")] = None
    """Copy from this folder instead, such as a USB stick, whatever the data folder may hold."""
    list: bool = False
    """Only list what lies in the data folder."""


def main(config: Config) -> dict[str, str]:
    """Download or check each dataset, copy them from a folder, or list what there is.

    Returns:
        ``downloaded`` or ``present`` for each name; for each file copied, what was done; or the size of each listed.

    Raises:
        UserError: a name is unknown, or a dataset could not be obtained; the others have been.
        OSError: the data folder cannot be made.
    """
    if config.list:
        return listed(config.data_dir)
    sources = chosen(config.names)
    make_folder(config.data_dir)
    if config.source is not None:
        names = tuple("weights" if isinstance(source, weights.Weights) else source.name for source in sources)
        return copied(config.source, config.data_dir, names)
    for source in sources:
        print(f"{source.name:<12} {source.summary}")
    if any(isinstance(source, weights.Weights) for source in sources):
        command.RunOptions(
            device="cpu"
        ).configure_devices()  # Keras says which file; its backend starts quietly
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
    networks = {network.lower(): network for network in weights.NETWORKS}
    offered = {source.name: source for source in SOURCES}
    known = {name.lower(): name for name in offered} | networks
    unknown = [name for name in names if name.lower() not in [*known, "all"]]
    if unknown:
        names_known = ", ".join(name for name in offered if name.lower() not in networks)
        raise UserError(
            f"unknown: {', '.join(unknown)}; choose from all, {names_known}, and the networks of keras.applications "
            f"such as MobileNetV2"
        )
    wanted = {known[name.lower()] for name in names if name.lower() != "all"}
    everything = "all" in names or not names
    found = [source for source in SOURCES if everything or source.name in wanted]
    return found + [weights.Weights(name) for name in weights.NETWORKS if name in wanted - {*offered}]


def copied(source: Path, data_dir: Path, names: tuple[str, ...]) -> dict[str, str]:
    """Copy datasets from a folder, printing each.

    Raises:
        UserError, OSError: as :func:`copying.copy`.
    """
    states = {}
    for name, state in copying.copy(source, data_dir, tuple(dict.fromkeys(names))):
        states[name] = state
        path = data_dir / name
        print(f"{name}: {state} ({_size(path)}, sha256 {copying.digest(path)[:16]}...)", flush=True)
    return states


def listed(data_dir: Path) -> dict[str, str]:
    """Print what lies in the data folder, with its size, and what is missing of the datasets offered."""
    found = sorted(path for path in data_dir.glob("*") if path.name[0] not in copying.HIDDEN)
    sizes = {}
    for path in found:
        many = f"   {len(copying.files(path)):,} files" if path.is_dir() else ""
        sizes[path.name] = _size(path)
        print(f"{sizes[path.name]:>12}   {path.name}{'/' if path.is_dir() else ''}{many}")
    print(f"{data_dir}: {len(found) or 'nothing'}{' files and folders' if found else ' there'}")
    missing = [name for name in copying.LAYOUTS if not copying.found(data_dir, name)]
    if missing:
        print(f"not there: {', '.join(missing)} ({folders.command('download')} brings them)")
    return sizes


def _size(path: Path) -> str:
    bytes_ = (
        sum(file.stat().st_size for file in copying.files(path)) if path.is_dir() else path.stat().st_size
    )
    return f"{bytes_ / 2**20:,.1f} MiB"


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

"""Zip files: unzipped once, and only if nothing in them leads out of their folder."""

import hashlib
import lzma
import stat
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from keras_course.datasets.cache import building
from keras_course.errors import UserError

UNZIPPED = 20 * 2**30  # bytes that a zip may grow to
# What zipfile and its decoders raise for a file that is broken, encrypted or compressed in an unknown way.
BROKEN = (
    zipfile.BadZipFile,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
)


def unzipped(archive: Path, folder: Path) -> Path:
    """Unzip into a folder, unless it exists; of several processes at once, one unzips and the others wait.

    Args:
        archive: the zip file.
        folder: where to unzip to; it appears only when everything is in it.

    Returns:
        The folder.

    Raises:
        UserError: it is no zip or a broken one, something in it leads out of the folder, or it would grow too large.
        OSError: it cannot be read, or the folder cannot be written.
    """
    if folder.is_dir():
        return folder
    with building(folder) as place:
        if not folder.is_dir():
            place.mkdir()
            _unzip(archive, place)
            inner_folder(place).rename(folder)
    return folder


def members(archive: Path) -> list[zipfile.ZipInfo]:
    """What is in a zip file.

    Raises:
        UserError: it is no zip, or a broken one.
        OSError: it cannot be read.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            return opened.infolist()
    except BROKEN as error:
        raise UserError(f"{archive}: not a whole zip file ({error})") from None


def fingerprint(archive: Path) -> str:
    """Sixteen hexadecimal digits for a zip's content: its members' names, sizes and checksums.

    Raises:
        UserError, OSError: as :func:`members`.
    """
    content = sorted((one.filename, one.file_size, one.CRC) for one in members(archive))
    return hashlib.sha256(repr(content).encode()).hexdigest()[:16]


def folders(folder: Path) -> list[Path]:
    """The folders directly inside a folder, sorted, without hidden ones."""
    return sorted(path for path in folder.iterdir() if path.is_dir() and path.name[0] not in "._")


def inner_folder(folder: Path) -> Path:
    """The folder with the class folders: this one, or the only one inside it, unless that is the training split's."""
    inside = folders(folder)
    while len(inside) == 1 and inside[0].name.lower() not in ("train", "training"):
        folder, inside = inside[0], folders(inside[0])
    return folder


def _unzip(archive: Path, folder: Path) -> None:
    found = members(archive)
    for member in found:
        _check_member(archive, member)
    if sum(member.file_size for member in found) > UNZIPPED:
        raise UserError(f"{archive}: not unzipped, it would grow beyond {UNZIPPED / 2**30:.0f} GiB")
    try:
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(folder)
    except BROKEN as error:
        raise UserError(f"{archive}: not a whole zip file ({error})") from None


def _check_member(archive: Path, member: zipfile.ZipInfo) -> None:
    name = PurePosixPath(member.filename.replace("\\", "/"))
    if not name.parts:  # "." or nothing
        if not member.filename.endswith("/"):
            raise UserError(f"{archive}: not unzipped, a file in it has no name ({member.filename!r})")
        return
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    if name.is_absolute() or ".." in name.parts or ":" in name.parts[0] or is_link:
        raise UserError(f"{archive}: not unzipped, {member.filename!r} in it leads out of its folder")

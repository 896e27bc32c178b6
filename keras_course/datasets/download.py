"""Downloads: the right file under its name, or no file and one line that says why."""

import dataclasses
import hashlib
import http.client
import queue
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from keras_course.datasets.cache import building
from keras_course.datasets.paths import check_folder
from keras_course.errors import UserError

CHUNK = 1 << 16  # bytes


@dataclasses.dataclass(frozen=True)
class Source:
    """A file that a loader downloads."""

    name: str
    """The dataset's name."""
    url: str
    """The official address."""
    path: str
    """The file's path, relative to ``data_dir``."""
    sha256: str | None
    """Checksum of the file at the official address; None where nobody publishes one."""
    size: int
    """Its size in bytes."""
    terms: str
    """The licence or terms of use, and whose the data are."""
    check: Callable[[Path], Any]
    """Reads the file and raises UserError if it is not the right one."""

    @property
    def summary(self) -> str:
        """Size and terms, on one line."""
        return f"{self.size / 2**20:6.1f} MiB   {self.terms}"

    def obtain(self, data_dir: Path) -> str:
        """Download the file unless it exists, and check it; return ``downloaded`` or ``present``.

        Raises:
            OSError: as :func:`fetch`.
            UserError: as :func:`fetch`, or the file that exists is not the right one; it is left as it is.
        """
        check_folder(data_dir)
        path = data_dir / self.path
        exists = is_there(path)
        if not exists:
            fetch(self.url, path, sha256=self.sha256, size=self.size, replace=False)
        self.check(path)
        return "present" if exists else "downloaded"


def is_there(path: Path) -> bool:
    """Whether a path exists, be it a symbolic link that leads nowhere: that one is a user's, and left alone."""
    return path.exists() or path.is_symlink()


def fetch(
    url: str,
    path: Path,
    *,
    sha256: str | None,
    size: int | None = None,
    timeout: float = 5.0,
    replace: bool = True,
) -> Path:
    """Download a file; it appears under its name only when it is complete and right.

    Of several processes that fetch the same file at once, one downloads and the others wait.

    Args:
        url: the address (http, https or file).
        path: where to put it; the folder is made.
        sha256: the checksum that the file must have; None: not checked.
        size: the number of bytes that it must have; None: what the server announces.
        timeout: seconds to wait for a response, and later for each next piece.
        replace: whether a file that exists is replaced, once the new one is complete; if not, it is kept, also when
            another process has just put it there.

    Returns:
        The path.

    Raises:
        OSError: no network, no such file, a stalled or broken connection, no permission, a full disk.
        UserError: the address is none, or something other than the expected file came back.
    """
    path = Path(path)
    with building(path) as place:
        if not replace and is_there(path):
            return path
        with place.open("wb") as file:  # before the network: a folder that cannot be written is found at once
            found = _copy(url, file, path, size, timeout)
        if sha256 is not None and found != sha256:
            raise UserError(f"{url}: not the expected file (its sha256 is {found}, not {sha256})")
        place.replace(path)
    return path


def _copy(url: str, file: Any, path: Path, size: int | None, timeout: float) -> str:
    """Copy what is at the address into an open file; return its sha256."""
    digest, received = hashlib.sha256(), 0
    with _opened(url, timeout) as response:
        announced = response.headers.get("Content-Length", "")
        expected = size if size is not None else int(announced) if announced.isdigit() else None
        for piece in _pieces(url, response):
            received += len(piece)
            if expected is not None and received > expected:
                raise UserError(f"{url}: not the expected file (more than its {expected:,} bytes)")
            digest.update(piece)
            try:
                file.write(piece)
                file.flush()  # so that a full disk shows here
            except OSError as error:
                raise OSError(
                    error.errno, error.strerror, str(path)
                ) from None  # write() does not name the file
            _show_progress(path.name, received, expected)
    if expected is not None and received < expected:
        raise UserError(f"{url}: cut off after {received:,} of {expected:,} bytes; try again")
    return digest.hexdigest()


def _opened(url: str, timeout: float) -> Any:
    """The opened address, or an error, within the timeout.

    urllib's own timeout counts for every address of a server and not for finding its name, which can add up to
    minutes. So the opening runs in a thread that is not waited for any longer.
    """
    responses: queue.Queue[Any] = queue.Queue()
    given_up = threading.Event()

    def open_address() -> None:
        try:
            response = urllib.request.urlopen(url, timeout=timeout)
        except Exception as error:  # carried over to the waiting thread
            if isinstance(error, urllib.error.HTTPError):
                error.close()
            responses.put(error)
            return
        if given_up.is_set():
            response.close()
        responses.put(response)

    threading.Thread(target=open_address, daemon=True).start()
    try:
        response = responses.get(timeout=timeout)
    except queue.Empty:
        given_up.set()
        raise TimeoutError(f"{url}: no response within {timeout:g} seconds: is there a network?") from None
    if isinstance(response, urllib.error.HTTPError):
        raise OSError(f"{url}: the server responds {response.code} {response.reason}")
    if isinstance(response, OSError | http.client.HTTPException):
        reason = getattr(response, "reason", response)
        raise ConnectionError(f"{url}: cannot be reached ({reason}): is there a network?")
    if isinstance(response, ValueError):
        raise UserError(f"{url}: not an address that can be fetched ({response})")
    if isinstance(response, Exception):
        raise response
    return response


def _pieces(url: str, response: Any) -> Iterator[bytes]:
    """What the server sends, piece by piece."""
    while True:
        try:
            piece = response.read(CHUNK)
        except (OSError, http.client.HTTPException) as error:
            raise ConnectionError(f"{url}: the connection broke off ({error}); try again") from None
        if not piece:
            return
        yield piece


def _show_progress(name: str, received: int, expected: int | None) -> None:
    """One line on a terminal, rewritten at each full mebibyte and at the end; nothing in a log."""
    if not sys.stderr.isatty():
        return
    before = received - CHUNK
    if received == expected or received >> 20 != before >> 20:
        whole = f" of {expected / 2**20:.1f}" if expected else ""
        end = "\n" if received == expected else ""
        print(f"\r{name}: {received / 2**20:.1f}{whole} MiB", end=end, file=sys.stderr, flush=True)

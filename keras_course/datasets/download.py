"""Downloads that end well: the right file under its name, or no file and one line that says why."""

import dataclasses
import hashlib
import http.client
import os
import queue
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

CHUNK = 1 << 16  # bytes


@dataclasses.dataclass(frozen=True)
class Source:
    """A file that the course downloads. Each loader has its own; ``apps.download`` lists them."""

    name: str
    """What ``apps.download`` calls it."""
    url: str
    """The official address."""
    path: str
    """Where it lies, from ``data_dir``."""
    sha256: str | None
    """Of the file at the official address; None where nobody publishes one."""
    size: int
    """Bytes."""
    terms: str
    """Whose it is, and under which terms."""
    check: Callable[[Path], Any]
    """Reads a file that is already there; raises ValueError if it is not the right one."""

    @property
    def summary(self) -> str:
        """Size and terms, on one line."""
        return f"{self.size / 2**20:6.1f} MiB   {self.terms}"

    def obtain(self, data_dir: Path) -> str:
        """Download the file if it is not there, and check it; return ``downloaded`` or ``present``.

        Raises:
            OSError: as :func:`fetch`.
            ValueError: as :func:`fetch`, or what is there is not the right file; it is left as it is.
        """
        path = data_dir / self.path
        there = path.exists() or path.is_symlink()
        if not there:
            fetch(self.url, path, sha256=self.sha256, size=self.size)
        self.check(path)
        return "present" if there else "downloaded"


def fetch(url: str, path: Path, *, sha256: str | None, size: int | None = None, timeout: float = 5.0) -> Path:
    """Download a file; it appears under its name only when it is complete and right.

    Args:
        url: the address (http, https or file).
        path: where to put it; the folder is made. A file that is there is replaced, at the end.
        sha256: what the file's checksum must be; None: not checked.
        size: bytes that it must have; None: what the server announces.
        timeout: seconds to wait for an answer, and later for each next piece.

    Returns:
        The path.

    Raises:
        OSError: no network, no such file, a stalled or broken connection, no permission, a full disk.
        ValueError: something else than the expected file came back.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:  # before the network: a folder that cannot be written is found at once
            found = _copy(url, file, part, size, timeout)
        if sha256 is not None and found != sha256:
            raise ValueError(f"{url}: not the expected file (its sha256 is {found}, not {sha256})")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def _copy(url: str, file: Any, part: Path, size: int | None, timeout: float) -> str:
    """Copy what is at the address into an open file; return its sha256."""
    digest, received = hashlib.sha256(), 0
    with _answer(url, timeout) as response:
        announced = response.headers.get("Content-Length", "")
        expected = size if size is not None else int(announced) if announced.isdigit() else None
        for piece in _pieces(url, response):
            received += len(piece)
            if expected is not None and received > expected:
                raise ValueError(f"{url}: not the expected file (more than its {expected:,} bytes)")
            digest.update(piece)
            try:
                file.write(piece)
                file.flush()  # so that a full disk shows here
            except OSError as error:
                raise OSError(
                    error.errno, error.strerror, str(part)
                ) from None  # write() does not name the file
            _show_progress(part, received, expected)
    if expected is not None and received < expected:
        raise ValueError(f"{url}: cut off after {received:,} of {expected:,} bytes; try again")
    return digest.hexdigest()


def _answer(url: str, timeout: float) -> Any:
    """The opened address, or an error, within the timeout.

    urllib's own timeout counts for every address of a server and not for finding its name, which can add up to
    minutes. So the opening runs in a thread that is not waited for any longer.
    """
    answers: queue.Queue[Any] = queue.Queue()
    given_up = threading.Event()

    def open_address() -> None:
        try:
            response = urllib.request.urlopen(url, timeout=timeout)
        except Exception as error:  # carried over to the waiting thread
            if isinstance(error, urllib.error.HTTPError):
                error.close()
            answers.put(error)
            return
        if given_up.is_set():
            response.close()
        answers.put(response)

    threading.Thread(target=open_address, daemon=True).start()
    try:
        answer = answers.get(timeout=timeout)
    except queue.Empty:
        given_up.set()
        raise TimeoutError(f"{url}: no answer within {timeout:g} seconds: is there a network?") from None
    if isinstance(answer, urllib.error.HTTPError):
        raise OSError(f"{url}: the server answers {answer.code} {answer.reason}")
    if isinstance(answer, OSError | http.client.HTTPException):
        reason = getattr(answer, "reason", answer)
        raise ConnectionError(f"{url}: cannot be reached ({reason}): is there a network?")
    if isinstance(answer, Exception):
        raise answer
    return answer


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


def _show_progress(part: Path, received: int, expected: int | None) -> None:
    """One line on a terminal, rewritten at each full mebibyte and at the end; nothing in a log."""
    if not sys.stderr.isatty():
        return
    before = received - CHUNK
    if received == expected or received >> 20 != before >> 20:
        whole = f" of {expected / 2**20:.1f}" if expected else ""
        end = "\n" if received == expected else ""
        name = part.name.rsplit(".", 2)[0]
        print(f"\r{name}: {received / 2**20:.1f}{whole} MiB", end=end, file=sys.stderr, flush=True)

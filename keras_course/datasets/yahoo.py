"""Daily prices from Yahoo Finance through yfinance, kept on disk with date and checksum.

Yahoo's terms: for personal use, not to be passed on.
"""

import contextlib
import datetime
import hashlib
import json
import logging
import os
import pickle
import subprocess
import sys
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from keras_course.datasets.cache import building
from keras_course.errors import UserError

TERMS = "Yahoo Finance, for personal use, not to be passed on"
COLUMNS = ("Open", "High", "Low", "Close", "Adj Close", "Volume")
SECONDS_TO_BACK_OFF = 10.0


def download(symbol: str, folder: Path, *, replacing: Mapping[str, str] | None = None) -> Path:
    """Download the whole history of a symbol as ``SYMBOL.csv``, with ``SYMBOL.json`` (when, and its sha256).

    A file that exists is replaced once the new one is complete, or not at all. Of several processes at once, one
    downloads and the others wait.

    Args:
        symbol: as at Yahoo: ``GOOGL``, ``SAP.DE``, ``BTC-USD``.
        folder: where to keep it.
        replacing: the :func:`facts` of the file to be replaced: if they have changed by the time this process may
            download, another one has done so, and its file is kept. None: download in any case.

    Returns:
        The CSV file's path.

    Raises:
        UserError: Yahoo has no prices of that symbol, or responds in another form than expected.
        OSError: no network, too many requests, or a folder that cannot be written.
    """
    path = folder / f"{symbol}.csv"
    with building(path) as place:
        if replacing is not None and facts(path) != replacing:
            return path
        frame = fetch(symbol)
        frame.to_csv(place, index_label="Date", date_format="%Y-%m-%d", lineterminator="\n")
        record = {
            "symbol": symbol,
            "downloaded": f"{datetime.datetime.now(datetime.UTC):%Y-%m-%dT%H:%M:%SZ}",
            "sha256": hashlib.sha256(place.read_bytes()).hexdigest(),
            "terms": TERMS,
        }
        place.with_suffix(".json").write_text(json.dumps(record, indent=2) + "\n")
        path.with_suffix(".json").unlink(missing_ok=True)  # never the facts of another file
        place.replace(path)
        place.with_suffix(".json").replace(path.with_suffix(".json"))
    return path


def facts(path: Path) -> dict[str, str]:
    """What is known about a kept file: symbol, downloaded, sha256 and terms; empty if it was changed or is not ours."""
    try:
        known: dict[str, str] = json.loads(path.with_suffix(".json").read_text())
        whole = known["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return known if whole else {}


def fetch(symbol: str) -> Any:
    """Ask Yahoo for all daily prices of a symbol; after "too many requests", once more after a pause.

    yfinance brings its own libcurl, which does not work once TensorFlow's is loaded ("Impersonating chrome is not
    supported"); then another process asks.

    Returns:
        A pandas DataFrame with the columns :data:`COLUMNS` and an index of days; only ``Adj Close`` is adjusted for
        dividends.

    Raises:
        UserError, OSError: as :func:`download`.
    """
    if "tensorflow" in sys.modules and _session() is None:
        return _in_another_process(symbol)
    return _fetch(symbol)


def _in_another_process(symbol: str) -> Any:
    program = "from keras_course.datasets import yahoo; yahoo.respond()"
    paths = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
    done = subprocess.run(
        [sys.executable, "-c", program, symbol],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
    )
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise OSError(f"the process that asks Yahoo for {symbol!r} ended early ({' '.join(reason)})")
    outcome = pickle.loads(done.stdout)  # from our own process
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def respond() -> None:
    """In the other process: write the prices of the symbol in ``sys.argv[1]``, or the error, to stdout, pickled."""
    outcome: Any
    try:
        with contextlib.redirect_stdout(sys.stderr):
            outcome = _fetch(sys.argv[1])
    except UserError as error:
        outcome = error
    except OSError as error:
        outcome = OSError(str(error))
    sys.stdout.buffer.write(pickle.dumps(outcome))


def _fetch(symbol: str) -> Any:
    import yfinance
    from yfinance import exceptions

    logging.getLogger("yfinance").setLevel(logging.CRITICAL)  # what matters is raised
    hidden = yfinance.config.debug.hide_exceptions
    yfinance.config.debug.hide_exceptions = False  # else yfinance returns an empty table, whatever went wrong
    try:
        for pause in (SECONDS_TO_BACK_OFF, None):
            try:
                with warnings.catch_warnings():  # yfinance 1.7 calls what pandas 4 will change
                    warnings.simplefilter("ignore")
                    frame = yfinance.Ticker(symbol, session=_session()).history(
                        period="max", interval="1d", auto_adjust=False, actions=False, timeout=10
                    )
                break
            except exceptions.YFRateLimitError:
                if pause is None:
                    raise OSError(
                        "it is asked too often from here and does not respond for some minutes"
                    ) from None
                time.sleep(pause)
    except exceptions.YFTickerMissingError as error:
        raise UserError(f"Yahoo has no prices of {symbol!r} ({' '.join(str(error).split())})") from None
    except exceptions.YFException as error:
        raise OSError(
            f"Yahoo has no prices of {symbol!r} at the moment ({' '.join(str(error).split())})"
        ) from None
    except (KeyError, TypeError, IndexError, AttributeError) as error:  # a response without prices
        raise UserError(
            f"Yahoo has no prices of {symbol!r}, or responds in a form that yfinance does not know ({error!r})"
        ) from None
    finally:
        yfinance.config.debug.hide_exceptions = hidden
    if getattr(frame.columns, "nlevels", 1) > 1:  # (price, symbol)
        frame.columns = frame.columns.get_level_values(0)
    lacking = [name for name in COLUMNS if name not in frame.columns]
    if lacking:
        raise UserError(f"Yahoo's response for {symbol!r} has no column {lacking[0]}: its form has changed")
    if not len(frame):
        raise UserError(f"Yahoo has no prices of {symbol!r}: the response is an empty table")
    return frame[list(COLUMNS)]


def _session() -> Any:
    """The connection for yfinance to use; None: its own."""
    return None

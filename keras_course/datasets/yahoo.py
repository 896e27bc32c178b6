"""Daily prices from Yahoo Finance, through yfinance, and kept in ``data_dir/prices`` with date and checksum.

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
from pathlib import Path
from typing import Any

TERMS = "Yahoo Finance, for personal use, not to be passed on"
COLUMNS = ("Open", "High", "Low", "Close", "Adj Close", "Volume")
SECONDS_TO_BACK_OFF = 10.0


def download(symbol: str, folder: Path) -> Path:
    """Fetch the whole history of a symbol; keep it as ``SYMBOL.csv``, with ``SYMBOL.json`` (when, and its sha256).

    A file that is there is replaced at the end, or not at all.

    Args:
        symbol: as at Yahoo: ``GOOGL``, ``SAP.DE``, ``BTC-USD``.
        folder: where to keep it.

    Returns:
        The CSV file's path.

    Raises:
        ValueError: Yahoo has no prices under that symbol, or answers in another form than expected.
        OSError: no network, too many requests, or a folder that cannot be written.
    """
    frame = fetch(symbol)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{symbol}.csv"
    part = folder / f"{symbol}.{os.getpid()}.part"
    try:
        frame.to_csv(part, index_label="Date", date_format="%Y-%m-%d", lineterminator="\n")
        facts = {
            "symbol": symbol,
            "downloaded": f"{datetime.datetime.now(datetime.UTC):%Y-%m-%dT%H:%M:%SZ}",
            "sha256": hashlib.sha256(part.read_bytes()).hexdigest(),
            "terms": TERMS,
        }
        path.with_suffix(".json").unlink(missing_ok=True)  # never the facts of another file
        part.replace(path)
        part.write_text(json.dumps(facts, indent=2) + "\n")
        part.replace(path.with_suffix(".json"))
    finally:
        part.unlink(missing_ok=True)
    return path


def facts(path: Path) -> dict[str, str]:
    """What is known of a kept file: ``symbol``, ``downloaded``, ``sha256``; empty if it was changed or is not ours."""
    try:
        known: dict[str, str] = json.loads(path.with_suffix(".json").read_text())
        whole = known["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return known if whole else {}


def fetch(symbol: str) -> Any:
    """Ask Yahoo for all daily prices of a symbol, once more after a pause if it is asked too often.

    yfinance speaks through a libcurl of its own, which cannot do what it must once TensorFlow, which has another one,
    is loaded ("Impersonating chrome is not supported"). Another process asks then.

    Returns:
        A pandas DataFrame with :data:`COLUMNS`, not adjusted for dividends but for ``Adj Close``, an index of days.

    Raises:
        ValueError, OSError: as :func:`download`.
    """
    if "tensorflow" in sys.modules and _session() is None:
        return _in_another_process(symbol)
    return _fetch(symbol)


def _in_another_process(symbol: str) -> Any:
    program = "from keras_course.datasets import yahoo; yahoo.answer()"
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


def answer() -> None:
    """What the other process does: write the prices of the symbol in ``sys.argv[1]``, or the error, to stdout."""
    outcome: Any
    try:
        with contextlib.redirect_stdout(sys.stderr):
            outcome = _fetch(sys.argv[1])
    except ValueError as error:
        outcome = ValueError(str(error))
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
                        "it is asked too often from here and answers nothing for some minutes"
                    ) from None
                time.sleep(pause)
    except exceptions.YFTickerMissingError as error:
        raise ValueError(f"Yahoo has no prices of {symbol!r} ({' '.join(str(error).split())})") from None
    except exceptions.YFException as error:
        raise OSError(f"Yahoo gives no prices of {symbol!r} now ({' '.join(str(error).split())})") from None
    except (
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
    ) as error:  # yfinance reads an answer without prices
        raise ValueError(
            f"Yahoo has no prices of {symbol!r}, or answers in a form that yfinance does not know ({error!r})"
        ) from None
    finally:
        yfinance.config.debug.hide_exceptions = hidden
    if getattr(frame.columns, "nlevels", 1) > 1:  # (price, symbol)
        frame.columns = frame.columns.get_level_values(0)
    lacking = [name for name in COLUMNS if name not in frame.columns]
    if lacking:
        raise ValueError(f"Yahoo's answer for {symbol!r} has no column {lacking[0]}: its form has changed")
    if not len(frame):
        raise ValueError(f"Yahoo has no prices of {symbol!r}: the answer is an empty table")
    return frame[list(COLUMNS)]


def _session() -> Any:
    """The connection that yfinance is to use; None: its own."""
    return None

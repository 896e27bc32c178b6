"""Daily prices of a share or a cryptocurrency: from Yahoo, from your own CSV file, or Google's first four years.

Data: Yahoo Finance through yfinance, for personal use. Embedded: Google's daily prices from 2004-08-19 to 2008-10-14,
as matplotlib has them among its sample data.
"""

import datetime
import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from keras_course.datasets import price_files, sessions, yahoo
from keras_course.datasets.dataset import Dataset

# Slide: deck 1, "Stock / Cryptocurrency price prediction"
SYMBOLS = {
    "google": "GOOGL",
    "alphabet": "GOOGL",
    "apple": "AAPL",
    "microsoft": "MSFT",
    "amazon": "AMZN",
    "tesla": "TSLA",
    "bitcoin": "BTC-USD",
    "ethereum": "ETH-USD",
}


@dataclass(frozen=True, kw_only=True)
class Prices(Dataset):
    """One price a trading day, oldest first."""

    name: str
    """``GOOGL`` and the like for a download, ``goog_2004_2008`` for the embedded ones, or the given file's name."""
    symbol: str
    """As at Yahoo."""
    sha256: str
    """Of dates and prices, wherever they came from."""
    embedded: bool
    """True for those that come with matplotlib."""
    terms: str
    """Whose the data are, and under which terms."""
    dates: np.ndarray
    """(n,) datetime64[D], rising."""
    close: np.ndarray
    """(n,) float64: the price at the day's end, in the share's currency."""
    adjusted: np.ndarray
    """(n,) float64: the same with dividends taken out, for returns; else equal to ``close``."""
    calendar: str
    """The exchange's code, ``24/7``, or ``weekdays`` where it is not known."""
    notes: tuple[str, ...]
    """What was seen and done while reading: rows left out, days missing, jumps like a split."""
    limited: int | None = None
    """Training examples that an app left; None: all of them."""


@dataclass(frozen=True)
class Shares:
    """Prices for class, to download before it: what ``apps.download`` asks of a source, as ``download.Source`` has."""

    name: str = "prices"
    path: str = "prices"
    terms: str = yahoo.TERMS
    symbols: tuple[str, ...] = ("GOOGL", "AAPL", "MSFT", "AMZN", "TSLA", "BTC-USD")

    @property
    def summary(self) -> str:
        """Symbols and terms, on one line."""
        return f"{' '.join(self.symbols)}   {self.terms}"

    def obtain(self, data_dir: Path) -> str:
        """Download what is not there, or too old to forecast from; return ``downloaded`` or ``present``.

        Raises:
            OSError, ValueError: as :func:`load`; the prices before the failing symbol are kept.
        """
        before = {symbol: yahoo.facts(data_dir / self.path / f"{symbol}.csv") for symbol in self.symbols}
        for symbol in self.symbols:
            load("yahoo", data_dir, symbol=symbol)
        after = {symbol: yahoo.facts(data_dir / self.path / f"{symbol}.csv") for symbol in self.symbols}
        return "present" if after == before else "downloaded"


SHARES = Shares()


def load(
    dataset: str = "auto",
    data_dir: str | os.PathLike[str] = "data",
    *,
    symbol: str | None = None,
    start: str | None = None,
    end: str | None = None,
    now: datetime.datetime | None = None,
) -> Prices:
    """Load daily prices and check them.

    Args:
        dataset: ``yahoo`` (a download, or an error), ``embedded``, the path of a CSV file, or ``auto``: Yahoo's, else
            for Google the embedded ones with a line on stderr. A download is kept in ``data_dir/prices``, and used
            again until the exchange has had another session.
        data_dir: where downloads live.
        symbol: as at Yahoo, or a company's name: google, apple, microsoft, amazon, tesla, bitcoin, ethereum; default
            GOOGL. Of a CSV file it only tells the exchange; default the file's name without ``.csv``.
        start: first day, such as ``2010-01-04``; default all.
        end: last day; default all.
        now: the present moment, with a time zone; default the clock's.

    Raises:
        ValueError: a file that is no table of prices, a symbol that Yahoo does not know, days that leave no prices, or
            a kept download that is too old to forecast tomorrow from, with no network for a new one.
        OSError: a file that cannot be read, and ``yahoo`` without a network.
    """
    now = now or datetime.datetime.now(datetime.UTC)
    today = np.datetime64(now.astimezone(datetime.UTC).date())
    first, last = _day(start, "start"), _day(end, "end")
    if last is not None and last > today:
        raise ValueError(f"end={end} lies in the future (today is {today})")
    if first is not None and last is not None and first > last:
        raise ValueError(f"start={start} lies after end={end}")
    symbol = _symbol(symbol, str(dataset))
    if dataset == "embedded" and symbol != "GOOGL":
        raise ValueError(f"the embedded prices are Google's (GOOGL), not those of {symbol}")
    name, found, notes, terms = _find(str(dataset), Path(data_dir), symbol, last, now)
    dates = found["dates"]
    calendar = sessions.calendar_of(symbol, dates)
    if sessions.closing_time(calendar, dates[-1]) > now:
        notes.append(f"{dates[-1]} is not over yet: left out")
        found = {key: values[:-1] for key, values in found.items()}
    kept = np.ones(len(found["dates"]), bool)
    kept &= found["dates"] >= first if first is not None else True
    kept &= found["dates"] <= last if last is not None else True
    if not kept.any():
        have = f"{dates[0]} to {dates[-1]}"
        raise ValueError(
            f"{name}: no prices from {start or 'the start'} to {end or 'the end'} (there are {have})"
        )
    found = {key: values[kept] for key, values in found.items()}
    return Prices(
        name=name,
        symbol=symbol,
        sha256=content_sha256(found),
        embedded=name == "goog_2004_2008",
        terms=terms,
        dates=found["dates"],
        close=found["close"],
        adjusted=found["adjusted"],
        calendar=calendar,
        notes=(*notes, *_gaps(calendar, found["dates"])),
    )


def _symbol(given: str | None, dataset: str) -> str:
    """The symbol that is meant, or a name that stands for it."""
    if given is not None:
        return SYMBOLS.get(given.lower(), given.upper())
    if dataset in ("auto", "yahoo", "embedded"):
        return "GOOGL"
    name = Path(dataset).stem
    _, _, end = name.rpartition(".")
    return name if end.upper() in sessions.SUFFIXES else name.replace(".", "_")  # my.prices is at no exchange


def content_sha256(found: dict[str, np.ndarray]) -> str:
    """The checksum of dates and prices."""
    digest = hashlib.sha256()
    for key in ("dates", "close", "adjusted"):
        array = np.ascontiguousarray(found[key])
        digest.update(f"{key} {array.dtype.str} {array.shape}\n".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def _find(
    dataset: str, data_dir: Path, symbol: str, last: np.datetime64 | None, now: datetime.datetime
) -> tuple[str, dict[str, np.ndarray], list[str], str]:
    """Name, arrays, notes and terms of the dataset."""
    today = np.datetime64(now.astimezone(datetime.UTC).date())
    if dataset == "embedded":
        return embedded()
    if dataset in ("auto", "yahoo"):
        try:
            path = _fresh(symbol, data_dir / "prices", last, now)
        except OSError as error:
            reason = str(error).partition(" See https://curl.se")[0].rstrip(".")
            if dataset == "yahoo" or symbol != "GOOGL":
                raise OSError(
                    f"no prices of {symbol} from Yahoo ({reason}): try again later, or give the path of a CSV file"
                ) from None
            print(
                f"warning: no prices of GOOGL ({reason}): GOOGLE'S EMBEDDED PRICES OF 2004 TO 2008 INSTEAD",
                file=sys.stderr,
            )
            return embedded()
        frame = price_files.read_csv(path)
        return (symbol, *price_files.checked(frame, symbol, today), yahoo.TERMS)
    if not Path(dataset).is_file():
        raise ValueError(
            f"there is no file {dataset}: give auto, yahoo, embedded, or the path of a CSV file with prices"
        )
    frame = price_files.read_csv(dataset)
    found, notes = price_files.checked(frame, dataset, today)
    return Path(dataset).stem, found, notes, "those of the given file"


def embedded() -> tuple[str, dict[str, np.ndarray], list[str], str]:
    """Google's prices that come with matplotlib."""
    from matplotlib import cbook

    table: Any = cbook.get_sample_data("goog.npz")
    table = table["price_data"]
    found = {
        "dates": table["date"].astype("datetime64[D]"),
        "close": table["close"].astype(float),
        "adjusted": table["adj_close"].astype(float),
    }
    return "goog_2004_2008", found, [], "matplotlib's sample data"


def _fresh(symbol: str, folder: Path, last: np.datetime64 | None, now: datetime.datetime) -> Path:
    """A file with the prices up to ``last``, or up to the last session that is over; downloaded if there is none.

    Raises:
        ValueError: the kept file is too old and there is no network.
        OSError: there is no kept file and no network.
    """
    path = folder / f"{symbol}.csv"
    known = yahoo.facts(path)
    if not known:
        return yahoo.download(symbol, folder)
    downloaded = datetime.datetime.fromisoformat(known["downloaded"])
    over = downloaded + datetime.timedelta(hours=1)  # prices of a session are there soon after its end
    if last is not None and np.datetime64(over.date()) > last:
        return path
    dates = price_files.checked(price_files.read_csv(path), symbol, np.datetime64(now.date()))[0]["dates"]
    calendar = sessions.calendar_of(symbol, dates)
    if (
        sessions.closing_time(calendar, sessions.next_session(calendar, _last_full(calendar, dates, over)))
        > now
    ):
        return path
    try:
        return yahoo.download(symbol, folder)
    except OSError as error:
        raise ValueError(
            f"the prices of {symbol} in {path} are STALE: downloaded {known['downloaded']}, they end on {dates[-1]}, "
            f"and there is no newer one ({error}); give an end, such as {dates[-1]}, to use them as they are"
        ) from None


def _last_full(calendar: str, dates: np.ndarray, over: datetime.datetime) -> np.datetime64:
    """The last day whose price was final when it was downloaded."""
    return dates[-1] if sessions.closing_time(calendar, dates[-1]) <= over else dates[-2]


def _gaps(calendar: str, dates: np.ndarray) -> list[str]:
    if calendar == sessions.WEEKDAYS:
        return ["the exchange is not known: Monday to Friday are taken for its trading days"]
    missing = sessions.missing(calendar, dates)
    if not len(missing):
        return []
    shown = ", ".join(map(str, missing[:3])) + (" ..." if len(missing) > 3 else "")
    return [f"{len(missing)} trading days of {calendar} are missing: {shown}"]


def _day(text: str | None, argument: str) -> np.datetime64 | None:
    if text is None:
        return None
    try:
        return np.datetime64(datetime.date.fromisoformat(text))
    except ValueError:
        raise ValueError(f"{argument}={text} is no day like 2019-02-15") from None

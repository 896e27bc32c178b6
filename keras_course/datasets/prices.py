"""Daily prices of a stock or a cryptocurrency: from Yahoo, from your own CSV file, or Google's first four years.

Data: Yahoo Finance through yfinance, for personal use. Embedded: Google's daily prices from 2004-08-19 to 2008-10-14,
as matplotlib has them among its sample data.
"""

import datetime
import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from keras_course import folders
from keras_course.datasets import price_cells, price_sources, sessions, yahoo
from keras_course.datasets.dataset import Dataset
from keras_course.datasets.paths import check_folder
from keras_course.errors import UserError

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
SYMBOL = re.compile(r"[A-Z0-9^][A-Z0-9.^=&_-]{0,29}")  # such as BRK-B, ^GSPC, EURUSD=X, M&M.NS


@dataclass(frozen=True, kw_only=True)
class Prices(Dataset):
    """One price for each trading day, the oldest first.

    ``name`` is the symbol for a download, ``goog_2004_2008`` for the embedded prices (those in matplotlib), or the name
    of the given file; ``sha256`` is that of dates and prices, wherever they came from.
    """

    symbol: str
    """As at Yahoo."""
    dates: np.ndarray
    """(n,) datetime64[D], ascending."""
    close: np.ndarray
    """(n,) float64: the price at the end of the day, in the stock's currency."""
    adjusted: np.ndarray
    """(n,) float64: the same, adjusted for dividends, for returns; equal to ``close`` if that is not known."""
    calendar: str
    """The exchange's code, ``24/7``, or ``weekdays`` if the exchange is unknown."""
    notes: tuple[str, ...]
    """What was noticed and done while reading: rows omitted, days missing, jumps like a stock split."""


@dataclass(frozen=True)
class Shares:
    """The stocks to download before class; it has the attributes and the method of a ``download.Source``."""

    name: str = "prices"
    path: str = "prices"
    terms: str = yahoo.TERMS
    symbols: tuple[str, ...] = ("GOOGL", "AAPL", "MSFT", "AMZN", "TSLA", "BTC-USD")

    @property
    def summary(self) -> str:
        """Symbols and terms, on one line."""
        return f"{' '.join(self.symbols)}   {self.terms}"

    def obtain(self, data_dir: Path) -> str:
        """Download what is missing or too old, and check what somebody put there; return ``downloaded`` or ``present``.

        Raises:
            OSError, UserError: as :func:`load`; the prices of the symbols before the failing one are kept.
        """
        check_folder(data_dir)
        before = {symbol: yahoo.facts(data_dir / self.path / f"{symbol}.csv") for symbol in self.symbols}
        for symbol in self.symbols:
            load("auto" if price_sources.own_file(data_dir, symbol) else "yahoo", data_dir, symbol=symbol)
        after = {symbol: yahoo.facts(data_dir / self.path / f"{symbol}.csv") for symbol in self.symbols}
        return "present" if after == before else "downloaded"


SHARES = Shares()


def load(
    dataset: str = "auto",
    data_dir: str | os.PathLike[str] | None = None,
    *,
    symbol: str | None = None,
    start: str | None = None,
    end: str | None = None,
    dates: price_cells.Order = "auto",
    decimal: price_cells.Decimal = "auto",
    now: datetime.datetime | None = None,
) -> Prices:
    """Load daily prices and check them.

    Args:
        dataset: ``yahoo`` (a download, or an error), ``embedded``, the path of a CSV file, a symbol whose table lies in
            ``data_dir``, or ``auto``: a table that somebody put there (``prices/SYMBOL.csv`` or ``SYMBOL.csv``), else
            Yahoo's, or else, for Google, the embedded ones with a warning on stderr. A download is kept in
            ``data_dir/prices`` and used until the exchange has had another session.
        data_dir: the folder for downloads; default: ``folders.data_dir()``.
        symbol: as at Yahoo, or the name of a company or currency: google, apple, microsoft, amazon, tesla, bitcoin,
            ethereum; default GOOGL. For a CSV file it only tells the exchange; default: the file's name without
            ``.csv``.
        start: the first day, such as ``2010-01-04``; default: the first there is.
        end: the last day; default: the last there is.
        dates: ``day-first`` or ``month-first``, for a CSV file whose dates could be either.
        decimal: ``point`` or ``comma``, for a CSV file whose prices could have either.
        now: the present moment, with a time zone; default: the clock's.

    Returns:
        The prices up to the last session that is over.

    Raises:
        UserError: a file is not a table of prices, Yahoo does not know the symbol, no prices are left between the
            days, or the kept download is too old to forecast tomorrow from and there is no network for a new one.
        OSError: a file cannot be read, or ``yahoo`` cannot be reached.
    """
    now = now or datetime.datetime.now(datetime.UTC)
    today = np.datetime64(now.astimezone(datetime.UTC).date())
    first, last = _days(start, end, today)
    symbol = _symbol(symbol, str(dataset))
    if dataset == "embedded" and symbol != "GOOGL":
        raise UserError(f"the embedded prices are Google's (GOOGL), not those of {symbol}")
    name, found, notes, terms = price_sources.find(
        str(dataset),
        Path(data_dir or folders.data_dir()),
        symbol,
        last,
        now,
        file=_symbol(None, str(dataset)),
        dates=dates,
        decimal=decimal,
    )
    days = found["dates"]
    calendar = sessions.calendar_of(symbol, days)
    if sessions.closing_time(calendar, days[-1]) > now:
        notes.append(f"{days[-1]} is not over yet: omitted")
        found = {key: values[:-1] for key, values in found.items()}
    kept = np.ones(len(found["dates"]), bool)
    kept &= found["dates"] >= first if first is not None else True
    kept &= found["dates"] <= last if last is not None else True
    if not kept.any():
        wanted = f"{start or 'the start'} to {end or 'the end'}"
        raise UserError(f"{name}: no prices from {wanted} (there are {days[0]} to {days[-1]})")
    found = {key: values[kept] for key, values in found.items()}
    return Prices(
        name=name,
        symbol=symbol,
        sha256=content_sha256(found),
        embedded=name == price_sources.EMBEDDED,
        terms=terms,
        dates=found["dates"],
        close=found["close"],
        adjusted=found["adjusted"],
        calendar=calendar,
        notes=(*notes, *_gaps(calendar, found["dates"])),
    )


def symbol_of(dataset: str | os.PathLike[str]) -> str:
    """The symbol of a CSV file's prices as its name tells it: ``TSLA.csv`` and ``tesla.csv`` are Tesla's."""
    symbol = _symbol(None, os.fspath(dataset))
    return SYMBOLS.get(symbol.lower(), symbol)


def _symbol(given: str | None, dataset: str) -> str:
    """The symbol: the given one, or that of the given company, or else the file's name."""
    if given is not None:
        symbol = SYMBOLS.get(given.lower(), given.upper())
        if not SYMBOL.fullmatch(symbol):
            raise UserError(f"symbol={given!r} is not a symbol like GOOGL, SAP.DE or BTC-USD")
        return symbol
    if dataset in ("auto", "yahoo", "embedded"):
        return "GOOGL"
    path = Path(dataset)
    if not dataset.lower().endswith(".csv") and not path.is_file():  # a symbol, or a company
        return SYMBOLS.get(dataset.lower(), dataset.upper())
    name = path.stem
    _, _, end = name.rpartition(".")
    # What follows the last point is an exchange, or the point is a mere part of the name, as in my.prices.
    return name if end.upper() in sessions.SUFFIXES else name.replace(".", "_")


def content_sha256(found: dict[str, np.ndarray]) -> str:
    """The checksum of the dates' and prices' types, shapes and bytes."""
    digest = hashlib.sha256()
    for key in ("dates", "close", "adjusted"):
        array = np.ascontiguousarray(found[key])
        digest.update(f"{key} {array.dtype.str} {array.shape}\n".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def _gaps(calendar: str, dates: np.ndarray) -> list[str]:
    if calendar == sessions.WEEKDAYS:
        return ["the exchange is unknown: Monday to Friday are taken as its trading days"]
    missing = sessions.missing(calendar, dates)
    if not len(missing):
        return []
    shown = ", ".join(map(str, missing[:3])) + (" ..." if len(missing) > 3 else "")
    return [f"{len(missing)} trading days of {calendar} are missing: {shown}"]


def _days(
    start: str | None, end: str | None, today: np.datetime64
) -> tuple[np.datetime64 | None, np.datetime64 | None]:
    first, last = _day(start, "start"), _day(end, "end")
    if last is not None and last > today:
        raise UserError(f"end={end} is in the future (today is {today})")
    if first is not None and last is not None and first > last:
        raise UserError(f"start={start} is after end={end}")
    return first, last


def _day(text: str | None, argument: str) -> np.datetime64 | None:
    if text is None:
        return None
    try:
        return np.datetime64(datetime.date.fromisoformat(text))
    except ValueError:
        raise UserError(f"{argument}={text} is not a day like 2019-02-15") from None

"""Trading days: on which days an exchange is open, when it closes, and which day comes next."""

import datetime
import functools
import warnings
from typing import Any

import numpy as np

ALWAYS = "24/7"  # cryptocurrencies
WEEKDAYS = "weekdays"  # of an exchange that is not known: Monday to Friday
NEW_YORK = "XNYS"

# The suffix of a symbol at Yahoo, and the exchange's code (ISO 10383).
SUFFIXES = {
    "AS": "XAMS",
    "BR": "XBRU",
    "CO": "XCSE",
    "DE": "XFRA",
    "HE": "XHEL",
    "HK": "XHKG",
    "KS": "XKRX",
    "L": "XLON",
    "LS": "XLIS",
    "MC": "XMAD",
    "MI": "XMIL",
    "NS": "XBOM",
    "OL": "XOSL",
    "PA": "XPAR",
    "SA": "BVMF",
    "ST": "XSTO",
    "SW": "XSWX",
    "T": "XTKS",
    "TO": "XTSE",
    "TW": "XTAI",
    "VI": "XWBO",
}


def calendar_of(symbol: str, dates: np.ndarray) -> str:
    """The calendar of a series of prices.

    It is ``24/7`` if there is a price on a weekend, else the exchange of the symbol's suffix; without a suffix it is
    New York's if that exchange was open on all of the dates.

    Args:
        symbol: as at Yahoo, such as ``GOOGL``, ``SAP.DE`` or ``BTC-USD``.
        dates: (n,) datetime64[D], ascending.

    Returns:
        ``24/7``, ``weekdays`` (the exchange is unknown), or the exchange's code.
    """
    if is_weekend(dates).any():
        return ALWAYS
    if "." in symbol:
        return SUFFIXES.get(symbol.rsplit(".", 1)[1].upper(), WEEKDAYS)
    return NEW_YORK if np.isin(dates, sessions(NEW_YORK, dates[0], dates[-1])).all() else WEEKDAYS


def sessions(calendar: str, first: np.datetime64, last: np.datetime64) -> np.ndarray:
    """The trading days from ``first`` to ``last``, both included: (n,) datetime64[D]."""
    days: np.ndarray = np.arange(first.astype("datetime64[D]"), last.astype("datetime64[D]") + 1)
    if calendar == ALWAYS:
        return days
    if calendar == WEEKDAYS:
        kept = ~is_weekend(days)
    else:
        kept = np.isin(days, _exchange(calendar, _decade_before(first), _year_after(last)))
    return np.compress(kept, days)


def next_session(calendar: str, after: np.datetime64) -> np.datetime64:
    """The first trading day after the given day."""
    following: np.datetime64 = sessions(calendar, after + 1, after + 15)[0]
    return following


def is_session(calendar: str, day: np.datetime64) -> bool:
    """Whether the day is a trading day."""
    return bool(len(sessions(calendar, day, day)))


def closing_time(calendar: str, day: np.datetime64) -> datetime.datetime:
    """The moment a day's prices are final: the exchange's close, or else the following midnight in UTC."""
    if calendar not in (ALWAYS, WEEKDAYS):
        closes = _calendar(calendar, str(day - 7), str(day + 7)).closes
        if str(day) in closes.index:
            moment: datetime.datetime = closes[str(day)].to_pydatetime()
            return moment
    midnight: datetime.datetime = (day + 1).astype("datetime64[s]").astype(datetime.datetime)
    return midnight.replace(tzinfo=datetime.UTC)


def missing(calendar: str, dates: np.ndarray) -> np.ndarray:
    """The trading days between the first and the last date that are not among the dates."""
    return np.setdiff1d(sessions(calendar, dates[0], dates[-1]), dates)


def is_weekend(dates: np.ndarray) -> np.ndarray:
    """Whether each day is a Saturday or Sunday: (n,) bool."""
    return (dates.astype("datetime64[D]").astype(int) + 3) % 7 > 4  # 1970-01-01 was a Thursday


@functools.lru_cache(maxsize=8)
def _exchange(calendar: str, start: str, end: str) -> Any:
    """All sessions of an exchange; asked for in whole decades, because making a calendar takes a second."""
    return _calendar(calendar, start, end).sessions.to_numpy().astype("datetime64[D]")


def _calendar(calendar: str, start: str, end: str) -> Any:
    import exchange_calendars

    with warnings.catch_warnings():  # exchange_calendars 4.13 calls what pandas 4 will change
        warnings.simplefilter("ignore")
        return exchange_calendars.get_calendar(calendar, start=start, end=end)


def _decade_before(day: np.datetime64) -> str:
    return f"{int(str(day)[:3])}0-01-01"


def _year_after(day: np.datetime64) -> str:
    return f"{int(str(day)[:4]) + 1}-12-31"

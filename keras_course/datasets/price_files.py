"""Price tables: read from a CSV file, and checked row by row before a model learns from them."""

import os
from pathlib import Path
from typing import Any

import numpy as np

from keras_course.errors import UserError

COLUMNS = ("Open", "High", "Low", "Close")
EARLIEST = np.datetime64("1700-01-01")  # pandas and the exchanges' calendars do not go much further back
STOCK_SPLITS = (2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 25, 30, 50)  # new shares for one old share


def read_csv(path: str | os.PathLike[str]) -> Any:
    """Read a table of daily prices as Yahoo or yfinance writes it.

    It may be Yahoo's export (``Date,Open,High,Low,Close,Adj Close,Volume``, in any order; only ``Date`` and ``Close``
    are needed), or yfinance's ``Ticker.history().to_csv()`` or ``download().to_csv()`` for a single symbol.

    Args:
        path: the CSV file.

    Returns:
        A pandas DataFrame of text, as in the file, with the columns above; :func:`checked` turns it into arrays.

    Raises:
        UserError: it is not such a table; one line that names the file.
        OSError: it cannot be read.
    """
    import pandas as pd

    path = Path(path)
    try:
        frame = pd.read_csv(path, header=None, dtype=str, keep_default_na=False, skipinitialspace=True)
    except ValueError as error:  # pandas' ParserError and EmptyDataError, or bytes that are not UTF-8
        reason = " ".join(str(error).split())
        raise UserError(f"{path}: not a table of prices separated by commas ({reason})") from None
    frame.columns = frame.iloc[
        0
    ].str.strip()  # read as a row: pandas would rename the second of two equal columns
    frame = frame.iloc[1:].reset_index(drop=True)
    if frame.columns[0] == "Price":  # yfinance's three rows of header: Price / Ticker / Date
        if len(frame) < 2:
            raise UserError(f"{path}: no row with a date and a price")
        symbols = {symbol for symbol in frame.iloc[0, 1:] if symbol}
        if len(symbols) > 1:
            raise UserError(f"{path}: prices of {len(symbols)} symbols; give a file with one")
        frame = frame.iloc[2:].rename(columns={"Price": "Date"}).reset_index(drop=True)
    frame = frame.rename(columns={"Datetime": "Date", "Adj. Close": "Adj Close", "AdjClose": "Adj Close"})
    lacking = [name for name in ("Date", "Close") if name not in frame.columns]
    if lacking:
        separator = "; columns are separated by commas" if len(frame.columns) == 1 else ""
        found = ", ".join(map(str, frame.columns))[:120]
        raise UserError(f"{path}: no column {' and no column '.join(lacking)} (found: {found}){separator}")
    if frame.columns.duplicated().any():
        twice = frame.columns[frame.columns.duplicated()][0]
        raise UserError(f"{path}: the column {twice} appears twice")
    return frame


def checked(frame: Any, where: str, today: np.datetime64) -> tuple[dict[str, np.ndarray], list[str]]:
    """Turn a table into arrays, or say in one line what is wrong with it.

    Rows without a price (``null`` or empty) are omitted and counted; a table in descending order is reversed.

    Args:
        frame: a DataFrame with the columns ``Date``, ``Close`` and optionally ``Open``, ``High``, ``Low`` and
            ``Adj Close``; text or numbers.
        where: the file or symbol, for messages.
        today: the latest date allowed.

    Returns:
        Arrays of equal length, ``dates`` (datetime64[D], ascending), ``close`` and ``adjusted`` (float64, in the
        table's currency); and notes, one sentence each.

    Raises:
        UserError: a date is invalid, unsorted, repeated or in the future; a price is not a number or not above zero; a
            High is below its Low; or there are no rows.
    """
    notes = []
    dates = _dates(frame["Date"], where)
    names = [name for name in (*COLUMNS, "Adj Close") if name in frame.columns]
    prices = {name: _numbers(frame[name], dates, f"{where}: {name}") for name in names}

    known = np.isfinite(prices["Close"]) & np.isfinite(prices.get("Adj Close", prices["Close"]))
    if not known.all():
        notes.append(f"{(~known).sum()} rows without a price omitted (the first: {dates[~known][0]})")
    dates, prices = dates[known], {name: values[known] for name, values in prices.items()}
    if not len(dates):
        raise UserError(f"{where}: no row with a date and a price")
    if len(dates) > 1 and (np.diff(dates) < np.timedelta64(0)).all():
        dates, prices = dates[::-1], {name: values[::-1] for name, values in prices.items()}
        notes.append("the table ran from the newest day to the oldest: reversed")
    _check_order(dates, where, today)
    for name, values in prices.items():
        if (values <= 0).any():
            row = int(np.argmax(values <= 0))
            raise UserError(f"{where}: {name} of {dates[row]} is {values[row]:g}; a price is above zero")
    if "High" in prices and "Low" in prices and (prices["High"] < prices["Low"]).any():
        row = int(np.argmax(prices["High"] < prices["Low"]))
        raise UserError(
            f"{where}: on {dates[row]} High {prices['High'][row]:g} is below Low {prices['Low'][row]:g}"
        )
    adjusted = prices.get("Adj Close", prices["Close"])
    notes += jumps(dates, adjusted)
    return {"dates": dates, "close": prices["Close"], "adjusted": adjusted}, notes


def jumps(dates: np.ndarray, prices: np.ndarray) -> list[str]:
    """Describe each day whose price looks as if a stock split had not been adjusted for.

    A crash and a split of 2 for 1 look alike: only a person can say which it was.

    Args:
        dates: (n,) datetime64[D], ascending.
        prices: (n,) above zero.

    Returns:
        One sentence for each such day.
    """
    with np.errstate(divide="ignore", over="ignore"):
        ratios = prices[1:] / prices[:-1]
        factors = np.maximum(ratios, 1 / ratios)
    found = []
    for day, ratio, factor in zip(dates[1:], ratios, factors, strict=True):
        nearest = min(STOCK_SPLITS, key=lambda split: abs(np.log(factor / split)))
        if factor > 1.5 and abs(np.log(factor / nearest)) < 0.08:
            kind = f"{nearest} for 1" if ratio < 1 else f"1 for {nearest}"
            found.append(f"{day}: the price is {ratio:.3g} times that of the day before: a split, {kind}?")
    return found


def _dates(column: Any, where: str) -> np.ndarray:
    """The days of a column of dates or times; a time's day is that of its own time zone, which is the exchange's."""
    import pandas as pd

    text = column.astype(str).str.strip()
    days = pd.to_datetime(text.str.slice(0, 10), format="%Y-%m-%d", errors="coerce")
    if days.isna().any():
        row = int(days.isna().to_numpy().argmax())
        raise UserError(f"{where}: row {row + 1}: {text.iloc[row][:40]!r} is not a date like 2019-02-15")
    return np.asarray(days, dtype="datetime64[D]")


def _numbers(column: Any, dates: np.ndarray, what: str) -> np.ndarray:
    import pandas as pd

    values: np.ndarray = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    text = column.astype(str).str.strip().str.lower()
    odd = ~np.isfinite(values) & ~text.isin(["", "null", "nan", "none", "n/a"]).to_numpy()
    if odd.any():
        row = int(odd.argmax())
        raise UserError(
            f"{what} of {dates[row]} is {str(column.iloc[row])[:40]!r}, not a number: write decimals with a point, and "
            "nothing between thousands"
        )
    return values


def _check_order(dates: np.ndarray, where: str, today: np.datetime64) -> None:
    steps = np.diff(dates).astype(int)
    if (steps == 0).any():
        raise UserError(f"{where}: {dates[1:][steps == 0][0]} appears twice; one row a day is needed")
    if (steps < 0).any():
        row = int(np.argmax(steps < 0))
        raise UserError(f"{where}: the dates are not sorted: {dates[row + 1]} comes after {dates[row]}")
    if dates[0] < EARLIEST:
        raise UserError(f"{where}: {dates[0]} is too early for a price ({EARLIEST} at the earliest)")
    if dates[-1] > today:
        raise UserError(f"{where}: {dates[-1]} is in the future (today is {today})")

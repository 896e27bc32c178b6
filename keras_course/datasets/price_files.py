"""Price tables: read from a CSV file, and checked row by row before a model learns from them."""

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from keras_course.datasets import price_cells, price_tables
from keras_course.errors import UserError

COLUMNS = ("Open", "High", "Low", "Close")
EARLIEST = np.datetime64("1700-01-01")  # pandas and the exchanges' calendars do not go much further back
STOCK_SPLITS = (2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 25, 30, 50)  # new shares for one old share


def read(
    path: str | os.PathLike[str],
    where: str,
    today: np.datetime64,
    *,
    dates: price_cells.Order = "auto",
    decimal: price_cells.Decimal = "auto",
) -> tuple[dict[str, np.ndarray], list[str]]:
    """Read a table of daily prices and check it: :func:`price_tables.read_csv`, then :func:`checked`.

    Raises:
        UserError, OSError: as these.
    """
    return checked(price_tables.read_csv(path), where, today, dates=dates, decimal=decimal)


def checked(
    frame: Any,
    where: str,
    today: np.datetime64,
    *,
    dates: price_cells.Order = "auto",
    decimal: price_cells.Decimal = "auto",
) -> tuple[dict[str, np.ndarray], list[str]]:
    """Turn a table into arrays, or say in one line what is wrong with it.

    Rows without a price (``null`` or empty) are omitted and counted; a table in descending order is reversed.

    Args:
        frame: as :func:`price_tables.read_csv` returns it.
        where: the file or symbol, for messages.
        today: the latest date allowed.
        dates: ``day-first`` or ``month-first`` decides where days and months could be either way round.
        decimal: ``point`` or ``comma`` decides where a price's mark could stand before decimals or thousands.

    Returns:
        Arrays of equal length, ``dates`` (datetime64[D], ascending), ``close`` and ``adjusted`` (float64, in the
        table's currency); and notes, one sentence each: how the table was read, where it is not as in Yahoo's export,
        and what was noticed in it.

    Raises:
        UserError: a date is invalid, unsorted, repeated or in the future; a price is not a number or not above zero; a
            High is below its Low; or there are no rows.
    """
    if not len(frame):
        raise UserError(f"{where}: no row with a date and a price")
    days, dates_read = price_cells.dates(frame["Date"], where, today, dates)
    columns = {name: frame[name] for name in (*COLUMNS, "Adj Close") if name in frame.columns}
    separator = frame.attrs.get("separator", ",")
    prices, prices_read = price_cells.numbers(columns, days, where, decimal, separator=separator)
    read_as = [words for words in (*frame.attrs.get("read as", []), dates_read, prices_read) if words]
    notes = [f"{where} was read as: {', '.join(read_as)}"] if read_as else []

    known = np.isfinite(prices["Close"]) & np.isfinite(prices.get("Adj Close", prices["Close"]))
    if not known.all():
        notes.append(f"{(~known).sum()} rows without a price omitted (the first: {days[~known][0]})")
    days, prices = days[known], {name: values[known] for name, values in prices.items()}
    if not len(days):
        raise UserError(f"{where}: no row with a date and a price")
    if len(days) > 1 and (np.diff(days) < np.timedelta64(0)).all():
        days, prices = days[::-1], {name: values[::-1] for name, values in prices.items()}
        notes.append("the table ran from the newest day to the oldest: reversed")
    _check_order(days, where, today)
    for name, values in prices.items():
        if (values <= 0).any():
            row = int(np.argmax(values <= 0))
            raise UserError(f"{where}: {name} of {days[row]} is {values[row]:g}; a price is above zero")
    if "High" in prices and "Low" in prices and (prices["High"] < prices["Low"]).any():
        row = int(np.argmax(prices["High"] < prices["Low"]))
        raise UserError(
            f"{where}: on {days[row]} High {prices['High'][row]:g} is below Low {prices['Low'][row]:g}"
        )
    learnt: dict[str, np.ndarray] = {name: prices[name] for name in ("Close", "Adj Close") if name in prices}
    notes += splits(days, learnt)
    return {
        "dates": days,
        "close": prices["Close"],
        "adjusted": learnt.get("Adj Close", prices["Close"]),
    }, notes


def splits(dates: np.ndarray, columns: Mapping[str, np.ndarray]) -> list[str]:
    """Describe each day on which a column looks as if a stock split had not been adjusted for, and what to do then.

    Args:
        dates: (n,) datetime64[D], ascending.
        columns: (n,) prices above zero, by name: every column that may be learnt, as each may have its own jumps.

    Returns:
        One sentence for each such day, with the names of the columns that have the jump and of those that have not.
    """
    found: dict[tuple[str, int, int], dict[str, float]] = {}
    for name, values in columns.items():
        for day, ratio, new, old in _jumps(dates, values):
            found.setdefault((day, new, old), {})[name] = ratio
    notes = []
    for (day, new, old), ratios in sorted(found.items()):
        names = " and ".join(ratios)
        smooth = "".join(f", not in {name}" for name in columns if name not in ratios)
        change = f"divide {names} before that day by {new}"
        if new == 1:
            change = f"multiply {names} before that day by {old}"
        said = _sentence(day, next(iter(ratios.values())), new, old)
        notes.append(f"{said} (in {names}{smooth}; if it was one, {change})")
    return notes


def jumps(dates: np.ndarray, prices: np.ndarray) -> list[str]:
    """Describe each day whose price looks as if a stock split had not been adjusted for.

    A crash and a split of 2 for 1 look alike: only a person can say which it was.

    Args:
        dates: (n,) datetime64[D], ascending.
        prices: (n,) above zero.

    Returns:
        One sentence for each such day.
    """
    return [_sentence(*jump) for jump in _jumps(dates, prices)]


def _sentence(day: str, ratio: float, new: int, old: int) -> str:
    return f"{day}: the price is {ratio:.3g} times that of the day before: a split, {new} for {old}?"


def _jumps(dates: np.ndarray, prices: np.ndarray) -> list[tuple[str, float, int, int]]:
    """For each such day: the day, the price's ratio, and how many new shares there are for how many old ones."""
    with np.errstate(divide="ignore", over="ignore"):
        ratios = prices[1:] / prices[:-1]
        factors = np.maximum(ratios, 1 / ratios)
    found = []
    for day, ratio, factor in zip(dates[1:], ratios, factors, strict=True):
        nearest = min(STOCK_SPLITS, key=lambda split: abs(np.log(factor / split)))
        if factor > 1.5 and abs(np.log(factor / nearest)) < 0.08:
            found.append((str(day), float(ratio), *((nearest, 1) if ratio < 1 else (1, nearest))))
    return found


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

"""Tables of prices as the world writes them: encoding, separator, header and the columns' names.

Yahoo, yfinance, Nasdaq, Stooq, Investing.com and the exports of German banks differ in all four.
"""

import codecs
import io
import os
import re
from pathlib import Path
from typing import Any

from keras_course.errors import UserError

SEPARATORS = {";": "columns separated by semicolons", "\t": "columns separated by tabs", ",": ""}
# A column's names, the first of them that a table has counts; capitals, points and spaces do not.
NAMES = {
    "Date": ("date", "datetime", "timestamp", "datum", "data"),
    "Close": ("close", "close last", "schlusskurs", "schluss", "zuletzt", "zamkniecie", "price", "last"),
    "Adj Close": ("adj close", "adjclose", "adjusted close"),
    "Open": ("open",),
    "High": ("high",),
    "Low": ("low",),
}
MARKS = {  # at the start of a file; the longer ones first
    codecs.BOM_UTF8: ("utf-8", "UTF-8 with a byte order mark"),
    codecs.BOM_UTF16_LE: ("utf-16-le", "UTF-16"),
    codecs.BOM_UTF16_BE: ("utf-16-be", "UTF-16"),
}
A_DATE = re.compile(
    r"\d{1,4}([-./])\d{1,2}\1\d{1,4}|\d{8}|[A-Za-z]{3,9}\.? \d{1,2}, ?\d{4}|\d{1,2}[ -][A-Za-z]{3}[ -]\d{2,4}"
)


def read_csv(path: str | os.PathLike[str]) -> Any:
    """Read a table of daily prices, whatever encoding, separator and names of columns it has.

    It needs a column of dates and one of prices; without a header it must be just these two. yfinance's three rows of
    header are understood, for a single symbol.

    Args:
        path: the CSV file.

    Returns:
        A pandas DataFrame of text with the columns ``Date`` and ``Close``, and ``Open``, ``High``, ``Low`` and ``Adj
        Close`` where there are any; its index are the file's line numbers, and ``attrs["read as"]`` lists what is not
        as in Yahoo's export. ``price_files.checked`` turns it into arrays.

    Raises:
        UserError: it is not such a table; one line that names the file.
        OSError: it cannot be read.
    """
    import pandas as pd

    path = Path(path)
    text, read_as = _decoded(path)
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = next((one for one in SEPARATORS if one in first), ",")
    try:
        frame = pd.read_csv(
            io.StringIO(text),
            sep=separator,
            header=None,  # pandas would rename the second of two equal columns
            dtype=str,
            keep_default_na=False,
            skipinitialspace=True,
            skip_blank_lines=False,  # rows stay lines
        ).fillna("")
    except ValueError as error:  # pandas' ParserError and EmptyDataError
        reason = " ".join(str(error).split())
        hint = (
            "; a decimal comma needs another separator, such as a semicolon" if "Expected" in reason else ""
        )
        name = {";": "semicolons", "\t": "tabs", ",": "commas"}[separator]
        raise UserError(f"{path}: not a table of prices separated by {name} ({reason}){hint}") from None
    frame.index += 1
    frame = frame[(frame != "").any(axis=1)]
    if not len(frame):
        raise UserError(f"{path}: no row with a date and a price")
    frame, said = _with_names(frame, path)
    frame.attrs["read as"] = [one for one in (*read_as, SEPARATORS[separator], *said) if one]
    frame.attrs["separator"] = separator
    return frame


def _decoded(path: Path) -> tuple[str, list[str]]:
    """The file's text, and in which encoding it is unless that is UTF-8."""
    data = path.read_bytes()
    for mark, (encoding, name) in MARKS.items():
        if data.startswith(mark):
            data, found = data[len(mark) :], (encoding, name)
            break
    else:
        encodings = [("utf-8", ""), ("cp1252", "Windows-1252")]
        if b"\0" in data[:4]:
            encodings = [("utf-16-be" if data[0] == 0 else "utf-16-le", "UTF-16")]
        found = next((one for one in encodings if _decodes(data, one[0])), ("utf-8", ""))
    try:
        text = data.decode(found[0])
    except UnicodeError as error:
        raise UserError(f"{path}: not a table of prices ({error}); save it as CSV in UTF-8") from None
    if re.search(r"[\x00-\x08\x0e-\x1f]", text[:10_000]):
        raise UserError(f"{path}: not a table of prices, nor any text; save it as CSV in UTF-8")
    return text, [found[1]]


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeError:
        return False
    return True


def _with_names(frame: Any, path: Path) -> tuple[Any, list[str]]:
    """The table below its header, with the names of :data:`NAMES`; and what they were, where they were others."""
    header = [str(cell).strip() for cell in frame.iloc[0]]
    if any(A_DATE.match(cell) for cell in header):
        return _without_header(frame, header, path), ["no header"]
    frame = frame.iloc[1:]
    if (
        header[0] == "Price" and len(frame) and frame.iloc[0, 0] == "Ticker"
    ):  # yfinance: Price / Ticker / Date
        symbols = {symbol for symbol in frame.iloc[0, 1:] if symbol}
        if len(symbols) > 1:
            raise UserError(f"{path}: prices of {len(symbols)} symbols; give a file with one")
        frame, header[0] = frame.iloc[2:], "Date"
    plain = [re.sub(r"[^\w]+|_+", " ", name.lower()).strip() for name in header]
    columns, said, lacking = {}, [], []
    for name, aliases in NAMES.items():
        found = next((alias for alias in aliases if alias in plain), None)
        if found is None:
            lacking += [name] if name in ("Date", "Close") else []
            continue
        if plain.count(found) > 1:
            raise UserError(f"{path}: the column {header[plain.index(found)]} appears twice")
        columns[name] = frame.iloc[:, plain.index(found)]
        if found not in (*aliases[:1], "datetime", "adjclose"):
            said.append(f"{header[plain.index(found)]!r} taken for {name}")
    if lacking:
        shown = ", ".join(header)[:120]
        raise UserError(
            f"{path}: no column {' and no column '.join(lacking)} (found: {shown}): call the columns Date and Close"
        )
    return type(frame)(columns), said


def _without_header(frame: Any, cells: list[str], path: Path) -> Any:
    """The table of a date and a price a line."""
    if len(cells) != 2:
        raise UserError(
            f"{path}: line {frame.index[0]} is no header, and of {len(cells)} columns any could be the price: write a "
            f"first line that names them, such as Date,Open,High,Low,Close,Volume"
        )
    frame = frame.copy()
    frame.columns = ["Date", "Close"] if A_DATE.match(cells[0]) else ["Close", "Date"]
    return frame

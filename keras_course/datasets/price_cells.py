"""The dates and numbers in a table of prices: in which form they are written, and what they are."""

import re
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from keras_course.datasets.sessions import is_weekend
from keras_course.errors import UserError

Order = Literal["auto", "day-first", "month-first"]
Decimal = Literal["auto", "point", "comma"]

NO_PRICE = ("", "null", "nan", "none", "n/a", "-")
FORMATS = {  # the shape of the first date of a column: the forms that it may have
    r"-?\d{4}-\d": ("%Y-%m-%d",),
    r"\d{4}/\d": ("%Y/%m/%d",),
    r"\d{4}\.\d": ("%Y.%m.%d",),
    r"\d{8}": ("%Y%m%d",),
    r"\d{1,2}\.\d{1,2}\.\d{4}": ("%d.%m.%Y",),  # with points nobody writes the month first
    r"\d{1,2}\.\d{1,2}\.\d{2}": ("%d.%m.%y",),
    r"\d{1,2}/\d{1,2}/\d{4}": ("%d/%m/%Y", "%m/%d/%Y"),
    r"\d{1,2}/\d{1,2}/\d{2}": ("%d/%m/%y", "%m/%d/%y"),
    r"\d{1,2}-\d{1,2}-\d{4}": ("%d-%m-%Y", "%m-%d-%Y"),
    r"\d{1,2}-\d{1,2}-\d{2}": ("%d-%m-%y", "%m-%d-%y"),
    r"[A-Za-z]{3}\.? \d{1,2}, ?\d{4}": ("%b %d, %Y",),
    r"[A-Za-z]+ \d{1,2}, ?\d{4}": ("%B %d, %Y",),
    r"\d{1,2}-[A-Za-z]{3}-\d{4}": ("%d-%b-%Y",),
    r"\d{1,2}-[A-Za-z]{3}-\d{2}": ("%d-%b-%y",),
    r"\d{1,2} [A-Za-z]{3} \d{4}": ("%d %b %Y",),
}
EXAMPLE = np.datetime64("2019-02-15").astype(object)
FORMS = {  # of a number, by its decimal mark
    ".": r"[-+]?(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?([eE][-+]?\d+)?",
    ",": r"[-+]?(\d+|\d{1,3}(\.\d{3})+)?(,\d*)?([eE][-+]?\d+)?",
}
CURRENCY = r"^[$\u20ac\u00a3]\s*|\s*([$\u20ac\u00a3]|EUR|USD)$"
SPACED_THOUSANDS = r"(?<=\d)['\u2019\u00a0\u202f ](?=\d{3}(?:\D|$))"


def dates(column: Any, where: str, today: np.datetime64, order: Order = "auto") -> tuple[np.ndarray, str]:
    """Turn text into days; of a time the day counts, in its own time zone, which is the exchange's.

    Where days and months could be either way round, that one counts in which the days follow each other as those of
    daily prices do; if both do, or neither, the table is refused.

    Args:
        column: a pandas Series of text; its index are line numbers.
        where: the file, for messages.
        today: no later day is right.
        order: ``day-first`` or ``month-first`` decides what is ambiguous.

    Returns:
        (n,) datetime64[D], and how they were read, empty for 2019-02-15.

    Raises:
        UserError: a date is none, or all are ambiguous.
    """
    text = column.astype(str).str.strip()
    numeric = text.str.match(r"[-\d]")
    # A time follows after a T or a space; a month's name has spaces around it.
    text = text.where(~(numeric & ~text.str.contains(r"\d [A-Za-z]{3} \d")), text.str.split(r"[T ]").str[0])
    text = text.str.replace(r"^([A-Za-z]{3})\. ", r"\1 ", regex=True)
    forms = next((forms for shape, forms in FORMATS.items() if re.fullmatch(shape + ".*", text.iloc[0])), ())
    if len(forms) == 2 and order != "auto":
        forms = (forms[order == "month-first"],)
    if not forms:
        raise _not_a_date(column.iloc[0], column.index[0], where, "%Y-%m-%d")
    read = {form: _parsed(text, form) for form in forms}
    whole = {form: days for form, days in read.items() if not np.isnat(days).any()}
    if not whole:
        form = min(read, key=lambda form: int(np.isnat(read[form]).sum()))
        row = int(np.isnat(read[form]).argmax())
        raise _not_a_date(column.iloc[row], column.index[row], where, form)
    reason = ""
    if len({days.tobytes() for days in whole.values()}) == 2:
        likely = _likely(whole, today)
        if len(likely) != 1:
            raise UserError(
                f"{where}: line {column.index[0]}: {column.iloc[0]!r} and all other dates may be day-first or "
                f"month-first: say which with dates='day-first' or dates='month-first', or write them as 2019-02-15"
            )
        whole, reason = likely, ", as only so the days follow each other"
    form, days = next(iter(whole.items()))
    return days, "" if form == "%Y-%m-%d" else f"{_named(form)} ({text.iloc[0]}{reason})"


def numbers(
    columns: Mapping[str, Any],
    days: np.ndarray,
    where: str,
    decimal: Decimal = "auto",
    *,
    separator: str = ",",
) -> tuple[dict[str, np.ndarray], str]:
    """Turn the columns of prices into numbers, which all have the same form.

    Args:
        columns: a pandas Series of text by name, the index its line numbers; signs of a currency are ignored.
        days: their dates, for messages.
        where: the file, for messages.
        decimal: ``point`` or ``comma`` decides what is ambiguous, such as three digits after each comma.
        separator: the columns' own; where it is a comma, a point is a decimal point.

    Returns:
        (n,) float64 by name, nan where there is no price; and how they were read, empty for a decimal point.

    Raises:
        UserError: a price is not a number, or all are ambiguous.
    """
    import pandas as pd

    texts, spaced = {}, False
    for name, column in columns.items():
        text = column.astype(str).str.strip().str.replace(CURRENCY, "", regex=True)
        spaced |= bool(text.str.contains(SPACED_THOUSANDS).any())
        texts[name] = text.str.replace(SPACED_THOUSANDS, "", regex=True)
    cells = pd.concat(texts.values())
    cells = cells[~cells.str.lower().isin(NO_PRICE)]
    mark = {"point": ".", "comma": ","}.get(decimal) or _mark(cells, where, separator)
    other = "," if mark == "." else "."
    found = {}
    for name, text in texts.items():
        plain = text.str.replace(other, "").str.replace(mark, ".")
        values = pd.to_numeric(plain.where(text.str.fullmatch(FORMS[mark]), ""), errors="coerce").to_numpy(
            float
        )
        odd = ~np.isfinite(values) & ~text.str.lower().isin(NO_PRICE).to_numpy()
        if odd.any():
            row = int(odd.argmax())
            rest = "a point" if mark == "." else "a comma"
            raise UserError(
                f"{where}: line {columns[name].index[row]}: {name} of {days[row]} is "
                f"{str(columns[name].iloc[row])[:40]!r}, not a number whose decimals follow {rest}: write all prices "
                f"in one form, such as 1234.5"
            )
        found[name] = values
    said = ["decimal comma"] if mark == "," else []
    if spaced or cells.str.contains(other, regex=False).any():
        said.append("thousands separated")
    return found, ", ".join(said)


def _mark(cells: Any, where: str, separator: str) -> str:
    """The decimal mark that most of the cells can have."""
    fitting = {mark: cells.str.fullmatch(form) for mark, form in FORMS.items()}
    marked = cells[cells.str.contains("[.,]")]
    if all(fits.all() for fits in fitting.values()) and len(marked):
        if separator == "," and "." in marked.iloc[0]:
            return "."
        raise UserError(
            f"{where}: line {marked.index[0]}: {marked.iloc[0]!r} and all other prices may have decimals or thousands "
            f"there: say which mark begins the decimals with decimal='point' or decimal='comma'"
        )
    return "," if fitting[","].sum() > fitting["."].sum() else "."


def _parsed(text: Any, form: str) -> np.ndarray:
    import pandas as pd

    return np.asarray(pd.to_datetime(text, format=form, errors="coerce"), dtype="datetime64[D]")


def _likely(read: dict[str, np.ndarray], today: np.datetime64) -> dict[str, np.ndarray]:
    """Those of several readings that look like the days of daily prices; of these, those without weekends."""
    likely = {form: days for form, days in read.items() if _daily(days, today)}
    weekdays = {form: days for form, days in likely.items() if not is_weekend(days).any()}
    return weekdays or likely


def _daily(days: np.ndarray, today: np.datetime64) -> bool:
    """Whether days follow each other as those of a table of prices: in one direction, and about a day or week apart."""
    steps = np.diff(days).astype(int)
    if not len(steps) or days.max() > today:
        return False
    return bool((np.all(steps > 0) or np.all(steps < 0)) and np.median(np.abs(steps)) <= 7)


def _named(form: str) -> str:
    if form in ("%d %b %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%d-%b-%y"):
        return "dates with the month's name"
    return f"dates {({'d': 'day', 'm': 'month', 'Y': 'year'})[form[1]]}-first"


def _not_a_date(cell: Any, line: int, where: str, form: str) -> UserError:
    return UserError(f"{where}: line {line}: {str(cell)[:40]!r} is not a date like {EXAMPLE.strftime(form)}")

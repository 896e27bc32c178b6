"""Where prices come from: a CSV file; Yahoo's, kept until there are newer ones; or those embedded in matplotlib."""

import datetime
from pathlib import Path
from typing import Any

import numpy as np

from keras_course.datasets import notices, price_files, sessions, yahoo
from keras_course.datasets.paths import check_folder, given_path
from keras_course.errors import UserError

EMBEDDED = "goog_2004_2008"
GIVEN = "those of the given file"
RECENT = 5  # days: a long weekend


def find(
    dataset: str,
    data_dir: Path,
    symbol: str,
    last: np.datetime64 | None,
    now: datetime.datetime,
    *,
    file: str = "",
    **how: Any,
) -> tuple[str, dict[str, np.ndarray], list[str], str]:
    """Find a dataset of prices by name or by path, and read it.

    Args:
        dataset: as :func:`keras_course.datasets.prices.load`.
        data_dir: the folder for downloads.
        symbol: as at Yahoo.
        last: the last day that is wanted; None: the last there is.
        now: the present moment, with a time zone.
        file: the name without ``.csv`` of a table in the data folder, where ``dataset`` is no path.
        how: ``dates`` and ``decimal``, as :func:`price_files.checked`, for a file that is not Yahoo's.

    Returns:
        Its name, its arrays and notes (as :func:`price_files.checked`), and its terms.

    Raises:
        UserError, OSError: as :func:`keras_course.datasets.prices.load`.
    """
    today = np.datetime64(now.astimezone(datetime.UTC).date())
    if dataset == "embedded":
        return embedded()
    if dataset in ("auto", "yahoo"):
        check_folder(data_dir)
        if dataset == "auto" and (mine := own_file(data_dir, symbol)):
            return _own(mine, today, how)
        try:
            path = _fresh(symbol, data_dir / "prices", last, now)
        except OSError as error:
            reason = str(error).partition(" See https://curl.se")[0].rstrip(".")
            if dataset == "yahoo" or symbol != "GOOGL":
                raise OSError(
                    f"no prices of {symbol} from Yahoo ({reason}): try again later, or give the path of a CSV file"
                ) from None
            notices.fallback("prices of GOOGL", reason, "Google's embedded ones of 2004 to 2008", "prices")
            return embedded()
        return (symbol, *price_files.read(path, symbol, today), yahoo.TERMS)
    path = given_path(dataset)
    if not path.is_file():
        if path.name == dataset and (mine := own_file(data_dir, file, kept=True)):
            return _own(mine, today, how)
        raise UserError(
            f"there is no file {dataset}, and no dataset of that name: give auto, yahoo, embedded, the path of a CSV "
            f"file with prices, or the name of one in {data_dir / 'prices'} or {data_dir}"
        )
    found, notes = price_files.read(path, dataset, today, **how)
    return _name(path), found, notes, GIVEN


def own_file(data_dir: Path, symbol: str, *, kept: bool = False) -> Path | None:
    """The table of a symbol that somebody put into the data folder, ``prices/SYMBOL.csv`` or ``SYMBOL.csv``.

    Args:
        data_dir: the folder for downloads.
        symbol: as at Yahoo; capitals do not matter.
        kept: whether one of our own downloads will do, too.
    """
    for folder in (data_dir / "prices", data_dir):
        for path in sorted(folder.glob("*.[cC][sS][vV]")):
            ours = path.with_suffix(".json").is_file()
            if path.stem.upper() == symbol.upper() and (kept or not ours):
                return path
    return None


def _own(path: Path, today: np.datetime64, how: dict[str, Any]) -> tuple[str, Any, list[str], str]:
    """A table that lies in the data folder, and how far it reaches."""
    found, notes = price_files.read(path, str(path), today, **how)
    last = found["dates"][-1]
    age = int((today - last).astype(int))
    words = f"prices from {path}, which ends on {last}"
    if age > RECENT:
        words += f": too old to forecast tomorrow from, the forecast is for the trading day after {last}"
    return _name(path), found, [words, *notes], GIVEN


def _name(path: Path) -> str:
    # The embedded prices' name stands for their content: results are compared by name.
    return path.name if path.stem == EMBEDDED else path.stem


def embedded() -> tuple[str, dict[str, np.ndarray], list[str], str]:
    """Google's prices in matplotlib's sample data, in the form of :func:`find`."""
    from matplotlib import cbook

    table: Any = cbook.get_sample_data("goog.npz")
    table = table["price_data"]
    found = {
        "dates": table["date"].astype("datetime64[D]"),
        "close": table["close"].astype(float),
        "adjusted": table["adj_close"].astype(float),
    }
    return EMBEDDED, found, [], "matplotlib's sample data"


def _fresh(symbol: str, folder: Path, last: np.datetime64 | None, now: datetime.datetime) -> Path:
    """The file with the prices up to ``last``, or else to the last session that is over; downloaded if need be.

    Raises:
        UserError: the kept file is too old and there is no network.
        OSError: there is no kept file and no network.
    """
    path = folder / f"{symbol}.csv"
    if path.is_file() and not path.with_suffix(".json").is_file():
        raise UserError(
            f"{path} was not downloaded here and is not replaced: give auto to use it, or move it away"
        )
    known = yahoo.facts(path)
    if not known:
        return yahoo.download(symbol, folder, replacing=known)
    downloaded = datetime.datetime.fromisoformat(known["downloaded"])
    over = downloaded + datetime.timedelta(hours=1)  # a session's prices are available soon after its end
    if last is not None and np.datetime64(over.date()) > last:
        return path
    dates = price_files.read(path, symbol, np.datetime64(now.date()))[0]["dates"]
    calendar = sessions.calendar_of(symbol, dates)
    if (
        sessions.closing_time(calendar, sessions.next_session(calendar, _last_full(calendar, dates, over)))
        > now
    ):
        return path
    try:
        return yahoo.download(symbol, folder, replacing=known)
    except OSError as error:
        raise UserError(
            f"the prices of {symbol} in {path} are STALE: downloaded {known['downloaded']}, they end on {dates[-1]}, "
            f"and newer ones cannot be had ({error}); give an end, such as {dates[-1]}, to use them as they are"
        ) from None


def _last_full(calendar: str, dates: np.ndarray, over: datetime.datetime) -> np.datetime64:
    """The last day whose price was already final when the prices were downloaded."""
    final = len(dates) == 1 or sessions.closing_time(calendar, dates[-1]) <= over
    day: np.datetime64 = dates[-1 if final else -2]
    return day

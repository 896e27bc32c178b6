"""Prices from a recorded Yahoo, from files, and the embedded ones."""

import datetime
import functools
import json
import sys
from pathlib import Path

import numpy as np
import pytest
import requests

from keras_course.datasets import prices, sessions, yahoo
from keras_course.errors import UserError

D = np.datetime64
NOW = datetime.datetime(2019, 2, 16, 12, tzinfo=datetime.UTC)  # the slide's Saturday


class Recorded(requests.adapters.BaseAdapter):
    """Yahoo's answers, without a network: what yfinance asks for is answered from here."""

    def __init__(self):
        super().__init__()
        self.symbol, self.days, self.closes = "GOOGL", (), ()
        self.status, self.charts, self.change = 200, 0, lambda chart: chart
        self.failures = 0

    def record(self, last, symbol="GOOGL", count=100):
        self.symbol = symbol
        calendar = "24/7" if symbol.endswith("-USD") else "XNYS"
        self.days = sessions.sessions(calendar, D(last) - 200, D(last))[-count:]
        self.closes = 1000 + np.arange(len(self.days), dtype=float)

    def send(self, request, **more):
        answer = requests.Response()
        answer.status_code, answer.request, answer.url, answer.encoding = 200, request, request.url, "utf-8"
        answer._content = b"{}"
        if "/v8/finance/chart/" in request.url:
            self.charts += 1
            answer.status_code = self.status
            if self.failures:
                self.failures -= 1
                answer.status_code = 429
            answer._content = json.dumps(self.change(self.chart())).encode()
        return answer

    def chart(self):
        stamps = [int(day.astype("datetime64[s]").astype(int)) + 14 * 3600 for day in self.days]
        period = {"timezone": "EST", "start": 0, "end": 23400, "gmtoffset": -18000}
        meta = {
            "currency": "USD",
            "symbol": self.symbol,
            "exchangeName": "NMS",
            "instrumentType": "EQUITY",
            "exchangeTimezoneName": "UTC" if self.symbol.endswith("-USD") else "America/New_York",
            "timezone": "EST",
            "gmtoffset": -18000,
            "firstTradeDate": 1092922200,
            "regularMarketTime": stamps[-1] if stamps else 0,
            "dataGranularity": "1d",
            "range": "max",
            "validRanges": ["1d", "max"],
            "priceHint": 2,
            "currentTradingPeriod": dict.fromkeys(("pre", "regular", "post"), period),
        }
        closes = list(self.closes)
        quote = {
            "open": closes,
            "high": [c + 1 for c in closes],
            "low": [c - 1 for c in closes],
            "close": closes,
        }
        quote["volume"] = [1000] * len(closes)
        result = {"meta": meta, "timestamp": stamps, "indicators": {"quote": [quote]}}
        result["indicators"]["adjclose"] = [{"adjclose": [c / 2 for c in closes]}]
        return {"chart": {"result": [result], "error": None}}

    def close(self):
        pass


@pytest.fixture
def recorded(monkeypatch, tmp_path):
    import yfinance

    yfinance.set_tz_cache_location(str(tmp_path / "cache"))
    adapter, session = Recorded(), requests.Session()
    session.mount("https://", adapter)
    monkeypatch.setattr(yahoo, "_session", lambda: session)
    monkeypatch.setattr(yahoo, "SECONDS_TO_BACK_OFF", 0.01)
    adapter.record("2019-02-15")
    return adapter


@pytest.fixture
def unplugged(monkeypatch):
    def nobody(symbol):
        raise OSError("Could not resolve host: query2.finance.yahoo.com")

    monkeypatch.setattr(yahoo, "fetch", nobody)


def test_a_download_is_kept_with_its_date_and_checksum(recorded, tmp_path):
    found = prices.load("yahoo", tmp_path, now=NOW)
    assert (found.name, found.symbol, found.calendar, found.embedded) == ("GOOGL", "GOOGL", "XNYS", False)
    assert found.dates[-1] == D("2019-02-15") and len(found.dates) == 100
    np.testing.assert_array_equal(found.close, recorded.closes)
    np.testing.assert_array_equal(found.adjusted, recorded.closes / 2)
    assert found.notes == () and "personal use" in found.terms
    path = tmp_path / "prices/GOOGL.csv"
    assert set(yahoo.facts(path)) == {"symbol", "downloaded", "sha256", "terms"}
    assert sorted(p.name for p in path.parent.iterdir()) == ["GOOGL.csv", "GOOGL.json"]
    path.write_text(path.read_text().replace("1001.0", "2002.0"))
    assert yahoo.facts(path) == {}  # somebody changed it: it is fetched anew


@pytest.mark.parametrize(("name", "symbol"), [("Google", "GOOGL"), ("tsla", "TSLA"), ("bitcoin", "BTC-USD")])
def test_a_company_by_name(recorded, tmp_path, name, symbol):
    recorded.record("2019-02-15", symbol)
    found = prices.load("yahoo", tmp_path, symbol=name, now=NOW)
    assert found.symbol == symbol
    assert found.calendar == ("24/7" if symbol == "BTC-USD" else "XNYS")


def test_it_is_fetched_again_when_there_was_another_session(recorded, tmp_path, monkeypatch):
    def load(now, **more):
        monkeypatch.setattr(yahoo, "datetime", _clock(now))
        before = recorded.charts
        found = prices.load("yahoo", tmp_path, now=now, **more)
        return found.dates[-1], recorded.charts > before

    assert load(NOW) == (D("2019-02-15"), True)
    assert load(NOW) == (D("2019-02-15"), False)
    monday = datetime.datetime(2019, 2, 18, 23, tzinfo=datetime.UTC)  # a holiday
    assert load(monday) == (D("2019-02-15"), False)
    during = datetime.datetime(2019, 2, 19, 18, tzinfo=datetime.UTC)
    assert load(during) == (D("2019-02-15"), False)
    recorded.record("2019-02-19")
    after = datetime.datetime(2019, 2, 19, 22, 30, tzinfo=datetime.UTC)
    assert load(after) == (D("2019-02-19"), True)
    assert load(after + datetime.timedelta(days=9), end="2019-02-15") == (D("2019-02-15"), False)


def test_all_shares_before_class(recorded, tmp_path, monkeypatch):
    """``apps.download prices``: fetched once, then present until there is another session."""
    monkeypatch.setattr(yahoo, "datetime", _clock(NOW))
    monkeypatch.setattr(prices, "load", functools.partial(prices.load, now=NOW))
    shares = prices.Shares(symbols=("GOOGL", "AAPL"))
    assert shares.obtain(tmp_path) == "downloaded"
    asked = recorded.charts
    assert shares.obtain(tmp_path) == "present" and recorded.charts == asked
    assert sorted(path.stem for path in (tmp_path / "prices").glob("*.csv")) == ["AAPL", "GOOGL"]
    (tmp_path / "prices/AAPL.csv").unlink()
    assert shares.obtain(tmp_path) == "downloaded" and recorded.charts > asked
    assert "GOOGL AAPL" in shares.summary and "personal use" in shares.summary


def _clock(now):
    """The module datetime, whose clock stands."""

    class Standing(datetime.datetime):
        @classmethod
        def now(cls, zone=None):
            return now

    return type("datetime", (), {"datetime": Standing, "UTC": datetime.UTC, "timedelta": datetime.timedelta})


def test_a_day_that_is_not_over_is_left_out(recorded, tmp_path):
    recorded.record("2019-02-19")
    during = datetime.datetime(2019, 2, 19, 18, tzinfo=datetime.UTC)
    found = prices.load("yahoo", tmp_path, now=during)
    assert found.dates[-1] == D("2019-02-15")
    assert "2019-02-19 is not over yet: omitted" in found.notes


def test_a_stale_download_forecasts_nothing(recorded, tmp_path, monkeypatch):
    monkeypatch.setattr(yahoo, "datetime", _clock(NOW))
    prices.load("yahoo", tmp_path, now=NOW)
    monkeypatch.setattr(yahoo, "fetch", _raise(OSError("no network")))
    later = NOW + datetime.timedelta(days=30)
    with pytest.raises(ValueError, match=r"STALE: downloaded 2019-02-16.*end on 2019-02-15.*give an end"):
        prices.load("auto", tmp_path, now=later)
    assert prices.load("auto", tmp_path, now=later, end="2019-02-15").dates[-1] == D("2019-02-15")


def _raise(error):
    def function(*arguments, **more):
        raise error

    return function


def test_too_many_requests_are_tried_once_more(recorded, tmp_path):
    recorded.failures = 1
    assert len(prices.load("yahoo", tmp_path, now=NOW).dates) == 100
    with pytest.raises(OSError, match="asked too often"):
        recorded.failures = 99
        yahoo.fetch("GOOGL")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda chart: {"chart": {"result": None, "error": None}}, "Yahoo has no prices of 'NOSUCH'"),
        (
            lambda chart: {
                "chart": {
                    "result": None,
                    "error": {"code": "Not Found", "description": "No data found, symbol may be delisted"},
                }
            },
            "Yahoo has no prices of 'NOSUCH'",
        ),
        (lambda chart: {"surprise": 1}, "Yahoo has no prices of 'NOSUCH'"),
    ],
)
def test_an_unknown_symbol_or_an_empty_answer(recorded, tmp_path, change, words):
    recorded.change = change
    with pytest.raises(ValueError, match=words) as raised:
        prices.load("yahoo", tmp_path, symbol="NOSUCH", now=NOW)
    assert "\n" not in str(raised.value)
    assert not list(tmp_path.glob("prices/*"))  # nothing half-written


def test_changed_columns_are_named(recorded, tmp_path):
    def without_close(chart):
        quote = chart["chart"]["result"][0]["indicators"]["quote"][0]
        quote["last"] = quote.pop("close")
        return chart

    recorded.change = without_close
    with pytest.raises(ValueError, match="Yahoo has no prices of 'GOOGL', or responds in a form"):
        prices.load("yahoo", tmp_path, now=NOW)
    assert not list(tmp_path.glob("prices/*"))


@pytest.mark.parametrize(
    ("columns", "words"), [(["Open", "Close"], "no column High"), (list(yahoo.COLUMNS), "an empty table")]
)
def test_yfinance_may_give_other_columns_or_none(monkeypatch, columns, words):
    import pandas as pd
    import yfinance

    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    monkeypatch.setattr(yfinance.Ticker, "history", lambda self, **more: pd.DataFrame(columns=columns))
    with pytest.raises(ValueError, match=words):
        yahoo.fetch("GOOGL")


FAKE_YFINANCE = """
import types, pandas
class exceptions: YFRateLimitError = YFTickerMissingError = YFException = ZeroDivisionError
config = types.SimpleNamespace(debug=types.SimpleNamespace(hide_exceptions=True))
class Ticker:
    def __init__(self, symbol, session=None): self.symbol = symbol
    def history(self, **arguments):
        if self.symbol == "OFFLINE": raise ConnectionError("no way out")
        if self.symbol == "EMPTY": return pandas.DataFrame(columns=COLUMNS)
        if self.symbol == "KILLED": __import__("os").abort()
        print("yfinance says something")
        days = pandas.to_datetime(["2019-02-14", "2019-02-15"])
        return pandas.DataFrame({name: [1.0, 2.0] for name in COLUMNS}, days)
COLUMNS = ["Open", "High", "Low", "Close", "Adj Close", "Volume"]
"""


def test_with_tensorflow_loaded_another_process_asks(tmp_path, monkeypatch):
    """TensorFlow's libcurl spoils yfinance's; the answer and the errors come back whole."""
    (tmp_path / "yfinance.py").write_text(FAKE_YFINANCE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, "tensorflow", object())
    frame = yahoo.fetch("GOOGL")
    assert list(frame.columns) == list(yahoo.COLUMNS) and list(frame["Close"]) == [1.0, 2.0]
    with pytest.raises(OSError, match=r"^no way out$"):
        yahoo.fetch("OFFLINE")
    with pytest.raises(ValueError, match="Yahoo has no prices of 'EMPTY': the response is an empty table"):
        yahoo.fetch("EMPTY")
    with pytest.raises(OSError, match="the process that asks Yahoo for 'KILLED' ended early"):
        yahoo.fetch("KILLED")


def test_columns_of_two_storeys_are_understood(monkeypatch):
    import pandas as pd
    import yfinance

    columns = pd.MultiIndex.from_tuples([(name, "GOOGL") for name in reversed(yahoo.COLUMNS)])
    frame = pd.DataFrame([range(6)], columns=columns, index=pd.to_datetime(["2019-02-15"]))
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    monkeypatch.setattr(yfinance.Ticker, "history", lambda self, **more: frame)
    assert list(yahoo.fetch("GOOGL").iloc[0]) == [5, 4, 3, 2, 1, 0]


def test_without_a_network_googles_embedded_prices(unplugged, tmp_path, capsys):
    found = prices.load("auto", tmp_path, now=NOW)
    assert (found.name, found.symbol, found.embedded) == ("goog_2004_2008", "GOOGL", True)
    assert (len(found.dates), found.close[0], found.close[-1]) == (1047, 100.34, 362.71)
    assert found.calendar == "XNYS" and found.notes == ()
    assert capsys.readouterr().err == (
        "warning: no prices of GOOGL: Could not resolve host: query2.finance.yahoo.com; using Google's embedded ones "
        "of 2004 to 2008 instead (python -m apps.download prices)\n"
    )
    with pytest.raises(
        OSError, match=r"no prices of GOOGL from Yahoo \(Could not resolve host.*give the path of a"
    ):
        prices.load("yahoo", tmp_path, now=NOW)
    with pytest.raises(OSError, match="Could not resolve host"):
        prices.load("auto", tmp_path, symbol="TSLA", now=NOW)  # Google's prices are not Tesla's


@pytest.fixture
def table(tmp_path) -> Path:
    days = np.concatenate(
        [
            sessions.sessions("XNYS", D("2018-01-02"), D("2018-06-29")),
            sessions.sessions("XNYS", D("2018-07-03"), D("2018-12-31")),
        ]
    )
    rows = [f"{day},{100 + i}" for i, day in enumerate(days)]
    path = tmp_path / "mine.csv"
    path.write_text("\n".join(["Date,Close", *rows]) + "\n")
    return path


def test_a_csv_file_by_path(table, tmp_path):
    found = prices.load(str(table), tmp_path, now=NOW)
    assert (found.name, found.terms, found.calendar) == ("mine", "those of the given file", "XNYS")
    assert found.notes == ("1 trading days of XNYS are missing: 2018-07-02",)
    again = prices.load(str(table), tmp_path, symbol="SAP.DE", now=NOW)
    assert again.calendar == "XFRA" and again.sha256 == found.sha256


@pytest.mark.parametrize(
    ("name", "symbol", "calendar"),
    [("AAPL.csv", "AAPL", "XNYS"), ("SAP.DE.csv", "SAP.DE", "XFRA"), ("my.prices.csv", "my_prices", "XNYS")],
)
def test_a_csv_file_s_name_stands_for_its_symbol(table, tmp_path, name, symbol, calendar):
    found = prices.load(str(table.rename(tmp_path / name)), tmp_path, now=NOW)
    assert (found.symbol, found.calendar) == (symbol, calendar)


def test_start_and_end(table, tmp_path):
    found = prices.load(str(table), tmp_path, start="2018-02-01", end="2018-02-10", now=NOW)
    assert (found.dates[0], found.dates[-1], len(found.dates)) == (D("2018-02-01"), D("2018-02-09"), 7)
    assert found.sha256 != prices.load(str(table), tmp_path, now=NOW).sha256


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"start": "2018-03-01", "end": "2018-02-01"}, "start=2018-03-01 is after end=2018-02-01"),
        ({"end": "2030-01-01"}, "end=2030-01-01 is in the future"),
        ({"start": "1.2.2018"}, "start=1.2.2018 is not a day like"),
        ({"start": "2019-01-02"}, "no prices from 2019-01-02 to the end .there are 2018-01-02 to 2018-12-31"),
    ],
)
def test_days_that_make_no_sense(table, tmp_path, arguments, words):
    with pytest.raises(ValueError, match=words):
        prices.load(str(table), tmp_path, now=NOW, **arguments)


def test_the_embedded_prices_are_googles(tmp_path):
    assert prices.load("embedded", tmp_path, symbol="google", now=NOW).symbol == "GOOGL"
    with pytest.raises(ValueError, match=r"are Google's \(GOOGL\), not those of TSLA"):
        prices.load("embedded", tmp_path, symbol="tesla", now=NOW)


def test_no_such_file(tmp_path):
    with pytest.raises(
        UserError, match=r"there is no file no/such\.csv, and no dataset of that name: give auto"
    ):
        prices.load("no/such.csv", tmp_path)


def test_a_file_named_like_the_embedded_prices_is_not_embedded(table, tmp_path):
    found = prices.load(str(table.rename(tmp_path / "goog_2004_2008.csv")), tmp_path, symbol="GOOGL", now=NOW)
    assert (found.name, found.embedded) == ("goog_2004_2008.csv", False)


@pytest.mark.parametrize("symbol", ["", "../GOOGL", "A/B", "A\\B", "GOOGL\0", ".", "..", "A B", "A" * 99])
def test_a_symbol_that_is_none_is_never_a_path(tmp_path, monkeypatch, symbol):
    monkeypatch.setattr(yahoo, "fetch", lambda symbol: pytest.fail("asked"))
    with pytest.raises(UserError, match=r"symbol=.* is not a symbol like GOOGL"):
        prices.load("yahoo", tmp_path, symbol=symbol)


@pytest.mark.parametrize("symbol", ["BRK-B", "^GSPC", "EURUSD=X", "0700.HK", "brk.a", "M&M.NS"])
def test_symbols_of_every_form(recorded, tmp_path, symbol):
    recorded.record("2019-02-15", symbol.upper())
    assert prices.load("yahoo", tmp_path, symbol=symbol, now=NOW).symbol == symbol.upper()


@pytest.mark.parametrize("place", ["prices/TSLA.csv", "TSLA.csv", "prices/tsla.CSV"])
@pytest.mark.parametrize("arguments", [{"dataset": "TSLA"}, {"dataset": "tesla"}, {"symbol": "TSLA"}])
def test_a_table_in_the_data_folder_is_used_without_a_network(unplugged, table, tmp_path, place, arguments):
    path = tmp_path / "data" / place
    path.parent.mkdir(parents=True)
    table.rename(path)
    found = prices.load(data_dir=tmp_path / "data", now=NOW, **arguments)
    assert (found.symbol, found.embedded, found.terms) == ("TSLA", False, "those of the given file")
    assert found.notes[0] == (
        f"prices from {path}, which ends on 2018-12-31: too old to forecast tomorrow from, the forecast is for the "
        f"trading day after 2018-12-31"
    )


def test_a_table_that_somebody_put_there_is_never_replaced(recorded, table, tmp_path):
    path = tmp_path / "prices/GOOGL.csv"
    path.parent.mkdir()
    before = table.rename(path).read_text()
    assert prices.load("auto", tmp_path, now=NOW).dates[-1] == D("2018-12-31")
    with pytest.raises(UserError, match="was not downloaded here and is not replaced"):
        prices.load("yahoo", tmp_path, now=NOW)
    assert prices.Shares(symbols=("GOOGL",)).obtain(tmp_path) == "present"
    assert path.read_text() == before and not recorded.charts


def test_a_recent_table_is_not_called_old(table, tmp_path):
    table.rename(tmp_path / "TSLA.csv")
    now = datetime.datetime(2019, 1, 1, 12, tzinfo=datetime.UTC)
    found = prices.load("tsla", tmp_path, now=now)
    assert found.notes[0] == f"prices from {tmp_path / 'TSLA.csv'}, which ends on 2018-12-31"


def test_a_symbol_with_a_suffix_names_a_table(table, tmp_path):
    table.rename(tmp_path / "SAP.DE.csv")
    found = prices.load("sap.de", tmp_path, now=NOW)
    assert (found.symbol, found.calendar) == ("SAP.DE", "XFRA")


def test_which_way_round_the_dates_are_can_be_said(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("Date,Close\n01/02/2019,7.5\n")
    with pytest.raises(UserError, match="dates='day-first' or dates='month-first'"):
        prices.load(str(path), tmp_path, now=NOW)
    assert prices.load(str(path), tmp_path, dates="day-first", now=NOW).dates[0] == D("2019-02-01")
    assert prices.load(str(path), tmp_path, dates="month-first", now=NOW).dates[0] == D("2019-01-02")

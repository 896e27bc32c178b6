"""Tables of prices: every layout that Yahoo and yfinance write, and one line for what is none."""

import numpy as np
import pytest

from keras_course.datasets import price_files

TODAY = np.datetime64("2026-11-20")
YAHOO = """Date,Open,High,Low,Close,Adj Close,Volume
2019-02-13,1124.99,1134.73,1118.5,1120.16,1120.16,1209400
2019-02-14,1118.05,1128.23,1110.445,1121.67,1121.67,941600
2019-02-15,1130.08,1131.67,1110.65,1113.65,1113.65,1449800
"""
HISTORY = """Date,Open,High,Low,Close,Volume,Dividends,Stock Splits
2019-02-13 00:00:00-05:00,56.2,56.7,55.9,56.008,24188000,0.0,0.0
2019-02-14 00:00:00-05:00,55.9,56.4,55.5,56.0835,18832000,0.0,0.0
2019-02-15 00:00:00-05:00,56.5,56.6,55.5,55.6825,28996000,0.0,0.0
"""
DOWNLOAD = """Price,Adj Close,Close,High,Low,Open,Volume
Ticker,GOOGL,GOOGL,GOOGL,GOOGL,GOOGL,GOOGL
Date,,,,,,
2019-02-13,55.9,56.008,56.7,55.9,56.2,24188000
2019-02-14,56.0,56.0835,56.4,55.5,55.9,18832000
2019-02-15,55.6,55.6825,56.6,55.5,56.5,28996000
"""


def read(tmp_path, text):
    path = tmp_path / "prices.csv"
    path.write_text(text)
    return price_files.read(path, str(path), TODAY)


@pytest.mark.parametrize(
    ("text", "close", "adjusted"),
    [
        (YAHOO, [1120.16, 1121.67, 1113.65], [1120.16, 1121.67, 1113.65]),
        (HISTORY, [56.008, 56.0835, 55.6825], [56.008, 56.0835, 55.6825]),
        (DOWNLOAD, [56.008, 56.0835, 55.6825], [55.9, 56.0, 55.6]),
        ("Close, Date\n7,2019-02-13\n8,2019-02-14\n9,2019-02-15\n", [7, 8, 9], [7, 8, 9]),
    ],
)
def test_layouts(tmp_path, text, close, adjusted):
    found, notes = read(tmp_path, text)
    assert list(map(str, found["dates"])) == ["2019-02-13", "2019-02-14", "2019-02-15"]
    assert found["dates"].dtype == "datetime64[D]"
    np.testing.assert_array_equal(found["close"], close)
    np.testing.assert_array_equal(found["adjusted"], adjusted)
    assert notes == []


@pytest.mark.parametrize("nothing", ["null,null,null,null,null,null", ",,,,,", "1,1,1,,1,0"])
def test_rows_without_a_price_are_omitted_and_counted(tmp_path, nothing):
    found, notes = read(tmp_path, YAHOO.replace("1118.05,1128.23,1110.445,1121.67,1121.67,941600", nothing))
    assert list(map(str, found["dates"])) == ["2019-02-13", "2019-02-15"]
    assert notes == ["1 rows without a price omitted (the first: 2019-02-14)"]


def test_a_table_from_new_to_old_is_reversed(tmp_path):
    head, *rows = YAHOO.splitlines()
    found, notes = read(tmp_path, "\n".join([head, *rows[::-1]]))
    assert list(found["close"]) == [1120.16, 1121.67, 1113.65]
    assert notes == ["the table ran from the newest day to the oldest: reversed"]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("Date,", "Day,", "no column Date .* call the columns Date and Close"),
        (",Close,", ",Value,", "no column Close"),
        (",Volume", ",Close", "the column Close appears twice"),
        ("2019-02-14", "14.02.2019", "line 3: '14.02.2019' is not a date like 2019-02-15"),
        ("2019-02-14", "2019-02-13", "2019-02-13 appears twice"),
        ("2019-02-14", "2019-02-12", "not sorted: 2019-02-12 comes after 2019-02-13"),
        ("2019-02-15", "2031-02-15", "2031-02-15 is in the future"),
        ("1121.67,1121.67", '"1121,67",1121.67', "line 3: Close of 2019-02-14 is '1121,67', not a number"),
        (
            "1121.67,1121.67",
            "1121.67x,1121.67",
            "line 3: Close .* write all prices in one form, such as 1234.5",
        ),
        ("1121.67,1121.67", "-3,1121.67", "Close of 2019-02-14 is -3; a price is above zero"),
        ("1121.67,1121.67", "1121.67,0", "Adj Close of 2019-02-14 is 0; a price is above zero"),
        ("1128.23", "1100", "on 2019-02-14 High 1100 is below Low 1110.44"),
    ],
)
def test_one_line_says_what_is_wrong(tmp_path, before, after, words):
    assert before in YAHOO
    with pytest.raises(ValueError, match=words) as raised:
        read(tmp_path, YAHOO.replace(before, after))
    assert "prices.csv" in str(raised.value) and "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not a table of prices"),
        ("Date,Close\n", "no row with a date and a price"),
        ("Date,Close\n2019-02-13,null\n", "no row with a date and a price"),
        ("Date,Close\n2019-02-13,7,5\n", "separated by commas .* a decimal comma needs another separator"),
        (
            "2019-02-13,1,2,3\n2019-02-14,1,2,3\n",
            "line 1 is no header, and of 4 columns any could be the price",
        ),
        ("Date,Close\n1,2,3\n1,2,3,4\n", "not a table of prices"),
        ("Price\n", "no column Date"),
        ("Price,Close\nTicker,A\n", "no row with a date and a price"),
        ("Date,Close\n0001-01-02,7\n", "0001-01-02 is too early"),
        ("Date,Close\n1600-01-04,7\n1600-01-05,7\n", "1600-01-04 is too early"),
        ("Date,Close\n-001-01-02,7\n", "is not a date|is too early"),
        ("Price,Close,Close\nTicker,A,B\nDate,,\n2019-02-13,1,2\n", "prices of 2 symbols"),
    ],
)
def test_what_is_no_table(tmp_path, text, words):
    with pytest.raises(ValueError, match=words):
        read(tmp_path, text)


def test_bytes_are_no_table(tmp_path):
    path = tmp_path / "prices.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    with pytest.raises(ValueError, match="not a table of prices"):
        price_files.read(path, str(path), TODAY)


def test_prices_at_the_ends_of_the_floats(tmp_path):
    found, notes = read(tmp_path, "Date,Close\n2019-02-13,1e308\n2019-02-14,1e-308\n2019-02-15,1e308\n")
    assert list(found["close"]) == [1e308, 1e-308, 1e308] and notes == []


def test_a_jump_like_a_split_is_named():
    dates = np.arange(np.datetime64("2020-08-26"), np.datetime64("2020-08-31"))
    said = price_files.jumps(dates, np.array([500.0, 504.0, 126.1, 127.0, 100.0]))
    assert said == ["2020-08-28: the price is 0.25 times that of the day before: a split, 4 for 1?"]
    said = price_files.jumps(dates, np.array([1.0, 1.1, 10.8, 10.9, 11.0]))
    assert said == ["2020-08-28: the price is 9.82 times that of the day before: a split, 1 for 10?"]


def table(close, adjusted=None):
    days = np.arange(np.datetime64("2020-08-24"), np.datetime64("2020-08-24") + len(close))
    rows = [close] if adjusted is None else [close, adjusted]
    head = ["Date,Close", "Date,Close,Adj Close"][len(rows) - 1]
    return "\n".join([head, *(",".join(map(str, row)) for row in zip(days, *rows, strict=True))])


SMOOTH, TWENTY = [100, 101, 102, 103], [2000, 2020, 102, 103]


@pytest.mark.parametrize(
    ("close", "adjusted", "words"),
    [
        (TWENTY, SMOOTH, "in Close, not in Adj Close; if it was one, divide Close before that day by 20"),
        (SMOOTH, TWENTY, "in Adj Close, not in Close; if it was one, divide Adj Close before that day by 20"),
        (
            TWENTY,
            TWENTY,
            "in Close and Adj Close; if it was one, divide Close and Adj Close before that day by 20",
        ),
        (TWENTY, None, "in Close; if it was one, divide Close before that day by 20"),
    ],
)
def test_a_split_is_noticed_in_whichever_column_may_be_learnt(tmp_path, close, adjusted, words):
    _, notes = read(tmp_path, table(close, adjusted))
    assert notes == [
        f"2020-08-26: the price is 0.0505 times that of the day before: a split, 20 for 1? ({words})"
    ]


def test_a_reverse_split_and_two_splits_in_order_of_time(tmp_path):
    _, notes = read(tmp_path, table([1, 10, 10, 2], [1, 1, 1, 1]))
    assert [note[:10] for note in notes] == ["2020-08-25", "2020-08-27"]
    assert notes[0].endswith(
        "1 for 10? (in Close, not in Adj Close; if it was one, multiply Close before that day by 10)"
    )
    assert "a split, 5 for 1?" in notes[1]


@pytest.mark.realdata
def test_the_real_files(real_data):
    rows = {"GOOGL": 4109, "AAPL": 10086, "MSFT": 8761, "AMZN": 5935, "TSLA": 2634}
    for symbol, count in rows.items():
        found, notes = price_files.read(real_data / "prices" / f"{symbol}.csv", symbol, TODAY)
        assert len(found["dates"]) == count
        assert any("1981-08-10" in note for note in notes) == (symbol == "AAPL")

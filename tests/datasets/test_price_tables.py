"""Tables of prices as the world writes them: each is read as the same three days, and one line says how."""

import numpy as np
import pytest

from keras_course.datasets import price_files
from keras_course.errors import UserError

TODAY = np.datetime64("2026-11-20")
DAYS = ["2019-02-13", "2019-02-14", "2019-02-15"]
CLOSE = [1120.16, 1121.67, 1113.65]
REVERSED = "the table ran from the newest day to the oldest: reversed"

ARIVA = """Datum;Erster;Hoch;Tief;Schlusskurs;Stuecke;Volumen
2019-02-15;1130,08;1131,67;1110,65;1113,65;14498;16145695
2019-02-14;1118,05;1128,23;1110,445;1121,67;9416;10561645
2019-02-13;1124,99;1134,73;1118,5;1120,16;12094;13547215
"""
FINANZEN = """Datum;Er\u00f6ffnung;Schluss;Tageshoch;Tagestief;Volumen
15.02.2019;1.130,08;1.113,65;1.131,67;1.110,65;14.498
14.02.2019;1.118,05;1.121,67;1.128,23;1.110,45;9.416
13.02.2019;1.124,99;1.120,16;1.134,73;1.118,50;12.094
"""
NASDAQ = """Date,Close/Last,Volume,Open,High,Low
02/15/2019,$1113.65,1449800,$1130.08,$1131.67,$1110.65
02/14/2019,$1121.67,941600,$1118.05,$1128.23,$1110.445
02/13/2019,$1120.16,1209400,$1124.99,$1134.73,$1118.5
"""
INVESTING = """"Date","Price","Open","High","Low","Vol.","Change %"
"Feb 15, 2019","1,113.65","1,130.08","1,131.67","1,110.65","1.45M","-0.72%"
"Feb 14, 2019","1,121.67","1,118.05","1,128.23","1,110.45","0.94M","0.13%"
"Feb 13, 2019","1,120.16","1,124.99","1,134.73","1,118.50","1.21M","-0.07%"
"""
STOOQ = """Date,Open,High,Low,Close,Volume
2019-02-13,1124.99,1134.73,1118.5,1120.16,1209400
2019-02-14,1118.05,1128.23,1110.445,1121.67,941600
2019-02-15,1130.08,1131.67,1110.65,1113.65,1449800
"""
GOOGLE_SHEETS = """Date\tClose
2/13/2019 16:00:00\t1120.16
2/14/2019 16:00:00\t1121.67
2/15/2019 16:00:00\t1113.65
"""
STOOQ_POLISH = STOOQ.replace(
    "Date,Open,High,Low,Close,Volume", "Data,Otwarcie,Najwyzszy,Najnizszy,Zamkniecie,Wolumen"
)
BULK = """<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>
GOOGL.US,D,20190213,000000,1124.99,1134.73,1118.5,1120.16,1209400
GOOGL.US,D,20190214,000000,1118.05,1128.23,1110.445,1121.67,941600
GOOGL.US,D,20190215,000000,1130.08,1131.67,1110.65,1113.65,1449800
"""
LOWER = "\n".join(line.lower() for line in STOOQ.splitlines())
BARE = "13/02/2019;1120,16\n14/02/2019;1121,67\n15/02/2019;1113,65\n"
SWISS = "Date;Close\n13.02.2019;1'120.16\n14.02.2019;1'121.67\n15.02.2019;1'113.65\n"
FRENCH = "Date;Close\n13/02/19;1\u202f120,16 \u20ac\n14/02/19;1\u202f121,67 \u20ac\n15/02/19;1\u202f113,65 \u20ac\n"
OLD_GOOGLE = "Date,Close\n13-Feb-19,1120.16\n14-Feb-19,1121.67\n15-Feb-19,1113.65\n"

SEMICOLONS = "columns separated by semicolons"


@pytest.mark.parametrize(
    ("text", "encoding", "words"),
    [
        (
            ARIVA,
            "utf-8",
            f"{SEMICOLONS}, 'Datum' taken for Date, 'Schlusskurs' taken for Close, decimal comma",
        ),
        (
            FINANZEN,
            "cp1252",
            f"Windows-1252, {SEMICOLONS}, 'Datum' taken for Date, 'Schluss' taken for Close, dates day-first "
            f"(15.02.2019), decimal comma, thousands separated",
        ),
        (NASDAQ, "utf-8", "'Close/Last' taken for Close, dates month-first (02/15/2019)"),
        (
            INVESTING,
            "utf-8-sig",
            "UTF-8 with a byte order mark, 'Price' taken for Close, dates with the month's name (Feb 15, 2019), "
            "thousands separated",
        ),
        (STOOQ, "utf-8", ""),
        (STOOQ_POLISH, "utf-8", "'Data' taken for Date, 'Zamkniecie' taken for Close"),
        (BULK, "utf-8", "dates year-first (20190213)"),
        (LOWER, "utf-8", ""),
        (GOOGLE_SHEETS, "utf-16", "UTF-16, columns separated by tabs, dates month-first (2/13/2019)"),
        (STOOQ, "utf-16-le", "UTF-16"),
        (STOOQ, "utf-16-be", "UTF-16"),
        (BARE, "utf-8", f"{SEMICOLONS}, no header, dates day-first (13/02/2019), decimal comma"),
        (SWISS, "utf-8", f"{SEMICOLONS}, dates day-first (13.02.2019), thousands separated"),
        (FRENCH, "utf-8", f"{SEMICOLONS}, dates day-first (13/02/19), decimal comma, thousands separated"),
        (OLD_GOOGLE, "utf-8", "dates with the month's name (13-Feb-19)"),
        (STOOQ.replace("\n", "\r\n").replace("\r\n2019-02-14", "\r\n\r\n2019-02-14"), "utf-8", ""),
    ],
)
def test_dialects(tmp_path, text, encoding, words):
    path = tmp_path / "prices.csv"
    path.write_bytes(text.encode(encoding))
    found, notes = price_files.read(path, "prices.csv", TODAY)
    assert list(map(str, found["dates"])) == DAYS
    assert list(found["close"]) == CLOSE
    assert [note for note in notes if note != REVERSED] == (
        [f"prices.csv was read as: {words}"] if words else []
    )


def read(tmp_path, rows, **how):
    path = tmp_path / "prices.csv"
    path.write_text("Date;Close\n" + "\n".join(rows) + "\n")
    return price_files.read(path, "prices.csv", TODAY, **how)


@pytest.mark.parametrize(
    ("rows", "first", "words"),
    [
        (["04/03/2019;7", "05/03/2019;8", "06/03/2019;9"], "2019-03-04", "day-first"),
        (["03/04/2019;7", "03/05/2019;8", "03/06/2019;9"], "2019-03-04", "month-first"),
        (["06-03-2019;7", "05-03-2019;8", "04-03-2019;9"], "2019-03-04", "day-first"),  # the newest first
    ],
)
def test_days_that_follow_each_other_decide(tmp_path, rows, first, words):
    found, notes = read(tmp_path, rows)
    assert str(found["dates"][0]) == first
    assert f"dates {words} ({rows[0][:10]}, as only so the days follow each other)" in notes[0]


@pytest.mark.parametrize("rows", [["04/03/2019;7"], ["04/03/2019;7", "06/03/2019;8", "05/03/2019;9"]])
def test_dates_that_could_be_either_are_refused(tmp_path, rows):
    with pytest.raises(
        UserError, match="line 2: '04/03/2019' and all other dates may be day-first or"
    ) as raised:
        read(tmp_path, rows)
    assert "dates='day-first' or dates='month-first', or write them as 2019-02-15" in str(raised.value)


def test_dates_that_are_the_same_either_way_are_taken(tmp_path):
    assert str(read(tmp_path, ["03/03/2019;7"])[0]["dates"][0]) == "2019-03-03"


@pytest.mark.parametrize(("decimal", "price"), [("point", 1.234), ("comma", 1234.0)])
def test_prices_that_could_be_either_are_refused_until_it_is_said(tmp_path, decimal, price):
    rows = ["2019-02-13;1.234", "2019-02-14;1.235"]
    with pytest.raises(
        UserError, match=r"line 2: '1.234' and all other .* decimal='point' or decimal='comma'"
    ):
        read(tmp_path, rows)
    assert read(tmp_path, rows, decimal=decimal)[0]["close"][0] == price
    assert read(tmp_path, [*rows, "2019-02-15;1.23"])[0]["close"][0] == 1.234  # the third decides
    assert read(tmp_path, [*rows, "2019-02-15;1.230,5"])[0]["close"][0] == 1234


def test_a_date_of_another_form_is_named_by_its_line(tmp_path):
    with pytest.raises(UserError, match=r"prices.csv: line 4: '13/32/2019' is not a date like 15/02/2019"):
        read(tmp_path, ["30/01/2019;7", "31/01/2019;8", "13/32/2019;9"])

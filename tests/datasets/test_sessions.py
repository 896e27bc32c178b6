"""Trading days of exchanges known and unknown."""

import numpy as np
import pytest

from keras_course.datasets import sessions

D = np.datetime64


@pytest.mark.parametrize(
    ("calendar", "after", "expected"),
    [
        ("XNYS", "2019-02-15", "2019-02-19"),  # the slide's Saturday, a Sunday, and Washington's birthday
        ("XNYS", "2019-02-16", "2019-02-19"),
        ("XNYS", "2026-11-20", "2026-11-23"),
        ("24/7", "2019-02-15", "2019-02-16"),
        ("weekdays", "2019-02-15", "2019-02-18"),
        ("XLON", "2024-12-24", "2024-12-27"),
    ],
)
def test_next_session(calendar, after, expected):
    assert sessions.next_session(calendar, D(after)) == D(expected)
    assert sessions.is_session(calendar, D(expected))


def test_a_calendar_is_told_by_symbol_and_days():
    new_york = sessions.sessions("XNYS", D("2018-01-01"), D("2018-12-31"))
    assert len(new_york) == 251
    assert sessions.calendar_of("GOOGL", new_york) == "XNYS"
    assert sessions.calendar_of("SAP.DE", new_york) == "XFRA"
    assert sessions.calendar_of("X.NOWHERE", new_york) == "weekdays"
    assert sessions.calendar_of("BTC-USD", np.arange(D("2018-01-01"), D("2018-02-01"))) == "24/7"
    london = sessions.sessions("XLON", D("2018-01-01"), D("2018-12-31"))
    assert (
        sessions.calendar_of("FTSE", london) == "weekdays"
    )  # not New York's days, and no word of another exchange


def test_missing_days():
    days = sessions.sessions("XNYS", D("2018-01-01"), D("2018-03-31"))
    assert not len(sessions.missing("XNYS", days))
    assert list(sessions.missing("XNYS", np.delete(days, [3, 7]))) == list(days[[3, 7]])


def test_when_a_day_is_over():
    assert str(sessions.closing_time("XNYS", D("2019-02-15"))) == "2019-02-15 21:00:00+00:00"
    assert str(sessions.closing_time("XNYS", D("2019-07-03"))) == "2019-07-03 17:00:00+00:00"  # a short day
    assert str(sessions.closing_time("24/7", D("2019-02-15"))) == "2019-02-16 00:00:00+00:00"


@pytest.mark.slow
def test_every_exchange_in_the_table_exists():
    for calendar in set(sessions.SUFFIXES.values()):
        assert len(sessions.sessions(calendar, D("2024-01-01"), D("2024-01-15"))) >= 5

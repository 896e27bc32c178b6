"""Windows: in order of time, and blind to the future."""

import numpy as np
import pytest

from keras_course.forecasting.windows import chronological, windows


@pytest.mark.parametrize("horizon", [1, 5])
def test_parts_follow_each_other_and_never_overlap(horizon):
    split = chronological(1000, 60, horizon=horizon, test=100, validation=0.1)
    assert split.train[0] == 60 and split.test[-1] + horizon - 1 == 999 and len(split.test) == 100
    assert split.train[-1] + horizon - 1 < split.validation[0]
    assert split.validation[-1] + horizon - 1 < split.test[0]
    assert split.validation[0] - split.train[-1] == horizon == split.test[0] - split.validation[-1]
    assert len(split.validation) == pytest.approx(0.1 * (len(split.train) + len(split.validation)), abs=2)


def test_a_window_is_the_days_before():
    values = np.arange(10.0)
    np.testing.assert_array_equal(windows(values, np.array([3, 9, 10]), 3), [[0, 1, 2], [6, 7, 8], [7, 8, 9]])


def test_a_change_of_any_later_day_leaves_every_earlier_window():
    values = np.random.default_rng(0).random(200)
    days = np.arange(20, 201)  # the last is the day after the series
    before = windows(values, days, 20)
    for day in (50, 120, 199):
        changed = values.copy()
        changed[day:] = -1
        after = windows(changed, days, 20)
        np.testing.assert_array_equal(
            after[: day - 19], before[: day - 19]
        )  # day itself is forecast from before it
        assert (after[day - 19] != before[day - 19]).any()  # the next day's does see it


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"days": 200}, "200 days are too few for a window of 60, 250 test sessions"),
        ({"window": 0}, "window=0"),
        ({"horizon": -1}, "horizon=-1"),
        ({"validation": 1.0}, "validation=1.0 is not a share"),
    ],
)
def test_splits_that_cannot_be(arguments, words):
    with pytest.raises(ValueError, match=words):
        chronological(**{"days": 1000, "window": 60, **arguments})


def test_windows_that_are_not_there():
    with pytest.raises(ValueError, match="10 values have no 4 before each of days 3 to 5"):
        windows(np.arange(10.0), np.array([3, 5]), 4)

"""Windows: in order of time, and blind to the future."""

import numpy as np
import pytest

from keras_course.errors import UserError
from keras_course.forecasting.windows import chronological_split, outcomes, sliding_windows


@pytest.mark.parametrize("horizon", [1, 5])
def test_splits_follow_each_other_and_never_overlap(horizon):
    split = chronological_split(1000, 60, horizon=horizon, test=100, validation=0.1)
    assert split.train[0] == 60 and split.test[-1] + horizon - 1 == 999 and len(split.test) == 100
    assert split.train[-1] + horizon - 1 < split.validation[0]
    assert split.validation[-1] + horizon - 1 < split.test[0]
    assert split.validation[0] - split.train[-1] == horizon == split.test[0] - split.validation[-1]
    assert len(split.validation) == pytest.approx(0.1 * (len(split.train) + len(split.validation)), abs=2)


def test_a_window_is_the_days_before():
    values = np.arange(10.0)
    np.testing.assert_array_equal(
        sliding_windows(values, np.array([3, 9, 10]), 3), [[0, 1, 2], [6, 7, 8], [7, 8, 9]]
    )


def test_a_change_of_any_later_day_leaves_every_earlier_window():
    values = np.random.default_rng(0).random(200)
    days = np.arange(20, 201)  # the last is the day after the series
    before = sliding_windows(values, days, 20)
    for day in (50, 120, 199):
        changed = values.copy()
        changed[day:] = -1
        after = sliding_windows(changed, days, 20)
        np.testing.assert_array_equal(
            after[: day - 19], before[: day - 19]
        )  # day itself is forecast from before it
        assert (after[day - 19] != before[day - 19]).any()  # the next day's does see it


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"days": 200}, "200 days are too few for a window of 60, 250 test sessions"),
        ({"window": 0}, "window=0 must be at least 1"),
        ({"horizon": -1}, "horizon=-1 must be at least 1"),
        ({"window": 10**9}, "1000 days are too few for a window of 1000000000"),
        ({"window": 10**23}, "window=10+ must be at most"),
        ({"window": 6.5}, "window=6.5 must be an integer"),
        ({"test": 10**9}, "1000 days are too few"),
        ({"horizon": 10**9}, "1000 days are too few"),
        ({"validation": float("nan")}, "validation=nan is not a fraction"),
        ({"validation": 1.0}, "validation=1.0 is not a fraction"),
    ],
)
def test_splits_that_cannot_be(arguments, words):
    with pytest.raises(UserError, match=words):
        chronological_split(**{"days": 1000, "window": 60, **arguments})


def test_windows_that_are_not_there():
    with pytest.raises(UserError, match="10 values have no 4 before each of days 3 to 5"):
        sliding_windows(np.arange(10.0), np.array([3, 5]), 4)
    with pytest.raises(UserError, match="10 values have no 0 before"):
        sliding_windows(np.arange(10.0), np.array([3, 5]), 0)


def test_no_days_give_no_windows():
    assert sliding_windows(np.arange(10.0), np.array([], int), 4).shape == (0, 4)


def test_the_newest_training_examples_are_kept():
    split = chronological_split(1000, 60)
    limited = split.limited_to(100)
    np.testing.assert_array_equal(limited.train, split.train[-100:])
    np.testing.assert_array_equal(limited.test, split.test)
    assert len(split.limited_to(10**6).train) == len(split.train)
    with pytest.raises(UserError, match="limit=0 must be at least 1"):
        split.limited_to(0)


def test_outcomes_reach_from_the_price_before_a_day():
    values = np.array([1.0, 2.0, 8.0, 4.0, 4.0])
    np.testing.assert_allclose(outcomes(values, np.array([1, 3]), 1), np.log([2.0, 0.5]))
    np.testing.assert_allclose(outcomes(values, np.array([1, 3]), 2), np.log([8.0, 0.5]))

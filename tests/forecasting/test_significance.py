"""Tests of forecasts are wrong as rarely as they say, and find what there is: by simulation."""

import numpy as np
import pytest

from keras_course import forecasting as f
from keras_course.errors import UserError
from keras_course.forecasting import power


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_losses_are_compared_as_squared_errors_are(rng):
    ours, others = rng.normal(size=(2, 60))
    found = f.compare_losses(ours**2, others**2, 3)
    assert (found.statistic, found.p) == f.diebold_mariano(ours, others, 3)
    assert found.mean == pytest.approx(np.mean(ours**2 - others**2))
    low, high = found.interval
    assert low < found.mean < high and low + high == pytest.approx(2 * found.mean)
    assert f.compare_losses(ours, ours - 1).p == 1.0  # larger by one every day


def test_the_interval_holds_the_difference_as_often_as_it_says(rng):
    held = 0
    for _ in range(500):
        low, high = f.compare_losses(rng.exponential(1.0, 100), rng.exponential(1.2, 100)).interval
        held += low < -0.2 < high
    assert 0.92 < held / 500 < 0.98


def test_a_day_is_one_trial_whatever_the_number_of_shares(rng):
    ours, others = rng.normal(size=(2, 60))
    copies = f.compare_losses(np.tile(ours[:, None], 10), np.tile(others[:, None], 10))
    assert copies.p == pytest.approx(f.compare_losses(ours, others).p)
    ours = np.tile(ours[:, None], 2)
    ours[:30, 1] = np.nan  # a share that came later
    ours[59] = np.nan  # a holiday of both
    some = f.compare_losses(ours, np.tile(others[:, None], 2))
    assert some.p == pytest.approx(f.compare_losses(ours[:59, 0], others[:59]).p)
    with pytest.raises(UserError, match="0 days have a loss: at least 4 are needed"):
        f.compare_losses(ours * np.nan, ours)


def test_shares_that_move_together_give_no_false_alarms(rng):
    """Each counted as a trial, p would be below .05 in a third of the samples."""
    alarms = 0
    for _ in range(500):
        day, own = rng.normal(size=(60, 1)), rng.normal(size=(60, 10))
        alarms += f.compare_losses(day + own, np.zeros((60, 10))).p < 0.05
    assert 0.03 < alarms / 500 < 0.075


@pytest.mark.parametrize("horizon", [1, 5, 20])
def test_direction_is_wrong_as_rarely_as_it_says(rng, horizon):
    """The sign of the last month's return on random walks. As if days were independent: .16 and .27 at 5 and 20."""
    alarms = 0
    for _ in range(400):
        price = np.append(0, np.cumsum(rng.normal(size=620)))
        days = np.arange(20, 620 - horizon)
        forecast, outcome = price[days] - price[days - 20], price[days + horizon] - price[days]
        alarms += f.direction(outcome, forecast, horizon)["direction_p"] < 0.05
    assert alarms / 400 < 0.075


def network(returns, first, memory=0.0):
    """A regression on the last five days, fitted by least squares: it is persistence with weights of zero."""
    rows = np.lib.stride_tricks.sliding_window_view(returns[:-1], 5)
    weights = np.linalg.lstsq(rows[: first - 5], returns[5:first], rcond=None)[0]
    return rows[first - 5 :] @ weights


def test_clark_west_is_wrong_as_rarely_as_it_says_and_finds_more(rng):
    """Three shares on the same 250 days: 5 % without memory, and with a memory of .1 more than Diebold-Mariano."""
    alarms = found = found_by_dm = 0
    for trial in range(300):
        memory = 0.1 * (trial % 2)
        shares = power.returns_with_memory(memory, 750, rng, 3)
        actual = np.column_stack([share[500:] for share in shares])
        forecast = np.column_stack([network(share, 500) for share in shares])
        p = f.clark_west(actual, np.zeros_like(actual), forecast)[1]
        if memory:
            found += p < 0.05
            found_by_dm += f.compare_losses((actual - forecast) ** 2, actual**2).p < 0.05
        else:
            alarms += p < 0.05
    assert 0.01 < alarms / 150 < 0.1 and found / 150 > 0.5 and found > 1.5 * found_by_dm


def test_clark_west_by_hand(rng):
    actual, large = rng.normal(size=(2, 50))
    gained = actual**2 - (actual - large) ** 2 + large**2
    statistic, p = f.clark_west(actual, np.zeros(50), large)
    assert statistic == pytest.approx(gained.mean() / (gained.std(ddof=1) / np.sqrt(50)))
    assert (p < 0.5) == (statistic > 0)
    assert f.clark_west(actual, large, large) == (0.0, 1.0)
    with pytest.raises(UserError, match="shapes"):
        f.clark_west(actual, np.zeros(49), large)


def test_how_many_are_independent(rng):
    own = rng.normal(size=(20000, 8))
    assert f.effective_number(own) == pytest.approx(8, rel=0.05)
    assert f.effective_number(np.tile(own[:, :1], 8)) == pytest.approx(1)
    half = np.repeat(own[:, :4], 2, axis=1)  # four shares, two seeds that agree
    assert f.effective_number(half) == pytest.approx(4, rel=0.05)
    half[:100, 3] = np.nan
    assert f.effective_number(half) == pytest.approx(4, rel=0.05)
    with pytest.raises(UserError, match="0 complete days"):
        f.effective_number(half * np.nan)

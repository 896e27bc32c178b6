"""forecasts: intervals calibrated by what was known that evening, and nothing later."""

import statistics

import numpy as np
import pytest

from keras_course.forecasting import forecaster as forecasts
from keras_course.forecasting.baselines import LEVELS

RNG = np.random.default_rng(0)
NORMAL = np.array([statistics.NormalDist().inv_cdf(level) for level in LEVELS])


def coverage(outcome, quantiles):
    """Of the 80 and the 95 % interval."""
    return [
        np.mean((quantiles[:, low] <= outcome) & (outcome <= quantiles[:, high]))
        for low, high in ((1, -2), (0, -1))
    ]


@pytest.mark.parametrize(("scale", "bias"), [(0.5, 0.0), (2.0, 0.0), (1.0, 1.5), (1.0, 0.0)])
def test_intervals_too_narrow_too_wide_or_off_come_right(scale, bias):
    volatility = np.exp(np.sin(np.arange(4000) / 100))
    outcome = volatility * RNG.normal(size=4000)
    said = volatility[:, None] * (scale * NORMAL + bias)
    got = forecasts.calibrated(said, outcome, LEVELS)
    at_80, at_95 = coverage(outcome[500:], got[500:])
    assert at_80 == pytest.approx(0.80, abs=0.02) and at_95 == pytest.approx(0.95, abs=0.012)
    if (scale, bias) != (1.0, 0.0):
        assert abs(coverage(outcome, said)[0] - 0.8) > 0.1
    assert (np.diff(got, axis=1) >= 0).all()


@pytest.mark.parametrize("horizon", [1, 4])
def test_only_outcomes_known_that_evening_count(horizon):
    outcome = RNG.normal(size=400)
    said = np.tile(NORMAL, (400, 1))
    before = forecasts.calibrated(said, outcome, LEVELS, horizon)
    for day in (150, 399 - horizon):
        changed = outcome.copy()
        changed[day:] += 10.0
        after = forecasts.calibrated(said, changed, LEVELS, horizon)
        # the outcome of `day` is known `horizon` days later
        np.testing.assert_array_equal(after[: day + horizon], before[: day + horizon])
        assert (after[day + horizon :] != before[day + horizon :]).any(axis=1).all()
    # outcomes not known yet need not be given
    short = forecasts.calibrated(said, outcome[: 400 - horizon], LEVELS, horizon)
    np.testing.assert_array_equal(short, before)


def test_with_few_outcomes_nothing_is_moved():
    said = np.tile(NORMAL, (150, 1))
    got = forecasts.calibrated(said, 5 + RNG.normal(size=150), LEVELS)
    np.testing.assert_array_equal(got[: forecasts.FEWEST], said[: forecasts.FEWEST])
    assert (got[forecasts.FEWEST :] != said[forecasts.FEWEST :]).all()


def test_only_two_years_back_count():
    outcome = np.concatenate([np.full(600, 100.0), RNG.normal(size=700)])
    got = forecasts.calibrated(np.tile(NORMAL, (1300, 1)), outcome, LEVELS)
    assert got[1200:].max() < 10 < got[700:1000].max()


def test_outcomes_reach_from_the_price_before_a_day():
    values = np.array([1.0, 2.0, 8.0, 4.0, 4.0])
    np.testing.assert_allclose(forecasts.outcomes(values, np.array([1, 3]), 1), np.log([2.0, 0.5]))
    np.testing.assert_allclose(forecasts.outcomes(values, np.array([1, 3]), 2), np.log([8.0, 0.5]))

"""calibration: intervals calibrated by what was known that evening, and nothing later."""

import statistics

import numpy as np
import pytest

from keras_course.errors import UserError
from keras_course.forecasting.calibration import LEVELS, MIN_OUTCOMES, calibrated

NORMAL = np.array([statistics.NormalDist().inv_cdf(level) for level in LEVELS])


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def coverage(outcome, quantiles):
    """Of the 80 and the 95 % interval."""
    return [
        np.mean((quantiles[:, low] <= outcome) & (outcome <= quantiles[:, high]))
        for low, high in ((1, -2), (0, -1))
    ]


@pytest.mark.parametrize(("scale", "bias"), [(0.5, 0.0), (2.0, 0.0), (1.0, 1.5), (1.0, 0.0)])
def test_intervals_too_narrow_too_wide_or_off_come_right(rng, scale, bias):
    volatility = np.exp(np.sin(np.arange(4000) / 100))
    outcome = volatility * rng.normal(size=4000)
    quantiles = volatility[:, None] * (scale * NORMAL + bias)
    got = calibrated(quantiles, outcome, LEVELS)
    at_80, at_95 = coverage(outcome[500:], got[500:])
    assert at_80 == pytest.approx(0.80, abs=0.02) and at_95 == pytest.approx(0.95, abs=0.012)
    if (scale, bias) != (1.0, 0.0):
        assert abs(coverage(outcome, quantiles)[0] - 0.8) > 0.1
    assert (np.diff(got, axis=1) >= 0).all()


@pytest.mark.parametrize("horizon", [1, 4])
def test_only_outcomes_known_that_evening_count(rng, horizon):
    outcome = rng.normal(size=400)
    quantiles = np.tile(NORMAL, (400, 1))
    before = calibrated(quantiles, outcome, LEVELS, horizon)
    for day in (150, 399 - horizon):
        changed = outcome.copy()
        changed[day:] += 10.0
        after = calibrated(quantiles, changed, LEVELS, horizon)
        # the outcome of `day` is known `horizon` days later
        np.testing.assert_array_equal(after[: day + horizon], before[: day + horizon])
        assert (after[day + horizon :] != before[day + horizon :]).any(axis=1).all()
    # outcomes not known yet need not be given
    short = calibrated(quantiles, outcome[: 400 - horizon], LEVELS, horizon)
    np.testing.assert_array_equal(short, before)


def test_with_few_outcomes_nothing_is_moved(rng):
    quantiles = np.tile(NORMAL, (150, 1))
    got = calibrated(quantiles, 5 + rng.normal(size=150), LEVELS)
    np.testing.assert_array_equal(got[:MIN_OUTCOMES], quantiles[:MIN_OUTCOMES])
    assert (got[MIN_OUTCOMES:] != quantiles[MIN_OUTCOMES:]).all()


def test_only_two_years_back_count(rng):
    outcome = np.concatenate([np.full(600, 100.0), rng.normal(size=700)])
    got = calibrated(np.tile(NORMAL, (1300, 1)), outcome, LEVELS)
    assert got[1200:].max() < 10 < got[700:1000].max()


@pytest.mark.parametrize(
    ("shape", "count", "levels"), [((9, 4), 9, LEVELS), ((9,), 9, LEVELS), ((9, 5), 10, LEVELS)]
)
def test_shapes_that_do_not_match(shape, count, levels):
    with pytest.raises(UserError, match=r"quantiles \(9.*do not match: give quantiles \(n, levels\)"):
        calibrated(np.zeros(shape), np.zeros(count), levels)


def test_intervals_without_width():
    quantiles = np.tile(NORMAL, (9, 1))
    quantiles[4] = 1.0
    with pytest.raises(UserError, match="the quantiles in row 4 do not rise"):
        calibrated(quantiles, np.zeros(9), LEVELS)


def test_a_prior_shrinks_the_shift():
    rng = np.random.default_rng(0)
    outcome = rng.normal(0.5, 1, 500)
    quantiles = np.tile([-2.0, -1.3, 0.0, 1.3, 2.0], (501, 1))
    full, shrunk = (calibrated(quantiles, outcome, LEVELS, prior=prior)[-1] for prior in (0, 1000))
    np.testing.assert_allclose(shrunk - quantiles[-1], (full - quantiles[-1]) * 500 / 1500, atol=1e-12)
    assert full[2] > 0.3

"""Baselines: forecasts that need no network, by definition, on simulated series, and blind to the future."""

import numpy as np
import pytest

from keras_course import forecasting as f
from keras_course.errors import UserError
from keras_course.forecasting import baselines as b
from keras_course.forecasting import volatility as v


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_drift_is_the_mean_of_what_was_before(rng):
    returns = rng.normal(size=30)
    expected = [returns[:day].mean() for day in range(10, 30)]
    np.testing.assert_allclose(b.drift(returns, 10), expected)


def test_autoregression_finds_a_strong_one(rng):
    returns = np.zeros(3000)
    for day in range(2, 3000):
        returns[day] = 0.1 + 0.5 * returns[day - 1] - 0.3 * returns[day - 2] + rng.normal()
    forecast = b.autoregression(returns, 2500, order=2)
    perfect = 0.1 + 0.5 * returns[2499:-1] - 0.3 * returns[2498:-2]
    assert np.abs(forecast - perfect).max() < 0.3
    assert f.diebold_mariano(returns[2500:] - forecast, returns[2500:])[1] < 1e-6
    with pytest.raises(UserError, match="too few"):
        b.autoregression(returns[:30], 10)


@pytest.mark.parametrize("horizon", [1, 5])
@pytest.mark.parametrize("forecast", [b.drift, b.autoregression, v.ewma_quantiles])
def test_no_forecast_knows_the_future(rng, forecast, horizon):
    """Changing any later return leaves every earlier forecast, and that for the day itself, as it was."""
    returns = rng.normal(size=160)
    before = forecast(returns, 100, horizon)
    assert len(before) == 160 - 100 - horizon + 1
    for day in (100, 130, 159 - horizon):
        changed = returns.copy()
        changed[day:] += 5
        after = forecast(changed, 100, horizon)
        np.testing.assert_array_equal(after[: day - 99], before[: day - 99])
        assert (after[day - 98 :] != before[day - 98 :]).any() or day == 159 - horizon


def test_several_days_ahead(rng):
    returns = rng.normal(0.1, 1.0, size=3000)
    np.testing.assert_allclose(b.horizon_returns(returns, 3), returns[:-2] + returns[1:-1] + returns[2:])
    actual = b.horizon_returns(returns, 4)[2000:]
    assert len(b.drift(returns, 2000, 4)) == len(actual)
    assert b.drift(returns, 2000, 4)[0] == pytest.approx(4 * returns[:2000].mean())
    bands = v.ewma_quantiles(returns, 2000, 4)
    assert f.coverage(actual, bands[:, 1], bands[:, 3]) == pytest.approx(0.8, abs=0.05)


@pytest.mark.parametrize("forecast", [b.drift, b.autoregression, v.ewma_quantiles])
@pytest.mark.parametrize(
    ("first", "horizon", "words"),
    [
        (0, 1, "0 returns before the first forecast are too few"),
        (100, 0, "horizon=0 must be from 1 to the 60 returns after the first 100"),
        (100, 61, "horizon=61 must be from 1 to the 60 returns after the first 100"),
        (160, 1, "horizon=1 must be from 1 to the 0 returns after the first 160"),
    ],
)
def test_days_that_cannot_be_forecast(rng, forecast, first, horizon, words):
    with pytest.raises(UserError, match=words):
        forecast(rng.normal(size=160), first, horizon)


def test_a_horizon_longer_than_the_series():
    with pytest.raises(UserError, match="horizon=5 must be from 1 to the 4 returns"):
        b.horizon_returns(np.ones(4), 5)

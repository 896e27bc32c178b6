"""EWMA, HAR and GARCH: by definition, on simulated series, and blind to the future."""

import sys

import numpy as np
import pytest

from keras_course import forecasting as f
from keras_course.errors import UserError
from keras_course.forecasting import volatility as v
from keras_course.forecasting.baselines import horizon_returns
from keras_course.forecasting.calibration import LEVELS

ALL = [v.ewma_quantiles, v.har_quantiles, v.garch_quantiles]


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_ewma_covers_changing_volatility(rng):
    calm_and_wild = np.exp(np.sin(np.arange(6000) / 100))
    returns = 0.01 * calm_and_wild * rng.standard_t(6, 6000)
    quantiles = v.ewma_quantiles(returns, 4000)
    assert quantiles.shape == (2000, 5) and (np.diff(quantiles) > 0).all()
    assert f.coverage(returns[4000:], quantiles[:, 1], quantiles[:, 3]) == pytest.approx(0.8, abs=0.03)
    assert f.coverage(returns[4000:], quantiles[:, 0], quantiles[:, 4]) == pytest.approx(0.95, abs=0.02)
    fixed = np.tile(np.quantile(returns[:4000], LEVELS), (2000, 1))
    assert f.pinball(returns[4000:], quantiles) < f.pinball(returns[4000:], fixed)
    volatility = v.ewma_volatility(returns)
    assert volatility[7] ** 2 == pytest.approx(0.94 * volatility[6] ** 2 + 0.06 * returns[6] ** 2)
    with pytest.raises(UserError, match="does not move"):
        v.ewma_quantiles(np.zeros(100), 50)


def test_volatility_knows_no_future_and_reaches_the_day_after(rng):
    returns = rng.normal(size=50)
    volatility = v.ewma_volatility(returns)
    assert volatility.shape == (51,)
    changed = np.append(returns[:40], returns[40:] + 9)
    np.testing.assert_array_equal(v.ewma_volatility(changed)[:41], volatility[:41])


def test_ewma_of_a_price_that_stood_still_in_the_beginning(rng):
    """As a share whose table begins before its first trade: those days have no volatility to divide by."""
    returns = np.append(np.zeros(30), rng.normal(size=200))
    quantiles = v.ewma_quantiles(returns, 100)
    assert np.isfinite(quantiles).all() and (np.diff(quantiles) > 0).all()


def test_har_is_least_squares_on_the_means(rng):
    returns = 0.01 * rng.standard_t(6, 400)
    size = np.abs(returns)
    rows = [[1, *(size[day - count : day].mean() for count in (1, 5, 22, 66))] for day in range(66, 401)]
    weights = np.linalg.lstsq(np.array(rows[: 300 - 66]), size[66:300], rcond=None)[0]
    found = v.har_volatility(returns, 300)
    assert found.shape == (401,)
    np.testing.assert_allclose(found[66:], np.array(rows) @ weights)
    for day in (399, 400):  # from all the past on the evening before
        assert v.har_volatility(returns[:day], 300)[day] == pytest.approx(found[day])
    with pytest.raises(UserError, match="first=149 must be from 150 to the 400 returns"):
        v.har_volatility(returns, 149)


def test_har_stays_positive_where_the_fitted_line_does_not(rng):
    """Wild days follow calm ones here, so a weight is below zero."""
    returns = np.tile([0.0001, 0.05], 150) * (1 + 0.1 * rng.normal(size=300))
    returns[250:] = np.array([0.3, 0.0001] * 25)
    assert v.har_volatility(returns, 200).min() == pytest.approx(0.1 * np.abs(returns[:200]).mean())


def garch(rng, days, omega=2e-6, alpha=0.08, beta=0.9):
    returns, variance = np.zeros(days), np.full(days, omega / (1 - alpha - beta))
    for day in range(1, days):
        variance[day] = omega + alpha * returns[day - 1] ** 2 + beta * variance[day - 1]
        returns[day] = np.sqrt(variance[day]) * rng.standard_t(6) / np.sqrt(1.5)
    return returns


def test_garch_finds_its_own_coefficients(rng):
    pytest.importorskip("arch")
    returns = garch(rng, 8000)
    omega, alpha, beta = v._fit_garch(returns)
    assert alpha == pytest.approx(0.08, abs=0.02) and beta == pytest.approx(0.9, abs=0.03)
    assert v._fit_garch(returns) == (omega, alpha, beta)


@pytest.mark.parametrize("horizon", [1, 5])
def test_where_volatility_has_a_memory_all_three_find_it(rng, horizon):
    pytest.importorskip("arch")
    returns = garch(rng, 6000, alpha=0.15, beta=0.83)
    actual = horizon_returns(returns, horizon)[3000:]
    known = horizon_returns(returns[:3000], horizon)
    fixed = f.pinball(actual, np.tile(np.quantile(known, LEVELS), (len(actual), 1)))
    for quantiles in ALL:
        found = quantiles(returns, 3000, horizon)
        assert f.coverage(actual, found[:, 1], found[:, 3]) == pytest.approx(0.8, abs=0.03)
        assert f.pinball(actual, found) < 0.99 * fixed


@pytest.mark.parametrize("horizon", [1, 5])
@pytest.mark.parametrize("forecast", ALL)
def test_no_interval_knows_the_future(rng, forecast, horizon):
    pytest.importorskip("arch")
    returns = 0.01 * rng.standard_t(6, 400)
    before = forecast(returns, 300, horizon)
    assert before.shape == (400 - 300 - horizon + 1, 5) and (np.diff(before) > 0).all()
    for day in (300, 350):
        changed = returns.copy()
        changed[day:] += 5
        after = forecast(changed, 300, horizon)
        np.testing.assert_array_equal(after[: day - 299], before[: day - 299])
        assert (after[day - 298 :] != before[day - 298 :]).any()


def test_what_is_available(monkeypatch):
    pytest.importorskip("arch")
    assert list(v.available(1000)) == ["ewma", "har", "garch"]
    assert list(v.available(150)) == ["ewma", "har", "garch"] and list(v.available(149)) == ["ewma"]
    monkeypatch.setattr(v.importlib.util, "find_spec", lambda name: None)
    assert list(v.available(1000)) == ["ewma", "har"]


def test_garch_says_what_it_needs(monkeypatch, rng):
    monkeypatch.setitem(sys.modules, "arch", None)  # as if it were not installed
    with pytest.raises(UserError, match=r'GARCH needs the package arch: pip install -e "\.\[garch\]"'):
        v.garch_quantiles(rng.normal(size=400), 300)

"""Measures of forecasts, against definitions, other libraries and simulation."""

import numpy as np
import pytest

from keras_course import forecasting as f
from keras_course.errors import UserError
from keras_course.forecasting import baselines as b
from keras_course.forecasting import volatility
from keras_course.forecasting.calibration import LEVELS


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """HAR and GARCH have tests of their own."""
    monkeypatch.setattr(volatility, "available", lambda first: {"ewma": volatility.ewma_quantiles})


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_rmse_and_mase_by_hand():
    assert f.rmse(np.array([3.0, -4.0])) == pytest.approx(np.sqrt(12.5))
    assert f.mase(np.array([1.0, -3.0]), np.array([1.0, 2.0, 4.0, 3.0])) == pytest.approx(2 / (4 / 3))
    with pytest.raises(UserError, match="constant"):
        f.mase(np.ones(3), np.ones(5))


def test_pinball_is_lowest_for_the_true_quantiles(rng):
    x = rng.normal(size=4000)
    assert f.pinball(np.array([2.0]), np.array([[1.0, 3.0]]), (0.1, 0.9)) == pytest.approx(0.1)
    true = np.tile(np.quantile(x, LEVELS), (len(x), 1))
    best = f.pinball(x, true)
    assert (
        best < f.pinball(x, true * 1.2)
        and best < f.pinball(x, true * 0.8)
        and best < f.pinball(x, true + 0.1)
    )
    sklearn = pytest.importorskip("sklearn.metrics")
    each = [sklearn.mean_pinball_loss(x, true[:, i], alpha=level) for i, level in enumerate(LEVELS)]
    assert best == pytest.approx(np.mean(each))
    with pytest.raises(UserError, match=r"quantiles \(3, 2\) do not match 3 values and 5 levels"):
        f.pinball(np.zeros(3), np.zeros((3, 2)))


def test_coverage_counts_the_bounds():
    assert f.coverage(np.array([1.0, 2, 3, 4]), np.full(4, 2.0), np.full(4, 3.0)) == 0.5


def test_diebold_mariano_by_hand(rng):
    """Without lags it is a t-test of the loss differences, with the standard error of n."""
    ours, others = rng.normal(size=50), rng.normal(size=50) * 1.3
    statistic, p = f.diebold_mariano(ours, others)
    d = ours**2 - others**2
    assert statistic == pytest.approx(d.mean() / (d.std(ddof=1) / np.sqrt(50)))
    assert f.diebold_mariano(others, ours) == pytest.approx((-statistic, 1 - p))
    assert f.diebold_mariano(ours, ours) == (0.0, 1.0)
    with pytest.raises(UserError, match="same length"):
        f.diebold_mariano(ours, others[:-1])


@pytest.mark.parametrize("horizon", [1, 3])
def test_diebold_mariano_is_wrong_as_rarely_as_it_says(rng, horizon):
    """Two forecasts equally bad: p below .05 in about 5 of 100 samples, also where errors hang together."""
    rejected = 0
    for _ in range(600):
        noise = rng.normal(size=(2, 82 + horizon))
        errors = sum(noise[:, lag : lag + 80] for lag in range(horizon))
        rejected += f.diebold_mariano(errors[0], errors[1], horizon)[1] < 0.05
    assert 0.02 < rejected / 600 < 0.09


def test_direction_against_always_up():
    returns = np.array([1.0, 1, 1, -1, -1, 0])
    found = f.direction(returns, np.array([1.0, 1, 1, -1, -1, 1]))
    assert found == {
        "direction": 1.0,
        "direction_always_up": 0.6,
        "direction_p": 0.25,
    }  # 2 of 2 differing days
    same = f.direction(returns, np.ones(6))
    assert same["direction"] == same["direction_always_up"] and same["direction_p"] == 1.0


def judged(returns, first, order=5):
    """The verdict on an autoregression, which is fast."""
    forecasts = b.autoregression(returns, first, order=order)
    spread = np.quantile(returns[:first], LEVELS)
    return f.judge(returns, first, forecasts, forecasts[:, None] + spread)


def test_random_walks_come_out_without_skill():
    """A hundred of them: at least 98 times "no skill"."""
    rng = np.random.default_rng(1)
    verdicts = [judged(0.01 * rng.standard_t(5, 1000), 750)["verdict"] for _ in range(100)]
    assert verdicts.count("no skill") >= 98


def test_a_strong_autoregression_comes_out_as_skill():
    rng = np.random.default_rng(2)
    for _ in range(5):
        noise, returns = 0.01 * rng.normal(size=1000), np.zeros(1000)
        for day in range(1, 1000):
            returns[day] = 0.6 * returns[day - 1] + noise[day]
        found = judged(returns, 750)
        assert found["verdict"] == "skill" and found["rmse_ratio"] < 0.9 and found["direction"] > 0.6


def test_the_verdict_holds_what_it_needs(rng):
    returns = 0.01 * rng.normal(size=600)
    actual = returns[500:]
    perfect = f.judge(returns, 500, actual, actual[:, None] + np.array([-2, -1, 0, 1, 2]) * 1e-9)
    assert perfect["rmse_ratio"] == 0 and perfect["coverage_80"] == 1 and perfect["verdict"] == "skill"
    stays = f.judge(returns, 500, np.zeros(100), np.zeros((100, 5)))
    assert stays["rmse_ratio"] == 1 and stays["dm_p"] == 1 and stays["verdict"] == "no skill"
    assert stays["mase"] == pytest.approx(np.abs(actual).mean() / np.abs(returns[:500]).mean())
    with pytest.raises(UserError, match="does not move"):
        f.judge(np.append(returns[:500], np.zeros(100)), 500, np.zeros(100), np.zeros((100, 5)))
    with pytest.raises(UserError, match="99 forecasts do not match the 100 days from first=500 on"):
        f.judge(returns, 500, np.zeros(99), np.zeros((99, 5)))

"""What the verdict would find on made-up shares."""

import numpy as np
import pytest

from keras_course.forecasting import power


def test_returns_with_a_memory():
    returns = power.returns_with_memory(0.6, 20000, np.random.default_rng(0))[0]
    assert np.corrcoef(returns[1:], returns[:-1])[0, 1] == pytest.approx(0.6, abs=0.02)
    assert returns.std() == pytest.approx(0.01 / np.sqrt(1 - 0.36), rel=0.1)


def test_the_verdict_finds_a_strong_memory_and_seldom_a_weak_one():
    strong, weak = power.found(0.6, 250, 100), power.found(0.1, 250, 200)
    assert strong >= 94 and weak <= 24
    assert power.found(0.1, 250, 200) == weak  # the same shares every time
    assert power.found(0.1, 2500, 50) > 25  # more days find it


@pytest.mark.parametrize("horizon", [1, 5])
def test_a_forecast_that_knows_the_sum_of_what_recurs(horizon):
    assert power.found(0.6, 500, 40, horizon) > 15
    assert power.found(0.0, 250, 50, horizon) == 0  # it forecasts zero, as persistence does


def test_drift_alone_is_no_skill():
    rng = np.random.default_rng(0)
    actual = 0.01 + 0.01 * rng.normal(size=250)  # a share that rises every day
    drifts = np.full(250, 0.01)
    assert not power.has_skill(actual, drifts, drifts)
    assert power.has_skill(actual, 0.9 * actual, drifts)

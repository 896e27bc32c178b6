"""A forecast beside its baselines: what is compared, and what is recommended from the days before."""

import numpy as np
import pytest

from keras_course import forecasting as f
from keras_course.errors import UserError
from keras_course.forecasting import volatility

FIRST, EARLIER, TEST = 900, 300, 200


@pytest.fixture
def returns():
    rng = np.random.default_rng(0)
    size = 0.01 * np.exp(0.8 * np.sin(np.arange(FIRST + TEST) / 40))
    return size * rng.standard_t(6, FIRST + TEST)


def judged(returns, quantiles, horizon=1):
    """Judge quantiles of all days from FIRST - EARLIER on."""
    forecasts = quantiles[EARLIER:, 2]
    return f.judge(returns, FIRST, forecasts, quantiles[EARLIER:], horizon, earlier=quantiles[:EARLIER])


def perfect(returns, horizon=1):
    """Quantiles that know the outcome, but for a tenth of a percent."""
    outcome = np.convolve(returns, np.ones(horizon), mode="valid")[FIRST - EARLIER :]
    return outcome[:, None] + 0.001 * np.array([-2, -1, 0, 1, 2])


@pytest.mark.parametrize("horizon", [1, 5])
def test_every_baseline_is_there_with_the_same_calibration(returns, horizon):
    pytest.importorskip("arch")
    metrics = judged(returns, perfect(returns, horizon), horizon)
    for name in ("ewma", "har", "garch"):
        keys = {f"coverage_80_{name}", f"coverage_95_{name}", f"pinball_{name}", f"pinball_{name}_calibrated"}
        assert keys <= set(metrics)
        forecast = volatility.available(1000)[name]
        actual = np.convolve(returns, np.ones(horizon), mode="valid")
        both = forecast(returns, FIRST - EARLIER, horizon, f.LEVELS)
        both = f.calibrated(both, actual[FIRST - EARLIER :], f.LEVELS, horizon)
        assert metrics[f"pinball_{name}_calibrated"] == f.pinball(actual[FIRST:], both[EARLIER:])
        assert metrics[f"pinball_{name}"] == f.pinball(
            actual[FIRST:], forecast(returns, FIRST, horizon, f.LEVELS)
        )
    best = metrics[f"pinball_{metrics['pinball_best']}"]
    assert best == min(value for key, value in metrics.items() if key.startswith("pinball_") and "_r" not in key
                       and key not in ("pinball_best", "pinball_dm_p"))  # fmt: skip
    assert metrics["pinball_dm_p"] < 1e-6 and metrics["recommended"] == "network"
    assert metrics["pinball_ratio_low"] < metrics["pinball"] / best < metrics["pinball_ratio_high"] < 1


def test_what_is_recommended_is_not_chosen_on_the_days_that_judge(returns):
    good_before, good_after = perfect(returns), perfect(returns)
    useless = np.tile(0.1 * np.array([-2.0, -1, 0, 1, 2]), (EARLIER + TEST, 1))
    good_before[EARLIER:] = useless[EARLIER:]
    good_after[:EARLIER] = useless[:EARLIER]
    assert judged(returns, good_before)["recommended"] == "network"
    found = judged(returns, good_after)
    assert found["recommended"] != "network" and found["pinball_dm_p"] < 0.01


def test_of_two_that_are_as_good_the_simpler_is_recommended():
    losses = np.random.default_rng(0).exponential(size=300)
    barely = losses - 1e-3 * np.random.default_rng(1).normal(0.01, 1, 300)
    assert f.recommend({"network": barely, "ewma": losses, "har": losses + 1}) == "ewma"
    assert f.recommend({"network": losses - 0.1, "ewma": losses, "har": losses + 1}) == "network"


def test_without_days_before_nothing_is_recommended(returns):
    quantiles = perfect(returns)[EARLIER:]
    assert "recommended" not in f.judge(returns, FIRST, quantiles[:, 2], quantiles)
    few = perfect(returns)[EARLIER - 50 : EARLIER]
    assert "recommended" not in f.judge(returns, FIRST, quantiles[:, 2], quantiles, earlier=few)


def test_a_short_series_has_ewma_alone(returns):
    quantiles = np.tile(0.01 * np.array([-2.0, -1, 0, 1, 2]), (20, 1))
    metrics = f.judge(returns[:120], 100, np.zeros(20), quantiles)
    assert "pinball_ewma" in metrics and "pinball_har" not in metrics and "pinball_garch" not in metrics


def test_a_price_that_stood_still_in_training_is_judged_without_calibrated_baselines(returns):
    returns[: FIRST - EARLIER] = 0
    metrics = judged(returns, perfect(returns))
    assert "pinball_ewma" in metrics and "pinball_har" in metrics
    assert "pinball_ewma_calibrated" not in metrics and "recommended" not in metrics


def test_a_price_that_grows_by_the_same_every_day(returns):
    with pytest.raises(UserError, match="the same fraction every day"):
        judged(np.full(len(returns), 0.001), perfect(returns))


def test_drift_alone_is_no_skill():
    """It beats persistence surely, on a share that rises every day, and its own drift not at all."""
    returns = 0.01 + 0.01 * np.random.default_rng(0).normal(size=800)
    forecasts = np.full(250, 0.01)
    quantiles = 0.01 + 0.01 * np.tile([-2.0, -1.3, 0, 1.3, 2], (250, 1))
    metrics = f.judge(returns, 550, forecasts, quantiles)
    assert metrics["dm_p"] < 0.01 < metrics["dm_p_drift"] and metrics["verdict"] == "no skill"


@pytest.mark.parametrize(("memory", "verdict"), [(0.6, "skill"), (0.0, "no skill")])
def test_the_autoregression_has_a_verdict_of_its_own(memory, verdict):
    """A network that has found nothing is no proof that there is nothing: five lags may have."""
    from keras_course.forecasting import power

    (share,) = power.returns_with_memory(memory, 1250, np.random.default_rng(0))
    quantiles = np.tile(0.01 * np.array([-2, -1.2, 0, 1.2, 2]), (250, 1))
    assert f.judge(share, 1000, np.zeros(250), quantiles)["verdict_autoregression"] == verdict

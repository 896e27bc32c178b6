"""LogReturns, Volatility, Rising: small, and right."""

import keras
import numpy as np
import pytest

from keras_course.layers import LogReturns, Rising, Volatility

PRICES = (100 * np.exp(np.cumsum(np.random.default_rng(0).normal(0, 0.02, (3, 61)), axis=1))).astype(
    "float32"
)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def of(layer, x):
    return keras.ops.convert_to_numpy(layer(x))


def test_log_returns():
    np.testing.assert_allclose(of(LogReturns(), PRICES), np.diff(np.log(PRICES)), atol=2e-6)
    np.testing.assert_allclose(of(LogReturns(), PRICES * 7), of(LogReturns(), PRICES), atol=2e-6)


def test_volatility_is_riskmetrics_with_weights_that_sum_to_one(rng):
    returns = rng.normal(0, 0.02, (2, 60)).astype("float32")
    weights = 0.9 ** np.arange(60)[::-1]
    expected = np.sqrt((returns**2 * weights).sum(axis=1) / weights.sum())
    np.testing.assert_allclose(of(Volatility(0.9), returns)[:, 0], expected, rtol=1e-5)
    np.testing.assert_allclose(of(Volatility(), np.full((1, 60), 0.03, "float32")), [[0.03]], rtol=1e-5)
    assert of(Volatility(smallest=1e-3), np.zeros((1, 60), "float32"))[0, 0] == pytest.approx(1e-3)
    with pytest.raises(ValueError, match="decay=1"):
        Volatility(1.0)


def test_rising_never_falls(rng):
    x = rng.normal(0, 5, (50, 7)).astype("float32")
    rising = of(Rising(), x)
    np.testing.assert_allclose(rising[:, 0], x[:, 0])
    assert (np.diff(rising, axis=1) >= 0).all()
    np.testing.assert_allclose(rising[:, 3] - rising[:, 2], np.log1p(np.exp(x[:, 3])), atol=1e-4)


def test_they_reload_in_safe_mode(tmp_path):
    inputs = keras.Input((61,))
    returns = LogReturns()(inputs)
    model = keras.Model(inputs, [Rising()(returns), Volatility(0.8)(returns)])
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    for before, after in zip(model.predict(PRICES, verbose=0), again.predict(PRICES, verbose=0), strict=True):
        np.testing.assert_array_equal(before, after)

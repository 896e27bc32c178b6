"""The slides' LSTM twice, and quantiles that start as EWMA's and never cross."""

import keras
import numpy as np
import pytest

from keras_course import losses
from keras_course.forecasting import measures as forecasting
from keras_course.models import stock

PRICES = (100 * np.exp(np.cumsum(np.random.default_rng(0).normal(0, 0.02, (40, 61)), axis=1))).astype(
    "float32"
)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_sequential_and_functional_are_one_network(rng):
    first, second = (
        build((12, 1), 2, units=(6, 5), dropout=0.1)
        for build in (stock.lstm_sequential, stock.lstm_functional)
    )
    second.set_weights(first.get_weights())
    x = rng.normal(size=(3, 12, 1)).astype("float32")
    np.testing.assert_allclose(first.predict(x, verbose=0), second.predict(x, verbose=0), atol=1e-6)
    assert first.output_shape == (None, 2)
    assert [layer.name for layer in first.layers] == [
        "lstm_1",
        "dropout_1",
        "lstm_2",
        "dropout_2",
        "predictions",
    ]


def test_untrained_quantiles_are_a_normal_distributions():
    model = stock.quantile_lstm()
    quantiles = model.predict(PRICES, verbose=0)
    ratios = quantiles / quantiles[:, -1:]
    np.testing.assert_allclose(ratios, np.tile([-1, -0.6539, 0, 0.6539, 1], (40, 1)), atol=1e-3)
    returns = np.diff(np.log(PRICES[0].astype(float)))
    weights = 0.94 ** np.arange(60)[::-1]
    assert quantiles[0, -1] == pytest.approx(1.96 * np.sqrt(returns**2 @ weights / weights.sum()), rel=1e-3)


def test_trained_quantiles_never_cross_and_do_not_know_the_currency(rng):
    model = stock.quantile_lstm(levels=(0.1, 0.4, 0.9), units=(4,))
    model.compile(keras.optimizers.SGD(5.0), loss=losses.PinballLoss((0.1, 0.4, 0.9)))
    model.fit(PRICES, rng.normal(0, 1, 40), epochs=3, verbose=0)
    quantiles = model.predict(PRICES, verbose=0)
    assert (np.diff(quantiles, axis=1) >= 0).all() and quantiles.shape == (40, 3)
    np.testing.assert_allclose(model.predict(PRICES * 20, verbose=0), quantiles, atol=1e-4)


def test_pinball_loss_is_the_measure(rng):
    actual, quantiles = rng.normal(size=30), np.sort(rng.normal(size=(30, 5)), axis=1)
    loss = losses.PinballLoss()(actual.astype("float32"), quantiles.astype("float32"))
    assert float(loss) == pytest.approx(forecasting.pinball(actual, quantiles), abs=1e-6)


@pytest.mark.slow
def test_models_reload(tmp_path):
    for name, model in (("slide", stock.lstm_sequential((9, 1))), ("quantiles", stock.quantile_lstm((10,)))):
        x = PRICES[:, :9, None] if name == "slide" else PRICES[:, :10]
        model.save(tmp_path / f"{name}.keras")
        again = keras.saving.load_model(tmp_path / f"{name}.keras")
        np.testing.assert_array_equal(model.predict(x, verbose=0), again.predict(x, verbose=0))


@pytest.mark.parametrize(
    ("build", "arguments", "words"),
    [
        (stock.lstm_sequential, {"units": ()}, "at least one (number|unit)"),
        (
            stock.lstm_functional,
            {"input_shape": (60,)},
            r"input_shape=\(60,\) has 1 axes: give a shape such as \(60, 1\)",
        ),
        (stock.lstm_sequential, {"dropout": 1.0}, "dropout=1.0 is not a fraction"),
        (stock.quantile_lstm, {"levels": (0.5, 0.4)}, "must be numbers between 0 and 1 that rise"),
        (stock.quantile_lstm, {"levels": (0.0, 0.4)}, "must be numbers between 0 and 1 that rise"),
        (stock.quantile_lstm, {"units": (0,)}, "at least one (number|unit)"),
    ],
)
def test_bad_arguments(build, arguments, words):
    with pytest.raises(ValueError, match=words):
        build(**arguments)

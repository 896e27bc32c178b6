"""The forecaster: what a network of prices or of returns is given, and what becomes of its outputs."""

import dataclasses
import json

import numpy as np
import pytest

from keras_course.datasets.prices import Prices
from keras_course.errors import UserError
from keras_course.forecasting import LEVELS, Forecaster, calibrated, outcomes

ERRORS = (-0.04, -0.02, 0.0, 0.02, 0.04)


class Repeats:
    """Plays a network: forecasts the last price, or quantiles around no return."""

    def __init__(self, target, times=1.0):
        self.target, self.times = target, times

    def predict(self, x, **_):
        if self.target == "price":
            return self.times * x[:, -1:]
        return np.tile(self.times * np.array(ERRORS, "float32"), (len(x), 1))


def prices(count=700, seed=0):
    dates = np.datetime64("2015-01-05") + np.arange(count)
    close = 100 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.01, count)))
    return Prices(
        name="mine",
        sha256="0",
        terms="mine",
        symbol="MINE",
        dates=dates,
        close=close,
        adjusted=close / 2,
        calendar="24/7",
        notes=(),
    )


def forecaster(target, **arguments):
    given = {"window": 5, "lowest": 50.0, "highest": 150.0, "seen": (50.0, 200.0), "errors": ERRORS}
    return Forecaster(Repeats(target), "MINE", target, **{**given, **arguments})


def test_a_model_of_prices_sees_the_price_and_one_of_returns_the_adjusted_price():
    found = prices()
    days = np.array([5, 700])
    np.testing.assert_allclose(forecaster("price").inputs(found, days)[1], found.close[-5:], rtol=1e-6)
    np.testing.assert_allclose(forecaster("return").inputs(found, days)[0], found.adjusted[:5], rtol=1e-6)


def test_targets_lie_a_horizon_ahead():
    found, days = prices(), np.array([5, 600])
    np.testing.assert_allclose(forecaster("price", horizon=3).targets(found, days), found.close[[7, 602]])
    expected = np.log(found.adjusted[[7, 602]] / found.adjusted[[4, 599]])
    np.testing.assert_allclose(forecaster("return", horizon=3).targets(found, days), expected, rtol=1e-4)


@pytest.mark.parametrize("target", ["price", "return"])
def test_returns_come_from_the_networks_outputs(target):
    x = forecaster(target).inputs(prices(), np.arange(5, 20))
    forecast, quantiles = forecaster(target).returns(x)
    np.testing.assert_allclose(forecast, np.zeros(15), atol=1e-7)
    np.testing.assert_allclose(quantiles, np.tile(ERRORS, (15, 1)), atol=1e-7)


def test_errors_are_quantiles_around_the_forecast_price():
    found, days = prices(), np.arange(5, 700)
    ours = forecaster("price", errors=())
    x, targets = ours.inputs(found, days), ours.targets(found, days)
    errors = ours.with_errors(x, targets).errors
    np.testing.assert_allclose(errors, np.quantile(np.diff(np.log(found.close))[4:], LEVELS), atol=1e-6)
    of_returns = forecaster("return", errors=())
    assert of_returns.with_errors(x, targets) is of_returns


@pytest.mark.parametrize("horizon", [1, 4])
def test_forecasts_are_calibrated_by_the_outcomes_known_that_evening(horizon):
    found, ours = prices(), forecaster("return", horizon=horizon)
    days = np.arange(5, 701)
    _, quantiles = ours.returns(ours.inputs(found, days))
    known = outcomes(found.adjusted, days[:-horizon], horizon)
    expected = calibrated(quantiles, known, LEVELS, horizon)
    np.testing.assert_array_equal(ours.forecasts(found, days)[1], expected)
    assert (expected[-1] != quantiles[-1]).all()


@pytest.mark.parametrize("target", ["price", "return"])
def test_the_next_session_is_a_horizon_after_the_last_price(target):
    found = prices()
    forecast = forecaster(target, horizon=3).next_session(found, "mine.csv")
    assert forecast.date == str(found.dates[-1] + 3) and forecast.last_date == str(found.dates[-1])
    assert forecast.price == pytest.approx(found.close[-1]) and forecast.file == "mine.csv"
    low, high = forecast.interval_95
    assert low < forecast.interval_80[0] < forecast.price < forecast.interval_80[1] < high


def test_days_of_training_do_not_calibrate_tomorrow():
    found, until = prices(), 580  # the errors until then are small, as in training
    found.adjusted[:until] = found.adjusted[until] * (1 + 1e-6 * np.arange(until))
    ours = forecaster("return", calibrate_from=str(found.dates[until + 1]))
    days = np.arange(until + 1, 701)
    bounds = found.close[-1] * np.exp(ours.forecasts(found, days)[1][-1])
    assert ours.next_session(found).interval_95 == pytest.approx((bounds[0], bounds[-1]))
    assert forecaster("return").next_session(found).interval_95[1] < bounds[-1]
    earlier = forecaster("return", calibrate_from="2030-01-01").next_session(found)  # nothing may calibrate
    assert earlier.interval_95 == pytest.approx(found.close[-1] * np.exp([ERRORS[0], ERRORS[-1]]))


@pytest.mark.parametrize("target", ["price", "return"])
def test_a_card_keeps_all_but_the_model(target):
    ours = forecaster(target, horizon=2, last_date="2016-12-04", calibrate_from="2016-02-02")
    card = json.loads(json.dumps(ours.to_card()))
    assert list(card) == [
        "kind", "returns", "dtype", "range", "symbol", "target", "window", "horizon", "levels", "lowest", "highest",
        "seen", "last_date", "calibrate_from", "errors", "relative", "known_until", "prior",
    ]  # fmt: skip
    assert Forecaster.from_card(ours.model, {**card, "app": "stock_lstm"}) == ours


def test_a_price_outside_its_own_interval_is_said():
    """A network that is always 9 % too low: its errors shift the interval, and the forecast lies below it."""
    errors = tuple(0.001 * value for value in ERRORS)
    low = dataclasses.replace(forecaster("price"), model=Repeats("price", 0.91), errors=errors)
    found = low.next_session(prices())
    assert found.price < found.interval_95[0]
    assert "lies below its own 95 % interval" in found.note and "forecasts were too low" in found.note
    assert forecaster("price").next_session(prices()).note == ""


def test_prices_relative_to_the_last_have_any_magnitude():
    found = dataclasses.replace(prices(), close=1e4 * prices().close)
    relative = dataclasses.replace(forecaster("price"), seen=(50.0, 200.0), relative=True)
    assert relative.next_session(found).price == pytest.approx(found.close[-1])
    with pytest.raises(UserError, match="made for prices of"):
        dataclasses.replace(relative, relative=False).next_session(found)


def test_a_card_of_an_earlier_version_or_an_interrupted_run():
    card = forecaster("return").to_card()
    del card["seen"], card["errors"], card["calibrate_from"]
    ours = Forecaster.from_card(Repeats("return"), card)
    assert ours.seen == (50.0, 150.0) and ours.errors == ()
    assert ours.next_session(prices()).symbol == "MINE"


def test_what_cannot_be_forecast_is_said_in_one_line():
    found = prices()
    card = forecaster("price").to_card()
    del card["window"]
    with pytest.raises(UserError, match="is not that of a model of prices: it has no 'window'"):
        Forecaster.from_card(Repeats("price"), card)
    with pytest.raises(UserError, match="target='volume' must be 'price' or 'return'"):
        forecaster("volume")
    with pytest.raises(UserError, match="errors have not been measured: its run was not finished, resume it"):
        forecaster("price", errors=()).next_session(found)
    with pytest.raises(UserError, match="mine: 700 days of prices; this network looks at the last 701"):
        forecaster("price", window=701).next_session(found)
    dear = dataclasses.replace(found, close=100 * found.close)
    with pytest.raises(UserError, match="this network was made for prices of 50 to 200"):
        forecaster("price").next_session(dear)


@pytest.mark.parametrize(
    ("target", "times"), [("price", np.nan), ("price", np.inf), ("return", np.nan), ("return", 1e9)]
)
def test_a_network_that_diverged(target, times):
    diverged = dataclasses.replace(forecaster(target), model=Repeats(target, times))
    with pytest.raises(UserError, match="not finite numbers: train it again with a smaller learning rate"):
        diverged.next_session(prices(50))  # too few days to calibrate


def test_a_network_whose_quantiles_coincide():
    with pytest.raises(UserError, match="quantiles coincide: train it again with a smaller learning rate"):
        dataclasses.replace(forecaster("return"), model=Repeats("return", 0.0)).next_session(prices())

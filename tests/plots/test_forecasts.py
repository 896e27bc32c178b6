"""Figures of forecasts: what they show is what was given."""

import numpy as np
import pytest

from keras_course import plots

DATES = np.arange(np.datetime64("2020-01-01"), np.datetime64("2020-07-19"))  # 200 days
PRICES = 100 * np.exp(np.cumsum(np.random.default_rng(0).normal(0, 0.02, 200)))


@pytest.fixture
def rng():
    return np.random.default_rng(1)


def title(figure):
    return figure.get_suptitle()


def saved(figure, tmp_path):
    figure.savefig(tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size > 5000


def test_forecast_fan(tmp_path):
    figure = plots.forecast_fan(DATES, PRICES, "2020-07-20", 101.5, (99.0, 103.0), (95.0, 108.0), title="X")
    assert title(figure) == "X\nforecast for 2020-07-20: 101.50"
    labels = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert "80 % interval: 99.00 to 103.00" in labels and "95 % interval: 95.00 to 108.00" in labels
    saved(figure, tmp_path)


@pytest.mark.parametrize(
    ("shift", "words"), [(1, "1 day earlier"), (0, "of the day itself"), (3, "3 days earlier")]
)
def test_shift_by_one_finds_the_day_that_a_forecast_repeats(rng, tmp_path, shift, words):
    repeated = PRICES[10 - shift : 200 - shift] * (1 + 0.001 * rng.normal(size=190))
    figure = plots.shift_by_one(DATES[10:], PRICES[10:], repeated)
    assert title(figure) == f"the forecast is closest to the price {words}"
    saved(figure, tmp_path)


def test_forecast_errors(tmp_path):
    figure = plots.forecast_errors({"the network": 1.0019, "drift": 1.0065}, title="X")
    shown = {round(float(line.get_xdata()[0]), 4) for line in figure.axes[0].lines}
    assert shown == {1.0019, 1.0065, 1.0}
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["drift", "the network"]
    saved(figure, tmp_path)


def test_forecast_coverage_marks_what_is_outside(rng, tmp_path):
    returns = rng.normal(0, 0.02, 200)
    quantiles = np.tile(np.array([-0.04, -0.026, 0, 0.026, 0.04]), (200, 1))
    figure = plots.forecast_coverage(DATES, returns, quantiles, {"the network": (0.8, 0.95)}, title="X")
    assert title(figure) == "X\ninside the 80 and 95 % intervals: the network: 80.0% and 95.0%"
    outside = next(line for line in figure.axes[0].lines if line.get_marker() == "x")
    assert len(outside.get_xdata()) == int((np.abs(returns) > 0.04).sum())
    saved(figure, tmp_path)


def test_shift_by_one_of_a_forecast_that_knows_tomorrow():
    """A lag below zero: it is closest to a later price."""
    figure = plots.shift_by_one(DATES[:-2], PRICES[:-2], PRICES[2:])
    assert title(figure) == "the forecast is closest to the price 2 days later"

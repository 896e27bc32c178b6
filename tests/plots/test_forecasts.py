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
    change = 100 * (1 - 101.5 / PRICES[-1])
    assert " ".join(title(figure).split()) == (
        f"X the forecast for 2020-07-20 is 101.50, {change:.1f} % below the last price; its 80 % interval spans "
        f"{400 / PRICES[-1]:.1f} % of that"
    )
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
    assert title(figure) == "X\nthe 80 and 95 % intervals hold 80.0% and 95.0% of the returns"
    outside = next(line for line in figure.axes[0].lines if line.get_marker() == "x")
    assert len(outside.get_xdata()) == int((np.abs(returns) > 0.04).sum())
    saved(figure, tmp_path)


def test_shift_by_one_of_a_forecast_that_knows_tomorrow():
    """A lag below zero: it is closest to a later price."""
    figure = plots.shift_by_one(DATES[:-2], PRICES[:-2], PRICES[2:])
    assert title(figure) == "the forecast is closest to the price 2 days later"


def test_shift_by_one_says_so_where_the_search_ends():
    """A network that stays far below a rising price repeats no day of it."""
    rising = 100 * 1.01 ** np.arange(200)
    figure = plots.shift_by_one(DATES, rising, rising * 0.4)
    assert " ".join(title(figure).split()) == (
        "the forecast follows no day's price: even 60 days earlier, where the search ends, they differ less; "
        "on average it is 60.0 % below the price of its day"
    )


def test_shift_by_one_finds_a_day_beyond_the_former_search():
    figure = plots.shift_by_one(DATES[25:], PRICES[25:], PRICES[:-25])
    assert title(figure).startswith("the forecast is closest to the price 25 days earlier")


def test_shift_by_one_of_a_smooth_curve_says_that_it_follows_no_day():
    smooth = np.convolve(PRICES, np.full(41, 1 / 41), mode="valid")
    figure = plots.shift_by_one(DATES[40:], PRICES[40:], smooth)
    assert title(figure).startswith("the forecast follows no day's price (closest: ")


def test_a_forecast_equal_to_the_last_price_is_not_called_below_it():
    last = float(PRICES[-1])
    figure = plots.forecast_fan(DATES, PRICES, "2020-07-20", last * 0.9999, (90, 120), (80, 130))
    assert "within 0.1 % of the last price" in title(figure)

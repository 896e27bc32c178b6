"""apps.stock_lstm --target return: where its network starts, what it may have seen, and what is kept."""

import dataclasses

import numpy as np
import pytest

from apps import stock_lstm
from apps.stock_lstm import start
from keras_course import forecasting
from keras_course.datasets import prices as price_data
from keras_course.errors import UserError
from keras_course.experiment import command, runs


def config(**given):
    return start.settled(stock_lstm.Config(target="return", **given))


@pytest.fixture
def google():
    return price_data.load("embedded")


def test_no_day_that_chooses_or_judges_has_taught_the_start(google, capsys):
    """The embedded prices end in 2008: whatever the pretrained network knows is later."""
    split = forecasting.chronological_split(len(google.dates), 260)
    assert start.choose(config(), google, split) == (None, split)
    assert "start: EWMA's forecast (it knows days up to 2010-12-01 at least" in capsys.readouterr().out
    with pytest.raises(UserError, match="--start-from pretrained cannot be done: it knows days up to"):
        start.choose(config(start_from="pretrained"), google, split)
    for years in (8, 9, 10):
        moved = dataclasses.replace(google, dates=google.dates + np.timedelta64(years * 365, "D"))
        file, chosen = start.choose(config(), moved, split)
        until = capsys.readouterr().out.split("taught up to ")[1].split()[0]
        assert file.name == f"until_{until}.keras" and file.is_file()
        dates = moved.dates
        assert np.datetime64(until) < dates[chosen.validation[0]] and chosen.train[-1] < chosen.validation[0]
        young = (dates[split.train] <= np.datetime64(until)).sum() < start.FEWEST
        assert (chosen is split) if young else len(chosen.validation) >= start.FEWEST
        assert chosen.validation[-1] == split.validation[-1]
        assert (chosen.test == split.test).all()
        known = runs.pretrained("stock_lstm").card()["until"]
        later = known[known.index(until) + 1]
        assert start.after(later, moved, split) is None  # too few days would be left to choose by
    assert start.choose(config(start_from="ewma"), moved, split) == (None, split)
    assert start.choose(config(horizon=5), moved, split) == (None, split)


def test_with_nothing_learnt_it_is_ewmas_forecast(google):
    split = forecasting.chronological_split(len(google.dates), 260)
    model = start.build(config(start_from="ewma"), google, split)
    days = split.test[:5]
    x = forecasting.sliding_windows(google.adjusted, days, 261).astype("float32")
    found = model.predict(x, verbose=0)
    returns = np.diff(np.log(google.adjusted))
    weights = 0.94 ** np.arange(260)[::-1]
    for row, day in zip(found, days, strict=True):
        volatility = np.sqrt(returns[day - 261 : day - 1] ** 2 @ weights[-260:] / weights.sum())
        ratios = row / volatility
        np.testing.assert_allclose(ratios, found[0] / found[0][1] * ratios[1], rtol=1e-3)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"target": "price", "pool": ("x.csv",)}, "--pool is for --target return"),
        (
            {"target": "return", "network": "lstm", "start_from": "ewma"},
            "--start-from is for --target return",
        ),
    ],
)
def test_a_flag_that_does_not_go_with_the_others(given, message):
    with pytest.raises(UserError, match=message):
        start.settled(stock_lstm.Config(**given))


def test_an_empty_pool_is_refused(tmp_path, google):
    with pytest.raises(UserError, match="the folder holds no table of prices"):
        start.pool(config(pool=(str(tmp_path),)), google)


@pytest.mark.slow
def test_a_pool_is_learnt_from_and_the_average_is_kept(tmp_path, capsys):
    rng = np.random.default_rng(0)
    google = price_data.load("embedded")
    for name in ("a", "b"):
        values = 50 * np.exp(np.cumsum(rng.normal(0, 0.01, len(google.dates))))
        rows = [f"{day},{value}" for day, value in zip(google.dates, values, strict=True)]
        (tmp_path / f"{name}.csv").write_text("\n".join(["Date,Close", *rows]) + "\n")
    options = command.RunOptions(models_dir=tmp_path / "models", data_dir=tmp_path / "data")
    metrics = stock_lstm.main(
        stock_lstm.Config(
            dataset="embedded", target="return", pool=(str(tmp_path),), epochs=2, window=30, run=options
        )
    )
    printed = capsys.readouterr().out
    assert "windows of it and 2 more shares up to" in printed
    run = runs.find("stock_lstm", tmp_path / "models", choose="newest")
    assert metrics["best_epoch"] in (0, 1, 2) and run.config()["window"] == 30
    from keras_course import saving

    assert saving.load(str(run.path)).model.output_shape == (None, 5)

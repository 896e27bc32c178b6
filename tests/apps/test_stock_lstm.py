"""apps.stock_lstm: runs offline, knows no future, reloads, and says in one line what cannot be."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from apps import stock_lstm
from apps.stock_lstm import data, judging, network, report
from keras_course import saving, training
from keras_course.datasets import prices, sessions
from keras_course.experiment import command, runs
from keras_course.forecasting import Forecast, Forecaster, judge, power, volatility
from keras_course.forecasting.forecast import outside_its_interval

ROOT = Path(__file__).parents[2]
KEYS = {
    "rmse_ratio", "mase", "dm_p", "direction", "direction_always_up", "verdict", "coverage_80", "coverage_95",
    "pinball", "pinball_ewma", "forecast_date", "forecast_price", "pinball_har", "pinball_har_calibrated",
    "pinball_ewma_calibrated", "pinball_best", "pinball_dm_p", "dm_p_drift", "clark_west_p", "power_weak",
}  # fmt: skip
FIGURES = {"curves", "forecast", "actual_and_forecast", "errors", "coverage"}


def small(tmp_path, **arguments):
    options = command.RunOptions(models_dir=tmp_path / "models", data_dir=tmp_path / "data")
    given = {"dataset": "embedded", "epochs": 1, "window": 10, "units": (4,), "test": 60, "batch_size": 128}
    return stock_lstm.Config(**{**given, "run": options, **arguments})


def write(path, dates, values):
    rows = [f"{day},{value!r}" for day, value in zip(dates, map(float, values), strict=True)]
    path.write_text("\n".join(["Date,Close", *rows]) + "\n")
    return path


@pytest.fixture
def table(tmp_path):
    """A CSV file never seen before, in Frankfurt."""
    days = sessions.sessions("XFRA", np.datetime64("2015-01-02"), np.datetime64("2018-06-29"))
    values = 50 * np.exp(np.cumsum(np.random.default_rng(0).normal(0, 0.01, len(days))))
    return write(tmp_path / "mine.csv", days, values)


@pytest.mark.parametrize(
    ("target", "horizon"),
    [
        pytest.param("price", 1, marks=pytest.mark.slow),
        ("return", 1),
        pytest.param("price", 3, marks=pytest.mark.slow),
        pytest.param("return", 3, marks=pytest.mark.slow),
    ],
)
def test_it_runs_offline_and_reloads(tmp_path, capsys, target, horizon):
    metrics = stock_lstm.main(small(tmp_path, target=target, horizon=horizon))
    printed = capsys.readouterr().out
    assert set(metrics) >= KEYS and metrics["verdict"] in ("skill", "no skill")
    assert metrics["test_sessions"] == 60
    assert metrics["forecast_date"] == ("2008-10-15" if horizon == 1 else "2008-10-17")
    for words in (
        "training begins: GOOGL",
        "loss after the last epoch (1)",
        "predicted price of GOOGL for 2008-10-",
    ):
        assert words in printed
    for words in ("persistence", "drift", "autoregression", "EWMA", "HAR", "\nverdict: "):
        assert words in printed
    run = runs.find("stock_lstm", tmp_path / "models", choose="newest")
    assert printed.splitlines()[-1] == f"run: {run.path}"
    assert {path.stem for path in (run.path / "figures").iterdir()} == FIGURES
    assert run.metrics()["rmse_ratio"] == metrics["rmse_ratio"]
    card = run.card()
    assert (card["symbol"], card["last_date"], card["kind"]) == ("GOOGL", "2008-10-14", "prices")
    assert card["dataset"]["sha256"] == prices.load("embedded").sha256

    found = prices.load("embedded")
    path = write(tmp_path / "google.csv", found.dates, found.close)
    again = saving.load(run).predict(path)
    assert (again.date, again.file) == (metrics["forecast_date"], str(path))
    assert again.price == pytest.approx(metrics["forecast_price"], rel=1e-9)
    assert again.interval_95[0] < again.interval_80[0] < again.interval_80[1] < again.interval_95[1]


@pytest.mark.slow
@pytest.mark.parametrize("target", ["price", "return"])
def test_a_later_row_changes_nothing_before_it(tmp_path, table, target):
    """Inputs and predictions of every day up to the changed one stay as they were, bit by bit."""
    stock_lstm.main(small(tmp_path, dataset=str(table), target=target))
    loaded = saving.load("stock_lstm", tmp_path / "models")
    found = prices.load(str(table))
    forecaster = Forecaster.from_card(loaded.model, loaded.card)
    days = np.arange(forecaster.window, len(found.dates) + 1)
    before_x = forecaster.inputs(found, days)
    before, before_quantiles = forecaster.returns(before_x)
    for row in (400, 700, len(found.dates) - 1):
        values = found.close.copy()
        values[row:] *= 1.5
        changed = prices.load(str(write(tmp_path / "changed.csv", found.dates, values)))
        x = forecaster.inputs(changed, days)
        after, after_quantiles = forecaster.returns(x)
        same = days <= row
        np.testing.assert_array_equal(x[same], before_x[same])
        np.testing.assert_array_equal(after[same], before[same])
        np.testing.assert_array_equal(after_quantiles[same], before_quantiles[same])
        assert (x[~same] != before_x[~same]).any(axis=1).all()


def test_a_relative_network_starts_as_persistence_and_opens_with_plain_keras(tmp_path):
    import keras

    model = network.relative_lstm(10, (4,), 0.2, spread=0.1, move=0.01)
    x = np.random.default_rng(0).uniform(50, 5000, (8, 10)).astype("float32")
    np.testing.assert_array_equal(model.predict(x, verbose=0)[:, 0], x[:, -1])
    output = model.get_layer("lstm_sequential").get_layer("predictions")
    output.kernel.assign(np.ones(output.kernel.shape, "float32"))
    changed = model.predict(x, verbose=0)
    assert (changed[:, 0] != x[:, -1]).all()
    np.testing.assert_allclose(model.predict(100 * x, verbose=0), 100 * changed, rtol=1e-5)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.predict(x, verbose=0), changed)


def test_no_training_window_of_returns_holds_its_own_target():
    """A window of returns needs one price more: the first training day has too few, and is left out."""
    found = prices.load("embedded")
    days = np.arange(60, 80)  # as a split for a window of 60 gives them
    for_returns = Forecaster(None, "GOOGL", "return", 61)
    x, y = data.examples(for_returns, found, days)
    assert len(x) == len(y) == len(days) - 1
    np.testing.assert_array_equal(x[:, -1], found.adjusted[60:79].astype("float32"))
    (weighted,) = data.examples(dataclasses.replace(for_returns, target="price", relative=True), found, days)[
        2:
    ]
    np.testing.assert_allclose(weighted, found.close[60:79] ** -2, rtol=1e-5)


@pytest.mark.slow
def test_relearning_resumes_as_if_never_interrupted(tmp_path, table, monkeypatch):
    found = []
    for stop in (None, 3):
        config = small(tmp_path / str(stop), dataset=str(table), relearn=20)
        if stop:  # killed in the second of three fits
            fit, calls = training.fit, []

            def interrupted(*arguments, fit=fit, calls=calls, stop=stop, **settings):
                calls.append(1)
                if len(calls) == stop:
                    raise KeyboardInterrupt
                return fit(*arguments, **settings)

            with monkeypatch.context() as patch:
                patch.setattr(training, "fit", interrupted)
                with pytest.raises(KeyboardInterrupt):
                    stock_lstm.main(config)
            (path,) = (tmp_path / str(stop) / "models/stock_lstm").iterdir()
            config = dataclasses.replace(config, run=dataclasses.replace(config.run, resume=path))
        metrics = stock_lstm.main(config)
        run = runs.find("stock_lstm", tmp_path / str(stop) / "models", choose="newest")
        assert not (run.path / "relearnt").exists()
        assert saving.load(run).predict(table).price == pytest.approx(metrics["forecast_price"], rel=1e-9)
        found.append({key: metrics[key] for key in ("rmse_ratio", "pinball", "forecast_price")})
    assert found[0] == found[1]


@pytest.mark.slow
def test_remedies_side_by_side(tmp_path, table, capsys):
    metrics = stock_lstm.main(small(tmp_path, dataset=str(table), compare_remedies=True))
    assert list(metrics["variants"]) == ["slide", "relearn", "relative"]
    ratios = {name: row["rmse_ratio"] for name, row in metrics["variants"].items()}
    assert ratios["relative"] < 1.1 < ratios["slide"]
    assert metrics["best_variant"] == "relative" and "none of them" in capsys.readouterr().out
    run = runs.find("stock_lstm", tmp_path / "models", choose="newest")
    assert [path.stem for path in (run.path / "figures").iterdir()] == ["remedies"]
    assert saving.load(run).predict(table).price == pytest.approx(metrics["forecast_price"], rel=1e-9)


@pytest.mark.slow
def test_scaling_and_weights_come_from_training_rows_only(tmp_path, table):
    """Other prices in the judged sessions give the same network."""
    weights = []
    for factor in (1.0, 3.0):
        found = prices.load(str(table))
        values = found.close.copy()
        values[-60:] *= factor
        path = write(tmp_path / f"times{factor}.csv", found.dates, values)
        stock_lstm.main(small(tmp_path, dataset=str(path)))
        loaded = saving.load("stock_lstm", tmp_path / "models")
        weights.append(
            [
                *loaded.model.get_weights(),
                loaded.card["lowest"],
                loaded.card["highest"],
                loaded.card["errors"],
            ]
        )
    for first, second in zip(*weights, strict=True):
        np.testing.assert_array_equal(first, second)


@pytest.mark.slow
def test_predict_in_a_fresh_process(tmp_path, table, program):
    stock_lstm.main(small(tmp_path, dataset=str(table), target="return"))
    done = program("apps.predict", "stock_lstm", table, "--json", "--models-dir", tmp_path / "models")
    (forecast,) = json.loads(done.stdout)
    assert forecast["last_date"] == "2018-06-29" and forecast["date"] == "2018-07-02"
    done = program("apps.predict", "stock_lstm", table, "--models-dir", tmp_path / "models")
    assert "mine.csv  mine, 2018-07-02: " in done.stdout and "80 % interval" in done.stdout
    assert "trained on mine" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(("memory", "verdict"), [(0.6, "skill"), (0.0, "no skill")])
def test_the_network_finds_what_is_there_and_nothing_else(tmp_path, memory, verdict):
    """A share whose return is 0.6 times yesterday's, plus chance; and one of chance alone."""
    days = sessions.sessions("XNYS", np.datetime64("2008-01-02"), np.datetime64("2019-02-15"))
    noise, returns = np.random.default_rng(3).normal(0, 0.01, len(days)), np.zeros(len(days))
    for day in range(1, len(days)):
        returns[day] = memory * returns[day - 1] + noise[day]
    path = write(tmp_path / "made.csv", days, 100 * np.exp(np.cumsum(returns)))
    metrics = stock_lstm.main(
        small(
            tmp_path,
            dataset=str(path),
            target="return",
            network="lstm",
            epochs=8,
            learning_rate=0.01,
            test=250,
        )
    )
    assert metrics["verdict"] == verdict
    assert (metrics["rmse_ratio"] < 0.92) == (verdict == "skill")  # 0.8 is the best possible


def test_a_series_that_does_not_fit_is_refused(tmp_path, table):
    stock_lstm.main(small(tmp_path, dataset=str(table)))
    loaded = saving.load("stock_lstm", tmp_path / "models")
    found = prices.load(str(table))
    with pytest.raises(ValueError, match="this network was made for prices of"):
        loaded.predict(write(tmp_path / "dear.csv", found.dates, found.close * 100))
    with pytest.raises(ValueError, match="9 days of prices; this network looks at the last 10"):
        loaded.predict(write(tmp_path / "short.csv", found.dates[:9], found.close[:9]))
    with pytest.raises(ValueError, match="there is no file"):
        loaded.predict(tmp_path / "no.csv")


@pytest.mark.slow
def test_a_share_that_has_outgrown_what_was_learnt(tmp_path, capsys):
    """As Tesla's had by 2014: it is forecast all the same, with a word on what the network cannot know."""
    days = sessions.sessions("XNYS", np.datetime64("2010-07-01"), np.datetime64("2014-12-11"))
    rising = np.geomspace(4, 400, len(days))
    rising[1:-1:2] *= 1.001
    path = write(tmp_path / "TSLA.csv", days, rising)
    metrics = stock_lstm.main(small(tmp_path, dataset=str(path), test=600))
    printed = capsys.readouterr().out
    assert "note: it was trained on prices of 4.00 to" in printed and "the last one is 400.00" in printed
    assert "predicted price of TSLA for 2014-12-12" in printed
    again = saving.load("stock_lstm", tmp_path / "models").predict(path)
    assert again.price == pytest.approx(metrics["forecast_price"], rel=1e-9)


def test_a_day_without_trading_is_moved_on_and_said_so(tmp_path, capsys):
    days = sessions.sessions("XNYS", np.datetime64("2017-01-03"), np.datetime64("2019-02-15"))
    values = 1000 * np.exp(np.cumsum(np.random.default_rng(0).normal(0, 0.01, len(days))))
    metrics = stock_lstm.main(small(tmp_path, dataset=str(write(tmp_path / "x.csv", days, values))))
    assert metrics["forecast_date"] == "2019-02-19"  # the slide's date was a Saturday
    assert "2019-02-16 is not a trading day: the next one is 2019-02-19" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--dataset", "no/such.csv"], "there is no file no/such.csv"),
        (
            ["--dataset", "embedded", "--start", "2008-09-01", "--end", "2008-08-01"],
            "start=2008-09-01 is after",
        ),
        (["--dataset", "embedded", "--start", "2008-06-01"], "days are too few for a window of 60"),
        (["--dataset", "embedded", "--window", "0"], "window=0"),
        (["--dataset", "embedded", "--window", "1000000000"], "days are too few for a window of 1000"),
        (["--dataset", "embedded", "--horizon", "0"], "horizon=0 must be at least 1"),
        (["--dataset", "embedded", "--horizon", "1000000000"], "test=250: at least 2000000002"),
        (["--dataset", "embedded", "--horizon", "9" * 9, "--test", "2" + 9 * "0"], "days are too few"),
        (["--dataset", "embedded", "--test", "1000000000"], "days are too few"),
        (["--dataset", "embedded", "--test", "-1"], "test=-1: at least 30 sessions"),
        (["--dataset", "embedded", "--limit", "0"], "limit=0 must be at least 1"),
        (["--dataset", "embedded", "--limit", "-5"], "limit=-5 must be at least 1"),
        (["--dataset", "embedded", "--relearn", "0"], "relearn=0 must be at least 1"),
        (["--dataset", "embedded", "--relative", "--target", "return"], "relative is for target=price"),
        (["--dataset", "embedded", "--start", "2004"], "start=2004 is"),
        (["--dataset", "embedded", "--end", "nan"], "end=nan is"),
        (["--dataset", "embedded", "--end", "0001-01-01"], "no prices from the start to 0001-01-01"),
        (["--dataset", "embedded", "--test", "5"], "test=5: at least 30 sessions are needed to judge"),
        (["--dataset", "embedded", "--test", "35", "--horizon", "20"], "test=35: at least 42 sessions"),
        (["--dataset", "CONSTANT"], "the price is 7 on every day"),
        (["--dataset", "SUSPENDED"], "suspended: the price does not move in the last 250 sessions"),
    ],
)
def test_one_line_says_what_is_wrong(tmp_path, capfd, arguments, words):
    days = sessions.sessions("XNYS", np.datetime64("2014-01-02"), np.datetime64("2018-02-15"))
    constant = write(tmp_path / "constant.csv", days, np.full(len(days), 7.0))
    walk = 50 * np.exp(np.cumsum(np.random.default_rng(0).normal(0, 0.01, len(days))))
    walk[-300:] = walk[-301]
    files = {"CONSTANT": str(constant), "SUSPENDED": str(write(tmp_path / "suspended.csv", days, walk))}
    arguments = [files.get(word, word) for word in arguments]
    folders = ["--data-dir", str(tmp_path), "--models-dir", str(tmp_path / "models")]
    with pytest.raises(SystemExit) as left:
        command.run(stock_lstm.main, stock_lstm.Config, [*arguments, *folders])
    assert left.value.code == 2
    assert words in capfd.readouterr().err.splitlines()[-1]
    assert not list(tmp_path.glob("models/*/*")), "a run's folder was made"


@pytest.mark.parametrize("flag", ["--test", "--window", "--horizon"])
@pytest.mark.parametrize("value", ["nan", "1.5", "1" + 23 * "0"])
def test_what_is_no_number_of_days(tmp_path, capfd, flag, value):
    arguments = ["--dataset", "embedded", flag, value, "--models-dir", str(tmp_path)]
    with pytest.raises(SystemExit) as left:
        command.run(stock_lstm.main, stock_lstm.Config, arguments)
    assert left.value.code == 2 and value in capfd.readouterr().err and not list(tmp_path.iterdir())


def test_what_fit_refuses_is_one_line_too(tmp_path, capfd):
    arguments = ["--dataset", "embedded", "--learning-rate", "-1", "--models-dir", str(tmp_path)]
    with pytest.raises(SystemExit) as left:
        command.run(stock_lstm.main, stock_lstm.Config, arguments)
    assert left.value.code == 2 and "learning_rate=-1" in capfd.readouterr().err.splitlines()[-1]


def test_the_pretrained_network_knows_other_shares(tmp_path, table):
    loaded = saving.load("stock_lstm/pretrained", ROOT / "models")
    found = prices.load("embedded")
    again = loaded.predict(write(tmp_path / "google.csv", found.dates, found.close))
    assert again.date == "2008-10-15" and again.price == pytest.approx(found.close[-1], rel=0.02)
    other = loaded.predict(table)
    assert (other.date, other.symbol, other.trained_on) == ("2018-07-02", "mine", "23 shares")
    # a walk of 1 % a day: not far from the width of a normal distribution, given how calm its last days were
    width = np.log(other.interval_80[1] / other.interval_80[0])
    assert 0.5 < width / (2 * 1.2816 * 0.01) < 2


@pytest.mark.realdata
def test_the_slides_run_on_googles_real_prices(tmp_path, real_data, capsys):
    """Two epochs of it: up to Friday 2019-02-15, 1119.63; Monday is a holiday, the forecast is for Tuesday."""
    metrics = stock_lstm.main(
        small(
            tmp_path,
            dataset=str(real_data / "prices/GOOGL.csv"),
            start="2014-01-02",
            end="2019-02-15",
            window=60,
            units=(16,),
            epochs=2,
            test=250,
        )
    )
    assert metrics["forecast_date"] == "2019-02-19" and metrics["last_date"] == "2019-02-15"
    assert metrics["last_price"] == pytest.approx(1119.630005, abs=1e-6)
    assert metrics["test_sessions"] == 250 and metrics["verdict"] == "no skill"
    printed = capsys.readouterr().out
    assert "2019-02-16 is not a trading day: the next one is 2019-02-19" in printed
    assert "one day proves nothing" in printed
    # the model forecasts again from the file itself, cut where it was cut
    run = runs.find("stock_lstm", tmp_path / "models", choose="newest")
    found = prices.load(str(real_data / "prices/GOOGL.csv"), end="2019-02-15")
    again = saving.load(run).predict(write(tmp_path / "GOOGL.csv", found.dates, found.close))
    assert again.price == pytest.approx(metrics["forecast_price"], rel=1e-9)


@pytest.mark.parametrize(
    ("ratio", "p", "words"),
    [
        (0.95, 0.002, "which chance alone would rarely give (Diebold-Mariano test, p = 0.002; skill asks for p < 0"),
        (0.99, 0.02, "which is a hint but not enough of one (Diebold-Mariano test, p = 0.02; skill asks"),
        (0.999, 0.4, "which chance alone may well give (Diebold-Mariano test, p = 0.4; skill asks"),
        (1.01, 0.9, "detectable at this length: its RMSE is 1.010 times that of persistence, 'the price stays'."),
        (1.2, 0.999, "no skill: its RMSE is 1.200 times that of persistence, 'the price stays', which is surely"),
    ],
)  # fmt: skip
def test_the_verdict_agrees_with_its_p_value_and_tells_its_power(ratio, p, words):
    verdict = "skill" if p < 0.01 else "no skill"
    told = {"test_sessions": 250, "power_weak": 0.05, "power_strong": 0.986}
    said = report.sentence({"verdict": verdict, "rmse_ratio": ratio, "dm_p": p, **told})
    assert words in said and said.startswith(verdict)
    found = "finds a share whose returns have a memory of 0.1 in 5% of cases, one of 0.6 in 99%"
    assert (found in said) == (0.01 < p < 0.99)


def test_drift_that_passes_for_skill_is_named():
    said = report.sentence({"verdict": "no skill", "rmse_ratio": 0.98, "dm_p": 0.001, "dm_p_drift": 0.3})
    assert "not surely better than drift" in said and "(p = 0.3)" in said


def test_the_power_that_is_told_is_that_of_the_verdict(monkeypatch):
    """Made-up shares with a memory of .2, through the whole verdict: as many are found as power.found counts."""
    monkeypatch.setattr(volatility, "available", lambda first: {"ewma": volatility.ewma_quantiles})
    returns = power.returns_with_memory(0.2, power.HISTORY + 250, np.random.default_rng(0), 40)
    found = 0
    for share in returns:
        forecasts = 0.2 * share[power.HISTORY - 1 : -1]
        quantiles = forecasts[:, None] + 0.01 * np.array([-2, -1.2, 0, 1.2, 2])
        found += judge(share, power.HISTORY, forecasts, quantiles)["verdict"] == "skill"
    assert found == power.found(0.2, 250, 40)


@pytest.mark.parametrize(("price", "side"), [(94.0, "below"), (100.0, ""), (106.0, "above")])
def test_a_price_outside_its_own_interval_is_noticed(capsys, price, side):
    found = prices.load("embedded")
    forecaster = Forecaster(None, "GOOGL", "return", 10)
    intervals = (95.0, 105.0), (90.0, 110.0)
    note = outside_its_interval(price, *intervals)
    tomorrow = Forecast("", "GOOGL", "2008-10-15", price, *intervals, "2008-10-14", 100.0, note=note)
    none = np.empty(0)
    report.print_forecast(judging.Judged(forecaster, found, none, none, none, tomorrow, {}))
    printed = capsys.readouterr().out
    assert ("note: the forecast" in printed) == bool(side)
    assert not side or f"lies {side} its own 80 % interval, 95.00 to 105.00" in printed


@pytest.mark.parametrize(
    ("name", "words"), [("network", "take: the network."), ("har", "take: HAR, calibrated.")]
)
def test_what_to_take_is_said(name, words):
    assert report.recommendation({"recommended": name}).startswith(words)

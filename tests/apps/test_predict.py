"""apps.predict: one JSON array in the inputs' order, and one clear line for what cannot be read."""

import contextlib
import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from apps import mnist_dense, predict
from keras_course import saving
from keras_course.datasets import digits
from keras_course.errors import UserError
from keras_course.experiment import command, runs
from keras_course.forecasting.forecaster import Forecast

PICTURES = Path(__file__).parents[1] / "pictures"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    options = command.RunOptions(models_dir=folder)
    mnist_dense.main(mnist_dense.Config(dataset="digits", epochs=15, hidden=(64,), run=options))
    return folder


def redrawn(picture, generator, size=280):
    """A 28x28 digit, light on dark, as a large dark-on-white one somewhere off the centre."""
    rows, columns = np.flatnonzero(picture.any(axis=1)), np.flatnonzero(picture.any(axis=0))
    ink = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = generator.uniform(0.35, 0.75) * size / max(ink.shape)
    height, width = (max(1, round(side * scale)) for side in ink.shape)
    ink = np.asarray(Image.fromarray(ink).resize((width, height), Image.Resampling.BICUBIC))
    paper = np.full((size, size), 255, np.uint8)
    top, left = generator.integers(0, size - height + 1), generator.integers(0, size - width + 1)
    paper[top : top + height, left : left + width] -= ink
    return Image.fromarray(paper)


def save_redrawn(data, count, folder):
    generator = np.random.default_rng(0)
    files = []
    for index in range(count):
        files.append(folder / f"{index:03}_is_{data.y_test[index]}.png")
        redrawn(data.x_test[index], generator).save(files[-1])
    return files


def test_json_is_all_of_stdout_in_the_inputs_order(program, models, tmp_path):
    data = digits.load("digits")
    files = save_redrawn(data, 6, tmp_path)[::-1]
    done = program("apps.predict", "mnist_dense", *files, "--json", "--models-dir", models)
    assert done.returncode == 0, done.stderr
    predictions = json.loads(done.stdout)
    assert [prediction["file"] for prediction in predictions] == [str(file) for file in files]
    for prediction in predictions:
        assert set(prediction) == {
            "file", "label", "probability", "probabilities", "unlike", "shapes", "run", "dataset", "test_accuracy",
        }  # fmt: skip
        assert Path(prediction["run"]).parent == models / "mnist_dense"
        assert prediction["dataset"] == "digits" and 0.9 < prediction["test_accuracy"] < 1
        assert prediction["label"] == max(prediction["probabilities"], key=prediction["probabilities"].get)
        assert prediction["probability"] == prediction["probabilities"][prediction["label"]]


@pytest.mark.slow
def test_redrawn_digits_are_read_as_well_as_the_originals(models, tmp_path):
    data = digits.load("digits")
    loaded = saving.load("mnist_dense", models)
    files = save_redrawn(data, 100, tmp_path)
    labels = [int(prediction.label) for prediction in loaded.predict(files)]
    originals = loaded.model.predict(data.x_test[:100], verbose=0).argmax(axis=1)
    assert np.mean(labels == data.y_test[:100]) >= np.mean(originals == data.y_test[:100]) - 0.05


def test_for_a_person_it_prints_a_line_an_input(models, capsys):
    predict.main(predict.Config("mnist_dense", (str(PICTURES / "three.png"),), models_dir=models))
    first, line = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{models}/mnist_dense/")
    assert ": trained on digits (embedded stand-in data), test accuracy 9" in first
    assert line.startswith(str(PICTURES / "three.png")) and "%" in line and "then" in line


def test_a_name_is_answered_by_the_run_on_real_data(models, tmp_path, capsys):
    """A photographed 7, after quickstart and after Fashion-MNIST: neither of the two networks is asked."""
    here, seven = tmp_path / "mnist_dense", str(PICTURES / "seven.png")
    shutil.copytree(ROOT / "models/mnist_dense/pretrained", here / "pretrained")
    (small,) = (models / "mnist_dense").iterdir()
    shutil.copytree(small, here / "2026-01-01")
    fashion = runs.Run(shutil.copytree(small, here / "2026-01-02"), "mnist_dense")
    data = {"name": "fashion_mnist", "embedded": False, "limited": None, "by_path": True}
    fashion.write_json("environment", {"dataset": data})
    fashion.write_json(
        "card", {**fashion.card(), "dataset": data, "kind": "picture", "labels": list("abcdefghij")}
    )

    predict.main(predict.Config("mnist_dense", (seven,), models_dir=tmp_path))
    first, note, line = capsys.readouterr().out.splitlines()
    assert first == f"{here / 'pretrained'}: trained on mnist, test accuracy 98.7 %"
    assert note.startswith(f"2 newer runs were not taken, the newest {fashion.path} (--run newest")
    assert line.split()[1] == "7"
    predict.main(predict.Config("mnist_dense", (seven,), run="newest", models_dir=tmp_path))
    first, line = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{fashion.path}: trained on fashion_mnist") and line.split()[1] in "abcdefghij"


def test_one_bad_file_does_not_hide_the_others_answers(models, tmp_path, capfd):
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"no picture")
    files = [str(PICTURES / "three.png"), str(bad), str(tmp_path / "missing.png"), str(PICTURES / "two.png")]
    with pytest.raises(SystemExit) as left:
        command.run(predict.main, predict.Config, ["mnist_dense", *files, "--models-dir", str(models)])
    out, err = capfd.readouterr()
    assert left.value.code == 2 and err == "error: 2 of 4 inputs could not be read\n"
    lines = out.splitlines()[1:]
    assert [line.split()[0] for line in lines] == files
    assert "%" in lines[0] and "%" in lines[3]
    assert lines[1].endswith("not read: not a picture that can be read; use PNG or JPEG")
    assert "there is no such file" in lines[2]
    with pytest.raises(SystemExit) as left:
        command.run(
            predict.main, predict.Config, ["mnist_dense", *files, "--json", "--models-dir", str(models)]
        )
    answers = json.loads(capfd.readouterr().out)
    assert left.value.code == 2
    assert [answer["file"] for answer in answers] == files
    assert ["error" in answer for answer in answers] == [False, True, True, False]


def test_what_is_no_single_digit_is_remarked_on(tmp_path, capsys):
    seven, three = (Image.open(PICTURES / f"{name}.png").convert("L") for name in ("seven", "three"))
    both = Image.new("L", (seven.width + three.width, max(seven.height, three.height)), 255)
    both.paste(seven, (0, 0))
    both.paste(three, (seven.width, 0))
    both.save(tmp_path / "both.png")
    files = (str(PICTURES / "seven.png"), str(tmp_path / "both.png"))
    predict.main(predict.Config("mnist_dense/pretrained", files, models_dir=ROOT / "models"))
    _, one, two = capsys.readouterr().out.splitlines()
    assert one.endswith("%)")
    assert "; 2 separate shapes found, taken as one digit" in two
    strange = saving.Prediction("ant.png", "7", 0.6, {"7": 0.6, "1": 0.4}, unlike=0.995)
    assert predict.as_text(strange).endswith(
        "; unlike the training data, more so than 99.5% of the validation data"
    )


def test_patterns_are_expanded_where_the_shell_does_not(tmp_path):
    for name in ("b.png", "a.png", "in/c.png", "odd[1].png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert predict.expanded([f"{tmp_path}/?.png", "x.csv"]) == [
        f"{tmp_path}/a.png",
        f"{tmp_path}/b.png",
        "x.csv",
    ]
    assert f"{tmp_path}/in/c.png" in predict.expanded([f"{tmp_path}/**/*.png"])
    assert predict.expanded([f"{tmp_path}/odd[1].png"]) == [f"{tmp_path}/odd[1].png"]
    with pytest.raises(UserError, match=r"no file matches .*\.gif"):
        predict.expanded([f"{tmp_path}/*.gif"])


def test_a_forecast_is_a_line_too():
    forecast = Forecast(
        file="TSLA.csv", symbol="TSLA", date="2019-02-19", price=1111.444, interval_80=(1090.0, 1130.456),
        interval_95=(1080.0, 1140.0), last_date="2019-02-15", last_price=1119.63, trained_on="GOOGL",
    )  # fmt: skip
    assert predict.forecast_as_text(forecast) == (
        "TSLA, 2019-02-19: 1,111.444   (80 % interval 1,090.00 to 1,130.46; 1,119.630 on 2019-02-15; "
        "trained on GOOGL)"
    )
    beside = predict.forecast_as_text(dataclasses.replace(forecast, note="it lies beside its interval"))
    assert beside.endswith("trained on GOOGL)\n    note: it lies beside its interval")


def test_prices_are_forecast_by_a_run_of_the_same_symbol(tmp_path):
    for day, symbol in (("01", "TSLA"), ("02", "GOOGL"), ("03", "AAPL")):
        run = runs.Run(tmp_path / "stock_lstm" / f"2026-01-{day}", "stock_lstm")
        run.write_json("config", {})
        run.write_json("environment", {"dataset": {"name": symbol, "embedded": False, "by_path": True}})
        shutil.copy(ROOT / "models/stock_lstm/pretrained/model.keras", run.path)
        run.write_json("card", {"kind": "prices", "symbol": symbol, "target": "return"})
        run.complete_with({})
    for file, symbol in (("TSLA.csv", "TSLA"), ("tesla.csv", "TSLA"), ("prices.csv", "AAPL")):
        config = predict.Config("stock_lstm", (file,), models_dir=tmp_path)
        assert predict.load(config, config.inputs).card["symbol"] == symbol


def test_a_table_that_can_be_read_two_ways_is_read_as_said(tmp_path, capsys, monkeypatch):
    import keras

    days = np.arange(np.datetime64("2018-01-01"), np.datetime64("2019-02-16"))
    days = days[np.is_busday(days)]
    rows = [f"{day.astype(object):%d/%m/%Y};1,{100 + 7 * i % 40}" for i, day in enumerate(days)]
    path = tmp_path / "prices.csv"
    path.write_text("\n".join(["Date;Close", *rows]))
    card = json.loads((ROOT / "models/stock_lstm/pretrained/card.json").read_text())
    model = keras.Sequential([keras.Input((card["window"],)), keras.layers.Dense(5)])
    model.set_weights([np.zeros((card["window"], 5)), np.linspace(-0.02, 0.02, 5)])
    monkeypatch.setattr(predict, "load", lambda config, inputs: saving.Loaded(model, card))

    def run(*more):
        with contextlib.suppress(SystemExit):
            command.run(predict.main, predict.Config, ["stock_lstm", str(path), *more])
        return capsys.readouterr()

    assert "say which mark begins the decimals" in run().err
    assert "; 1,118.000 on 2019-02-15" in run("--decimal", "point").out
    assert "; 1.118 on 2019-02-15" in run("--decimal", "comma", "--dates", "day-first").out
    assert "15/01/2018" in run("--decimal", "point", "--dates", "month-first").err


@pytest.fixture(scope="module")
def points(tmp_path_factory):
    """A run that classifies points by the sign of their first number."""
    import keras

    folder = tmp_path_factory.mktemp("points")
    run = runs.Run(folder / "plane" / "one", "plane")
    run.path.mkdir(parents=True)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, "sigmoid", name="predictions")])
    model.set_weights([np.array([[5.0], [0.0]]), np.zeros(1)])
    saving.save(model, run.model_path)
    run.write_json(
        "card", {"app": "plane", "kind": "point", "labels": ["left", "right"], "input": {"shape": [2]}}
    )
    run.complete_with({})
    return folder


def test_points_are_text_or_rows_of_a_file(points, tmp_path, capsys):
    file = tmp_path / "points.csv"
    file.write_text("x,y\n-1,0\n2,2\n")
    predict.main(predict.Config("plane", ("1, 7", str(file)), models_dir=points))
    run, first, *rows = capsys.readouterr().out.splitlines()
    assert run.endswith("one: trained on unknown data")
    assert first.split() == ["1,", "7", "right", "99.3%", "(then", "left", "0.7%)"]
    assert [row.split()[:2] for row in rows] == [[str(file), "left"], [str(file), "right"]]


def test_how_to_read_prices_is_refused_where_there_are_none(points):
    with pytest.raises(
        UserError, match="--dates and --decimal are for CSV files of prices: plane predicts none"
    ):
        predict.main(predict.Config("plane", ("1, 7",), dates="day-first", models_dir=points))


def test_a_file_without_points_is_an_error(points, tmp_path):
    file = tmp_path / "points.csv"
    file.touch()
    with pytest.raises(UserError, match=r"nothing to predict: there is no input in .*points\.csv"):
        predict.main(predict.Config("plane", (str(file),), models_dir=points))


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n half"])
def test_what_is_no_picture(models, tmp_path, capfd, content):
    path = tmp_path / "digit.png"
    path.write_bytes(content)
    with pytest.raises(SystemExit) as left:
        command.run(
            predict.main, predict.Config, ["mnist_dense", str(path), "--models-dir", str(models), "--json"]
        )
    out, err = capfd.readouterr()
    assert left.value.code == 2
    (answer,) = json.loads(out)
    assert answer["file"] == str(path) and answer["error"].startswith(f"{path}: ")
    assert err.startswith(f"error: {path}: ") and len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["mnist_dense"], "name at least one input"),
        (["nothing", "x.png"], "no complete run 'nothing'"),
        (["mnist_dense", "missing.png"], "missing.png"),
    ],
)
def test_a_users_error_is_one_line(models, capfd, arguments, words):
    with pytest.raises(SystemExit) as left:
        command.run(predict.main, predict.Config, [*arguments, "--models-dir", str(models)])
    err = capfd.readouterr().err
    assert left.value.code == 2
    assert words in err and len(err.splitlines()) == 1


def test_the_newest_run_is_used(models):
    newest = runs.find("mnist_dense", models, choose="newest")
    assert newest.path.parent == models / "mnist_dense"


@pytest.mark.realdata
@pytest.mark.tensorflow
def test_the_pretrained_model_reads_200_redrawn_test_digits(tmp_path, real_data):
    """Issue 2's figure: 280x280, dark on white, off-centre, at least 95 % right."""
    data = digits.load("mnist", real_data)
    loaded = saving.load("mnist_dense/pretrained", Path(__file__).parents[2] / "models")
    labels = [int(prediction.label) for prediction in loaded.predict(save_redrawn(data, 200, tmp_path))]
    assert np.mean(labels == data.y_test[:200]) >= 0.95


def test_the_pretrained_model_reads_our_own_pictures():
    loaded = saving.load("mnist_dense/pretrained", Path(__file__).parents[2] / "models")
    names = {"zero": "0", "two": "2", "three": "3", "five": "5", "seven": "7"}
    for name, digit in names.items():
        assert loaded.predict(PICTURES / f"{name}.png").label == digit

"""apps.optimizers: the race and its lessons, small; what is printed is what was computed."""

import contextlib
import io
import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from apps import optimizers
from apps.optimizers import measures, race
from keras_course.by_hand import landscapes
from keras_course.by_hand import optimizers as by_hand
from keras_course.errors import UserError
from keras_course.experiment import command, runs

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """What a small run prints, its last line naming the run."""
    folder = tmp_path_factory.mktemp("models")
    config = optimizers.Config(
        landscapes=("saddle",), steps=60, frames=4, run=command.HandOptions(models_dir=folder)
    )
    with contextlib.redirect_stdout(io.StringIO()) as out:
        optimizers.main(config)
    return out.getvalue()


@pytest.fixture(scope="module")
def run(printed):
    return runs.find(printed.splitlines()[-1].removeprefix("run: "))


def test_the_run_is_whole(run):
    assert run.complete
    assert run.config()["steps"] == 60 and run.config()["seed"] == 0
    assert {path.name for path in (run.path / "figures").iterdir()} == {
        "race_saddle.png",
        "race.gif",
        "learning_rates.png",
        "momentum.png",
        "local_minimum.png",
        "momentum_as_printed.png",
        "cake_walk.png",
    }
    assert (run.path / "figures" / "race.gif").stat().st_size < 2_000_000


def test_it_prints_what_it_measured(run, printed):
    for name, row in run.metrics()["race"]["saddle"].items():
        (line,) = (line for line in printed.splitlines() if line.startswith(f"{name} ") and "never" not in line
                   and len(line.split()) == 6)  # fmt: skip
        rate, _, arrived, _, off = map(float, line.split()[1:])
        assert rate == pytest.approx(row["rate"], rel=1e-3)
        assert (arrived, off) == (row["arrived"], row["off_the_saddle"])


def test_everybody_gets_off_the_saddle(run):
    rows = run.metrics()["race"]["saddle"]
    assert set(rows) == {"SGD", "momentum", "Nesterov", "Adagrad", "RMSProp", "Adadelta", "Adam"}
    for row in rows.values():
        assert row["off_the_saddle"] <= row["arrived"] <= 60
        assert row["loss"] < -0.23


def test_the_lessons(run):
    metrics = run.metrics()
    rates = {name: row["loss"] for name, row in metrics["learning_rate"].items()}
    assert rates["right"] < rates["too small"] < 83 < rates["too large"]
    pushed = metrics["momentum"]
    assert pushed["momentum 0.9"]["loss"] < pushed["without momentum"]["loss"] / 10
    wells = metrics["local_minimum"]
    assert wells["without momentum"]["w"] < 0 < wells["momentum 0.9"]["w"]
    loop = {name: row["loss"] for name, row in metrics["momentum_as_printed"].items()}
    assert loop["momentum 0.1, mended"] < loop["without momentum"] < loop["momentum 0.1, as printed"]
    assert loop["momentum 0.9, mended"] < 1 < 1e6 < loop["momentum 0.9, as printed"]
    cake = metrics["cake_walk"]
    # as in row 35 of worked_examples
    assert (cake["steps"], cake["evaluations"], cake["gradients"]) == (14, 57, 11)
    looks = [row["evaluations"] / row["gradients"] for row in cake["spaces"]]
    assert looks == sorted(looks) and looks[-1] > 1000


def test_arrivals_are_for_good():
    losses = np.array([[5, 0.5, 5, 0.5, 5], [0.5, 0.5, 0.5, 5, 0.5], [0.5, 0.5, np.nan, 0.5, 0.5]]).T
    assert measures.arrivals(losses, 1).tolist() == [np.inf, 4, 3]
    assert measures.arrivals(np.zeros((4, 1)), 1).tolist() == [0]
    assert measures.arrival(losses[:, 0], 1) is None and measures.arrival(losses[:, 1], 1) == 4


def test_the_search_finds_the_rate_that_is_fastest():
    ravine = landscapes.LANDSCAPES["ravine"]
    limit = measures.target_loss(ravine, 0.01)
    found = measures.best_rate(by_hand.sgd, ravine, 200, limit)
    assert found == max(rate for rate in measures.RATES if rate < 2 / landscapes.RAVINE_CURVATURE)
    arrived = {rate: measures.judged(measures.walk(by_hand.sgd(rate), ravine, 200), ravine, limit)["arrived"]
               for rate in measures.RATES}  # fmt: skip
    assert arrived[found] == min(step for step in arrived.values() if step is not None)


def test_on_the_line_nobody_leaves_and_with_noise_they_do():
    (saddle,) = race.chosen(optimizers.Config(landscapes=("saddle",), offset=0)).values()
    for make in measures.competitors(0.9).values():
        rate = measures.best_rate(make, saddle, 100, measures.target_loss(saddle, 0.01), noise=0.01)
        assert measures.off_the_saddle(measures.walk(make(rate), saddle, 100)) is None
        assert measures.off_the_saddle(measures.walk(make(rate), saddle, 100, noise=0.01)) is not None


def test_who_is_first_who_last_who_never():
    rows = {"a": {"at": 7.0}, "b": {"at": 3.0}, "c": {"at": None}}
    assert race.first(rows, "at", "arrives") == "First arrives: b (step 3); last: a (step 7); never: c."
    assert race.first({"c": {"at": None}}, "at", "arrives") == "None arrives."


def test_in_a_turned_ravine_adagrad_has_lost_its_advantage():
    def steps(degrees):
        ravine = landscapes.turned(landscapes.LANDSCAPES["ravine"], degrees)
        limit = measures.target_loss(ravine, 0.01)
        arrived = []
        for make in (by_hand.adagrad, by_hand.momentum):
            rate = measures.best_rate(make, ravine, 300, limit)
            arrived.append(measures.run_one(make, rate, ravine, 300, limit, 0.0, 0)[0]["arrived_median"])
        return arrived

    (adagrad, momentum), (adagrad_turned, momentum_turned) = steps(0), steps(45)
    assert adagrad < momentum < adagrad_turned
    assert abs(momentum_turned - momentum) < 10


def test_the_race_says_why_adagrad_wins_and_measures_it_in_a_turned_ravine(capsys):
    config = optimizers.Config(steps=200)
    table = race.turned_ravine(config)
    said = capsys.readouterr().out
    assert "divides each weight's step by the size of that weight's own gradients" in said
    assert table["0"]["Adagrad"] < 10 < 2 * table["45"]["SGD"]
    assert table["45"]["Adagrad"] > 3 * table["45"]["momentum"]
    assert abs(table["45"]["momentum"] - table["0"]["momentum"]) < 10
    (line,) = (line for line in said.splitlines() if line.startswith("45 degrees"))
    assert [float(cell) for cell in line.split()[2:]] == list(table["45"].values())


def test_it_does_not_wait_for_keras():
    code = (
        "import sys; from apps.optimizers import lessons; from keras_course import plots;"
        "from keras_course.experiment import machine, runs;"
        "print(machine.environment()['backend'], 'keras' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "numpy False\n", done.stderr


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--steps", 0), "error: steps=0 must be from 1 to 20000\n"),
        (
            ("--momentum", 1),
            "error: momentum=1.0 must be from 0 to below 1: at 1 nothing ever comes to rest\n",
        ),
    ],
)
def test_a_bad_flag_is_one_line(program, tmp_path, flags, message):
    done = program("apps.optimizers", *flags, "--models-dir", tmp_path)
    assert (done.returncode, done.stderr) == (2, message)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"landscapes": ()}, "name at least one"),
        ({"steps": 20_001}, "steps=20001 must be from 1 to 20000"),
        ({"frames": 10**23}, "frames=1"),
        ({"threshold": math.inf}, "threshold=inf: give a finite number"),
        ({"threshold": math.nan}, "threshold=nan"),
        ({"momentum": math.nan}, "momentum=nan"),
        ({"learning_rate_factor": math.inf}, "learning_rate_factor=inf: give a finite number"),
        ({"offset": 1e300}, "offset=1e\\+300 must be from -1 to 1: the minima"),
        ({"angle": math.nan}, "angle=nan"),
        ({"noise": 1e300}, "noise=1e\\+300 must be from 0 to 1000: the gradients"),
        ({"noise": math.nan}, "noise=nan"),
        ({"noise": -1.0}, "noise=-1.0"),
        ({"seed": -1}, "seed=-1 must be from 0"),
        ({"seed": 2**32}, "seed=4294967296"),
    ],
)
def test_settings_that_cannot_work_are_refused_before_anything_is_written(settings, message, tmp_path):
    seed = settings.pop("seed", 0)
    config = optimizers.Config(**settings, run=command.HandOptions(seed=seed, models_dir=tmp_path / "models"))
    with pytest.raises(UserError, match=message):
        optimizers.main(config)
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings",
    [
        {"noise": 1000.0, "offset": -1.0, "momentum": 0.999, "learning_rate_factor": 1e6, "angle": -360.0},
        {
            "threshold": 0.999,
            "learning_rate_factor": 1e-6,
            "steps": 1,
            "frames": 1,
            "landscapes": ("saddle",),
        },
    ],
)
def test_the_most_extreme_settings_still_give_finite_numbers(settings, tmp_path, capsys):
    config = optimizers.Config(
        **{"steps": 5, "frames": 2, **settings}, run=command.HandOptions(models_dir=tmp_path)
    )
    metrics = optimizers.main(config)
    json.dumps(metrics, allow_nan=False)
    assert runs.find("optimizers", tmp_path).complete
    capsys.readouterr()

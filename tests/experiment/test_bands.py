"""A run is held against the interval that should hold 95 % of new runs, and only against runs of its own kind."""

import dataclasses
import importlib
import json
import math
import statistics
from pathlib import Path

import numpy as np
import pytest

from keras_course.datasets.dataset import Dataset
from keras_course.experiment import bands, command, parsing, results, runs

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results"
MEASURED = {path.stem: json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))}
MEASURED = {name: result for name, result in MEASURED.items() if "metric" in result}


@dataclasses.dataclass(frozen=True)
class Config:
    dataset: str = "auto"
    hidden: tuple[int, ...] = (512,)
    mirror: bool = False
    run: command.RunOptions = command.RunOptions()


def started(tmp_path, *, sha256="abc", name="mnist", hidden=(512,), mirror=False, **options):
    config = Config(
        hidden=hidden, mirror=mirror, run=command.RunOptions(models_dir=tmp_path, seed=3, **options)
    )
    return runs.start("app", config, Dataset(name=name, sha256=sha256, terms="free"))


def band(tmp_path, run, **changes):
    """A band of five runs like this one."""
    environment = run.read_json("environment")
    values = [0.980, 0.981, 0.979, 0.982, 0.978]
    content = {
        "app": "app",
        "dataset": "mnist",
        "sha256": "abc",
        "backend": environment["backend"],
        "device": environment["device"],
        "metric": "test_accuracy",
        "test_accuracy": {"values": values, "mean": 0.98, "sd": statistics.stdev(values)},
        "settings": {name: value for name, value in run.config().items() if name != "seed"},
    }
    runs.Run(tmp_path / "results", "").write_json("some_band", content | changes)


def line(tmp_path, run, value=0.98):
    return results.against_band(run, {"test_accuracy": value}, "test_accuracy", tmp_path / "results")


@pytest.mark.parametrize(("count", "by_two_sd"), [(3, 0.225), (5, 0.142)])
def test_one_honest_run_in_twenty_is_outside_and_not_one_in_four(count, by_two_sd):
    rng = np.random.default_rng(0)
    seeds, new = rng.normal(size=(200_000, count)), rng.normal(size=200_000)
    off, sd = np.abs(new - seeds.mean(axis=1)), seeds.std(axis=1, ddof=1)
    assert np.mean(off > bands.prediction_half_width(1, count) * sd) == pytest.approx(0.05, abs=0.002)
    assert np.mean(off > 2 * sd) == pytest.approx(by_two_sd, abs=0.003)  # the rule until November 2026
    missed = np.abs(seeds.mean(axis=1)) > bands.mean_half_width(1, count) * sd
    assert np.mean(missed) == pytest.approx(0.05, abs=0.002)


def test_the_interval_is_that_of_the_tables():
    assert bands.quantile(2) == pytest.approx(4.303, abs=5e-4) and bands.quantile(4) == pytest.approx(
        2.776, abs=5e-4
    )
    assert bands.prediction_half_width(0.01, 3) == pytest.approx(4.303 * 0.01 * math.sqrt(4 / 3), rel=1e-3)


@pytest.mark.parametrize(
    ("value", "word"),
    [(0.98, "within the band"), (0.9847, "within"), (0.985, "above"), (0.97, "below")],
)
def test_the_closing_line(tmp_path, value, word):
    run = started(tmp_path)
    band(tmp_path, run)
    said = line(tmp_path, run, value)
    assert said.startswith(f"test_accuracy {value:.4f}: {word}")
    assert "0.9800 ± 0.0048 (it should hold 95% of new runs; from 5 seeds, some_band)" in said


def test_no_band_for_other_settings(tmp_path):
    band(tmp_path, started(tmp_path))
    assert "nothing to compare with" in line(tmp_path, started(tmp_path, hidden=(3,)))


def test_a_setting_younger_than_the_band_was_off(tmp_path):
    run = started(tmp_path)
    settings = {name: value for name, value in run.config().items() if name not in ("seed", "mirror")}
    band(tmp_path, run, settings=settings)
    assert "within the band" in line(tmp_path, run)
    assert "nothing to compare with" in line(tmp_path, started(tmp_path, mirror=True))


@pytest.mark.parametrize(
    ("changes", "options", "words"),
    [
        ({}, {"precision": "mixed_bfloat16"}, "no band for precision=mixed_bfloat16: some_band was measured with "),
        ({}, {"deterministic": True}, "no band for deterministic=True: some_band was measured with "),
        ({"device": "NVIDIA H100"}, {}, "no band for device=CPU: some_band was measured with device=NVIDIA H100"),
        ({"backend": "abacus"}, {}, "some_band was measured with backend=abacus"),
    ],
)  # fmt: skip
def test_no_band_for_what_was_computed_otherwise(tmp_path, changes, options, words):
    band(tmp_path, started(tmp_path, device="cpu"), **changes)
    said = line(tmp_path, started(tmp_path, **options))
    assert words in said and "within" not in said


def test_data_are_compared_by_content_and_not_by_name(tmp_path):
    band(tmp_path, started(tmp_path))
    assert "within the band" in line(tmp_path, started(tmp_path, name="my_copy"))
    said = line(tmp_path, started(tmp_path, sha256="another"))  # a user's folder of the same name
    assert "no band for these data: some_band was measured on others of that name" in said
    own = line(tmp_path, started(tmp_path, sha256="another", name="my_photos"))
    assert own == "test_accuracy 0.9800"  # nobody could have measured a band


@pytest.mark.parametrize("name", MEASURED)
def test_the_command_of_each_band_still_gives_its_settings(name, tmp_path):
    """Else README shows a command whose run is held against nothing: measure it anew, or add the setting as off."""
    result = MEASURED[name]
    app = importlib.import_module(f"apps.{result['app']}")
    config = parsing.parse(app.Config, result["arguments"], prog=None)
    if result["app"] == "cats_dogs":  # what is not given it takes from the model's recipe
        config = importlib.import_module("apps.cats_dogs.recipes").complete(config)
    if result["app"] == "stock_lstm":  # from the target's
        config = importlib.import_module("apps.stock_lstm.start").settled(config)
    if result["app"] == "movie_rbm":  # from the task
        config = importlib.import_module("apps.movie_rbm.machine").settled(config)
    run = runs.Run(tmp_path, result["app"])
    run.write_json("config", runs.settings(config))
    run.write_json("environment", {key: result[key] for key in ("backend", "device")})
    assert bands.differences(result, run) == {}


@pytest.mark.realdata
def test_the_bands_data_are_the_real_ones(real_data, tmp_path):
    from keras_course.datasets import digits, photos, prices, ratings

    animals = photos.load(str(real_data / "cats_dogs"), tmp_path, image_size=8)
    splits = (animals.y_train, animals.y_validation, animals.y_test)
    assert [len(labels) for labels in splits] == [2000, 1000, 1000]  # as README says
    google = str(real_data / "prices" / "GOOGL.csv")
    found = {
        "mnist": digits.load("mnist", real_data).sha256,
        "GOOGL": prices.load(google, end="2019-02-15").sha256,
        "cats_dogs": animals.sha256,
        "ml-latest-small": ratings.load("movielens", real_data / "movielens").sha256,
    }
    for result in MEASURED.values():
        assert result["sha256"] == found[result["dataset"]]

"""compare and its leaderboard call no run better whose lead the seeds alone could have given."""

import statistics

import numpy as np
import pytest

from apps import compare
from apps.compare import spread
from keras_course.experiment.runs import Run


def made(tmp_path, name, accuracy, *, seed=0, **settings):
    run = Run(tmp_path / "models" / "dense" / name, "dense")
    run.path.mkdir(parents=True)
    run.write_json("config", {"seed": seed, "name": name, "l2": 0.0, **settings})
    facts = {"name": "mnist", "sha256": "0", "embedded": False, "limited": None}
    run.write_json("environment", {"dataset": facts, "backend": "tensorflow", "device": "CPU"})
    run.write_history({"accuracy": [0.5], "val_accuracy": [0.5]})
    run.complete_with({"test_accuracy": accuracy})
    return run


def said(tmp_path, *found):
    return spread.sentence([(run.path.name, run) for run in found], "test_accuracy", True, tmp_path)


def band(tmp_path, run, values):
    content = {
        "app": "dense", "sha256": "0", "backend": "tensorflow", "device": "CPU", "settings": run.config(),
        "test_accuracy": {"values": values, "mean": statistics.mean(values), "sd": statistics.stdev(values)},
    }  # fmt: skip
    Run(tmp_path, "").write_json("some_band", content)


def test_two_single_runs_without_a_band_tell_nothing(tmp_path):
    line = said(tmp_path, made(tmp_path, "one", 0.98), made(tmp_path, "two", 0.90, l2=1.0))
    assert "is not known here" in line and "better" not in line and "--seed" in line


def test_a_band_of_the_same_settings_tells_the_spread(tmp_path):
    one, two = made(tmp_path, "one", 0.982), made(tmp_path, "two", 0.980, l2=1.0)
    band(tmp_path, one, [0.98, 0.981, 0.982, 0.979, 0.978])
    half = 2.7764 * 0.0015811 * 2**0.5
    assert said(tmp_path, two, one) == (
        f"spread: test_accuracy against one: within the seeds' spread: two -0.0020 ± {half:.4f} "
        "(standard deviation 0.0016, from 5 seeds of some_band)"
    )
    far = made(tmp_path, "far", 0.9, l2=2.0)
    assert "beyond the seeds' spread: far -0.0820" in said(tmp_path, one, far)


def test_repeated_runs_tell_the_spread(tmp_path):
    same = [made(tmp_path, f"a{seed}", 0.98 + 0.001 * seed, seed=seed) for seed in range(3)]
    assert "equal settings, so the difference is chance alone" in said(tmp_path, *same)
    line = said(tmp_path, *same, made(tmp_path, "b", 0.978, l2=1.0))
    assert (
        "against a0 and 2 more: within the seeds' spread: b -0.0030 ±" in line and "from 3 of these" in line
    )


@pytest.mark.parametrize("settings", [2, 4])
def test_of_equal_settings_the_best_is_rarely_beyond_the_spread(tmp_path, settings, monkeypatch):
    groups = [
        [made(tmp_path, f"{place}{seed}", 0.0, seed=seed, l2=float(place)) for seed in range(3)]
        for place in range(settings)
    ]
    rng, wrong = np.random.default_rng(0), 0
    drawn: dict[str, float] = {}
    monkeypatch.setattr(Run, "metrics", lambda run: {"test_accuracy": drawn[run.path.name]})
    labelled = [(run.path.name, run) for group in groups for run in group]
    kept = spread.grouped(labelled)
    monkeypatch.setattr(spread, "grouped", lambda _: kept)
    for _ in range(1000):
        drawn |= {
            name: value for (name, _), value in zip(labelled, rng.normal(size=len(labelled)), strict=True)
        }
        wrong += "beyond" in (spread.sentence(labelled, "test_accuracy", True, tmp_path) or "")
    assert wrong <= 65  # 5 % of 1,000, and two standard errors


def test_compare_and_the_leaderboard_print_it(tmp_path, capsys):
    for name, accuracy, more in (("one", 0.98, {}), ("two", 0.97, {"l2": 1.0})):
        made(tmp_path, name, accuracy, **more)
    models = tmp_path / "models"
    compare.main(compare.Config(("dense/one", "dense/two"), models_dir=models))
    assert "spread: how much of a difference in test_accuracy" in capsys.readouterr().out
    compare.main(compare.Config(leaderboard=(models,)))
    assert "spread: how much of a difference in test_accuracy" in capsys.readouterr().out

"""benchmarks.controls: counts, intervals and made-up shares; the trainings themselves are the app's."""

import json

import numpy as np
import pytest

from benchmarks import controls, files
from keras_course.datasets import prices


def test_counts_have_exact_intervals():
    assert controls.counted(0, 100)["interval"] == [0.0, pytest.approx(1 - 0.025 ** (1 / 100), abs=1e-4)]
    assert controls.in_words(controls.counted(5, 100)) == "5 of 100 (95 % interval 1.6 to 11.3 %)"


def test_a_share_has_the_memory_it_is_said_to_have(tmp_path):
    found = prices.load(str(controls.synthetic(tmp_path, 0, 0.6, 500)))
    returns = np.diff(np.log(found.close))
    assert len(found.close) == 1750
    assert np.corrcoef(returns[1:], returns[:-1])[0, 1] == pytest.approx(0.6, abs=0.06)


def test_oracle_and_network_are_counted_side_by_side(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "RESULTS", tmp_path)
    metrics = {
        "verdict": "skill",
        "rmse_ratio": 0.8,
        "pinball": 0.9,
        "pinball_best": "har",
        "pinball_har": 1.0,
    }
    monkeypatch.setattr(controls, "judged", lambda *_: metrics)
    controls.main(["--shares", "3", "--oracle-shares", "20", "--kinds", "memory of 0.6, return"])
    result = json.loads((tmp_path / "controls.json").read_text())
    assert result["memory of 0.6, return"]["skill"] == result["memory of 0.6, return"]["shares"] == 3
    assert result["memory of 0.6, return"]["median_pinball_ratio"] == 0.9
    assert result["oracle"]["memory of 0, 250 sessions"]["skill"] == 0
    assert result["oracle"]["memory of 0.6, 500 sessions"]["skill"] >= 19
    with pytest.raises(SystemExit):
        controls.main(["--kinds", "memory of 7"])

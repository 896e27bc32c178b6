"""benchmarks.forecasts: a small run, from tables of prices to the file of results."""

import json

import numpy as np
import pandas as pd
import pytest

from benchmarks import files, forecasts


@pytest.mark.slow
def test_judges_every_share_with_every_seed_and_keeps_every_figure(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "RESULTS", tmp_path)
    days = pd.bdate_range("2010-01-04", "2014-12-11")
    (tmp_path / "prices").mkdir()
    for seed, symbol in enumerate(("GOOGL", "MSFT")):
        steps = np.random.default_rng(seed).normal(0, 0.015, len(days))
        table = pd.DataFrame({"Date": days, "Close": 100 * np.exp(np.cumsum(steps))})
        table.to_csv(tmp_path / "prices" / f"{symbol}.csv", index=False)
    words = "--symbols GOOGL MSFT --origins 2014-12-11 --seeds 2 --epochs 1 --price-epochs 1 --price-seeds 1"
    forecasts.main(["--data-dir", str(tmp_path), *words.split()])

    result = json.loads((tmp_path / "forecasts.json").read_text())
    found = result["2014-12-11"]
    judged = [(row["symbol"], row["seed"]) for row in found["return_single"]]
    assert judged == [("GOOGL", 0), ("MSFT", 0), ("GOOGL", 1), ("MSFT", 1)]
    assert [row["symbol"] for row in found["price_single"]] == ["GOOGL", "MSFT"]
    assert found["return"]["networks_judged"] == 4
    one = [row["coverage_80"] for row in found["return_single"]]
    assert found["return"]["coverage_80"] == pytest.approx(np.mean(one), abs=1e-6)
    assert all(0.6 < value < 1 for value in one)  # calibrated, on a walk of constant width
    assert "data_dir" not in json.dumps(result)

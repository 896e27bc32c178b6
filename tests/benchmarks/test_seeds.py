"""benchmarks.seeds: several runs of an app, and what of them is published."""

import pytest

from benchmarks import seeds


@pytest.mark.slow
def test_further_metrics_are_reported_too():
    flags = ["--dataset", "embedded", "--epochs", "1", "--units", "4", "--limit", "64"]
    found = seeds.measure("stock_lstm", range(2), "data", "loss", flags, ["forecast_price"])
    assert len(found["loss"]["values"]) == len(found["forecast_price"]["values"]) == 2
    assert found["embedded"] and found["dataset"] == "goog_2004_2008"


def test_no_folder_of_this_machine_is_published():
    flags = ["--dataset", "/home/me/pets", "--epochs", "3", "--weights", "a/b/vgg.h5", "--model", "vgg16"]
    assert seeds.without_folders(flags) == [
        "--dataset", "pets", "--epochs", "3", "--weights", "vgg.h5", "--model", "vgg16"
    ]  # fmt: skip

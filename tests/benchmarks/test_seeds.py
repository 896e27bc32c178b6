"""README's numbers come from the results files, and from nowhere else."""

import json

import pytest

from benchmarks import seeds


def test_readme_shows_what_the_files_hold():
    text = seeds.README.read_text(encoding="utf-8")
    assert seeds.with_table(text) == text, "run: python -m benchmarks.seeds --table"


def test_every_results_file_is_whole():
    for path in seeds.RESULTS.glob("*.json"):
        result = json.loads(path.read_text(encoding="utf-8"))
        assert "machine" in result and "commit" in result, path.name
        if "metric" in result:
            spread = result[result["metric"]]
            assert abs(sum(spread["values"]) / len(spread["values"]) - spread["mean"]) < 1e-4
            assert "data_dir" not in result["settings"]


def test_the_table_changes_with_a_file(tmp_path):
    result = {
        "app": "mnist_dense",
        "arguments": ["--epochs", "3"],
        "dataset": "mnist",
        "metric": "test_accuracy",
        "test_accuracy": {"values": [0.9, 0.8], "mean": 0.85, "sd": 0.0707},
        "seconds": 7.5,
    }
    (tmp_path / "small.json").write_text(json.dumps(result))
    assert "| test accuracy 85.00% ± 7.07% |" in seeds.table(tmp_path)
    assert seeds.with_table("a\n<!-- results -->\nold\n<!-- /results -->\nb", tmp_path) == (
        f"a\n<!-- results -->\n{seeds.table(tmp_path)}<!-- /results -->\nb"
    )


def test_a_measure_that_is_no_share_is_shown_as_a_number(tmp_path):
    result = {
        "app": "stock_lstm",
        "arguments": [],
        "dataset": "GOOGL",
        "metric": "loss",
        "loss": {"values": [0.001, 0.002], "mean": 0.0015, "sd": 0.00071},
        "seconds": 7.5,
    }
    (tmp_path / "slide.json").write_text(json.dumps(result))
    assert "| loss 0.00150 ± 0.00071 |" in seeds.table(tmp_path)


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

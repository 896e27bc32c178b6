"""README's numbers come from the results files, and from nowhere else."""

import json

import pytest

from benchmarks import files, tables


def test_readme_shows_what_the_files_hold():
    text = tables.README.read_text(encoding="utf-8")
    assert tables.with_tables(text) == text, "run: python -m benchmarks.tables"
    for name in ("results", "forecasts", "slide", "speeds"):
        assert text.count(f"<!-- {name} -->") == text.count(f"<!-- /{name} -->") == 1


def test_every_results_file_is_whole():
    for path in files.RESULTS.glob("*.json"):
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
    # t(1) = 12.7062: two runs tell little, and no accuracy is above 100 %
    result["test_accuracy"]["sd"] = 0.005
    (tmp_path / "small.json").write_text(json.dumps(result))
    row = "| test accuracy 85.00% ± 0.50% | 80.51% to 89.49% | 77.22% to 92.78% |"
    assert row in tables.results(tmp_path)
    assert tables.with_tables("a\n<!-- results -->\nold\n<!-- /results -->\nb", tmp_path) == (
        f"a\n<!-- results -->\n{tables.results(tmp_path)}<!-- /results -->\nb"
    )


def test_a_classic_network_is_compared_with_those_that_have_it(tmp_path):
    assert tables.classics(tmp_path) == []
    networks = {
        "lenet5": {"ratio_of_course_to": {"plain_fit": 1.5, "pytorch": 2.0, "pytorch_compiled": 1.25}},
        "vgg11": {"ratio_of_course_to": {"plain_fit": 1.0}},
    }
    (tmp_path / "classics_speed.json").write_text(json.dumps({"machine": "a laptop", "networks": networks}))
    first, second = tables.classics(tmp_path)
    assert (
        "| training `lenet5` on digits | Keras' `fit`: 1.50, PyTorch: 2.00, compiled PyTorch: 1.25 |" in first
    )
    assert second == "| training `vgg11` on digits | Keras' `fit`: 1.00 | a laptop | `classics_speed.json` |"


def test_a_metric_that_is_not_a_fraction_is_shown_as_a_number(tmp_path):
    result = {
        "app": "stock_lstm",
        "arguments": [],
        "dataset": "GOOGL",
        "metric": "loss",
        "loss": {"values": [0.001, 0.002], "mean": 0.0015, "sd": 0.00071},
        "seconds": 7.5,
    }
    (tmp_path / "slide.json").write_text(json.dumps(result))
    assert "| loss 0.00150 ± 0.00071 | -0.00488 to 0.00788 |" in tables.results(tmp_path)


def test_forecasts_are_shown_by_origin_and_target(tmp_path):
    mean = {
        "rmse_ratio": 0.9984,
        "coverage_80": 0.795,
        "coverage_95": 0.943,
        "pinball": 0.99,
        "pinball_ewma": 1.0,
        "skill": 0,
        "networks_judged": 15,
    }
    (tmp_path / "forecasts.json").write_text(json.dumps({"settings": {}, "2014-12-11": {"return": mean}}))
    assert tables.forecasts(tmp_path).splitlines()[2:] == [
        "| 2014-12-11 | return | 0.998 | 79.5% | 94.3% | 0.990 | 0 of 15 |"
    ]


def test_the_slides_date_is_shown_with_the_price_it_closed_at(tmp_path):
    for name, price in (("stock_slide", 1100.0), ("stock_return", 1120.51)):
        found = {"forecast_price": {"values": [1116.51, price]}}
        (tmp_path / f"{name}.json").write_text(json.dumps(found))
    assert tables.slide(tmp_path).splitlines()[2:] == [
        "| the slide | 1111.44 | 15.07 |",
        '| "the price stays" | 1119.63 | 6.88 |',
        "| `--target price`, one network per seed | 1116.51, 1100.00 | 18.25 on average |",
        "| `--target return`, one network per seed | 1116.51, 1120.51 | 8.00 on average |",
    ]


def test_every_speed_that_is_shown_has_its_file():
    rows = tables.speeds().splitlines()[2:]
    assert len(rows) == len(tables.SPEEDS)
    with pytest.raises(KeyError):
        tables._at({"a": {"b": 1}}, "a.c")

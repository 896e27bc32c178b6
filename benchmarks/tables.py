"""README's tables: every number in them is read from a file in ``benchmarks/results``.

Run:
    python -m benchmarks.tables                      write them into README.md
"""

import re
import statistics
from pathlib import Path
from typing import Any

from benchmarks import files
from keras_course.experiment import bands

README = files.ROOT / "README.md"

# Slide: deck 1, "Stock / Cryptocurrency price prediction": its forecast for GOOGL; the closing price before and on that
# date, from Yahoo.
SLIDE, BEFORE, CLOSED = 1111.44, 1119.63, 1126.51

# What was timed: its file, its name in the table, and what it is compared with, by the ratio's key in the file.
OPPONENTS = {
    "Keras' `fit`": "ratio_of_course_to.plain_fit",
    "tuned `fit`": "ratio_of_course_to.tuned_fit",
    "PyTorch": "ratio_of_course_to.pytorch",
    "compiled PyTorch": "ratio_of_course_to.pytorch_compiled",
}
NAMES = {"ndcg_at_10": "nDCG@10", "auc": "AUC"}  # of metrics
NEW = (
    "tuned_fit",
    "pytorch_compiled",
    "digits_tuned",
    "photos_tuned",
)  # left out where a file does not have them
DIGITS = {"Keras' `fit`": "speedup.digits", "tuned `fit`": "speedup.digits_tuned"}
PHOTOS = {"Keras' `fit`": "speedup.photos", "tuned `fit`": "speedup.photos_tuned"}
SPEEDS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("dense_speed", "training a dense network, 512 hidden units", OPPONENTS),
    ("dense_speed_dropout", "the same with dropout", OPPONENTS),
    ("convnet_speed", "training the ConvNet for digits", DIGITS),
    ("convnet_speed", "training the ConvNet for photos", PHOTOS),
    ("convnet_speed", "the same with augmentation", {"`ImageDataGenerator`": "speedup.photos_augmented"}),
    (
        "augmentation",
        "augmentation alone, photos of 150x150 in memory",
        {
            "`ImageDataGenerator`": "ratio_to_generator_from_memory",
            "Keras' layers": "ratio_to_keras_layers",
        },
    ),
    (
        "augmentation",
        "from the cache, against decoding every photo in every epoch",
        {"`ImageDataGenerator`": "ratio_to_generator"},
    ),
    ("lstm_speed", "training four LSTM of 50 units", OPPONENTS),
)


def main() -> None:
    """Write README's tables."""
    README.write_text(with_tables(README.read_text(encoding="utf-8")), encoding="utf-8")


def with_tables(text: str, folder: Path = files.RESULTS) -> str:
    """README's text with each table between its two markers."""
    for name, table in (
        ("results", results),
        ("forecaster", forecaster),
        ("forecasts", forecasts),
        ("slide", slide),
        ("speeds", speeds),
        ("accelerators", accelerators),
    ):
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        if begin in text:
            before, _, rest = text.partition(begin)
            _, _, after = rest.partition(end)
            text = before + begin + table(folder) + end + after
    return text


def results(folder: Path = files.RESULTS) -> str:
    """A row for each file that ``benchmarks.seeds`` wrote."""
    rows = [
        "| command | data | seeds | mean ± standard deviation | 95 % interval of the mean | 95 % of new runs "
        "| seconds a run | file |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for path in sorted(folder.glob("*.json")):
        result = files.read(path)
        if "metric" not in result:
            continue
        metric = result["metric"]
        mean, sd, count = (*(result[metric][key] for key in ("mean", "sd")), len(result[metric]["values"]))
        flags = " ".join(["python -m", f"apps.{result['app']}", *result["arguments"]])
        mirrored = result.get("settings", {}).get("mirror")
        named = NAMES.get(metric, metric.replace("_", " "))
        averaged = ", averaged over the photo and its mirror image" if mirrored else ""
        rows.append(
            f"| `{flags}` | {result['dataset']} | {count} "
            f"| {named} {_number(metric, mean)} ± {_number(metric, sd)}{averaged} "
            f"| {_interval(metric, mean, bands.mean_half_width(sd, count))} "
            f"| {_interval(metric, mean, bands.prediction_half_width(sd, count))} "
            f"| {result['seconds']} | `{path.name}` |"
        )
    return _lines(rows)


def forecaster(folder: Path = files.RESULTS) -> str:
    """A row for each period on which ``benchmarks.forecaster`` has judged the pretrained forecaster."""
    columns: tuple[str, ...] = (
        "two years after",
        "shares",
        "they count as",
        "/ EWMA's",
        "95 %",
        "/ HAR's",
        "95 %",
        "/ GARCH's",
    )
    columns += ("in 80 %", "in 95 %")
    rows = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    for day, found in files.read(folder / "forecaster.json").items():
        if re.fullmatch(r"\d{4}-\d\d-\d\d", day):
            intervals = {name: "{:.3f} to {:.3f}".format(*found[f"{name}_95"]) for name in ("ewma", "har")}
            rows.append(
                f"| {day} | {found['shares']} | {found['independent_series']:.0f} | {found['ewma']:.3f} "
                f"| {intervals['ewma']} | {found['har']:.3f} | {intervals['har']} | {found['garch']:.3f} "
                f"| {found['coverage_80']:.1%} | {found['coverage_95']:.1%} |"
            )
    return _lines(rows)


def forecasts(folder: Path = files.RESULTS) -> str:
    """A row for each two years on which ``benchmarks.forecasts`` has judged forecasts."""
    rows = [
        "| two years to | forecast | error / persistence | in 80 % | in 95 % | pinball / EWMA's | skill |",
        "|---|---|---|---|---|---|---|",
    ]
    for origin, targets in files.read(folder / "forecasts.json").items():
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", origin):
            continue
        for target in ("return", "price"):
            if target in targets:
                mean = targets[target]
                rows.append(
                    f"| {origin} | {target} | {mean['rmse_ratio']:.3f} | {mean['coverage_80']:.1%} "
                    f"| {mean['coverage_95']:.1%} | {mean['pinball'] / mean['pinball_ewma']:.3f} "
                    f"| {mean['skill']} of {mean['networks_judged']} |"
                )
    return _lines(rows)


def slide(folder: Path = files.RESULTS) -> str:
    """Forecasts for the slide's date: its own, "the price stays", and those of ``benchmarks.seeds``."""
    rows = [
        f"| forecast of GOOGL for 2019-02-19; it closed at {CLOSED:.2f} | price | off by |",
        "|---|---|---|",
        f"| the slide | {SLIDE:.2f} | {abs(CLOSED - SLIDE):.2f} |",
        f'| "the price stays" | {BEFORE:.2f} | {abs(CLOSED - BEFORE):.2f} |',
    ]
    for name, target in (("stock_slide", "price"), ("stock_return", "return")):
        forecast = files.read(folder / f"{name}.json")["forecast_price"]["values"]
        off = statistics.mean(abs(price - CLOSED) for price in forecast)
        prices = ", ".join(f"{price:.2f}" for price in forecast)
        rows.append(f"| `--target {target}`, one network per seed | {prices} | {off:.2f} on average |")
    return _lines(rows)


def speeds(folder: Path = files.RESULTS) -> str:
    """A row for each thing that was timed and compared with another way of doing it."""
    rows = ["| what | how many times as fast as | machine | file |", "|---|---|---|---|"]
    for name, what, against in SPEEDS:
        result = files.read(folder / f"{name}.json")
        if (
            against is PHOTOS and "photos_array" not in result["speedup"]
        ):  # measured before the memory map was
            what += ", from an array (the app reads a memory map)"
        found = {other: _at(result, key) for other, key in against.items()}
        ratios = ", ".join(f"{other}: {ratio:.2f}" for other, ratio in found.items() if ratio is not None)
        rows.append(f"| {what} | {ratios} | {result['machine']} | `{name}.json` |")
    return _lines(rows + classics(folder))


def classics(folder: Path = files.RESULTS) -> list[str]:
    """A row for each classic ConvNet that ``benchmarks.classics_speed`` has timed, if it has."""
    path = folder / "classics_speed.json"
    if not path.is_file():
        return []
    result, rows = files.read(path), []
    for network, found in result["networks"].items():
        named = {words: key.rpartition(".")[2] for words, key in OPPONENTS.items()}
        ratios = ", ".join(
            f"{words}: {found['ratio_of_course_to'][key]:.2f}"
            for words, key in named.items()
            if key in found["ratio_of_course_to"]
        )
        what = "the slides' ConvNet, batch 64" if network == "digits" else f"`{network}` on digits"
        rows.append(f"| training {what} | {ratios} | {result['machine']} | `{path.name}` |")
    return rows


def accelerators(folder: Path = files.RESULTS) -> str:
    """A row for each network and precision that ``benchmarks.accelerator`` has trained on a device."""
    rows = [
        "| device | network | precision | examples a second | share of the device's peak | file |",
        "|---|---|---|---|---|---|",
    ]
    for path in sorted(folder.glob("accelerator_*.json")):
        result = files.read(path)
        for precision in ("float32", "bfloat16"):
            for name, row in result[precision].items():
                if name != "peak_gflops":
                    network = f"{name}, small" if result["small"] else name
                    rows.append(
                        f"| {result['machine']}, {result['backend']} | {network} | {precision} "
                        f"| {row['samples_per_second']:,.0f} | {row['share_of_peak']:.0%} | `{path.name}` |"
                    )
    return _lines(rows)


def _at(result: Any, key: str) -> Any:
    """``_at(result, "a.b")`` is ``result["a"]["b"]``; None where a measurement from before a new opponent lacks it."""
    for part in key.split("."):
        if part not in result and part in NEW:
            return None
        result = result[part]
    return result


def _number(metric: str, value: float) -> str:
    return f"{value:.2%}" if "accuracy" in metric else f"{value:.5f}"


def _interval(metric: str, middle: float, half: float) -> str:
    """The interval in words; accuracies end at 100 %."""
    end = min(middle + half, 1.0) if "accuracy" in metric else middle + half
    return f"{_number(metric, middle - half)} to {_number(metric, end)}"


def _lines(rows: list[str]) -> str:
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    main()

"""apps.stock_lstm --compare-remedies: what the slide's network does when the price leaves its range, and what helps."""

import dataclasses
import functools
import shutil
from collections.abc import Mapping
from typing import Any

import numpy as np

from keras_course import forecasting
from keras_course.datasets.prices import Prices
from keras_course.experiment import card
from keras_course.experiment.run import Run
from keras_course.experiment.variants import train_variants

from . import build, relearning, report, train
from .start import Settled

RELEARN = 20  # sessions: a month


def compare(
    parent: Run, config: Settled, prices: Prices, split: forecasting.Split, learnt: tuple[float, float]
) -> dict[str, Any]:
    """Train the slide's network, the same relearnt, and the relative one; print a table, draw the forecasts.

    Args:
        parent: the run, which gets the figure and the best model by validation.
        config: the app's settings.
        prices: the series.
        split: its splits.
        learnt: the lowest and the highest price of the training split.

    Returns:
        The best model's metrics, with ``best_variant``, and those of all in ``variants``.
    """
    from keras_course import plots

    again = config.relearn or RELEARN
    variants: dict[str, dict[str, Any]] = {
        "slide": {"relative": False},
        "relearn": {"relearn": again},
        "relative": {"relative": True},
    }

    def train_one(run: Run, changed: dict[str, Any]) -> None:
        plain = dataclasses.replace(config, compare_remedies=False, relative=False, relearn=None)
        settings = dataclasses.replace(plain, **changed)
        settings.run.configure_devices()  # the same seed for every variant
        judged = train(run, settings, prices, split, build(settings, prices, split))
        run.write_arrays(forecasts=judged.forecasts)
        relearning.complete(run, settings, judged)
        run.complete_with(judged.metrics)
        relearning.clean(run)

    trained = train_variants(parent, config, variants, train_one)
    table = {name: run.metrics() for name, run in trained.items()}
    print_table(table, again)

    values = prices.close
    then = split.test + config.horizon - 1
    figure = plots.outgrown(
        prices.dates[then],
        values[then],
        {
            name: values[split.test - 1] * np.exp(run.read_arrays()["forecasts"])
            for name, run in trained.items()
        },
        {name: row["rmse_ratio"] for name, row in table.items()},
        learnt,
        title=report.title(prices, config),
    )
    parent.save_figure("remedies", figure)
    best = min(table, key=lambda name: table[name]["validation_rmse_ratio"])
    for file in ("model.keras", "card.json"):
        parent.write_file(file, functools.partial(shutil.copyfile, trained[best].path / file))
    metrics = {**table[best], "best_variant": best, "variants": table}
    card.complete(parent, metrics)
    return metrics


def print_table(table: Mapping[str, Mapping[str, Any]], again: int) -> None:
    """Print a line for each variant, and one for persistence."""
    sessions = next(iter(table.values()))["test_sessions"]
    print(f"\njudged on the last {sessions} sessions, each forecast the evening before:")
    said = {
        "slide": "the slide's network",
        "relearn": f"fitted again every {again} sessions",
        "relative": "relative to the last price",
    }
    line = "{:31}{:>20}{:>9}{:>9}"
    print(line.format("", "RMSE / persistence", "in 80 %", "in 95 %"))
    for name, row in table.items():
        coverage = f"{row['coverage_80']:.1%}", f"{row['coverage_95']:.1%}"
        print(line.format(said[name], f"{row['rmse_ratio']:.4f}", *coverage))
    print(line.format("persistence, the price stays", "1.0000", "", ""))
    better = [said[name] for name, row in table.items() if row["verdict"] == "skill"]
    print(f"\nverdict: skill against persistence: {', '.join(better) or 'none of them'}")

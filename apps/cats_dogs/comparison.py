"""apps.cats_dogs --compare-augmentation: no augmentation, ImageDataGenerator, and RandomAffine."""

import dataclasses
import functools
import shutil
from collections.abc import Mapping
from typing import Any

from keras_course.datasets.photos import Photos
from keras_course.experiment import results
from keras_course.experiment.run import Run
from keras_course.experiment.variants import train_variants

from . import network, training

VARIANTS = ("none", "generator", "affine")


def compare(parent: Run, config: Any, data: Photos) -> dict[str, Any]:
    """Train once in each way, draw the learning curves side by side, print a table.

    Args:
        parent: the run, which gets the figures and the best model by validation.
        config: the app's settings, completed by their recipe.
        data: the photos.

    Returns:
        The best model's metrics, with ``best_variant``, and those of all in ``variants``.
    """
    from keras_course import plots

    def train(run: Run, changed: dict[str, Any]) -> None:
        settings = dataclasses.replace(config, **changed)
        settings.run.configure_devices()  # the same seed for every variant
        run.complete_with(training.train(run, settings, data, network.build(settings, data)))

    trained = train_variants(parent, config, {name: {"augment": name} for name in VARIANTS}, train)
    table = {name: run.metrics() for name, run in trained.items()}
    histories = {name: run.history() for name, run in trained.items()}
    print_table(table)
    for metric in ("accuracy", "loss"):
        figure = plots.compare_curves(histories, metric, title=f"cats_dogs on {data.name}: augmentation")
        parent.save_figure(f"augmentation_{metric}", figure)
    best = max(table, key=lambda name: table[name]["validation_accuracy"])
    for file in ("model.keras", "card.json"):
        parent.write_file(file, functools.partial(shutil.copyfile, trained[best].path / file))
    return {**table[best], "best_variant": best, "variants": table}


def print_table(table: Mapping[str, Mapping[str, Any]]) -> None:
    """Print one line per variant."""
    print(
        f"\n{'augment':10} {'best epoch':>10} {'validation':>10} {'test':>7} {'photos/s':>9} {'seconds':>8}"
    )
    for name, row in table.items():
        print(
            f"{name:10} {row['best_epoch']:10} {row['validation_accuracy']:10.2%} {row['test_accuracy']:7.2%} "
            f"{row['samples_per_second']:9.0f} {row['seconds']:8.0f}"
        )
    print(results.ONE_SEED)

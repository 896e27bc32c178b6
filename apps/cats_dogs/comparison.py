"""apps.cats_dogs --compare-augmentation: photos varied not, by ImageDataGenerator, and by RandomAffine."""

import dataclasses
import shutil
from collections.abc import Callable
from typing import Any

WAYS = ("none", "generator", "affine")


def compare(run: Any, config: Any, data: Any, train: Callable[..., Any]) -> dict[str, Any]:
    """Train once each way, lay the curves side by side, print a table.

    Args:
        run: the parent, which gets the figures and the best network by validation.
        config: the app's settings.
        data: the photos.
        train: ``train(run, config, data)`` returns metrics and curves.

    Returns:
        The best network's metrics, with ``best_variant``, and all ways' in ``variants``.
    """
    from keras_course import plots

    table, histories = {}, {}
    for way in WAYS:
        print(f"\naugment {way}")
        variant = run.variant(way, config, {"augment": way})
        table[way], histories[way] = train(variant, dataclasses.replace(config, augment=way), data)
        variant.complete_with(table[way])
    print_table(table)
    for metric in ("accuracy", "loss"):
        figure = plots.compare_curves(
            histories, metric, title=f"cats_dogs on {data.name}: ways to vary photos"
        )
        run.save_figure(f"augmentation_{metric}", figure)
    best = max(table, key=lambda way: table[way]["validation_accuracy"])
    for name in ("model.keras", "card.json"):
        shutil.copyfile(run.path / best / name, run.path / name)
    return {**table[best], "best_variant": best, "variants": table}


def print_table(table: dict[str, dict[str, Any]]) -> None:
    """Print a line a way."""
    print(
        f"\n{'augment':10} {'best epoch':>10} {'validation':>10} {'test':>7} {'photos/s':>9} {'seconds':>8}"
    )
    for way, row in table.items():
        print(
            f"{way:10} {row['best_epoch']:10} {row['validation_accuracy']:10.2%} {row['test_accuracy']:7.2%} "
            f"{row['samples_per_second']:9.0f} {row['seconds']:8.0f}"
        )

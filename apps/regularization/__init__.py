"""Overfitting made visible: the same few digits, several network sizes, each remedy in turn.

Slide: deck 3, "Overfitting"; deck 3, "Underfitting"; deck 3, "Prevent overfitting"; deck 3, "Regularization";
    deck 3, "Regularization Techniques"; deck 3, "Weight regularization"; deck 3, "Dropout"

Group: digits, 3

Run:
    python -m apps.regularization
    python -m apps.regularization --dataset digits --epochs 10 --examples 200      small, without a network

Try:
    --examples 10000    does overfitting go away by itself with more data?
    --l2 0.1            what is too much regularization: where does overfitting turn into underfitting?
    --dropout 0.8       and too much dropout?
"""

import dataclasses
from typing import Annotated, Any

import tyro

from keras_course.experiment import command


@dataclasses.dataclass(frozen=True)
class Config:
    """Compare the slides' remedies against overfitting."""

    dataset: str = "auto"
    """auto (MNIST, else the embedded digits), mnist, digits, or the path of an .npz with Keras' four arrays."""
    epochs: int = 60
    """Passes over the training set, for every variant."""
    examples: int = 1000
    """Training digits of every variant but the last, which has ten times as many."""
    l1: float = 0.0001
    """L1 regularizer of the variants that have one: adds l1 * |w| to the loss for every weight."""
    l2: float = 0.001
    """L2 regularizer of the variants that have one (the slide's 0.001): adds l2 * w**2 for every weight."""
    dropout: float = 0.5
    """Fraction of each hidden layer's outputs dropped in training, in the variants that have dropout."""
    batch_size: int = 64
    """Examples in each step."""
    run: Annotated[command.RunOptions, tyro.conf.OmitArgPrefixes] = command.RunOptions()


def main(config: Config) -> dict[str, Any]:
    """Train every variant, compare training with validation, draw the conclusion; return the metrics."""
    command.check(config)
    config.run.configure_devices()
    from keras_course.datasets import digits
    from keras_course.experiment import results, runs
    from keras_course.experiment.variants import train_variants

    from . import report, variants

    variants.check(config)
    data = digits.load(config.dataset, config.run.data_dir, seed=config.run.seed, limit=config.run.limit)
    parent = runs.start("regularization", config, data)

    # Train: a run for each variant, inside the parent's folder.
    settings = variants.settings(config, len(data.x_train))
    trained = train_variants(
        parent, config, settings, lambda run, changed: variants.train(run, changed, config)
    )

    # Compare.
    table = {name: run.metrics() for name, run in trained.items()}
    correct = {name: run.read_arrays()["correct"] for name, run in trained.items()}
    report.print_table(table)
    conclusion = report.conclusion(table, correct)
    print(f"\n{conclusion}\n")
    report.save_figures(parent, trained)

    # The best by validation speaks for the app; more data is no remedy when there are only so many digits.
    comparable = [name for name in table if name != variants.MORE_DATA]
    best = max(comparable, key=lambda name: table[name]["best_validation_accuracy"])
    metrics = {
        "variants": table,
        "conclusion": conclusion,
        "best_variant": best,
        "test_accuracy": table[best]["test_accuracy"],
        "gap_large": table["large"]["gap"],
    }
    return results.finish(parent, metrics, "test_accuracy")

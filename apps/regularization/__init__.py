"""Overfitting made visible: the same few digits, several network sizes, each remedy in turn.

Slide: deck 2, "How much data?"; deck 3, "Overfitting"; deck 3, "Underfitting"; deck 3, "Prevent overfitting";
    deck 3, "Regularization"; deck 3, "Regularization Techniques"; deck 3, "Weight regularization"; deck 3, "Dropout"

Group: digits, 3

Run:
    python -m apps.regularization
    python -m apps.regularization --dataset digits --epochs 10 --examples 200      small, without a network

Try:
    --wrong-labels 0                all labels are right: does it still overfit, and do the remedies still help?
    --wrong-labels 0.2              half as many wrong labels: which remedies are worth it now?
    --wrong-labels 0.2 --l2 0.001   the slide's value for L2: is it enough against wrong labels?
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
    labels: tuple[str, ...] = ()
    """Names of an .npz file's classes, such as t-shirt trouser; default: its array labels, else "class 0" and so on."""
    epochs: int = 60
    """Passes over the training set, for every variant."""
    examples: int = 1000
    """Training digits of every variant but the last, which has ten times as many."""
    wrong_labels: float = 0.4
    """Fraction of every variant's training labels that are replaced by another digit: noise to learn by heart. Those
    of the validation and test digits stay right."""
    l1: float = 0.001
    """L1 regularizer of the variants that have one: adds l1 * |w| to the loss for every weight."""
    l2: float = 0.01
    """L2 regularizer of the variants that have one: adds l2 * w**2 for every weight (the slide's is 0.001)."""
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
    data = digits.load(
        config.dataset,
        config.run.data_dir,
        seed=config.run.seed,
        limit=config.run.limit,
        labels=config.labels,
    )
    parent = runs.start("regularization", config, data)

    # Train: a run for each variant, inside the parent's folder.
    settings = variants.settings(config, len(data.x_train))
    trained = train_variants(
        parent, config, settings, lambda run, changed: variants.train(run, changed, config)
    )

    # Compare.
    table = {name: run.metrics() for name, run in trained.items()}
    correct = {name: run.read_arrays()["correct"] for name, run in trained.items()}
    report.print_table(table, config.wrong_labels)
    conclusion = report.conclusion(table, correct, config.wrong_labels)
    print(f"\n{conclusion}\n")
    report.save_figures(parent, trained, config.wrong_labels)

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
    return results.finish(parent, metrics, "test_accuracy", figure="validation_loss")

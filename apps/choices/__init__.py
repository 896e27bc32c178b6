"""The knobs, one at a time: the same digits and the same network, one choice changed.

Slide: deck 5, "Choices" `--vary initializer` `--vary activation` `--vary optimizer` `--vary loss`,
    "Learning Rate" `--vary learning_rate`, "How many layers do I need?" `--vary depth`;
    deck 3, "Activation Function" `--vary activation`, "Loss Functions" `--vary loss`;
    deck 4, "Hyperparameters (knobs)", "Architecture" `--vary depth`

Group: digits, 4

Run:
    python -m apps.choices --vary initializer
    python -m apps.choices --vary optimizer         or activation, loss, learning_rate, depth
    python -m apps.choices --vary depth --dataset digits --epochs 3     small, without a network

Try:
    --vary depth --activation sigmoid           through how many layers does the signal still pass?
    --vary learning_rate --optimizer sgd        is the best rate of one optimizer also that of another?
    --vary initializer --layers 1               do the initial weights matter if there is only one hidden layer?
"""

import dataclasses
from typing import Annotated, Any, Literal

import tyro

from keras_course.experiment import command


@dataclasses.dataclass(frozen=True)
class Config:
    """Change one choice of a dense network, and keep all others."""

    vary: Literal["initializer", "activation", "optimizer", "loss", "learning_rate", "depth"] = "initializer"
    """The choice that is changed."""
    dataset: str = "auto"
    """auto (MNIST, else the embedded digits), mnist, digits, or the path of an .npz with Keras' four arrays."""
    labels: tuple[str, ...] = ()
    """Names of an .npz file's classes, such as t-shirt trouser; default: its array labels, else "class 0" and so on."""
    epochs: int = 10
    """Passes over the training set, for every variant."""
    examples: int = 10_000
    """Training digits, balanced over the classes; the same for every variant."""
    layers: int = 5
    """Hidden layers, where depth is not what is changed; 50 at most."""
    units: int = 64
    """Units of each hidden layer."""
    activation: str = "relu"
    """Activation of the hidden layers, where it is not what is changed."""
    optimizer: Literal["adam", "sgd", "rmsprop"] = "adam"
    """Optimizer, where it is not what is changed; at Keras' default rate."""
    batch_size: int = 64
    """Examples in each step."""
    reach: float = 0.9
    """Validation accuracy whose first epoch is noted, from 0 to 1."""
    run: Annotated[command.RunOptions, tyro.conf.OmitArgPrefixes] = command.RunOptions()


def main(config: Config) -> dict[str, Any]:
    """Train every variant, compare them, draw the conclusion; return the metrics."""
    command.check(config)
    config.run.configure_devices()
    from keras_course import saving
    from keras_course.datasets import digits
    from keras_course.experiment import judging, results, runs
    from keras_course.experiment.variants import train_variants

    from . import report, training, variants

    # Data.
    variants.check(config)
    limit = config.examples if config.run.limit is None else min(config.examples, config.run.limit)
    data = digits.load(
        config.dataset, config.run.data_dir, seed=config.run.seed, limit=max(limit, 1), labels=config.labels
    )
    variants.check_examples(limit, len(data.labels))
    changes = variants.variants(config.vary)
    training.build(next(iter(changes.values())), config, data)  # an error here leaves no folder
    parent = runs.start("choices", config, data)

    # Train: a run for each variant, inside the parent's folder.
    trained = train_variants(
        parent, config, changes, lambda run, changed: training.train(run, changed, config, data)
    )

    # Compare.
    table = {name: run.metrics() for name, run in trained.items()}
    correct = {name: run.read_arrays()["correct"] for name, run in trained.items()}
    report.print_table(table, config)
    conclusion = report.conclusion(config.vary, table, correct, data.y_validation)
    print(f"\n{conclusion}\n")
    report.save_figures(parent, trained, config, data)

    # The best by validation of those that return probabilities speaks for the app; the test set is used for it alone.
    candidates = variants.with_probabilities(changes)
    if len(candidates) < len(changes):
        print("(hinge returns scores, not probabilities: the app's model is the best of the others)")
    best = max(candidates, key=lambda name: table[name]["best_validation_accuracy"])
    model = saving.best_model(trained[best], training.build(changes[best], config, data)[1])
    as_targets = dataclasses.replace(
        data,
        y_test=training.one_hot(data.y_test, data),
        y_validation=training.one_hot(data.y_validation, data),
    )
    judged, _ = judging.evaluate(model, as_targets)
    metrics = {"variants": table, "conclusion": conclusion, "best_variant": best, **judged}
    return results.finish(parent, metrics, "test_accuracy", figure="accuracy")

"""Digits by classic machine learning, on raw pixels and on hand-made features, beside a dense network and a ConvNet.

Slide: deck 1, "Traditional Machine Learning", "Feature engineering", "NO feature engineering";
    deck 2, "No More Feature Engineering"

Group: digits, 5

Run:
    python -m apps.classic_learning
    python -m apps.classic_learning --dataset digits --epochs 3    small, without a network
    python -m apps.classic_learning --examples 0                   all training digits (slow: the support vectors)

Try:
    --examples 500          who needs the fewest digits, and do hand-made features help more when there are few?
    --cell 4                smaller cells for the edges: more features, and better ones?
    --features profiles     which classifiers still do well with so little, and which do not?
"""

import dataclasses
from typing import TYPE_CHECKING, Annotated, Any, Literal

import tyro

from keras_course.errors import UserError
from keras_course.experiment import command

if TYPE_CHECKING:
    from keras_course.datasets.digits import Digits

CELLS = (1, 2, 4, 7, 14)  # sides that divide 28 pixels into two cells or more


@dataclasses.dataclass(frozen=True)
class Config:
    """Compare classic learning on pixels, classic learning on hand-made features, and networks."""

    dataset: str = "auto"
    """auto (MNIST, else the embedded digits), mnist, digits, or the path of an .npz with Keras' four arrays."""
    labels: tuple[str, ...] = ()
    """Names of an .npz file's classes, such as t-shirt trouser; default: its array labels, else "class 0" and so on."""
    examples: int = 10_000
    """Training digits, balanced over the classes, the same for every contestant; 0: all there are."""
    epochs: int = 10
    """Passes over the training digits, for the two networks."""
    features: Literal["auto", "profiles", "shape", "gradients", "all"] = "auto"
    """Ink profiles, numbers of the whole shape, oriented gradients, or all of them; auto: the best by validation."""
    cell: int = 7
    """Side of a cell in pixels, for the oriented gradients: 1, 2, 4, 7 or 14."""
    curve: tuple[int, ...] = (100, 300, 1000, 3000, 10_000)
    """Learning curve: numbers of training digits from which everybody learns too; those above 70 % are left out."""
    batch_size: int = 128
    """Examples in each step of the networks."""
    run: Annotated[command.RunOptions, tyro.conf.OmitArgPrefixes] = command.RunOptions()


def main(config: Config) -> dict[str, Any]:
    """Measure the features, choose among them, train every contestant, judge once, compare; return the metrics."""
    command.check(config)
    config.run.configure_devices()
    from keras_course.experiment import results, runs
    from keras_course.experiment.variants import train_variants

    from . import contestants, curve, features, report

    # Data: pixels, and features measured in them.
    data = load(config)
    pixels = {split: getattr(data, f"x_{split}").astype("float32") / 255 for split in features.SPLITS}
    described, seconds = features.describe(pixels, config.cell)
    parent = runs.start("classic_learning", config, data)

    # Choose the features, by validation.
    choice = {
        name: contestants.accuracy_by_regression(described[name], data, config.run.seed)
        for name in features.SETS
    }
    chosen = max(choice, key=lambda name: choice[name]) if config.features == "auto" else config.features
    report.print_choice(choice, described, chosen)

    # Train scikit-learn's classifiers on the pixels and on the features, and the networks on the pixels.
    flat = {split: pictures.reshape(len(pictures), -1) for split, pictures in pixels.items()}
    table: dict[str, contestants.Row] = {}
    correct: dict[str, Any] = {}
    for kind, inputs, cost in (("pixels", flat, {}), ("features", described[chosen], seconds[chosen])):
        for name, classifier in contestants.classifiers(config.run.seed).items():
            label = f"{name}, {kind}"
            print(f"{label} ({inputs['train'].shape[1]} inputs)", flush=True)
            table[label], correct[label] = contestants.train_classifier(classifier, inputs, data, cost)
    counts = contestants.sizes(config, data)
    networks = train_variants(
        parent, config, contestants.network_variants(counts),
        lambda run, changed: contestants.train_network(run, changed, config, data),
    )  # fmt: skip
    for name, label in contestants.NETWORKS.items():
        table[label], correct[label] = networks[name].metrics(), networks[name].read_arrays()["correct"]
    given = {"pixels": flat, "features": described[chosen]}
    points = [curve.train_on(count, given, data, networks, config.run.seed) for count in counts[:-1]]
    points.append(curve.Point(len(data.x_train), table, correct))

    # Compare.
    report.print_table(table, len(data.x_train), len(data.y_test))
    conclusion = report.conclusion(table, correct)
    print(f"\n{conclusion}")
    learning = curve.report(points, data)
    curve.save_figure(parent, points, data)
    report.save_figures(parent, table, pixels["validation"], data, config.cell)
    best = max(table, key=lambda name: table[name]["validation_accuracy"])
    metrics = {
        "contestants": table,
        "features": chosen,
        "features_validation_accuracy": choice,
        "conclusion": conclusion,
        **learning,
        "best_contestant": best,
        "best_variant": max(
            contestants.NETWORKS, key=lambda name: networks[name].metrics()["validation_accuracy"]
        ),
        "test_accuracy": table[best]["test_accuracy"],
    }
    return results.finish(parent, metrics, "test_accuracy", figure="learning_curve")


def load(config: Config) -> "Digits":
    """Load the digits that every contestant learns from, after checking the settings.

    Raises:
        UserError: a setting cannot be used; one line that says what would do.
    """
    from keras_course.datasets import digits

    if config.examples < 0:
        raise UserError(f"examples={config.examples}: give a number of training digits, or 0 for all")
    if config.cell not in CELLS:
        raise UserError(
            f"cell={config.cell} does not divide 28 pixels into two cells or more: "
            f"give one of {', '.join(map(str, CELLS))}"
        )
    if any(size < 1 for size in config.curve):
        raise UserError(f"curve={config.curve}: give numbers of training digits, 1 or more")
    limits = [limit for limit in (config.examples or None, config.run.limit) if limit is not None]
    data = digits.load(
        config.dataset,
        config.run.data_dir,
        seed=config.run.seed,
        limit=min(limits, default=None),
        labels=config.labels,
    )
    needed = 2 * len(data.labels)
    if len(data.x_train) < needed:
        raise UserError(
            f"{len(data.x_train)} training digits are too few: give --examples {needed} or more, two of each class"
        )
    return data

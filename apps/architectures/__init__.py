"""The ConvNets of the slides' history on the same data: what each costs, and what it is worth.

Slide: deck 1, "Neural Network Architectures"; deck 1, "GoogLe Net (Inception v1)"; deck 1, "ResNet";
    deck 2, "CNN Architecture: A Common Pattern and its Influence"; deck 2, "LeNet Architecture";
    deck 2, "AlexNet and VGG Architectures"; deck 2, "GoogleNet"; deck 2, "RestNet"; deck 2, "Increasing complexity"

Group: digits, 7

Run:
    python -m apps.architectures                                        five networks, each trained on the same digits
    python -m apps.architectures --count                                no training: parameters and multiply-adds
    python -m apps.architectures --networks lenet5 resnet18 --dataset digits --epochs 2    small, without a network
    python -m apps.architectures --networks lenet5 --augment affine --epochs 40     LeNet-5 with distorted digits

Try:
    --networks lenet5 resnet18 --width 0.25      a quarter of ResNet's filters: what is lost?
    --networks lenet5 resnet18 --image-size 56   four times the multiply-adds: does accuracy grow with them?
    --count --networks vgg16 resnet152           which is deeper, and which has more parameters?
"""

import dataclasses
import json
from typing import Annotated, Any, Literal

import tyro

from keras_course.errors import UserError
from keras_course.experiment import command


@dataclasses.dataclass(frozen=True)
class Config:
    """Train the classic ConvNets side by side, or count them."""

    networks: tuple[str, ...] = ("lenet5", "alexnet", "vgg11", "inception_v1", "resnet18")
    """Which: lenet5, alexnet, vgg11, vgg13, vgg16, vgg19, inception_v1, resnet18, resnet34, resnet50, resnet101,
    resnet152."""
    dataset: str = "auto"
    """auto (MNIST, else the embedded digits), mnist, digits, the path of an .npz with Keras' four arrays, or the path
    of a folder with a folder of photos for each class."""
    labels: tuple[str, ...] = ()
    """Names of an .npz file's classes, such as t-shirt trouser; default: its array labels, else "class 0" and so on."""
    epochs: int = 2
    """Passes over the training set, for every network."""
    image_size: int | None = None
    """Side of the pictures in pixels, to which they are scaled; default: as they are (photos: 64)."""
    activation: str | None = None
    """Of LeNet-5's layers, such as tanh, or scaled_tanh as in its paper; default: relu."""
    width: float = 1.0
    """Fraction of the paper's filters and hidden units in VGG and ResNet."""
    batch_size: int = 64
    """Examples in each step."""
    learning_rate: float = 0.001
    """Adam's initial learning rate; it falls to zero along a cosine."""
    augment: Literal["none", "affine"] = "none"
    """Training pictures as they are, or slightly rotated, shifted, sheared and stretched, each time anew."""
    ema_momentum: float | None = None
    """Judge and keep the moving average of the weights, with this momentum: 0.998 reaches back about 500 steps."""
    weight_decay: float = 0.0
    """Of every kernel: each step shrinks it by this times the learning rate (AdamW)."""
    count: bool = False
    """Print the table of counts, for 1,000 classes of photos of 224x224 (LeNet-5: ten of 32x32), and train nothing."""
    json: bool = False
    """With --count: print it as JSON."""
    run: Annotated[command.RunOptions, tyro.conf.OmitArgPrefixes] = command.RunOptions()


def main(config: Config) -> dict[str, Any]:
    """Train every network on the same data with the same budget, and compare; or only count. Return the metrics."""
    from . import networks

    networks.check(config.networks, config.width, config.image_size, config.activation)
    if config.json and not config.count:
        raise UserError("--json belongs to --count")
    if config.count:
        config.run.configure_devices()
        counted = [networks.count(name, config.width) for name in config.networks]
        print(json.dumps(counted) if config.json else networks.table_of_counts(counted))
        return {"networks": counted}
    command.check(config)
    config.run.configure_devices()
    from keras_course.experiment import results, runs
    from keras_course.experiment.variants import train_variants

    from . import report, training

    data = training.load(config)
    networks.check_size(
        config.networks, training.input_shape(config, data), len(data.labels), config.width, config.activation
    )
    parent = runs.start("architectures", config, data)

    # Train: a run for each network, inside the parent's folder.
    trained = train_variants(
        parent,
        config,
        {name: {"network": name} for name in config.networks},
        lambda run, changed: training.train(run, changed["network"], config, data),
    )

    # Compare.
    table = {name: run.metrics() for name, run in trained.items()}
    report.print_table(table, len(data.y_test))
    report.save_figures(parent, trained, config, data)
    best = max(table, key=lambda name: table[name]["validation_accuracy"])
    conclusion = report.conclusion(
        table, best, {name: run.read_arrays()["correct"] for name, run in trained.items()}
    )
    print(f"\n{conclusion}\n")
    metrics = {
        "variants": table,
        "conclusion": conclusion,
        "best_variant": best,
        "validation_accuracy": table[best]["validation_accuracy"],
        "test_accuracy": table[best]["test_accuracy"],
        "seconds": sum(row["seconds"] for row in table.values()),
    }
    return results.finish(parent, metrics, "test_accuracy", figure="accuracy_against_multiply_adds")

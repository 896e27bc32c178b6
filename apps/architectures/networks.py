"""The networks by name: their paper and year, what small pictures need, and their counts."""

import dataclasses
import difflib
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from keras_course.errors import UserError

if TYPE_CHECKING:
    import keras

SMALL = 64
"""Pictures up to this side, in pixels, have a first convolution of stride 1 in AlexNet, GoogLeNet and ResNet."""


@dataclasses.dataclass(frozen=True)
class Network:
    """What is known of a network before it is built."""

    paper: str
    year: int
    input_shape: tuple[int, int, int] = (224, 224, 3)
    num_classes: int = 1000
    small: tuple[tuple[str, Any], ...] = ()  # arguments for small pictures
    scaled: bool = False  # whether it has an argument for its width


SMALL_STEM = (("first_stride", 1),)
RESNET = Network("He et al.", 2015, small=SMALL_STEM, scaled=True)
VGG = Network("Simonyan and Zisserman", 2014, small=(("normalization", True),), scaled=True)
NETWORKS = {
    "lenet5": Network("LeCun et al.", 1998, (32, 32, 1), 10),
    "alexnet": Network("Krizhevsky et al.", 2012, small=SMALL_STEM),
    "vgg11": VGG,
    "vgg13": VGG,
    "vgg16": VGG,
    "vgg19": VGG,
    "inception_v1": Network("Szegedy et al.", 2014, small=(("normalization", "batch"), *SMALL_STEM)),
    "resnet18": RESNET,
    "resnet34": RESNET,
    "resnet50": RESNET,
    "resnet101": RESNET,
    "resnet152": RESNET,
}


def check(
    names: Sequence[str], width: float, image_size: int | None = None, activation: str | None = None
) -> None:
    """Refuse what cannot be built.

    Raises:
        UserError: a name is unknown or given twice, or a number is out of range.
    """
    for name in names:
        if name not in NETWORKS:
            nearest = difflib.get_close_matches(name, NETWORKS, cutoff=0.5) or list(NETWORKS)
            raise UserError(f"no network {name!r}; the nearest: {', '.join(nearest)}")
    if not names or len(set(names)) < len(names):
        raise UserError(f"networks {' '.join(names) or '()'}: name each network once")
    if activation is not None and "lenet5" not in names:
        raise UserError("--activation belongs to lenet5, which is not among --networks")
    if not 0 < width <= 4:
        raise UserError(f"width={width} must be above 0, at most 4")
    if image_size is not None and not 8 <= image_size <= 512:
        raise UserError(f"image_size={image_size} must be 8 to 512")


def build(
    name: str,
    input_shape: tuple[int, ...],
    num_classes: int,
    width: float = 1.0,
    activation: str | None = None,
    *,
    small: bool | None = None,
) -> "keras.Model":
    """Build a network, with the arguments that small pictures need.

    Args:
        name: one of :data:`NETWORKS`.
        input_shape: height, width and channels of one picture.
        num_classes: outputs of the last layer.
        width: fraction of the paper's filters and hidden units, in those networks that have an argument for it.
        activation: of LeNet-5; default: the builder's.
        small: whether the pictures count as small; default: up to :data:`SMALL` pixels a side.
    """
    from keras_course import models

    network = NETWORKS[name]
    small = min(input_shape[:2]) <= SMALL if small is None else small
    arguments = dict(network.small) if small else {}
    if name == "lenet5" and activation is not None:
        arguments["activation"] = activation
    if network.scaled and width != 1:
        arguments["width"] = max(1, round(64 * width))
        if network is VGG:
            arguments["hidden"] = (max(1, round(4096 * width)),) * 2
    model: keras.Model = getattr(models, name)(input_shape, num_classes, **arguments)
    return model


def check_size(
    names: Sequence[str],
    input_shape: tuple[int, ...],
    num_classes: int,
    width: float,
    activation: str | None = None,
) -> None:
    """Build every network before the first is trained, so that one that cannot be is refused at once.

    Raises:
        UserError: which network cannot be built, and why.
    """
    for name in names:
        try:
            build(name, input_shape, num_classes, width, activation)
        except UserError as error:
            hint = "; --image-size scales the pictures" if "small" in str(error) else ""
            raise UserError(f"{name}: {error}{hint}") from None


def count(name: str, width: float = 1.0) -> dict[str, Any]:
    """Parameters and multiply-adds of one forward pass of the paper's network, for the paper's pictures.

    Parameters are what training adjusts, as the papers count: without the moving means and variances of normalization.

    Args:
        name: one of :data:`NETWORKS`.
        width: as for :func:`build`.
    """
    from keras_course.evaluation import flops

    network = NETWORKS[name]
    model = build(name, network.input_shape, network.num_classes, width, small=False)
    parameters = sum(math.prod(weight.shape) for weight in model.trainable_weights)
    return {"network": name, "parameters": parameters, "multiply_adds": flops.total(model)}


def table_of_counts(counted: Sequence[dict[str, Any]]) -> str:
    """The counts as a table to print, a line for each network, and what GoogLeNet's way to filter saves."""
    from keras_course.evaluation import filter_counts

    lines = [f"{'network':14}{'paper':30}{'pictures':>11}{'parameters':>14}{'multiply-adds':>17}"]
    for row in counted:
        network = NETWORKS[row["network"]]
        paper, side = f"{network.paper} {network.year}", "x".join(map(str, network.input_shape))
        lines.append(
            f"{row['network']:14}{paper:30}{side:>11}{row['parameters']:14,}{row['multiply_adds']:17,}"
        )
    lines.append(
        "(multiply-adds: of one picture's forward pass; without moving means and variances of normalization)"
    )
    lines.append("\nThe filters of GoogLeNet's first module, 256 maps of 28x28 from 192:")
    ways = {
        "stacked": "1x1, 3x3 and 5x5 one after the other",
        "concatenated": "side by side, their maps concatenated",
        "reduced": "side by side, behind 1x1 convolutions",
    }
    for way, cost in filter_counts.counted().items():
        lines.append(
            f"  {ways[way]:39}{cost.parameters:11,} parameters{cost.multiply_adds:15,} multiply-adds"
        )
    return "\n".join(lines)

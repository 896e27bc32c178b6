"""What filters cost: one after the other, side by side, and side by side behind 1x1 convolutions, as in GoogLeNet.

Which kernel size is best for a layer? GoogLeNet takes all of them, side by side, and concatenates their maps. Stacked,
every filter would span all maps of the layer before; side by side a 5x5 filter is one of few, and spans the input only.
A 1x1 convolution in front makes that input thinner. :func:`counted` counts the three for the first module of GoogLeNet,
"inception (3a)", 256 maps from 192: 1,785, 308 and 128 million multiply-adds. The paper's table has the last as 128 M
"ops", with 159 K parameters.

Slide: deck 2, "GoogleNet", "Increasing complexity"
Paper: Szegedy et al., "Going Deeper with Convolutions", 2015 (https://arxiv.org/abs/1409.4842), table 1
"""

from typing import Any, NamedTuple

import keras
from keras import layers

from keras_course.evaluation import flops

SIDE_BY_SIDE = {1: 64, 3: 128, 5: 32}  # kernel size: maps
POOLED = 32  # maps of a fourth branch: 3x3 max pooling, then 1x1
REDUCED = {3: 96, 5: 16}  # kernel size: maps of the 1x1 convolution in front of it


class Cost(NamedTuple):
    """Of some layers together."""

    parameters: int
    """Weights and biases."""
    multiply_adds: int
    """Of one picture's forward pass."""


class Grown(NamedTuple):
    """A network of the slide "Increasing complexity"."""

    year: int
    network: str
    parameters: float
    training_operations: float
    """The slide's "exaflops": of the whole training, not a second."""


# ResNet-152's training in its paper, 600,000 steps of 256 pictures, is 5.3 * 10**18 multiply-adds: twice as many FLOPs.
GROWN = (
    Grown(2015, "Microsoft ResNet", 60e6, 7e18),
    Grown(2016, "Baidu Deep Speech 2", 300e6, 20e18),
    Grown(2017, "Google Neural Machine Translation", 8700e6, 100e18),
)


def counted(size: int = 28, channels: int = 192) -> dict[str, Cost]:
    """Parameters and multiply-adds of ``stacked``, ``concatenated`` and ``reduced`` filters, which all give 256 maps.

    Args:
        size: height and width of the maps, in pixels.
        channels: of the input.

    Example:
        >>> {name: round(cost.multiply_adds / 1e6) for name, cost in counted().items()}
        {'stacked': 1785, 'concatenated': 308, 'reduced': 128}
    """
    inputs = keras.Input((size, size, channels))
    ways = {
        "stacked": stacked(inputs),
        "concatenated": side_by_side(inputs, {}),
        "reduced": side_by_side(inputs, REDUCED),
    }
    found = {}
    for name, outputs in ways.items():
        model = keras.Model(inputs, outputs, name=name)
        found[name] = Cost(model.count_params(), flops.total(model))
    return found


def stacked(x: Any) -> Any:
    """One kernel size after the other, each with all 256 maps."""
    for kernel in SIDE_BY_SIDE:
        x = _convolution(x, sum(SIDE_BY_SIDE.values()) + POOLED, kernel, f"stacked_{kernel}x{kernel}")
    return x


def side_by_side(x: Any, reduced: dict[int, int]) -> Any:
    """All kernel sizes and a pooling at once, concatenated.

    Args:
        x: ``(batch, height, width, channels)``.
        reduced: for a kernel size, the maps of a 1x1 convolution in front of it.
    """
    way = "reduced" if reduced else "concatenated"
    branches = []
    for kernel, maps in SIDE_BY_SIDE.items():
        thinner = (
            _convolution(x, reduced[kernel], 1, f"{way}_1x1_before_{kernel}x{kernel}")
            if kernel in reduced
            else x
        )
        branches.append(_convolution(thinner, maps, kernel, f"{way}_{kernel}x{kernel}"))
    pooled = layers.MaxPooling2D(3, strides=1, padding="same", name=f"{way}_pooling")(x)
    branches.append(_convolution(pooled, POOLED, 1, f"{way}_1x1_after_pooling"))
    return layers.Concatenate(name=f"{way}_maps")(branches)


def _convolution(x: Any, maps: int, kernel: int, name: str) -> Any:
    return layers.Conv2D(maps, kernel, padding="same", activation="relu", name=name)(x)

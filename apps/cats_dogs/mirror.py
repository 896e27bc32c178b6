"""Both ways to look at a photo: at it alone, or at it and its mirror image, with the average of two predictions."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from keras_course.datasets.photos import Photos
from keras_course.experiment import judging

from . import network

if TYPE_CHECKING:
    import keras

AVERAGED = "averaged over the photo and its mirror image"


def both_ways(
    model: "keras.Sequential", data: Photos, metrics: Mapping[str, Any], mirror: bool
) -> dict[str, Any]:
    """The accuracies with and without the mirror image: those of the model as it is, and those of the other way.

    Args:
        model: the best epoch's, as it predicts, compiled.
        data: the photos.
        metrics: its ``test_accuracy`` and ``validation_accuracy``.
        mirror: whether the model averages over the mirror image.

    Returns:
        ``test_accuracy_with_mirror``, ``test_accuracy_without_mirror``, and the same of ``validation``.
    """
    other, _ = judging.evaluate(network.with_other_look(model), data)
    ways = {"with": metrics, "without": other} if mirror else {"with": other, "without": metrics}
    return {
        f"{split}_accuracy_{way}_mirror": found[f"{split}_accuracy"]
        for split in ("test", "validation")
        for way, found in ways.items()
    }


def sentence(metrics: Mapping[str, Any]) -> str:
    """What the second look is worth, in one line."""
    with_mirror, without = (metrics[f"test_accuracy_{way}_mirror"] for way in ("with", "without"))
    return f"test accuracy: {without:.2%} on the photo alone, {with_mirror:.2%} {AVERAGED}"

"""The hand-made features of apps.classic_learning, for every split of the data."""

import time
from collections.abc import Callable

import numpy as np

from keras_course.by_hand import features

SPLITS = ("train", "validation", "test")
SETS = ("profiles", "shape", "gradients", "all")
Split = dict[str, np.ndarray]  # by the split's name


def describe(pixels: Split, cell: int) -> tuple[dict[str, Split], dict[str, dict[str, float]]]:
    """Measure every set of features in the pictures of every split.

    Args:
        pixels: for each split its pictures, (n, height, width), 0 to 1.
        cell: side of a cell in pixels, for the oriented gradients.

    Returns:
        For each set's name and each split the features, (n, features), and the seconds that measuring them took.
    """
    measures: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "profiles": features.ink_profiles,
        "shape": features.shape_features,
        "gradients": lambda pictures: features.oriented_gradients(pictures, cell),
    }
    described: dict[str, Split] = {}
    seconds: dict[str, dict[str, float]] = {}
    for name, measure in measures.items():
        described[name], seconds[name] = {}, {}
        for split, pictures in pixels.items():
            begun = time.perf_counter()
            # a thousand at a time: the votes of all pixels of all digits at once would not fit in memory
            chunks = [measure(pictures[first : first + 1000]) for first in range(0, len(pictures), 1000)]
            described[name][split] = np.concatenate(chunks).astype("float32")
            seconds[name][split] = time.perf_counter() - begun
    described["all"] = {
        split: np.concatenate([described[name][split] for name in measures], axis=1) for split in pixels
    }
    seconds["all"] = {split: sum(seconds[name][split] for name in measures) for split in pixels}
    return described, seconds

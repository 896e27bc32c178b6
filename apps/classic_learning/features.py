"""What the classifiers of apps.classic_learning see, and how much of it they keep."""

import time
from typing import Any


def describe(
    pixels: dict[str, Any], cell: int
) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, float]]]:
    """Return the hand-made features of every part by the set's name, and the seconds that they took.

    Args:
        pixels: for each part pictures from 0 to 1, ``(n, height, width)``.
        cell: side of a cell for the oriented gradients.
    """
    import numpy as np

    from keras_course.by_hand import features

    makers = {
        "profiles": features.ink_profiles,
        "shape": features.shape_numbers,
        "gradients": lambda pictures: features.oriented_gradients(pictures, cell),
    }
    described: dict[str, dict[str, Any]] = {}
    seconds: dict[str, dict[str, float]] = {}
    for name, make in makers.items():
        described[name], seconds[name] = {}, {}
        for part, pictures in pixels.items():
            begun = time.perf_counter()
            # a thousand at a time: the votes of all pixels of all digits at once would not fit in memory
            chunks = [make(pictures[first : first + 1000]) for first in range(0, len(pictures), 1000)]
            described[name][part] = np.concatenate(chunks).astype("float32")
            seconds[name][part] = time.perf_counter() - begun
    described["all"] = {
        part: np.concatenate([described[name][part] for name in makers], axis=1) for part in pixels
    }
    seconds["all"] = {part: sum(seconds[name][part] for name in makers) for part in pixels}
    return described, seconds


def numbers_kept(classifier: Any, trained_on: Any) -> int:
    """Return how many numbers a trained classifier needs to answer.

    Nearest neighbours keep every training digit and its label, support vectors those at the border and their weights,
    a tree four numbers a node (which input, which threshold, two ways to go on) and the classes' shares.
    """
    if hasattr(classifier, "support_vectors_"):
        return int(classifier.support_vectors_.size + classifier.dual_coef_.size + classifier.intercept_.size)
    if hasattr(classifier, "coef_"):
        return int(classifier.coef_.size + classifier.intercept_.size)
    if hasattr(classifier, "estimators_"):
        return sum(4 * tree.tree_.node_count + tree.tree_.value.size for tree in classifier.estimators_)
    return int(trained_on.size + len(trained_on))

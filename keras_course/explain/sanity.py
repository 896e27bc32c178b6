"""Does an explanation depend on what the network has learnt? Put random weights in, and look whether it changes.

Paper: Adebayo et al., "Sanity Checks for Saliency Maps", 2018 (https://arxiv.org/abs/1810.03292)
"""

from collections.abc import Callable, Mapping, Sequence

import keras
import numpy as np

from keras_course.errors import UserError
from keras_course.explain.copies import randomized

Explanation = Callable[[keras.Model], np.ndarray]


def sanity_check(
    model: keras.Model, explanations: Mapping[str, Explanation], layers: Sequence[str], *, seed: int = 0
) -> dict[str, list[np.ndarray]]:
    """Each explanation of a trained network, and those of copies with ever more random weights.

    Args:
        model: a Sequential or functional model.
        explanations: by name what takes a model and returns a picture for each of the same inputs, ``(n, ...)``.
        layers: down to which layer, counted from the output, the weights become random: one copy for each.
        seed: of the random weights, the same in all copies.

    Returns:
        For each explanation its pictures of the trained network, and then those of each copy.

    Raises:
        UserError: if there is no such layer, or it has no weights.

    Example:
        >>> from keras_course.explain import input_gradient
        >>> from keras_course.models import convnet_sequential
        >>> picture = np.ones((1, 28, 28, 1), "float32")
        >>> found = sanity_check(
        ...     convnet_sequential((28, 28, 1)),
        ...     {"gradient": lambda model: input_gradient(model, picture, [3])},
        ...     ["predictions", "convolution_1_1"],
        ... )
        >>> [one.shape for one in found["gradient"]]
        [(1, 28, 28, 1), (1, 28, 28, 1), (1, 28, 28, 1)]
    """
    found = {name: [explain(model)] for name, explain in explanations.items()}
    for layer in layers:
        twin = randomized(model, layer, seed=seed)
        for name, explain in explanations.items():
            found[name].append(explain(twin))
    return found


def layers_from_the_top(model: keras.Model, count: int = 3) -> list[str]:
    """Layers down to which to randomize: the last, the first, and others evenly between, as far as there are so many.

    Args:
        model: whose layers with weights are counted, but for batch normalization.
        count: how many.
    """
    names = [
        layer.name
        for layer in reversed(model.layers)
        if layer.weights and not isinstance(layer, keras.layers.BatchNormalization)
    ]
    if not names or count < 1:
        raise UserError(f"count={count} of {len(names)} layers with weights: there must be one of each")
    chosen = np.linspace(0, len(names) - 1, count).round().astype(int)
    return list(dict.fromkeys(names[i] for i in chosen))


def rank_correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Spearman's rank correlation of two pictures' magnitudes: 1 the same order of pixels, 0 unrelated.

    A picture that is the same everywhere has no order: its correlation with any other is 0.

    Args:
        one: of any shape.
        other: of the same shape.

    Raises:
        UserError: the shapes differ.

    Example:
        >>> round(rank_correlation(np.array([1, 2, 3]), np.array([-10, 20, 400])), 6)
        1.0
    """
    from scipy.stats import rankdata

    if np.shape(one) != np.shape(other):
        raise UserError(
            f"two pictures of the same shape are needed, not {np.shape(one)} and {np.shape(other)}"
        )
    ranks = [rankdata(np.abs(picture), axis=None) for picture in (one, other)]
    a, b = (rank - rank.mean() for rank in ranks)
    norm = float(np.sqrt((a**2).sum() * (b**2).sum()))
    return float((a * b).sum()) / norm if norm else 0.0


def structural_similarity(one: np.ndarray, other: np.ndarray, *, sigma: float = 1.5) -> float:
    """SSIM of two pictures' magnitudes, each scaled to 0 to 1: 1 for the same picture, about 0 for unrelated ones.

    Paper: Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity", 2004

    Args:
        one: ``(height, width)``.
        other: of the same shape.
        sigma: of the Gaussian window, in pixels.

    Raises:
        UserError: the shapes differ, or are not those of a picture.
    """
    from scipy.ndimage import gaussian_filter

    if np.shape(one) != np.shape(other) or np.ndim(one) != 2:
        raise UserError(
            f"two pictures (height, width) of one shape are needed, not {np.shape(one)} and {np.shape(other)}"
        )
    a, b = (np.abs(picture) / (np.abs(picture).max() or 1) for picture in (one, other))

    def mean(values: np.ndarray) -> np.ndarray:
        return np.asarray(gaussian_filter(values.astype(float), sigma))

    mean_a, mean_b = mean(a), mean(b)
    variances = mean(a * a) - mean_a**2 + mean(b * b) - mean_b**2
    covariance = mean(a * b) - mean_a * mean_b
    small, smaller = 0.01**2, 0.03**2  # the paper's constants, for values from 0 to 1
    similarity = (2 * mean_a * mean_b + small) * (2 * covariance + smaller)
    return float((similarity / ((mean_a**2 + mean_b**2 + small) * (variances + smaller))).mean())

"""Costs by hand: how wrong is an answer, and which way is better?

``NAME_gradient`` is the derivative by the prediction, of its shape. Losses are means over the examples, as Keras has
them; gradients are those of that mean.

Slide: deck 3, "Loss Functions"; deck 4, "Error function", "Probability", "Maximum Likelihood";
    deck 5, "Choices" (costs), "Loss/Objective"
"""

import numpy as np

Array = np.ndarray


def mean_squared_error(y: Array, p: Array) -> float:
    """Mean of ``(y - p)**2``.

    >>> mean_squared_error(np.array([4.0]), np.array([1.0]))
    9.0

    Args:
        y: the right answers, any shape.
        p: the predictions, of the same shape.

    Raises:
        ValueError: other shapes. (So do all functions here.)
    """
    _check(y, p)
    return float(np.mean((y - p) ** 2))


def mean_squared_error_gradient(y: Array, p: Array) -> Array:
    """``2 (p - y) / n``."""
    _check(y, p)
    return 2 * (p - y) / y.size


def mean_absolute_error(y: Array, p: Array) -> float:
    """L1: mean of ``|y - p|``; one wild example counts less than in the squared error."""
    _check(y, p)
    return float(np.mean(np.abs(y - p)))


def mean_absolute_error_gradient(y: Array, p: Array) -> Array:
    """``sign(p - y) / n``."""
    _check(y, p)
    return np.sign(p - y) / y.size


def likelihood(probabilities: Array) -> float:
    """How probable all of it together is, if the model is right: the product.

    Slide: deck 4, "Probability"

    >>> round(likelihood(np.array([0.6, 0.2, 0.1, 0.7])), 4), round(likelihood(np.array([0.7, 0.9, 0.8, 0.6])), 4)
    (0.0084, 0.3024)

    Args:
        probabilities: of what was seen.
    """
    return float(np.prod(probabilities))


def negative_log_likelihood(probabilities: Array) -> float:
    """The same as a sum, which many small factors do not bring to zero: the sum of ``-log``.

    Slide: deck 4, "Error function": 4.8 and 1.2; "Error function as a penalty for every point": 2.3 and 0.2

    >>> [round(negative_log_likelihood(np.array(p)), 1) for p in ([0.6, 0.2, 0.1, 0.7], [0.7, 0.9, 0.8, 0.6])]
    [4.8, 1.2]
    >>> [round(negative_log_likelihood(np.array([p])), 1) for p in (0.1, 0.8)]
    [2.3, 0.2]

    Raises:
        ValueError: a probability outside 0 to 1, or of 0: what cannot happen has happened.
    """
    _check_probabilities(np.asarray(probabilities))
    return float(-np.sum(np.log(probabilities)))


def binary_cross_entropy(y: Array, p: Array) -> float:
    """Mean of ``-(y log p + (1 - y) log(1 - p))``: the negative log-likelihood of yes and no.

    Args:
        y: 0 or 1 (or between), any shape.
        p: probabilities of 1, of the same shape, between 0 and 1.

    Raises:
        ValueError: other shapes, or a probability of exactly 0 or 1, whose logarithm may be infinite.
    """
    _check(y, p)
    _check_probabilities(p)
    _check_probabilities(1 - p)
    return float(np.mean(-(y * np.log(p) + (1 - y) * np.log(1 - p))))


def binary_cross_entropy_gradient(y: Array, p: Array) -> Array:
    """``(p - y) / (p (1 - p)) / n``; through a sigmoid it becomes ``(p - y) / n``."""
    _check(y, p)
    return (p - y) / (p * (1 - p)) / y.size


def categorical_cross_entropy(y: Array, p: Array) -> float:
    """Mean over the examples of ``-log p`` of the right class.

    >>> round(categorical_cross_entropy(np.array([[0.0, 1.0]]), np.array([[0.5, 0.5]])), 4)  # log 2
    0.6931

    Args:
        y: (n, classes), one-hot.
        p: (n, classes) probabilities, each row adding up to 1.

    Raises:
        ValueError: rows that are not one-hot, or no probabilities.
    """
    _check(y, p)
    if not (np.isin(y, (0, 1)).all() and (y.sum(axis=-1) == 1).all()):
        raise ValueError("the labels are not one-hot: each row needs a single 1 among zeros")
    _check_simplex(p)
    _check_probabilities(p[y == 1])
    return float(-np.mean(np.log(p[y == 1])))


def categorical_cross_entropy_gradient(y: Array, p: Array) -> Array:
    """``-y / p / n``; through a softmax it becomes ``(p - y) / n``."""
    _check(y, p)
    return -y / p / len(y)


def hinge(y: Array, s: Array) -> float:
    """Mean of ``max(0, 1 - y s)``: a right answer with a margin of 1 costs nothing.

    Args:
        y: -1 or 1.
        s: scores, of the same shape.

    Raises:
        ValueError: other labels or shapes.
    """
    _check(y, s)
    if not np.isin(y, (-1, 1)).all():
        raise ValueError("the hinge loss needs labels -1 and 1")
    return float(np.mean(np.maximum(0, 1 - y * s)))


def hinge_gradient(y: Array, s: Array) -> Array:
    """``-y / n`` within the margin, else 0."""
    _check(y, s)
    return np.where(y * s < 1, -y, 0) / y.size


def kl_divergence(y: Array, p: Array) -> float:
    """Mean over the examples of ``sum(y log(y / p))``: what it costs to take ``p`` for ``y``. Not the same both ways.

    Args:
        y: (n, classes) probabilities.
        p: (n, classes) probabilities.

    Raises:
        ValueError: rows that do not add up to 1, or ``p`` 0 where ``y`` is not.
    """
    _check(y, p)
    _check_simplex(y)
    _check_simplex(p)
    there = y > 0
    _check_probabilities(p[there])
    return float(np.sum(y[there] * np.log(y[there] / p[there])) / len(y))


def kl_divergence_gradient(y: Array, p: Array) -> Array:
    """``-y / p / n``: that of the cross entropy; the rest does not depend on ``p``."""
    _check(y, p)
    return -y / p / len(y)


def js_divergence(y: Array, p: Array) -> float:
    """Jensen-Shannon: the mean divergence of both from their middle; the same both ways, at most ``log 2``.

    >>> round(js_divergence(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])), 4)  # log 2
    0.6931

    Arguments and errors are those of :func:`kl_divergence`.
    """
    middle = (y + p) / 2
    return (kl_divergence(y, middle) + kl_divergence(p, middle)) / 2


def js_divergence_gradient(y: Array, p: Array) -> Array:
    """``log(p / m) / 2n`` with ``m`` the middle."""
    _check(y, p)
    return np.log(2 * p / (y + p)) / (2 * len(y))


def l2_penalty(w: Array, factor: float = 0.001) -> float:
    """``factor * sum(w**2)``: large weights cost.

    Slide: deck 3, "Weight regularization": l2(0.001) adds 0.001 * w**2 for every weight
    """
    return float(factor * np.sum(w**2))


def l2_penalty_gradient(w: Array, factor: float = 0.001) -> Array:
    """``2 factor w``: every weight is drawn towards 0, in proportion to its size."""
    return 2 * factor * w


def l1_penalty(w: Array, factor: float = 0.001) -> float:
    """``factor * sum(|w|)``."""
    return float(factor * np.sum(np.abs(w)))


def l1_penalty_gradient(w: Array, factor: float = 0.001) -> Array:
    """``factor sign(w)``: every weight is drawn towards 0 alike, so that small ones get there."""
    return factor * np.sign(w)


def _check(y: Array, p: Array) -> None:
    if np.shape(y) != np.shape(p):
        raise ValueError(f"answers {np.shape(y)} and predictions {np.shape(p)} must have the same shape")


def _check_probabilities(p: Array) -> None:
    if p.size and (p.min() <= 0 or p.max() > 1):
        raise ValueError(
            f"probabilities from {p.min():g} to {p.max():g}: above 0 and up to 1 are needed, as log(0) is infinite"
        )


def _check_simplex(p: Array) -> None:
    if p.size and (p.min() < 0 or not np.allclose(p.sum(axis=-1), 1)):
        raise ValueError("these are no probabilities: each row must add up to 1, and nothing be below 0")

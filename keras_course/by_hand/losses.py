"""Loss functions: how wrong a prediction is, and in which direction it should change.

``NAME_gradient`` is the gradient with respect to the predictions, and has their shape. Losses are means over the
examples, as in Keras; gradients are those of that mean.

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
        y: targets, any shape.
        p: predictions, of the same shape.

    Raises:
        ValueError: the shapes differ. (The same holds for every function of ``y`` and ``p`` here.)
    """
    _check(y, p)
    return float(np.mean((y - p) ** 2))


def mean_squared_error_gradient(y: Array, p: Array) -> Array:
    """``2 (p - y) / n``, with ``n`` the number of predictions."""
    _check(y, p)
    return 2 * (p - y) / y.size


def mean_absolute_error(y: Array, p: Array) -> float:
    """L1: mean of ``|y - p|``; less sensitive to outliers than the squared error."""
    _check(y, p)
    return float(np.mean(np.abs(y - p)))


def mean_absolute_error_gradient(y: Array, p: Array) -> Array:
    """``sign(p - y) / n``, with ``n`` the number of predictions."""
    _check(y, p)
    return np.sign(p - y) / y.size


def likelihood(probabilities: Array) -> float:
    """The probability of all independent observations together: the product of theirs.

    Slide: deck 4, "Probability"

    >>> round(likelihood(np.array([0.6, 0.2, 0.1, 0.7])), 4), round(likelihood(np.array([0.7, 0.9, 0.8, 0.6])), 4)
    (0.0084, 0.3024)

    Args:
        probabilities: that the model gives to what was observed.
    """
    return float(np.prod(probabilities))


def negative_log_likelihood(probabilities: Array) -> float:
    """``-log`` of the :func:`likelihood`, as a sum: a product of many small factors would underflow to 0.

    Slide: deck 4, "Error function": 4.8 and 1.2; "Error function as a penalty for every point": 2.3 and 0.2

    >>> [round(negative_log_likelihood(np.array(p)), 1) for p in ([0.6, 0.2, 0.1, 0.7], [0.7, 0.9, 0.8, 0.6])]
    [4.8, 1.2]
    >>> [round(negative_log_likelihood(np.array([p])), 1) for p in (0.1, 0.8)]
    [2.3, 0.2]

    Args:
        probabilities: that the model gives to what was observed.

    Raises:
        ValueError: a number that is not a probability, or is 0, which makes the sum infinite.
    """
    _check_probabilities(np.asarray(probabilities))
    return float(-np.sum(np.log(probabilities)))


def binary_cross_entropy(y: Array, p: Array) -> float:
    """Mean of ``-(y log p + (1 - y) log(1 - p))``: the negative log-likelihood of two classes.

    Args:
        y: targets, 0 or 1 (or between), any shape.
        p: predicted probabilities of 1, of the same shape.

    Raises:
        ValueError: a probability of exactly 0 or 1, for which the loss or its gradient may be infinite.
    """
    _check(y, p)
    _check_probabilities(p)
    _check_probabilities(1 - p)
    return float(np.mean(-(y * np.log(p) + (1 - y) * np.log(1 - p))))


def binary_cross_entropy_gradient(y: Array, p: Array) -> Array:
    """``(p - y) / (p (1 - p)) / n``; times the sigmoid's derivative, that is ``(p - y) / n``.

    Arguments and errors are those of :func:`binary_cross_entropy`.
    """
    _check(y, p)
    _check_probabilities(p)
    _check_probabilities(1 - p)
    return (p - y) / (p * (1 - p)) / y.size


def categorical_cross_entropy(y: Array, p: Array) -> float:
    """Mean over the examples of ``-log`` of the true class's probability.

    >>> round(categorical_cross_entropy(np.array([[0.0, 1.0]]), np.array([[0.5, 0.5]])), 4)  # log 2
    0.6931

    Args:
        y: (n, classes), one-hot.
        p: (n, classes) probabilities; each row adds up to 1.

    Raises:
        ValueError: rows that are not one-hot or do not add up to 1, or a true class with probability 0.
    """
    _check(y, p)
    if not (np.isin(y, (0, 1)).all() and (y.sum(axis=-1) == 1).all()):
        raise ValueError("the labels are not one-hot: each row needs a single 1 among zeros")
    _check_simplex(p)
    _check_probabilities(p[y == 1])
    return float(-np.mean(np.log(p[y == 1])))


def categorical_cross_entropy_gradient(y: Array, p: Array) -> Array:
    """``-y / p / n``, with ``n`` the number of examples; through a softmax, that is ``(p - y) / n``.

    >>> categorical_cross_entropy_gradient(np.array([[0.0, 1.0]]), np.array([[0.0, 1.0]]))  # 0 where y is 0
    array([[ 0., -1.]])

    Raises:
        ValueError: a probability of 0 where the target is not 0.
    """
    _check(y, p)
    _check_probabilities(p[y != 0])
    return np.divide(-y, p, out=np.zeros(np.shape(p)), where=y != 0) / len(y)


def hinge(y: Array, s: Array) -> float:
    """Mean of ``max(0, 1 - y s)``: a score on the right side, with a margin of at least 1, costs nothing.

    Args:
        y: targets, -1 or 1.
        s: scores, of the same shape.

    Raises:
        ValueError: other targets.
    """
    _check(y, s)
    _check_signs(y)
    return float(np.mean(np.maximum(0, 1 - y * s)))


def hinge_gradient(y: Array, s: Array) -> Array:
    """``-y / n`` where ``y s`` is below 1, else 0.

    Arguments and errors are those of :func:`hinge`.
    """
    _check(y, s)
    _check_signs(y)
    return np.where(y * s < 1, -y, 0) / y.size


def kl_divergence(y: Array, p: Array) -> float:
    """Mean over the examples of ``sum(y log(y / p))``: how far ``p`` is from ``y``. It is not symmetric.

    Args:
        y: (n, classes) probabilities.
        p: (n, classes) probabilities.

    Raises:
        ValueError: rows that do not add up to 1, or a ``p`` of 0 where ``y`` is not 0.
    """
    _check(y, p)
    _check_simplex(y)
    _check_simplex(p)
    positive = y > 0
    _check_probabilities(p[positive])
    return float(np.sum(y[positive] * (np.log(y[positive]) - np.log(p[positive]))) / len(y))


def kl_divergence_gradient(y: Array, p: Array) -> Array:
    """That of the cross entropy, ``-y / p / n``: the two losses differ by a term that does not depend on ``p``.

    Raises:
        ValueError: a ``p`` of 0 where ``y`` is not 0.
    """
    return categorical_cross_entropy_gradient(y, p)


def js_divergence(y: Array, p: Array) -> float:
    """Jensen-Shannon: the mean of the divergences of ``y`` and of ``p`` from ``(y + p) / 2``.

    It is symmetric, and at most ``log 2``.

    >>> round(js_divergence(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])), 4)  # log 2
    0.6931

    Arguments and errors are those of :func:`kl_divergence`, but ``p`` may be 0.
    """
    middle = (y + p) / 2
    return (kl_divergence(y, middle) + kl_divergence(p, middle)) / 2


def js_divergence_gradient(y: Array, p: Array) -> Array:
    """``log(p / m) / (2 n)`` with ``m = (y + p) / 2``.

    Raises:
        ValueError: a ``p`` of 0 where ``y`` is not 0, which makes the gradient infinite.
    """
    _check(y, p)
    _check_probabilities(p[y != 0])
    # where y is 0 the quotient is 2, for however small a p
    return np.log(np.divide(2 * p, y + p, out=np.full(np.shape(p), 2.0), where=y != 0)) / (2 * len(y))


def _check(y: Array, p: Array) -> None:
    if np.shape(y) != np.shape(p):
        raise ValueError(f"targets {np.shape(y)} and predictions {np.shape(p)} must have the same shape")


def _check_probabilities(p: Array) -> None:
    if p.size and not (p.min() > 0 and p.max() <= 1):  # NaN fails too
        raise ValueError(
            f"probabilities from {p.min():g} to {p.max():g}: they must be above 0, as log(0) is infinite, and at most 1"
        )


def _check_simplex(p: Array) -> None:
    if p.size and (p.min() < 0 or not np.allclose(p.sum(axis=-1), 1)):
        raise ValueError("these are not probabilities: each row must add up to 1, and no number be below 0")


def _check_signs(y: Array) -> None:
    if not np.isin(y, (-1, 1)).all():
        raise ValueError("the hinge loss needs labels -1 and 1")

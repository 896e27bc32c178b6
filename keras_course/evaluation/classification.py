"""How good a classifier is, in NumPy: accuracy, confusion matrix, most confident mistakes."""

import numpy as np
from numpy.typing import ArrayLike


def accuracy(y_true: ArrayLike, y_predicted: ArrayLike) -> float:
    """The share of examples whose predicted class is the true one, from 0 to 1.

    Args:
        y_true: (n,) true classes.
        y_predicted: (n,) predicted classes (not probabilities: take ``probabilities.argmax(axis=1)`` first).

    Raises:
        ValueError: the shapes differ, or there are no examples.
    """
    true, predicted = _pairs(y_true, y_predicted)
    return float(np.mean(true == predicted))


def confusion_matrix(y_true: ArrayLike, y_predicted: ArrayLike, num_classes: int) -> np.ndarray:
    """Counts of every (true, predicted) pair: a row a true class, a column a predicted class.

    The diagonal counts what is right; row 4, column 9 counts the fours that were taken for nines.

    Args:
        y_true: (n,) true classes, integers from 0 to num_classes - 1.
        y_predicted: (n,) predicted classes, as ``y_true``.
        num_classes: number of classes, k.

    Returns:
        (k, k) integers whose sum is n.

    Raises:
        ValueError: the shapes differ, there are no examples, or a class is no integer from 0 to k - 1.
    """
    true, predicted = _pairs(y_true, y_predicted)
    true = _classes(true, num_classes, "y_true")
    predicted = _classes(predicted, num_classes, "y_predicted")
    # a pair (i, j) is cell number i * k + j of the flattened matrix
    counts = np.bincount(true * num_classes + predicted, minlength=num_classes * num_classes)
    return counts.reshape(num_classes, num_classes)


def most_confident_mistakes(y_true: ArrayLike, probabilities: ArrayLike, count: int) -> np.ndarray:
    """Indices of the wrong predictions, the one that the network was surest of first.

    Args:
        y_true: (n,) true classes, integers from 0 to k - 1.
        probabilities: (n, k) a probability for each class.
        count: how many at most.

    Returns:
        At most ``count`` indices into ``y_true``; of equal probabilities the earlier example comes first.

    Raises:
        ValueError: the shapes do not belong together, a class is out of range, a probability is not a number,
            or ``count`` is negative.
    """
    true, share = np.asarray(y_true), np.asarray(probabilities)
    if true.ndim != 1 or share.ndim != 2 or len(share) != len(true):
        raise ValueError(
            f"y_true must be (n,) and probabilities (n, classes), but y_true is {true.shape} "
            f"and probabilities {share.shape}"
        )
    if count < 0:
        raise ValueError(f"count must be 0 or more, but is {count}")
    if len(true) == 0:
        return np.empty(0, dtype=np.int64)
    true = _classes(true, share.shape[1], "y_true")
    if np.isnan(share).any():
        raise ValueError(f"probabilities of shape {share.shape} hold {int(np.isnan(share).sum())} NaN values")
    wrong = np.flatnonzero(share.argmax(axis=1) != true)
    surest_first = np.argsort(-share[wrong].max(axis=1), kind="stable")
    return wrong[surest_first][:count]


def class_probabilities(outputs: ArrayLike) -> np.ndarray:
    """A probability for each class: one sigmoid output is the second of two classes'.

    Args:
        outputs: (n, 1) of a sigmoid, or (n, k) of a softmax, which stays as it is.

    Returns:
        (n, 2) or (n, k).
    """
    outputs = np.asarray(outputs)
    return np.hstack([1 - outputs, outputs]) if outputs.shape[1:] == (1,) else outputs


def clearly_better(right: ArrayLike, other: ArrayLike, errors: float = 2.5) -> bool:
    """Whether one classifier beats another on the same examples by more than chance.

    Only the examples that one of the two alone has right speak. The mean difference must exceed so many of its
    standard errors; 2 would do for two classifiers named beforehand, the best of several needs more.

    Args:
        right: (n,) for every example, whether the first classifier is right.
        other: (n,) the same for the second.
        errors: standard errors that the difference must exceed.

    Raises:
        ValueError: the two are not equally long, or empty.
    """
    right, other = _pairs(right, other)
    difference = right.astype(float) - other
    return bool(difference.mean() > errors * difference.std() / np.sqrt(len(difference)))


def _pairs(y_true: ArrayLike, y_predicted: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    true, predicted = np.asarray(y_true), np.asarray(y_predicted)
    if true.ndim != 1 or true.shape != predicted.shape:
        raise ValueError(
            f"y_true and y_predicted must both be (n,), but y_true is {true.shape} "
            f"and y_predicted {predicted.shape}"
        )
    if len(true) == 0:
        raise ValueError(f"no examples: y_true is {true.shape} and y_predicted {predicted.shape}")
    return true, predicted


def _classes(values: np.ndarray, num_classes: int, name: str) -> np.ndarray:
    if not np.issubdtype(values.dtype, np.integer):
        raise ValueError(f"{name} must hold whole numbers (classes), but is {values.dtype} of {values.shape}")
    low, high = int(values.min()), int(values.max())
    if low < 0 or high >= num_classes:
        raise ValueError(f"{name} must lie in 0..{num_classes - 1}, but holds {low if low < 0 else high}")
    return values.astype(np.int64)  # uint8 would overflow in products

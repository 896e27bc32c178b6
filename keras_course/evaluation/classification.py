"""How good a classifier is, in NumPy: accuracy and its interval, confusion matrix, mistakes, a paired z-test."""

import numpy as np
from numpy.typing import ArrayLike

from keras_course.errors import UserError


def accuracy(y_true: ArrayLike, y_predicted: ArrayLike) -> float:
    """The fraction of examples whose predicted class is the true one, from 0 to 1.

    Args:
        y_true: (n,) true classes.
        y_predicted: (n,) predicted classes (not probabilities: take ``probabilities.argmax(axis=1)`` first).

    Raises:
        UserError: the shapes differ, or there are no examples.
    """
    true, predicted = _pairs(y_true, y_predicted)
    return float(np.mean(true == predicted))


def accuracy_interval(correct: int, examples: int, z: float = 1.959964) -> tuple[float, float]:
    """The 95 % confidence interval of an accuracy: what the examples, and not the training, leave open.

    Wilson, "Probable inference, the law of succession, and statistical inference", 1927: with p = correct / n

    ``(p + z^2 / 2n +- z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n)``

    It never leaves 0 to 1, and has a width even where all predictions are right.

    >>> [round(edge, 3) for edge in accuracy_interval(90, 100)]
    [0.826, 0.945]

    Args:
        correct: how many examples are predicted right.
        examples: how many there are, n.
        z: how many standard errors; 1.96 gives 95 %.

    Raises:
        UserError: there are no examples, or more are right than there are.
    """
    if examples < 1 or not 0 <= correct <= examples:
        raise UserError(f"correct={correct} of examples={examples}: give 0 to n of n examples, at least one")
    fraction, spread = correct / examples, z**2 / examples
    half = z * np.sqrt(fraction * (1 - fraction) / examples + spread / (4 * examples))
    middle = fraction + spread / 2
    low, high = (middle - half) / (1 + spread), (middle + half) / (1 + spread)
    return max(0.0, float(low)), min(1.0, float(high))


def confusion_matrix(y_true: ArrayLike, y_predicted: ArrayLike, num_classes: int) -> np.ndarray:
    """Count every (true, predicted) pair of classes: rows are true classes, columns predicted ones.

    The diagonal counts the correct predictions; row 4, column 9 counts the fours that were classified as nines.

    Args:
        y_true: (n,) true classes, integers from 0 to num_classes - 1.
        y_predicted: (n,) predicted classes, in the same range.
        num_classes: number of classes, k.

    Returns:
        (k, k) integers whose sum is n.

    Raises:
        UserError: the shapes differ, there are no examples, or a class is not an integer from 0 to k - 1.
    """
    true, predicted = _pairs(y_true, y_predicted)
    true = _classes(true, num_classes, "y_true")
    predicted = _classes(predicted, num_classes, "y_predicted")
    # a pair (i, j) is cell number i * k + j of the flattened matrix
    counts = np.bincount(true * num_classes + predicted, minlength=num_classes * num_classes)
    return counts.reshape(num_classes, num_classes)


def most_confident_mistakes(y_true: ArrayLike, probabilities: ArrayLike, count: int) -> np.ndarray:
    """Indices of the wrong predictions, the most confident first.

    Args:
        y_true: (n,) true classes, integers from 0 to k - 1.
        probabilities: (n, k) the predicted probability of each class.
        count: the largest number of indices to return.

    Returns:
        At most ``count`` indices into ``y_true``; among equally confident mistakes the earlier example comes first.

    Raises:
        UserError: the shapes do not match, a class is out of range, a probability is NaN, or ``count`` is negative.
    """
    true, predicted = np.asarray(y_true), np.asarray(probabilities)
    if true.ndim != 1 or predicted.ndim != 2 or len(predicted) != len(true):
        raise UserError(
            f"y_true must be (n,) and probabilities (n, classes), but y_true is {true.shape} "
            f"and probabilities {predicted.shape}"
        )
    if count < 0:
        raise UserError(f"count must be 0 or more, but is {count}")
    if len(true) == 0:
        return np.empty(0, dtype=np.int64)
    true = _classes(true, predicted.shape[1], "y_true")
    if np.isnan(predicted).any():
        raise UserError(
            f"probabilities of shape {predicted.shape} hold {int(np.isnan(predicted).sum())} NaN values"
        )
    wrong = np.flatnonzero(predicted.argmax(axis=1) != true)
    order = np.argsort(-predicted[wrong].max(axis=1), kind="stable")
    return wrong[order][:count]


def class_probabilities(outputs: ArrayLike) -> np.ndarray:
    """The probability of each class, from the outputs of a sigmoid or of a softmax.

    A single sigmoid output is the probability of the second of two classes.

    Args:
        outputs: (n, 1) of a sigmoid, or (n, k) of a softmax, which is returned as it is.

    Returns:
        (n, 2) or (n, k).
    """
    outputs = np.asarray(outputs)
    return np.hstack([1 - outputs, outputs]) if outputs.shape[1:] == (1,) else outputs


def significantly_better(correct: ArrayLike, baseline: ArrayLike, z: float = 2.5) -> bool:
    """Whether a classifier beats a baseline on the same examples: a one-sided paired z-test on their correctness.

    The difference d of an example is 1 if only the classifier is right, -1 if only the baseline is, else 0. The test
    rejects "equally good" if mean(d) exceeds ``z`` standard errors, std(d) / sqrt(n). (McNemar's test takes the
    standard error under the hypothesis, sqrt(mean(d**2) / n), which is almost the same.)

    Args:
        correct: (n,) for each example, whether the classifier is right.
        baseline: (n,) the same for the baseline.
        z: the critical value. 1.65 (p < 0.05) is enough for two classifiers chosen beforehand; 2.5 (p < 0.01)
            leaves room for choosing the best of several.

    Raises:
        UserError: the two differ in length, or are empty.
    """
    ours, theirs = _pairs(correct, baseline, "correct", "baseline")
    difference = ours.astype(float) - theirs
    return bool(difference.mean() > z * difference.std() / np.sqrt(len(difference)))


def _pairs(
    first: ArrayLike, second: ArrayLike, name: str = "y_true", other: str = "y_predicted"
) -> tuple[np.ndarray, np.ndarray]:
    one, two = np.asarray(first), np.asarray(second)
    if one.ndim != 1 or one.shape != two.shape:
        raise UserError(
            f"{name} and {other} must both be (n,), but {name} is {one.shape} and {other} {two.shape}"
        )
    if len(one) == 0:
        raise UserError(f"no examples: {name} is {one.shape} and {other} {two.shape}")
    return one, two


def _classes(values: np.ndarray, num_classes: int, name: str) -> np.ndarray:
    if not np.issubdtype(values.dtype, np.integer):
        raise UserError(f"{name} must hold integer classes, but is {values.dtype} of shape {values.shape}")
    low, high = int(values.min()), int(values.max())
    if low < 0 or high >= num_classes:
        raise UserError(f"{name} must be in 0..{num_classes - 1}, but holds {low if low < 0 else high}")
    return values.astype(np.int64)  # uint8 would overflow in products

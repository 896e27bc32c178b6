"""Examples chosen by class: a stratified split, and a balanced limit."""

import numpy as np

from keras_course.errors import UserError


def stratified_split(labels: np.ndarray, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Set some examples aside, a proportionate number of every class.

    Args:
        labels: (n,) integers from 0.
        count: how many examples to set aside.
        seed: determines which ones, and the order of both splits.

    Returns:
        The indices of the remaining examples and of those set aside, both shuffled. At least one example of every
        class remains, so fewer than ``count`` may be set aside.

    Raises:
        UserError: there are too few examples to set any aside.
    """
    generator = np.random.default_rng(seed)
    order = generator.permutation(len(labels))
    counts = np.bincount(labels)
    exact = counts * count / len(labels)
    quotas = np.minimum(exact.astype(int), np.maximum(counts - 1, 0))
    for label in np.argsort(quotas - exact, kind="stable"):  # largest remainder first
        if quotas.sum() < count and quotas[label] < counts[label] - 1:
            quotas[label] += 1
    if quotas.sum() == 0:
        raise UserError(f"{len(labels)} training examples are too few to set some aside for validation")
    aside = _rank_in_class(labels[order]) < quotas[labels[order]]
    # Shuffled again: the first of each class went aside, so the rest begins with the classes whose quota was filled.
    return generator.permutation(order[~aside]), generator.permutation(order[aside])


def balanced_subset(labels: np.ndarray, limit: int) -> np.ndarray:
    """The sorted positions of the first examples of every class: as many of each class, as far as there are enough.

    Args:
        labels: (n,) integers from 0, shuffled.
        limit: how many examples in total.

    Returns:
        (min(limit, n),) integers.
    """
    return np.sort(np.argsort(_rank_in_class(labels), kind="stable")[:limit])


def _rank_in_class(labels: np.ndarray) -> np.ndarray:
    """(n,) how many examples of the same class come before each one."""
    ranks = np.empty(len(labels), int)
    for label in np.unique(labels):
        places = np.flatnonzero(labels == label)
        ranks[places] = np.arange(len(places))
    return ranks

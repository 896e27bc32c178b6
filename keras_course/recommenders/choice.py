"""Settings chosen on validation ratings: each is tried, and the best one kept."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from keras_course.errors import UserError


class Choice(NamedTuple):
    """The settings that did best, how well, and how well the others did."""

    settings: dict[str, Any]
    value: float
    tried: tuple[tuple[dict[str, Any], float], ...]


def choose(
    fit: Callable[..., np.ndarray],
    settings: Iterable[Mapping[str, Any]],
    judge: Callable[[np.ndarray], float],
) -> Choice:
    """Fit a baseline with each of some settings and keep those whose scores are judged best.

    Args:
        fit: of a setting's arguments, to scores; it is fitted to the training ratings.
        settings: arguments of ``fit``; the first of equally good ones is kept.
        judge: of scores, to a number, the higher the better: a measure on validation ratings.

    Raises:
        UserError: there are no settings, or none has a finite value.
    """
    tried = [(dict(one), float(judge(fit(**one)))) for one in settings]
    finite = [pair for pair in tried if np.isfinite(pair[1])]
    if not finite:
        raise UserError(f"none of {len(tried)} settings has a finite value on the validation ratings")
    best, value = max(finite, key=lambda pair: pair[1])
    return Choice(best, value, tuple(tried))

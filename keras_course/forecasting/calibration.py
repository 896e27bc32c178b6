"""Where a forecast's interval is calibrated: quantiles shifted by how they have done lately."""

from collections.abc import Sequence

import numpy as np

from keras_course.errors import UserError

LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)
"""Quantile levels: the median, and the ends of the 80 % and 95 % intervals."""
LOOK_BACK = 500  # sessions that calibrate a quantile: two years
MIN_OUTCOMES = 100  # with fewer known outcomes nothing is shifted
PRIOR = 1000
"""For quantiles that many shares have taught: their shift is shrunk as if 1,000 more outcomes had asked for none."""


def calibrated(
    quantiles: np.ndarray, outcome: np.ndarray, levels: Sequence[float], horizon: int = 1, prior: int = 0
) -> np.ndarray:
    """Shift each day's quantiles so that they would have been right over the two years before that day.

    A network learns how wide its intervals must be in the years it was trained on, and the following years differ. So
    every evening we look back over the last 500 sessions: how far, in widths of its interval, was each quantile from
    the value that its level's fraction of the outcomes stayed below? It is shifted by that much. Only outcomes known
    that evening count; with fewer than 100 of them nothing is shifted.

    500 outcomes say little about a quantile that 2 of 100 stay below: where the network's own quantiles are good, a
    shift adds noise. ``prior`` shrinks it, to ``known / (known + prior)`` of itself.

    Papers: Romano, Patterson, Candès, "Conformalized Quantile Regression", 2019 (https://arxiv.org/abs/1905.03222);
        Gibbs, Candès, "Adaptive Conformal Inference Under Distribution Shift", 2021 (https://arxiv.org/abs/2106.00170),
        for doing it anew as time goes on

    Args:
        quantiles: (n, levels) of consecutive days, rising along the second axis.
        outcome: (m,) of the first m days, ``m <= n``; those of the last days need not be known yet.
        levels: (levels,) between 0 and 1.
        horizon: days until an outcome is known.
        prior: that many outcomes count as having been right without a shift.

    Returns:
        (n, levels), rising.

    Raises:
        UserError: the shapes do not match, or an interval has no width.
    """
    if quantiles.ndim != 2 or quantiles.shape[1] != len(levels) or len(outcome) > len(quantiles):
        raise UserError(
            f"quantiles {quantiles.shape}, {len(outcome)} outcomes and {len(levels)} levels do not match: "
            "give quantiles (n, levels) and at most n outcomes"
        )
    width = quantiles[:, -1:] - quantiles[:, :1]
    if not (width > 0).all():
        row = int(np.argmin(width > 0))
        raise UserError(
            f"the quantiles in row {row} do not rise from the first to the last: there is no interval"
        )
    misses = (outcome[:, None] - quantiles[: len(outcome)]) / width[: len(outcome)]
    shifted = quantiles.copy()
    for day in range(len(quantiles)):
        known = misses[max(0, day - horizon + 1 - LOOK_BACK) : max(0, day - horizon + 1)]
        if len(known) >= MIN_OUTCOMES:
            shifts = np.quantile(known, levels, axis=0).diagonal()  # each level of its own column
            trust = len(known) / (len(known) + prior)
            shifted[day] = np.sort(quantiles[day] + trust * width[day] * shifts)
    return shifted

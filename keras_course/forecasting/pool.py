"""Many shares as one training set: a network of returns learns more from twenty shares than from one.

Divided by its volatility, a share's return looks like any other's; so they can be learnt from together.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from keras_course.errors import UserError

if TYPE_CHECKING:
    from keras_course.datasets.prices import Prices
    from keras_course.forecasting.forecaster import Forecaster

LEAST_VOLATILITY = (
    0.002  # a mean absolute return of 0.2 % a day: a calmer day's loss counts no more than that
)
MONTH = 22  # trading days


def examples(
    forecaster: "Forecaster",
    shares: Sequence["Prices"],
    after: np.datetime64 | None,
    up_to: np.datetime64,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the windows of all shares, what came after them, and how much each counts.

    Args:
        forecaster: of returns.
        shares: the series.
        after: the day after which the days forecast begin; None for each share's first.
        up_to: the last day that a target may reach.

    Returns:
        ``(n, window)``, ``(n,)`` log returns, and ``(n,)`` weights: see :func:`loss_weights`.

    Raises:
        UserError: no share has a day to forecast in that time.
    """
    parts = []
    for share in shares:
        days = np.arange(forecaster.window, len(share.dates) - forecaster.horizon + 1)
        ends = share.dates[days + forecaster.horizon - 1]
        days = days[(ends <= up_to) & (True if after is None else share.dates[days] > after)]
        if len(days):
            parts.append((forecaster.inputs(share, days), forecaster.targets(share, days)))
    if not parts:
        names = ", ".join(share.symbol for share in shares)
        raise UserError(
            f"{names}: no share has {forecaster.window} prices and a day to forecast after them up to {up_to}"
        )
    x, y = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return x, y, loss_weights(x)


def loss_weights(x: np.ndarray) -> np.ndarray:
    """Return 1 / volatility for each window, so that calm shares and years count as much as wild ones.

    Args:
        x: (n, window) prices.

    Returns:
        (n,) float32: 1 over the mean absolute log return of the last 22 days, 500 at most.
    """
    moves = np.abs(np.diff(np.log(x[:, -MONTH - 1 :]), axis=1)).mean(axis=1)
    weights: np.ndarray = (1 / np.maximum(moves, LEAST_VOLATILITY)).astype("float32")
    return weights


def residual_quantiles(
    x: np.ndarray, y: np.ndarray, levels: Sequence[float], decay: float = 0.94
) -> list[float]:
    """Return the quantiles of past returns, each divided by EWMA's volatility: what an EWMA forecast multiplies by.

    Args:
        x: (n, window) prices.
        y: (n,) log returns that followed.
        levels: (levels,) between 0 and 1.
        decay: EWMA's, as in :class:`keras_course.layers.prices.Volatility`.

    Returns:
        One for each level, rising.
    """
    returns = np.diff(np.log(x.astype(float)), axis=1)
    weights = decay ** np.arange(returns.shape[1])[::-1]
    volatility = np.maximum(np.sqrt(np.square(returns) @ (weights / weights.sum())), 1e-4)
    quantiles = np.quantile(y / volatility, levels)
    least = 1e-3 * np.arange(len(levels))  # apart, even where returns repeat
    return [float(value) for value in quantiles + least]

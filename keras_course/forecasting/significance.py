"""Is a forecast better, or lucky? Statistical tests, and how many independent trials there are.

Arrays are in order of time; an error is ``actual - forecast``. Where several shares are forecast on the same days, an
array is (n, shares), NaN where a share has no such day: a day is one trial, for what moves one share moves the others.
"""

import dataclasses
import math

import numpy as np

from keras_course.errors import UserError


@dataclasses.dataclass(frozen=True)
class Difference:
    """How much smaller one forecast's mean loss is than another's, and how surely."""

    mean: float
    """Below zero where the first forecast is better, in the losses' unit."""
    standard_error: float
    """Of the mean, corrected for small samples."""
    days: int
    """That were compared."""
    statistic: float
    """The mean in standard errors."""
    p: float
    """One-sided: how often chance alone would make the first look at least that much better."""

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the mean."""
        from scipy import stats

        reach = float(stats.t.ppf(0.975, df=self.days - 1)) * self.standard_error
        return self.mean - reach, self.mean + reach


def diebold_mariano(errors: np.ndarray, others: np.ndarray, horizon: int = 1) -> tuple[float, float]:
    """Test whether a forecast's squared errors are smaller than another's on the same days (Diebold-Mariano test).

    Args:
        errors: (n,) of the forecast.
        others: (n,) of the forecast it is compared with.
        horizon: steps ahead; errors up to ``horizon - 1`` days apart may be correlated.

    Returns:
        The statistic, below zero where the forecast is better, and the one-sided p-value: how often chance alone would
        make it look at least that much better. (0, 1) for two forecasts that never differ.

    Raises:
        UserError: the lengths differ, or there are too few errors.
    """
    found = compare_losses(np.square(errors), np.square(others), horizon)
    return found.statistic, found.p


def compare_losses(losses: np.ndarray, others: np.ndarray, horizon: int = 1) -> Difference:
    """Test whether a forecast's losses are smaller than another's on the same days (Diebold-Mariano test).

    Papers: Diebold, Mariano, "Comparing Predictive Accuracy", 1995; Harvey, Leybourne, Newbold, "Testing the equality
        of prediction mean squared errors", 1997, for the correction for small samples

    Args:
        losses: (n,) of the forecast, such as :func:`pinball_losses` gives, or (n, shares): then each day's mean over
            the shares that it has is one loss.
        others: the losses of the forecast it is compared with, of the same shape.
        horizon: steps ahead; losses up to ``horizon - 1`` days apart may be correlated.

    Raises:
        UserError: the shapes differ, or there are too few days.
    """
    if losses.shape != others.shape or len(losses) < 2 * horizon + 2:
        raise UserError(
            f"{len(losses)} and {len(others)} errors: both must have the same length, at least {2 * horizon + 2}"
        )
    d = by_day(losses - others)
    if len(d) < 2 * horizon + 2:
        raise UserError(f"{len(d)} days have a loss: at least {2 * horizon + 2} are needed")
    n, mean = len(d), float(d.mean())
    if not np.any(d):
        return Difference(0.0, 0.0, n, 0.0, 1.0)
    error = _standard_error(d, horizon)
    if error == 0:
        return Difference(mean, 0.0, n, math.copysign(math.inf, mean), 0.0 if mean < 0 else 1.0)
    small_sample = math.sqrt((n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n)
    statistic = small_sample * mean / error
    from scipy import stats

    return Difference(mean, error / small_sample, n, statistic, float(stats.t.cdf(statistic, df=n - 1)))


def clark_west(
    actual: np.ndarray, small: np.ndarray, large: np.ndarray, horizon: int = 1
) -> tuple[float, float]:
    """Test whether a model forecasts anything that the smaller model inside it does not (Clark-West test).

    A network can become persistence, and where there is nothing to learn its needless weights add noise: its errors
    are then the larger ones, and the Diebold-Mariano test seldom finds a little skill under that noise. This test takes
    the noise off. It asks whether there is something to be learnt, not whether the network is worth using.

    Equation: the mean of ``(y - small)**2 - (y - large)**2 + (small - large)**2`` is above zero

    Paper: Clark, West, "Approximately normal tests for equal predictive accuracy in nested models", 2007

    Args:
        actual: (n,) or (n, shares).
        small: its forecasts by the smaller model; zeros for persistence of the price.
        large: its forecasts by the model that holds the smaller one as a special case.
        horizon: steps ahead.

    Returns:
        The statistic, above zero where the larger model forecasts something, and the one-sided p-value. (0, 1) for two
        forecasts that never differ.

    Raises:
        UserError: the shapes differ, or there are too few days.
    """
    if not actual.shape == small.shape == large.shape:
        raise UserError(
            f"shapes {actual.shape}, {small.shape} and {large.shape} of the outcomes and the two forecasts differ"
        )
    gained = np.square(actual - small) - np.square(actual - large) + np.square(small - large)
    found = compare_losses(-gained, np.zeros_like(gained), horizon)
    return -found.statistic, found.p


def effective_number(values: np.ndarray) -> float:
    """Return as how many independent series these count: what the mean over them varies less than each by.

    Shares rise and fall together, and seeds see the same days: sixty networks, four seeds for each of fifteen shares,
    are not sixty trials. Were they, their mean would have a sixtieth of their variance.

    Equation: ``mean over series of variance(series) / variance(mean of the series)``, the inverse of Kish's design
    effect times the number of series

    Source: Kish, "Survey Sampling", 1965

    Args:
        values: (n, series), such as differences of losses by day, for each share and seed; NaN where there is none.
            Days that any series lacks are left out.

    Returns:
        1 for series that are all the same, their number for independent ones.

    Raises:
        UserError: there are fewer than two days that all series have, or none of them varies.
    """
    complete = values[~np.isnan(values).any(axis=1)]
    if len(complete) < 2 or not np.ptp(complete, axis=0).any():
        raise UserError(f"{len(complete)} complete days: two that differ are needed")
    each, together = complete.var(axis=0).mean(), complete.mean(axis=1).var()
    return float(each / together) if together > 0 else float(values.shape[1])


def direction(returns: np.ndarray, forecasts: np.ndarray, horizon: int = 1) -> dict[str, float]:
    """Compare how often the sign of a forecast was right with "always up" (exact McNemar test).

    Days without a move are left out. A forecast of exactly zero counts as down.

    Returns over several days overlap: a rise of one day counts in all of them, and a test that takes them for so many
    independent days finds skill in luck. So the test takes every ``horizon``-th day only.

    Args:
        returns: (n,) that came true, of ``horizon`` days from each day on.
        forecasts: (n,).
        horizon: days.

    Returns:
        ``direction`` and ``direction_always_up``, the fractions of days with the right sign, and ``direction_p``, the
        one-sided p-value of the days on which the two differ. The fractions are NaN if no day has a move.
    """
    moved = returns != 0
    up, forecast_up = returns[moved] > 0, forecasts[moved] > 0
    right = up == forecast_up
    apart = np.arange(len(returns))[moved] % horizon == 0  # days whose returns do not overlap
    only_ours, only_theirs = int((right & ~up)[apart].sum()), int((~right & up)[apart].sum())
    from scipy import stats

    differing = only_ours + only_theirs
    p = float(stats.binom.sf(only_ours - 1, differing, 0.5)) if differing else 1.0
    return {
        "direction": float(right.mean()) if len(right) else math.nan,
        "direction_always_up": float(up.mean()) if len(up) else math.nan,
        "direction_p": p,
    }


def by_day(values: np.ndarray) -> np.ndarray:
    """Return each day's mean over the shares that it has; days without any are left out."""
    if values.ndim == 1:
        return values
    there = ~np.isnan(values)
    days = there.any(axis=1)
    means: np.ndarray = np.where(there, values, 0.0)[days].sum(axis=1) / there[days].sum(axis=1)
    return means


def _standard_error(d: np.ndarray, horizon: int) -> float:
    """Of the mean of differences of which those up to ``horizon - 1`` days apart may be correlated."""
    n, centred = len(d), d - d.mean()
    variance = np.mean(centred**2)
    variance += 2 * sum(np.sum(centred[lag:] * centred[:-lag]) / n for lag in range(1, horizon))
    if variance <= 0:  # possible with lags; without them only if all differences are equal
        variance = np.mean(centred**2)
    return math.sqrt(variance / n)

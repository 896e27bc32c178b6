"""What would a test have found? Made-up shares whose skill is known, through the same test."""

import functools

import numpy as np

from keras_course.forecasting.baselines import drift, horizon_returns
from keras_course.forecasting.significance import diebold_mariano

SKILL_P = 0.01  # below it a forecast is said to have skill
WEAK, STRONG = 0.1, 0.6  # memories whose detection is told beside a verdict
HISTORY = 1000  # sessions before those that judge, from which drift is learnt


def has_skill(actual: np.ndarray, forecasts: np.ndarray, drifts: np.ndarray, horizon: int = 1) -> bool:
    """Say whether a forecast is surely better than "the price stays" and than "it goes on rising as it did".

    Args:
        actual: (n,) returns that came true.
        forecasts: (n,) of them.
        drifts: (n,) their forecasts by :func:`drift`: to have found that shares rise is no skill.
        horizon: days.
    """
    errors = actual - forecasts
    return all(diebold_mariano(errors, other, horizon)[1] < SKILL_P for other in (actual, actual - drifts))


def returns_with_memory(
    memory: float, sessions: int, rng: np.random.Generator, shares: int = 1
) -> np.ndarray:
    """Make up returns: each is ``memory`` times the one before, plus noise; (shares, sessions).

    The noise has a standard deviation of 1 % a day and Student's t distribution with 5 degrees of freedom, whose large
    moves are as frequent as on an exchange.
    """
    noise = (
        0.01 * rng.standard_t(5, (shares, sessions)) / np.sqrt(5 / 3)
    )  # that distribution's standard deviation
    returns = np.zeros((shares, sessions))
    for day in range(1, sessions):
        returns[:, day] = memory * returns[:, day - 1] + noise[:, day]
    return returns


@functools.cache
def found(memory: float, sessions: int, shares: int, horizon: int = 1, seed: int = 0) -> int:
    """Count the made-up shares in which the verdict is "skill" for a forecast that knows the memory exactly.

    No network can do better. ``found(...) / shares`` is the power of the test, or for ``memory=0`` its false alarms.

    Args:
        memory: the fraction of each day's return that recurs the next day.
        sessions: that judge.
        shares: that are made up.
        horizon: days.
        seed: of the shares.
    """
    rng = np.random.default_rng(seed)
    recurs = sum(memory**day for day in range(1, horizon + 1))  # of the last return, within the horizon
    count = 0
    for returns in returns_with_memory(memory, HISTORY + sessions + horizon - 1, rng, shares):
        actual = horizon_returns(returns, horizon)[HISTORY:]
        forecasts = recurs * returns[HISTORY - 1 : HISTORY - 1 + sessions]
        count += has_skill(actual, forecasts, drift(returns, HISTORY, horizon), horizon)
    return count

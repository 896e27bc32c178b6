"""A forecast beside all that it must beat, the verdict, and what a user should take."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_course.errors import UserError
from keras_course.forecasting import volatility
from keras_course.forecasting.baselines import autoregression, drift, horizon_returns
from keras_course.forecasting.calibration import LEVELS, MIN_OUTCOMES, calibrated
from keras_course.forecasting.measures import coverage, pinball, pinball_losses, rmse
from keras_course.forecasting.power import has_skill
from keras_course.forecasting.significance import clark_west, compare_losses, diebold_mariano, direction


def judge(
    returns: np.ndarray,
    first: int,
    forecasts: np.ndarray,
    quantiles: np.ndarray,
    horizon: int = 1,
    levels: Sequence[float] = LEVELS,
    earlier: np.ndarray | None = None,
    prior: int = 0,
) -> dict[str, Any]:
    """Compare a forecast with what it must beat, on days that it has never seen.

    Errors are of the log return, so that every session counts the same, whatever the price was.

    Args:
        returns: (n,) log returns of all days.
        first: the first day forecast; baselines learn from the days before it.
        forecasts: (n - first - horizon + 1,) of the return of ``horizon`` days.
        quantiles: (n - first - horizon + 1, levels) of the same return.
        horizon: days.
        levels: of the quantiles; the outermost are the ends of the 95 % interval, the next ones of the 80 % interval.
        earlier: (m, levels) the quantiles of the m days before ``first``, which training did not see: they calibrate,
            and they choose what is recommended.
        prior: of the network's calibration, as :func:`calibrated` takes it; the baselines' are shrunk by it too.

    Returns:
        ``rmse_ratio``: root mean squared error over that of persistence ("the price stays"); ``rmse_ratio_drift`` and
        ``rmse_ratio_autoregression``: the same of these baselines;
        ``mase``; ``dm_statistic`` and ``dm_p``: Diebold-Mariano test against persistence;
        ``dm_p_drift``: the same against drift;
        ``clark_west_p``: Clark-West test against persistence;
        ``direction``, ``direction_always_up``, ``direction_p``: as :func:`direction` gives them;
        ``coverage_80``, ``coverage_95``, ``pinball``, and the same with ``_ewma``, ``_har`` and ``_garch`` for these
        baselines (HAR and GARCH where :func:`volatility.available` has them); with ``_ewma_calibrated`` and so on for
        those fitted before the ``earlier`` days, and calibrated as the network's quantiles are;
        ``pinball_best``: the baseline with the least pinball loss on these days; ``pinball_dm_p``: Diebold-Mariano test
        of the forecast's pinball loss against it; ``pinball_ratio_low`` and ``pinball_ratio_high``: 95 % interval of
        the ratio of the two;
        ``recommended``: as :func:`recommend` gives it, if ``earlier`` is given and long enough;
        ``verdict_autoregression``: as ``verdict``, for the autoregression;
        ``verdict``: ``"skill"`` only if it beats both persistence and drift with p below .01, else ``"no skill"``.

    Raises:
        UserError: the price does not move, the lengths do not match, or there are too few returns before ``first``.
    """
    actual = horizon_returns(returns, horizon)[first:]
    if len(forecasts) != len(actual):
        raise UserError(
            f"{len(forecasts)} forecasts do not match the {len(actual)} days from first={first} on"
        )
    errors = actual - forecasts
    naive = rmse(actual)  # persistence forecasts a return of zero
    if naive == 0:
        raise UserError("the price does not move in the days to be forecast: there is nothing to judge")
    if np.ptp(returns) < 1e-12:
        raise UserError("the price changes by the same fraction every day: there is no interval to judge")
    drifts = drift(returns, first, horizon)
    simple = autoregression(returns, first, horizon)
    statistic, p = diebold_mariano(errors, actual, horizon)
    return {
        "rmse_ratio": rmse(errors) / naive,
        "mase": float(np.mean(np.abs(errors)) / np.mean(np.abs(horizon_returns(returns[:first], horizon)))),
        "dm_statistic": statistic,
        "dm_p": p,
        "dm_p_drift": diebold_mariano(errors, actual - drifts, horizon)[1],
        "clark_west_p": clark_west(actual, np.zeros_like(actual), np.asarray(forecasts), horizon)[1],
        **direction(actual, forecasts, horizon),
        "coverage_80": coverage(actual, quantiles[:, 1], quantiles[:, -2]),
        "coverage_95": coverage(actual, quantiles[:, 0], quantiles[:, -1]),
        "pinball": pinball(actual, quantiles, levels),
        **_beside_baselines(returns, first, quantiles, horizon, levels, earlier, prior),
        "rmse_ratio_drift": rmse(actual - drifts) / naive,
        "rmse_ratio_autoregression": rmse(actual - simple) / naive,
        "verdict_autoregression": "skill" if has_skill(actual, simple, drifts, horizon) else "no skill",
        "verdict": "skill" if has_skill(actual, forecasts, drifts, horizon) else "no skill",
    }


def recommend(losses: dict[str, np.ndarray], horizon: int = 1) -> str:
    """Choose the forecast that a user should take, on days before those that judge.

    The simple forecast with the least mean loss, unless the network's is smaller by more than a standard error: its
    best epoch was chosen on these very days, and of two that are as good one takes the simpler.

    Source: the rule of one standard error: Breiman et al., "Classification and Regression Trees", 1984

    Args:
        losses: (n,) a day, by name: ``"network"``, and the simple ones.
        horizon: days.

    Returns:
        A name.
    """
    simple = min((name for name in losses if name != "network"), key=lambda name: float(losses[name].mean()))
    found = compare_losses(losses["network"], losses[simple], horizon)
    return "network" if found.statistic < -1 else simple


def _beside_baselines(
    returns: np.ndarray,
    first: int,
    quantiles: np.ndarray,
    horizon: int,
    levels: Sequence[float],
    earlier: np.ndarray | None,
    prior: int,
) -> dict[str, Any]:
    """Return the metrics of the baselines' intervals, those of the comparison, and what is recommended."""
    count = 0 if earlier is None else len(earlier)
    outcome = horizon_returns(returns, horizon)
    actual, known = outcome[first:], max(0, count - horizon + 1)
    before = outcome[first - count : first - count + known]  # what was known when the judged days began
    metrics: dict[str, Any] = {}
    judging: dict[str, np.ndarray] = {}  # losses of the judged days
    choosing: dict[str, np.ndarray] = {}  # losses of the days before them
    if earlier is not None:
        choosing["network"] = pinball_losses(before, earlier[:known], levels)
    for name, forecast in volatility.available(first - count).items():
        versions = {name: forecast(returns, first, horizon, levels)}
        try:
            both = forecast(returns, first - count, horizon, levels)
            both = calibrated(both, outcome[first - count :], levels, horizon, prior)
            choosing[name] = pinball_losses(before, both[:known], levels)
            versions[f"{name}_calibrated"] = both[count:]
        except UserError:  # the price stood still in the days that it is fitted to
            pass
        for key, bounds in versions.items():
            metrics[f"coverage_80_{key}"] = coverage(actual, bounds[:, 1], bounds[:, -2])
            metrics[f"coverage_95_{key}"] = coverage(actual, bounds[:, 0], bounds[:, -1])
            metrics[f"pinball_{key}"] = pinball(actual, bounds, levels)
            judging[key] = pinball_losses(actual, bounds, levels)
    best = min(judging, key=lambda key: metrics[f"pinball_{key}"])
    found = compare_losses(pinball_losses(actual, quantiles, levels), judging[best], horizon)
    low, high = (1 + bound / metrics[f"pinball_{best}"] for bound in found.interval)
    metrics |= {
        "pinball_best": best,
        "pinball_dm_p": found.p,
        "pinball_ratio_low": low,
        "pinball_ratio_high": high,
    }
    if known >= MIN_OUTCOMES and len(choosing) > 1:
        metrics["recommended"] = recommend(choosing, horizon)
    return metrics

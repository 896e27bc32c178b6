"""From a trained network to a price for a date: what the apps print and a reloaded model gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from keras_course.datasets import sessions
from keras_course.datasets.prices import Prices
from keras_course.forecasting.windows import windows

LOOK_BACK, FEWEST = 500, 100  # sessions that calibrate the intervals


@dataclass(frozen=True)
class Forecast:
    """A price for a trading day."""

    file: str
    """The file of prices as it was named."""
    symbol: str
    """Of the share that the network has learnt from."""
    date: str
    """The trading day that is forecast."""
    price: float
    """In the share's currency."""
    interval_80: tuple[float, float]
    """The day's price lies between these in 80 of 100 cases, if the network is right about itself."""
    interval_95: tuple[float, float]
    last_date: str
    """The last day that the network saw."""
    last_price: float


def series(prices: Prices, target: str) -> np.ndarray:
    """What the network sees: the price as it was (``price``), or without dividends (``return``); ``(n,)``."""
    return prices.close if target == "price" else prices.adjusted


def inputs(prices: Prices, days: np.ndarray, card: Mapping[str, Any]) -> np.ndarray:
    """The network's input for each day: the prices before it; ``(len(days), window)`` float32.

    Args:
        prices: the series.
        days: row numbers; ``len(prices.dates)`` is the day after the last.
        card: ``target`` and ``window``.
    """
    return windows(series(prices, card["target"]), days, card["window"]).astype("float32")


def returns(model: Any, x: np.ndarray, card: Mapping[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """What a network says of the log return from the last price it saw: one number, and quantiles.

    Args:
        model: the trained network.
        x: as :func:`inputs` gives it.
        card: ``target``, and ``errors``: for a network that says one price, the quantiles of the log return around it.

    Returns:
        (n,) and (n, levels).
    """
    outputs = np.asarray(model.predict(x, batch_size=1024, verbose=0), dtype=float)
    if card["target"] == "return":
        return outputs[:, outputs.shape[1] // 2], outputs
    middle = np.log(np.maximum(outputs[:, 0], 1e-3 * x[:, -1])) - np.log(x[:, -1].astype(float))
    return middle, middle[:, None] + np.asarray(card["errors"])


def outcomes(values: np.ndarray, days: np.ndarray, horizon: int) -> np.ndarray:
    """The log return that came true for each day: from the price before it to that ``horizon`` days later; ``(n,)``."""
    outcome: np.ndarray = np.log(values[days + horizon - 1] / values[days - 1])
    return outcome


def calibrated(
    quantiles: np.ndarray, outcome: np.ndarray, levels: Sequence[float], horizon: int = 1
) -> np.ndarray:
    """Shift each day's quantiles so that they would have been right over the two years before that day.

    A network learns how wide its intervals must be in the years it has seen, and the next years differ. So every
    evening we look back: of the last 500 sessions, how far, in widths of its interval, did each quantile lie from where
    its level's share of the outcomes was? It is moved by as much. Only outcomes known that evening count; with fewer
    than 100 of them nothing is moved.

    Papers: Romano, Patterson, Candès, "Conformalized Quantile Regression", 2019 (https://arxiv.org/abs/1905.03222);
        Gibbs, Candès, "Adaptive Conformal Inference Under Distribution Shift", 2021 (https://arxiv.org/abs/2106.00170),
        for doing it anew as time goes on

    Args:
        quantiles: (n, levels) of consecutive days, rising along the second axis.
        outcome: (m,) of the first days; those of the last ones need not be known yet.
        levels: between 0 and 1.
        horizon: days until an outcome is known.

    Returns:
        (n, levels), rising.
    """
    width = quantiles[:, -1:] - quantiles[:, :1]
    misses = (outcome[:, None] - quantiles[: len(outcome)]) / width[: len(outcome)]
    shifted = quantiles.copy()
    for day in range(len(quantiles)):
        known = misses[max(0, day - horizon + 1 - LOOK_BACK) : max(0, day - horizon + 1)]
        if len(known) >= FEWEST:
            moves = [np.quantile(column, level) for column, level in zip(known.T, levels, strict=True)]
            shifted[day] = np.sort(quantiles[day] + width[day] * moves)
    return shifted


def next_session(model: Any, prices: Prices, card: Mapping[str, Any], file: str = "") -> Forecast:
    """Forecast the trading day ``horizon`` sessions after the last price.

    Args:
        model: the trained network.
        prices: the series; its last day is the last that the network sees.
        card: ``symbol``, ``target``, ``window``, ``horizon``, ``levels``, ``errors``, and ``seen``, the lowest and the
            highest price of the series it was made for.
        file: noted in the forecast.

    Raises:
        ValueError: the series does not fit the network: too short, or prices of another size.
    """
    count = len(prices.dates)
    name = file or prices.name
    if count < card["window"]:
        raise ValueError(f"{name}: {count} days of prices; this network looks at the last {card['window']}")
    horizon = card["horizon"]
    days = np.arange(max(card["window"], count - LOOK_BACK - horizon + 1), count + 1)
    x = inputs(prices, days, card)
    low, high = x[-1].min(), x[-1].max()
    least, most = card["seen"] if card["target"] == "price" else (0, np.inf)
    if not least / 3 < low <= high < 3 * most:
        raise ValueError(
            f"{name}: prices of {low:g} to {high:g}; this network was made for prices of {least:g} to {most:g} "
            f"({card['symbol']}) and knows no others: train one on this series"
        )
    middle, quantiles = returns(model, x, card)
    outcome = outcomes(series(prices, card["target"]), days[:-horizon], horizon)
    quantiles = calibrated(quantiles, outcome, card["levels"], horizon)
    date = prices.dates[-1]
    for _ in range(horizon):
        date = sessions.next_session(prices.calendar, date)
    last = float(prices.close[-1])
    price, bounds = last * np.exp(middle[-1]), last * np.exp(quantiles[-1])
    return Forecast(
        file=file,
        symbol=card["symbol"],
        date=str(date),
        price=float(price),
        interval_80=(float(bounds[1]), float(bounds[-2])),
        interval_95=(float(bounds[0]), float(bounds[-1])),
        last_date=str(prices.dates[-1]),
        last_price=last,
    )

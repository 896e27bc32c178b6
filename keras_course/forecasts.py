"""From a trained network to a price for a date: what the apps print and a reloaded model gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from keras_course.datasets import sessions
from keras_course.datasets.prices import Prices
from keras_course.datasets.windows import windows


@dataclass(frozen=True)
class Forecast:
    """A price for a trading day."""

    file: str
    """The file of prices as it was named."""
    symbol: str
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


def next_session(model: Any, prices: Prices, card: Mapping[str, Any], file: str = "") -> Forecast:
    """Forecast the trading day ``horizon`` sessions after the last price.

    Args:
        model: the trained network.
        prices: the series; its last day is the last that the network sees.
        card: ``target``, ``window``, ``horizon``, ``errors``, and ``lowest`` and ``highest``, the prices it has
            learnt from.
        file: noted in the forecast.

    Raises:
        ValueError: the series does not fit the network: too short, or prices of another size.
    """
    count = len(prices.dates)
    name = file or prices.name
    if count < card["window"]:
        raise ValueError(f"{name}: {count} days of prices; this network looks at the last {card['window']}")
    x = inputs(prices, np.array([count]), card)
    if card["target"] == "price" and not card["lowest"] / 3 < x.min() <= x.max() < 3 * card["highest"]:
        raise ValueError(
            f"{name}: prices of {x.min():g} to {x.max():g}; this network has learnt prices of {card['lowest']:g} to "
            f"{card['highest']:g} ({card['symbol']}) and knows no others: train one on this series"
        )
    middle, quantiles = returns(model, x, card)
    date = prices.dates[-1]
    for _ in range(card["horizon"]):
        date = sessions.next_session(prices.calendar, date)
    last = float(prices.close[-1])
    price, bounds = last * np.exp(middle[0]), last * np.exp(quantiles[0])
    return Forecast(
        file=file,
        symbol=prices.symbol,
        date=str(date),
        price=float(price),
        interval_80=(float(bounds[1]), float(bounds[-2])),
        interval_95=(float(bounds[0]), float(bounds[-1])),
        last_date=str(prices.dates[-1]),
        last_price=last,
    )

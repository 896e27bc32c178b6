"""A price for a trading day, with intervals, and what a reader must know before believing it."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Forecast:
    """A price for a trading day, with intervals."""

    file: str
    """The file of prices, as it was given; empty if there is none."""
    symbol: str
    """Of the prices that the forecast is made from."""
    date: str
    """The trading day that is forecast, such as ``2019-02-19``."""
    price: float
    """In the currency of the prices."""
    interval_80: tuple[float, float]
    """Holds the price on 80 of 100 days, if the network does as well as it did lately."""
    interval_95: tuple[float, float]
    """Holds it on 95 of 100 days."""
    last_date: str
    """The last day that the network saw."""
    last_price: float
    """The price of that day."""
    trained_on: str = ""
    """The symbol of the series that the network was trained on."""
    note: str = ""
    """What a reader must know before believing it: the price lies outside its own interval."""


def outside_its_interval(
    price: float, interval_80: tuple[float, float], interval_95: tuple[float, float]
) -> str:
    """Return a note on a forecast price that its own interval does not hold; ``""`` where it does."""
    for level, (low, high) in ((95, interval_95), (80, interval_80)):
        if not low <= price <= high:
            where, errors = ("below", "low") if price < low else ("above", "high")
            return (
                f"the forecast, {price:,.2f}, lies {where} its own {level} % interval, {low:,.2f} to {high:,.2f}: the "
                f"network's latest forecasts were too {errors}, and those errors shift the interval, not the forecast"
            )
    return ""

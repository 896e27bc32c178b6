"""From a trained network to a price for a date: what the stock app prints and a reloaded run gives."""

import dataclasses
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from keras_course.datasets import sessions
from keras_course.datasets.prices import Prices
from keras_course.errors import UserError
from keras_course.forecasting.calibration import LEVELS, LOOK_BACK, calibrated
from keras_course.forecasting.forecast import Forecast, outside_its_interval
from keras_course.forecasting.windows import outcomes, sliding_windows

if TYPE_CHECKING:
    import keras

DIVERGED = "the network's forecasts are not finite numbers: train it again with a smaller learning rate"
COLLAPSED = "the network's quantiles coincide: train it again with a smaller learning rate"


@dataclasses.dataclass(frozen=True)
class Forecaster:
    """A trained network, and all that is needed to forecast prices with it.

    A run's card keeps it: ``Forecaster.from_card(loaded.model, loaded.card)``.
    """

    model: "keras.Model"
    """Raw prices, (n, window), to a price, (n, 1), or to quantiles of the log return, (n, levels)."""
    symbol: str
    """Of the series that it was trained on."""
    target: Literal["price", "return"]
    """What the model's outputs are."""
    window: int
    """Prices that the model sees."""
    horizon: int = 1
    """Trading days ahead."""
    levels: tuple[float, ...] = LEVELS
    """Of the quantiles; the middle one is the median."""
    errors: tuple[float, ...] = ()
    """For a model of the price: quantiles of the log return around its forecast (see :meth:`with_errors`)."""
    lowest: float = 0.0
    """The lowest price trained on."""
    highest: float = math.inf
    """The highest price trained on."""
    seen: tuple[float, float] = (0.0, math.inf)
    """The lowest and the highest price of the whole series, judged days included."""
    last_date: str = ""
    """The series' last day."""
    calibrate_from: str = ""
    """The first day that training did not see: no earlier one calibrates tomorrow's interval. Empty: any day may."""
    known_until: str = ""
    """The last day that training or the choice of its best epoch has seen, of whichever share."""
    prior: int = 0
    """How much the calibration is shrunk: see :func:`~keras_course.forecasting.calibration.calibrated`."""
    relative: bool = False
    """For a model of the price: it works with prices relative to the last one of each window, of any magnitude."""
    members: "keras.Model | None" = None
    """In training: the model of all members' own outputs, whose average ``model`` is; a card does not keep it."""

    def __post_init__(self) -> None:
        if self.target not in ("price", "return"):
            raise UserError(f"target={self.target!r} must be 'price' or 'return'")

    def series(self, prices: Prices) -> np.ndarray:
        """Return what the network works on: the price as it was, or, for returns, without dividends; ``(n,)``."""
        return modelled_series(prices, self.target)

    def inputs(self, prices: Prices, days: np.ndarray) -> np.ndarray:
        """Return the network's input for each day: the prices before it.

        Args:
            prices: the series, of n days.
            days: (m,) row numbers from ``window`` to n; n is the day after the last one.

        Returns:
            (m, window) float32.

        Raises:
            UserError: there are fewer than ``window`` prices before one of the days.
        """
        return sliding_windows(self.series(prices), days, self.window).astype("float32")

    def targets(self, prices: Prices, days: np.ndarray) -> np.ndarray:
        """Return what the network is to output: the price ``horizon`` days on, or the log return until then.

        Args:
            prices: the series, of n days.
            days: (m,) row numbers from 1 to ``n - horizon``.

        Returns:
            (m,) float32.
        """
        values = self.series(prices)
        price = self.target == "price"
        targets = values[days + self.horizon - 1] if price else outcomes(values, days, self.horizon)
        return np.asarray(targets, "float32")

    def with_errors(self, x: np.ndarray, targets: np.ndarray) -> "Forecaster":
        """Return this forecaster with the errors measured that give a forecast price its quantiles.

        A model of returns has quantiles of its own and needs none.

        Args:
            x: (n, window) days not trained on, as :meth:`inputs` gives them.
            targets: (n,) of the same days.
        """
        if self.target == "return":
            return self
        forecast = np.maximum(self.model.predict(x, batch_size=1024, verbose=0)[:, 0], 1e-3 * x[:, -1])
        quantiles = np.quantile(np.log(targets / forecast), self.levels)
        return dataclasses.replace(self, errors=tuple(float(value) for value in quantiles))

    def returns(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Forecast the log return from the last price of each window, as the network has learnt it.

        Args:
            x: (n, window), as :meth:`inputs` gives it.

        Returns:
            One forecast each, (n,), and its quantiles, (n, levels).

        Raises:
            UserError: the outputs are not finite, quantiles coincide, or a model of the price has no ``errors`` yet.
        """
        outputs = np.asarray(self.model.predict(x, batch_size=1024, verbose=0), dtype=float)
        if not np.isfinite(outputs).all():
            raise UserError(DIVERGED)
        if self.target == "return":
            if outputs.ndim == 3:  # each member's, of a run that was interrupted
                outputs = outputs.mean(axis=1)
            if not (outputs[:, 0] < outputs[:, -1]).all():
                raise UserError(COLLAPSED)
            return outputs[:, outputs.shape[1] // 2], outputs
        if len(self.errors) != len(self.levels):
            raise UserError(
                "this network's errors have not been measured: its run was not finished, resume it"
            )
        middle = np.log(np.maximum(outputs[:, 0], 1e-3 * x[:, -1])) - np.log(x[:, -1].astype(float))
        return middle, middle[:, None] + np.asarray(self.errors)

    def forecasts(self, prices: Prices, days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Forecast the log return of consecutive days, each as on the evening before, with calibrated quantiles.

        The first days calibrate the quantiles of those that follow.

        Args:
            prices: the series, of n days.
            days: (m,) consecutive row numbers from ``window`` to n; n is the day after the last one.

        Returns:
            (m,), and (m, levels).

        Raises:
            UserError: as :meth:`inputs` and :meth:`returns`.
        """
        forecast, quantiles = self.returns(self.inputs(prices, days))
        values = self.series(prices)
        outcome = outcomes(values, days[days + self.horizon <= len(values)], self.horizon)
        return forecast, calibrated(quantiles, outcome, self.levels, self.horizon, self.prior)

    def next_session(self, prices: Prices, file: str = "") -> Forecast:
        """Forecast the trading day ``horizon`` sessions after the last price.

        Args:
            prices: the series; its last day is the last that the network sees.
            file: noted in the forecast.

        Raises:
            UserError: the series does not suit the network: too short, or prices of another magnitude.
        """
        count, name = len(prices.dates), file or prices.name
        if count < self.window:
            raise UserError(f"{name}: {count} days of prices; this network looks at the last {self.window}")
        self._check_magnitude(self.series(prices)[-self.window :], name)
        unseen = int(np.searchsorted(prices.dates.astype(str), self.calibrate_from))
        first = max(self.window, count - LOOK_BACK - self.horizon + 1, unseen)
        days = np.arange(min(first, count), count + 1)
        forecast, quantiles = self.forecasts(prices, days)
        date = prices.dates[-1]
        for _ in range(self.horizon):
            date = sessions.next_session(prices.calendar, date)
        last = float(prices.close[-1])
        with np.errstate(over="ignore"):
            price, bounds = last * np.exp(forecast[-1]), last * np.exp(quantiles[-1])
        if not np.isfinite([price, *bounds]).all():
            raise UserError(DIVERGED)
        interval_80, interval_95 = (
            (float(bounds[1]), float(bounds[-2])),
            (float(bounds[0]), float(bounds[-1])),
        )
        return Forecast(
            file=file,
            symbol=prices.symbol,
            date=str(date),
            price=float(price),
            interval_80=interval_80,
            interval_95=interval_95,
            last_date=str(prices.dates[-1]),
            last_price=last,
            trained_on=self.symbol,
            note=outside_its_interval(float(price), interval_80, interval_95),
        )

    def _check_magnitude(self, window: np.ndarray, name: str) -> None:
        """A model of the price knows prices of its own series' magnitude only; returns look alike everywhere."""
        low, high = window.min(), window.max()
        least, most = self.seen if self.target == "price" and not self.relative else (0.0, math.inf)
        if not least / 3 < low <= high < 3 * most:
            raise UserError(
                f"{name}: prices of {low:g} to {high:g}; this network was made for prices of {least:g} to {most:g} "
                f"({self.symbol}) and knows no others: train one on this series"
            )

    def to_card(self) -> dict[str, Any]:
        """Return what a run's card.json keeps, by name: all but the model."""
        return {
            "kind": "prices",
            "returns": "a price" if self.target == "price" else f"quantiles {self.levels} of the log return",
            "dtype": "float32",
            "range": [0, None],
            "symbol": self.symbol,
            "target": self.target,
            "window": self.window,
            "horizon": self.horizon,
            "levels": list(self.levels),
            "lowest": self.lowest,
            "highest": self.highest,
            "seen": list(self.seen),
            "last_date": self.last_date,
            "calibrate_from": self.calibrate_from,
            "errors": list(self.errors),
            "relative": self.relative,
            "known_until": self.known_until,
            "prior": self.prior,
        }

    @classmethod
    def from_card(cls, model: "keras.Model", card: Mapping[str, Any]) -> "Forecaster":
        """Return the forecaster that a run's card describes.

        Args:
            model: the run's model.
            card: what :meth:`to_card` gave, with or without further entries.

        Raises:
            UserError: the card lacks an entry, or is of no model of prices.
        """
        names = ("symbol", "target", "window", "horizon", "lowest", "highest", "last_date")
        try:
            return cls(
                model,
                **{name: card[name] for name in names},
                levels=tuple(card["levels"]),
                errors=tuple(card.get("errors", ())),  # an interrupted run has none yet
                seen=tuple(card.get("seen", (card["lowest"], card["highest"]))),
                calibrate_from=card.get("calibrate_from", ""),
                known_until=card.get("known_until", ""),
                prior=card.get("prior", 0),
                relative=card.get("relative", False),
            )
        except KeyError as error:
            raise UserError(f"this card is not that of a model of prices: it has no {error}") from None


def modelled_series(prices: Prices, target: str) -> np.ndarray:
    """Return what a network of this target works on: the price as it was, or, for returns, without dividends; (n,)."""
    return prices.close if target == "price" else prices.adjusted

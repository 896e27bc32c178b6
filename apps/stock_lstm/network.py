"""The networks of apps.stock_lstm for ``--target price``: the slide's stacked LSTM, with raw prices in and out.

They differ in what a price is measured by: the range of the training prices, as on the slide, or the last price that
the network sees. With the scaling inside, the saved model takes prices as they are.
"""

from collections.abc import Sequence

import keras
from keras import layers, ops

from keras_course.models import stock


def price_lstm(
    window: int, units: Sequence[int], dropout: float, lowest: float, highest: float
) -> keras.Model:
    """Build the slide's LSTM between two layers that scale its prices to 0 to 1 and back.

    Shape: ``60 prices -> 60x1 -> 60x50 -> 60x50 -> 60x50 -> 50 -> 1 price``

    Args:
        window: prices that it sees.
        units: of each LSTM.
        dropout: fraction of each LSTM's outputs set to zero in training.
        lowest: the price scaled to 0, the lowest that training may see.
        highest: the price scaled to 1, the highest that training may see.
    """
    width = highest - lowest
    return keras.Sequential(
        [
            keras.Input((window,)),
            layers.Rescaling(1 / width, -lowest / width, name="to_0_1"),
            layers.Reshape((window, 1), name="a_number_a_day"),
            stock.lstm_sequential((window, 1), 1, units, dropout=dropout),
            layers.Rescaling(width, lowest, name="to_price"),
        ],
        name="stock_lstm",
    )


def relative_lstm(
    window: int, units: Sequence[int], dropout: float, spread: float, move: float
) -> keras.Model:
    """Build the slide's LSTM on prices relative to the last one, so that no price is outside what it has learnt.

    Untrained it forecasts the last price: learning starts from persistence.

    Equation: ``price = last * (1 + move * lstm((prices / last - 1) / spread))``

    Args:
        window: prices that it sees.
        units: of each LSTM.
        dropout: fraction of each LSTM's outputs set to zero in training.
        spread: how far prices are from their window's last, typically, as a fraction of it.
        move: how far the price to be forecast is from it.
    """
    prices = keras.Input((window,), name="prices")
    last = prices[:, -1:]
    x = layers.Rescaling(1 / spread, -1 / spread, name="relative_to_last")(ops.divide(prices, last))
    x = layers.Reshape((window, 1), name="a_number_a_day")(x)
    lstm = stock.lstm_sequential((window, 1), 1, units, dropout=dropout)
    output = lstm.get_layer("predictions")
    output.kernel.assign(ops.zeros_like(output.kernel))
    factor = layers.Rescaling(move, 1.0, name="to_factor")(lstm(x))
    return keras.Model(prices, layers.Multiply(name="to_price")([factor, last]), name="stock_lstm")

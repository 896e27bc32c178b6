"""The network of apps.stock_lstm for ``--target price``: the slide's stacked LSTM, with raw prices in and out."""

from collections.abc import Sequence

import keras

from keras_course.models import stock


def price_lstm(
    window: int, units: Sequence[int], dropout: float, lowest: float, highest: float
) -> keras.Model:
    """Build the slide's LSTM between two layers that scale its prices to 0 to 1 and back.

    With the scaling inside, the saved model takes prices as they are.

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
            keras.layers.Rescaling(1 / width, -lowest / width, name="to_0_1"),
            keras.layers.Reshape((window, 1), name="a_number_a_day"),
            stock.lstm_sequential((window, 1), 1, units, dropout=dropout),
            keras.layers.Rescaling(width, lowest, name="to_price"),
        ],
        name="stock_lstm",
    )

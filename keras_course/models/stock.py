"""Recurrent networks for prices: the slides' stacked LSTM, and one that says how uncertain tomorrow is.

Every builder returns an uncompiled ``keras.Model``.
"""

import statistics
from collections.abc import Sequence

import keras
import numpy as np
from keras import layers, ops

from keras_course.layers.prices import LogReturns, Rising, Volatility

Shape = tuple[int, ...]


def lstm_sequential(
    input_shape: Shape = (60, 1),
    num_outputs: int = 1,
    units: Sequence[int] = (50, 50, 50, 50),
    *,
    dropout: float = 0.2,
    name: str = "lstm_sequential",
) -> keras.Model:
    """LSTM layers, one on the other, and a number from what the last one remembers.

    Slide: deck 1, "Stock / Cryptocurrency price prediction"; deck 3, "Long/Short Term Memory"
    Paper: Hochreiter, Schmidhuber, "Long Short-Term Memory", 1997

    Shape: ``60x1 -> 60x50 -> 60x50 -> 60x50 -> 50 -> 1``

    Args:
        input_shape: days and numbers a day; scaled, about 0 to 1.
        num_outputs: numbers to forecast.
        units: of each LSTM.
        dropout: share of each LSTM's outputs set to zero in training.
        name: the model's name.

    Raises:
        ValueError: for no layer at all, another kind of shape, or a rate outside 0 to 1.
    """
    _check(input_shape, units, dropout)
    model = keras.Sequential([keras.Input(input_shape)], name=name)
    for number, count in enumerate(units, start=1):
        model.add(layers.LSTM(count, return_sequences=number < len(units), name=f"lstm_{number}"))
        if dropout:
            model.add(layers.Dropout(dropout, name=f"dropout_{number}"))
    model.add(layers.Dense(num_outputs, name="forecast"))
    return model


def lstm_functional(
    input_shape: Shape = (60, 1),
    num_outputs: int = 1,
    units: Sequence[int] = (50, 50, 50, 50),
    *,
    dropout: float = 0.2,
    name: str = "lstm_functional",
) -> keras.Model:
    """The same network by the functional API.

    With the weights of :func:`lstm_sequential` it gives the same outputs. Arguments and errors are those of
    :func:`lstm_sequential`.
    """
    _check(input_shape, units, dropout)
    inputs = keras.Input(input_shape)
    x = inputs
    for number, count in enumerate(units, start=1):
        x = layers.LSTM(count, return_sequences=number < len(units), name=f"lstm_{number}")(x)
        if dropout:
            x = layers.Dropout(dropout, name=f"dropout_{number}")(x)
    return keras.Model(inputs=inputs, outputs=layers.Dense(num_outputs, name="forecast")(x), name=name)


def quantile_lstm(
    input_shape: Shape = (61,),
    levels: Sequence[float] = (0.025, 0.1, 0.5, 0.9, 0.975),
    units: Sequence[int] = (32,),
    *,
    dropout: float = 0.0,
    name: str = "quantile_lstm",
) -> keras.Model:
    """Quantiles of the next log return, which never cross.

    The last prices become returns, and these are divided by their volatility: what is left looks alike for every share
    and every year. The LSTM sees how restless each day was; its quantiles are multiplied by the volatility again.
    Untrained it says what a normal distribution of that volatility would: learning starts from the usual answer.

    Papers: Koenker, Bassett, "Regression Quantiles", 1978; J. P. Morgan, "RiskMetrics", 1996

    Shape: ``61 prices -> 60 returns -> 60x2 -> 32 -> 5 quantiles``

    Args:
        input_shape: days; prices above zero, in any currency, the newest last.
        levels: of the quantiles, rising, between 0 and 1.
        units: of each LSTM.
        dropout: share of each LSTM's outputs set to zero in training.
        name: the model's name.

    Raises:
        ValueError: for levels that do not rise from above 0 to below 1, no layer, or a rate outside 0 to 1.
    """
    _check((*input_shape, 1), units, dropout)
    if not levels or min(np.diff([0.0, *levels, 1.0])) <= 0:
        raise ValueError(f"levels={tuple(levels)}: they must rise, and lie between 0 and 1")
    inputs = keras.Input(input_shape)
    returns = LogReturns(name="log_returns")(inputs)
    volatility = Volatility(name="volatility")(returns)
    surprises = layers.Reshape((input_shape[0] - 1, 1), name="a_number_a_day")(
        ops.divide(returns, volatility)
    )
    # how far, and how far in either direction
    x = layers.Concatenate(name="moves_and_sizes")([surprises, ops.abs(surprises)])
    for number, count in enumerate(units, start=1):
        x = layers.LSTM(count, return_sequences=number < len(units), name=f"lstm_{number}")(x)
        if dropout:
            x = layers.Dropout(dropout, name=f"dropout_{number}")(x)
    x = layers.Dense(
        len(levels),
        kernel_initializer="zeros",
        bias_initializer=keras.initializers.Constant(_normal_steps(levels)),
        name="steps",
    )(x)
    x = Rising(name="quantiles_of_surprises")(x)
    return keras.Model(inputs=inputs, outputs=layers.Multiply(name="quantiles")([x, volatility]), name=name)


def _normal_steps(levels: Sequence[float]) -> list[float]:
    """What ``Rising`` needs as input to give a standard normal distribution's quantiles."""
    quantiles = [statistics.NormalDist().inv_cdf(level) for level in levels]
    return [quantiles[0], *(float(np.log(np.expm1(step))) for step in np.diff(quantiles))]


def _check(input_shape: Shape, units: Sequence[int], dropout: float) -> None:
    if len(input_shape) != 2 or min(input_shape) < 1:
        raise ValueError(f"the input is days and numbers a day, such as (60, 1), not {input_shape}")
    if not units or min(units) < 1:
        raise ValueError(f"at least one LSTM with at least one unit is needed, not units={tuple(units)}")
    if not 0 <= dropout < 1:
        raise ValueError(f"dropout={dropout} is not a share: give a number from 0 to below 1")

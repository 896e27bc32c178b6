"""Recurrent networks for prices: the slides' stacked LSTM, and one that forecasts quantiles of tomorrow's return.

Every builder returns an uncompiled ``keras.Model``.
"""

import itertools
from collections.abc import Sequence
from typing import Any

import keras
from keras import layers, ops

from keras_course.layers.prices import LogReturns, Rising, Volatility
from keras_course.models import blocks, checks
from keras_course.models.pretrained import Weights, with_weights

Shape = tuple[int, ...]


def lstm_sequential(
    input_shape: Shape = (60, 1),
    num_outputs: int = 1,
    units: Sequence[int] = (50, 50, 50, 50),
    *,
    dropout: float = 0.2,
    name: str = "lstm_sequential",
) -> keras.Model:
    """LSTM layers, one on top of the other, and a forecast from the last one's output on the last day.

    Slide: deck 1, "Stock / Cryptocurrency price prediction"; deck 3, "Long/Short Term Memory"
    Paper: Hochreiter, Schmidhuber, "Long Short-Term Memory", 1997

    Shape: ``60x1 -> 60x50 -> 60x50 -> 60x50 -> 50 -> 1``

    Args:
        input_shape: days, and features a day; scaled to about 0 to 1.
        num_outputs: how many numbers to forecast.
        units: of each LSTM layer.
        dropout: fraction of each LSTM layer's outputs set to zero in training.
        name: the model's name.

    Raises:
        UserError: for no layer at all, a shape without two axes, a fraction outside 0 to 1, or any other argument that
            makes no network.

    Example:
        >>> lstm_sequential((60, 1), units=(50, 50)).count_params()
        30651
    """
    _check(input_shape, units, dropout, num_outputs)
    model = keras.Sequential([keras.Input(input_shape)], name=name)
    for number, count in enumerate(units, start=1):
        model.add(layers.LSTM(count, return_sequences=number < len(units), name=f"lstm_{number}"))
        if dropout:
            model.add(layers.Dropout(dropout, name=f"dropout_{number}"))
    model.add(layers.Dense(num_outputs, name="predictions"))
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

    Example:
        >>> lstm_functional((60, 5), num_outputs=2).output_shape
        (None, 2)
    """
    _check(input_shape, units, dropout, num_outputs)
    inputs = keras.Input(input_shape)
    x = _stacked_lstm(inputs, units, dropout)
    outputs = layers.Dense(num_outputs, name="predictions")(x)
    return keras.Model(inputs=inputs, outputs=outputs, name=name)


def quantile_lstm(
    input_shape: Shape = (61,),
    levels: Sequence[float] = (0.025, 0.1, 0.5, 0.9, 0.975),
    units: Sequence[int] = (32,),
    *,
    dropout: float = 0.0,
    weights: Weights = None,
    name: str = "quantile_lstm",
) -> keras.Model:
    """Quantiles of the next day's log return, which never cross.

    The last prices become returns, and the returns are divided by their volatility: these standardised residuals are
    alike for every stock and every year. The LSTM sees each day's residual and its size; the quantiles that it gives
    are multiplied by the volatility again. Untrained, they are those of a normal distribution with that volatility
    (EWMA): learning starts from the usual forecast.

    Papers: Koenker, Bassett, "Regression Quantiles", 1978; J. P. Morgan, "RiskMetrics", 1996

    Shape: ``61 prices -> 60 returns -> 60x2 -> 32 -> 5 quantiles``

    Args:
        input_shape: days; prices above zero, in any currency, the newest last.
        levels: of the quantiles, rising, between 0 and 1.
        units: of each LSTM layer.
        dropout: fraction of each LSTM layer's outputs set to zero in training.
        weights: ``"pretrained"`` for those of the committed run (61 days, the default levels),
            the path of another run or ``.keras`` file, or None for the normal distribution to start from.
        name: the model's name.

    Raises:
        UserError: for levels that do not rise from above 0 to below 1, no layer, a fraction outside 0 to 1, weights
            that do not fit, or any other argument that makes no network.

    Example:
        >>> quantile_lstm((61,), weights="pretrained").output_shape
        (None, 5)
    """
    checks.check_shape(input_shape, (1,), example="(61,): days")
    checks.check_count("input_shape[0]", input_shape[0], at_least=2)
    checks.check_levels(levels)
    _check((input_shape[0], 2), units, dropout, len(levels))
    inputs = keras.Input(input_shape)
    returns = LogReturns(name="log_returns")(inputs)
    volatility = Volatility(name="volatility")(returns)
    residuals = layers.Reshape((input_shape[0] - 1, 1), name="standardized_residuals")(
        ops.divide(returns, volatility)
    )
    # each day's residual, and its size whatever the direction
    x = layers.Concatenate(name="residuals_and_sizes")([residuals, ops.abs(residuals)])
    x = _stacked_lstm(x, units, dropout)
    x = layers.Dense(
        len(levels),
        kernel_initializer="zeros",
        bias_initializer=keras.initializers.Constant(blocks.rising_steps(blocks.normal_quantiles(levels))),
        name="steps",
    )(x)
    x = Rising(name="quantiles_of_residuals")(x)
    outputs = layers.Multiply(name="predictions")([x, volatility])
    model = keras.Model(inputs=inputs, outputs=outputs, name=name)
    return with_weights(model, weights, "quantile_lstm", levels=levels)


def _stacked_lstm(x: Any, units: Sequence[int], dropout: float) -> Any:
    """LSTM layers on top of each other: ``(batch, days, features) -> (batch, units[-1])``."""
    for number, count in enumerate(units, start=1):
        x = layers.LSTM(count, return_sequences=number < len(units), name=f"lstm_{number}")(x)
        if dropout:
            x = layers.Dropout(dropout, name=f"dropout_{number}")(x)
    return x


def _check(input_shape: Shape, units: Sequence[int], dropout: float, num_outputs: int) -> None:
    checks.check_shape(input_shape, (2,), example="(60, 1): days, and features a day")
    checks.check_counts("units", units, "unit")
    checks.check_fraction("dropout", dropout)
    checks.check_count("num_outputs", num_outputs)
    widths = (input_shape[1], *units)
    gates = sum(4 * (inputs + count + 1) * count for inputs, count in itertools.pairwise(widths))
    checks.check_size(gates + (widths[-1] + 1) * num_outputs)

"""A network for quantiles of tomorrow's return that starts as EWMA's forecast, and learns from many shares at once.

The builder returns an uncompiled ``keras.Model``.
"""

from collections.abc import Sequence

import keras
from keras import layers, ops

from keras_course.errors import UserError
from keras_course.layers.prices import LogReturns, Rising, Volatility
from keras_course.layers.returns import EarlierMoves, TimeScales
from keras_course.models import blocks, checks
from keras_course.models.pretrained import Weights, with_weights

Shape = tuple[int, ...]


def quantile_dense(
    input_shape: Shape = (261,),
    levels: Sequence[float] = (0.025, 0.1, 0.5, 0.9, 0.975),
    units: int = 16,
    *,
    members: int = 5,
    residuals: Sequence[float] | None = None,
    weights: Weights = None,
    name: str = "quantile_dense",
) -> keras.Model:
    """Quantiles of the next day's log return, from volatilities on several time scales and earlier jumps.

    Untrained, they are EWMA's volatility times the quantiles of the standardised residuals (``residuals``): with
    nothing to learn, it *is* that baseline. What is learnt is a factor for the volatility, and the shape of the
    distribution in units of it. The features are alike for every share and every year, so that one network learns
    from all of them.

    Several members, networks that differ in their initial weights only, are trained side by side, and their quantiles
    averaged: what one of them has learnt by chance, the others have not.

    Papers: Koenker, Bassett, "Regression Quantiles", 1978; Corsi, "A Simple Approximate Long-Memory Model of Realized
        Volatility", 2009; Lakshminarayanan, Pritzel, Blundell, "Simple and Scalable Predictive Uncertainty Estimation
        using Deep Ensembles", 2017 (https://arxiv.org/abs/1612.01474)

    Shape: ``261 prices -> 260 returns -> 36 features -> 5x16 -> 5x5 quantiles -> 5 quantiles``

    Args:
        input_shape: days; prices above zero, in any currency, the newest last.
        levels: of the quantiles, rising, between 0 and 1.
        units: of each member's hidden layer.
        members: how many networks; :func:`keras_course.models.blocks.members_of` gives the model that trains each by
            its own loss.
        residuals: (levels,) quantiles of past returns divided by EWMA's volatility, rising, to start from; default:
            those of a normal distribution.
        weights: ``"pretrained"`` for those of the committed run of ``apps.stock_lstm`` (the default arguments), the
            path of another run or ``.keras`` file, or None for EWMA to start from.
        name: the model's name.

    Raises:
        UserError: for levels that do not rise from above 0 to below 1, weights that do not fit, or any other argument
            that makes no network.

    Example:
        >>> quantile_dense((261,), members=2).output_shape
        (None, 5)
    """
    checks.check_shape(input_shape, (1,), example="(261,): days")
    checks.check_count("input_shape[0]", input_shape[0], at_least=5)
    checks.check_levels(levels)
    checks.check_count("units", units)
    checks.check_count("members", members)
    checks.check_size(members * units * (40 + len(levels)))
    start = blocks.rising_steps(blocks.normal_quantiles(levels) if residuals is None else residuals)
    if len(start) != len(levels):
        raise UserError(
            f"residuals={tuple(residuals or ())} must be one number for each of the {len(levels)} levels"
        )
    inputs = keras.Input(input_shape)
    returns = LogReturns(name="log_returns")(inputs)
    volatility = Volatility(name="volatility")(returns)
    features = layers.Concatenate(name="features")(
        [
            TimeScales(name="time_scales")([returns, volatility]),
            EarlierMoves(name="earlier_moves")([returns, volatility]),
        ]
    )
    hidden = layers.Dense(members * units, "tanh", name="hidden")(features)
    hidden = layers.Reshape((members, units), name="hidden_of_members")(hidden)
    x = layers.EinsumDense(
        "bmu,mul->bml",
        (members, len(levels)),
        bias_axes="ml",
        kernel_initializer="zeros",
        bias_initializer=keras.initializers.Constant([start] * members),
        name="steps",
    )(hidden)
    quantiles = Rising(name="quantiles_of_residuals")(x)
    factor = layers.EinsumDense(
        "bmu,mu->bm", (members,), bias_axes="m", kernel_initializer="zeros", name="nonlinear_factor"
    )(hidden)
    factor += layers.Dense(members, use_bias=False, kernel_initializer="zeros", name="linear_factor")(
        features
    )
    scale = ops.expand_dims(volatility * ops.exp(factor), -1)  # (batch, members, 1)
    x = layers.Multiply(name="members")([quantiles, scale])
    outputs = layers.GlobalAveragePooling1D(name="predictions")(x)
    model = keras.Model(inputs=inputs, outputs=outputs, name=name)
    return with_weights(model, weights, "stock_lstm", levels=levels)

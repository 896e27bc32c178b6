"""Dense networks: from one matrix to the slides' digit classifier.

Every builder returns an uncompiled ``keras.Model`` and expects pictures with values from 0 to 1.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers, regularizers

from keras_course.layers import Maxout

Shape = tuple[int, ...]


def linear_classifier(
    input_shape: Shape = (28, 28), num_classes: int = 10, name: str = "linear_classifier"
) -> keras.Model:
    """One matrix: a score for every class, ``f = Wx``.

    Slide: deck 1, "Neural Network"

    Shape: ``28x28 -> 784 -> 10``. The slide has no bias and no softmax, and neither has this: the outputs are
    scores (logits).

    Args:
        input_shape: shape of one picture; it is flattened.
        num_classes: number of scores.
        name: the model's name.
    """
    return keras.Sequential(
        [
            keras.Input(input_shape),
            layers.Flatten(name="flatten"),
            layers.Dense(num_classes, use_bias=False, dtype="float32", name="scores"),
        ],
        name=name,
    )


def two_layer_network(
    input_shape: Shape = (28, 28), num_classes: int = 10, hidden: int = 100, name: str = "two_layer_network"
) -> keras.Model:
    """Two matrices with a ReLU between them, ``f = W2 max(0, W1 x)``.

    Slide: deck 1, "Neural Network"

    Shape: ``28x28 -> 784 -> 100 -> 10``. Without biases, as on the slide; outputs are scores (logits).

    Args:
        input_shape: shape of one picture; it is flattened.
        num_classes: number of scores.
        hidden: rows of ``W1``.
        name: the model's name.
    """
    return keras.Sequential(
        [
            keras.Input(input_shape),
            layers.Flatten(name="flatten"),
            layers.Dense(hidden, activation="relu", use_bias=False, name="hidden_1"),
            layers.Dense(num_classes, use_bias=False, dtype="float32", name="scores"),
        ],
        name=name,
    )


def three_layer_network(
    input_shape: Shape = (28, 28),
    num_classes: int = 10,
    hidden: tuple[int, int] = (100, 100),
    name: str = "three_layer_network",
) -> keras.Model:
    """Three matrices, ``f = W3 max(0, W2 max(0, W1 x))``, and so on.

    Slide: deck 1, "Neural Network"

    Shape: ``28x28 -> 784 -> 100 -> 100 -> 10``. Without biases, as on the slide; outputs are scores (logits).

    Args:
        input_shape: shape of one picture; it is flattened.
        num_classes: number of scores.
        hidden: rows of ``W1`` and of ``W2``.
        name: the model's name.
    """
    return keras.Sequential(
        [
            keras.Input(input_shape),
            layers.Flatten(name="flatten"),
            layers.Dense(hidden[0], activation="relu", use_bias=False, name="hidden_1"),
            layers.Dense(hidden[1], activation="relu", use_bias=False, name="hidden_2"),
            layers.Dense(num_classes, use_bias=False, dtype="float32", name="scores"),
        ],
        name=name,
    )


def dense_sequential(
    input_shape: Shape = (28, 28),
    num_classes: int | None = 10,
    hidden: Sequence[int] = (512,),
    activation: str = "relu",
    *,
    l1: float = 0.0,
    l2: float = 0.0,
    dropout: float = 0.0,
    input_dropout: float = 0.0,
    max_norm: float | None = None,
    classifier_activation: str | None = "softmax",
    name: str = "dense_sequential",
) -> keras.Model:
    """The slides' digit classifier, one layer after the other.

    Slide: deck 3, "A network definition using the Sequential model"; deck 1, "Deep Learning as a classifier";
        deck 3, "Weight regularization"; deck 3, "Dropout"

    Shape: ``28x28 -> 784 -> hidden ... -> 10``

    Args:
        input_shape: shape of one picture, values from 0 to 1; it is flattened.
        num_classes: outputs of the last layer; None leaves it out and gives the features.
        hidden: units of each hidden layer; ``()`` gives a linear classifier with bias.
        activation: any name that Keras knows, ``"maxout"`` (deck 1; two pieces a unit), or ``"prelu"`` (deck 5; each
            unit learns its slope below zero).
        l1: adds ``l1 * |w|`` to the loss for every weight of every kernel.
        l2: adds ``l2 * w**2`` to the loss for every weight of every kernel.
        dropout: share of each hidden layer's outputs set to zero in training.
        input_dropout: share of the pixels set to zero in training.
        max_norm: upper limit of the norm of each hidden unit's incoming weights (Hinton et al., 2012).
        classifier_activation: ``"softmax"``, or None for logits.
        name: the model's name.

    Raises:
        ValueError: for a layer of no units, or a rate outside 0 to 1.
    """
    _check(hidden, dropout, input_dropout)
    model = keras.Sequential([keras.Input(input_shape), layers.Flatten(name="flatten")], name=name)
    if input_dropout:
        model.add(layers.Dropout(input_dropout, name="dropout_input"))
    for number, units in enumerate(hidden, start=1):
        model.add(_hidden_layer(units, activation, l1, l2, max_norm, name=f"hidden_{number}"))
        if activation == "prelu":  # has weights, so it is a layer of its own
            model.add(layers.PReLU(name=f"prelu_{number}"))
        if dropout:
            model.add(layers.Dropout(dropout, name=f"dropout_{number}"))
    if num_classes is not None:
        model.add(_output_layer(num_classes, classifier_activation, l1, l2))
    return model


def dense_functional(
    input_shape: Shape = (28, 28),
    num_classes: int | None = 10,
    hidden: Sequence[int] = (512,),
    activation: str = "relu",
    *,
    l1: float = 0.0,
    l2: float = 0.0,
    dropout: float = 0.0,
    input_dropout: float = 0.0,
    max_norm: float | None = None,
    classifier_activation: str | None = "softmax",
    name: str = "dense_functional",
) -> keras.Model:
    """The same network by the functional API: each layer is called on the output of the one before.

    Slide: deck 3, "A network definition using the functional API"

    With the weights of :func:`dense_sequential` it gives the same outputs. The slide's ``Model(input=...,
    output=...)`` is Keras 1; the arguments are ``inputs`` and ``outputs``. Arguments and errors are those of
    :func:`dense_sequential`.
    """
    _check(hidden, dropout, input_dropout)
    inputs = keras.Input(input_shape)
    x = layers.Flatten(name="flatten")(inputs)
    if input_dropout:
        x = layers.Dropout(input_dropout, name="dropout_input")(x)
    for number, units in enumerate(hidden, start=1):
        x = _hidden_layer(units, activation, l1, l2, max_norm, name=f"hidden_{number}")(x)
        if activation == "prelu":
            x = layers.PReLU(name=f"prelu_{number}")(x)
        if dropout:
            x = layers.Dropout(dropout, name=f"dropout_{number}")(x)
    if num_classes is not None:
        x = _output_layer(num_classes, classifier_activation, l1, l2)(x)
    return keras.Model(inputs=inputs, outputs=x, name=name)


def _check(hidden: Sequence[int], dropout: float, input_dropout: float) -> None:
    if any(units < 1 for units in hidden):
        raise ValueError(f"every hidden layer needs at least one unit, not hidden={tuple(hidden)}")
    for argument, rate in (("dropout", dropout), ("input_dropout", input_dropout)):
        if not 0 <= rate < 1:
            raise ValueError(f"{argument}={rate} is not a share: give a number from 0 to below 1")


def _penalty(l1: float, l2: float) -> Any:
    return regularizers.L1L2(l1=l1, l2=l2) if l1 or l2 else None


def _hidden_layer(
    units: int, activation: str, l1: float, l2: float, max_norm: float | None, name: str
) -> keras.layers.Layer:
    constraint = keras.constraints.MaxNorm(max_norm) if max_norm else None
    if activation == "maxout":
        return Maxout(units, kernel_regularizer=_penalty(l1, l2), kernel_constraint=constraint, name=name)
    return layers.Dense(
        units,
        activation="linear" if activation == "prelu" else activation,
        kernel_regularizer=_penalty(l1, l2),
        kernel_constraint=constraint,
        name=name,
    )


def _output_layer(num_classes: int, activation: str | None, l1: float, l2: float) -> keras.layers.Layer:
    # float32 in every precision: a softmax in half precision loses small probabilities.
    return layers.Dense(
        num_classes,
        activation=activation,
        kernel_regularizer=_penalty(l1, l2),
        dtype="float32",
        name="probabilities" if activation == "softmax" else "scores",
    )

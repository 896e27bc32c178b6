"""Dense networks: from one matrix to the slides' digit classifier.

Every builder returns an uncompiled ``keras.Model`` and expects pictures with values from 0 to 1.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import keras
from keras import layers

from keras_course.errors import UserError
from keras_course.layers import Maxout
from keras_course.models import blocks, checks
from keras_course.models.pretrained import Weights, with_weights

Shape = tuple[int, ...]


def linear_classifier(
    input_shape: Shape = (28, 28), num_classes: int = 10, name: str = "linear_classifier"
) -> keras.Model:
    """One matrix: a logit for every class, ``f = Wx``.

    Slide: deck 1, "Neural Network"

    Shape: ``28x28 -> 784 -> 10``. As on the slide there is no bias and no softmax.

    Args:
        input_shape: shape of one picture; it is flattened.
        num_classes: number of logits.
        name: the model's name.

    Raises:
        UserError: for an argument that makes no network.

    Example:
        >>> linear_classifier().count_params()
        7840
    """
    return _matrices(input_shape, num_classes, (), name)


def two_layer_network(
    input_shape: Shape = (28, 28), num_classes: int = 10, hidden: int = 100, name: str = "two_layer_network"
) -> keras.Model:
    """Two matrices with a ReLU between them, ``f = W2 max(0, W1 x)``.

    Slide: deck 1, "Neural Network"

    Shape: ``28x28 -> 784 -> 100 -> 10``. As on the slide there are no biases, and the outputs are logits.

    Args:
        input_shape: shape of one picture; it is flattened.
        num_classes: number of logits.
        hidden: hidden units, the rows of ``W1``.
        name: the model's name.

    Raises:
        UserError: for an argument that makes no network.

    Example:
        >>> W1, W2 = two_layer_network(hidden=100).get_weights()
        >>> W1.shape, W2.shape
        ((784, 100), (100, 10))
    """
    return _matrices(input_shape, num_classes, (hidden,), name)


def three_layer_network(
    input_shape: Shape = (28, 28),
    num_classes: int = 10,
    hidden: tuple[int, int] = (100, 100),
    name: str = "three_layer_network",
) -> keras.Model:
    """Three matrices with a ReLU after each but the last, ``f = W3 max(0, W2 max(0, W1 x))``.

    Slide: deck 1, "Neural Network"

    Shape: ``28x28 -> 784 -> 100 -> 100 -> 10``. As on the slide there are no biases, and the outputs are logits.

    Args:
        input_shape: shape of one picture; it is flattened.
        num_classes: number of logits.
        hidden: hidden units, the rows of ``W1`` and of ``W2``.
        name: the model's name.

    Raises:
        UserError: for an argument that makes no network.

    Example:
        >>> three_layer_network().count_params()
        89400
    """
    checks.check_counts("hidden", hidden, "unit")
    if len(hidden) != 2:
        raise UserError(f"hidden={tuple(hidden)} must be two numbers: the rows of W1 and of W2")
    return _matrices(input_shape, num_classes, hidden, name)


def dense_sequential(
    input_shape: Shape = (28, 28),
    num_classes: int | None = 10,
    hidden: Sequence[int] = (512,),
    activation: str | Callable[[Any], Any] = "relu",
    *,
    l1: float = 0.0,
    l2: float = 0.0,
    kernel_regularizer: Any = None,
    dropout: float = 0.0,
    input_dropout: float = 0.0,
    max_norm: float | None = None,
    classifier_activation: str | Callable[[Any], Any] | None = "softmax",
    weights: Weights = None,
    name: str = "dense_sequential",
) -> keras.Model:
    """The slides' digit classifier, one layer after the other.

    Slide: deck 3, "A network definition using the Sequential model"; deck 1, "Deep Learning as a classifier";
        deck 3, "Weight regularization"; deck 3, "Dropout"

    Shape: ``28x28 -> 784 -> hidden ... -> 10``

    Args:
        input_shape: shape of one picture, values from 0 to 1; it is flattened.
        num_classes: outputs of the last layer; None omits it: the model then returns features.
        hidden: units of each hidden layer; ``()`` gives a linear classifier with biases.
        activation: any that Keras knows, ``"maxout"`` (deck 1; the larger of two linear functions), or ``"prelu"``
            (deck 5; each unit learns its derivative below zero).
        l1: adds ``l1 * |w|`` to the loss for every weight of every kernel.
        l2: adds ``l2 * w**2`` to the loss for every weight of every kernel.
        kernel_regularizer: any of Keras, instead of ``l1`` and ``l2``.
        dropout: fraction of each hidden layer's outputs set to zero in training.
        input_dropout: fraction of the pixels set to zero in training.
        max_norm: upper limit of the norm of each hidden unit's incoming weights (Hinton et al., 2012).
        classifier_activation: ``"softmax"``, or None for logits.
        weights: ``"pretrained"`` for those of the committed run of ``apps.mnist_dense`` (``hidden=(512,)``), the path
            of another run or ``.keras`` file, or None for random weights.
        name: the model's name.

    Raises:
        UserError: for a layer without units, a fraction outside 0 to 1, an unknown activation, weights that do not
            fit, or any other argument that makes no network.

    Example:
        >>> model = dense_sequential()
        >>> model.count_params()
        407050
        >>> [layer.name for layer in model.layers]
        ['flatten', 'hidden_1', 'predictions']
    """
    _check(
        input_shape, num_classes, hidden, activation, dropout, input_dropout, max_norm, classifier_activation
    )
    regularizer = blocks.resolve_regularizer(kernel_regularizer, l1, l2)
    model = keras.Sequential([keras.Input(input_shape), layers.Flatten(name="flatten")], name=name)
    if input_dropout:
        model.add(layers.Dropout(input_dropout, name="dropout_input"))
    for number, units in enumerate(hidden, start=1):
        model.add(_hidden_layer(units, activation, regularizer, max_norm, name=f"hidden_{number}"))
        if activation == "prelu":  # has weights, so it is a layer of its own
            model.add(layers.PReLU(name=f"prelu_{number}"))
        if dropout:
            model.add(layers.Dropout(dropout, name=f"dropout_{number}"))
    if num_classes is not None:
        model.add(blocks.predictions(num_classes, classifier_activation, regularizer))
    return with_weights(model, weights, "mnist_dense", hidden=hidden, activation=activation)


def dense_functional(
    input_shape: Shape = (28, 28),
    num_classes: int | None = 10,
    hidden: Sequence[int] = (512,),
    activation: str | Callable[[Any], Any] = "relu",
    *,
    l1: float = 0.0,
    l2: float = 0.0,
    kernel_regularizer: Any = None,
    dropout: float = 0.0,
    input_dropout: float = 0.0,
    max_norm: float | None = None,
    classifier_activation: str | Callable[[Any], Any] | None = "softmax",
    weights: Weights = None,
    name: str = "dense_functional",
) -> keras.Model:
    """The same network by the functional API: each layer is called on the output of the one before.

    Slide: deck 3, "A network definition using the functional API"

    With the weights of :func:`dense_sequential` it gives the same outputs. The slide's ``Model(input=...,
    output=...)`` is Keras 1; the arguments are ``inputs`` and ``outputs``. Arguments and errors are those of
    :func:`dense_sequential`.

    Example:
        >>> dense_functional(hidden=(300, 100), dropout=0.5).count_params()
        266610
    """
    _check(
        input_shape, num_classes, hidden, activation, dropout, input_dropout, max_norm, classifier_activation
    )
    regularizer = blocks.resolve_regularizer(kernel_regularizer, l1, l2)
    inputs = keras.Input(input_shape)
    x = layers.Flatten(name="flatten")(inputs)
    if input_dropout:
        x = layers.Dropout(input_dropout, name="dropout_input")(x)
    for number, units in enumerate(hidden, start=1):
        x = _hidden_layer(units, activation, regularizer, max_norm, name=f"hidden_{number}")(x)
        if activation == "prelu":
            x = layers.PReLU(name=f"prelu_{number}")(x)
        if dropout:
            x = layers.Dropout(dropout, name=f"dropout_{number}")(x)
    if num_classes is not None:
        x = blocks.predictions(num_classes, classifier_activation, regularizer)(x)
    model = keras.Model(inputs=inputs, outputs=x, name=name)
    return with_weights(model, weights, "mnist_dense", hidden=hidden, activation=activation)


def _check(
    input_shape: Shape,
    num_classes: int | None,
    hidden: Sequence[int],
    activation: Any,
    dropout: float = 0.0,
    input_dropout: float = 0.0,
    max_norm: float | None = None,
    classifier_activation: Any = None,
) -> None:
    checks.check_shape(input_shape)
    checks.check_counts("hidden", hidden, "unit", empty=True)
    if num_classes is not None:
        checks.check_count("num_classes", num_classes)
        checks.check_activation("classifier_activation", classifier_activation)
    checks.check_activation("activation", activation, "maxout", "prelu")
    checks.check_fraction("dropout", dropout)
    checks.check_fraction("input_dropout", input_dropout)
    if max_norm is not None:
        checks.check_positive("max_norm", max_norm)
    widths = [math.prod(input_shape), *hidden, *([num_classes] if num_classes else [])]
    checks.check_size(sum((inputs + 1) * units for inputs, units in itertools.pairwise(widths)))


def _matrices(input_shape: Shape, num_classes: int, hidden: Sequence[int], name: str) -> keras.Model:
    """``hidden`` layers with ReLU and a last one without; none has biases."""
    _check(input_shape, num_classes, hidden, "relu")
    model = keras.Sequential([keras.Input(input_shape), layers.Flatten(name="flatten")], name=name)
    for number, units in enumerate(hidden, start=1):
        model.add(layers.Dense(units, activation="relu", use_bias=False, name=f"hidden_{number}"))
    model.add(blocks.predictions(num_classes, use_bias=False))
    return model


def _hidden_layer(
    units: int, activation: Any, regularizer: Any, max_norm: float | None, name: str
) -> keras.layers.Layer:
    constraint = keras.constraints.MaxNorm(max_norm) if max_norm else None
    if activation == "maxout":
        return Maxout(units, kernel_regularizer=regularizer, kernel_constraint=constraint, name=name)
    return layers.Dense(
        units,
        activation="linear" if activation == "prelu" else activation,
        kernel_regularizer=regularizer,
        kernel_constraint=constraint,
        name=name,
    )

"""Adversarial examples, and training on them: a regularizer, and a defence.

A picture can be changed so little that nobody would notice, and yet a network gives another answer with confidence,
because every pixel moves in the direction in which the loss rises. Trained on such pictures too, the network must give
the same answer all around each example, and overfits less.

Paper: Goodfellow, Shlens, Szegedy, "Explaining and Harnessing Adversarial Examples", 2015
    (https://arxiv.org/abs/1412.6572)
"""

from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_course.errors import UserError
from keras_course.explain import gradient

SMALLEST = 1e-30  # a probability below it counts as this one: the logarithm of 0 has no gradient


def fast_gradient_sign(network: keras.Model, x: Any, y: Any, epsilon: float, training: bool = False) -> Any:
    """The perturbation that raises the loss fastest, if no value may change by more than epsilon.

    ``epsilon * sign(dJ/dx)``, where ``J = -log p(y|x)`` is the cross entropy: one forward and one backward pass, as
    in a training step, but down to the inputs instead of the weights. The network is taken as linear around ``x``,
    and a linear function changes most when every input moves by the whole epsilon. Attacks of many small steps mislead
    more often: what an accuracy under this one shows is only an upper limit (Madry et al., 2017).

    Args:
        network: a classifier with softmax.
        x: ``(n, ...)`` inputs, as the network takes them.
        y: ``(n,)`` or ``(n, 1)`` labels, 0, 1, 2 ...
        epsilon: the largest change of any value, in units of the input.
        training: whether dropout is on.

    Returns:
        A float32 tensor with the shape of ``x``, of values ``-epsilon``, 0 and ``epsilon``.
    """
    labels = ops.cast(ops.reshape(y, (-1,)), "int32")

    def loss(x: Any) -> Any:
        probabilities = ops.cast(network(x, training=training), "float32")  # (n, classes)
        right = ops.sum(ops.one_hot(labels, probabilities.shape[-1]) * probabilities, axis=-1)  # (n,)
        return -ops.sum(
            ops.log(ops.maximum(right, SMALLEST))
        )  # a sum: no example's gradient depends on the others

    return epsilon * ops.sign(gradient(loss, ops.cast(x, "float32")))


def adversarial_examples(
    network: keras.Model,
    x: np.ndarray,
    y: np.ndarray,
    epsilon: float,
    *,
    bounds: tuple[float, float] = (0, 255),
    batch_size: int = 500,
) -> np.ndarray:
    """The examples with the perturbation that is worst for a network, by :func:`fast_gradient_sign`.

    Args:
        network: a classifier with softmax.
        x: ``(n, ...)`` inputs, as the network takes them.
        y: ``(n,)`` their labels.
        epsilon: the largest change of any value, in units of the input.
        bounds: smallest and largest value of an input: what was a picture remains one.
        batch_size: how many are computed together.

    Returns:
        ``(n, ...)`` float32.

    Raises:
        UserError: if epsilon is not above 0.

    Example:
        >>> from keras_course.models import dense_sequential
        >>> digits = np.full((3, 28, 28), 0.5)
        >>> fooling = adversarial_examples(dense_sequential(), digits, np.array([1, 2, 3]), 0.25, bounds=(0, 1))
        >>> float(fooling.min()), float(fooling.max())
        (0.25, 0.75)
    """
    _check_epsilon(epsilon)
    parts = []
    for start in range(0, len(x), batch_size):
        some = np.asarray(x[start : start + batch_size], "float32")
        change = fast_gradient_sign(network, some, y[start : start + batch_size], epsilon)
        parts.append(np.clip(some + ops.convert_to_numpy(change), *bounds))
    return np.concatenate(parts)


class AdversarialTraining(keras.Model):
    """A classifier that is trained on each example and on its adversarial example, made anew at every step.

    ``loss = (1 - weight) * J(x, y) + weight * J(x + epsilon * sign(dJ/dx), y)``. The perturbation counts as a constant
    when the weights' gradient is taken. A step has two forward and two backward passes for the loss, and one of each
    for the perturbation: on a CPU it costs 2.2 times a plain one.

    It differs from its network only in the loss: compile it as the network would be, and give it to ``fit``. The file
    that it is saved as holds the network alone, without a class of the course's own.

    Args:
        network: a built classifier with softmax, uncompiled; its labels are 0, 1, 2 ...
        epsilon: the largest change of any input, in units of the input: 0.1 where pixels are 0 to 1, 25.5 where they
            are 0 to 255.
        weight: the adversarial examples' part in the loss, from 0 to 1; the paper's is 1/2.

    Raises:
        UserError: for an epsilon that is not above 0, or a weight outside 0 to 1.

    Example:
        >>> from keras_course.models import dense_sequential
        >>> model = AdversarialTraining(dense_sequential(), epsilon=0.1)
        >>> model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        >>> model.count_params()
        407050
    """

    def __init__(self, network: keras.Model, epsilon: float, weight: float = 0.5, **kwargs: Any) -> None:
        super().__init__(**{"name": f"adversarial_{network.name}", **kwargs})
        _check_epsilon(epsilon)
        if not 0 <= weight <= 1:
            raise UserError(f"weight={weight} is out of range: give a number from 0 to 1")
        self.network, self.epsilon, self.weight = network, epsilon, weight
        self.build(network.input_shape)

    def call(self, x: Any, training: bool | None = None) -> Any:
        """What the network gives: ``(n, ...)`` inputs to ``(n, classes)`` probabilities."""
        return self.network(x, training=training)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """The loss of the batch; of its examples as they are only, when the model is evaluated."""
        loss = super().compute_loss(x, y, y_pred, sample_weight, training)
        if not training:
            return loss
        change = fast_gradient_sign(self.network, x, y, self.epsilon, training=True)
        fooling = ops.cast(x, "float32") + ops.stop_gradient(change)
        worst = super().compute_loss(x, y, self.network(fooling, training=True), sample_weight, training)
        return (1 - self.weight) * loss + self.weight * worst  # a regularizer is in both, so it counts once

    def save(self, filepath: str | Path, *arguments: Any, **named: Any) -> None:
        """Save the network alone, which any Keras can read."""
        self.network.save(filepath, *arguments, **named)


def _check_epsilon(epsilon: float) -> None:
    if not epsilon > 0:
        raise UserError(f"epsilon={epsilon} must be above 0")

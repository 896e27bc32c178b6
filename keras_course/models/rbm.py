"""Restricted Boltzmann machines: for digits, for likes and dislikes, and for ratings of several levels.

Every builder returns an uncompiled ``keras.Model`` that learns without targets: ``model.compile(optimizer)``, then
``model.fit(v, validation_data=(v_validation,))``. It is trained by contrastive divergence, with new noise for each
example and step. Beside what every Keras model has:

- ``energy(v, h)``, ``free_energy(v)``;
- ``hidden_probabilities(v)``, ``visible_probabilities(h)``, and samples of them: ``draw_hidden(v)``,
  ``draw_visible(h, v)``;
- ``gibbs(v, steps)``: a Markov chain from v; ``reconstruct(v)``: there and back without noise, as ``predict(v)``;
- ``visible_given_others(v, units)``: exact predictions of single visible units.

Slide: deck 3, "Restricted Boltzmann Machine", "Collaborative Filtering with Restricted Boltzmann Machines"
"""

from typing import Any

import numpy as np

from keras_course.errors import UserError
from keras_course.models import checks
from keras_course.models.boltzmann import BinaryRBM
from keras_course.models.boltzmann_ratings import MaskedRBM, SoftmaxRBM

PRIOR = 2.0
"""Imagined examples with the overall mean: a unit that the data hardly know starts with a moderate bias."""
MOST_CHAINS = 2**20


def binary_rbm(
    visible: int = 784,
    hidden: int = 256,
    *,
    cd_steps: int = 1,
    persistent: bool | int = False,
    l2: float = 0.0,
    data: np.ndarray | None = None,
    seed: int | None = None,
    name: str = "binary_rbm",
) -> BinaryRBM:
    """A machine of binary units: ink or no ink, rated or not.

    Slide: deck 3, "Restricted Boltzmann Machine", "Contrastive Divergence"

    Papers: Hinton, "Training Products of Experts by Minimizing Contrastive Divergence", 2002; Tieleman, "Training
        Restricted Boltzmann Machines using Approximations to the Likelihood Gradient", 2008 (persistent chains)

    Shape: ``784 <-> 256``. ``predict`` gives ``p(v_i = 1)`` of the mean-field reconstruction, (n, visible).

    Args:
        visible: number of visible units; an input holds 0 and 1, or probabilities between them.
        hidden: number of hidden units.
        cd_steps: steps of Gibbs sampling in each training step, the k of CD-k.
        persistent: True for 100 chains that go on from step to step (PCD), or their number; False for chains that start
            from the data at each step (CD).
        l2: weight decay: adds ``l2 * w**2`` to the loss for every weight.
        data: (n, visible) training data: the visible biases start at ``log(p / (1 - p))``, where p is each unit's mean,
            so that the weights need not learn what is common to all examples. Default: they start at 0.
        seed: of the initial weights and of the noise; default: from Keras' global seed.
        name: the model's name.

    Raises:
        UserError: for data that do not fit, or any other argument that makes no machine.

    Example:
        >>> import keras
        >>> model = binary_rbm(784, 256)
        >>> model.compile(keras.optimizers.SGD(0.05))
        >>> history = model.fit(np.ones((8, 784)), verbose=0)
        >>> model.count_params()  # 784 x 256 weights, 784 and 256 biases
        201744
    """
    _check(visible, hidden, cd_steps, l2, seed)
    chains = 100 if persistent is True else int(persistent) if isinstance(persistent, int) else persistent
    checks.check_count("persistent", chains, at_least=0)
    if chains > MOST_CHAINS:
        raise UserError(f"persistent={persistent}: at most {MOST_CHAINS} chains are kept")
    model = BinaryRBM(
        visible, hidden, cd_steps=cd_steps, persistent_chains=chains, l2=float(l2), seed=seed, name=name
    )
    if data is not None:
        v = _as_data(data, visible)
        if v.min() < 0 or v.max() > 1:
            raise UserError(
                f"data of a binary machine lie from 0 to 1, but these from {v.min():g} to {v.max():g}"
            )
        model.visible_bias.assign(_logit(_means(v, np.ones_like(v))))
    return model


def masked_rbm(
    visible: int,
    hidden: int = 100,
    *,
    cd_steps: int = 1,
    l2: float = 0.0,
    data: np.ndarray | None = None,
    seed: int | None = None,
    name: str = "masked_rbm",
) -> MaskedRBM:
    """The slides' recommender: one binary unit a film, and -1 for an unrated film, which is ignored.

    A disliked film (0) adds as little to ``p(h|v)`` as an unrated one: dislikes are learnt, but say nothing about a
    user. :func:`softmax_rbm` with two levels mends it.

    Slide: deck 3, "Collaborative Filtering with Restricted Boltzmann Machines", "Recognizing Latent Factors in The
        Data", "Using Latent Factors for Prediction"

    Shape: ``films <-> 100``. ``predict`` gives ``p(like)`` of every film given the user's ratings, (n, visible).

    Args:
        visible: number of films; an input holds 1 (like), 0 (dislike) and -1 (unrated), such as int8.
        hidden: number of hidden units, the latent factors.
        cd_steps: steps of Gibbs sampling in each training step, the k of CD-k; unrated films are never drawn.
        l2: weight decay: adds ``l2 * w**2`` to the loss for every weight.
        data: (n, visible) training ratings: each film's bias starts from its fraction of likes. Default: 0.
        seed: of the initial weights and of the noise; default: from Keras' global seed.
        name: the model's name.

    Raises:
        UserError: for data that do not fit, or any other argument that makes no machine.

    Example:
        >>> model = masked_rbm(visible=6, hidden=3)
        >>> model.predict(np.array([[1, 0, -1, -1, 1, -1]]), verbose=0).shape
        (1, 6)
    """
    _check(visible, hidden, cd_steps, l2, seed)
    model = MaskedRBM(visible, hidden, cd_steps=cd_steps, l2=float(l2), seed=seed, name=name)
    if data is not None:
        v = _as_data(data, visible)
        if v.max() > 1:
            raise UserError(
                f"data of a masked machine are 1, 0 and -1 for unrated, but the largest is {v.max():g}"
            )
        model.visible_bias.assign(_logit(_means(v, v >= 0)))
    return model


def softmax_rbm(
    visible: int,
    hidden: int = 100,
    levels: int = 5,
    *,
    cd_steps: int = 1,
    l2: float = 0.0,
    data: np.ndarray | None = None,
    seed: int | None = None,
    name: str = "softmax_rbm",
) -> SoftmaxRBM:
    """A machine for ratings: a softmax unit a film, with a weight for each level.

    Paper: Salakhutdinov, Mnih, Hinton, "Restricted Boltzmann Machines for Collaborative Filtering", 2007

    Shape: ``films x levels <-> 100``. ``predict`` gives every film's expected level, (n, visible), given the user's
    ratings (with two levels: ``p(like)``); ``reconstruct`` gives the levels' probabilities, (n, visible, levels).

    Args:
        visible: number of films; an input holds whole numbers from 0 to ``levels - 1``, and -1 for unrated.
        hidden: number of hidden units, the latent factors.
        levels: number of levels of a rating: 5 for stars from 1 to 5, 10 for half stars, 2 for dislike and like.
        cd_steps: steps of Gibbs sampling in each training step, the k of CD-k; unrated films are never drawn.
        l2: weight decay: adds ``l2 * w**2`` to the loss for every weight.
        data: (n, visible) training ratings: each film's biases start from its frequencies. Default: 0.
        seed: of the initial weights and of the noise; default: from Keras' global seed.
        name: the model's name.

    Raises:
        UserError: for data that do not fit, or any other argument that makes no machine.

    Example:
        >>> model = softmax_rbm(visible=6, hidden=3, levels=5)
        >>> model.reconstruct(np.array([[4, 0, -1, -1, 3, -1]])).shape
        TensorShape([1, 6, 5])
    """
    _check(visible, hidden, cd_steps, l2, seed)
    checks.check_count("levels", levels, at_least=2)
    checks.check_size(visible * levels * hidden)
    model = SoftmaxRBM(visible, hidden, levels, cd_steps=cd_steps, l2=float(l2), seed=seed, name=name)
    if data is not None:
        v = _as_data(data, visible)
        if v.max() >= levels or (v != np.round(v)).any():
            raise UserError(
                f"data of {levels} levels are whole numbers up to {levels - 1}, but the largest is {v.max():g}"
            )
        means = np.stack([_means(v == level, v >= 0) for level in range(levels)], axis=1)
        model.visible_bias.assign(np.log(means).ravel())
    return model


def _check(visible: int, hidden: int, cd_steps: int, l2: float, seed: Any) -> None:
    checks.check_count("visible", visible)
    checks.check_count("hidden", hidden)
    checks.check_count("cd_steps", cd_steps)
    checks.check_not_negative("l2", l2)
    if seed is not None:
        checks.check_count("seed", seed, at_least=0)
    checks.check_size(visible * hidden)


def _as_data(data: Any, visible: int) -> np.ndarray:
    v = np.asarray(data)
    if v.ndim != 2 or v.shape[1] != visible or not len(v):
        raise UserError(f"data must be (n, {visible}), an example a row, but have the shape {v.shape}")
    if not np.isfinite(v).all():
        raise UserError("data hold values that are not finite: give -1 for an unknown rating")
    return v


def _means(v: np.ndarray, known: np.ndarray) -> np.ndarray:
    """The mean of every column's known values, drawn towards the mean of all: strictly between 0 and 1."""
    ones, count = (v * known).sum(axis=0, dtype=float), known.sum(axis=0, dtype=float)
    overall = (ones.sum() + 1) / (count.sum() + 2)
    means: np.ndarray = (ones + PRIOR * overall) / (count + PRIOR)
    return means


def _logit(p: np.ndarray) -> np.ndarray:
    logits: np.ndarray = np.log(p) - np.log1p(-p)
    return logits

"""A restricted Boltzmann machine: energies, probabilities, Gibbs sampling and contrastive divergence.

Visible units v and hidden units h are 0 or 1. Weights W connect each visible unit with each hidden one; there are no
connections within a layer. A small machine's states can be enumerated, which gives exactly what learning only
estimates.

Slide: deck 3, "Restricted Boltzmann Machine", "An Energy-Based-Model", "Energy Function", "A probabilistic Model",
    "Joint Distribution for v and h", "Gibbs Sampling", "Contrastive Divergence"
"""

import itertools
from typing import NamedTuple

import numpy as np

from keras_course.by_hand.activations import sigmoid

Array = np.ndarray


class Machine(NamedTuple):
    """The parameters of a restricted Boltzmann machine."""

    W: Array
    """(visible, hidden) weights."""
    a: Array
    """(visible,) biases of the visible units."""
    b: Array
    """(hidden,) biases of the hidden units."""


def bernoulli(p: float) -> dict[str, float]:
    """The Bernoulli distribution of an event with probability ``p``: its mass, mean and variance.

    Slide: deck 3, "Bernoulli distribution" (the chess game, p = 0.15)

    >>> {name: round(value, 4) for name, value in bernoulli(0.15).items()}
    {'p(0)': 0.85, 'p(1)': 0.15, 'mean': 0.15, 'variance': 0.1275}

    Raises:
        ValueError: ``p`` is not between 0 and 1.
    """
    if not 0 <= p <= 1:
        raise ValueError(f"p={p} is not a probability")
    return {"p(0)": 1 - p, "p(1)": p, "mean": p, "variance": p * (1 - p)}


def energy(v: Array, h: Array, machine: Machine) -> Array:
    """``E(v, h) = -a.v - b.h - v W h``: low for states that agree with the weights.

    >>> machine = Machine(np.array([[2.0]]), np.array([0.0]), np.array([-1.0]))
    >>> float(energy(np.array([1.0]), np.array([1.0]), machine))
    -1.0

    Args:
        v: (..., visible).
        h: (..., hidden).
        machine: the parameters.

    Returns:
        (...).

    Raises:
        ValueError: states that do not fit the machine.
    """
    if v.shape[-1:] != machine.a.shape or h.shape[-1:] != machine.b.shape:
        raise ValueError(f"states {v.shape} and {h.shape} do not fit weights {machine.W.shape}")
    return -(v @ machine.a) - (h @ machine.b) - np.sum((v @ machine.W) * h, axis=-1)


def states(units: int) -> Array:
    """All ``2**units`` states of so many units, as rows.

    >>> states(2).tolist()
    [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]

    Returns:
        (2**units, units).
    """
    return np.array(list(itertools.product((0.0, 1.0), repeat=units)))


def joint(machine: Machine) -> Array:
    """``p(v, h) = exp(-E(v, h)) / Z`` for every state; the partition function ``Z`` makes them add up to 1.

    Each unit doubles the number of states: beyond about twenty units enumeration is impractical, and one samples
    instead.

    The lowest energy is subtracted first; that leaves the probabilities unchanged and keeps ``exp`` from overflowing.

    Returns:
        (2**visible, 2**hidden), in the order of :func:`states`.
    """
    v, h = states(len(machine.a)), states(len(machine.b))
    energies = energy(v[:, None], h[None, :], machine)
    weights = np.exp(energies.min() - energies)
    return weights / weights.sum()


def free_energy(v: Array, machine: Machine) -> Array:
    """``F(v) = -log(sum over h of exp(-E(v, h))) = -a.v - sum_j log(1 + exp(b_j + sum_i v_i w_ij))``.

    ``p(v) = exp(-F(v)) / Z``: the hidden units are summed over without enumerating them.

    >>> machine = Machine(np.array([[1000.0]]), np.array([0.0]), np.array([0.0]))
    >>> free_energy(states(1), machine).round(4)  # exp(1000) would overflow
    array([-6.931e-01, -1.000e+03])

    Args:
        v: (..., visible).
        machine: the parameters.

    Returns:
        (...).
    """
    return -(v @ machine.a) - np.logaddexp(0, v @ machine.W + machine.b).sum(axis=-1)


def hidden_given_visible(v: Array, machine: Machine) -> Array:
    """``p(h_j = 1 | v) = sigmoid(b_j + sum_i v_i w_ij)``: given v, the hidden units are independent.

    Args:
        v: (..., visible).
        machine: the parameters.

    Returns:
        (..., hidden).
    """
    return sigmoid(v @ machine.W + machine.b)


def visible_given_hidden(h: Array, machine: Machine) -> Array:
    """``p(v_i = 1 | h) = sigmoid(a_i + sum_j w_ij h_j)``: given h, the visible units are independent.

    Args:
        h: (..., hidden).
        machine: the parameters.

    Returns:
        (..., visible).
    """
    return sigmoid(h @ machine.W.T + machine.a)


def gibbs(v: Array, machine: Machine, steps: int, rng: np.random.Generator) -> Array:
    """Gibbs sampling: draw h given v, then v given h, in turn. In the long run v follows the machine's distribution.

    Args:
        v: (n, visible) initial states of n independent chains.
        machine: the parameters.
        steps: how often both layers are drawn.
        rng: draws.

    Returns:
        (n, visible) states after the last step.
    """
    for _ in range(steps):
        p = hidden_given_visible(v, machine)
        h = (rng.random(p.shape) < p).astype(float)
        p = visible_given_hidden(h, machine)
        v = (rng.random(p.shape) < p).astype(float)
    return v


def log_likelihood(v: Array, machine: Machine) -> float:
    """The mean of ``log p(v) = -F(v) - log Z`` over the data; ``Z`` by enumeration of the visible states.

    Args:
        v: (n, visible) data of 0 and 1.
        machine: the parameters.

    Raises:
        ValueError: data other than 0 and 1.
    """
    if not np.isin(v, (0, 1)).all():
        raise ValueError("the data must be 0 and 1: other values are no states of the visible units")
    log_z = np.logaddexp.reduce(-free_energy(states(len(machine.a)), machine))
    return float(np.mean(-free_energy(v, machine) - log_z))


def log_likelihood_gradient(v: Array, machine: Machine) -> Machine:
    """The gradient of the log-likelihood, by enumeration.

    It is the mean of ``v h`` over the data (the positive phase) minus that over the machine's own distribution (the
    negative phase).

    Args:
        v: (n, visible) data of 0 and 1.
        machine: the parameters.

    Returns:
        The gradients with respect to W, a and b.
    """
    p, every_v = joint(machine), states(len(machine.a))
    p_v = p.sum(axis=1)
    h = hidden_given_visible(v, machine)
    every_h = hidden_given_visible(every_v, machine)
    return Machine(
        v.T @ h / len(v) - (every_v * p_v[:, None]).T @ every_h,
        v.mean(axis=0) - p_v @ every_v,
        h.mean(axis=0) - p_v @ every_h,
    )


def contrastive_divergence(v: Array, machine: Machine, k: int, rng: np.random.Generator) -> Machine:
    """An estimate of that gradient, whose negative phase is ``k`` steps of Gibbs sampling from the data.

    The slide's ``v0 x p(h0|v0) - vk x p(hk|vk)``, with the terms of the biases, which the slide omits.

    Paper: Hinton, "Training Products of Experts by Minimizing Contrastive Divergence", 2002

    Args:
        v: (n, visible) data of 0 and 1.
        machine: the parameters.
        k: steps of Gibbs sampling.
        rng: draws.

    Returns:
        The estimated gradients of the log-likelihood with respect to W, a and b.
    """
    h, v_k = hidden_given_visible(v, machine), gibbs(v, machine, k, rng)
    h_k = hidden_given_visible(v_k, machine)
    return Machine((v.T @ h - v_k.T @ h_k) / len(v), (v - v_k).mean(axis=0), (h - h_k).mean(axis=0))


def ascend(machine: Machine, gradient: Machine, learning_rate: float = 0.1) -> Machine:
    """One step of gradient *ascent*: ``W + learning_rate * dW``; the slide omits the learning rate."""
    return Machine(*(value + learning_rate * change for value, change in zip(machine, gradient, strict=True)))

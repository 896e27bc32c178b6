"""A restricted Boltzmann machine by hand: energies, probabilities, and learning by contrast.

Visible units v and hidden units h are 0 or 1, and joined by weights W; there are none within a layer. Small machines
are enumerated, state by state, and so everything that learning only estimates can be looked up.

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
    """(visible, hidden)."""
    a: Array
    """(visible,), the visible units' biases."""
    b: Array
    """(hidden,), the hidden units' biases."""


def bernoulli(p: float) -> dict[str, float]:
    """A thing that happens with probability ``p``: its mass, mean and variance.

    Slide: deck 3, "Bernoulli distribution" (the chess game, p = 0.15)

    >>> {name: round(value, 4) for name, value in bernoulli(0.15).items()}
    {'p(0)': 0.85, 'p(1)': 0.15, 'mean': 0.15, 'variance': 0.1275}

    Raises:
        ValueError: for no probability.
    """
    if not 0 <= p <= 1:
        raise ValueError(f"p={p} is no probability")
    return {"p(0)": 1 - p, "p(1)": p, "mean": p, "variance": p * (1 - p)}


def energy(v: Array, h: Array, machine: Machine) -> Array:
    """``E(v, h) = -a.v - b.h - v W h``: low for states that fit the weights.

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
    """All ``2**units`` states, ``(2**units, units)``.

    >>> states(2).tolist()
    [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    """
    return np.array(list(itertools.product((0.0, 1.0), repeat=units)))


def joint(machine: Machine) -> Array:
    """``p(v, h) = exp(-E(v, h)) / Z`` of every state; ``Z``, the partition function, makes them add up to 1.

    The number of states doubles with each unit: beyond about twenty nobody waits for it, which is why one samples.

    Returns:
        (2**visible, 2**hidden), in the order of :func:`states`.
    """
    v, h = states(len(machine.a)), states(len(machine.b))
    weights = np.exp(-energy(v[:, None], h[None, :], machine))
    return weights / weights.sum()


def hidden_given_visible(v: Array, machine: Machine) -> Array:
    """``p(h_j = 1 | v) = sigmoid(b_j + sum_i v_i w_ij)``, each hidden unit by itself; ``(..., hidden)``."""
    return sigmoid(v @ machine.W + machine.b)


def visible_given_hidden(h: Array, machine: Machine) -> Array:
    """``p(v_i = 1 | h) = sigmoid(a_i + sum_j w_ij h_j)``; ``(..., visible)``."""
    return sigmoid(h @ machine.W.T + machine.a)


def gibbs(v: Array, machine: Machine, steps: int, rng: np.random.Generator) -> Array:
    """Draw hidden from visible, and visible from hidden, in turn: in the long run each state as often as is probable.

    Args:
        v: (n, visible) to start from.
        machine: the parameters.
        steps: how many turns.
        rng: draws.

    Returns:
        (n, visible) after the last turn.
    """
    for _ in range(steps):
        p = hidden_given_visible(v, machine)
        h = (rng.random(p.shape) < p).astype(float)
        p = visible_given_hidden(h, machine)
        v = (rng.random(p.shape) < p).astype(float)
    return v


def log_likelihood(v: Array, machine: Machine) -> float:
    """Mean ``log p(v)`` of some data, by enumeration; ``v`` is (n, visible) of 0 and 1."""
    p = joint(machine).sum(axis=1)
    places = v @ 2 ** np.arange(len(machine.a))[::-1]
    return float(np.mean(np.log(p[places.astype(int)])))


def log_likelihood_gradient(v: Array, machine: Machine) -> Machine:
    """Which way the data become more probable: what the data show minus what the machine dreams, by enumeration.

    Returns:
        The gradients by W, a and b.
    """
    p, every_v = joint(machine), states(len(machine.a))
    p_v = p.sum(axis=1)
    h = hidden_given_visible(v, machine)
    dreamt_h = hidden_given_visible(every_v, machine)
    return Machine(
        v.T @ h / len(v) - (every_v * p_v[:, None]).T @ dreamt_h,
        v.mean(axis=0) - p_v @ every_v,
        h.mean(axis=0) - p_v @ dreamt_h,
    )


def contrastive_divergence(v: Array, machine: Machine, k: int, rng: np.random.Generator) -> Machine:
    """The same direction, estimated: the dream is what ``k`` turns of Gibbs sampling make of the data.

    The slide's ``v0 x p(h0|v0) - vk x p(hk|vk)``, with the biases' parts that it leaves out.

    Paper: Hinton, "Training Products of Experts by Minimizing Contrastive Divergence", 2002

    Args:
        v: (n, visible) data of 0 and 1.
        machine: the parameters.
        k: turns.
        rng: draws.

    Returns:
        The estimated gradients of the log-likelihood by W, a and b.
    """
    h, v_k = hidden_given_visible(v, machine), gibbs(v, machine, k, rng)
    h_k = hidden_given_visible(v_k, machine)
    return Machine((v.T @ h - v_k.T @ h_k) / len(v), (v - v_k).mean(axis=0), (h - h_k).mean(axis=0))


def ascend(machine: Machine, gradient: Machine, learning_rate: float = 0.1) -> Machine:
    """Gradient *ascent*: ``W + eta dW``, with the learning rate that the slide leaves out."""
    return Machine(*(value + learning_rate * change for value, change in zip(machine, gradient, strict=True)))

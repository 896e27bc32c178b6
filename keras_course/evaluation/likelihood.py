"""How probable a restricted Boltzmann machine makes data: exactly for a small machine, estimated for a large one.

``log p(v) = -F(v) - log Z``. The free energy F is cheap; the partition function Z is a sum over all states. Of a small
machine it is added up; of a large one annealed importance sampling estimates it.

A machine is given by its weights (visible, hidden), its visible and its hidden biases: ``model.get_weights()[:3]`` of
those in ``models.rbm`` with binary visible units.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from keras_course.errors import UserError

MOST_UNITS = 25
"""Of the smaller layer, for the exact sum: each more doubles the time; 20 take some ten seconds with 784 visible."""
ROWS = 4096  # states that are summed together
# Salakhutdinov and Murray's distances between inverse temperatures: most of the steps where it gets cold.
STAGES = ((0.0, 0.5, 500), (0.5, 0.9, 4000), (0.9, 1.0, 10_000))

Weights = Sequence[np.ndarray]


class Estimate(NamedTuple):
    """An estimate of ``log Z`` with its standard error."""

    log_z: float
    standard_error: float


def free_energy(v: np.ndarray, weights: Weights) -> np.ndarray:
    """``F(v) = -a.v - sum_j log(1 + exp(b_j + v W_j))``, of (n, visible): (n,).

    Raises:
        UserError: the shapes do not fit.
    """
    kernel, a, b = _checked(weights)
    if np.ndim(v) != 2 or np.shape(v)[1] != len(a):
        raise UserError(
            f"v has the shape {np.shape(v)}, and the machine {len(a)} visible units: give (n, {len(a)})"
        )
    found: np.ndarray = -(v @ a) - _softplus(v @ kernel + b).sum(axis=1)
    return found


def log_partition(weights: Weights) -> float:
    """``log Z`` exactly, by adding up the ``2**k`` states of the smaller layer, in which the other is summed by itself.

    Args:
        weights: (visible, hidden) weights, (visible,) and (hidden,) biases.

    Raises:
        UserError: both layers have more than :data:`MOST_UNITS` units, or the shapes do not fit.

    Example:
        >>> zeros = np.zeros((3, 2)), np.zeros(3), np.zeros(2)
        >>> bool(np.isclose(log_partition(zeros), np.log(2.0**5)))  # all 32 states are alike
        True
    """
    kernel, a, b = _checked(weights)
    if len(a) < len(b):
        kernel, a, b = kernel.T, b, a
    if len(b) > MOST_UNITS:
        raise UserError(
            f"the smaller layer has {len(b)} units, and at most 2**{MOST_UNITS} states are added up: "
            "estimate log Z by annealed_log_partition"
        )
    bits = np.arange(len(b))
    parts = []
    for start in range(0, 2 ** len(b), ROWS):
        numbers = np.arange(start, min(start + ROWS, 2 ** len(b)))
        h = (numbers[:, None] >> bits & 1).astype(float)  # (rows, units)
        parts.append(np.logaddexp.reduce(h @ b + _softplus(h @ kernel.T + a).sum(axis=1)))
    return float(np.logaddexp.reduce(parts))


def annealed_log_partition(
    weights: Weights,
    *,
    means: np.ndarray | None = None,
    chains: int = 100,
    steps: int = 14_500,
    seed: int = 0,
) -> Estimate:
    """``log Z`` by annealed importance sampling, with its standard error.

    Chains start in a machine without weights, whose Z is known, and are led to this one through ``steps`` machines
    between them, one Gibbs step in each: that at ``beta`` has ``beta`` times the weights and hidden biases. What
    probability the chains gain on the way estimates the ratio of the two partition functions. The standard error tells
    how much the chains differ; it does not tell of states that no chain has found.

    Paper: Salakhutdinov, Murray, "On the Quantitative Analysis of Deep Belief Networks", 2008

    Args:
        weights: (visible, hidden) weights, (visible,) and (hidden,) biases.
        means: (visible,) of the training data: the first machine has them; default: all 1/2.
        chains: independent ones.
        steps: intermediate machines, distributed as the paper's 14,500.
        seed: of the chains.

    Raises:
        UserError: fewer than two chains or steps, or shapes that do not fit.
    """
    kernel, a, b = _checked(weights)
    if chains < 2 or steps < 2:
        raise UserError(f"chains={chains} and steps={steps} must be at least 2")
    means = np.full(len(a), 0.5) if means is None else np.clip(means, 0.001, 0.999)
    start = np.log(means / (1 - means))
    rng = np.random.default_rng(seed)
    single = kernel.astype("float32")
    v = (rng.random((chains, len(a))) < means).astype("float32")
    logits = v @ single + b  # (chains, hidden)
    gained = np.zeros(chains)
    before = 0.0
    for beta in inverse_temperatures(steps):
        gained += (beta - before) * (v @ (a - start))
        gained += (_softplus(beta * logits) - _softplus(before * logits)).sum(axis=1)
        h = _drawn(beta * logits, rng)
        v = _drawn((1 - beta) * start + beta * (h @ single.T + a), rng)
        logits, before = v @ single + b, beta
    log_first = _softplus(start).sum() + len(b) * np.log(2)
    highest = gained.max()
    ratios = np.exp(gained - highest)
    error = ratios.std(ddof=1) / ratios.mean() / np.sqrt(chains)
    return Estimate(float(log_first + highest + np.log(ratios.mean())), float(error))


def inverse_temperatures(steps: int) -> np.ndarray:
    """``steps`` numbers that rise to 1, distributed like the 14,500 of Salakhutdinov and Murray (2008).

    >>> inverse_temperatures(14_500)[[499, 4499, 14_499]]
    array([0.5, 0.9, 1. ])
    """
    places = np.cumsum([0, *(count for _, _, count in STAGES)]) / sum(count for _, _, count in STAGES)
    betas: np.ndarray = np.interp(
        np.arange(1, steps + 1) / steps, places, [0.0, *(end for _, end, _ in STAGES)]
    )
    return betas


def log_likelihood(v: np.ndarray, weights: Weights, log_z: float) -> float:
    """The mean of ``log p(v) = -F(v) - log Z`` over examples, in nats.

    Args:
        v: (n, visible) of 0 and 1.
        weights: (visible, hidden) weights, (visible,) and (hidden,) biases.
        log_z: exact, or an estimate: its error is the result's.

    Raises:
        UserError: there are no examples, values other than 0 and 1, or shapes that do not fit.
    """
    if not len(v) or not np.isin(v, (0, 1)).all():
        raise UserError("the likelihood is that of states: give at least one example, of 0 and 1")
    return float(-free_energy(v, weights).mean() - log_z)


def _checked(weights: Weights) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    kernel, a, b = (np.asarray(part, float) for part in weights)
    if kernel.ndim != 2 or a.shape != kernel.shape[:1] or b.shape != kernel.shape[1:]:
        raise UserError(f"weights {kernel.shape} with biases {a.shape} and {b.shape} are no machine")
    if not all(np.isfinite(part).all() for part in (kernel, a, b)):
        raise UserError("the machine's weights are not finite")
    return kernel, a, b


def _softplus(x: np.ndarray) -> np.ndarray:
    result: np.ndarray = np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))
    return result


def _drawn(logits: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    p = 1 / (1 + np.exp(np.clip(-logits, None, 80).astype("float32")))
    drawn: np.ndarray = (rng.random(p.shape, "float32") < p).astype("float32")
    return drawn

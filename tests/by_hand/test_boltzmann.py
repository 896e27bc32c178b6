"""by_hand.boltzmann: everything against brute-force enumeration (row 17)."""

import numpy as np
import pytest

from keras_course.by_hand import boltzmann as bm
from keras_course.by_hand.gradient_check import gradient_error

MACHINE = bm.Machine(*(np.random.default_rng(0).normal(size=size) for size in ((4, 3), 4, 3)))
V, H = bm.states(4), bm.states(3)
DATA = (np.random.default_rng(1).random((30, 4)) < 0.5).astype(float)


def test_the_joint_distribution_is_that_of_the_energies():
    p = bm.joint(MACHINE)
    assert p.shape == (16, 8) and p.sum() == pytest.approx(1)
    for i, j in ((0, 0), (5, 3), (15, 7)):
        v, h = V[i], H[j]
        by_loops = -sum(v[a] * h[b] * MACHINE.W[a, b] for a in range(4) for b in range(3))  # each pair's part
        by_loops -= sum(v * MACHINE.a) + sum(h * MACHINE.b)
        assert float(bm.energy(v, h, MACHINE)) == pytest.approx(by_loops)
        ratio = np.exp(-(by_loops - float(bm.energy(V[0], H[0], MACHINE))))
        assert p[i, j] / p[0, 0] == pytest.approx(ratio)


def test_the_conditionals_are_those_of_the_enumeration():
    p = bm.joint(MACHINE)
    by_counting = (p @ H) / p.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(bm.hidden_given_visible(V, MACHINE), by_counting)
    by_counting = (p.T @ V) / p.sum(axis=0)[:, None]
    np.testing.assert_allclose(bm.visible_given_hidden(H, MACHINE), by_counting)
    # the hidden units are independent, given v: the product of each one's probability
    single = bm.hidden_given_visible(V[6], MACHINE)
    np.testing.assert_allclose(np.prod(np.where(H == 1, single, 1 - single), axis=1), p[6] / p[6].sum())


def test_the_free_energy_sums_over_the_hidden_units():
    by_counting = -np.log(np.exp(-bm.energy(V[:, None], H[None], MACHINE)).sum(axis=1))
    np.testing.assert_allclose(bm.free_energy(V, MACHINE), by_counting)
    p = bm.joint(MACHINE).sum(axis=1)
    places = (DATA @ [8, 4, 2, 1]).astype(int)
    assert bm.log_likelihood(DATA, MACHINE) == pytest.approx(np.log(p[places]).mean())


@pytest.mark.parametrize(("size", "likely", "unlikely"), [(1000.0, V[-1:], V[:1]), (-1000.0, V[:1], V[-1:])])
def test_large_weights_do_not_overflow(size, likely, unlikely):
    """With weights and biases of 1000 all units are on, with -1000 off: one state has all the probability."""
    machine = bm.Machine(np.full((4, 3), size), np.full(4, size), np.full(3, size))
    p = bm.joint(machine)
    assert p.sum() == 1
    assert p[-1, -1] == (size > 0) and p[0, 0] == (size < 0)
    assert bm.log_likelihood(likely, machine) == 0
    # from E = -19,000 to the hidden units' -3,000; from 0 to the visible units' 4,000
    assert bm.log_likelihood(unlikely, machine) == (-16_000 if size > 0 else -4_000)
    learnt = bm.log_likelihood_gradient(DATA, machine)
    estimate = bm.contrastive_divergence(DATA, machine, 2, np.random.default_rng(0))
    assert all(np.isfinite(part).all() for part in (*learnt, *estimate))


def test_gibbs_sampling_visits_states_as_often_as_they_are_probable(rng):
    v = bm.gibbs(DATA[rng.integers(0, 30, 40_000)], MACHINE, 30, np.random.default_rng(1))
    found = np.bincount((v @ [8, 4, 2, 1]).astype(int), minlength=16) / len(v)
    np.testing.assert_allclose(found, bm.joint(MACHINE).sum(axis=1), atol=0.008)


def test_the_gradient_of_the_likelihood_is_right():
    found = bm.log_likelihood_gradient(DATA, MACHINE)
    for name in ("W", "a", "b"):
        f = lambda value, name=name: bm.log_likelihood(DATA, MACHINE._replace(**{name: value}))  # noqa: E731
        assert gradient_error(getattr(found, name), f, getattr(MACHINE, name)) < 1e-6


def test_contrastive_divergence_estimates_it_the_better_the_longer():
    exact = bm.log_likelihood_gradient(DATA, MACHINE)
    many = np.tile(DATA, (600, 1))
    distance = {}
    for k in (1, 30):
        estimate = bm.contrastive_divergence(many, MACHINE, k, np.random.default_rng(2))
        distance[k] = np.sqrt(sum(np.sum((x - y) ** 2) for x, y in zip(estimate, exact, strict=True)))
        agreement = sum(np.sum(x * y) for x, y in zip(estimate, exact, strict=True))
        assert agreement > 0
    assert distance[30] < 0.5 * distance[1]


@pytest.mark.parametrize("k", [1, 3])
def test_learning_by_contrast_makes_the_data_more_probable(k):
    """Three patterns of four units: after learning they are the machine's most probable states."""
    patterns = np.array([[1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0]], float)
    rng = np.random.default_rng(0)
    data = patterns[rng.integers(0, 3, 300)]
    machine = bm.Machine(0.1 * rng.normal(size=(4, 3)), np.zeros(4), np.zeros(3))
    before = bm.log_likelihood(data, machine)
    for _ in range(1500):
        machine = bm.ascend(machine, bm.contrastive_divergence(data, machine, k, rng), 0.2)
    after = bm.log_likelihood(data, machine)
    assert before < -2.5 and after > -1.6  # three states alike would be -log 3 = -1.1
    p = bm.joint(machine).sum(axis=1)
    likeliest = V[np.argsort(p)[-3:]]
    assert {tuple(row) for row in likeliest} == {tuple(row) for row in patterns}


def test_bad_input_is_one_line():
    with pytest.raises(ValueError, match=r"p=1\.5 is not a probability"):
        bm.bernoulli(1.5)
    with pytest.raises(ValueError, match=r"states \(2,\) and \(3,\) do not fit weights \(4, 3\)"):
        bm.energy(np.ones(2), np.ones(3), MACHINE)
    with pytest.raises(ValueError, match="the data must be 0 and 1"):
        bm.log_likelihood(np.full((2, 4), 0.5), MACHINE)

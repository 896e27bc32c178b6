"""evaluation.likelihood: the exact sum against brute force, the estimate against the exact sum."""

import numpy as np
import pytest

from keras_course.by_hand import boltzmann as by_hand
from keras_course.errors import UserError
from keras_course.evaluation import likelihood


def machine(visible, hidden, scale=1.0, seed=0):
    rng = np.random.default_rng(seed)
    return [scale * rng.normal(size=size) for size in ((visible, hidden), visible, hidden)]


@pytest.mark.parametrize(("visible", "hidden"), [(6, 3), (3, 6), (4, 4), (1, 1)])
def test_the_exact_sum_is_that_over_every_pair_of_states(visible, hidden):
    weights = machine(visible, hidden)
    v, h = by_hand.states(visible), by_hand.states(hidden)
    energies = by_hand.energy(v[:, None], h[None], by_hand.Machine(*weights))
    assert likelihood.log_partition(weights) == pytest.approx(np.logaddexp.reduce(-energies, axis=None))
    assert likelihood.log_likelihood(v, weights, likelihood.log_partition(weights)) == pytest.approx(
        by_hand.log_likelihood(v, by_hand.Machine(*weights))
    )


def test_several_blocks_of_states_and_large_weights():
    weights = machine(40, 14)  # four blocks
    by_data = -likelihood.free_energy(np.zeros((1, 40)), weights) - likelihood.log_partition(weights)
    assert by_data[0] < 0
    p = likelihood.log_partition(machine(13, 14))  # the visible layer is the smaller one
    kernel, a, b = machine(13, 14)
    assert p == pytest.approx(likelihood.log_partition([kernel.T, b, a]))
    huge = [np.full((3, 2), 1000.0), np.full(3, 1000.0), np.full(2, 1000.0)]
    assert likelihood.log_partition(huge) == pytest.approx(11_000)


@pytest.mark.parametrize("means", [None, np.full(25, 0.3)])
def test_the_estimate_is_within_its_error_of_the_exact_sum(means):
    weights = machine(25, 12, scale=0.7)
    exact = likelihood.log_partition(weights)
    found = [
        likelihood.annealed_log_partition(weights, means=means, chains=100, steps=300, seed=seed)
        for seed in range(8)
    ]
    errors = np.array([(one.log_z - exact) / one.standard_error for one in found])
    assert 0 < found[0].standard_error < 0.3
    assert abs(errors).max() < 4.5 and (abs(errors) < 2).sum() >= 6, errors
    again = likelihood.annealed_log_partition(weights, means=means, chains=100, steps=300, seed=0)
    assert again == found[0]


def test_more_steps_make_the_error_smaller():
    weights = machine(25, 12, scale=0.7)
    few, many = (
        likelihood.annealed_log_partition(weights, steps=steps).standard_error for steps in (30, 1000)
    )
    assert many < 0.5 * few


def test_without_weights_there_is_nothing_to_estimate():
    kernel, a, b = np.zeros((9, 4)), np.linspace(-2, 2, 9), np.zeros(4)
    found = likelihood.annealed_log_partition([kernel, a, b], means=1 / (1 + np.exp(-a)), steps=5)
    assert found.log_z == pytest.approx(likelihood.log_partition([kernel, a, b]), abs=1e-9)
    assert found.standard_error == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("steps", [2, 10, 999, 14_500])
def test_temperatures_rise_to_one(steps):
    betas = likelihood.inverse_temperatures(steps)
    assert len(betas) == steps and betas[-1] == 1 and betas[0] > 0 and (np.diff(betas) > 0).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: likelihood.log_partition(machine(30, 40)),
            "smaller layer has 30 units.*annealed_log_partition",
        ),
        (lambda: likelihood.log_partition([*machine(3, 2)[:2], np.zeros(3)]), "are no machine"),
        (lambda: likelihood.log_partition([np.full((2, 2), np.nan), np.zeros(2), np.zeros(2)]), "not finite"),
        (lambda: likelihood.annealed_log_partition(machine(3, 2), chains=1), "chains=1"),
        (lambda: likelihood.free_energy(np.zeros((4, 5)), machine(3, 2)), "3 visible units: give"),
        (lambda: likelihood.log_likelihood(np.full((4, 3), 0.5), machine(3, 2), 0.0), "of 0 and 1"),
        (lambda: likelihood.log_likelihood(np.zeros((0, 3)), machine(3, 2), 0.0), "at least one example"),
    ],
)
def test_bad_input_is_one_line(call, message):
    with pytest.raises(UserError, match=message):
        call()

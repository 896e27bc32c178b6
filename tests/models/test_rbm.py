"""models.rbm on machines small enough to enumerate: everything equals brute force and by_hand.boltzmann (row 17)."""

import itertools

import keras
import numpy as np
import pytest

from keras_course.by_hand import boltzmann as by_hand
from keras_course.errors import UserError
from keras_course.models import rbm

VISIBLE, HIDDEN, LEVELS = 5, 3, 3
V, H = by_hand.states(VISIBLE), by_hand.states(HIDDEN)
DATA = (np.random.default_rng(1).random((40, VISIBLE)) < 0.4).astype("float32")


def array(tensor):
    return keras.ops.convert_to_numpy(tensor)


def with_weights(model, scale=1.0, seed=0):
    """The model with weights and biases that make its states unlike."""
    rng = np.random.default_rng(seed)
    for variable in model.trainable_variables:
        variable.assign(scale * rng.normal(size=variable.shape))
    return model


def binary(**options):
    return with_weights(rbm.binary_rbm(VISIBLE, HIDDEN, seed=0, **options))


def as_machine(model):
    parts = (model.kernel, model.visible_bias, model.hidden_bias)
    return by_hand.Machine(*(array(part).astype(float) for part in parts))


def gradients(model, loss):
    """The gradients of ``loss()`` with respect to the kernel and the two biases, by the backend's autodiff."""
    variables = model.trainable_variables
    if keras.backend.backend() == "jax":
        import jax

        def of(values):
            with keras.StatelessScope(state_mapping=list(zip(variables, values, strict=True))):
                return loss()

        return [np.asarray(value) for value in jax.grad(of)([variable.value for variable in variables])]
    import tensorflow as tf

    with tf.GradientTape() as tape:
        value = loss()
    return [np.asarray(gradient) for gradient in tape.gradient(value, variables)]


def same_noise(model, seed=5):
    """Let a model draw its noise from NumPy; return a generator that draws the same."""
    rng = np.random.default_rng(seed)
    model.uniform = lambda shape: rng.random([int(size) for size in shape]).astype("float32")
    return np.random.default_rng(seed)


def softmax_by_enumeration(model, v):
    """``p(v, h)`` unnormalised, ``(len(v), 2**hidden)``, by loops over films and hidden units."""
    kernel = array(model.kernel).reshape(VISIBLE, LEVELS, HIDDEN)
    a = array(model.visible_bias).reshape(VISIBLE, LEVELS)
    b = array(model.hidden_bias)
    weights = np.empty((len(v), len(H)))
    for (i, ratings), (j, h) in itertools.product(enumerate(v), enumerate(H)):
        energy = -sum(b[k] * h[k] for k in range(HIDDEN))
        for film, level in enumerate(ratings):
            if level >= 0:
                energy -= a[film, level] + sum(kernel[film, level, k] * h[k] for k in range(HIDDEN))
        weights[i, j] = np.exp(-energy)
    return weights


def test_energy_and_free_energy_are_those_by_hand():
    model = binary()
    machine = as_machine(model)
    v, h = np.repeat(V, len(H), axis=0), np.tile(H, (len(V), 1))
    np.testing.assert_allclose(array(model.energy(v, h)), by_hand.energy(v, h, machine), atol=1e-5)
    np.testing.assert_allclose(array(model.free_energy(V)), by_hand.free_energy(V, machine), atol=1e-5)
    p = by_hand.joint(machine)
    mine = np.exp(-array(model.energy(v, h)).reshape(p.shape).astype(float))
    np.testing.assert_allclose(mine / mine.sum(), p, rtol=1e-4)  # Z is right
    mine = np.exp(-array(model.free_energy(V)).astype(float))
    np.testing.assert_allclose(mine / mine.sum(), p.sum(axis=1), rtol=1e-4)


def test_both_conditionals_are_those_of_the_enumeration():
    model = binary()
    p = by_hand.joint(as_machine(model))
    expected = (p @ H) / p.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(array(model.hidden_probabilities(V)), expected, atol=1e-5)
    expected = (p.T @ V) / p.sum(axis=0)[:, None]
    np.testing.assert_allclose(array(model.visible_probabilities(H)), expected, atol=1e-5)
    np.testing.assert_allclose(
        array(model.reconstruct(V)), array(model.visible_probabilities(model.hidden_probabilities(V)))
    )
    np.testing.assert_allclose(model.predict(V, verbose=0), array(model.reconstruct(V)), atol=1e-6)


def test_a_unit_given_all_others_is_that_of_the_enumeration():
    model = binary()
    p = by_hand.joint(as_machine(model)).sum(axis=1).reshape((2,) * VISIBLE)
    units = np.tile(np.arange(VISIBLE), (len(V), 1))
    found = array(model.visible_given_others(V, units))
    for row, v in enumerate(V.astype(int)):
        for i in range(VISIBLE):
            one, other = list(v), list(v)
            one[i], other[i] = 1, 0
            expected = p[tuple(one)] / (p[tuple(one)] + p[tuple(other)])
            assert found[row, i] == pytest.approx(expected, abs=1e-5)


def test_evaluate_is_the_log_loss_of_these_predictions():
    model = binary()
    model.compile("sgd")
    units = np.tile(np.arange(VISIBLE), (len(DATA), 1))  # there are fewer than it judges: all of them
    p = array(model.visible_given_others(DATA, units))
    expected = -np.log(np.where(DATA == 1, p, 1 - p)).mean()
    assert model.evaluate(DATA, verbose=0) == pytest.approx(expected, abs=1e-5)
    assert model.evaluate(DATA, verbose=0) == model.evaluate(DATA, verbose=0)


def test_with_the_exact_distribution_the_gradient_is_that_of_the_likelihood():
    model = binary()
    machine = as_machine(model)
    p = by_hand.joint(machine).sum(axis=1).astype("float32")

    def loss():
        data, all_states = model.free_energy(DATA), model.free_energy(V)
        return keras.ops.mean(data) - keras.ops.sum(p * all_states)

    for mine, exact in zip(
        gradients(model, loss), by_hand.log_likelihood_gradient(DATA, machine), strict=True
    ):
        np.testing.assert_allclose(-mine, exact, atol=1e-5)


@pytest.mark.parametrize("k", [1, 3])
def test_the_gradient_of_the_loss_is_contrastive_divergence_by_hand(k):
    model = binary(cd_steps=k)
    machine = as_machine(model)
    rng = same_noise(model)
    found = gradients(model, lambda: model.compute_loss(DATA))
    expected = by_hand.contrastive_divergence(DATA.astype(float), machine, k, rng)
    for mine, by in zip(found, expected, strict=True):
        np.testing.assert_allclose(-mine, by, atol=1e-5)


def test_many_steps_of_sampling_give_the_gradient_of_the_likelihood():
    model = binary(cd_steps=25)
    many = np.tile(DATA, (250, 1))
    exact = by_hand.log_likelihood_gradient(DATA, as_machine(model))
    for mine, by in zip(gradients(model, lambda: model.compute_loss(many)), exact, strict=True):
        np.testing.assert_allclose(-mine, by, atol=4 * 0.5 / len(many) ** 0.5)  # of 10,000 samples: .02


def test_a_long_gibbs_chain_visits_states_as_often_as_they_are_probable():
    model = binary()
    v = array(model.gibbs(np.tile(V, (500, 1)), 40)).astype(
        int
    )  # 16,000 independent chains, equally many a state
    assert set(np.unique(v)) == {0, 1}
    found = np.bincount(v @ [16, 8, 4, 2, 1], minlength=32)
    p = by_hand.joint(as_machine(model)).sum(axis=1)
    chi_square = ((found - len(v) * p) ** 2 / (len(v) * p)).sum()
    assert abs(chi_square - 31) < 4 * (2 * 31) ** 0.5
    assert abs(found / len(v) - p).sum() / 2 < 0.03  # total variation


def test_a_softmax_machine_is_that_of_the_enumeration():
    model = with_weights(rbm.softmax_rbm(VISIBLE, HIDDEN, LEVELS, seed=0))
    v = np.array(list(itertools.product(range(-1, LEVELS), repeat=VISIBLE)))[::17]  # unrated films among them
    weights = softmax_by_enumeration(model, v)
    np.testing.assert_allclose(array(model.free_energy(v)), -np.log(weights.sum(axis=1)), atol=1e-4)
    np.testing.assert_allclose(
        array(model.hidden_probabilities(v)), weights @ H / weights.sum(axis=1, keepdims=True), atol=1e-5
    )
    h = np.tile(H[5], (len(v), 1))
    np.testing.assert_allclose(array(model.energy(v, h)), -np.log(weights[:, 5]), atol=1e-4)
    units = np.tile(np.arange(VISIBLE), (len(v), 1))
    found = array(model.visible_given_others(v, units))
    for film in range(VISIBLE):
        changed = [np.where(np.arange(VISIBLE) == film, level, v) for level in range(LEVELS)]
        p = np.stack([softmax_by_enumeration(model, one).sum(axis=1) for one in changed], axis=1)
        np.testing.assert_allclose(found[:, film], p / p.sum(axis=1, keepdims=True), atol=1e-5)


def test_a_softmax_machines_visible_layer_and_chain_are_those_of_the_enumeration():
    model = with_weights(rbm.softmax_rbm(3, HIDDEN, LEVELS, seed=0))
    kernel = array(model.kernel).reshape(3, LEVELS, HIDDEN)
    a = array(model.visible_bias).reshape(3, LEVELS)
    p = np.exp(a + np.einsum("flk,hk->hfl", kernel, H))
    p /= p.sum(axis=2, keepdims=True)
    np.testing.assert_allclose(array(model.visible_probabilities(H)), p, atol=1e-5)
    states = np.array(list(itertools.product(range(LEVELS), repeat=3)))
    expected = np.exp(-array(model.free_energy(states)).astype(float))
    expected /= expected.sum()
    v = array(model.gibbs(np.tile(states, (600, 1)), 40))
    found = np.bincount(v @ [9, 3, 1], minlength=27)
    chi_square = ((found - len(v) * expected) ** 2 / (len(v) * expected)).sum()
    assert abs(chi_square - 26) < 4 * (2 * 26) ** 0.5


def test_the_expected_level_is_what_a_softmax_machine_predicts():
    model = with_weights(rbm.softmax_rbm(VISIBLE, HIDDEN, LEVELS, seed=0))
    v = np.array([[0, 2, -1, 1, -1]])
    p = array(model.reconstruct(v))
    assert p.shape == (1, VISIBLE, LEVELS)
    np.testing.assert_allclose(model.predict(v, verbose=0), p @ np.arange(LEVELS), rtol=1e-6)


@pytest.mark.parametrize(
    ("model", "v"),
    [
        (binary(cd_steps=2), DATA),
        (with_weights(rbm.masked_rbm(VISIBLE, HIDDEN, seed=0)), 2 * DATA - 1),
        (with_weights(rbm.softmax_rbm(VISIBLE, HIDDEN, LEVELS, seed=0)), 2 * DATA),
    ],
    ids=["binary", "masked", "softmax"],
)
def test_no_gradient_flows_through_the_sampling(model, v):
    same_noise(model)
    samples = array(model.gibbs(v, model.cd_steps))
    same_noise(model)
    found = gradients(model, lambda: model.compute_loss(v))
    difference = lambda: keras.ops.mean(model.free_energy(v)) - keras.ops.mean(model.free_energy(samples))  # noqa: E731
    for mine, constant in zip(found, gradients(model, difference), strict=True):
        np.testing.assert_allclose(mine, constant, atol=1e-6)
    del model.uniform


def test_the_noise_is_new_for_every_example_and_call():
    model = binary()
    same = np.tile(DATA[:1], (2000, 1))
    one, other = array(model.draw_hidden(same)), array(model.draw_hidden(same))
    p = array(model.hidden_probabilities(DATA[:1]))[0]
    np.testing.assert_allclose(one.mean(axis=0), p, atol=4 * 0.5 / 2000**0.5)
    assert 0.1 < (one != other).mean() < 0.9
    centered = (one - p) * (other - p)  # the two calls are independent, and so are neighbouring examples
    assert abs(centered.mean(axis=0)).max() < 4 * 0.25 / 2000**0.5
    assert abs(((one - p)[1:] * (one - p)[:-1]).mean(axis=0)).max() < 4 * 0.25 / 2000**0.5


def test_the_visible_biases_start_from_the_data():
    model = rbm.binary_rbm(VISIBLE, HIDDEN, data=np.tile(DATA, (1000, 1)))
    reached = array(keras.ops.sigmoid(model.visible_bias))
    np.testing.assert_allclose(reached, DATA.mean(axis=0), atol=1e-3)
    ratings = np.array([[1, 0, -1], [1, -1, -1], [0, -1, -1]])
    overall = (2 + 1) / (4 + 2)  # two likes of four ratings
    likes = array(keras.ops.sigmoid(rbm.masked_rbm(3, HIDDEN, data=ratings).visible_bias))
    expected = [(2 + 2 * overall) / (3 + 2), 2 * overall / (1 + 2), overall]
    np.testing.assert_allclose(likes, expected, atol=1e-6)
    stars = np.tile([[0, 2, -1], [1, 2, -1]], (1000, 1))
    biases = array(rbm.softmax_rbm(3, HIDDEN, 3, data=stars).visible_bias).reshape(3, 3)
    p = np.exp(biases) / np.exp(biases).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(p, [[0.5, 0.5, 0], [0, 0, 1], [0.25, 0.25, 0.5]], atol=2e-3)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: rbm.binary_rbm(0), "visible=0 must be a whole number, at least 1"),
        (lambda: rbm.binary_rbm(4, 2.5), r"hidden=2.5 must be a whole number"),
        (lambda: rbm.binary_rbm(4, 2, cd_steps=0), "cd_steps=0 must be"),
        (lambda: rbm.binary_rbm(4, 2, persistent=-1), "persistent=-1 must be"),
        (lambda: rbm.binary_rbm(4, 2, persistent="yes"), "persistent='yes' must be"),
        (lambda: rbm.binary_rbm(4, 2, persistent=2**21), "at most 1048576 chains"),
        (lambda: rbm.binary_rbm(4, 2, l2=-1), "l2=-1 must be"),
        (lambda: rbm.binary_rbm(10**6, 10**6), "this network would have about"),
        (lambda: rbm.binary_rbm(4, 2, data=np.ones((3, 5))), r"data must be \(n, 4\).*shape \(3, 5\)"),
        (lambda: rbm.binary_rbm(4, 2, data=np.full((3, 4), 255)), "from 0 to 1, but these from 255 to 255"),
        (lambda: rbm.masked_rbm(4, 2, data=np.full((3, 4), 5)), "1, 0 and -1 for unrated, but the largest is 5"),
        (lambda: rbm.masked_rbm(4, 2, data=np.full((3, 4), np.nan)), "not finite: give -1"),
        (lambda: rbm.softmax_rbm(4, 2, 1), "levels=1 must be a whole number, at least 2"),
        (lambda: rbm.softmax_rbm(4, 2, 5, data=np.full((3, 4), 5)), "up to 4, but the largest is 5"),
        (lambda: rbm.softmax_rbm(4, 2, 5, data=np.full((3, 4), 0.5)), "5 levels are whole numbers"),
        (lambda: binary().free_energy(np.ones((2, 7))), r"has 5 visible units, but the input's shape is \(2, 7\)"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line(build, message):
    with pytest.raises(UserError, match=message):
        build()

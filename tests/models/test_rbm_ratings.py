"""models.rbm for ratings: what is unrated does not count, and a toy's three factors are found."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keras_course.models import rbm
from tests.models.test_rbm import array, gradients, same_noise, with_weights

FILMS, LEVELS = 7, 4

MACHINES = {
    "masked": lambda: with_weights(rbm.masked_rbm(FILMS, 3, cd_steps=2, seed=0)),
    "softmax": lambda: with_weights(rbm.softmax_rbm(FILMS, 3, LEVELS, cd_steps=2, seed=0)),
}
HIGHEST = {"masked": 1, "softmax": LEVELS - 1}


@pytest.fixture(params=MACHINES)
def kind(request):
    return request.param


def ratings(kind, users=30, seed=2):
    return np.random.default_rng(seed).integers(-1, HIGHEST[kind] + 1, (users, FILMS))


def test_unrated_films_are_never_drawn_and_rated_ones_are(kind):
    model, v = MACHINES[kind](), ratings(kind, users=200)
    drawn = array(model.gibbs(v, 5))
    np.testing.assert_array_equal(drawn[v < 0], v[v < 0])
    assert set(np.unique(drawn[v >= 0])) == set(range(HIGHEST[kind] + 1))
    assert (drawn != v)[v >= 0].mean() > 0.2
    fantasy = array(model.draw_visible(model.draw_hidden(v)))  # without a pattern of ratings: every film
    assert fantasy.min() == 0


def test_films_unrated_in_a_batch_get_no_gradient(kind):
    model, v = MACHINES[kind](), ratings(kind)
    v[:, [1, 4]] = -1
    kernel, visible_bias, hidden_bias = gradients(model, lambda: model.compute_loss(v))
    kernel, visible_bias = kernel.reshape(FILMS, -1), visible_bias.reshape(FILMS, -1)
    assert not kernel[[1, 4]].any() and not visible_bias[[1, 4]].any()
    others = [0, 2, 3, 5, 6]
    assert kernel[others].any(axis=1).all() and visible_bias[others].any() and hidden_bias.any()


def test_weights_of_unrated_films_change_nothing(kind):
    model, v = MACHINES[kind](), ratings(kind)
    v[:, [1, 4]] = -1
    before = array(model.free_energy(v)), array(model.hidden_probabilities(v)), array(model.reconstruct(v))
    units = HIGHEST[kind] + 1 if kind == "softmax" else 1
    kernel, bias = array(model.kernel).copy(), array(model.visible_bias).copy()
    for film in (1, 4):
        kernel[film * units : (film + 1) * units] = 100
        bias[film * units : (film + 1) * units] = -100
    model.kernel.assign(kernel)
    model.visible_bias.assign(bias)
    np.testing.assert_array_equal(array(model.free_energy(v)), before[0])
    np.testing.assert_array_equal(array(model.hidden_probabilities(v)), before[1])
    rated = [0, 2, 3, 5, 6]
    np.testing.assert_allclose(array(model.reconstruct(v))[:, rated], before[2][:, rated], atol=1e-6)


@settings(max_examples=8, deadline=None)
@given(
    st.lists(st.booleans(), min_size=FILMS, max_size=FILMS),
    st.sampled_from(sorted(MACHINES)),
    st.integers(2, 100),
)
def test_any_value_below_zero_is_unrated(unrated, kind, behind):
    """Whatever stands behind the mask, a machine sees, learns and predicts the same."""
    model, v = MACHINES[kind](), ratings(kind, users=4)
    v[:, unrated] = -1
    other = np.where(v < 0, -behind, v)
    for method in (model.free_energy, model.hidden_probabilities, model.reconstruct):
        np.testing.assert_array_equal(array(method(v)), array(method(other)))
    same_noise(model)
    one = gradients(model, lambda: model.compute_loss(v))
    same_noise(model)
    for mine, theirs in zip(one, gradients(model, lambda: model.compute_loss(other)), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    model.compile("sgd")
    assert model.evaluate(v, verbose=0) == model.evaluate(other, verbose=0)


def test_evaluate_counts_rated_films_only(kind):
    model, v = MACHINES[kind](), ratings(kind)
    model.compile("sgd")
    p = array(model.visible_given_others(v, np.tile(np.arange(FILMS), (len(v), 1))))
    if kind == "masked":
        p = np.stack([1 - p, p], axis=-1)
    right = np.take_along_axis(p, np.maximum(v, 0)[..., None], axis=-1)[..., 0]
    assert model.evaluate(v, batch_size=len(v), verbose=0) == pytest.approx(
        -np.log(right[v >= 0]).mean(), abs=1e-5
    )
    nobody = np.full((3, FILMS), -1)
    assert model.evaluate(nobody, verbose=0) == 0  # a user without ratings is no reason to fail


def test_a_user_without_ratings_is_the_average_user(kind):
    model = MACHINES[kind]()
    nobody = np.full((1, FILMS), -1)
    np.testing.assert_allclose(
        array(model.hidden_probabilities(nobody))[0], 1 / (1 + np.exp(-array(model.hidden_bias))), atol=1e-6
    )
    assert not any(gradient.any() for gradient in gradients(model, lambda: model.compute_loss(nobody)))


def test_a_dislike_says_nothing_about_a_user_of_the_slides_machine_and_something_of_a_softmax_machine():
    disliked, unrated = np.array([[1, 0, -1]]), np.array([[1, -1, -1]])
    slides = with_weights(rbm.masked_rbm(3, 2, seed=0))
    np.testing.assert_array_equal(*(array(slides.hidden_probabilities(v)) for v in (disliked, unrated)))
    mended = with_weights(rbm.softmax_rbm(3, 2, 2, seed=0))
    one, other = (array(mended.hidden_probabilities(v)) for v in (disliked, unrated))
    assert abs(one - other).max() > 0.01


def toy(users=600, seed=0):
    """Users who like any of three genres (Drama, Fantasy, Science Fiction), with four films each.

    They rate 60 % of the films, 5 % of these not by their taste.
    """
    rng = np.random.default_rng(seed)
    taste = rng.integers(0, 2, (users, 3))
    v = np.repeat(taste, 4, axis=1)
    v = np.where(rng.random(v.shape) < 0.05, 1 - v, v)
    return np.where(rng.random(v.shape) < 0.6, v, -1).astype("int8"), taste


def learn_the_toy(build):
    """Train on the toy with a fifth of the ratings held out; return the machine, and how many of these it predicts."""
    keras.utils.set_random_seed(0)
    v, _ = toy()
    held_out = (np.random.default_rng(1).random(v.shape) < 0.2) & (v >= 0)
    model = build(data=v)
    model.compile(keras.optimizers.Adam(0.05))
    model.fit(np.where(held_out, -1, v), batch_size=50, epochs=40, verbose=0)
    likes = model.predict(np.where(held_out, -1, v), verbose=0)
    return model, ((likes > 0.5) == (v == 1))[held_out].mean()  # nobody could do better than 95 %


def test_the_three_genres_of_a_toy_are_found():
    v, taste = toy()
    model, right = learn_the_toy(lambda **named: rbm.softmax_rbm(12, 3, 2, **named))
    hidden = array(model.hidden_probabilities(v))
    correlation = abs(np.corrcoef(hidden.T, taste.T)[:3, 3:])  # hidden units by genres
    assert sorted(correlation.argmax(axis=1)) == [0, 1, 2]  # each unit has a genre of its own
    assert correlation.max(axis=1).min() > 0.85
    strength = abs(array(model.kernel).reshape(12, 2, 3)[:, 1] - array(model.kernel).reshape(12, 2, 3)[:, 0])
    for unit, genre in enumerate(correlation.argmax(axis=1)):
        top = np.argsort(-strength[:, unit])[
            :4
        ]  # the films that like and dislike of which speak most for the unit
        assert set(top // 4) == {genre}
    assert right > 0.82


@pytest.mark.slow
def test_the_slides_machine_learns_the_toy_less_well():
    """Dislikes tell it nothing; it need not find the genres as single units, but predicts better than guessing."""
    _, right = learn_the_toy(lambda **named: rbm.masked_rbm(12, 3, **named))
    assert 0.65 < right < 0.83

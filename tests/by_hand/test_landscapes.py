"""by_hand.landscapes and cake_walk: gradients that are right, lowest points that are lowest, walks that arrive."""

import numpy as np
import pytest

from keras_course.by_hand import cake_walk, landscapes, optimizers
from keras_course.by_hand.gradient_check import gradient_error

TURNED = {f"{name}, turned": landscapes.turned(one, 30) for name, one in landscapes.LANDSCAPES.items()}
ALL = {**landscapes.LANDSCAPES, **TURNED}


@pytest.mark.parametrize("name", ALL)
def test_gradients_are_those_of_the_losses(rng, name):
    one = ALL[name]
    for w in [one.start, *rng.normal(size=(5, 2))]:
        assert gradient_error(one.gradient(w), lambda w: float(one.loss(w)), w) < 1e-6


def test_the_gradient_of_the_double_well(rng):
    w = rng.normal(size=7)
    assert (
        gradient_error(
            landscapes.double_well_gradient(w), lambda w: float(landscapes.double_well(w).sum()), w
        )
        < 1e-6
    )


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_lower_than_the_minima_and_everything_is_in_view(rng, name):
    one = ALL[name]
    low, high = one.view.T
    heights = one.loss(rng.uniform(low, high, (5000, 2)))
    lowest = one.loss(one.minima)
    np.testing.assert_allclose(one.gradient(one.minima), 0, atol=1e-12)
    np.testing.assert_allclose(lowest, lowest[0])
    assert heights.shape == (5000,) and heights.min() >= lowest[0]
    for point in (one.start, *one.minima):
        assert (point > low).all() and (point < high).all()


def test_many_weights_at_once_are_each_alone(rng):
    w = rng.normal(size=(3, 4, 2))
    for one in ALL.values():
        assert one.loss(w).shape == (3, 4) and one.gradient(w).shape == (3, 4, 2)
        np.testing.assert_allclose(one.loss(w)[1, 2], one.loss(w[1, 2]))
        np.testing.assert_allclose(one.gradient(w)[1, 2], one.gradient(w[1, 2]))


def test_the_ravines_curvature_limits_the_learning_rate():
    ravine, limit = landscapes.LANDSCAPES["ravine"], 2 / landscapes.RAVINE_CURVATURE
    below, above = (
        ravine.loss(optimizers.minimize(optimizers.sgd(factor * limit), ravine.gradient, ravine.start, 400))
        for factor in (0.99, 1.01)
    )
    assert below[-1] < 0.1 < 1000 < above[-1]


def test_at_the_saddle_point_nothing_moves_and_beside_it_everything_does():
    saddle = landscapes.LANDSCAPES["saddle"]
    for optimizer in (optimizers.sgd(0.1), optimizers.momentum(0.1), optimizers.adam(0.1)):
        stays, leaves = (
            optimizers.minimize(optimizer, saddle.gradient, np.array([-1.5, beside]), 300)[-1]
            for beside in (0.0, 0.001)
        )
        assert stays[1] == 0 and leaves[1] == pytest.approx(1, abs=0.05)


def test_momentum_rolls_through_the_local_minimum():
    plain, ball = (
        optimizers.minimize(optimizer, landscapes.double_well_gradient, np.array([-2.0]), 1000)[-1, 0]
        for optimizer in (optimizers.sgd(0.01), optimizers.momentum(0.01, 0.9))
    )
    assert plain == pytest.approx(-0.9145, abs=1e-3) and ball == pytest.approx(1.0682, abs=1e-3)
    assert landscapes.double_well(ball) < landscapes.double_well(plain)


@pytest.mark.parametrize("function", [landscapes.saddle, landscapes.valley_gradient, landscapes.ravine])
def test_other_than_two_weights_are_refused(function):
    with pytest.raises(ValueError, match=r"two weights .* not \(4, 3\)"):
        function(np.zeros((4, 3)))


# the cake walk


def test_the_gradient_of_the_distance(rng):
    w, there = rng.normal(size=(2, 6))
    found = cake_walk.distance_gradient(w, there)
    assert gradient_error(found, lambda w: cake_walk.distance(w, there), w) < 1e-6
    assert np.linalg.norm(found) == pytest.approx(1)
    assert cake_walk.distance_gradient(there, there).tolist() == [0] * 6


@pytest.mark.parametrize("dimensions", [1, 2, 7])
def test_the_walk_arrives_and_counts_every_evaluation(rng, dimensions):
    there, evaluated = rng.normal(size=dimensions) * 5, []

    def loss(w):
        evaluated.append(w)
        return cake_walk.distance(w, there)

    directions = cake_walk.along_axes(dimensions)
    path, evaluations = cake_walk.cake_walk(loss, np.zeros(dimensions), directions, good_enough=0.01)
    heights = [cake_walk.distance(w, there) for w in path]
    assert heights[-1] <= 0.01 and (np.diff(heights) < 0).all()
    assert evaluations == len(evaluated) and evaluations % (2 * dimensions) == 1 % (2 * dimensions)


def test_a_step_goes_where_the_loss_falls_most():
    path, evaluations = cake_walk.cake_walk(
        lambda w: float(w @ [1, 3]), np.zeros(2), cake_walk.around(4), good_enough=-10, steps=1
    )
    np.testing.assert_allclose(path[-1], [0, -1], atol=1e-12)
    assert evaluations == 5


def test_it_stops_where_nothing_is_lower():
    path, evaluations = cake_walk.cake_walk(lambda w: 1 + float(w @ w), np.zeros(2), cake_walk.around(8))
    assert len(path) == 1 and evaluations == 1 + 8 * 10  # steps of 1, 1/2, ... 1/512


def test_walks_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match=r"\(8, 2\) do not fit a place \(3,\)"):
        cake_walk.cake_walk(np.sum, np.zeros(3), cake_walk.around(8))
    with pytest.raises(ValueError, match="directions=2"):
        cake_walk.around(2)
    with pytest.raises(ValueError, match=r"\(2,\) and a cake \(3,\)"):
        cake_walk.distance(np.zeros(2), np.zeros(3))

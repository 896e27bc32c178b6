"""by_hand.optimizers: steps equal to Keras', and to the bottom of a bowl and of Rosenbrock's valley."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_course.by_hand import optimizers as o

pytestmark = pytest.mark.tensorflow  # Keras in float64
K = keras.optimizers
PAIRS = {
    "sgd": (o.sgd(0.05), lambda: K.SGD(0.05)),
    "momentum": (o.momentum(0.05, 0.8), lambda: K.SGD(0.05, momentum=0.8)),
    "nesterov": (o.momentum(0.05, 0.8, nesterov=True), lambda: K.SGD(0.05, momentum=0.8, nesterov=True)),
    "adagrad": (o.adagrad(0.05), lambda: K.Adagrad(0.05)),
    "rmsprop": (o.rmsprop(0.05), lambda: K.RMSprop(0.05)),
    "adadelta": (o.adadelta(0.5), lambda: K.Adadelta(0.5)),
    "adam": (o.adam(0.05), lambda: K.Adam(0.05)),
}


@pytest.mark.parametrize("name", PAIRS)
def test_every_step_is_kerass(rng, name):
    ours, make = PAIRS[name]
    w = rng.normal(size=(4, 3))
    variable, theirs, state = keras.Variable(w, dtype="float64"), make(), ours.init(w)
    theirs.build([variable])
    for _ in range(6):
        g = rng.normal(size=w.shape)
        theirs.apply([ops.convert_to_tensor(g, "float64")], [variable])
        w, state = ours.update(g, state, w)
        # Keras keeps its learning rate in float32, and Adam's betas too: 1 - 0.999 is off by 1e-5 of itself
        tolerance = 1e-5 if name == "adam" else 1e-7
        np.testing.assert_allclose(w, ops.convert_to_numpy(variable), rtol=1e-6, atol=tolerance)


def test_adagrad_starts_alike_for_whole_numbers():
    """A start of 0.1 must not be rounded to 0 with the weights' type."""
    optimizer, g = o.adagrad(0.1), np.ones(2)
    whole, real = (
        optimizer.update(g, optimizer.init(w), w)[0] for w in (np.array([1, 2]), np.array([1.0, 2.0]))
    )
    np.testing.assert_array_equal(whole, real)
    assert optimizer.init(np.ones(2, "float32")).dtype == "float32"


def bowl(w):
    return 2 * w * np.array([1.0, 4.0])


def rosenbrock(w):
    x, y = w
    return np.array([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)])


FAST = {
    "sgd": (o.sgd(0.1), o.sgd(0.001)),
    "momentum": (o.momentum(0.02), o.momentum(0.0005)),
    "nesterov": (o.momentum(0.02, nesterov=True), o.momentum(0.0005, nesterov=True)),
    "adagrad": (o.adagrad(0.5), o.adagrad(0.5)),
    "rmsprop": (o.rmsprop(0.001), o.rmsprop(0.0005)),
    "adadelta": (o.adadelta(1.0), o.adadelta(0.1)),
    "adam": (o.adam(0.05), o.adam(0.01)),
}


@pytest.mark.parametrize("name", FAST)
def test_they_find_the_bottom(name):
    on_bowl, in_valley = FAST[name]
    assert np.abs(o.minimize(on_bowl, bowl, np.array([2.0, -1.5]), 5000)[-1]).max() < 0.01
    np.testing.assert_allclose(
        o.minimize(in_valley, rosenbrock, np.array([-1.0, 1.0]), 40_000)[-1], 1.0, atol=0.05
    )


def test_the_slides_momentum_brakes_and_with_the_sign_mended_it_is_nesterovs():
    printed, right = o.momentum_as_printed(0.02), o.momentum(0.02, nesterov=True)
    start = np.array([2.0, -1.5])
    slow, fast = (o.minimize(optimizer, bowl, start, 60) for optimizer in (printed, right))
    plain = o.minimize(o.sgd(0.02), bowl, start, 60)
    distance = [np.linalg.norm(path[20]) for path in (fast, plain, slow)]
    assert distance[0] < distance[1] < distance[2]


@pytest.mark.parametrize(("batch_size", "updates"), [(10, 1), (1, 10), (4, 3)])
def test_an_epoch_is_one_pass_in_several_updates(batch_size, updates):
    parts = list(o.batches(10, batch_size, np.random.default_rng(0)))
    assert len(parts) == updates
    assert sorted(np.concatenate(parts)) == list(range(10))
    with pytest.raises(ValueError, match="batch_size=0"):
        list(o.batches(10, 0))

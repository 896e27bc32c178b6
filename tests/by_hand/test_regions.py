"""by_hand.points and regions: what one line can split, what it cannot, and what there is to descend on."""

import keras
import numpy as np
import pytest

from keras_course.by_hand import activations, losses, neuron, points, regions
from keras_course.by_hand.activations import sigmoid, threshold
from keras_course.by_hand.gradient_check import gradient_error, numerical_gradient
from keras_course.by_hand.networks import forward
from keras_course.by_hand.optimizers import adam, minimize, sgd
from keras_course.models import dense

MAKERS = [points.line, points.xor, points.circles, points.moons, points.spirals]
CORNERS, XOR = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])


def made(maker, n=100, noise=0.1, seed=0):
    return maker(n, noise, np.random.default_rng(seed))


# points


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize("n", [4, 101])
def test_points_have_two_classes_of_one_size_and_come_again(maker, n):
    x, y = made(maker, n)
    assert x.shape == (n, 2) and y.shape == (n,)
    assert np.bincount(y).tolist() == [n - n // 2, n // 2]
    np.testing.assert_array_equal(x, made(maker, n)[0])
    assert (x != made(maker, n, seed=1)[0]).any()


@pytest.mark.parametrize("maker", MAKERS)
def test_noise_is_what_is_added_to_both_coordinates(maker):
    clean, y = made(maker, 4000, 0.0)
    noisy, same = made(maker, 4000, 0.2)
    np.testing.assert_array_equal(y, same)
    np.testing.assert_allclose((noisy - clean).std(axis=0), 0.2, rtol=0.05)


@pytest.mark.parametrize("maker", MAKERS)
def test_without_noise_the_classes_lie_apart(maker):
    x, y = made(maker, 600, 0.0)
    apart = np.linalg.norm(x[y == 0][:, None] - x[y == 1], axis=2)
    assert apart.min() > 0.25


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize(
    ("n", "noise", "words"),
    [
        (3, 0.1, "3 points are too few: at least 4"),
        (10, -0.1, "noise=-0.1 is not"),
        (10, np.nan, "noise=nan"),
    ],
)
def test_bad_points_are_one_line(maker, n, noise, words):
    with pytest.raises(ValueError, match=words):
        made(maker, n, noise)


# one line: errors and log-loss (row 20)


@pytest.mark.parametrize("maker", MAKERS)
def test_gradients_are_those_by_differences(maker):
    x, y = made(maker)
    line = np.array([1.0, -0.7, 0.2])
    assert (
        gradient_error(
            regions.log_loss_gradient(line, x, y), lambda w: regions.log_loss(regions.scores(w, x), y), line
        )
        < 1e-6
    )
    assert regions.errors(line, x, y) > 0
    np.testing.assert_array_equal(regions.errors_gradient(line, x, y), 0)
    np.testing.assert_array_equal(numerical_gradient(lambda w: regions.errors(w, x, y), line), 0)


def test_errors_jump_where_log_loss_slides():
    x, y = made(points.line)
    way = np.linspace([1.0, -1.0, 0.5], [0.6, 0.8, 0.0], 400)
    errors = np.array([regions.errors(line, x, y) for line in way])
    loss = np.array([regions.log_loss(regions.scores(line, x), y) for line in way])
    assert (np.diff(errors) == 0).mean() > 0.7 and errors[0] > 20 and errors[-1] == 0
    assert (np.diff(loss) != 0).all() and np.abs(np.diff(loss)).max() < 0.01


def test_descent_moves_on_one_and_not_on_the_other():
    x, y = made(points.line)
    start = np.array([1.0, -1.0, 0.5])
    stays = minimize(sgd(1.0), lambda line: regions.errors_gradient(line, x, y), start, 50)
    np.testing.assert_array_equal(stays, np.tile(start, (51, 1)))
    moves = minimize(sgd(1.0), lambda line: regions.log_loss_gradient(line, x, y), start, 50)
    assert regions.errors(moves[-1], x, y) == 0 < regions.errors(start, x, y)


def test_log_loss_is_the_binary_cross_entropy_and_stays_finite():
    z, y = np.array([-2.0, 0.3, 4.0]), np.array([0, 1, 0])
    assert regions.log_loss(z, y) == pytest.approx(losses.binary_cross_entropy(y, sigmoid(z)))
    assert regions.log_loss(np.array([800.0, -800.0]), np.array([0, 0])) == 400


def test_a_perceptron_rests_on_two_clouds_and_not_on_xor():
    x, y = made(points.line, noise=0.0)
    w, b, mistakes = neuron.train_perceptron(x, y, 200)
    assert mistakes[-1] == 0
    np.testing.assert_array_equal(neuron.neuron(x, w, b, threshold), y)
    _, _, mistakes = neuron.train_perceptron(*made(points.xor), 200)
    assert len(mistakes) == 200 and min(mistakes) > 0


# combining (row 21)


def test_combining_the_slide_s_two_lines():
    lines = [np.array([2.0, 0.6, np.log(0.7 / 0.3)]), np.array([-0.8, 2.0, np.log(0.8 / 0.2)])]
    found = regions.combine(np.zeros((1, 2)), lines, np.array([7.0, 5.0, -6.0]))
    assert found.round(3) == [0.948] and found[0] == pytest.approx(sigmoid(np.array(2.9)))


def test_xor_by_hand_is_that_of_thresholds():
    x, y = made(points.xor, 400, 0.08)
    found = regions.combine(x, regions.XOR_LINES, regions.BOTH)
    np.testing.assert_array_equal(found >= 0.5, y)
    np.testing.assert_array_equal(found >= 0.5, neuron.xor(x))
    for line in regions.XOR_LINES:  # neither can do it alone
        assert regions.errors(line, CORNERS, XOR) == 1


# a network


@pytest.mark.parametrize("activation", activations.ACTIVATIONS)
def test_a_network_s_step_is_down_the_gradient(activation):
    """One step of plain descent: the weights move by the numerical gradient of the log-loss."""
    x, y = made(points.moons, 30)
    layers = [
        (W, b + 0.1) for W, b in regions.initialize((2, 4, 3, 1), np.random.default_rng(1))
    ]  # away from ReLU's corners
    stepped = regions.train(layers, x, y, 1, sgd(0.5), activation).layers
    function = activations.get(activation)[0]
    for place in range(3):
        for part in (0, 1):

            def loss(value, place=place, part=part):
                changed = [list(pair) for pair in layers]
                changed[place][part] = value
                return regions.log_loss(forward(x, changed, function)[0][:, 0], y)

            moved = (layers[place][part] - stepped[place][part]) / 0.5
            assert gradient_error(moved, loss, layers[place][part]) < 1e-6


@pytest.mark.parametrize(
    ("maker", "sizes", "epochs"),
    [
        (points.xor, (2, 8, 1), 200),
        (points.circles, (2, 8, 8, 1), 200),
        (points.moons, (2, 16, 16, 1), 300),
        (points.spirals, (2, 32, 32, 1), 600),
    ],
)
def test_a_network_splits_what_no_line_can(maker, sizes, epochs):
    x, y = made(maker, 200, 0.05)
    begin = regions.initialize(sizes, np.random.default_rng(0))
    trained = regions.train(begin, x, y, epochs, adam(0.03))
    assert trained.losses[-1] < 0.1 * trained.losses[0]
    wrong = (regions.probability(x, trained.layers) >= 0.5) != y
    line = regions.train([(np.zeros((2, 1)), np.zeros(1))], x, y, 300, adam(0.1)).layers
    assert wrong.sum() <= 2 < 10 < np.sum((regions.probability(x, line) >= 0.5) != y)


def test_what_is_recorded_is_the_way():
    x, y = made(points.xor)
    begin = regions.initialize((2, 4, 1), np.random.default_rng(0))
    trained = regions.train(begin, x, y, 5, sgd(0.5), record=(0, 2, 5))
    assert sorted(trained.recorded) == [0, 2, 5] and len(trained.losses) == 5
    assert trained.recorded[0] is begin and trained.recorded[5] is trained.layers
    again = regions.train(trained.recorded[2], x, y, 3, sgd(0.5))
    assert again.losses == trained.losses[2:]
    np.testing.assert_array_equal(again.layers[0][0], trained.layers[0][0])


@pytest.mark.tensorflow
@pytest.mark.parametrize("activation", activations.ACTIVATIONS)
def test_by_hand_comes_to_keras_regions(activation):
    x, y = made(points.moons)
    begin = regions.initialize((2, 8, 8, 1), np.random.default_rng(0))
    ours = regions.train(begin, x, y, 30, adam(0.02), activation)
    model = dense.dense_sequential((2,), 1, (8, 8), activation, classifier_activation="sigmoid")
    model.set_weights([array for layer in begin for array in layer])
    model.compile(optimizer=keras.optimizers.Adam(0.02), loss="binary_crossentropy")
    theirs = []
    for _ in range(30):
        model.reset_metrics()
        theirs.append(model.train_on_batch(x, y[:, None]))
    np.testing.assert_allclose(ours.losses, theirs, rtol=1e-4)
    everywhere = np.random.default_rng(1).uniform(-2, 3, (500, 2))
    found = model.predict(everywhere, verbose=0)[:, 0]
    np.testing.assert_allclose(
        regions.probability(everywhere, ours.layers, activation), found, rtol=0, atol=1e-4
    )
    start = regions.probability(everywhere, begin, activation)
    assert np.abs(start - found).max() > 0.1  # it has gone somewhere


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: regions.scores(np.ones(2), CORNERS), r"a line \(3,\) and points .* not \(2,\) and \(4, 2\)"),
        (lambda: regions.errors(np.ones(3), np.ones((4, 3)), XOR), r"not \(3,\) and \(4, 3\)"),
        (lambda: regions.log_loss(np.ones(3), np.ones(4)), r"scores \(3,\) and classes \(4,\)"),
        (
            lambda: regions.probability(CORNERS, [(np.ones((2, 1)), np.ones(1))], "gelu"),
            "activation='gelu' is not available by hand: choose one of relu, sigmoid, tanh",
        ),
        # a column of classes would broadcast, and -1 is a support vector machine's
        (lambda: regions.errors(np.ones(3), CORNERS, XOR[:, None]), r"scores \(4,\) and classes \(4, 1\)"),
        (lambda: regions.errors_gradient(np.ones(3), CORNERS, XOR[:, None]), r"classes \(4, 1\)"),
        (lambda: regions.log_loss_gradient(np.ones(3), CORNERS, XOR[:, None]), r"classes \(4, 1\)"),
        (lambda: regions.log_loss(np.ones(2), np.array([-1, 1])), "classes must be 0 and 1"),
        (
            lambda: regions.train(
                regions.initialize((3, 1), np.random.default_rng(0)), CORNERS, XOR, 1, sgd(0.1)
            ),
            r"layer 1: input \(4, 2\), W \(3, 1\)",
        ),
    ],
)
def test_bad_input_is_one_line(call, words):
    with pytest.raises(ValueError, match=words):
        call()

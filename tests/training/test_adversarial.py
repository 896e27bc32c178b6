"""Adversarial examples and the training on them, held against by-hand numbers and a plain network."""

import zipfile

import keras
import numpy as np
import pytest

from keras_course import training
from keras_course.errors import UserError
from keras_course.models import dense
from keras_course.training import compiled
from tests.training.conftest import VALIDATION, X_TRAIN, Y_TRAIN, X, Y, new_run

EPSILON = 0.1


def network(dropout=0.0, l2=0.0, seed=1):
    keras.utils.set_random_seed(seed)
    return dense.dense_sequential(num_classes=2, hidden=(16,), dropout=dropout, l2=l2)


def learner(dropout=0.0, l2=0.0, seed=1, weight=0.5):
    model = training.AdversarialTraining(network(dropout, l2, seed), EPSILON, weight)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def cross_entropy(model, x, y):
    return -np.log(model.predict(x, verbose=0)[np.arange(len(y)), y])  # (n,)


def test_the_direction_is_that_of_the_numerical_gradient():
    model = network()
    x, y = X[:1], Y[:1]
    change = keras.ops.convert_to_numpy(training.fast_gradient_sign(model, x, y, EPSILON))
    rows, columns = np.array([0, 5, 11, 13, 27]), np.array([3, 14, 8, 20, 27])
    moved = np.repeat(x, 10, axis=0)  # each of five pixels a little up, then a little down
    moved[np.arange(5), rows, columns] += 0.01
    moved[np.arange(5, 10), rows, columns] -= 0.01
    up, down = np.split(cross_entropy(model, moved, np.repeat(y, 10)), 2)
    np.testing.assert_allclose(change[0, rows, columns], EPSILON * np.sign(up - down), rtol=1e-6)
    assert set(np.unique(np.abs(change).round(6))) <= {0, np.float32(EPSILON).round(6)}


def test_of_a_linear_classifier_it_is_the_slope_of_the_logits():
    """By hand: with two classes the loss falls with the logits' difference, whose slope is that of the weights."""
    model = dense.linear_classifier((4,), num_classes=2)
    softmax = keras.Sequential([model, keras.layers.Softmax()])
    kernel = np.array([[1, 2], [3, 1], [0, 0], [-1, 4]], "float32")
    model.set_weights([kernel])
    x, y = np.zeros((2, 4), "float32"), np.array([[0], [1]])
    change = keras.ops.convert_to_numpy(training.fast_gradient_sign(softmax, x, y, 0.5))
    assert change.tolist() == [[0.5, -0.5, 0, 0.5], [-0.5, 0.5, 0, -0.5]]


def test_a_certain_answer_still_has_a_direction():
    """Keras' cross entropy of probabilities is cut at 1 - 1e-7, where its gradient would be 0."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(2, "softmax", use_bias=False)])
    model.set_weights([np.array([[30.0, -30.0]], "float32")])
    change = training.fast_gradient_sign(model, np.ones((1, 1)), np.array([0]), 0.5)
    assert keras.ops.convert_to_numpy(change).tolist() == [[-0.5]]


def test_adversarial_examples_fool_and_remain_pictures():
    model = learner(weight=0.0)
    model.fit(X_TRAIN, Y_TRAIN, epochs=5, verbose=0)
    x, y = VALIDATION
    bounds = (0, float(x.max()))
    fooling = training.adversarial_examples(model.network, x, y, EPSILON, bounds=bounds, batch_size=150)
    assert fooling.shape == x.shape and (fooling.min(), fooling.max()) == pytest.approx(bounds)
    assert np.abs(fooling - x).max() <= EPSILON + 1e-6
    right = model.predict(x, verbose=0).argmax(axis=1) == y
    still_right = model.predict(fooling, verbose=0).argmax(axis=1) == y
    assert right.mean() > 0.9 and still_right.mean() < 0.3


@pytest.mark.parametrize("weight", [0.0, 0.3, 1.0])
def test_the_loss_is_the_formula(weight):
    model = learner(l2=0.01, weight=weight)
    x, y = X[:32], Y[:32]
    found = model.compute_loss(x, y, model(x, training=True), training=True)
    fooling = x + keras.ops.convert_to_numpy(training.fast_gradient_sign(model.network, x, y, EPSILON))
    losses = [cross_entropy(model.network, some, y).mean() for some in (x, fooling)]
    kernels = [weights for weights in model.network.get_weights() if weights.ndim == 2]
    penalty = sum(0.01 * (kernel**2).sum() for kernel in kernels)
    assert float(found) == pytest.approx((1 - weight) * losses[0] + weight * losses[1] + penalty, rel=1e-5)
    plain = model.compute_loss(x, y, model(x, training=False), training=False)
    assert float(plain) == pytest.approx(losses[0] + penalty, rel=1e-5)


def test_it_is_saved_as_the_plain_network_and_trained_in_the_compiled_loop(tmp_path):
    model = learner()
    assert compiled.can_serve(model, (X, Y))
    path = tmp_path / "model.keras"
    model.save(path)
    with zipfile.ZipFile(path) as file:
        assert "keras_course" not in file.read("config.json").decode()
    plain = keras.saving.load_model(path, compile=False)
    assert type(plain) is keras.Sequential
    np.testing.assert_array_equal(plain(X[:5]), model(X[:5]))


@pytest.mark.slow
def test_a_resumed_training_ends_as_if_unbroken(tmp_path):
    arguments = {"batch_size": 64, "validation_data": VALIDATION, "verbose": False}
    whole, broken = learner(dropout=0.4), learner(dropout=0.4)
    training.fit(whole, new_run(tmp_path / "whole"), X_TRAIN, Y_TRAIN, epochs=2, **arguments)
    parts = new_run(tmp_path / "parts")
    training.fit(broken, parts, X_TRAIN, Y_TRAIN, epochs=1, **arguments)
    again = learner(dropout=0.4, seed=7)
    training.fit(again, parts, X_TRAIN, Y_TRAIN, epochs=2, **arguments)
    for ours, theirs in zip(whole.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.slow
def test_adversarial_training_resists_what_fools_a_plain_network(tmp_path):
    right = {}
    for weight in (0.0, 0.5):
        model = learner(weight=weight)
        training.fit(model, new_run(tmp_path / str(weight)), X_TRAIN, Y_TRAIN, epochs=5, verbose=False)
        fooling = training.adversarial_examples(model.network, *VALIDATION, 0.05, bounds=(0, 1))
        right[weight] = (model.predict(fooling, verbose=0).argmax(axis=1) == VALIDATION[1]).mean()
    assert right[0.5] > right[0.0] + 0.1


@pytest.mark.parametrize("epsilon", [0, -1.0, float("nan")])
def test_epsilon_must_be_positive(epsilon):
    with pytest.raises(UserError, match=r"epsilon=\S+ must be above 0"):
        training.AdversarialTraining(network(), epsilon)
    with pytest.raises(UserError, match="must be above 0"):
        training.adversarial_examples(network(), X[:2], Y[:2], epsilon)


def test_weight_must_be_a_fraction():
    with pytest.raises(UserError, match=r"weight=1\.5 is out of range"):
        training.AdversarialTraining(network(), 0.1, weight=1.5)

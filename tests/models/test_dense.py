"""The dense builders: the slides' formulas, and two ways to write one network."""

import keras
import numpy as np
import pytest

from keras_course.models import dense


def pictures(count=7):
    return np.random.default_rng(0).random((count, 28, 28), dtype="float32")


def relu(z):
    return np.maximum(0, z)


def test_the_slides_formulas():
    x = pictures()
    flat = x.reshape(len(x), -1)
    (w,) = (model := dense.linear_classifier()).get_weights()
    np.testing.assert_allclose(model.predict(x, verbose=0), flat @ w, atol=1e-5)
    w1, w2 = (model := dense.two_layer_network()).get_weights()
    np.testing.assert_allclose(model.predict(x, verbose=0), relu(flat @ w1) @ w2, atol=1e-5)
    w1, w2, w3 = (model := dense.three_layer_network()).get_weights()
    np.testing.assert_allclose(model.predict(x, verbose=0), relu(relu(flat @ w1) @ w2) @ w3, atol=1e-5)


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"hidden": ()},
        {
            "hidden": (32, 16),
            "activation": "tanh",
            "l1": 0.1,
            "l2": 0.1,
            "dropout": 0.5,
            "input_dropout": 0.2,
        },
        {"hidden": (16, 8), "activation": "maxout", "max_norm": 2.0},
        {"hidden": (16, 8), "activation": "prelu", "dropout": 0.5},
        {"num_classes": 3, "classifier_activation": None},
    ],
)
def test_same_weights_same_outputs(arguments):
    sequential = dense.dense_sequential(**arguments)
    functional = dense.dense_functional(**arguments)
    assert [w.shape for w in sequential.get_weights()] == [w.shape for w in functional.get_weights()]
    functional.set_weights(sequential.get_weights())
    x = pictures()
    np.testing.assert_array_equal(sequential.predict(x, verbose=0), functional.predict(x, verbose=0))


def test_without_classes_it_gives_features():
    model = dense.dense_sequential(num_classes=None, hidden=(64, 32))
    assert model.output_shape == (None, 32)


def test_softmax_sums_to_one_and_logits_do_not():
    x = pictures()
    np.testing.assert_allclose(dense.dense_sequential().predict(x, verbose=0).sum(axis=1), 1, atol=1e-5)
    logits = dense.dense_sequential(classifier_activation=None).predict(x, verbose=0)
    assert np.abs(logits.sum(axis=1) - 1).max() > 0.01


@pytest.mark.parametrize("build", [dense.dense_sequential, dense.dense_functional])
def test_l2_adds_the_slides_sum(build):
    """Slide: deck 3, "Weight regularization": 0.001 * w**2 for every weight (worked number 11)."""
    model = build(l2=0.001)
    by_hand = sum(
        0.001 * np.sum(layer.kernel.numpy() ** 2) for layer in model.layers if hasattr(layer, "kernel")
    )
    assert sum(float(loss) for loss in model.losses) == pytest.approx(by_hand, rel=1e-5)
    # and that is what compile's loss holds beside the cross entropy
    model.compile(loss="sparse_categorical_crossentropy", metrics=["sparse_categorical_crossentropy"])
    result = model.evaluate(pictures(), np.arange(7), verbose=0, return_dict=True)
    assert result["loss"] - result["sparse_categorical_crossentropy"] == pytest.approx(by_hand, rel=1e-4)


def test_l1_adds_the_absolute_values():
    model = dense.dense_sequential(l1=0.002)
    by_hand = sum(0.002 * np.sum(np.abs(w)) for w in model.get_weights() if w.ndim == 2)
    assert sum(float(loss) for loss in model.losses) == pytest.approx(by_hand, rel=1e-5)


def test_prelu_learns_a_derivative_for_each_unit_and_reloads(tmp_path):
    keras.utils.set_random_seed(0)
    model = dense.dense_sequential((4, 4), 3, (6, 5), activation="prelu")
    vectors = [weight for weight in model.get_weights() if weight.shape in ((6,), (5,))]
    assert len(vectors) == 4  # of each hidden layer its biases and its derivatives below zero
    assert model.count_params() == dense.dense_sequential((4, 4), 3, (6, 5)).count_params() + 6 + 5
    model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
    generator = np.random.default_rng(0)
    x, y = generator.normal(size=(64, 4, 4)), generator.integers(0, 3, 64)
    model.fit(x, y, verbose=0)
    learnt = [model.get_layer(name).get_weights()[0] for name in ("prelu_1", "prelu_2")]
    assert all(np.abs(alpha).min() > 0 for alpha in learnt)
    model.save(tmp_path / "prelu.keras")
    again = keras.saving.load_model(tmp_path / "prelu.keras")
    np.testing.assert_array_equal(model.predict(x, verbose=0), again.predict(x, verbose=0))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"dropout": 1.0}, "dropout=1.0 is not a fraction"),
        ({"input_dropout": -0.1}, "input_dropout=-0.1 is not a fraction"),
        ({"hidden": (512, 0)}, r"hidden=\(512, 0\) must hold whole numbers: at least one unit each"),
    ],
)
@pytest.mark.parametrize("build", [dense.dense_sequential, dense.dense_functional])
def test_bad_arguments(build, arguments, words):
    with pytest.raises(ValueError, match=words):
        build(**arguments)

"""BatchMixup and MixedLoss: the fractions of the pictures are the fractions of the labels, in training only."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_course import saving
from keras_course.augmentation import BatchMixup, MixedLoss
from keras_course.losses import SmoothedCrossEntropy

PHOTOS = np.random.default_rng(0).random((64, 4, 4, 3)).astype("float32")
LABELS = np.random.default_rng(1).integers(0, 2, (64, 1)).astype("float32")


def test_a_picture_is_mixed_with_its_partner_in_the_layers_fractions():
    layer = BatchMixup(0.5, seed=1)
    mixed = ops.convert_to_numpy(layer(PHOTOS, training=True))
    fractions = ops.convert_to_numpy(layer.fractions)
    assert fractions.shape == (64,) and 0.5 <= fractions.min() < 0.6 and 0.9 < fractions.max() <= 1
    fractions = fractions[:, None, None, None]
    np.testing.assert_allclose(mixed, fractions * PHOTOS + (1 - fractions) * PHOTOS[::-1], atol=1e-6)
    assert (ops.convert_to_numpy(layer(PHOTOS, training=True)) != mixed).any()  # drawn anew


@pytest.mark.parametrize("alpha", [0.2, 1.0])
def test_fractions_have_the_beta_distributions_spread(alpha):
    layer = BatchMixup(alpha, seed=0)
    layer(np.zeros((4000, 1, 1, 1)), training=True)
    fractions = ops.convert_to_numpy(layer.fractions)
    assert fractions.min() >= 0.5  # the picture itself keeps more than its partner
    assert np.mean((fractions - 0.5) ** 2) == pytest.approx(1 / (4 * (2 * alpha + 1)), rel=0.05)


def test_nothing_is_mixed_in_inference():
    layer = BatchMixup()
    layer(PHOTOS, training=True)
    np.testing.assert_array_equal(ops.convert_to_numpy(layer(PHOTOS)), PHOTOS)
    assert layer.fractions is None


def test_the_loss_is_that_of_mixed_labels():
    """Cross entropy is linear in the label: two losses in fractions are the loss of the label between them."""
    layer = BatchMixup(1.0, seed=0)
    layer(PHOTOS, training=True)
    fractions = ops.convert_to_numpy(layer.fractions)[:, None]
    probabilities = np.random.default_rng(2).uniform(0.05, 0.95, (64, 1)).astype("float32")
    loss = MixedLoss(keras.losses.BinaryCrossentropy(), layer)
    between = fractions * LABELS + (1 - fractions) * LABELS[::-1]
    expected = -(between * np.log(probabilities) + (1 - between) * np.log(1 - probabilities)).mean()
    assert float(loss(LABELS, probabilities)) == pytest.approx(expected, rel=1e-5)
    plain = float(keras.losses.BinaryCrossentropy()(LABELS, probabilities))
    assert float(loss(LABELS, probabilities)) == pytest.approx(plain, rel=1e-6)  # the fractions are used up
    assert plain != pytest.approx(expected, rel=1e-2)


@pytest.mark.parametrize("classes", [2, pytest.param(3, marks=pytest.mark.slow)])
def test_it_trains_is_judged_unmixed_and_loads(tmp_path, classes):
    keras.utils.set_random_seed(0)
    mixup = BatchMixup(0.4)
    outputs = (
        keras.layers.Dense(1, activation="sigmoid")
        if classes == 2
        else keras.layers.Dense(3, activation="softmax")
    )
    model = keras.Sequential([keras.Input((4, 4, 3)), mixup, keras.layers.Flatten(), outputs])
    base = keras.losses.BinaryCrossentropy(label_smoothing=0.1) if classes == 2 else SmoothedCrossEntropy(0.1)
    model.compile(keras.optimizers.Adam(0.05), MixedLoss(base, mixup), metrics=["accuracy"])
    brightest = PHOTOS.mean(axis=(1, 2)).argmax(axis=-1)
    labels = (brightest == 2).astype(int) if classes == 2 else brightest
    model.fit(PHOTOS, labels, batch_size=20, epochs=40, verbose=0)
    loss, accuracy = model.evaluate(PHOTOS, labels, batch_size=64, verbose=0)
    assert accuracy > 0.8
    probabilities = model.predict(PHOTOS, verbose=0)
    shaped = labels.reshape(-1, 1).astype("float32") if classes == 2 else labels
    assert loss == pytest.approx(float(base(shaped, probabilities)), rel=1e-4)

    saving.save(model, tmp_path / "model.keras")
    again = saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(again.predict(PHOTOS, verbose=0), probabilities, atol=1e-6)
    again.compile_from_config({**model.get_compile_config(), "optimizer": "sgd"})
    assert again.evaluate(PHOTOS, labels, batch_size=64, verbose=0) == pytest.approx(
        [loss, accuracy], rel=1e-5
    )


def test_an_alpha_of_zero_is_refused():
    with pytest.raises(ValueError, match="alpha=0 must be a number above 0"):
        BatchMixup(0)

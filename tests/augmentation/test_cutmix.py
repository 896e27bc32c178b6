"""BatchCutMix: a box of the partner, and the label in the fraction of the area that is left."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_course import saving
from keras_course.augmentation import BatchCutMix, BatchMixup, MixedLoss

PHOTOS = np.random.default_rng(0).random((64, 20, 30, 3)).astype("float32")
LABELS = np.random.default_rng(1).integers(0, 2, (64, 1)).astype("float32")


def test_each_picture_has_a_box_of_its_partner_and_the_fraction_is_the_area_that_is_left():
    layer = BatchCutMix(1.0, probability=1.0, seed=1)
    mixed = ops.convert_to_numpy(layer(PHOTOS, training=True))
    fractions = ops.convert_to_numpy(layer.fractions)
    own, partners = (mixed == PHOTOS).all(-1), (mixed == PHOTOS[::-1]).all(-1)
    assert (own ^ partners).all()  # every pixel comes from one of the two
    np.testing.assert_allclose(own.mean(axis=(1, 2)), fractions, atol=1e-6)
    for one in partners:  # its pixels are a rectangle
        rows, columns = np.nonzero(one.any(1))[0], np.nonzero(one.any(0))[0]
        if len(rows):
            assert one[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].all()
    assert fractions.min() > 0.45 and np.unique(fractions).size > 30
    assert (ops.convert_to_numpy(layer(PHOTOS, training=True)) != mixed).any()  # drawn anew


def test_half_of_the_pictures_get_a_box_by_default():
    layer = BatchCutMix(seed=0)
    layer(np.zeros((2000, 24, 24, 1)), training=True)
    fractions = ops.convert_to_numpy(layer.fractions)
    assert np.mean(fractions < 1) == pytest.approx(0.5, abs=0.06)


def test_nothing_is_mixed_in_inference():
    layer = BatchCutMix()
    layer(PHOTOS, training=True)
    np.testing.assert_array_equal(ops.convert_to_numpy(layer(PHOTOS)), PHOTOS)
    assert layer.fractions is None


@pytest.mark.parametrize("before", [False, True])
def test_the_loss_is_that_of_mixed_labels(before):
    """By one layer or by both: each pixel's share of the pictures is its share of the labels."""
    mixup, cutmix = BatchMixup(1.0, seed=0), BatchCutMix(1.0, probability=0.8, seed=1)
    ones = np.arange(64)[:, None, None, None] * np.ones((64, 20, 30, 1), "float32")
    marked = np.concatenate([np.where(ones == number, 1.0, 0.0) for number in range(64)], axis=-1)
    mixed = ops.convert_to_numpy(cutmix(mixup(marked, training=True) if before else marked, training=True))
    shares = mixed.mean(axis=(1, 2))  # (picture, whose pixels)
    probabilities = np.random.default_rng(2).uniform(0.05, 0.95, (64, 1)).astype("float32")
    loss = MixedLoss(keras.losses.BinaryCrossentropy(), mixup if before else None, cutmix)
    between = shares @ LABELS
    expected = -(between * np.log(probabilities) + (1 - between) * np.log(1 - probabilities)).mean()
    assert float(loss(LABELS, probabilities)) == pytest.approx(expected, rel=1e-4)
    plain = float(keras.losses.BinaryCrossentropy()(LABELS, probabilities))
    assert float(loss(LABELS, probabilities)) == pytest.approx(plain, rel=1e-6)  # the fractions are used up
    assert plain != pytest.approx(expected, rel=1e-2)


@pytest.mark.slow
def test_it_trains_is_judged_unmixed_and_loads(tmp_path):
    keras.utils.set_random_seed(0)
    cutmix = BatchCutMix(1.0)
    parts = [keras.Input((20, 30, 3)), cutmix, keras.layers.GlobalAveragePooling2D()]
    model = keras.Sequential([*parts, keras.layers.Dense(1, activation="sigmoid")])
    base = keras.losses.BinaryCrossentropy()
    model.compile(keras.optimizers.Adam(0.5), MixedLoss(base, cutmix=cutmix), metrics=["accuracy"])
    labels = LABELS[:, 0].astype(int)
    photos = PHOTOS + 0.5 * LABELS[:, None, None]
    model.fit(photos, labels, batch_size=20, epochs=40, verbose=0)
    loss, accuracy = model.evaluate(photos, labels, batch_size=64, verbose=0)
    assert accuracy > 0.8
    probabilities = model.predict(photos, verbose=0)
    assert loss == pytest.approx(
        float(base(labels.reshape(-1, 1).astype("float32"), probabilities)), rel=1e-4
    )
    saving.save(model, tmp_path / "model.keras")
    again = saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(again.predict(photos, verbose=0), probabilities, atol=1e-6)


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="alpha=0 must be a number above 0"):
        BatchCutMix(0)
    with pytest.raises(ValueError, match="probability=2 must be from 0 to 1"):
        BatchCutMix(probability=2)

"""RandomColor: brightness, contrast and saturation, a photo at a time, in training only."""

import keras
import numpy as np
import pytest

from keras_course.layers import RandomColor

PHOTOS = np.random.default_rng(0).integers(90, 165, (200, 6, 5, 3), dtype=np.uint8)


def varied(layer, photos=PHOTOS, training=True):
    return keras.ops.convert_to_numpy(layer(photos, training=training))


def test_each_photo_is_changed_by_three_numbers_of_its_own():
    """grey' = a * grey + b and (pixel - grey)' = c * (pixel - grey), the same a, b, c for a whole photo."""
    photos = PHOTOS.astype("float32")
    new = varied(RandomColor(0.2, seed=1))
    contrasts, saturations, brightness = [], [], []
    for before, after in zip(photos, new, strict=True):
        assert after.min() > 0 and after.max() < 255  # nothing was clipped: the numbers can be told
        grey, new_grey = before.mean(axis=-1).ravel(), after.mean(axis=-1).ravel()
        slope, offset = np.polyfit(grey, new_grey, 1)
        np.testing.assert_allclose(new_grey, slope * grey + offset, atol=0.01)
        colour, new_colour = (
            (before - before.mean(-1, keepdims=True)),
            (after - after.mean(-1, keepdims=True)),
        )
        ratio = (colour * new_colour).sum() / (colour**2).sum()
        np.testing.assert_allclose(new_colour, ratio * colour, atol=0.01)
        contrasts.append(slope)
        saturations.append(ratio / slope)
        brightness.append((offset - 127.5 * (1 - slope)) / 255)
    for values, middle in ((contrasts, 1), (saturations, 1), (brightness, 0)):
        assert middle - 0.201 < min(values) < middle - 0.15 and middle + 0.15 < max(values) < middle + 0.201
    assert abs(np.corrcoef([contrasts, saturations, brightness])[0, 1:]).max() < 0.3


def test_values_stay_within_a_byte():
    new = varied(RandomColor(1.0, seed=0), np.full((50, 4, 4, 3), 250, np.uint8))
    assert new.min() >= 0 and new.max() <= 255 and new.std() > 1


def test_nothing_happens_in_inference_and_every_call_draws_anew():
    layer = RandomColor(0.5)
    np.testing.assert_array_equal(varied(layer, training=False), PHOTOS.astype("float32"))
    assert np.abs(varied(layer) - varied(layer)).max() > 1


def test_it_reloads(tmp_path):
    keras.Sequential([keras.Input((6, 5, 3)), RandomColor(0.3, seed=7)]).save(tmp_path / "model.keras")
    layer = keras.saving.load_model(tmp_path / "model.keras").layers[-1]
    assert (layer.amount, layer.seed) == (0.3, 7)
    with pytest.raises(ValueError, match="amount=2 is out of range"):
        RandomColor(2)

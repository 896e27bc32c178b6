"""The losses: js_divergence is equal to the one by hand, and arguments out of range are refused."""

import keras
import numpy as np
import pytest

from keras_course import losses
from keras_course.by_hand.losses import js_divergence
from keras_course.errors import UserError


def test_js_divergence_is_the_one_by_hand():
    generator = np.random.default_rng(0)
    y, p = generator.dirichlet(np.ones(4), 6), generator.dirichlet(np.ones(4), 6)
    found = keras.ops.convert_to_numpy(losses.js_divergence(y.astype("float32"), p.astype("float32")))
    assert found.shape == (6,)
    assert found.mean() == pytest.approx(js_divergence(y, p), rel=1e-4)


def test_js_divergence_of_labels_is_between_0_and_log_2():
    y = np.eye(3, dtype="float32")
    found = keras.ops.convert_to_numpy(losses.js_divergence(y, y))
    np.testing.assert_allclose(found, 0, atol=1e-5)
    found = keras.ops.convert_to_numpy(losses.js_divergence(y, np.roll(y, 1, axis=1)))
    np.testing.assert_allclose(found, np.log(2), atol=1e-4)


def test_js_divergence_comes_back_by_its_name():
    loss = keras.losses.deserialize(keras.losses.serialize(losses.js_divergence))
    assert loss is losses.js_divergence


@pytest.mark.parametrize("smoothing", [-0.1, 1.5, float("nan")])
def test_a_label_smoothing_out_of_range(smoothing):
    with pytest.raises(UserError, match=f"label_smoothing={smoothing} is out of range"):
        losses.SmoothedCrossEntropy(smoothing)


@pytest.mark.parametrize("levels", [(), (0.5, 1.0), (0.0,), (float("nan"),)])
def test_levels_out_of_range(levels):
    with pytest.raises(UserError, match="must be numbers between 0 and 1"):
        losses.PinballLoss(levels)


def test_losses_come_back_with_their_settings():
    for loss in (losses.SmoothedCrossEntropy(0.2), losses.PinballLoss((0.1, 0.9))):
        again = keras.losses.deserialize(keras.losses.serialize(loss))
        assert again.get_config() == loss.get_config()

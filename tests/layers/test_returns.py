"""The features of returns: hand-computed, without a currency, and saved with what they were made of."""

import keras
import numpy as np
import pytest

from keras_course.errors import UserError
from keras_course.layers.returns import EarlierMoves, TimeScales

RETURNS = np.random.default_rng(0).normal(0, 0.02, (3, 70)).astype("float32")
REFERENCE = np.full((3, 1), 0.02, "float32")


def test_time_scales_are_the_weighted_means():
    layer = TimeScales((5.0,))
    size, jump, trend = keras.ops.convert_to_numpy(layer([RETURNS, REFERENCE])).T
    weights = 0.5 ** (np.arange(70)[::-1] / 5)
    weights /= weights.sum()
    mean = np.abs(RETURNS) @ weights
    np.testing.assert_allclose(size, np.log((mean + 2e-4) / (0.02 + 2e-4)), atol=1e-5)
    np.testing.assert_allclose(
        jump, np.log((np.sqrt(RETURNS**2 @ weights) + 2e-4) / (mean + 2e-4)), atol=1e-5
    )
    np.testing.assert_allclose(trend, RETURNS @ weights / (mean + 2e-4), atol=1e-5)


def test_earlier_moves_look_at_those_days_only():
    layer = EarlierMoves(((1, 1), (60, 62), (200, 210)))
    found = keras.ops.convert_to_numpy(layer([RETURNS, REFERENCE]))
    assert found.shape == (3, 2) == (3, layer.compute_output_shape([RETURNS.shape, None])[1])
    largest = np.abs(RETURNS[:, -62:-59]).max(axis=1)
    np.testing.assert_allclose(found[:, 1], np.log1p(largest / 0.02), atol=1e-5)
    np.testing.assert_allclose(found[:, 0], np.log1p(np.abs(RETURNS[:, -1]) / 0.02), atol=1e-5)


@pytest.mark.parametrize("layer", [TimeScales((3.0, 9.0)), EarlierMoves(((2, 4),))])
def test_they_are_saved_with_their_arguments(layer):
    again = type(layer).from_config(layer.get_config())
    np.testing.assert_array_equal(again([RETURNS, REFERENCE]), layer([RETURNS, REFERENCE]))


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: TimeScales(()), "days above zero"),
        (lambda: TimeScales((0.0,)), "days above zero"),
        (lambda: EarlierMoves(((0, 1),)), "1 for the newest"),
        (lambda: EarlierMoves(((4, 2),)), "pairs of days"),
    ],
)
def test_bad_arguments(build, message):
    with pytest.raises(UserError, match=message):
        build()

"""Dropout's own random bits: the published generator, and masks without a pattern."""

import keras
import numpy as np
import pytest

from keras_course import training
from keras_course.training import dropout
from tests.training.conftest import X_TRAIN, Y_TRAIN, new_run, small_model

pytestmark = pytest.mark.tensorflow

RATE, STEPS, UNITS = 0.3, 400, 1024


@pytest.fixture(scope="module")
def kept():
    """Whether a unit is kept, ``(steps, units)``, as a layer with one seed draws it step after step."""
    import tensorflow as tf

    seeds = tf.stack([tf.fill([STEPS], 7), tf.range(STEPS)], axis=1)
    ones = tf.ones((UNITS,))
    draw = tf.function(
        lambda: tf.map_fn(lambda key: dropout.dropout(ones, RATE, key), seeds, tf.float32), jit_compile=True
    )
    return draw().numpy() > 0


# Random123's known answers (kat_vectors, threefry2x32 13): key and counter, and what they give.
@pytest.mark.parametrize(
    ("counter", "key", "bits"),
    [
        ((0, 0), (0, 0), (0x9D1C5EC6, 0x8BD50731)),
        ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0xFD36D048, 0x2D17272C)),
        ((0x243F6A88, 0x85A308D3), (0x13198A2E, 0x03707344), (0xBA3E4725, 0xF27D669E)),
    ],
)
def test_the_generator_gives_the_published_answers(counter, key, bits):
    import tensorflow as tf

    low, high = tf.constant(counter, "uint32")
    found = dropout.threefry(tf.constant(key, "uint32"), low, high)
    assert tuple(int(word) for word in found) == bits


def test_the_expected_output_is_the_input():
    import tensorflow as tf

    x = tf.ones((1000, 1000))
    y = dropout.dropout(x, 0.25, tf.constant([3, 4])).numpy()
    assert set(np.unique(y)) == {0.0, np.float32(1 / 0.75)}
    assert abs(y.mean() - 1) < 4 * (1 / 3 / 1e6) ** 0.5  # variance rate / (1 - rate)


def test_every_unit_and_every_step_is_dropped_as_often(kept):
    for axis, length in ((0, STEPS), (1, UNITS)):
        counts = kept.sum(axis)
        chi_square = ((counts - length * (1 - RATE)) ** 2 / (length * RATE * (1 - RATE))).sum()
        freedom = kept.shape[1 - axis]
        assert abs(chi_square - freedom) < 4 * (2 * freedom) ** 0.5


@pytest.mark.parametrize(
    "shift", [(0, 1), (0, 2), (0, 32), (0, 512), (1, 0), (2, 0), (64, 0), (1, 1), (1, -1)]
)
def test_units_and_steps_are_independent(kept, shift):
    centered = kept - (1 - RATE)
    product = centered * np.roll(centered, shift, axis=(0, 1))
    correlation = product.mean() / (RATE * (1 - RATE))
    assert abs(correlation) < 4 / kept.size**0.5


def test_neighbours_form_every_pattern_as_often_as_chance_has_it(kept):
    patterns = kept.reshape(-1, 8) @ (1 << np.arange(8))
    ones = np.array([bin(pattern).count("1") for pattern in range(256)])
    expected = len(patterns) * (1 - RATE) ** ones * RATE ** (8 - ones)
    chi_square = ((np.bincount(patterns, minlength=256) - expected) ** 2 / expected).sum()
    assert abs(chi_square - 255) < 4 * (2 * 255) ** 0.5


def test_layers_draw_masks_of_their_own():
    import tensorflow as tf

    keras.utils.set_random_seed(0)
    x = tf.ones((400, 400))
    one, other = (
        dropout.dropout(x, 0.5, keras.layers.Dropout(0.5).seed_generator.next()).numpy() - 1 for _ in range(2)
    )
    assert abs((one * other).mean()) < 4 / 400


def test_a_dense_network_with_dropout_is_one_xla_program(tmp_path, capsys):
    model = small_model(dropout=0.5)
    training.fit(model, new_run(tmp_path), X_TRAIN, Y_TRAIN)
    assert "XLA" in capsys.readouterr().out
    layer = model.get_layer("dropout_1")
    assert "call" not in vars(layer)  # plain Keras again
    steps = -(-len(X_TRAIN) // 32)
    assert int(layer.seed_generator.state[1]) == steps

"""HorizontalFlipAverage: the average over photo and mirror image in inference, one look in training."""

import keras
import numpy as np

from keras_course.layers import HorizontalFlipAverage

PHOTOS = np.random.default_rng(0).random((4, 8, 6, 3)).astype("float32")


def network():
    return keras.Sequential(
        [
            keras.Input((8, 6, 3)),
            keras.layers.Flatten(),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(2, activation="softmax"),
        ]
    )


def test_it_is_the_average_of_two_looks():
    inner = network()
    model = keras.Sequential([keras.Input((8, 6, 3)), HorizontalFlipAverage(inner)])
    both = (inner.predict(PHOTOS, verbose=0) + inner.predict(PHOTOS[:, :, ::-1], verbose=0)) / 2
    np.testing.assert_allclose(model.predict(PHOTOS, verbose=0), both, atol=1e-6)
    mirrored = model.predict(np.ascontiguousarray(PHOTOS[:, :, ::-1]), verbose=0)
    np.testing.assert_allclose(mirrored, both, atol=1e-6)
    assert model.output_shape == (None, 2)


def test_training_looks_once_and_drops_out():
    inner = network()
    layer = HorizontalFlipAverage(inner)
    inner.layers[-1].set_weights([np.arange(288).reshape(144, 2) / 288, np.zeros(2)])
    first, second = (keras.ops.convert_to_numpy(layer(PHOTOS, training=True)) for _ in range(2))
    assert np.abs(first - second).max() > 1e-3  # dropout is on
    assert len(layer.trainable_weights) == 2


def test_it_trains_saves_and_reloads(tmp_path):
    model = keras.Sequential([keras.Input((8, 6, 3)), HorizontalFlipAverage(network())])
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(PHOTOS, np.arange(4) % 2, verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.predict(PHOTOS, verbose=0), model.predict(PHOTOS, verbose=0))

"""Sequential and functional networks learn the same numbers, to the last bit: no band need tell them apart."""

import keras
import numpy as np
import pytest

from keras_course.models import convnet, dense


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sequential", "functional", "shape", "arguments"),
    [
        (
            dense.dense_sequential,
            dense.dense_functional,
            (8, 8),
            {"hidden": (9, 9), "activation": "maxout", "dropout": 0.5, "input_dropout": 0.2, "l2": 1e-3},
        ),
        (
            convnet.convnet_sequential,
            convnet.convnet_functional,
            (8, 8, 1),
            {"filters": (4, 6), "hidden": 9, "dropout": 0.5, "normalization": True},
        ),
    ],
)
def test_the_same_seed_gives_the_same_numbers(sequential, functional, shape, arguments):
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 256, (32, *shape), dtype=np.uint8), rng.integers(0, 10, 32)
    found = []
    for build in (sequential, functional):
        keras.utils.set_random_seed(7)
        layers = [keras.Input(shape), keras.layers.Rescaling(1 / 255), build(shape, **arguments)]
        model = keras.Sequential(layers)
        model.compile("adam", "sparse_categorical_crossentropy")
        history = model.fit(x, y, batch_size=16, epochs=2, verbose=0)
        found.append([np.array(history.history["loss"]), *model.get_weights(), model.predict(x, verbose=0)])
    for one, other in zip(*found, strict=True):
        np.testing.assert_array_equal(one, other)

"""What the tests of training share: an easy task, a small network for it, and a run."""

import keras
import numpy as np

from keras_course.experiment import runs
from keras_course.models import dense


def stripes():
    """1000 noisy pictures; a faint stripe tells the two classes apart."""
    rng = np.random.default_rng(0)
    x = rng.random((1000, 28, 28), dtype="float32")
    y = rng.integers(0, 2, 1000)
    x[y == 1, 10:14] += 0.3
    return x, y


X, Y = stripes()
VALIDATION = (X[800:], Y[800:])
X_TRAIN, Y_TRAIN = X[:800], Y[:800]


def small_model(dropout=0.0, seed=1, learning_rate=0.001):
    keras.utils.set_random_seed(seed)
    model = dense.dense_sequential(num_classes=2, hidden=(16,), dropout=dropout)
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def new_run(path, seed=3):
    path.mkdir(parents=True, exist_ok=True)
    return runs.Run(path, "test", seed)


def on_disk(array, path):
    np.save(path, array)
    return np.load(path, mmap_mode="r")

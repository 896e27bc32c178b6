"""The ConvNet of apps.convnet_by_hand in Keras: the same weights to begin with, the same batches."""

import time

import numpy as np

from keras_course.by_hand import convnet, optimizers
from keras_course.by_hand.convnet import Parameters
from keras_course.experiment import devices

from . import Config


def compare(
    config: Config,
    initial: Parameters,
    ours: Parameters,
    x: np.ndarray,
    y: np.ndarray,
    x_validation: np.ndarray,
    y_validation: np.ndarray,
) -> dict[str, float]:
    """Train the same network in Keras on the same batches, and compare the two at the end.

    Args:
        config: the settings.
        initial: the parameters to begin with.
        ours: the parameters that the training by hand ended with.
        x: (n, 28, 28, 1) training digits, 0 to 1.
        y: (n, classes) their labels, one-hot.
        x_validation: (m, 28, 28, 1).
        y_validation: (m,) labels.
    """
    devices.configure(seed=config.run.seed)
    import keras

    model = keras.Sequential(
        [
            keras.Input(x.shape[1:]),
            keras.layers.Conv2D(config.filters, 5, strides=convnet.STRIDE, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(y.shape[1], activation="softmax"),
        ]
    )
    model.set_weights(list(initial))
    model.compile(keras.optimizers.Adam(config.learning_rate), "categorical_crossentropy")
    rng, begun = np.random.default_rng(config.run.seed), time.perf_counter()
    for _ in range(config.epochs):
        for rows in optimizers.batches(len(x), config.batch_size, rng):
            model.train_on_batch(x[rows].astype("float32"), y[rows])
    seconds = time.perf_counter() - begun
    theirs = model.predict(x_validation.astype("float32"), verbose=0)
    mine = convnet.predict(x_validation, ours)
    result = {
        "validation_accuracy": float((theirs.argmax(axis=1) == y_validation).mean()),
        "largest_difference": float(np.abs(theirs - mine).max()),
        "mean_difference": float(np.abs(theirs - mine).mean()),
        "seconds": seconds,
    }
    print(
        f"Keras, same weights and batches: validation accuracy {result['validation_accuracy']:.2%}, in "
        f"{seconds:.0f} s; the probabilities differ by {result['mean_difference']:.1e} on average and "
        f"{result['largest_difference']:.1e} at most (float32 there, float64 here)"
    )
    return result

"""Flows of Keras' ``ImageDataGenerator``, in an order and with random numbers that a resumed training repeats."""

import threading
from typing import Any

import keras
import numpy as np

from keras_course.training.batches import epoch_order

LOCK = (
    threading.Lock()
)  # of NumPy's global generator: training and validation data are prefetched by threads of their own


def is_flow(x: Any) -> bool:
    """Return whether an object is what ``ImageDataGenerator.flow`` and ``flow_from_directory`` return."""
    return hasattr(x, "_get_batches_of_transformed_samples")  # Keras has no public name for their class


class Flow(keras.utils.PyDataset):
    """Item ``i`` is the ``i``-th batch of all epochs, varied by random numbers of its own.

    Keras' flow draws all of its numbers one after the other: those of an epoch depend on how many were drawn before it
    in this process. Here they come from the seed, the epoch and the batch, so that any batch can be drawn again.

    Args:
        flow: where :func:`is_flow` is true; it says how many examples a batch has, and whether they are shuffled.
        seed: the run's seed, of the order and of the variations.
        epochs: the epochs to cover: ``range(first, last + 1)``, from 0.
    """

    def __init__(self, flow: Any, seed: int = 0, epochs: range = range(1)) -> None:
        super().__init__()
        self.flow, self.seed, self.epochs = flow, seed, epochs
        self.batches_an_epoch: int = -(-flow.n // flow.batch_size)

    def __len__(self) -> int:
        return len(self.epochs) * self.batches_an_epoch

    def __getitem__(self, index: int) -> Any:
        """Return one batch, as the flow does."""
        epoch, batch = divmod(index, self.batches_an_epoch)
        epoch, size = self.epochs[epoch], self.flow.batch_size
        rows = epoch_order(self.flow.n, self.seed, epoch, self.flow.shuffle)[
            batch * size : (batch + 1) * size
        ]
        with LOCK:
            before = np.random.get_state()
            np.random.seed([self.seed, epoch, batch])
            try:
                return self.flow._get_batches_of_transformed_samples(rows)
            finally:
                np.random.set_state(before)

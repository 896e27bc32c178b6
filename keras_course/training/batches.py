"""Batches of arrays, read as they are needed: for data on disk, and where steps cannot be compiled together."""

import functools
from typing import Any

import keras
import numpy as np


def epoch_order(examples: int, seed: int, epoch: int, shuffle: bool) -> np.ndarray:
    """The order of the examples in one epoch, from ``default_rng([seed, epoch])``: an epoch can be repeated by itself.

    Returns:
        Row numbers, ``(examples,)`` int32; if not ``shuffle``, as the examples lie.
    """
    if not shuffle:
        return np.arange(examples, dtype=np.int32)
    return np.random.default_rng([seed, epoch]).permutation(examples).astype(np.int32)


class Batches(keras.utils.PyDataset):
    """Item ``i`` is the ``i``-th batch of all epochs: no more than one batch is copied into memory.

    It covers all epochs of one training, because Keras may ask ahead, and an item must not depend on when it asks.

    Args:
        arrays: ``(x, y)`` or ``(x, y, sample_weight)``, as many examples each; memory-mapped or not.
        batch_size: examples a step; an epoch's last batch may be smaller.
        seed: of the order.
        epochs: first and last (exclusive).
        shuffle: if False, every epoch takes the examples as they lie.
    """

    def __init__(
        self,
        arrays: tuple[np.ndarray, ...],
        batch_size: int,
        seed: int = 0,
        epochs: range = range(1),
        shuffle: bool = False,
    ) -> None:
        super().__init__()
        self.arrays, self.batch_size, self.epochs = arrays, batch_size, epochs
        self.batches_an_epoch = -(-len(arrays[0]) // batch_size)
        self.order = functools.lru_cache(maxsize=2)(
            lambda epoch: epoch_order(len(arrays[0]), seed, epoch, shuffle)
        )

    def __len__(self) -> int:
        return len(self.epochs) * self.batches_an_epoch

    def __getitem__(self, index: int) -> tuple[Any, ...]:
        """Return one batch of each array."""
        epoch, batch = divmod(index, self.batches_an_epoch)
        rows = self.order(self.epochs[epoch])[batch * self.batch_size : (batch + 1) * self.batch_size]
        return tuple(np.asarray(array[rows]) for array in self.arrays)

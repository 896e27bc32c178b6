"""Batches of arrays, read as they are needed: for data on disk, and where steps cannot be compiled together."""

import functools
from typing import Any

import keras
import numpy as np

from keras_course.training.arguments import examples_in


def epoch_order(examples: int, seed: int, epoch: int, shuffle: bool) -> np.ndarray:
    """Return the order of the examples in one epoch, so that any epoch can be repeated without those before it.

    Args:
        examples: the size of the training set.
        seed: the run's seed; the order is drawn from ``default_rng([seed, epoch])``.
        epoch: counted from 0.
        shuffle: if False, the order is 0, 1, 2, ...

    Returns:
        Row numbers, ``(examples,)`` int32.
    """
    if not shuffle:
        return np.arange(examples, dtype=np.int32)
    return np.random.default_rng([seed, epoch]).permutation(examples).astype(np.int32)


class Batches(keras.utils.PyDataset):
    """Item ``i`` is the ``i``-th batch of all epochs: no more than one batch is copied into memory.

    One object covers all epochs of a training: Keras may fetch items early, and an item must not depend on when it is
    fetched.

    Args:
        arrays: ``(x,)``, ``(x, y)`` or ``(x, y, sample_weight)``: arrays of equal length, memory-mapped or not, or
            dictionaries and tuples of them.
        batch_size: examples per step; an epoch's last batch may be smaller.
        seed: seed of the order.
        epochs: the epochs to cover: ``range(first, last + 1)``, from 0.
        shuffle: draw a new order for every epoch; if False, the examples keep theirs.
    """

    def __init__(
        self,
        arrays: tuple[Any, ...],
        batch_size: int,
        seed: int = 0,
        epochs: range = range(1),
        shuffle: bool = False,
    ) -> None:
        super().__init__()
        self.arrays, self.batch_size, self.epochs = arrays, batch_size, epochs
        examples = examples_in(arrays)
        self.batches_an_epoch = -(-examples // batch_size)
        self.order = functools.lru_cache(maxsize=2)(lambda epoch: epoch_order(examples, seed, epoch, shuffle))

    def __len__(self) -> int:
        return len(self.epochs) * self.batches_an_epoch

    def __getitem__(self, index: int) -> tuple[Any, ...]:
        """Return one batch, in the structure of ``arrays``."""
        epoch, batch = divmod(index, self.batches_an_epoch)
        rows = self.order(self.epochs[epoch])[batch * self.batch_size : (batch + 1) * self.batch_size]
        return tuple(keras.tree.map_structure(lambda array: _rows(array, rows), self.arrays))


def is_text(array: np.ndarray) -> bool:
    """Return whether an array holds strings, which are neither put on a device nor compiled with XLA."""
    return array.dtype.kind in "OSU"


def _rows(array: np.ndarray | None, rows: np.ndarray) -> Any:
    if array is None:
        return None
    batch = np.asarray(array[rows])
    return keras.ops.convert_to_tensor(batch, "string") if is_text(batch) else batch

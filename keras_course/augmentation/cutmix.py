"""CutMix: learn from pictures with a box of another one in them, with the labels of both."""

from typing import Any

import keras
from keras import ops

from keras_course.augmentation.mixup import MixingLayer
from keras_course.errors import UserError


@keras.saving.register_keras_serializable(package="keras_course")
class BatchCutMix(MixingLayer):
    """In training, put a box of another picture of its batch into some pictures; the loss then counts both labels.

    The box has the picture's own proportions and lies anywhere; what lies beyond the edge is cut off. The area that is
    left of the picture is its label's fraction: it is drawn from a beta distribution, from one half to 1, and is larger
    where the box was cut. The partner is the picture at the same place in the reversed batch, as in ``BatchMixup``.
    A network that cannot rely on seeing the head learns to know the paw as well. In inference the layer does nothing,
    and ``saving.export`` omits it.

    Paper: Yun et al., "CutMix: Regularization Strategy to Train Strong Classifiers with Localizable Features", 2019
        (https://arxiv.org/abs/1905.04899). It keeps fractions below one half too.

    Shape: ``(batch, height, width, channels) -> the same``, in floats.

    Args:
        alpha: of the beta distribution: with 1 every fraction is equally likely.
        probability: of a picture's getting a box.
        seed: of the random numbers; None takes one from Keras' own.

    Raises:
        UserError: for an alpha that is not a number above 0, or a probability outside 0 to 1.

    Example:
        >>> from keras_course.augmentation import MixedLoss
        >>> cutmix = BatchCutMix(alpha=1.0)
        >>> loss = MixedLoss(keras.losses.BinaryCrossentropy(), cutmix=cutmix)
    """

    def __init__(
        self, alpha: float = 1.0, probability: float = 0.5, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(alpha, seed, **kwargs)
        if not 0 <= probability <= 1:
            raise UserError(f"probability={probability} must be from 0 to 1")
        self.probability = probability

    def mixed(self, x: Any) -> Any:
        """Put boxes of the reversed batch into the batch."""
        batch, height, width = ops.shape(x)[0], x.shape[1], x.shape[2]
        kept = self.drawn_fractions(batch)
        places = keras.random.uniform((3, batch), seed=self.seed_generator, dtype="float32")
        kept = ops.where(places[2] < self.probability, kept, 1.0)
        side = ops.sqrt(1 - kept)  # of the box, as a fraction of the picture's
        rows = _inside(height, places[0], side)  # (batch, height)
        columns = _inside(width, places[1], side)  # (batch, width)
        box = ops.logical_and(rows[:, :, None, None], columns[:, None, :, None])  # (batch, height, width, 1)
        self.fractions = 1 - ops.mean(ops.cast(box, "float32"), axis=(1, 2, 3))
        return ops.where(box, ops.flip(x, axis=0), x)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of ``__init__``, for saving."""
        return {**super().get_config(), "probability": self.probability}


def _inside(length: int, centre: Any, side: Any) -> Any:
    """Which pixels of a side lie in the box, ``(batch, length)``; the box's centre and side are fractions of it."""
    pixels = (ops.arange(length, dtype="float32") + 0.5) / length
    return ops.abs(pixels[None] - centre[:, None]) < side[:, None] / 2

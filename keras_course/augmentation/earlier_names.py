"""The earlier names of two layers, for models that were saved under them.

A ``.keras`` file stores weights under the names of the layers' classes, so that the class must keep its name there; a
name given to ``register_keras_serializable`` does not do. Nothing else needs these classes.
"""

import keras

from keras_course.augmentation.mixup import BatchMixup
from keras_course.augmentation.test_time import HorizontalFlipAverage


@keras.saving.register_keras_serializable(package="keras_course")
class MixUp(BatchMixup):
    """A :class:`BatchMixup` from a file."""


@keras.saving.register_keras_serializable(package="keras_course")
class MirrorAverage(HorizontalFlipAverage):
    """A :class:`HorizontalFlipAverage` from a file."""

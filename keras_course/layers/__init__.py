"""Layers that Keras does not have, registered so that a saved model loads again.

``import keras_course.layers`` registers them all, those of ``keras_course.augmentation`` among them.
"""

from keras_course.augmentation import earlier_names as earlier_names
from keras_course.augmentation.mixup import BatchMixup
from keras_course.augmentation.random_affine import RandomAffine
from keras_course.augmentation.random_color import RandomColor
from keras_course.augmentation.test_time import HorizontalFlipAverage
from keras_course.layers.maxout import Maxout
from keras_course.layers.prices import LogReturns, Rising, Volatility
from keras_course.layers.returns import EarlierMoves, TimeScales
from keras_course.layers.standardized_conv import StandardizedConv2D

__all__ = [
    "BatchMixup",
    "EarlierMoves",
    "HorizontalFlipAverage",
    "LogReturns",
    "Maxout",
    "RandomAffine",
    "RandomColor",
    "Rising",
    "StandardizedConv2D",
    "TimeScales",
    "Volatility",
]

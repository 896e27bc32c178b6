"""Layers that Keras does not have, registered so that a saved model loads again."""

from keras_course.augmentation import Augmentation
from keras_course.augmentation.mixup import MixUp
from keras_course.augmentation.random_affine import RandomAffine
from keras_course.augmentation.random_color import RandomColor
from keras_course.layers.maxout import Maxout
from keras_course.layers.mirror_average import MirrorAverage
from keras_course.layers.prices import LogReturns, Rising, Volatility
from keras_course.layers.standardized_conv import StandardizedConv2D

__all__ = [
    "Augmentation",
    "LogReturns",
    "Maxout",
    "MirrorAverage",
    "MixUp",
    "RandomAffine",
    "RandomColor",
    "Rising",
    "StandardizedConv2D",
    "Volatility",
]

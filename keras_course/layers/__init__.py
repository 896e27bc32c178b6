"""Layers that Keras does not have, registered so that a saved model loads again.

``import keras_course.layers`` registers them all, those of ``keras_course.augmentation`` among them.
"""

from keras_course.augmentation import earlier_names as earlier_names
from keras_course.augmentation.mixup import BatchMixup
from keras_course.augmentation.random_affine import RandomAffine
from keras_course.augmentation.random_color import RandomColor
from keras_course.augmentation.test_time import HorizontalFlipAverage
from keras_course.layers.activations import scaled_tanh
from keras_course.layers.grouped_conv import GroupedConv2D
from keras_course.layers.local_response import LocalResponseNormalization
from keras_course.layers.maxout import Maxout
from keras_course.layers.partial_conv import PartialConv2D
from keras_course.layers.prices import LogReturns, Rising, Volatility
from keras_course.layers.returns import EarlierMoves, TimeScales
from keras_course.layers.standardized_conv import StandardizedConv2D
from keras_course.layers.trainable_pooling import TrainablePooling2D

__all__ = [
    "BatchMixup",
    "EarlierMoves",
    "GroupedConv2D",
    "HorizontalFlipAverage",
    "LocalResponseNormalization",
    "LogReturns",
    "Maxout",
    "PartialConv2D",
    "RandomAffine",
    "RandomColor",
    "Rising",
    "StandardizedConv2D",
    "TimeScales",
    "TrainablePooling2D",
    "Volatility",
    "scaled_tanh",
]

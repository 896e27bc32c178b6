"""Layers that Keras does not have, registered so that a saved model loads again."""

from keras_course.layers.augmentation import Augmentation
from keras_course.layers.maxout import Maxout
from keras_course.layers.random_affine import RandomAffine

__all__ = ["Augmentation", "Maxout", "RandomAffine"]

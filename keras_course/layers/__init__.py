"""Layers that Keras does not have, registered so that a saved model loads again."""

from keras_course.layers.maxout import Maxout

__all__ = ["Maxout"]

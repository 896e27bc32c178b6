"""Photos varied at random while a network trains: the settings, the layers, and the slides' ImageDataGenerator."""

from keras_course.augmentation.settings import Augmentation

__all__ = ["Augmentation"]

"""Saved models that simply work again.

    loaded = saving.load("mnist_dense")        # a path, an app's name (its best run on real data), or APP/NAME
    loaded.predict("seven.png")                # raw input: a picture file
    loaded.model                               # plain Keras

Everything a model needs is in its run's folder: ``model.keras``, with the preprocessing inside, and ``card.json``.
``inputs`` reads what is given to ``predict``, by the card's kind.
"""

from keras_course.saving.exporting import export, without_augmentation
from keras_course.saving.files import best_model, load_model, save
from keras_course.saving.loaded import Failure, Loaded, Prediction, load

__all__ = [
    "Failure",
    "Loaded",
    "Prediction",
    "best_model",
    "export",
    "load",
    "load_model",
    "save",
    "without_augmentation",
]

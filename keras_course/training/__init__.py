"""Training: Keras' ``fit`` with the course's callbacks and speed settings."""

from keras_course.training.batches import Batches
from keras_course.training.fitting import Stopwatch, best_epoch, fit, total_steps

__all__ = ["Batches", "Stopwatch", "best_epoch", "fit", "total_steps"]

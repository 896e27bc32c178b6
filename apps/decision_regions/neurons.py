"""The classifiers of apps.decision_regions without a hidden layer that learns: one neuron, and two set by hand."""

import numpy as np

from keras_course.by_hand import neuron, regions
from keras_course.by_hand.activations import threshold
from keras_course.by_hand.optimizers import adam

from .points import Points
from .report import Classifier

PERCEPTRON_EPOCHS, LOGISTIC_EPOCHS = 100, 500


def train(data: Points, xor: bool) -> tuple[dict[str, Classifier], list[int]]:
    """Train one neuron twice: a threshold that learns from its mistakes, and a sigmoid by descent on the log-loss.

    Args:
        data: the points.
        xor: add the two lines and the third neuron that solve XOR, their weights set by hand.

    Returns:
        The classifiers by name, and the perceptron's mistakes in each epoch.
    """
    w, b, mistakes = neuron.train_perceptron(data.x, data.y, PERCEPTRON_EPOCHS)
    zeros = [(np.zeros((2, 1)), np.zeros(1))]
    logistic = regions.train(zeros, data.x, data.y, LOGISTIC_EPOCHS, adam(0.1)).layers
    classifiers: dict[str, Classifier] = {
        "perceptron": lambda x: neuron.neuron(x, w, b, threshold),
        "logistic neuron": lambda x: regions.probability(x, logistic),
    }
    if xor:
        classifiers["two lines, combined by hand"] = lambda x: regions.combine(
            x, regions.XOR_LINES, regions.BOTH
        )
    return classifiers, mistakes

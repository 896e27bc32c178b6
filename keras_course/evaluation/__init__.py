"""Measures in NumPy: how good a classifier is, where it is wrong, and what its layers pass on.

- ``classification``: accuracy and its interval, the confusion matrix, the most confident mistakes, a paired z-test of
  two classifiers;
- ``activations``: how much a layer's activations vary from example to example, and the fraction of dead units;
- ``shifting``: pictures shifted by whole pixels, and what of them leaves the frame;
- ``ranking``: how good a list of recommendations is: nDCG, precision, recall and average precision at k, AUC; and
  ``bootstrap``: whether one recommender is better than another, on the same users;
- ``likelihood``: how probable a Boltzmann machine makes data, exactly or by annealed importance sampling;
- ``energy``: how unlike the training data an input is, as a Keras model sees it;
- ``flops``: multiply-adds and parameters of a Keras model, layer by layer (by the rules in ``products`` and the walk in
  ``walking``); ``filter_counts``: what stacked, concatenated and 1x1-reduced filters take.

The first six import no Keras: they work on the arrays that a model of any framework predicts, or on its weights.
"""

from keras_course.evaluation.activations import dead_fraction, standard_deviation
from keras_course.evaluation.bootstrap import paired_bootstrap, paired_bootstrap_auc
from keras_course.evaluation.classification import (
    accuracy,
    accuracy_interval,
    class_probabilities,
    confusion_matrix,
    most_confident_mistakes,
    significantly_better,
)
from keras_course.evaluation.ranking import (
    auc,
    auc_by_user,
    average_precision_at_k,
    hits,
    ndcg_at_k,
    precision_at_k,
    recall_at_k,
    top_k,
    unseen_auc,
)
from keras_course.evaluation.shifting import fraction_lost, overlap, shifted

__all__ = [
    "accuracy",
    "accuracy_interval",
    "auc",
    "auc_by_user",
    "average_precision_at_k",
    "class_probabilities",
    "confusion_matrix",
    "dead_fraction",
    "fraction_lost",
    "hits",
    "most_confident_mistakes",
    "ndcg_at_k",
    "overlap",
    "paired_bootstrap",
    "paired_bootstrap_auc",
    "precision_at_k",
    "recall_at_k",
    "shifted",
    "significantly_better",
    "standard_deviation",
    "top_k",
    "unseen_auc",
]

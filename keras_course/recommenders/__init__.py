"""Recommenders: the machine of ratings, and what it must beat: baselines that are fitted in seconds.

simple        popularity, an item's mean, user and item biases in a logistic regression
neighbours    items that the same users rate: cosine similarity with shrinkage
factors       truncated singular value decomposition
ease          a linear model without a diagonal, in closed form
choice        settings chosen on validation ratings, and never on the test's
titles        an item by what somebody calls it
recommender   a trained machine that recommends

A baseline is a function of a table, (users, items), that returns scores of the same shape: the higher, the sooner
recommended. Of what was rated, the table holds 1 and 0; of what was liked, 1, -1 and, where nothing is known, 0.
"""

from keras_course.recommenders.choice import Choice, choose
from keras_course.recommenders.ease import ease
from keras_course.recommenders.factors import truncated_svd
from keras_course.recommenders.neighbours import item_knn
from keras_course.recommenders.recommender import Recommendation, Recommender, visible_units
from keras_course.recommenders.simple import (
    item_biases,
    item_mean,
    popularity,
    user_biases,
    user_item_logit,
    with_biases,
)
from keras_course.recommenders.titles import find_title

__all__ = [
    "Choice",
    "Recommendation",
    "Recommender",
    "choose",
    "ease",
    "find_title",
    "item_biases",
    "item_knn",
    "item_mean",
    "popularity",
    "truncated_svd",
    "user_biases",
    "user_item_logit",
    "visible_units",
    "with_biases",
]

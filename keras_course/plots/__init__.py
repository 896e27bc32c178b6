"""Figures that explain themselves: every function returns a ``matplotlib.figure.Figure``.

They are built without pyplot: no window, no global state, nothing to close. ``figure.savefig("curves.png")`` writes
one; a notebook shows one that is a cell's last value.

- training: ``history`` (curves of one run), ``comparison`` (of several), ``variants`` (of many, in small panels),
  ``weights``, ``data_size`` (accuracy over the number of examples);
- classifiers: ``classification`` (confusion matrix, mistakes), ``pictures``, ``convolution`` (filters, feature maps,
  maximally activating patches), ``features`` (made by hand), ``noise``,
  ``attacks`` (adversarial examples), ``architectures`` (what networks cost, and the sizes of their maps), ``shifting``
  (pictures that move);
- inside a ConvNet: ``inside`` (what a filter responds to, and how that is explained);
- a Boltzmann machine: ``rbm`` (reconstructions, pictures of its own);
- points in the plane: ``regions`` (decision regions), ``separation`` (what each layer makes of the points);
- ratings: ``films`` (how a recommender was trained, what its hidden units stand for, one user's path);
- prices: ``forecasts``, ``outgrown`` (a share that leaves the prices learnt);
- by hand: ``board``, ``cells`` and ``layout`` (arrays with their numbers), ``maps`` (colours without numbers),
  ``photos``, ``kernels``, ``landscapes``, ``race`` and ``steps`` (optimizers);
- ``style``: sizes, colours and axes that all of them share.

The figures that any experiment can use are exported here; the others are imported from their module.
"""

from keras_course.plots.architectures import accuracy_against_cost, growth, map_sizes
from keras_course.plots.attacks import attacks
from keras_course.plots.board import bars, functions, number_grids
from keras_course.plots.classification import confusion, mistakes
from keras_course.plots.comparison import common_metric, compare_curves, side_by_side
from keras_course.plots.convolution import feature_maps, filters, patches
from keras_course.plots.forecasts import forecast_coverage, forecast_errors, forecast_fan, shift_by_one
from keras_course.plots.history import curves
from keras_course.plots.landscapes import descents
from keras_course.plots.outgrown import outgrown
from keras_course.plots.pictures import heat_maps, pictures
from keras_course.plots.race import save_race
from keras_course.plots.steps import cake_walk, losses_by_step, rolls
from keras_course.plots.weights import first_layer_weights, weight_histograms

__all__ = [
    "accuracy_against_cost",
    "attacks",
    "bars",
    "cake_walk",
    "common_metric",
    "compare_curves",
    "confusion",
    "curves",
    "descents",
    "feature_maps",
    "filters",
    "first_layer_weights",
    "forecast_coverage",
    "forecast_errors",
    "forecast_fan",
    "functions",
    "growth",
    "heat_maps",
    "losses_by_step",
    "map_sizes",
    "mistakes",
    "number_grids",
    "outgrown",
    "patches",
    "pictures",
    "rolls",
    "save_race",
    "shift_by_one",
    "side_by_side",
    "weight_histograms",
]

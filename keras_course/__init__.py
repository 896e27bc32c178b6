"""Five introductory deep-learning slide decks, made to run.

A map of the package. Importing it imports none of these:

    by_hand         the slides' mathematics in NumPy
    models          builders: plain functions that return an uncompiled ``keras.Model``
    layers          layers that Keras does not have
    augmentation    photos varied at random while a network trains
    losses          losses that Keras does not have
    datasets        loaders: download with a checksum, validate, cache, split
    training        ``fit``: Keras' fit, faster, and able to resume
    evaluation      how good a classifier is; what a layer passes on
    forecasting     prices: windows, baselines, calibrated intervals, measures, the forecaster
    recommenders    films: baselines of ratings, titles, the recommender
    explain         what a ConvNet looks at
    plots           every function returns a matplotlib Figure
    saving          ``load(run)`` gives a model that takes raw input
    experiment      what makes a script an experiment: runs, cards, devices, the command line
    errors          ``UserError``: what the caller can put right
    folders         where trained models and downloads are
"""

__version__ = "0.1.0"


# Syntax that an old Python can read, so that it can say what is wrong.
def _old(version: "tuple[int | str, ...]") -> str:
    """What to tell the user of a Python that is too old; else an empty text."""
    if tuple(version[:2]) >= (3, 11):
        return ""
    return "Python 3.11 to 3.13 is needed; this is " + ".".join(str(part) for part in version[:2])


def _check_python() -> None:
    import sys

    problem = _old(sys.version_info)
    if problem:
        raise ImportError(problem)


_check_python()

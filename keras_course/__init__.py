"""Five introductory deep-learning slide decks, made to run.

The rooms of the package; importing it loads none of them:

    models       builders: plain functions that return an uncompiled ``keras.Model``
    layers       the few layers that Keras does not have (Maxout)
    datasets     loaders: download with a checksum, validate, cache, split
    evaluation   measures in NumPy: confusion, accuracy
    devices      seed, CPU or GPU, precision, what this machine is
    runs         one run is one folder
    training     ``fit``: Keras' fit, faster, and able to resume
    saving       ``load(run)`` gives a model that takes raw input
    plots        every function returns a matplotlib Figure
    command      turns ``main(config)`` into a program
"""

__version__ = "0.1.0"

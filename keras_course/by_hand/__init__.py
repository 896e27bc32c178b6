"""The slides' mathematics by hand: NumPy only, short functions, loops where the loop is the lesson.

Every function is held against Keras and against numerical gradients in the tests; the slides' own numbers stand in the
docstrings as examples that run.
"""

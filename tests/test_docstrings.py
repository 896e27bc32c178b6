"""The examples in docstrings run, as they are printed."""

import doctest
import importlib
import pkgutil

import pytest

import keras_course
from keras_course import models

ROOMS = ("augmentation", "evaluation", "explain", "layers", "losses", "models", "recommenders")


def modules():
    for info in pkgutil.walk_packages(keras_course.__path__, "keras_course."):
        if info.name.split(".")[1] in ROOMS:
            yield info.name


@pytest.mark.tensorflow  # shapes and numbers are printed as TensorFlow's
@pytest.mark.parametrize("name", sorted(modules()))
def test_examples(name):
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert failed == 0


@pytest.mark.parametrize("name", models.__all__)
def test_every_builder_has_an_example(name):
    text = getattr(models, name).__doc__
    assert "Example:" in text and ">>> " in text

"""Exact parameter counts: every public builder must be in the table."""

import importlib
import inspect
import pkgutil

import keras
import pytest

import keras_course.models

# An LSTM's four gates see the input, what it said before, and a bias.
SLIDES_LSTM = 4 * 50 * (1 + 50 + 1) + 3 * 4 * 50 * (50 + 50 + 1) + 51
# builder -> (arguments, parameters); the sums say where the number comes from
SLIDES_CATS_DOGS = 32 * 28 + 64 * 289 + 128 * 577 + 128 * 1153 + (49 * 128 + 1) * 512 + 513
# A block from a to b filters: two convolutions, with a bias and a gain a filter, and a shortcut where a != b.
MODERN = (
    (32 * 29)
    + (32 * (9 * 32 + 2) + 32 * (9 * 32 + 2))
    + (64 * (9 * 32 + 2) + 64 * (9 * 64 + 2) + 64 * (32 + 2))
    + (128 * (9 * 64 + 2) + 128 * (9 * 128 + 2) + 128 * (64 + 2))
    + (256 * (9 * 128 + 2) + 256 * (9 * 256 + 2) + 256 * (128 + 2))
    + 257
)
TABLE = {
    "cats_dogs.slides_sequential": ({}, SLIDES_CATS_DOGS),
    "cats_dogs.slides_functional": ({}, SLIDES_CATS_DOGS),
    "cats_dogs.modern": ({}, MODERN),
    # MobileNetV2 without its top has 2,257,984 parameters (Keras' documentation: 3.5 M with it)
    "stock.lstm_sequential": ({}, SLIDES_LSTM),
    "stock.lstm_functional": ({}, SLIDES_LSTM),
    "stock.quantile_lstm": ({}, 4 * 32 * (2 + 32 + 1) + 33 * 5),
    # 21 features of time scales and 15 earlier moves; each of five members gives 5 quantiles and a factor
    "quantiles.quantile_dense": ({}, 37 * 80 + 5 * (16 + 1) * 5 + 5 * (16 + 1) + 36 * 5),
    "transfer_learning.transfer": ({"weights": None}, 2_257_984 + 1280 + 1),
    # the usual reading: no partial connections, no weights in the pooling (LeCun et al. 1998 have 60,000 and 850)
    "lenet.lenet5": ({}, 26 * 6 + 151 * 16 + 401 * 120 + 121 * 84 + 85 * 10),
    # one tower (62,378,344); the paper's two are in test_alexnet
    "alexnet.alexnet": (
        {},
        (121 * 3 + 1) * 96
        + (25 * 96 + 1) * 256
        + (9 * 256 + 1) * 384
        + (9 * 384 + 1) * 384
        + (9 * 384 + 1) * 256
        + (36 * 256 + 1) * 4096
        + 4097 * 4096
        + 4097 * 1000,
    ),
    "convnet.convnet_sequential": ({}, 32 * 10 + 64 * (9 * 32 + 1) + (49 * 64 + 1) * 128 + 129 * 10),
    "convnet.convnet_functional": ({}, 32 * 10 + 64 * (9 * 32 + 1) + (49 * 64 + 1) * 128 + 129 * 10),
    "dense.linear_classifier": ({}, 784 * 10),
    "dense.two_layer_network": ({}, 784 * 100 + 100 * 10),
    "dense.three_layer_network": ({}, 784 * 100 + 100 * 100 + 100 * 10),
    "dense.dense_sequential": ({}, (784 + 1) * 512 + (512 + 1) * 10),
    "dense.dense_functional": ({}, (784 + 1) * 512 + (512 + 1) * 10),
}


HELPERS = {"blocks", "checks", "pretrained"}  # modules without builders


def public_builders():
    for module in pkgutil.iter_modules(keras_course.models.__path__):
        if module.name in HELPERS:
            continue
        members = vars(importlib.import_module(f"keras_course.models.{module.name}"))
        for name, member in members.items():
            if inspect.isfunction(member) and member.__module__.endswith(module.name) and name[0] != "_":
                yield f"{module.name}.{name}"


@pytest.mark.parametrize("builder", sorted(public_builders()))
def test_count(builder):
    module, name = builder.split(".")
    arguments, parameters = TABLE[builder]
    model = getattr(importlib.import_module(f"keras_course.models.{module}"), name)(**arguments)
    assert isinstance(model, keras.Model)
    assert not model.compiled
    assert model.count_params() == parameters


def test_the_package_exports_every_builder():
    names = [builder.split(".")[1] for builder in public_builders()]
    assert sorted(keras_course.models.__all__) == sorted(names)
    assert all(inspect.isfunction(getattr(keras_course.models, name)) for name in names)


def test_the_table_names_no_builder_that_is_gone():
    assert set(TABLE) == set(public_builders())

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


def convolution(inputs, filters, size):
    """Kernels and biases."""
    return filters * (size * size * inputs + 1)


def vgg(convolutions):
    """Table 1 of the paper: 3x3 convolutions of 64, 128, 256, 512 and 512 filters, and three dense layers."""
    total, inputs = 0, 3
    for filters, count in zip((64, 128, 256, 512, 512), convolutions, strict=True):
        total += convolution(inputs, filters, 3) + (count - 1) * convolution(filters, filters, 3)
        inputs = filters
    return total + (7 * 7 * 512 + 1) * 4096 + 4097 * 4096 + 4097 * 1000


def resnet(blocks, bottleneck):
    """Table 1 of the paper; each convolution has no bias, and a normalization of four numbers a filter.

    Two of the four are learnt (scale and offset), two are the moving mean and variance.
    """

    def normalized(inputs, filters, size):
        return filters * (size * size * inputs + 4)

    total, inputs = normalized(3, 64, 7), 64
    for width, count in zip((64, 128, 256, 512), blocks, strict=True):
        outputs = 4 * width if bottleneck else width
        for _ in range(count):
            if bottleneck:
                total += normalized(inputs, width, 1) + normalized(width, width, 3)
                total += normalized(width, outputs, 1)
            else:
                total += normalized(inputs, width, 3) + normalized(width, width, 3)
            if inputs != outputs:
                total += normalized(inputs, outputs, 1)
            inputs = outputs
    return total + (inputs + 1) * 1000


# Table 1 of the paper: 1x1, 3x3 reduce, 3x3, 5x5 reduce, 5x5, pool projection.
INCEPTION = (
    (64, 96, 128, 16, 32, 32),
    (128, 128, 192, 32, 96, 64),
    (192, 96, 208, 16, 48, 64),
    (160, 112, 224, 24, 64, 64),
    (128, 128, 256, 24, 64, 64),
    (112, 144, 288, 32, 64, 64),
    (256, 160, 320, 32, 128, 128),
    (256, 160, 320, 32, 128, 128),
    (384, 192, 384, 48, 128, 128),
)


def inception():
    total = convolution(3, 64, 7) + convolution(64, 64, 1) + convolution(64, 192, 3)
    inputs = 192
    for one, three_reduce, three, five_reduce, five, pool in INCEPTION:
        total += convolution(inputs, one, 1) + convolution(inputs, pool, 1)
        total += convolution(inputs, three_reduce, 1) + convolution(three_reduce, three, 3)
        total += convolution(inputs, five_reduce, 1) + convolution(five_reduce, five, 5)
        inputs = one + three + five + pool
    return total + 1025 * 1000


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
    "inception.inception_v1": ({}, inception()),
    "rbm.binary_rbm": ({}, 784 * 256 + 784 + 256),
    "rbm.masked_rbm": ({"visible": 50}, 50 * 100 + 50 + 100),
    "rbm.softmax_rbm": ({"visible": 50}, 5 * 50 * 100 + 5 * 50 + 100),
    "resnet.resnet": ({}, resnet((3, 4, 6, 3), bottleneck=True)),
    "resnet.resnet18": ({}, resnet((2, 2, 2, 2), bottleneck=False)),
    "resnet.resnet34": ({}, resnet((3, 4, 6, 3), bottleneck=False)),
    "resnet.resnet50": ({}, resnet((3, 4, 6, 3), bottleneck=True)),
    "resnet.resnet101": ({}, resnet((3, 4, 23, 3), bottleneck=True)),
    "resnet.resnet152": ({}, resnet((3, 8, 36, 3), bottleneck=True)),
    "vgg.vgg": ({}, vgg((2, 2, 3, 3, 3))),
    "vgg.vgg11": ({}, vgg((1, 1, 2, 2, 2))),
    "vgg.vgg13": ({}, vgg((2, 2, 2, 2, 2))),
    "vgg.vgg16": ({}, vgg((2, 2, 3, 3, 3))),
    "vgg.vgg19": ({}, vgg((2, 2, 4, 4, 4))),
}
SLOW = {"resnet.resnet101", "resnet.resnet152"}


HELPERS = {"applications", "blocks", "checks", "pretrained"}  # modules without builders


def public_builders():
    for module in pkgutil.iter_modules(keras_course.models.__path__):
        if module.name in HELPERS:
            continue
        members = vars(importlib.import_module(f"keras_course.models.{module.name}"))
        for name, member in members.items():
            if inspect.isfunction(member) and member.__module__.endswith(module.name) and name[0] != "_":
                yield f"{module.name}.{name}"


@pytest.mark.parametrize(
    "builder",
    [
        pytest.param(name, marks=[pytest.mark.slow] if name in SLOW else [])
        for name in sorted(public_builders())
    ],
)
def test_count(builder, zero_weights):
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


def test_the_sums_are_the_published_counts():
    assert vgg((1, 1, 2, 2, 2)) == 132_863_336
    assert vgg((2, 2, 3, 3, 3)) == 138_357_544  # keras.applications.VGG16
    assert vgg((2, 2, 4, 4, 4)) == 143_667_240
    # torchvision's documentation, and the moving means and variances
    assert resnet((2, 2, 2, 2), bottleneck=False) == 11_689_512 + 2 * 4_800
    assert resnet((3, 4, 6, 3), bottleneck=True) == 25_557_032 + 2 * 26_560
    assert resnet((3, 8, 36, 3), bottleneck=True) == 60_192_808 + 2 * 75_712
    assert inception() == 6_998_552  # Caffe's bvlc_googlenet without its auxiliary classifiers
